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

/// Hands batches to the sequencer in groups that each fit a frame; without threads, commits them here.
pub(super) fn hand_in(inner: &Inner, readied: Readied) -> Ticket {
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
    let groups = into_groups(prepared).into_iter().map(|group| put(inner, group)).collect();
    Ticket { refused, groups }
}

fn put(inner: &Inner, group: Vec<Prepared>) -> Pending {
    if !inner.has_threads {
        return Pending::Done(inner.commit(group));
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
    let signal = Arc::new(Signal::default());
    let (sequencer, follower) = (Arc::clone(inner), Arc::clone(inner));
    let (tell, listen) = (Arc::clone(&signal), signal);
    vec![
        std::thread::spawn(move || sequence(&sequencer, &tell)),
        std::thread::spawn(move || keep_following(&follower, &listen)),
    ]
}

/// Ends what depends on the sequencer, however it ends: after a panic of it nobody would be answered for ever.
struct Ending<'run> {
    inner: &'run Inner,
    signal: &'run Signal,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.inner.queue.abandon();
        self.signal.raise(true);
    }
}

/// Commits until the queue is closed and empty.
fn sequence(inner: &Inner, signal: &Signal) {
    let _ending = Ending { inner, signal };
    while let Some(mut groups) = inner.queue.take() {
        let counts: Vec<_> = groups.iter().map(|group| group.batches.len()).collect();
        let batches = groups.iter_mut().flat_map(|group| std::mem::take(&mut group.batches)).collect();
        let mut answers = inner.commit(batches).into_iter();
        for (group, count) in groups.into_iter().zip(counts) {
            group.answer(answers.by_ref().take(count).collect());
        }
        signal.raise(false);
    }
}

/// Follows and publishes until the sequencer has stopped. What fails is tried again at the next turn: nothing that was
/// acknowledged depends on it.
fn keep_following(inner: &Inner, signal: &Signal) {
    let interval = Duration::from_millis(PUBLISH_EVERY_MS);
    let mut published = Instant::now();
    while !signal.wait(interval) {
        let followed = inner.follow().and_then(|()| inner.body_keys.make_ahead());
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
struct Signal {
    /// Whether there is more, and whether it is the last.
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Signal {
    fn raise(&self, is_last: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = (true, state.1 || is_last);
        drop(state);
        self.changed.notify_one();
    }

    /// Waits for more, at most an interval. True once it was the last.
    fn wait(&self, interval: Duration) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(state, interval, |(more, _)| !*more);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.0 = false;
        state.1
    }
}
