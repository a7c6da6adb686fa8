//! The promise of a store, whatever lies beneath it: files here, a database server elsewhere. Each backend runs the suite in
//! `conformance`, a module behind a feature of that name.

use record::time::Timestamp;
use tlog::checkpoint::SignedCheckpoint;

use crate::batch::{Batch, BatchId, LogName, Place};

/// Where a node keeps its logs, bodies, receipts and counters.
///
/// All calls may come from several threads. They block until they are done; none needs a runtime.
///
/// * **Durable on return.** When [`Store::commit`] answers a batch with `Ok`, the whole batch is on the disk under a
///   checkpoint that the log's key signed, and no crash takes it away.
/// * **Whole or not at all.** No reader and no recovery ever sees a part of a batch.
/// * **One order.** Batches of one call are committed in the order given. An entry's index never changes.
/// * **Idempotent.** A batch whose id was committed before, as far back as
///   [`REMEMBERED_BATCHES`](crate::limits::REMEMBERED_BATCHES) and the last two segments, is answered as it was then and
///   changes nothing.
/// * **One writer.** At most one store writes to a place at any time; a second one is refused when it opens, and never
///   later.
/// * **What a reader sees.** Whatever was answered with `Ok` before the reader asked, and nothing that was not committed.
///   [`Store::published`] may lie behind by the publisher's interval: what it answers was committed before it was published.
/// * **Refusal is final.** After [`CommitError`] other than [`CommitError::Unknown`] nothing of the batch is or will be in
///   the store. After `Unknown` the same batch, with its id, may be sent again until there is another answer.
pub trait Store: Send + Sync {
    /// Commits batches, each whole or not at all, and answers each in its place.
    fn commit(&self, batches: Vec<Batch>) -> Vec<Result<Committed, CommitError>>;

    /// The logs that are open, each with its size and root after the last commit.
    ///
    /// # Errors
    /// [`StoreError`].
    fn heads(&self) -> Result<Vec<Head>, StoreError>;

    /// The latest checkpoint of a log that may be shown: signed by all keys of the log. None if there is none yet.
    ///
    /// # Errors
    /// [`StoreError`].
    fn published(&self, log: &LogName) -> Result<Option<SignedCheckpoint>, StoreError>;

    /// The entries of a log from an index on: at most `limit`, fewer where the log ends.
    ///
    /// # Errors
    /// [`StoreError`].
    fn entries(&self, log: &LogName, from: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError>;

    /// The bodies of entries, each in its place.
    ///
    /// # Errors
    /// [`StoreError`]: also for a place that the log has not reached.
    fn bodies(&self, places: &[Place]) -> Result<Vec<Body>, StoreError>;

    /// A private receipt by its digest.
    ///
    /// # Errors
    /// [`StoreError`].
    fn receipt(&self, digest: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Where counters stand, each in its place; 0 for one that was never moved.
    ///
    /// # Errors
    /// [`StoreError`].
    fn counters(&self, names: &[&str]) -> Result<Vec<i64>, StoreError>;
}

/// The end of a log after the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// The log.
    pub log: LogName,
    /// Its name for others.
    pub origin: String,
    /// Its leaves.
    pub size: u64,
    /// Its root.
    pub root: tlog::Hash,
}

impl Head {
    /// A head.
    #[must_use]
    pub const fn new(log: LogName, origin: String, size: u64, root: tlog::Hash) -> Self {
        Self { log, origin, size, root }
    }
}

/// What became of an entry's body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// The entry has none.
    None,
    /// It is here.
    Kept(Vec<u8>),
    /// It was erased, and no key for it exists.
    Erased,
}

/// A batch that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Committed {
    /// The batch.
    pub id: BatchId,
    /// The frame that holds it: frames are numbered from 0 without a gap.
    pub frame: u64,
    /// When it was committed, by this machine's clock, which never runs backwards here.
    pub time: Timestamp,
    /// Where its entries lie, in their order.
    pub entries: Vec<Place>,
}

impl Committed {
    /// A batch in its frame.
    #[must_use]
    pub const fn new(id: BatchId, frame: u64, time: Timestamp, entries: Vec<Place>) -> Self {
        Self { id, frame, time, entries }
    }
}

/// A batch was not committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// The batch is more than a store takes.
    #[error("the batch has {got} {what}; the limit is {limit}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        got: usize,
        /// The limit.
        limit: usize,
    },
    /// It names a log that was not opened.
    #[error("there is no log {log}")]
    NoSuchLog {
        /// The log.
        log: LogName,
    },
    /// It opens a log that is open under another origin, or an origin that another log has.
    #[error("log {log} cannot be opened as `{origin}`: the name or the origin is taken, or is no origin")]
    OriginTaken {
        /// The log.
        log: LogName,
        /// The origin that was wanted.
        origin: String,
    },
    /// A log has grown since the caller looked.
    #[error("log {log} has {found} entries, not the {expected} that the batch states")]
    Moved {
        /// The log.
        log: LogName,
        /// What the batch expects.
        expected: u64,
        /// What there is.
        found: u64,
    },
    /// A counter would pass its limit.
    #[error("counter {counter} stands at {stands} and may not pass {at_most}")]
    OverLimit {
        /// The counter.
        counter: String,
        /// Where it stands.
        stands: i64,
        /// The most at which it may stand.
        at_most: i64,
    },
    /// It puts into a feed what no policy released, or what was released into another log.
    #[error(
        "log {log} is a feed and takes only what was released; or what was released belongs into a feed, and this is none"
    )]
    NotReleased {
        /// The log.
        log: LogName,
    },
    /// It erases an entry that the log has not reached.
    #[error("{place} does not exist, so it cannot be erased")]
    NothingToErase {
        /// The place.
        place: Place,
    },
    /// The disk did not take it, and nothing of it is there.
    #[error("not committed, nothing was changed: {problem}")]
    NotWritten {
        /// What the disk said.
        problem: String,
        /// Whether the disk is full.
        is_full: bool,
    },
    /// The disk failed, and whether the batch is there cannot be known until it answers again.
    #[error("whether it was committed is not known: {problem}; send the same batch again")]
    Unknown {
        /// What the disk said.
        problem: String,
    },
    /// The store does not sign now, and says why.
    #[error("nothing is signed: {problem}")]
    NotSigning {
        /// Why.
        problem: String,
    },
}

/// A store cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] crate::disk::DiskError),
    /// A file is not what was written.
    #[error("`{path}` is damaged: {problem}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it, and where.
        problem: String,
    },
    /// There is no such log.
    #[error("there is no log {log}")]
    NoSuchLog {
        /// The log.
        log: LogName,
    },
    /// The log has not reached this entry.
    #[error("{place} does not exist")]
    NoSuchEntry {
        /// The place.
        place: Place,
    },
    /// The views' database failed. Views can be remade.
    #[error("the views failed: {problem}")]
    Views {
        /// What it said.
        problem: String,
    },
    /// The store cannot be opened or used as it is, and says what to do.
    #[error("{problem}")]
    Refused {
        /// Why.
        problem: String,
    },
}

impl StoreError {
    /// A damaged file.
    #[must_use]
    pub fn damaged(path: &str, problem: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), problem: problem.into() }
    }
}
