//! Urgent frames: a feed entry and its record in so few octets that the slowest line brings them in seconds.
//!
//! A frame proves nothing about any log. Whoever has read it has the very octets of the entry and of the body that a feed
//! must show later: *signed, proof pending*. The format is `docs/protocol.md`, "Urgent frames".
//!
//! ```text
//! version 1 | feed name 16 | index u64be | u16be length of raw | raw octets | deflate(skeleton)
//! ```
//!
//! Digests, salts and signatures do not shrink, so they stand apart as raw octets. The digest of a disclosure that is shown
//! follows from it, and stands nowhere.

mod check;
mod codes;
mod expand;
mod news;
mod proof;
mod shorten;
mod words;

pub use check::{Refused, Urgent};
pub use news::{MAX_NEWS_BYTES, MAX_NEWS_ENTRIES, read_news, write_news};
pub use proof::{BadShortProof, MAX_SHORT_PROOF_BYTES, ShortProof};

use std::str::FromStr as _;

use policy::feed::{ReadEntry, ReleaseEntry, body_digest};
use record::digest::{KeyId, RecordDigest};
use record::jws::{Envelope, EnvelopeSignature, RawSignature};
use record::limits::{MAX_SAFE_INTEGER, MAX_SIGNATURES};
use record::suite::Suite;
use record::{RecordError, Unverified};

use self::expand::Longer;
use self::shorten::{Shorter, Unfit};
use super::resource::FeedName;

/// The version of the format.
pub const VERSION: u8 = 1;

/// Octets of a frame: 6 s on a line of 2,400 bit/s, which leaves 4 s for two of latency and the header before it.
pub const MAX_FRAME_BYTES: usize = 1_800;

/// Digests of the object of a record that goes into a frame, decoys among them. Each that is hidden takes 32 octets.
pub const MAX_OBJECT_DIGESTS: usize = 16;

/// Disclosures, and other values, that a frame can refer to: their numbers are single octets of text.
pub const MAX_REFERENCES: usize = 96;

/// Octets of a skeleton once it is inflated. Nothing that fits into a frame is longer, and a bomb ends here.
const MAX_SKELETON_BYTES: usize = 16 * 1024;

/// Octets of all texts of a frame: the longest entry, and as much again for the record.
const MAX_REBUILT_BYTES: usize = 32 * 1024;

/// Octets before the raw ones.
const HEADER_BYTES: usize = 27;

/// How hard the deflater tries: as hard as it can, since a frame is made once.
const EFFORT: u8 = 10;

/// A frame that was taken apart, and believed in nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    feed: FeedName,
    index: u64,
    entry: Vec<u8>,
    release: Box<ReleaseEntry>,
    body: Vec<u8>,
    record: Unverified,
}

/// A release does not go into a frame: an alert announces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotFramed {
    /// Its record's object has too many digests.
    #[error("the object has {digests} digests, and a frame takes at most {MAX_OBJECT_DIGESTS}")]
    ManyDigests {
        /// How many, decoys among them.
        digests: usize,
    },
    /// It is too long all the same.
    #[error("it takes {bytes} octets, and a frame has at most {MAX_FRAME_BYTES}: show less")]
    TooLong {
        /// How many it would take.
        bytes: usize,
    },
    /// The entry releases no record of its sender's own, or the texts are none that a frame can hold.
    #[error("only a release of an own record goes into a frame")]
    Unfit,
}

/// Octets are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadFrame {
    /// It is longer than any frame.
    #[error("{bytes} octets, and a frame has at most {MAX_FRAME_BYTES}")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// A version that this build does not know.
    #[error("a frame of version {version}; this build knows version {VERSION}")]
    Version {
        /// The version.
        version: u8,
    },
    /// It would become too long.
    #[error("it becomes longer than anything that a frame holds")]
    Bomb,
    /// Its parts do not fit together.
    #[error("it is not built as a frame is")]
    Shape,
    /// The entry releases nothing.
    #[error("its entry is no release")]
    NoRelease,
    /// The body that follows from it is not the one that its entry names.
    #[error("the body that it makes is not the one that its entry names")]
    OtherBody,
    /// The body holds no record.
    #[error("what it makes is no record")]
    NoRecord,
}

impl From<Unfit> for NotFramed {
    fn from(_: Unfit) -> Self {
        Self::Unfit
    }
}

/// The largest index that a note in JSON can hold: one beyond it could not be told apart from others once kept.
const MAX_INDEX: u64 = MAX_SAFE_INTEGER.unsigned_abs();

impl Frame {
    /// Makes the frame of an entry that releases a record of its sender's own, with the body as members fetch it.
    ///
    /// # Errors
    /// [`NotFramed`].
    pub fn write(feed: FeedName, index: u64, entry: &[u8], body: &[u8]) -> Result<Vec<u8>, NotFramed> {
        let record = Unverified::read(body).map_err(|_| NotFramed::Unfit)?;
        let digests = object_digests(&record).map_err(|_| NotFramed::Unfit)?;
        if digests > MAX_OBJECT_DIGESTS {
            return Err(NotFramed::ManyDigests { digests });
        }
        let Shorter { raw, skeleton, .. } = shorten(record.envelope(), entry)?;
        let length = u16::try_from(raw.len()).map_err(|_| NotFramed::TooLong { bytes: raw.len() })?;
        let mut frame = vec![VERSION];
        frame.extend(feed.octets());
        frame.extend(index.to_be_bytes());
        frame.extend(length.to_be_bytes());
        frame.extend(raw);
        frame.extend(miniz_oxide::deflate::compress_to_vec(&skeleton, EFFORT));
        let bytes = frame.len();
        if bytes > MAX_FRAME_BYTES {
            return Err(NotFramed::TooLong { bytes });
        }
        // Whoever reads it must come to the same octets, or the entry and the body could not be proved later.
        let is_same = Self::read(&frame).is_ok_and(|read| read.entry == entry && read.body == body);
        if is_same { Ok(frame) } else { Err(NotFramed::Unfit) }
    }

    /// Takes a frame apart, and makes the entry and the body anew.
    ///
    /// # Errors
    /// [`BadFrame`].
    pub fn read(frame: &[u8]) -> Result<Self, BadFrame> {
        let bytes = frame.len();
        if bytes > MAX_FRAME_BYTES {
            return Err(BadFrame::TooLong { bytes });
        }
        let version = *frame.first().ok_or(BadFrame::Shape)?;
        if version != VERSION {
            return Err(BadFrame::Version { version });
        }
        let (header, rest) = frame.split_first_chunk::<HEADER_BYTES>().ok_or(BadFrame::Shape)?;
        let (feed, index, length) = numbers(header).ok_or(BadFrame::Shape)?;
        if index > MAX_INDEX {
            return Err(BadFrame::Shape);
        }
        let (raw, packed) = rest.split_at_checked(length).ok_or(BadFrame::Shape)?;
        let skeleton = inflate(packed, MAX_SKELETON_BYTES)?;
        Self::expand(feed, index, Longer::new(raw, &skeleton))
    }

    fn expand(feed: FeedName, index: u64, mut longer: Longer<'_>) -> Result<Self, BadFrame> {
        let signatures = signatures(&mut longer)?;
        // Payload and entry stand behind the disclosures.
        let count = longer.parts().checked_sub(2).ok_or(BadFrame::Shape)?;
        let disclosures = (0..count).map(|_| longer.disclosure()).collect::<Result<Vec<_>, _>>()?;
        let payload = longer.part()?;
        longer.know_record(*RecordDigest::of(&payload).octets());
        let entry = longer.part()?;
        if !longer.is_done() {
            return Err(BadFrame::Shape);
        }
        let disclosures: Vec<&[u8]> = disclosures.iter().map(Vec::as_slice).collect();
        let body = Envelope::assemble(&payload, &signatures, &disclosures).to_body().into_bytes();
        let Ok(ReadEntry::Release(release)) = ReadEntry::read(&entry) else { return Err(BadFrame::NoRelease) };
        if body.len() != release.body_bytes || body_digest(&body) != release.body {
            return Err(BadFrame::OtherBody);
        }
        let record = Unverified::read(&body).map_err(|_| BadFrame::NoRecord)?;
        Ok(Self { feed, index, entry, release, body, record })
    }

    /// The feed that it claims to be of.
    #[must_use]
    pub const fn feed(&self) -> FeedName {
        self.feed
    }

    /// The index that the entry has there.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The entry, as the feed must show it.
    #[must_use]
    pub fn entry(&self) -> &[u8] {
        &self.entry
    }

    /// What the entry says.
    #[must_use]
    pub const fn release(&self) -> &ReleaseEntry {
        &self.release
    }

    /// The signed payload and its signatures, which hold no content: what can be shown to others.
    #[must_use]
    pub fn sealed(&self) -> String {
        let envelope = self.record.envelope();
        let signature = |one: &EnvelopeSignature| RawSignature {
            suite: one.header().suite(),
            key_id: one.key_id(),
            octets: one.octets().to_vec(),
        };
        let signatures: Vec<_> = envelope.signatures().iter().map(signature).collect();
        Envelope::assemble(envelope.payload(), &signatures, &[]).to_json()
    }

    /// The body that the entry names, octet for octet.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

fn object_digests(record: &Unverified) -> Result<usize, RecordError> {
    let content = record.claimed_content()?;
    let object = content.digest_sets().iter().find(|set| set.at.as_str() == "/object");
    Ok(object.map_or(0, |set| set.total))
}

fn shorten(envelope: &Envelope, entry: &[u8]) -> Result<Shorter, NotFramed> {
    let mut shorter = Shorter::default();
    let names: Vec<_> = envelope.signatures().iter().map(|one| one.header().suite().name()).collect();
    shorter.skeleton.extend(names.join(",").into_bytes());
    shorter.end();
    for signature in envelope.signatures() {
        shorter.raw.extend(signature.key_id().octets());
        shorter.raw.extend(signature.octets());
    }
    for disclosure in envelope.disclosures() {
        shorter.disclosure(disclosure)?;
    }
    shorter.text(envelope.payload())?;
    shorter.end();
    shorter.know_record(*RecordDigest::of(envelope.payload()).octets());
    shorter.text(entry)?;
    Ok(shorter)
}

fn signatures(longer: &mut Longer<'_>) -> Result<Vec<RawSignature>, BadFrame> {
    let names = String::from_utf8(longer.part()?).map_err(|_| BadFrame::Shape)?;
    let mut signatures = Vec::new();
    for name in names.split(',').take(MAX_SIGNATURES) {
        let suite = Suite::from_str(name).map_err(|_| BadFrame::Shape)?;
        let key_id = longer.raw(32)?.try_into().map(KeyId::from_octets).map_err(|_| BadFrame::Shape)?;
        let octets = longer.raw(suite.signature_bytes())?.to_vec();
        signatures.push(RawSignature { suite, key_id, octets });
    }
    Ok(signatures)
}

fn numbers(header: &[u8; HEADER_BYTES]) -> Option<(FeedName, u64, usize)> {
    let (feed, rest) = header.get(1..)?.split_first_chunk::<16>()?;
    let (index, rest) = rest.split_first_chunk::<8>()?;
    let length = u16::from_be_bytes(rest.try_into().ok()?);
    Some((FeedName::from_octets(*feed), u64::from_be_bytes(*index), usize::from(length)))
}

/// Inflates no further than a limit.
fn inflate(packed: &[u8], limit: usize) -> Result<Vec<u8>, BadFrame> {
    use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
    decompress_to_vec_with_limit(packed, limit).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => BadFrame::Bomb,
        TINFLStatus::FailedCannotMakeProgress
        | TINFLStatus::BadParam
        | TINFLStatus::Adler32Mismatch
        | TINFLStatus::Failed
        | TINFLStatus::Done
        | TINFLStatus::NeedsMoreInput
        | _ => BadFrame::Shape,
    })
}
