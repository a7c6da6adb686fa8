//! What follows a commit: views, and the published files of logs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Inner;
use crate::frame::Change;
use crate::ledger::Log;
use crate::publisher::Publisher;
use crate::segment::Cursor;
use crate::store::StoreError;
use crate::views::Followed;

impl Inner {
    /// Takes up views and published logs where they are.
    pub(super) fn take_up(&self) -> Result<(), StoreError> {
        let mut publisher = self.publisher();
        // In this order: what is committed while the views follow is in the views, and not in these logs.
        let (logs, _) = self.logs();
        if let Err(error) = self.follow_views(&mut |_, _, _| Ok(())) {
            // A disk that is full would keep them from being made anew, too.
            if matches!(error, StoreError::Disk(_)) {
                return Err(error);
            }
            // Views that cannot go on from where they are may be what is damaged. If it is the segments, this fails again.
            self.views.drop_all()?;
            self.follow_views(&mut |_, _, _| Ok(()))?;
        }
        for (number, log) in (0_u32..).zip(&logs) {
            let read = |from, limit| self.entry_octets(number, from, limit);
            publisher.take_up(&log.head(), &read)?;
        }
        Ok(())
    }

    pub(crate) fn follow(&self) -> Result<(), StoreError> {
        // Asked for at every question to a view, and mostly there is nothing new.
        if self.caught_up.load(Ordering::Acquire) == self.committed() && self.views.is_clean() {
            return Ok(());
        }
        self.catch_up(&mut self.publisher()).map(drop)
    }

    /// As [`Self::follow`], but without waiting for a commit that is under way, and as far as the views have not read yet.
    pub(crate) fn follow_on(&self) -> Result<(), StoreError> {
        let mut publisher = self.publisher();
        let followed = self.follow_views(&mut |log, index, entry| {
            // Frames that are followed are committed, so their logs have names by now.
            let names = Arc::clone(&self.names());
            let name = usize::try_from(log).ok().and_then(|log| names.get(log));
            name.map_or(Ok(()), |name| publisher.take(name, index, entry))
        });
        followed.inspect_err(|_| self.set_caught_up(0))
    }

    /// The logs after the last commit, and the number of its frame.
    pub(super) fn logs(&self) -> (Vec<Log>, u64) {
        let engine = self.engine();
        (engine.ledger().logs.clone(), engine.ledger().next_frame)
    }

    pub(super) fn follow_views(&self, followed: &mut Followed<'_>) -> Result<(), StoreError> {
        while self.views.follow(self.source(), self.committed(), followed)? {}
        Ok(())
    }

    pub(crate) fn publish(&self) -> Result<(), StoreError> {
        let mut publisher = self.publisher();
        let now = (self.clock)();
        for log in self.catch_up(&mut publisher)?.iter().filter(|log| !log.note.is_empty()) {
            let _done = publisher.publish(log, now).inspect_err(|_| self.set_caught_up(0))?;
        }
        Ok(())
    }

    /// Brings the publisher to the last commit and answers the logs as they stand there. While the publisher is held its
    /// files go no further, however much is committed meanwhile.
    pub(super) fn catch_up(&self, publisher: &mut Publisher) -> Result<Vec<Log>, StoreError> {
        self.set_caught_up(0);
        let (logs, below) = self.logs();
        let mut take = |log: u32, index: u64, entry: &[u8]| {
            let log = usize::try_from(log).ok().and_then(|log| logs.get(log));
            log.map_or(Ok(()), |log| publisher.take(&log.name, index, entry))
        };
        while self.views.follow(self.source(), below, &mut take)? {}
        for (number, log) in (0_u32..).zip(&logs) {
            // What others have made the views read, or what failed half-way before, the publisher has not seen.
            let read = |from, limit| self.entry_octets(number, from, limit);
            publisher.catch_up(&log.name, log.frontier.size(), &read)?;
        }
        self.set_caught_up(below);
        Ok(logs)
    }

    pub(super) fn rebuild(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        // Before the views read bodies: a key file from a backup may hold keys that were destroyed since.
        self.destroy_again()?;
        self.set_caught_up(0);
        self.views.drop_all()?;
        self.publisher().drop_all()?;
        let all = self.committed();
        let mut silent = |_: u32, _: u64, _: &[u8]| Ok(());
        loop {
            let more = self.views.follow(self.source(), all, &mut silent)?;
            progress(self.views.cursor()?.number, all);
            if !more {
                break;
            }
        }
        self.take_up()
    }

    /// Destroys the key of every body that any frame erases.
    fn destroy_again(&self) -> Result<(), StoreError> {
        let (below, mut cursor, mut slots) = (self.committed(), Cursor::START, BTreeSet::new());
        while let Some((located, behind)) = cursor.next(&*self.disk, self.store, below)? {
            if let Change::Commit { batches, .. } = &located.meta.change {
                slots.extend(batches.iter().flat_map(|batch| &batch.erasures).filter_map(|erasure| erasure.slot));
            }
            cursor = behind;
        }
        self.body_keys.destroy(&slots.into_iter().collect::<Vec<_>>())
    }
}
