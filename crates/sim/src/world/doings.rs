//! The steps.

use storage::disk::memory::faults::FaultKind;
use storage::guard::Guarded;
use storage::{Body as Found, Place, Store as _};

use super::World;
use crate::checkers::{self, Check};
use crate::model::Body;
use crate::published;
use crate::steps::Step;

/// How far the clock jumps at most, in microseconds: ten days.
const JUMP: u64 = 864_000_000_000;

/// Batches of one call at most.
const GROUP: u64 = 6;

impl World {
    pub(super) fn perform(&mut self, step: Step) -> Check {
        self.node.clock.forward(1_000_000);
        match step {
            Step::Append => self.append(),
            Step::Group => self.group(),
            Step::Retry => self.retry(),
            Step::Refuse => {
                let batch = self.batches.wrong(&mut self.seed, &self.model);
                self.commit(vec![batch])
            }
            Step::Erase => {
                let batch = self.batches.erasing(&mut self.seed, &self.model);
                self.commit(vec![batch])
            }
            Step::Publish => self.publish(),
            Step::Follow => self.follow(),
            Step::Read => self.read(),
            Step::Guard => self.guard(),
            Step::Rebuild => self.rebuild(),
            Step::Close => self.reopen(),
            Step::Kill => self.kill(),
            Step::PowerLoss => self.lose_power(),
            Step::ClockJump => {
                let jump = self.seed.below(JUMP);
                self.node.clock.forward(i64::try_from(jump).unwrap_or(0));
                Ok(())
            }
        }
    }

    fn append(&mut self) -> Check {
        let batch = self.batches.good(&mut self.seed, &self.model);
        self.commit(vec![batch])
    }

    /// Batches that are made for the state after those before them; some are wrong.
    fn group(&mut self) -> Check {
        let (mut staged, before) = (self.model.clone(), self.model.sizes());
        let mut batches = Vec::new();
        for _ in 0..self.seed.below(GROUP).saturating_add(2) {
            let is_wrong = self.seed.once_in(5);
            let make = if is_wrong { crate::batches::Batches::wrong } else { crate::batches::Batches::good };
            let batch = make(&mut self.batches, &mut self.seed, &staged);
            let _refused = staged.admit(&batch, &before);
            batches.push(batch);
        }
        self.commit(batches)
    }

    /// What failed may fail only because of a fault.
    fn excuse<T>(&mut self, what: &str, done: Result<T, storage::StoreError>) -> Result<Option<T>, String> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) if self.met_faults() => {
                self.trail_fault(&format!("{what}: {error}"));
                Ok(None)
            }
            Err(error) => Err(format!("{what}: {error}")),
        }
    }

    fn publish(&mut self) -> Check {
        self.plan();
        let done = self.node.store()?.publish();
        self.calm();
        if self.excuse("publish", done)?.is_none() {
            return Ok(());
        }
        self.is_half_rebuilt = false;
        self.adopt()?;
        published::check(&self.node, &self.model, true)
    }

    fn follow(&mut self) -> Check {
        self.plan();
        let done = self.node.store()?.follow();
        self.calm();
        self.excuse("follow", done).map(drop)
    }

    /// What is read on a disk with faults is right, or an error.
    fn read(&mut self) -> Check {
        let Some(log) = self.seed.pick(&self.model.logs).cloned() else { return Ok(()) };
        let from = self.seed.index(log.entries.len());
        let start = u64::try_from(from).unwrap_or(u64::MAX);
        let place = Place::new(log.name.clone(), start);
        self.plan();
        let entries = self.node.store()?.entries(&log.name, start, 20);
        let bodies = if log.entries.is_empty() { Ok(Vec::new()) } else { self.node.store()?.bodies(&[place]) };
        self.calm();
        if let Some(entries) = self.excuse("entries", entries)?
            && !log.entries.iter().skip(from).take(20).map(|entry| &entry.octets).eq(&entries)
        {
            return Err(format!("entries of {} from {from} were read wrongly", log.name));
        }
        let bodies = self.excuse("bodies", bodies)?.unwrap_or_default();
        let Some((entry, body)) = log.entries.get(from).zip(bodies.first()) else { return Ok(()) };
        // A disk that answers with what was there before an erasure cannot be seen through.
        let is_stale = entry.body == Body::Erased && matches!(body, Found::Kept(_)) && self.met(FaultKind::StaleRead);
        if is_stale {
            self.tally.count("erased bodies read from a stale disk");
            return Ok(());
        }
        checkers::body(entry, body)
    }

    /// The guard never takes a fault for a second history, and looks again when the disk answers.
    fn guard(&mut self) -> Check {
        self.plan();
        let guarded = self.node.guard();
        self.calm();
        match guarded {
            Ok(Guarded::Behind { .. } | Guarded::Forked { .. }) => Err(format!("the guard says: {guarded:?}")),
            Err(problem) if !self.met_faults() => Err(problem),
            _ if self.node.disk.is_dead() => Ok(()),
            _ => self.guarded(),
        }
    }

    fn rebuild(&mut self) -> Check {
        let digest = |world: &Self| world.node.store()?.views_digest().map_err(|error| error.to_string());
        let before = digest(self)?;
        self.plan();
        let done = self.node.store()?.rebuild(&mut |_, _| {});
        self.calm();
        if self.excuse("rebuild", done)?.is_none() {
            self.is_half_rebuilt = true;
        }
        if self.node.disk.is_dead() {
            return Ok(());
        }
        let after = digest(self)?;
        if after == before { Ok(()) } else { Err("views made anew are not what they were".to_owned()) }
    }
}
