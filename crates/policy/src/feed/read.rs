//! Entries as members read them: canonical JSON, one version, one set of kinds, nothing beside what a kind has.

use record::base64url;
use record::digest::{Commitment, RecordDigest};
use record::json::{self, Json, Map};
use record::label::Marks;
use record::limits::{BODY_STEP_BYTES, MAX_RECORD_BYTES};
use record::time::Timestamp;
use tlog::limits::MAX_LOG_PROOF_BYTES;

use super::{Erased, MAX_ENTRY_BYTES, Recall};
use crate::decision::marks_of;
use crate::receipt::PublicReceipt;

/// Octets of the longest body that a member fetches: a record, with its author's proof if it is relayed, as JSON text, and
/// what pads it.
pub const MAX_BODY_BYTES: usize = MAX_RECORD_BYTES + 2 * MAX_LOG_PROOF_BYTES + BODY_STEP_BYTES;

/// An entry of somebody's feed. What it says is its sender's word: the feed's checkpoint signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadEntry {
    /// A record is released.
    Release(Box<ReleaseEntry>),
    /// An earlier entry is taken back.
    Recall(Recall),
    /// Other marks hold for an earlier entry.
    Marks(Box<MarksEntry>),
    /// The body of an earlier entry was erased.
    Erased(Erased),
    /// Nothing follows.
    Close {
        /// When.
        time: Timestamp,
    },
}

/// What a release entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReleaseEntry {
    /// The index of the record's leaf in the sender's node log.
    pub node_index: u64,
    /// The leaf.
    pub commitment: Commitment,
    /// What opens it.
    pub salt: [u8; 32],
    /// The record.
    pub record: RecordDigest,
    /// SHA-256 of the body.
    pub body: [u8; 32],
    /// Octets of the body: at most [`MAX_BODY_BYTES`].
    pub body_bytes: usize,
    /// The marks in force on what is shown.
    pub marks: Marks,
    /// What the sender decided.
    pub receipt: PublicReceipt,
}

/// Other marks for an earlier entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarksEntry {
    /// That entry's index in the feed.
    pub index: u64,
    /// Its record.
    pub record: RecordDigest,
    /// The marks from now on.
    pub marks: Marks,
    /// When.
    pub time: Timestamp,
}

/// An entry is not as a writer of this format makes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadEntry {
    /// Longer than any honest entry.
    #[error("an entry of {bytes} octets; the limit is {MAX_ENTRY_BYTES}")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// It is no canonical JSON object.
    #[error("the entry is not canonical JSON (RFC 8785)")]
    NotCanonical,
    /// A version or kind that this build does not know: a later build may.
    #[error("this build knows no entry of version {version} and kind `{}`; a newer one may", kind.escape_debug())]
    Unknown {
        /// The version, 0 if it names none.
        version: i64,
        /// The kind.
        kind: String,
    },
    /// A member is missing, of a wrong form, or one too many.
    #[error("the {kind} entry's `{member}` is missing or not as it must be")]
    Member {
        /// The kind.
        kind: &'static str,
        /// The member; empty if there is one too many.
        member: &'static str,
    },
}

impl ReadEntry {
    /// Reads an entry.
    ///
    /// # Errors
    /// [`BadEntry`].
    pub fn read(octets: &[u8]) -> Result<Self, BadEntry> {
        if octets.len() > MAX_ENTRY_BYTES {
            return Err(BadEntry::TooLong { bytes: octets.len() });
        }
        let value = json::parse(octets).map_err(|_| BadEntry::NotCanonical)?;
        if json::canonical(&value).ok().as_deref() != Some(octets) {
            return Err(BadEntry::NotCanonical);
        }
        let Json::Object(map) = value else { return Err(BadEntry::NotCanonical) };
        let version = map.get("v").and_then(Json::as_integer).unwrap_or(0);
        let kind = map.text("kind").unwrap_or_default();
        match (version, kind) {
            (1, "release") => Members::of("release", &map, 10).release(),
            (1, "recall") => Members::of("recall", &map, 6).recall(),
            (1, "marks") => Members::of("marks", &map, 6).marks(),
            (1, "erased") => Members::of("erased", &map, 5).erased(),
            (1, "close") => Members::of("close", &map, 3).close(),
            _ => Err(BadEntry::Unknown { version, kind: kind.chars().take(40).collect() }),
        }
    }
}

/// The members of one entry, and how many there must be.
struct Members<'m> {
    kind: &'static str,
    map: &'m Map,
    count: usize,
}

impl<'m> Members<'m> {
    const fn of(kind: &'static str, map: &'m Map, count: usize) -> Self {
        Self { kind, map, count }
    }

    const fn bad(&self, member: &'static str) -> BadEntry {
        BadEntry::Member { kind: self.kind, member }
    }

    fn done(&self, entry: ReadEntry) -> Result<ReadEntry, BadEntry> {
        if self.map.len() == self.count { Ok(entry) } else { Err(self.bad("")) }
    }

    fn parsed<T: std::str::FromStr>(&self, member: &'static str) -> Result<T, BadEntry> {
        self.map.text(member).and_then(|text| text.parse().ok()).ok_or_else(|| self.bad(member))
    }

    fn count(&self, member: &'static str) -> Result<u64, BadEntry> {
        let number = self.map.get(member).and_then(Json::as_integer);
        number.and_then(|number| u64::try_from(number).ok()).ok_or_else(|| self.bad(member))
    }

    fn octets(&self, member: &'static str) -> Result<[u8; 32], BadEntry> {
        let text = self.map.text(member).ok_or_else(|| self.bad(member))?;
        base64url::decode_exactly(text).map_err(|_| self.bad(member))
    }

    fn object(&self, member: &'static str) -> Result<&'m Map, BadEntry> {
        match self.map.get(member) {
            Some(Json::Object(map)) => Ok(map),
            _ => Err(self.bad(member)),
        }
    }

    fn marks_of(&self) -> Result<Marks, BadEntry> {
        marks_of(self.object("marks")?).map_err(|_| self.bad("marks"))
    }

    fn release(&self) -> Result<ReadEntry, BadEntry> {
        let body_bytes = usize::try_from(self.count("body_bytes")?).map_err(|_| self.bad("body_bytes"))?;
        if body_bytes > MAX_BODY_BYTES || body_bytes % BODY_STEP_BYTES != 0 {
            return Err(self.bad("body_bytes"));
        }
        let receipt = PublicReceipt::from_map(self.object("receipt")?).ok_or_else(|| self.bad("receipt"))?;
        self.done(ReadEntry::Release(Box::new(ReleaseEntry {
            node_index: self.count("node_index")?,
            commitment: self.parsed("commitment")?,
            salt: self.octets("salt")?,
            record: self.parsed("record")?,
            body: self.octets("body")?,
            body_bytes,
            marks: self.marks_of()?,
            receipt,
        })))
    }

    fn recall(&self) -> Result<ReadEntry, BadEntry> {
        let (index, record) = (self.count("index")?, self.parsed("record")?);
        let recall = Recall::new(index, record, self.parsed("reason")?, self.parsed("time")?);
        self.done(ReadEntry::Recall(recall))
    }

    fn marks(&self) -> Result<ReadEntry, BadEntry> {
        self.done(ReadEntry::Marks(Box::new(MarksEntry {
            index: self.count("index")?,
            record: self.parsed("record")?,
            marks: self.marks_of()?,
            time: self.parsed("time")?,
        })))
    }

    fn erased(&self) -> Result<ReadEntry, BadEntry> {
        let erased = Erased::new(self.count("index")?, self.parsed("record")?, self.parsed("time")?);
        self.done(ReadEntry::Erased(erased))
    }

    fn close(&self) -> Result<ReadEntry, BadEntry> {
        self.done(ReadEntry::Close { time: self.parsed("time")? })
    }
}
