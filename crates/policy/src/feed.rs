//! Feeds: what the members of one agreement see of one sender, entry by entry.
//!
//! One feed belongs to one sender, one agreement and one epoch. Its entries are canonical JSON of at most 16 KiB. The writer
//! takes [`Released`] and nothing else that holds content, and nobody else can make an entry.
//!
//! ```
//! use policy::feed::FeedWriter;
//! use policy::released::Released;
//! use record::Record;
//!
//! fn publish(writer: &mut FeedWriter, released: Released<Record>) -> bool {
//!     writer.append(released).is_ok()
//! }
//! ```
//!
//! A record that is only signed is not taken:
//!
//! ```compile_fail,E0308
//! use policy::feed::FeedWriter;
//! use record::{Record, Signed};
//!
//! fn publish(writer: &mut FeedWriter, signed: Signed<Record>) -> bool {
//!     writer.append(signed).is_ok()
//! }
//! ```
//!
//! Nor is one that is believed:
//!
//! ```compile_fail,E0308
//! use policy::belief::Verified;
//! use policy::feed::FeedWriter;
//! use record::Record;
//!
//! fn publish(writer: &mut FeedWriter, verified: Verified<Record>) -> bool {
//!     writer.append(verified).is_ok()
//! }
//! ```
//!
//! An entry cannot be made without the writer:
//!
//! ```compile_fail,E0451
//! use policy::feed::FeedEntry;
//!
//! fn forge(entry: Vec<u8>, like: FeedEntry) -> FeedEntry {
//!     FeedEntry { entry, ..like }
//! }
//! ```

mod entry;
mod read;

pub use entry::{Erased, MarksInForce, Recall, RecallReason};
pub use read::{BadEntry, MAX_BODY_BYTES, MarksEntry, ReadEntry, ReleaseEntry};

use record::Record;
use record::digest::{AgreementDigest, PartyId, sha256};
use record::json::{self, Json, Map};
use record::label::{Marks, Recipients};
use record::limits::{BODY_STEP_BYTES, MAX_SAFE_INTEGER};
use record::time::Timestamp;

use crate::decision::{Movement, Permit, marks_json};
use crate::receipt::{PrivateReceipt, PublicReceipt};
use crate::released::{OwnLeaf, Released};

/// Octets of one entry: sixteen fit into a page of memory that a weak link can load at once.
pub const MAX_ENTRY_BYTES: usize = 16 * 1024;

/// An entry of a feed with the body beside it. Only [`FeedWriter`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    agreement: AgreementDigest,
    entry: Vec<u8>,
    body: Option<Vec<u8>>,
    receipt: Option<PrivateReceipt>,
    movements: Vec<Movement>,
}

impl FeedEntry {
    /// The agreement whose feed takes it.
    #[must_use]
    pub const fn agreement(&self) -> AgreementDigest {
        self.agreement
    }

    /// The entry: JCS.
    #[must_use]
    pub fn entry(&self) -> &[u8] {
        &self.entry
    }

    /// What members fetch by its digest.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// What stays at home.
    #[must_use]
    pub const fn receipt(&self) -> Option<&PrivateReceipt> {
        self.receipt.as_ref()
    }

    /// Counters that move in the same commit.
    #[must_use]
    pub fn movements(&self) -> &[Movement] {
        &self.movements
    }
}

/// An entry cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// It was released under another agreement.
    #[error("this was released under agreement {found}, and the feed is that of {expected}")]
    OtherAgreement {
        /// The agreement of the release.
        found: AgreementDigest,
        /// The agreement of the feed.
        expected: AgreementDigest,
    },
    /// More fields than an entry holds.
    #[error("the entry has {bytes} octets; the limit is {MAX_ENTRY_BYTES}: split the record, or show fewer fields")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// The feed was closed.
    #[error("the feed is closed: its members have changed, so what follows goes into a new one")]
    Closed,
}

/// Writes entries for one feed: the only way into feed space.
#[derive(Debug)]
pub struct FeedWriter {
    agreement: AgreementDigest,
    is_closed: bool,
    entries: Vec<FeedEntry>,
}

impl FeedWriter {
    /// A writer for the feed of an agreement.
    #[must_use]
    pub const fn new(agreement: AgreementDigest) -> Self {
        Self { agreement, is_closed: false, entries: Vec::new() }
    }

    /// Adds a release.
    ///
    /// # Errors
    /// [`FeedError`], with nothing added.
    pub fn append(&mut self, released: Released<Record>) -> Result<(), FeedError> {
        let (found, expected) = (released.permit().agreement, self.agreement);
        if found != expected {
            return Err(FeedError::OtherAgreement { found, expected });
        }
        let body = body(&released);
        let (permit, author) = (released.permit(), released.shown().content().issuer());
        let entry = self.write(release(permit, author, released.leaf(), &body, released.public_receipt()))?;
        let (receipt, movements) = released.into_receipt_and_movements();
        let agreement = self.agreement;
        self.entries.push(FeedEntry { agreement, entry, body: Some(body), receipt: Some(receipt), movements });
        Ok(())
    }

    /// Takes an earlier release back. Members are asked to delete what they have.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn recall(&mut self, recall: &Recall) -> Result<(), FeedError> {
        self.bare(recall.to_map())
    }

    /// States other marks for an earlier release.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn marks(&mut self, marks: &MarksInForce) -> Result<(), FeedError> {
        self.bare(marks.to_map())
    }

    /// Says that a body was erased: from then on its absence is no evidence.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn erased(&mut self, erased: &Erased) -> Result<(), FeedError> {
        self.bare(erased.to_map())
    }

    /// Closes the feed. Nothing follows.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn close(&mut self, time: Timestamp) -> Result<(), FeedError> {
        self.bare(Map::new().with("kind", "close").with("time", time.to_string()))?;
        self.is_closed = true;
        Ok(())
    }

    /// What was written, in order.
    #[must_use]
    pub fn into_entries(self) -> Vec<FeedEntry> {
        self.entries
    }

    fn bare(&mut self, map: Map) -> Result<(), FeedError> {
        let (agreement, entry) = (self.agreement, self.write(map)?);
        self.entries.push(FeedEntry { agreement, entry, body: None, receipt: None, movements: Vec::new() });
        Ok(())
    }

    fn write(&self, map: Map) -> Result<Vec<u8>, FeedError> {
        if self.is_closed {
            return Err(FeedError::Closed);
        }
        let entry = canonical(map);
        let bytes = entry.len();
        if bytes > MAX_ENTRY_BYTES { Err(FeedError::TooLong { bytes }) } else { Ok(entry) }
    }
}

/// The entry of a release.
fn release(permit: &Permit, author: PartyId, leaf: &OwnLeaf, body: &[u8], receipt: &PublicReceipt) -> Map {
    Map::new()
        .with("kind", "release")
        .with("node_index", Json::count(leaf.index))
        .with("commitment", leaf.commitment.to_string())
        .with("salt", record::base64url::encode(&leaf.salt))
        .with("record", permit.record.to_string())
        .with("body", record::base64url::encode(&body_digest(body)))
        .with("body_bytes", Json::count(body.len()))
        .with("marks", marks_json(&for_members(permit, author)))
        .with("receipt", receipt.to_map())
}

/// Octets of the places of an entry up to which nobody need measure it: all else in it, with marks that name the 64 parties
/// of the largest agreement twice, is shorter than the rest.
const SMALL_BYTES: usize = 8 * 1024;

/// Whether the entry of what a decision permits could be longer than one may be, and by what it could: with the largest
/// index, so that it holds wherever the entry will stand. A decision asks this, so that it is not found out at the last step.
pub(crate) fn overlong(permit: &Permit, author: PartyId) -> Option<usize> {
    let places = permit.shown.iter().map(|path| quoted_bytes(path.as_str()));
    if places.fold(0, usize::saturating_add) <= SMALL_BYTES {
        return None;
    }
    let commitment = record::digest::Commitment::from_octets([0; 32]);
    let leaf = OwnLeaf::new(u64::try_from(MAX_SAFE_INTEGER).unwrap_or(u64::MAX), commitment, [0; 32]);
    // Every time is written alike long, so that the answer does not hang on it.
    let public = PublicReceipt::of(permit, Timestamp::from_micros(0), [0; 32]);
    let map = release(permit, author, &leaf, &[], &public).with("body_bytes", Json::count(MAX_SAFE_INTEGER));
    let bytes = canonical(map).len();
    (bytes > MAX_ENTRY_BYTES).then_some(bytes)
}

/// The most octets of a text in canonical JSON, with its quotes and a comma.
fn quoted_bytes(text: &str) -> usize {
    let octets = text.bytes().map(|octet| match octet {
        0..0x20 => 6,
        b'"' | b'\\' => 2,
        _ => 1,
    });
    octets.fold(3, usize::saturating_add)
}

fn canonical(map: Map) -> Vec<u8> {
    // Text and whole numbers of the profile can always be written.
    json::canonical(&Json::from(map.with("v", Json::count(1)))).unwrap_or_default()
}

/// The marks as members may read them: who else received something, or told us of it, is no business of theirs.
fn for_members(permit: &Permit, author: PartyId) -> Marks {
    trimmed(&permit.marks, &|party| permit.recipients.contains(party) || *party == author)
}

fn trimmed(marks: &Marks, is_known: &dyn Fn(&PartyId) -> bool) -> Marks {
    let recipients = match marks.recipients() {
        Recipients::Anyone => Recipients::Anyone,
        Recipients::Only(parties) => {
            Recipients::Only(parties.iter().filter(|party| is_known(party)).copied().collect())
        }
    };
    let origins: Vec<_> = marks.origins().iter().filter(|party| is_known(party)).copied().collect();
    marks.clone().with_recipients(recipients).with_origins(origins)
}

/// What members fetch: the record as shown; of a relayed one with its author's proof. Padded, so that its length tells little.
fn body(released: &Released<Record>) -> Vec<u8> {
    let record = released.shown().envelope().to_json();
    let mut text = match released.author_proof() {
        None => record,
        Some(proof) => {
            let proof = Json::text(proof.to_string()).to_text();
            format!("{{\"author_proof\":{proof},\"record\":{record}}}")
        }
    };
    let padded = text.len().div_ceil(BODY_STEP_BYTES).saturating_mul(BODY_STEP_BYTES);
    text.extend(std::iter::repeat_n(' ', padded.saturating_sub(text.len())));
    text.into_bytes()
}

/// What a body is fetched by: SHA-256 over its octets, padding included.
#[must_use]
pub fn body_digest(body: &[u8]) -> [u8; 32] {
    sha256(&[body])
}
