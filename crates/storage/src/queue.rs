//! What waits to be committed: callers put groups of batches in, the sequencer takes as many as one frame holds.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::limits::{MAX_FRAME_BATCHES, MAX_FRAME_BODY_BYTES, MAX_WAITING_BATCHES, MAX_WAITING_BYTES};
use crate::prepare::Prepared;
use crate::store::{CommitError, Committed};

/// The answers to a group, each in its place.
pub(crate) type Answers = Vec<Result<Committed, CommitError>>;

/// A group of batches that were handed in together.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) batches: Vec<Prepared>,
    answer: SyncSender<Answers>,
}

impl Group {
    /// Tells the caller. One that went away does not need it.
    pub(crate) fn answer(self, answers: Answers) {
        let _gone = self.answer.send(answers);
    }

    fn bytes(&self) -> usize {
        self.batches.iter().map(|batch| batch.bytes).fold(0, usize::saturating_add)
    }
}

/// Groups in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Somebody may take, or nobody will any more.
    filled: Condvar,
    /// There is room again.
    drained: Condvar,
}

#[derive(Debug, Default)]
struct State {
    groups: VecDeque<Group>,
    batches: usize,
    bytes: usize,
    is_closed: bool,
}

impl Queue {
    /// Puts a group in, after waiting for room. None if the queue is closed.
    pub(crate) fn put(&self, batches: Vec<Prepared>) -> Option<Receiver<Answers>> {
        let (answer, receiver) = sync_channel(1);
        let group = Group { batches, answer };
        let mut state = self.lock();
        while state.is_full() && !state.is_closed {
            state = self.drained.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_closed {
            return None;
        }
        state.batches = state.batches.saturating_add(group.batches.len());
        state.bytes = state.bytes.saturating_add(group.bytes());
        state.groups.push_back(group);
        drop(state);
        self.filled.notify_one();
        Some(receiver)
    }

    /// Waits until there is something to take. False once the queue is closed and empty.
    pub(crate) fn wait(&self) -> bool {
        let mut state = self.lock();
        while state.groups.is_empty() && !state.is_closed {
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.groups.is_empty()
    }

    /// Takes as many groups as a frame holds. To be called with the engine held, so that groups are committed in the order
    /// in which they came.
    pub(crate) fn take(&self) -> Vec<Group> {
        let groups = self.lock().take();
        self.drained.notify_all();
        groups
    }

    /// Whether nothing waits, and something may.
    pub(crate) fn is_idle(&self) -> bool {
        let state = self.lock();
        state.groups.is_empty() && !state.is_closed
    }

    /// Lets nobody in any more. What waits is still committed.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.filled.notify_all();
        self.drained.notify_all();
    }

    /// Closes it where nobody takes any more. Whoever waits for an answer learns that there will be none.
    pub(crate) fn abandon(&self) {
        self.close();
        self.lock().groups.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    const fn is_full(&self) -> bool {
        self.batches >= MAX_WAITING_BATCHES || self.bytes >= MAX_WAITING_BYTES
    }

    fn take(&mut self) -> Vec<Group> {
        let (mut groups, mut batches, mut bytes) = (Vec::new(), 0_usize, 0_usize);
        while let Some(group) = self.groups.front() {
            let (more, more_bytes) = (group.batches.len(), group.bytes());
            let fits = batches.saturating_add(more) <= MAX_FRAME_BATCHES
                && bytes.saturating_add(more_bytes) <= MAX_FRAME_BODY_BYTES;
            if !fits && !groups.is_empty() {
                break;
            }
            batches = batches.saturating_add(more);
            bytes = bytes.saturating_add(more_bytes);
            groups.extend(self.groups.pop_front());
        }
        self.batches = self.batches.saturating_sub(batches);
        self.bytes = self.bytes.saturating_sub(bytes);
        groups
    }
}
