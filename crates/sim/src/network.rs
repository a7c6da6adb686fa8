//! A network of nodes: honest ones that exchange, a witness, and one that cheats once it has been believed.
//!
//! Each node is the code that runs in production over a disk in memory; lines between them lose files and are cut, clocks are
//! off, disks fail and processes end. In every world the liar plays one cheat of the list; all must notice, and nobody may be
//! accused of what they did not do.

mod actor;
mod canary;
mod cast;
mod cheats;
mod ending;
mod hand;
mod line;
mod steps;
mod tally;
mod treaty;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use node::exchange::{Pulled, Reader};
use policy::belief::Quorum;
use protocol::exchange::timing::HEAD_EVERY_MS;
use tlog::checkpoint::SignedCheckpoint;

use self::actor::{Actor, Clock};
use self::canary::Wire;
use self::line::{Lie, Line};
use self::treaty::Treaty;
use crate::broken::Broken;
use crate::seed::Seed;

pub use cheats::Cheat;
pub use tally::NetworkTally;

/// When every world begins, in microseconds: in the middle of the agreement.
const BEGINNING: i64 = 1_788_000_000_000_000;

/// The witness.
const WITNESS: usize = 0;
/// The one who cheats.
const LIAR: usize = 1;
/// An honest reader, who is a sender too.
const READER: usize = 2;
/// Another.
const OTHER: usize = 3;

/// Clocks are off by at most so much, in microseconds: half an hour.
const SKEW: u64 = 1_800_000_000;

/// Steps before the cheat, and after it.
const STEPS: (u64, u64) = (6, 2);

/// One world in so many has as many nodes as there may be.
const CROWD_ONE_IN: u64 = 200;

/// As many nodes as there may be.
const CROWD: u8 = 32;

/// What a checker answers.
type Check = Result<(), String>;

#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(told)` takes an error as it comes")]
fn told(error: impl ToString) -> String {
    error.to_string()
}

/// How a feed is pulled.
#[derive(Default)]
struct Way<'l> {
    lie: Option<&'l Lie<'l>>,
    lost_one_in: u64,
    seen_by_others: Vec<SignedCheckpoint>,
    suspended_after: Option<u64>,
}

impl<'l> Way<'l> {
    fn lying(lie: &'l Lie<'l>) -> Self {
        Self { lie: Some(lie), ..Self::default() }
    }
}

/// A world of nodes that follows from its seed.
struct Network {
    seed: Seed,
    now: Arc<AtomicI64>,
    actors: Vec<Actor>,
    treaty: Treaty,
    quorum: Quorum,
    wire: Wire,
    /// Lines that are cut, by reader and sender.
    cut: BTreeSet<(usize, usize)>,
    /// Whether the liar has begun to lie.
    is_lying: bool,
    /// A promise that did not hold, whatever else failed.
    problem: Option<String>,
    tally: NetworkTally,
    trail: Vec<String>,
}

/// Plays a world of nodes from its seed.
///
/// # Errors
/// [`Broken`] if an honest node was accused, a cheat passed, something leaked, or not all was delivered in the end.
pub fn run_network(seed: u64) -> Result<NetworkTally, Broken> {
    let replay = format!("cargo run -p sim -- --network {seed}");
    let mut network = Network::new(seed).map_err(|problem| Broken::new(problem, Vec::new(), replay.clone()))?;
    let played = network.play(Cheat::of(seed));
    let problem = network.problem.take().map_or(played, Err);
    problem.map_err(|problem| Broken::new(problem, network.trail.clone(), replay))?;
    Ok(network.tally)
}

impl Network {
    fn new(number: u64) -> Result<Self, String> {
        let mut seed = Seed::new(number);
        let is_crowd = seed.once_in(CROWD_ONE_IN);
        let nodes = if is_crowd {
            CROWD
        } else if seed.once_in(4) {
            5
        } else {
            4
        };
        let now = Arc::new(AtomicI64::new(BEGINNING));
        let mut actors = Vec::new();
        for number in 0..nodes {
            let skew = i64::try_from(seed.below(2 * SKEW)).map_err(told)?.saturating_sub_unsigned(SKEW);
            let clock = Clock { world: Arc::clone(&now), skew };
            actors.push(Actor::new(number, clock, Seed::new(seed.any()))?);
        }
        let histories: Vec<_> = actors.iter().map(|one| (one.id(), one.member.first.history.clone())).collect();
        actors.iter_mut().for_each(|one| one.histories.extend(histories.iter().cloned()));
        let quorum = if seed.once_in(2) { cheats::witnessed()? } else { Quorum::none() };
        let tally = NetworkTally { worlds: 1, nodes: u64::from(nodes), ..NetworkTally::default() };
        Ok(Self {
            seed,
            now,
            actors,
            treaty: Treaty::new(nodes.saturating_sub(1))?,
            quorum,
            wire: Wire::new(),
            cut: BTreeSet::new(),
            is_lying: false,
            problem: None,
            tally,
            trail: Vec::new(),
        })
    }

    fn play(&mut self, cheat: Cheat) -> Check {
        self.warm_up()?;
        for _ in 0..STEPS.0 {
            self.step()?;
        }
        self.calm()?;
        self.accuses_nobody()?;
        self.trail.push(format!("cheat: {}", cheat.name()));
        self.is_lying = cheat.is_of_liar();
        self.cheat(cheat).map_err(|problem| format!("{}: {problem}", cheat.name()))?;
        self.tally.caught(cheat);
        for _ in 0..STEPS.1 {
            self.step()?;
        }
        self.calm()?;
        self.converge()?;
        self.tally.carried(&self.wire);
        Ok(())
    }

    fn actor(&self, number: usize) -> Result<&Actor, String> {
        self.actors.get(number).ok_or_else(|| format!("there is no node {number}"))
    }

    fn actor_mut(&mut self, number: usize) -> Result<&mut Actor, String> {
        self.actors.get_mut(number).ok_or_else(|| format!("there is no node {number}"))
    }

    /// Time passes.
    fn wait_minutes(&self, minutes: i64) {
        let _before = self.now.fetch_add(minutes.saturating_mul(60_000_000), Ordering::SeqCst);
    }

    /// One node reads the feed of another.
    fn pull(&mut self, reader: usize, sender: usize, way: Way<'_>) -> Result<Pulled, String> {
        let line_seed = Seed::new(self.seed.any());
        let missing = || "there is no such node".to_owned();
        let from = self.actors.get(reader).ok_or_else(missing)?;
        let to = self.actors.get(sender).ok_or_else(missing)?;
        let mut line = Line {
            reader: from,
            sender: to,
            treaty: &self.treaty,
            wire: &mut self.wire,
            ring: from.ring(to.id())?,
            lie: way.lie,
            lost_one_in: way.lost_one_in,
            seed: line_seed,
            suspended_after: way.suspended_after,
            asked: 0,
            leak: None,
        };
        let Some(feed) = line.feeds().into_iter().next() else {
            let mut nothing = Pulled::default();
            nothing.waiting = Some("no feed is listed".to_owned());
            return Ok(nothing);
        };
        let read = Reader::new(&from.store, &from.own, &self.quorum, HEAD_EVERY_MS);
        let pulled = read.with_seen_by_others(way.seen_by_others).pull(to.id(), &feed, &mut line);
        let (learned, leak, peer) = (line.ring.histories.get(&to.id()).cloned(), line.leak.take(), to.id());
        self.problem = self.problem.take().or(leak);
        let pulled = pulled.map_err(told)?;
        from.store.publish().map_err(told)?;
        let keys = &mut self.actor_mut(reader)?.histories;
        learned.into_iter().for_each(|history| drop(keys.insert(peer, history)));
        Ok(pulled)
    }
}
