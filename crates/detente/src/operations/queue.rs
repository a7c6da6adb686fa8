//! Whose command runs next: one at a time, since each takes the node's directory for itself.
//!
//! An account has one command that runs and one that waits, so whoever asks without a pause waits behind everybody else. After a command
//! the node has its directory for as long as the command had it, so peers get half of the time at least.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use access::Skeleton;
use api::{Problem, ProblemKind};

use crate::wanted;

/// How long a request waits for its turn, in milliseconds: some commands and as many pauses. Whoever has waited for so long is told to
/// come again.
const WAIT_MS: u64 = 20_000;

/// Commands of one account that wait: with the one that runs, a person's two windows.
const MAX_WAITING_OF_ACCOUNT: usize = 1;

/// Commands of all accounts that wait: each holds its body, and a thread.
const MAX_WAITING: usize = 16;

/// The shortest pause after a command, in milliseconds: within it a running node sees that its directory is free, and takes it back.
const LEAST_PAUSE_MS: u64 = 5 * wanted::LOOK_EVERY_MS;

/// When to come again, in seconds, where nothing says how long it will be.
const AGAIN_S: u32 = 5;

/// The queue of each directory. A process serves one; tests have many.
static QUEUES: Mutex<BTreeMap<PathBuf, Arc<Queue>>> = Mutex::new(BTreeMap::new());

/// The queue of one node's directory.
#[derive(Debug)]
pub(super) struct Queue {
    dir: PathBuf,
    state: Mutex<State>,
    has_changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_running: bool,
    /// Who waits, in the order in which they came. Nobody stands here twice.
    waiting: VecDeque<Skeleton>,
    /// Until then the node has its directory.
    paused_until: Option<Instant>,
}

/// That it is our turn, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'q> {
    queue: &'q Queue,
    began: Instant,
}

/// The answer to whoever finds something else at work.
pub(super) fn busy() -> Problem {
    Problem::new(ProblemKind::Busy).retry_after(AGAIN_S)
}

impl Queue {
    /// The queue of a directory.
    pub(super) fn of(dir: &Path) -> Arc<Self> {
        let mut queues = lock(&QUEUES);
        Arc::clone(queues.entry(dir.to_owned()).or_insert_with(|| Arc::new(Self::new(dir))))
    }

    fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), state: Mutex::default(), has_changed: Condvar::new() }
    }

    /// Waits for the turn of an account.
    ///
    /// # Errors
    /// 429 if a command of the account waits already, 503 if too many wait, or it was not its turn within [`WAIT_MS`]; each says when
    /// to come again.
    pub(super) fn enter(&self, account: &Skeleton) -> Result<Turn<'_>, Problem> {
        self.enter_within(account, Duration::from_millis(WAIT_MS))
    }

    fn enter_within(&self, account: &Skeleton, most: Duration) -> Result<Turn<'_>, Problem> {
        let end = Instant::now() + most;
        let mut state = lock(&self.state);
        state.check(account)?;
        state.waiting.push_back(account.clone());
        loop {
            let now = Instant::now();
            let left = state.wait(account, now);
            if left.is_zero() {
                let _first = state.waiting.pop_front();
                state.is_running = true;
                return Ok(Turn { queue: self, began: now });
            }
            if now >= end {
                state.waiting.retain(|one| one != account);
                let refused = state.come_again(ProblemKind::Busy);
                drop(state);
                self.has_changed.notify_all();
                return Err(refused);
            }
            let left = left.min(end.saturating_duration_since(now));
            state = self.has_changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// How long the node keeps its directory after a command that took so long; not at all where no node runs.
    fn pause_after(&self, took: Duration) -> Duration {
        let pause = took.max(Duration::from_millis(LEAST_PAUSE_MS));
        if wanted::is_served(&self.dir) { pause } else { Duration::ZERO }
    }
}

impl State {
    fn check(&self, account: &Skeleton) -> Result<(), Problem> {
        let own = self.waiting.iter().filter(|one| *one == account).count();
        if own >= MAX_WAITING_OF_ACCOUNT {
            return Err(self.come_again(ProblemKind::TooMany));
        }
        if self.waiting.len() >= MAX_WAITING {
            return Err(self.come_again(ProblemKind::Busy));
        }
        Ok(())
    }

    /// How long this account has to wait at least; nothing if it is its turn.
    fn wait(&self, account: &Skeleton, now: Instant) -> Duration {
        if self.is_running || self.waiting.front() != Some(account) {
            return Duration::MAX;
        }
        self.paused_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    fn come_again(&self, kind: ProblemKind) -> Problem {
        let pause = self.paused_until.map_or(0, |until| until.saturating_duration_since(Instant::now()).as_secs());
        Problem::new(kind).retry_after(u32::try_from(pause).unwrap_or(u32::MAX).saturating_add(1).max(AGAIN_S))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let pause = self.queue.pause_after(self.began.elapsed());
        let mut state = lock(&self.queue.state);
        state.is_running = false;
        state.paused_until = Instant::now().checked_add(pause);
        drop(state);
        self.queue.has_changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::thread;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    fn who(name: &str) -> Skeleton {
        Skeleton::of(name)
    }

    /// Waits until so many stand in the queue.
    fn until_waiting(queue: &Queue, count: usize) {
        while lock(&queue.state).waiting.len() < count {
            thread::yield_now();
        }
    }

    fn unserved() -> Queue {
        Queue::new(Path::new("nowhere"))
    }

    #[test]
    fn an_account_has_one_command_that_runs_and_one_that_waits() {
        let queue = unserved();
        let turn = queue.enter(&who("lin")).unwrap();
        thread::scope(|scope| {
            let second = scope.spawn(|| queue.enter(&who("lin")).map(drop));
            until_waiting(&queue, 1);
            let third = queue.enter(&who("Lin")).map(drop).unwrap_err();
            assert_eq!((third.kind(), third.status()), (ProblemKind::TooMany, 429));
            assert!(third.headers(api::Language::English).contains(&("Retry-After", "5".to_owned())));
            let other = scope.spawn(|| queue.enter(&who("rel")).map(drop));
            until_waiting(&queue, 2);
            drop(turn);
            assert!(second.join().unwrap().is_ok() && other.join().unwrap().is_ok());
        });
    }

    #[test]
    fn whoever_waits_for_too_long_is_told_to_come_again_and_holds_up_nobody() {
        let queue = unserved();
        let turn = queue.enter(&who("lin")).unwrap();
        let late = queue.enter_within(&who("rel"), SHORT).map(drop).unwrap_err();
        assert_eq!((late.kind(), late.status()), (ProblemKind::Busy, 503));
        assert!(lock(&queue.state).waiting.is_empty());
        drop(turn);
        assert!(queue.enter_within(&who("rel"), SHORT).is_ok());
    }

    #[test]
    fn so_many_wait_and_no_more() {
        let queue = unserved();
        let turn = queue.enter(&who("lin")).unwrap();
        thread::scope(|scope| {
            let names: Vec<_> = (0..MAX_WAITING).map(|number| who(&format!("program-{number}"))).collect();
            let queue = &queue;
            names.into_iter().for_each(|name| drop(scope.spawn(move || queue.enter(&name).map(drop))));
            until_waiting(queue, MAX_WAITING);
            let late = queue.enter(&who("rel")).map(drop).unwrap_err();
            assert_eq!(late.status(), 503);
            drop(turn);
        });
        assert!(lock(&queue.state).waiting.is_empty(), "all had their turn");
    }

    /// Sets a flag however a story ends: threads that look at it end too, and a failure is told.
    struct Sets<'a>(&'a AtomicBool);

    impl Drop for Sets<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    /// Three threads of one account ask without a pause; whoever else asks waits for one of them at most.
    #[test]
    fn whoever_asks_without_a_pause_waits_behind_the_others() {
        let (queue, is_over, turns) = (unserved(), AtomicBool::new(false), AtomicU64::new(0));
        let flood = || {
            while !is_over.load(Ordering::SeqCst) {
                if let Ok(turn) = queue.enter(&who("flood")) {
                    turns.fetch_add(1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(5));
                    drop(turn);
                }
            }
        };
        let is_in = |name| lock(&queue.state).waiting.contains(&who(name));
        thread::scope(|scope| {
            let _ends = Sets(&is_over);
            (0..3).for_each(|_| drop(scope.spawn(flood)));
            until_waiting(&queue, 1);
            for _ in 0..20 {
                let asks = scope.spawn(|| {
                    let turn = queue.enter(&who("lin")).unwrap();
                    let at_its_turn = turns.load(Ordering::SeqCst);
                    drop(turn);
                    at_its_turn
                });
                while !is_in("lin") && !asks.is_finished() {
                    thread::yield_now();
                }
                let before = turns.load(Ordering::SeqCst);
                // The one that runs, and the one that stood here before.
                assert!(asks.join().unwrap().saturating_sub(before) <= 2);
            }
        });
    }

    /// While a node runs, four accounts without a pause have its directory for half of the time and no more. No pause is waited for
    /// after the last of them.
    #[test]
    fn commands_have_half_of_the_time_at_most() {
        const TURNS: usize = 8;
        let dir = tempfile::tempdir().unwrap();
        let _served = wanted::serve(dir.path()).unwrap();
        let (queue, began, held) = (Queue::new(dir.path()), Instant::now(), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                let (queue, held) = (&queue, &held);
                scope.spawn(move || {
                    while lock(held).len() < TURNS {
                        let Ok(turn) = queue.enter(&who(name)) else { continue };
                        let from = Instant::now();
                        thread::sleep(Duration::from_millis(80));
                        lock(held).push(from.elapsed());
                        drop(turn);
                    }
                });
            }
        });
        let (held, all) = (lock(&held), began.elapsed());
        let (sum, last): (Duration, _) = (held.iter().sum(), held[held.len() - 1]);
        assert!(sum * 2 <= all + last, "{held:?} of {all:?}");
    }
}
