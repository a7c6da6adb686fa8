//! How a store ends and begins again.

use storage::StoreError;
use storage::guard::Guarded;

use super::World;
use crate::checkers::{self, Check, Extent};
use crate::published;

/// Starts on a disk with faults before one on a quiet disk, which must succeed.
const FAULTY_STARTS: u64 = 2;

impl World {
    /// Opens the store, at last on a quiet disk: then it opens by itself, whatever happened.
    pub(super) fn reopen(&mut self) -> Check {
        self.node.close();
        for _ in 0..FAULTY_STARTS {
            self.plan();
            let opened = self.node.open();
            self.calm();
            self.note_faults_of_start(opened);
            if self.node.disk.is_dead() {
                self.end_process();
            }
            if self.node.is_open() {
                break;
            }
            if self.seed.once_in(4) {
                self.tally.count("power losses while starting");
                self.node.crash(self.seed.any());
            }
        }
        if !self.node.is_open() {
            self.quiet();
            self.node.disk.watch(false);
            self.node.open().map_err(|error| format!("the store does not open by itself: {error}"))?;
        }
        self.node.memory().stop_faults();
        self.started()
    }

    fn note_faults_of_start(&mut self, opened: Result<(), StoreError>) {
        if let Err(error) = opened {
            if matches!(error, StoreError::Damaged { .. }) {
                self.tally.count("starts that took a fault for damage");
            }
            self.trail_fault(&format!("start: {error}"));
        }
        self.note_faults();
    }

    /// After a start everything is there, and the guard finds that the log continues what the witness saw.
    fn started(&mut self) -> Check {
        self.is_half_rebuilt = false;
        self.guarded()?;
        self.adopt()?;
        self.model.finish_erasures();
        checkers::contents(&self.node, &self.model, Extent::All)?;
        published::check(&self.node, &self.model, false)?;
        if self.seed.once_in(4) { checkers::whole(&self.node, true) } else { Ok(()) }
    }

    /// The guard, on a quiet disk.
    pub(super) fn guarded(&self) -> Check {
        let guarded = self.node.guard()?;
        let node = self.model.log(&storage::LogName::node());
        let latest = node.and_then(|log| self.node.witness.latest(&log.origin));
        let is_right = match (&guarded, &latest) {
            (Guarded::Checked { size, .. }, Some(head)) => *size == head.claims().size(),
            (Guarded::Alone | Guarded::Unanswered { .. }, None) => true,
            _ => false,
        };
        if is_right { Ok(()) } else { Err(format!("the guard says: {guarded}")) }
    }

    /// The process is killed.
    pub(super) fn kill(&mut self) -> Check {
        self.tally.count("kills");
        self.node.kill();
        self.reopen()
    }

    /// Power fails.
    pub(super) fn lose_power(&mut self) -> Check {
        self.tally.count("power losses");
        self.node.crash(self.seed.any());
        if self.model.logs.is_empty() || !self.seed.once_in(3) {
            return self.reopen();
        }
        // What a crash cut off is no damage, also before anybody mends it.
        checkers::whole(&self.node, false)?;
        self.reopen()
    }

    /// The process ended in the middle of a step.
    pub(super) fn die(&mut self) -> Check {
        self.end_process();
        self.quiet();
        self.reopen()
    }

    /// Half of all deaths are of the machine, half of the process alone.
    fn end_process(&mut self) {
        if self.chance.once_in(2) {
            self.tally.count("power losses");
            self.node.crash(self.chance.any());
        } else {
            self.tally.count("kills");
            self.node.kill();
        }
    }
}
