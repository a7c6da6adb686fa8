//! What was committed a moment ago, as its committer had it: so that views need not read it from the disk, open it and take it
//! apart again.
//!
//! It is a short cut and no more. What is not here, or not any more, is read from the segments, and comes to the same rows.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use policy::feed::ReadEntry;
use record::Record;

use crate::limits::MAX_HANDED_BYTES;

/// What an entry and its body say, where whoever commits them has read both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The record in the body.
    pub(crate) record: Option<Box<Record>>,
    /// The entry of a feed.
    pub(crate) entry: Option<Box<ReadEntry>>,
}

/// A body before it was put under its key, and what was read in it.
#[derive(Debug)]
pub(crate) struct Handed {
    pub(crate) body: Vec<u8>,
    pub(crate) reading: Reading,
}

/// Bodies on their way from the sequencer to the views, by the number of the log and the index.
#[derive(Debug, Default)]
pub(crate) struct HandOver(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    bodies: HashMap<(u32, u64), Handed>,
    bytes: usize,
}

impl HandOver {
    /// Keeps what was committed, as far as there is room: the views take it in that order, so the first ones are kept.
    pub(crate) fn put(&self, all: Vec<((u32, u64), Handed)>) {
        let mut waiting = self.lock();
        for (place, handed) in all {
            let bytes = waiting.bytes.saturating_add(handed.body.len());
            if bytes > MAX_HANDED_BYTES {
                break;
            }
            waiting.bytes = bytes;
            let _none = waiting.bodies.insert(place, handed);
        }
    }

    /// Takes a body out; none if it must be read.
    pub(crate) fn take(&self, place: (u32, u64)) -> Option<Handed> {
        let mut waiting = self.lock();
        let handed = waiting.bodies.remove(&place)?;
        waiting.bytes = waiting.bytes.saturating_sub(handed.body.len());
        Some(handed)
    }

    /// Lets go of everything: of what was erased, and of what nobody will ask for.
    pub(crate) fn clear(&self) {
        *self.lock() = Waiting::default();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Whoever panicked with it held left at worst a wrong sum, which costs reading.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
