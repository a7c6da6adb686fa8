//! A body that a depositary keeps: how it is sealed for a member, handed in, asked for, and opened again.
//!
//! A depositary decides one thing that two parties alone cannot: whether a body that was never acknowledged could be had. It
//! reads nothing: what it gets is a bundle with one file in it, sealed for one member's bundle key.
//!
//! What is handed in comes from a body that is sealed here, so a transport never has one in clear to hand over:
//!
//! ```compile_fail,E0451
//! use policy::control::Deposited;
//! use protocol::exchange::HandIn;
//!
//! fn forge(of: Deposited, body: Vec<u8>) -> HandIn {
//!     HandIn { of, sealed: body }
//! }
//! ```

use bundle::{Cover, FilePath, Limits, PrivateBundleKey, Reader, Writer};
use policy::control::Deposited;
use policy::feed::{MAX_BODY_BYTES, body_digest};
use record::digest::{KeyId, SealedDigest, sha256};
use record::entropy::Entropy;
use record::json::{self, Json, Map};
use record::key_record::BundleKey;
use record::time::Timestamp;
use tlog::limits::MAX_NAME_BYTES;

use super::opened::MAX_OPENED_BYTES;

/// Octets of a sealed body: the longest body, rounded up to the steps of a bundle, with its cover, index and end.
pub const MAX_SEALED_BYTES: usize =
    MAX_BODY_BYTES + 4 * bundle::limits::PACKAGE_STEP_BYTES + bundle::limits::MAX_INDEX_BYTES;

/// Octets of what is handed in: the line that names it, and the sealed body.
pub const MAX_HAND_IN_BYTES: usize = MAX_LINE_BYTES + MAX_SEALED_BYTES;

/// Octets of what a depositary answers: its statement, and the sealed body.
pub const MAX_KEPT_BYTES: usize = MAX_OPENED_BYTES + 1 + MAX_SEALED_BYTES;

/// Octets of the line that names a body: the longest origin, three digests and a number.
const MAX_LINE_BYTES: usize = MAX_NAME_BYTES + 512;

/// The one file of the bundle.
const PATH: &str = "body";

/// A body on its way to a depositary, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandIn {
    of: Deposited,
    sealed: Vec<u8>,
}

/// What a depositary answers to whoever asks for a body: what it states, and what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the other side wants both")]
pub struct Kept {
    /// Its statement, opened: that it has it, or that it has not.
    pub opened: Vec<u8>,
    /// The sealed body, if it was asked for and is there.
    pub sealed: Option<Vec<u8>>,
}

/// A body cannot be sealed for a member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSealed {
    /// It is not the body that the entry names.
    #[error("these octets are not the body that the entry names")]
    OtherBody,
    /// The key, or the randomness, failed.
    #[error("the body was not sealed: {problem}")]
    Sealing {
        /// Why.
        problem: String,
    },
}

/// What came from another node is not what the protocol has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no deposit: {problem}")]
#[non_exhaustive]
pub struct BadDeposit {
    /// What is wrong.
    pub problem: String,
}

#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(bad)` takes an error as it comes")]
fn bad(problem: impl ToString) -> BadDeposit {
    BadDeposit { problem: problem.to_string() }
}

impl HandIn {
    /// Seals a body for a member, whose bundle key this is.
    ///
    /// # Errors
    /// [`NotSealed`].
    pub fn seal(
        of: Deposited,
        key: &BundleKey,
        body: &[u8],
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, NotSealed> {
        if body_digest(body) != *of.body.octets() {
            return Err(NotSealed::OtherBody);
        }
        let failed = |error: bundle::WriteError| NotSealed::Sealing { problem: error.to_string() };
        let path: FilePath = PATH.parse().map_err(|_| NotSealed::Sealing { problem: "no such path".to_owned() })?;
        // A number would tell the depositary nothing, and the member has the entry's.
        let cover = Cover::new(of.sender, of.member, now, 0);
        let mut writer = Writer::new(Vec::new(), &cover, key, entropy).map_err(failed)?;
        writer.add(path, body.to_vec()).map_err(failed)?;
        Ok(Self { sealed: writer.finish().map_err(failed)?, of })
    }

    /// Reads what was handed in: a line of canonical JSON, and the sealed octets.
    ///
    /// # Errors
    /// [`BadDeposit`]. That the octets open to the body, the member alone can tell.
    pub fn read(octets: &[u8]) -> Result<Self, BadDeposit> {
        let (line, sealed) = split(octets).ok_or_else(|| bad("it has no first line"))?;
        if sealed.len() > MAX_SEALED_BYTES {
            return Err(bad("it is longer than any honest one"));
        }
        let handed = Self { of: read_deposited(line)?, sealed: sealed.to_vec() };
        let _key = handed.key()?;
        Ok(handed)
    }

    /// As it goes over the line.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        [write_deposited(&self.of).as_slice(), b"\n", &self.sealed].concat()
    }

    /// Which body it is, and for whom.
    #[must_use]
    pub const fn of(&self) -> &Deposited {
        &self.of
    }

    /// The sealed octets.
    #[must_use]
    pub fn sealed(&self) -> &[u8] {
        &self.sealed
    }

    /// Their digest.
    #[must_use]
    pub fn digest(&self) -> SealedDigest {
        sealed_digest(&self.sealed)
    }

    /// The key for which it is sealed, as its own manifest says.
    ///
    /// # Errors
    /// [`BadDeposit`] if it is no bundle.
    pub fn key(&self) -> Result<KeyId, BadDeposit> {
        bundle::peek(self.sealed.as_slice()).map(|to| to.key).map_err(bad)
    }
}

impl Kept {
    /// As it goes over the line.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        [self.opened.as_slice(), b"\n", self.sealed.as_deref().unwrap_or_default()].concat()
    }

    /// Reads an answer. Nothing in it is believed yet.
    ///
    /// # Errors
    /// [`BadDeposit`].
    pub fn read(octets: &[u8]) -> Result<Self, BadDeposit> {
        let (opened, sealed) = split(octets).ok_or_else(|| bad("it has no first line"))?;
        if opened.len() > MAX_OPENED_BYTES || sealed.len() > MAX_SEALED_BYTES {
            return Err(bad("it is longer than any honest one"));
        }
        Ok(Self { opened: opened.to_vec(), sealed: (!sealed.is_empty()).then(|| sealed.to_vec()) })
    }
}

/// Names sealed octets.
#[must_use]
pub fn sealed_digest(sealed: &[u8]) -> SealedDigest {
    SealedDigest::from_octets(sha256(&[sealed]))
}

/// Opens what a depositary kept for us.
///
/// # Errors
/// [`BadDeposit`]: it is sealed for another key, does not open, or holds something else than the body that was asked for.
pub fn open(sealed: &[u8], of: &Deposited, keys: &[PrivateBundleKey]) -> Result<Vec<u8>, BadDeposit> {
    let mut reader = Reader::open(sealed, of.member, keys, Limits::new(MAX_SEALED_BYTES as u64, 1)).map_err(bad)?;
    let mut body = None;
    for package in reader.by_ref() {
        body = package.map_err(bad)?.files.pop().map(|file| file.octets);
    }
    let body = body.filter(|_| reader.is_complete()).ok_or_else(|| bad("it holds no body"))?;
    if body_digest(&body) == *of.body.octets() { Ok(body) } else { Err(bad("it holds another body")) }
}

/// A question for a body, or the line before one.
#[must_use]
pub fn write_deposited(of: &Deposited) -> Vec<u8> {
    let map = Map::new()
        .with("feed", of.feed.as_str())
        .with("index", Json::count(of.index))
        .with("body", of.body.to_string())
        .with("sender", of.sender.to_string())
        .with("member", of.member.to_string());
    // Texts and a number below 2^53 always have a canonical form.
    json::canonical(&Json::from(map)).unwrap_or_default()
}

/// Reads it in its one spelling.
///
/// # Errors
/// [`BadDeposit`].
pub fn read_deposited(line: &[u8]) -> Result<Deposited, BadDeposit> {
    if line.len() > MAX_LINE_BYTES {
        return Err(bad("its first line is longer than any honest one"));
    }
    let Ok(Json::Object(map)) = json::parse(line) else { return Err(bad("its first line is no JSON object")) };
    let read = || {
        let index = u64::try_from(map.get("index")?.as_integer()?).ok()?;
        let party = |name| map.text(name)?.parse().ok();
        let (feed, body) = (map.text("feed")?.to_owned(), map.text("body")?.parse().ok()?);
        Some(Deposited::new((feed, index), body, (party("sender")?, party("member")?)))
    };
    let exact = read().filter(|of| write_deposited(of) == line);
    exact.ok_or_else(|| bad("its first line does not name a body"))
}

fn split(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = octets.iter().position(|octet| *octet == b'\n')?;
    let (line, rest) = octets.split_at_checked(at)?;
    Some((line, rest.split_first()?.1))
}
