//! What was played, so that a reader can see that every fault was met at every kind of step.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use storage::disk::memory::faults::FaultKind;

use crate::steps::Step;

/// Counts over one world or many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Worlds.
    pub worlds: u64,
    /// Steps of each kind.
    pub steps: BTreeMap<Step, u64>,
    /// Faults by kind and by the step that met them.
    pub faults: BTreeMap<(FaultKind, Step), u64>,
    /// Whatever else is worth counting.
    pub others: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Counts one more.
    pub(crate) fn count(&mut self, what: &'static str) {
        add(&mut self.others, what, 1);
    }

    pub(crate) fn count_step(&mut self, step: Step) {
        add(&mut self.steps, step, 1);
    }

    pub(crate) fn count_faults(&mut self, kind: FaultKind, step: Step, count: u64) {
        add(&mut self.faults, (kind, step), count);
    }

    /// All steps.
    #[must_use]
    pub fn all_steps(&self) -> u64 {
        self.steps.values().sum()
    }

    /// All faults.
    #[must_use]
    pub fn all_faults(&self) -> u64 {
        self.faults.values().sum()
    }

    /// One of the other counts.
    #[must_use]
    pub fn other(&self, what: &str) -> u64 {
        self.others.get(what).copied().unwrap_or(0)
    }

    fn row(&self, out: &mut fmt::Formatter<'_>, step: Step) -> fmt::Result {
        write!(out, "{:10} {:7}", step.name(), self.steps.get(&step).copied().unwrap_or(0))?;
        for kind in FaultKind::ALL {
            let count = self.faults.get(&(kind, step)).copied().unwrap_or(0);
            write!(out, " {count:>width$}", width = heading(kind).len())?;
        }
        writeln!(out)
    }
}

fn heading(kind: FaultKind) -> String {
    format!("{kind:?}")
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, more: u64) {
    let count = counts.entry(key).or_default();
    *count = count.saturating_add(more);
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.worlds = self.worlds.saturating_add(other.worlds);
        other.steps.into_iter().for_each(|(step, count)| add(&mut self.steps, step, count));
        other.faults.into_iter().for_each(|(place, count)| add(&mut self.faults, place, count));
        other.others.into_iter().for_each(|(what, count)| add(&mut self.others, what, count));
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others = self.others.iter().map(|(what, count)| format!("{count} {what}"));
        let others: Vec<_> = others.collect();
        let (steps, faults) = (self.all_steps(), self.all_faults());
        writeln!(out, "{} worlds, {steps} steps, {faults} faults, {}", self.worlds, others.join(", "))?;
        write!(out, "{:10} {:>7}", "step", "steps")?;
        FaultKind::ALL.into_iter().try_for_each(|kind| write!(out, " {}", heading(kind)))?;
        writeln!(out)?;
        Step::ALL.into_iter().try_for_each(|step| self.row(out, step))
    }
}
