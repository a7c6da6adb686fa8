//! What is asked of a store: batches, each committed whole or not at all.

use std::fmt;
use std::str::FromStr;

use policy::feed::{FeedEntry, ReadEntry};
use record::digest::{AgreementDigest, sha256};
use record::{Record, Signed};

use crate::handed::Reading;
use crate::limits::MAX_NAME_BYTES;

/// The name of a log inside one node: lower-case letters, digits and hyphens. It names a folder and never leaves the node;
/// the log's origin is what others see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogName(String);

impl LogName {
    /// The node log.
    #[must_use]
    pub fn node() -> Self {
        Self("node".to_owned())
    }

    /// The feed of this node under an agreement, in an epoch: from 0, one more whenever its members change.
    #[must_use]
    pub fn feed(agreement: AgreementDigest, epoch: u32) -> Self {
        let digest = sha256(&[b"detente/feed-name/v1\0", agreement.octets(), &epoch.to_be_bytes()]);
        let short = digest.first_chunk().map(|head| u128::from_be_bytes(*head)).unwrap_or_default();
        Self(format!("{FEED}{short:032x}"))
    }

    /// Whether it is a feed: it takes only what was released.
    #[must_use]
    pub fn is_feed(&self) -> bool {
        self.0.starts_with(FEED)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What names of feeds begin with, and no other log's.
const FEED: &str = "feed-";

impl fmt::Display for LogName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for LogName {
    type Err = NotALogName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let plain = name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        let sound = plain && !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.starts_with('-');
        if sound { Ok(Self(name.to_owned())) } else { Err(NotALogName) }
    }
}

/// A text that names no log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a log's name has 1 to {MAX_NAME_BYTES} lower-case letters, digits and hyphens")]
#[non_exhaustive]
pub struct NotALogName;

/// Names a batch, so that one that is sent again after a lost answer is not committed twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId([u8; 32]);

impl BatchId {
    /// An id that was made or stored elsewhere. Two different batches must never share one: draw it at random, or derive it
    /// from all that the batch holds.
    #[must_use]
    pub const fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// An id that follows from what makes the batch unique.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let lengths: Vec<_> = parts.iter().flat_map(|part| part.len().to_be_bytes()).collect();
        let mut all = vec![b"detente/batch/v1\0".as_slice(), lengths.as_slice()];
        all.extend(parts);
        Self(sha256(&all))
    }

    /// Its octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BatchId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.0.first_chunk().map(|head| u64::from_be_bytes(*head)).unwrap_or_default();
        write!(out, "BatchId({short:016x}..)")
    }
}

/// Where an entry lies: its log and its index there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Place {
    /// The log.
    pub log: LogName,
    /// The leaf's index.
    pub index: u64,
}

impl Place {
    /// An entry of a log.
    #[must_use]
    pub const fn new(log: LogName, index: u64) -> Self {
        Self { log, index }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "entry {} of log {}", self.index, self.log)
    }
}

/// One entry for one log, and the body that stays at home beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewEntry {
    /// The log, which must have been opened.
    pub log: LogName,
    /// The entry as the log publishes it: a node log's commitment, a feed's JSON. At most 65,535 octets.
    pub entry: Vec<u8>,
    /// What lies under a key of its own until it is erased: salt and record.
    pub body: Option<Vec<u8>>,
    /// Whether it came out of a feed's writer. Feeds take nothing else, and no other log takes it.
    pub(crate) is_of_feed: bool,
    /// What is known of it, so that views need not read it again.
    pub(crate) reading: Reading,
}

impl NewEntry {
    /// An entry without a body.
    #[must_use]
    pub const fn bare(log: LogName, entry: Vec<u8>) -> Self {
        Self { log, entry, body: None, is_of_feed: false, reading: Reading { record: None, entry: None } }
    }

    /// An entry with its body.
    #[must_use]
    pub const fn with_body(log: LogName, entry: Vec<u8>, body: Vec<u8>) -> Self {
        Self { log, entry, body: Some(body), is_of_feed: false, reading: Reading { record: None, entry: None } }
    }

    /// An entry with a record as its body, under a salt that is given. As [`Self::with_body`] with the record's text, and views
    /// need not read that again.
    #[must_use]
    pub fn with_record(log: LogName, entry: Vec<u8>, salt: &[u8; 32], record: Signed<Record>) -> Self {
        let body = [salt.as_slice(), record.envelope().to_json().as_bytes()].concat();
        let reading = Reading { record: Some(Box::new(record.into_content())), entry: None };
        Self { reading, ..Self::with_body(log, entry, body) }
    }

    /// Says what the entry was read as, so that views need not read it again. It must be what [`ReadEntry::read`] makes of its
    /// octets.
    #[must_use]
    pub fn read_as(mut self, read: ReadEntry) -> Self {
        debug_assert_eq!(ReadEntry::read(&self.entry).as_ref(), Ok(&read), "an entry is read as what it is");
        self.reading.entry = Some(Box::new(read));
        self
    }
}

/// A movement of a counter, such as a budget of an agreement. The batch is refused if the counter would pass its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Movement {
    /// The counter. One that was never moved stands at 0.
    pub counter: String,
    /// By how much.
    pub by: i64,
    /// The most at which it may stand afterwards.
    pub at_most: i64,
}

impl Movement {
    /// A movement.
    #[must_use]
    pub const fn new(counter: String, by: i64, at_most: i64) -> Self {
        Self { counter, by, at_most }
    }
}

/// A private receipt: it stays at home under a key of its own and is opened only in a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrivateReceipt {
    /// What the public receipt says of it (design, section 5, "Receipts").
    pub digest: [u8; 32],
    /// Salt and text.
    pub body: Vec<u8>,
}

impl PrivateReceipt {
    /// A receipt under the digest that the public one names.
    #[must_use]
    pub const fn new(digest: [u8; 32], body: Vec<u8>) -> Self {
        Self { digest, body }
    }
}

/// What is committed whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// Its name.
    pub id: BatchId,
    /// Logs to open, each with its origin. One that is open under this origin already is no error.
    pub opens: Vec<(LogName, String)>,
    /// Entries, in the order in which they get their indices.
    pub entries: Vec<NewEntry>,
    /// Private receipts.
    pub receipts: Vec<PrivateReceipt>,
    /// Movements of counters, in order.
    pub movements: Vec<Movement>,
    /// Bodies to erase. The erasure record itself is one of the entries. What has no body, or none any more, is no error.
    pub erasures: Vec<Place>,
    /// Sizes that logs must have just before this batch, for entries that state them.
    pub expects: Vec<(LogName, u64)>,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub const fn new(id: BatchId) -> Self {
        Self {
            id,
            opens: Vec::new(),
            entries: Vec::new(),
            receipts: Vec::new(),
            movements: Vec::new(),
            erasures: Vec::new(),
            expects: Vec::new(),
        }
    }

    /// Opens a log.
    #[must_use]
    pub fn open(mut self, log: LogName, origin: &str) -> Self {
        self.opens.push((log, origin.to_owned()));
        self
    }

    /// Adds an entry.
    #[must_use]
    pub fn entry(mut self, entry: NewEntry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Adds what a feed's writer made, to the feed of its agreement in an epoch: the entry with its body, its private
    /// receipt, and the counters that it moves.
    #[must_use]
    pub fn feed(mut self, epoch: u32, released: &FeedEntry) -> Self {
        let log = LogName::feed(released.agreement(), epoch);
        let (entry, body) = (released.entry().to_vec(), released.body().map(<[u8]>::to_vec));
        self.entries.push(NewEntry { log, entry, body, is_of_feed: true, reading: Reading::default() });
        let receipt = released.receipt();
        self.receipts.extend(receipt.map(|one| PrivateReceipt::new(*one.digest(), one.body().to_vec())));
        let moved = released.movements().iter();
        self.movements.extend(moved.map(|one| Movement::new(one.counter.clone(), one.by, one.at_most)));
        self
    }

    /// Adds a private receipt.
    #[must_use]
    pub fn receipt(mut self, receipt: PrivateReceipt) -> Self {
        self.receipts.push(receipt);
        self
    }

    /// Moves a counter.
    #[must_use]
    pub fn movement(mut self, movement: Movement) -> Self {
        self.movements.push(movement);
        self
    }

    /// Erases a body.
    #[must_use]
    pub fn erase(mut self, place: Place) -> Self {
        self.erasures.push(place);
        self
    }

    /// Demands that a log has a size just before this batch.
    #[must_use]
    pub fn expect(mut self, log: LogName, size: u64) -> Self {
        self.expects.push((log, size));
        self
    }

    /// Octets that it holds, for bounds.
    #[must_use]
    pub fn octets(&self) -> usize {
        let bodies =
            self.entries.iter().map(|one| one.entry.len().saturating_add(one.body.as_ref().map_or(0, Vec::len)));
        let receipts = self.receipts.iter().map(|one| one.body.len());
        bodies.chain(receipts).fold(0, usize::saturating_add)
    }
}
