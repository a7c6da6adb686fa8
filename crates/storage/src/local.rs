//! The store on one machine: segment files, published logs and views in one directory, and the threads that keep them.

mod following;
mod reading;
mod threads;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use record::entropy::Entropy;

use crate::batch::{Batch, LogName};
use crate::body_keys::BodyKeys;
use crate::disk::{Disk, DiskLock};
use crate::engine::{Clock, Engine, Parts};
use crate::guard::{self, Gate, Guarded, HeadSource, Ours};
use crate::handed::HandOver;
use crate::keys::LogKeys;
use crate::layout::{self, Found, StoreId};
use crate::ledger::Log;
use crate::prepare::{Prepared, prepare};
use crate::publisher::Publisher;
use crate::queue::{Answers, Queue};
use crate::store::{CommitError, Head, StoreError};
use crate::views::{Source, View, Views};

pub use threads::Ticket;

/// How often what was committed is published, in milliseconds: within the second that the design gives the second
/// signature, and seldom enough that a busy log does not write its last tile for every commit.
pub const PUBLISH_EVERY_MS: u64 = 250;

/// A store in a directory of this machine. Dropping it commits what waits, and publishes nothing more.
pub struct LocalStore {
    inner: Arc<Inner>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

/// What the threads share.
pub(crate) struct Inner {
    disk: Arc<dyn Disk>,
    store: StoreId,
    body_keys: Arc<BodyKeys>,
    engine: Mutex<Engine>,
    views: Views,
    publisher: Mutex<Publisher>,
    gate: Arc<Gate>,
    clock: Clock,
    queue: Queue,
    signal: threads::Signal,
    has_threads: bool,
    /// Frames that are durable: followers read below this.
    committed: AtomicU64,
    /// Frames that views and publisher have both taken in, without anything failing since.
    caught_up: AtomicU64,
    /// The logs by their numbers, apart from the engine, so that the follower does not wait for a sync.
    names: Mutex<Arc<[LogName]>>,
    /// What the follower failed at last.
    trouble: Mutex<Option<String>>,
    #[expect(dead_code, reason = "held for its drop")]
    lock: DiskLock,
}

/// What a store is opened with.
#[non_exhaustive]
pub struct Options {
    /// Where it lies.
    pub disk: Arc<dyn Disk>,
    /// Who signs.
    pub keys: Arc<dyn LogKeys>,
    /// What time it is.
    pub clock: Clock,
    /// Where keys of bodies come from.
    pub entropy: Box<dyn Entropy + Send>,
    /// Views beside the store's own.
    pub views: Vec<Box<dyn View>>,
    /// Whether threads commit, follow and publish. Without them a commit runs in its caller, and views and published logs
    /// stay behind until they are asked for: for single commands and for simulation.
    pub threads: bool,
    /// Octets after which the next segment is begun; [`crate::limits::SEGMENT_BYTES`] if none.
    pub segment_bytes: Option<u64>,
}

impl Options {
    /// Without threads and without views of others.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, keys: Arc<dyn LogKeys>, clock: Clock, entropy: Box<dyn Entropy + Send>) -> Self {
        Self { disk, keys, clock, entropy, views: Vec::new(), threads: false, segment_bytes: None }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Options({:?}, {} views)", self.disk, self.views.len())
    }
}

impl fmt::Debug for LocalStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LocalStore({}, {} frames)", self.inner.store, self.inner.committed())
    }
}

impl LocalStore {
    /// Makes an empty store in a directory that has none, and opens it.
    ///
    /// # Errors
    /// [`StoreError`], among them [`StoreError::Refused`] if there is a store already.
    pub fn create(mut options: Options) -> Result<Self, StoreError> {
        // Taken first: of two processes that make a store in one place, one is refused.
        let lock = options.disk.lock()?;
        match layout::find(&*options.disk)? {
            Found::Nothing => drop(layout::make(&*options.disk, &mut *options.entropy)?),
            Found::Store(_) => return Err(StoreError::Refused { problem: "there is a store already".to_owned() }),
        }
        Self::open_locked(options, lock)
    }

    /// Opens a store: takes its directory for this process, and recovers. Nothing is signed before [`LocalStore::guard`]
    /// has looked.
    ///
    /// # Errors
    /// [`StoreError`]: the directory is taken, has another layout, or is damaged; the message names the file.
    pub fn open(options: Options) -> Result<Self, StoreError> {
        // Looked at first, so that nothing is written where there is no store.
        layout::must(&*options.disk)?;
        let lock = options.disk.lock()?;
        Self::open_locked(options, lock)
    }

    fn open_locked(options: Options, lock: DiskLock) -> Result<Self, StoreError> {
        let store = layout::must(&*options.disk)?;
        // Whoever made the store may have died before the name of its layout file was durable.
        options.disk.sync_names("")?;
        // A view, like what lies in it.
        options.disk.make_folder(layout::VIEWS)?;
        let gate = Arc::new(Gate::shut(options.keys));
        let keys: Arc<dyn LogKeys> = Arc::<Gate>::clone(&gate);
        let body_keys = Arc::new(BodyKeys::new(Arc::clone(&options.disk), store, 0, options.entropy));
        let hand_over = (!options.views.is_empty()).then(|| Arc::new(HandOver::default()));
        let views = Views::open(&*options.disk, store, options.views, hand_over.clone())?;
        let engine = Engine::open(Parts {
            disk: Arc::clone(&options.disk),
            store,
            body_keys: Arc::clone(&body_keys),
            log_keys: Arc::clone(&keys),
            clock: Arc::clone(&options.clock),
            segment_bytes: options.segment_bytes,
            seen: views.cursor()?.number,
            hand_over,
        })?;
        let committed = AtomicU64::new(engine.ledger().next_frame);
        let publisher = Publisher::new(Arc::clone(&options.disk), keys);
        let inner = Arc::new(Inner {
            disk: options.disk,
            store,
            body_keys,
            engine: Mutex::new(engine),
            views,
            publisher: Mutex::new(publisher),
            gate,
            clock: options.clock,
            queue: Queue::default(),
            signal: threads::Signal::default(),
            has_threads: options.threads,
            committed,
            caught_up: AtomicU64::new(0),
            names: Mutex::new(Arc::new([])),
            trouble: Mutex::new(None),
            lock,
        });
        inner.note_names(&inner.engine());
        inner.take_up()?;
        let threads = if options.threads { threads::start(&inner) } else { Vec::new() };
        Ok(Self { inner, threads })
    }

    /// The head of one log; none if it is not open here.
    #[must_use]
    pub fn head_of(&self, log: &LogName) -> Option<Head> {
        self.inner.engine().ledger().named(log).map(Log::head)
    }

    /// Compares with what others remember of a log, and lets this store sign if nothing speaks against it. To be called at
    /// every start, before the first signature; again whenever a source answers at last.
    ///
    /// # Errors
    /// [`StoreError`] if the log's own files cannot be read.
    pub fn guard(&self, log: &LogName, sources: &[Arc<dyn HeadSource>]) -> Result<Guarded, StoreError> {
        let mut publisher = self.inner.publisher();
        let logs = self.inner.catch_up(&mut publisher)?;
        let head = logs.iter().find(|one| one.name == *log).map(Log::head);
        let guarded = match head {
            None if sources.is_empty() => Guarded::Alone,
            // Somebody is asked about this log, so it was open once: segments that do not have it are not the newest.
            None => {
                Guarded::Unanswered { problems: vec![format!("log {log} is not open here, so it cannot be compared")] }
            }
            Some(head) => {
                let root_at = |size| publisher.root_at(log, &head, size).map_err(|error| error.to_string());
                let verifiers = self.inner.gate.verifiers(&head.origin);
                let ours = Ours { origin: &head.origin, size: head.size, verifiers: &verifiers, root_at: &root_at };
                guard::check(sources, &ours)
            }
        };
        self.inner.gate.set(guarded.objection());
        Ok(guarded)
    }

    /// Lets this store sign although no head source answered, because a person has checked. What a source has proved is not
    /// overruled. The caller logs who it was.
    #[must_use]
    pub fn resume(&self, guarded: &Guarded) -> bool {
        if guarded.may_resume() {
            self.inner.gate.set(None);
        }
        guarded.may_resume()
    }

    /// Why the clock is not believed, so that nothing is committed: it is far behind the last commit. None if it is believed.
    #[must_use]
    pub fn clock_objection(&self) -> Option<String> {
        self.inner.engine().clock_objection()
    }

    /// Commits although the clock is far behind the last commit, because a person has checked that the clock is right now.
    /// Commits bear the last one's time until the clock has passed it. The caller logs who it was.
    pub fn accept_clock(&self) {
        self.inner.engine().accept_clock();
    }

    /// Why nothing is signed; none if it is.
    #[must_use]
    pub fn objection(&self) -> Option<String> {
        self.inner.gate.objection()
    }

    /// What keeps views or published logs from following, if anything does. Nothing that was acknowledged is touched by it.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.inner.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hands in batches without waiting for the disk; bodies are put under their keys before this returns. Waits for room
    /// if too much waits already.
    pub fn submit(&self, batches: Vec<Batch>) -> Ticket {
        threads::hand_in(&self.inner, self.inner.ready(batches), threads::By::Sequencer)
    }

    /// Brings the views and the published files up to the last commit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn follow(&self) -> Result<(), StoreError> {
        self.inner.follow()
    }

    /// Publishes every log up to the last commit: what is shown to others from now on.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Refused`] while nothing is signed.
    pub fn publish(&self) -> Result<(), StoreError> {
        self.inner.publish()
    }

    /// Drops every view and everything that is published, and makes it anew from the segments. Tells how many frames of how
    /// many have been read.
    ///
    /// # Errors
    /// [`StoreError`]. What is half remade is gone on with at the next start.
    pub fn rebuild(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        self.inner.rebuild(progress)
    }

    /// Asks a view in its own words.
    ///
    /// # Errors
    /// [`StoreError::Views`].
    pub fn ask<T>(
        &self,
        question: impl FnOnce(&rusqlite::Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        self.inner.follow()?;
        self.inner.views.ask(question)
    }

    /// A digest over all that the views hold: the same for the same segments, however the views came to be.
    ///
    /// # Errors
    /// [`StoreError::Views`].
    pub fn views_digest(&self) -> Result<[u8; 32], StoreError> {
        self.inner.follow()?;
        self.inner.views.digest()
    }
}

impl Drop for LocalStore {
    fn drop(&mut self) {
        self.inner.queue.close();
        for thread in self.threads.drain(..) {
            let _panicked = thread.join();
        }
    }
}

impl Inner {
    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        // An engine whose thread panicked reads the truth again before it writes.
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn publisher(&self) -> MutexGuard<'_, Publisher> {
        self.publisher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn committed(&self) -> u64 {
        self.committed.load(Ordering::Acquire)
    }

    pub(crate) fn set_caught_up(&self, frames: u64) {
        self.caught_up.store(frames, Ordering::Release);
    }

    fn source(&self) -> Source<'_> {
        Source { disk: &*self.disk, store: self.store, keys: &self.body_keys }
    }

    pub(crate) fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    fn names(&self) -> MutexGuard<'_, Arc<[LogName]>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs are only ever added.
    fn note_names(&self, engine: &Engine) {
        let logs = &engine.ledger().logs;
        let mut names = self.names();
        if names.len() != logs.len() {
            *names = logs.iter().map(|log| log.name.clone()).collect();
        }
    }

    fn ready(&self, batches: Vec<Batch>) -> Readied {
        batches.into_iter().map(|batch| prepare(&self.body_keys, batch)).collect()
    }

    /// Commits groups in one frame, for whoever holds the engine.
    pub(crate) fn commit(&self, mut engine: MutexGuard<'_, Engine>, batches: Vec<Prepared>) -> Answers {
        let answers = engine.commit(batches, &|place, log| self.find_slot(place, log));
        self.note_names(&engine);
        // Readers and followers see a frame from here on; those who wait for it are answered after this.
        self.committed.store(engine.ledger().next_frame, Ordering::Release);
        answers
    }
}

/// Batches that were made ready, with the refusals of those that could not be.
pub(crate) type Readied = Vec<Result<Prepared, CommitError>>;
