//! The threads of a store: the sequencer, which alone writes, and the follower, which keeps views and published logs.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Inner, PUBLISH_EVERY_MS, Readied};
use crate::limits::{MAX_FRAME_BATCHES, MAX_FRAME_BODY_BYTES};
use crate::prepare::Prepared;
use crate::queue::Answers;
use crate::store::{CommitError, Committed};

/// How long the follower lets commits gather, in milliseconds. A reader does not wait for it: whoever asks follows first.
const FOLLOW_EVERY_MS: u64 = 20;

/// Batches on their way to the disk.
#[derive(Debug)]
#[must_use = "nothing is known of the batches until the ticket is waited for"]
pub struct Ticket {
    /// For each batch its refusal, or none if it was handed in.
    refused: Vec<Option<CommitError>>,
    groups: Vec<Pending>,
}

#[derive(Debug)]
enum Pending {
    Done(Answers),
    Waiting { count: usize, receiver: Receiver<Answers> },
}

impl Ticket {
    /// Waits for the disk, and answers each batch in its place.
    pub fn wait(self) -> Vec<Result<Committed, CommitError>> {
        let mut answers = self.groups.into_iter().flat_map(Pending::wait);
        let lost = || CommitError::Unknown { problem: "the store was closed".to_owned() };
        let answer = |refused: Option<CommitError>| match refused {
            Some(error) => Err(error),
            None => answers.next().unwrap_or_else(|| Err(lost())),
        };
        self.refused.into_iter().map(answer).collect()
    }
}

impl Pending {
    fn wait(self) -> Answers {
        match self {
            Self::Done(answers) => answers,
            Self::Waiting { count, receiver } => receiver.recv().unwrap_or_else(|_| {
                let lost = CommitError::Unknown { problem: "the sequencer stopped".to_owned() };
                (0..count).map(|_| Err(lost.clone())).collect()
            }),
        }
    }
}

/// Who commits a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The sequencer, so that the caller need not wait for the disk.
    Sequencer,
    /// The caller, who waits for the disk in any case, if nothing else is under way: it saves waking two threads.
    WhoeverIsFree,
}

/// Hands batches in, in groups that each fit a frame; without threads, commits them here.
pub(super) fn hand_in(inner: &Inner, readied: Readied, by: By) -> Ticket {
    let mut refused = Vec::with_capacity(readied.len());
    let mut prepared = Vec::with_capacity(readied.len());
    for one in readied {
        match one {
            Ok(batch) => {
                refused.push(None);
                prepared.push(batch);
            }
            Err(error) => refused.push(Some(error)),
        }
    }
    let groups = into_groups(prepared).into_iter().map(|group| put(inner, group, by)).collect();
    Ticket { refused, groups }
}

fn put(inner: &Inner, group: Vec<Prepared>, by: By) -> Pending {
    if !inner.has_threads {
        return Pending::Done(inner.commit(inner.engine(), group));
    }
    // The sequencer takes from the queue with the engine held, so whoever has the engine and finds the queue empty is next.
    if by == By::WhoeverIsFree
        && let Ok(engine) = inner.engine.try_lock()
        && inner.queue.is_idle()
    {
        let answers = inner.commit(engine, group);
        inner.signal.raise(false);
        return Pending::Done(answers);
    }
    let count = group.len();
    match inner.queue.put(group) {
        Some(receiver) => Pending::Waiting { count, receiver },
        None => {
            let closed = CommitError::NotSigning { problem: "the store is closing".to_owned() };
            Pending::Done((0..count).map(|_| Err(closed.clone())).collect())
        }
    }
}

fn into_groups(batches: Vec<Prepared>) -> Vec<Vec<Prepared>> {
    let mut groups: Vec<Vec<Prepared>> = Vec::new();
    let mut bytes = 0_usize;
    for batch in batches {
        bytes = bytes.saturating_add(batch.bytes);
        let fits = bytes <= MAX_FRAME_BODY_BYTES && groups.last().is_some_and(|group| group.len() < MAX_FRAME_BATCHES);
        if !fits {
            groups.push(Vec::new());
            bytes = batch.bytes;
        }
        if let Some(group) = groups.last_mut() {
            group.push(batch);
        }
    }
    groups
}

pub(super) fn start(inner: &Arc<Inner>) -> Vec<JoinHandle<()>> {
    let (sequencer, follower) = (Arc::clone(inner), Arc::clone(inner));
    vec![std::thread::spawn(move || sequence(&sequencer)), std::thread::spawn(move || keep_following(&follower))]
}

/// Ends what depends on the sequencer, however it ends: after a panic of it nobody would be answered for ever.
struct Ending<'run> {
    inner: &'run Inner,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.inner.queue.abandon();
        self.inner.signal.raise(true);
    }
}

/// Commits until the queue is closed and empty.
fn sequence(inner: &Inner) {
    let _ending = Ending { inner };
    while inner.queue.wait() {
        let engine = inner.engine();
        let mut groups = inner.queue.take();
        let counts: Vec<_> = groups.iter().map(|group| group.batches.len()).collect();
        let batches = groups.iter_mut().flat_map(|group| std::mem::take(&mut group.batches)).collect();
        let mut answers = inner.commit(engine, batches).into_iter();
        for (group, count) in groups.into_iter().zip(counts) {
            group.answer(answers.by_ref().take(count).collect());
        }
        inner.signal.raise(false);
    }
}

/// Follows and publishes until the sequencer has stopped. What fails is tried again at the next turn: nothing that was
/// acknowledged depends on it.
fn keep_following(inner: &Inner) {
    let interval = Duration::from_millis(PUBLISH_EVERY_MS);
    let mut published = Instant::now();
    while !inner.signal.wait(interval, Duration::from_millis(FOLLOW_EVERY_MS)) {
        let followed = inner.follow_on().and_then(|()| inner.body_keys.make_ahead());
        let due = published.elapsed() >= interval;
        let done = if due { followed.and_then(|()| inner.publish()) } else { followed };
        if due {
            published = Instant::now();
        }
        inner.set_trouble(done.err().map(|error| error.to_string()));
    }
}

/// Tells the follower that there is more.
#[derive(Debug, Default)]
pub(super) struct Signal {
    state: Mutex<Raised>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Raised {
    is_more: bool,
    is_last: bool,
}

impl Signal {
    pub(super) fn raise(&self, is_last: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever was woken already looks at all that there is.
        let is_news = !state.is_more || is_last;
        *state = Raised { is_more: true, is_last: state.is_last || is_last };
        drop(state);
        if is_news {
            self.changed.notify_one();
        }
    }

    /// Waits for more, at most an interval, and then a while for others to come along. True once it was the last.
    fn wait(&self, interval: Duration, pause: Duration) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(state, interval, |state| !state.is_more);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let paused = self.changed.wait_timeout_while(state, pause, |state| !state.is_last);
        let (mut state, _) = paused.unwrap_or_else(PoisonError::into_inner);
        state.is_more = false;
        state.is_last
    }
}
