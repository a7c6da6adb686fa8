//! A proof for slow lines: hashes instead of tiles, and no signature longer than Ed25519.
//!
//! What it proves is less than a reader asks for in the end: the suites that are missing are named, and nothing here makes a
//! verified record. The ordinary reading follows, and does.

use policy::belief::{Doubt, Early, Quorum, early, verifiers_of};
use record::key_history::KeyHistory;
use tlog::Hash;
use tlog::checkpoint::SignedCheckpoint;
use tlog::limits::MAX_LOG_PROOF_BYTES;
use tlog::log_proof::{BadLogProof, LogProof, LogProofError};
use tlog::note::Note;

use super::{BadFrame, EFFORT, Frame, codes, inflate};
use crate::exchange::listing::ListedFeed;

/// Octets of a short proof: two inclusion proofs of the deepest trees, and two checkpoints with some cosignatures. 40 s on a
/// line of 2,400 bit/s; those of common logs take a quarter of it.
pub const MAX_SHORT_PROOF_BYTES: usize = 12 * 1024;

/// Octets of the longest signature that goes along: an Ed25519 cosignature, which is a time of 8 octets and 64.
const MAX_SIGNATURE_BYTES: usize = 72;

/// The leaf in the sender's node log, and the entry in its feed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShortProof {
    /// The leaf, without its salt, which the entry has.
    pub leaf: LogProof,
    /// The entry.
    pub entry: LogProof,
}

/// A short proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadShortProof {
    /// Its octets are none.
    #[error(transparent)]
    Octets(#[from] BadFrame),
    /// One of the two proofs is none.
    #[error(transparent)]
    Proof(#[from] BadLogProof),
    /// It is about another entry or leaf.
    #[error("it is about another entry than the frame")]
    Other,
    /// The feed's checkpoint does not hold, or does not lead to the entry.
    #[error("the entry: {0}")]
    Entry(#[from] LogProofError),
    /// The leaf is not proved.
    #[error("the leaf: {0}")]
    Leaf(#[from] Doubt),
}

impl ShortProof {
    /// The same two proofs with short signatures alone. None if a checkpoint has none of them.
    #[must_use]
    pub fn shortened(leaf: &LogProof, entry: &LogProof) -> Option<Self> {
        let short = |proof: &LogProof| {
            Some(LogProof::new(None, proof.index(), proof.hashes().to_vec(), short(proof.checkpoint())?))
        };
        Some(Self { leaf: short(leaf)?, entry: short(entry)? })
    }

    /// Writes it: the version, and both proofs deflated.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut texts = self.leaf.to_string().into_bytes();
        texts.push(codes::END);
        texts.extend(self.entry.to_string().into_bytes());
        let mut octets = vec![super::VERSION];
        octets.extend(miniz_oxide::deflate::compress_to_vec(&texts, EFFORT));
        octets
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`BadShortProof`].
    pub fn read(octets: &[u8]) -> Result<Self, BadShortProof> {
        let (version, packed) = octets.split_first().ok_or(BadFrame::Shape)?;
        if *version != super::VERSION {
            return Err(BadFrame::Version { version: *version }.into());
        }
        if octets.len() > MAX_SHORT_PROOF_BYTES {
            return Err(BadFrame::TooLong { bytes: octets.len() }.into());
        }
        let texts = inflate(packed, MAX_LOG_PROOF_BYTES.saturating_mul(2))?;
        let mut parts = texts.split(|octet| *octet == codes::END);
        let (Some(leaf), Some(entry), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(BadFrame::Shape.into());
        };
        Ok(Self { leaf: LogProof::parse(leaf)?, entry: LogProof::parse(entry)? })
    }

    /// Checks it for a frame: its leaf is in its sender's node log under a quorum's cosignatures, its entry in the feed. Says
    /// which suites of the key record are still missing.
    ///
    /// # Errors
    /// [`BadShortProof`].
    pub fn check(
        &self,
        frame: &Frame,
        feed: &ListedFeed,
        history: &KeyHistory,
        quorum: &Quorum,
    ) -> Result<Early, BadShortProof> {
        if self.entry.index() != frame.index || self.leaf.index() != frame.release.node_index {
            return Err(BadShortProof::Other);
        }
        let keys = verifiers_of(history, &feed.origin);
        let _vouched = self.entry.verify(&Hash::leaf(&frame.entry), &feed.origin, &keys)?;
        Ok(early(frame.release.commitment, &self.leaf, history, quorum)?)
    }
}

/// A checkpoint with the lines that are short.
fn short(signed: &SignedCheckpoint) -> Option<SignedCheckpoint> {
    let mut note = Note::unsigned(signed.note().text().to_owned()).ok()?;
    for signature in signed.note().signatures().iter().filter(|one| one.octets().len() <= MAX_SIGNATURE_BYTES) {
        note.add(signature.clone()).ok()?;
    }
    SignedCheckpoint::parse(note.to_string().as_bytes()).ok()
}
