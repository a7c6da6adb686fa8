//! The world: one node, what others know of it, and what happens to them.

mod commits;
mod doings;
mod starts;

use std::collections::{BTreeMap, VecDeque};

use storage::disk::memory::MemoryDisk;
use storage::disk::memory::faults::{Fault, FaultKind};
use storage::{Batch, BatchId, Committed, LogName, Place};

use crate::batches::Batches;
use crate::broken::Broken;
use crate::checkers::{self, Check, Extent};
use crate::model::Model;
use crate::node::Node;
use crate::published;
use crate::seed::Seed;
use crate::steps::Step;
use crate::tally::Tally;
use crate::watch::{Lie, Spring};

/// Steps of a world unless told otherwise.
pub const DEFAULT_STEPS: u64 = 200;

/// Segments are so small that one is full after some batches.
const SEGMENT_BYTES: u64 = 12 * 1024;

/// One step in so many is played on a disk with faults.
const FAULTS_ONE_IN: u64 = 2;

/// Attempts to open the first log.
const FIRST_TRIES: u64 = 8;

/// A world that follows from its seed.
#[derive(Debug)]
pub struct World {
    seed: Seed,
    /// For how processes end, so that it can vary while the story stays.
    chance: Seed,
    node: Node,
    model: Model,
    batches: Batches,
    /// Batches of one call whose answer was that it is not known, in their order.
    pending: Vec<Batch>,
    is_resent: bool,
    /// Batches that were seen in the store before they were answered, with where their entries lie.
    seen: BTreeMap<BatchId, Vec<Place>>,
    /// Batches that were answered lately, with the segment that was the last then.
    answered: VecDeque<(Batch, Committed, usize)>,
    /// Receipts and logs of refused batches.
    refused_receipts: Vec<[u8; 32]>,
    refused_logs: Vec<LogName>,
    /// Whether a rebuild was cut off, so that what is published may lack files until it is published again.
    is_half_rebuilt: bool,
    /// Whether faults come by chance.
    has_chance: bool,
    step: Step,
    played: BTreeMap<FaultKind, u64>,
    tally: Tally,
    trail: Vec<String>,
    replay: String,
}

/// Plays a world from its seed.
///
/// # Errors
/// [`Broken`] if a promise did not hold.
pub fn run(seed: u64, steps: u64) -> Result<Tally, Broken> {
    let mut world = World::new(seed, true);
    world.replay = format!("cargo run -p sim -- --seed {seed} --steps {steps}");
    world.begin()?;
    for _ in 0..steps {
        let step = Step::by_chance(&mut world.seed);
        world.play(step)?;
    }
    world.finish()
}

impl World {
    /// A world before its first step. Without chance, faults come only from traps.
    #[must_use]
    pub fn new(seed: u64, has_chance: bool) -> Self {
        Self {
            seed: Seed::new(seed),
            chance: Seed::new(seed),
            node: Node::new(SEGMENT_BYTES),
            model: Model::default(),
            batches: Batches::default(),
            pending: Vec::new(),
            is_resent: false,
            seen: BTreeMap::new(),
            answered: VecDeque::new(),
            refused_receipts: Vec::new(),
            refused_logs: Vec::new(),
            is_half_rebuilt: false,
            has_chance,
            step: Step::Close,
            played: BTreeMap::new(),
            tally: Tally { worlds: 1, ..Tally::default() },
            trail: Vec::new(),
            replay: String::new(),
        }
    }

    pub(crate) fn set_replay(&mut self, replay: String) {
        self.replay = replay;
    }

    pub(crate) fn set_trap(&self, at: usize, spring: Spring) {
        self.node.disk.set_trap(at, spring);
    }

    pub(crate) fn calls(&self) -> Vec<storage::disk::memory::faults::Call> {
        self.node.disk.calls()
    }

    /// Other chance from here on.
    pub(crate) fn stir(&mut self, chance: u64) {
        self.chance = Seed::new(chance.wrapping_add(0x5eed));
    }

    /// From now on the disk lies.
    pub fn lie(&self, lie: Lie) {
        self.node.disk.set_lie(lie);
    }

    /// A copy of all that the node's disk shows.
    #[must_use]
    pub fn backup(&self) -> MemoryDisk {
        self.node.memory().copy()
    }

    /// Puts a backup in the place of the node's disk, and starts from it.
    ///
    /// # Errors
    /// [`Broken`] if a promise did not hold.
    pub fn restore(&mut self, backup: MemoryDisk) -> Result<(), Broken> {
        self.node.restore(backup);
        self.played.clear();
        let restored = self.reopen();
        restored.map_err(|problem| self.broken(problem))
    }

    /// Makes the store and opens the node log.
    ///
    /// # Errors
    /// [`Broken`] if a promise did not hold.
    pub fn begin(&mut self) -> Result<(), Broken> {
        self.step = Step::Close;
        let begun = self.reopen().and_then(|()| self.settle());
        begun.map_err(|problem| self.broken(problem))?;
        self.step = Step::Append;
        let opened = self.open_node_log();
        opened.map_err(|problem| self.broken(problem))
    }

    /// Nothing goes without the node log, so it is tried until it is there.
    fn open_node_log(&mut self) -> Check {
        for _ in 0..FIRST_TRIES {
            let first = self.batches.first();
            self.commit(vec![first])?;
            self.settle()?;
            if !self.model.logs.is_empty() {
                return Ok(());
            }
            self.quiet();
        }
        Err("the first log cannot be opened".to_owned())
    }

    /// Plays one step, and checks.
    ///
    /// # Errors
    /// [`Broken`] if a promise did not hold.
    pub fn play(&mut self, step: Step) -> Result<(), Broken> {
        self.step = step;
        self.trail.push(step.name().to_owned());
        self.tally.count_step(step);
        let done = self.perform(step).and_then(|()| self.settle());
        done.map_err(|problem| self.broken(problem))
    }

    /// Looks at everything once more, and tells what was played.
    ///
    /// # Errors
    /// [`Broken`] if a promise did not hold.
    pub fn finish(mut self) -> Result<Tally, Broken> {
        self.step = Step::Close;
        self.quiet();
        self.has_chance = false;
        let done = self.end();
        done.map_err(|problem| self.broken(problem))?;
        Ok(self.tally)
    }

    fn end(&mut self) -> Check {
        self.resend()?;
        self.reopen()?;
        self.node.store()?.publish().map_err(|error| format!("publish: {error}"))?;
        self.is_half_rebuilt = false;
        self.check(true)?;
        published::check(&self.node, &self.model, true)?;
        checkers::refused(&self.node, &self.refused_receipts, &self.refused_logs)?;
        checkers::whole(&self.node, true)
    }

    /// After a step: what the faults left is looked at on a quiet disk.
    fn settle(&mut self) -> Check {
        self.note_faults();
        self.node.memory().stop_faults();
        if !self.has_chance || self.seed.once_in(3) {
            self.quiet();
        }
        if self.node.disk.is_dead() {
            self.die()?;
        }
        self.check(false)
    }

    /// Everything that must hold at any time.
    fn check(&mut self, is_all: bool) -> Check {
        self.adopt()?;
        let extent = if is_all { Extent::All } else { Extent::Some(&mut self.seed) };
        checkers::contents(&self.node, &self.model, extent)?;
        if !self.is_half_rebuilt {
            published::check(&self.node, &self.model, false)?;
        }
        published::remembered(&self.node, &self.model)
    }

    /// The ledger is that of the model, or that of the model and the whole pending call: then it is there from now on.
    fn adopt(&mut self) -> Check {
        let without = checkers::ledger(&self.node, &self.model);
        let unseen: Vec<_> = self.pending.iter().filter(|batch| !self.seen.contains_key(&batch.id)).cloned().collect();
        if without.is_ok() || unseen.is_empty() {
            return without;
        }
        let (mut with, before) = (self.model.clone(), self.model.sizes());
        let mut places = Vec::new();
        for batch in &unseen {
            let lie = |error| format!("a batch that was not refused must be: {error}");
            places.push((batch.id, with.admit(batch, &before).map_err(lie)?));
        }
        checkers::ledger(&self.node, &with).map_err(|problem| format!("a part of a call is there, or: {problem}"))?;
        self.tally.count("unknown calls found whole");
        self.model = with;
        self.seen.extend(places);
        Ok(())
    }

    /// No more faults, and room again.
    fn quiet(&self) {
        self.node.memory().stop_faults();
        self.node.memory().make_room();
        self.node.memory().make_writable();
    }

    /// Faults to come in this step, by chance.
    fn plan(&mut self) {
        self.node.disk.watch(true);
        if !self.has_chance || !self.seed.once_in(FAULTS_ONE_IN) {
            return;
        }
        if self.seed.once_in(4) {
            let one_in = u32::try_from(self.seed.below(30).saturating_add(5)).unwrap_or(30);
            self.node.memory().plan_randomly(self.seed.any(), one_in);
            return;
        }
        let kind = self.seed.pick(&FaultKind::ALL).copied().unwrap_or(FaultKind::TornWrite);
        let times = if self.seed.once_in(3) { 2 } else { 1 };
        let after = self.seed.below(8);
        let fault = Fault::new(kind).after(after).times(times);
        self.trail_fault(&format!("plan {kind:?} x{times} after {after}"));
        self.node.memory().plan(fault);
    }

    /// The step's own work is over: checkers are not counted, and meet no faults.
    fn calm(&self) {
        self.node.disk.watch(false);
        self.node.memory().stop_faults();
    }

    /// Whether a fault was met since the last look.
    fn met_faults(&self) -> bool {
        self.node.disk.is_dead() || self.node.memory().faults_played() != self.played
    }

    /// Whether a fault of a kind was met since the last look.
    fn met(&self, kind: FaultKind) -> bool {
        self.node.memory().faults_played().get(&kind) != self.played.get(&kind)
    }

    fn note_faults(&mut self) {
        let played = self.node.memory().faults_played();
        for (kind, count) in &played {
            let more = count.saturating_sub(self.played.get(kind).copied().unwrap_or(0));
            if more > 0 {
                self.tally.count_faults(*kind, self.step, more);
                self.trail_fault(&format!("{kind:?} x{more}"));
            }
        }
        self.played = played;
    }

    fn trail_fault(&mut self, text: &str) {
        if let Some(last) = self.trail.last_mut() {
            last.push_str("; ");
            last.push_str(text);
        }
    }

    fn broken(&self, problem: String) -> Broken {
        let mut trail = self.trail.clone();
        trail.push(format!("faults in this step: {:?}", self.node.memory().faults_played()));
        Broken::new(problem, trail, self.replay.clone())
    }
}
