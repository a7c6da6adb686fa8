//! What was played in networks, so that a reader can see that every cheat was played, and caught.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use super::canary::Wire;
use super::cheats::Cheat;

/// Counts over one network or many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetworkTally {
    /// Worlds.
    pub worlds: u64,
    /// Nodes in all of them.
    pub nodes: u64,
    /// Cheats that were played and caught.
    pub cheats: BTreeMap<Cheat, u64>,
    /// Steps of each kind.
    pub steps: BTreeMap<&'static str, u64>,
    /// Whatever else is worth counting.
    pub others: BTreeMap<&'static str, u64>,
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, more: u64) {
    let count = counts.entry(key).or_default();
    *count = count.saturating_add(more);
}

impl NetworkTally {
    pub(super) fn caught(&mut self, cheat: Cheat) {
        add(&mut self.cheats, cheat, 1);
    }

    pub(super) fn step(&mut self, name: &'static str) {
        add(&mut self.steps, name, 1);
    }

    pub(super) fn count(&mut self, what: &'static str) {
        add(&mut self.others, what, 1);
    }

    pub(super) fn add(&mut self, what: &'static str, more: u64) {
        add(&mut self.others, what, more);
    }

    pub(super) fn carried(&mut self, wire: &Wire) {
        self.add("files over lines", wire.files);
        self.add("octets over lines", wire.octets);
    }
}

impl AddAssign for NetworkTally {
    fn add_assign(&mut self, other: Self) {
        self.worlds = self.worlds.saturating_add(other.worlds);
        self.nodes = self.nodes.saturating_add(other.nodes);
        other.cheats.into_iter().for_each(|(cheat, count)| add(&mut self.cheats, cheat, count));
        other.steps.into_iter().for_each(|(step, count)| add(&mut self.steps, step, count));
        other.others.into_iter().for_each(|(what, count)| add(&mut self.others, what, count));
    }
}

impl fmt::Display for NetworkTally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} worlds, {} nodes", self.worlds, self.nodes)?;
        for cheat in Cheat::ALL {
            let count = self.cheats.get(&cheat).copied().unwrap_or(0);
            writeln!(out, "{count:7} times caught: {} ({})", cheat.name(), cheat.expected())?;
        }
        self.steps.iter().try_for_each(|(step, count)| writeln!(out, "{count:7} steps: {step}"))?;
        self.others.iter().try_for_each(|(what, count)| writeln!(out, "{count:7} {what}"))
    }
}
