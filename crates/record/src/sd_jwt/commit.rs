//! Replacing values by digests.
//!
//! Everything is written once, as text: a disclosure's octets are what its digest covers, so a value that were rendered
//! twice could differ from itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::base64url;
use crate::digest::sha256;
use crate::entropy::{Entropy, NoEntropy};
use crate::json::write_string;
use crate::limits::MAX_DIGESTS;
use crate::sd_jwt::{SALT_BYTES, padded};

/// A digest in base64url: what stands in a payload.
pub(crate) type DigestText = [u8; 43];

/// Random octets fetched at a time: one call to the source serves a record of usual size in a few steps.
const POOL_BYTES: usize = 512;

/// Makes disclosures and the digests that stand for them.
pub(crate) struct Committer<'e> {
    pool: Pool<'e>,
    disclosures: Vec<String>,
    scratch: String,
}

/// Where the elements of a committed array lie among its decoys.
#[derive(Debug)]
pub(crate) struct CommittedArray {
    /// The array's JSON text: `[{"...":"digest"},...]`.
    pub(crate) text: String,
    /// The slot of each element, in the elements' order.
    pub(crate) slots: Vec<usize>,
    /// Slots in all.
    pub(crate) total: usize,
}

impl<'e> Committer<'e> {
    /// A committer that takes its salts and decoys from `entropy`.
    pub(crate) fn new(entropy: &'e mut dyn Entropy) -> Self {
        let pool = Pool { source: entropy, octets: [0; POOL_BYTES], used: POOL_BYTES };
        Self { pool, disclosures: Vec::with_capacity(32), scratch: String::with_capacity(512) }
    }

    /// The disclosures so far, each in base64url, in the order in which they were made.
    #[must_use]
    pub(crate) fn into_disclosures(self) -> Vec<String> {
        self.disclosures
    }

    /// Commits a property whose value is already written as JSON.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub(crate) fn property(
        &mut self,
        name: &str,
        write_value: impl FnOnce(&mut String),
    ) -> Result<DigestText, NoEntropy> {
        self.open_disclosure()?;
        write_string(name, &mut self.scratch);
        self.scratch.push(',');
        write_value(&mut self.scratch);
        Ok(self.close_disclosure())
    }

    /// Commits an array element whose value is already written as JSON.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub(crate) fn element(&mut self, write_value: impl FnOnce(&mut String)) -> Result<DigestText, NoEntropy> {
        self.open_disclosure()?;
        write_value(&mut self.scratch);
        Ok(self.close_disclosure())
    }

    fn open_disclosure(&mut self) -> Result<(), NoEntropy> {
        let salt: [u8; SALT_BYTES] = self.pool.take()?;
        self.scratch.clear();
        self.scratch.push_str("[\"");
        base64url::encode_onto(&salt, &mut self.scratch);
        self.scratch.push_str("\",");
        Ok(())
    }

    fn close_disclosure(&mut self) -> DigestText {
        self.scratch.push(']');
        let text = base64url::encode(self.scratch.as_bytes());
        let digest = digest_text(&sha256(&[text.as_bytes()]));
        self.disclosures.push(text);
        digest
    }

    /// The text of an `_sd`: the digests and their decoys, sorted, so that place tells nothing.
    ///
    /// # Errors
    /// [`CommitError::TooMany`] beyond [`MAX_DIGESTS`], and [`NoEntropy`].
    pub(crate) fn seal_properties(&mut self, mut digests: Vec<DigestText>) -> Result<(String, usize), CommitError> {
        let total = padded(digests.len()).ok_or(CommitError::TooMany { count: digests.len() })?;
        while digests.len() < total {
            digests.push(self.pool.decoy()?);
        }
        digests.sort_unstable();
        let mut text = String::with_capacity(total.saturating_mul(46).saturating_add(8));
        text.push_str("{\"_sd\":[");
        for (place, digest) in digests.iter().enumerate() {
            text.push_str(if place == 0 { "\"" } else { ",\"" });
            push_digest(digest, &mut text);
            text.push('"');
        }
        text.push_str("]}");
        Ok((text, total))
    }

    /// The text of an array of digests. Elements keep their order, and decoys stand among them at random: an array's
    /// order has a meaning, so it cannot be sorted as an `_sd` is.
    ///
    /// # Errors
    /// [`CommitError::TooMany`] beyond [`MAX_DIGESTS`], and [`NoEntropy`].
    pub(crate) fn seal_elements(&mut self, digests: Vec<DigestText>) -> Result<CommittedArray, CommitError> {
        let count = digests.len();
        let total = padded(count).ok_or(CommitError::TooMany { count })?;
        let mut sealed = CommittedArray { text: String::from("["), slots: Vec::with_capacity(count), total };
        let mut rest = digests.into_iter();
        for slot in 0..total {
            let is_real = self.pool.chance(rest.len(), total.saturating_sub(slot))?;
            let digest = match if is_real { rest.next() } else { None } {
                Some(digest) => {
                    sealed.slots.push(slot);
                    digest
                }
                None => self.pool.decoy()?,
            };
            sealed.text.push_str(if slot == 0 { "{\"...\":\"" } else { ",{\"...\":\"" });
            push_digest(&digest, &mut sealed.text);
            sealed.text.push_str("\"}");
        }
        sealed.text.push(']');
        Ok(sealed)
    }
}

impl std::fmt::Debug for Committer<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Committer({} disclosures)", self.disclosures.len())
    }
}

/// A value could not be committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// More properties or elements at one place than the largest step.
    #[error("{count} properties or elements at one place; at most {MAX_DIGESTS} can be committed, so split the record")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// No random octets.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// Random octets, fetched in blocks.
struct Pool<'e> {
    source: &'e mut dyn Entropy,
    octets: [u8; POOL_BYTES],
    used: usize,
}

impl Pool<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], NoEntropy> {
        if self.used.saturating_add(N) > POOL_BYTES {
            self.source.fill(&mut self.octets)?;
            self.used = 0;
        }
        let taken = self.octets.get(self.used..).and_then(|rest| rest.first_chunk::<N>()).copied();
        self.used = self.used.saturating_add(N);
        taken.ok_or(NoEntropy)
    }

    /// A decoy: 32 random octets, which nobody can tell from the SHA-256 of a salted value.
    fn decoy(&mut self) -> Result<DigestText, NoEntropy> {
        Ok(digest_text(&self.take::<32>()?))
    }

    /// True with probability `hits` in `cases`, to within 2^-32.
    fn chance(&mut self, hits: usize, cases: usize) -> Result<bool, NoEntropy> {
        let draw = u64::from(u32::from_be_bytes(self.take()?));
        let (hits, cases) = (u64::try_from(hits).unwrap_or(0), u64::try_from(cases).unwrap_or(1));
        Ok(draw.saturating_mul(cases) >> 32 < hits)
    }
}

fn digest_text(digest: &[u8; 32]) -> DigestText {
    let mut text = [b'A'; 43];
    // 32 octets are always 43 characters, so the buffer fits.
    let written = URL_SAFE_NO_PAD.encode_slice(digest, &mut text);
    debug_assert_eq!(written, Ok(43), "a digest has 43 characters");
    text
}

fn push_digest(digest: &DigestText, out: &mut String) {
    out.push_str(std::str::from_utf8(digest).unwrap_or_default());
}
