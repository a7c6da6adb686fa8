//! Offline proofs (C2SP tlog-proof): that an entry is in a log, in one file, with the checkpoint that says so.

use std::fmt;
use std::sync::Arc;

use crate::checkpoint::{BadCheckpoint, CheckpointError, SignedCheckpoint, Vouched};
use crate::hash::Hash;
use crate::limits::{MAX_EXTRA_BYTES, MAX_INCLUSION_HASHES, MAX_LOG_PROOF_BYTES};
use crate::note::VerifierKey;
use crate::proof::{ProofError, verify_inclusion};
use crate::words;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A tlog-proof as it was read or made. It says nothing until [`LogProof::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    hashes: Vec<Hash>,
    /// Shared: a package of proofs has one.
    checkpoint: Arc<SignedCheckpoint>,
}

impl LogProof {
    /// A proof that the entry at an index is in the checkpoint's tree. Extra data is not covered by any signature.
    #[must_use]
    pub fn new(
        extra: Option<Vec<u8>>,
        index: u64,
        hashes: Vec<Hash>,
        checkpoint: impl Into<Arc<SignedCheckpoint>>,
    ) -> Self {
        Self { extra, index, hashes, checkpoint: checkpoint.into() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BadLogProof`] for whatever a writer that follows the format would not have written.
    pub fn parse(octets: &[u8]) -> Result<Self, BadLogProof> {
        if octets.len() > MAX_LOG_PROOF_BYTES {
            return Err(BadLogProof::TooLong { bytes: octets.len(), limit: MAX_LOG_PROOF_BYTES });
        }
        let text = str::from_utf8(octets).map_err(|_| BadLogProof::NotUtf8)?;
        let (header, rest) = words::line(text).ok_or(BadLogProof::Header)?;
        if header != HEADER {
            return Err(BadLogProof::Header);
        }
        let (extra, rest) = read_extra(rest)?;
        let (index, rest) = words::line(rest).ok_or(BadLogProof::Index)?;
        let index = index.strip_prefix("index ").and_then(words::decimal).ok_or(BadLogProof::Index)?;
        let (hashes, note) = read_hashes(rest)?;
        let checkpoint = SignedCheckpoint::parse(note.as_bytes())?;
        Ok(Self { extra, index, hashes, checkpoint: Arc::new(checkpoint) })
    }

    /// Extra data, which is not authenticated.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The entry's index.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The inclusion proof.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// The checkpoint, to keep beside others of the same.
    #[must_use]
    pub const fn shared_checkpoint(&self) -> &Arc<SignedCheckpoint> {
        &self.checkpoint
    }

    /// Checks that a leaf is in the log of this origin, by known keys. Answers who vouched for the checkpoint; whether they
    /// suffice is the caller's policy.
    ///
    /// # Errors
    /// [`LogProofError`]: another log, a checkpoint that no known key signed, or a proof that does not lead to its root.
    pub fn verify<'keys>(
        &self,
        leaf: &Hash,
        origin: &str,
        keys: &'keys [VerifierKey],
    ) -> Result<Vec<Vouched<'keys>>, LogProofError> {
        self.leads_from(leaf, origin)?;
        Ok(self.checkpoint.verify(keys)?)
    }

    /// The half of [`Self::verify`] that needs no key: that a leaf is in the tree that the checkpoint claims, under this
    /// origin. It proves nothing unless the checkpoint's signatures are checked too.
    ///
    /// # Errors
    /// [`LogProofError`]: another log, or a proof that does not lead to its root.
    pub fn leads_from(&self, leaf: &Hash, origin: &str) -> Result<(), LogProofError> {
        let claims = self.checkpoint.claims();
        if claims.origin() != origin {
            return Err(LogProofError::AnotherLog { origin: claims.origin().to_owned() });
        }
        Ok(verify_inclusion(self.index, claims.size(), leaf, &self.hashes, claims.root())?)
    }
}

/// The optional line of extra data, and what follows it.
fn read_extra(text: &str) -> Result<(Option<Vec<u8>>, &str), BadLogProof> {
    let Some(rest) = text.strip_prefix("extra ") else { return Ok((None, text)) };
    let (extra, rest) = words::line(rest).ok_or(BadLogProof::Extra)?;
    let extra = words::decode(extra).filter(|extra| extra.len() <= MAX_EXTRA_BYTES);
    Ok((Some(extra.ok_or(BadLogProof::Extra)?), rest))
}

/// Hashes up to the empty line, and the note behind it.
fn read_hashes(mut text: &str) -> Result<(Vec<Hash>, &str), BadLogProof> {
    let mut hashes = Vec::new();
    loop {
        let (line, rest) = words::line(text).ok_or(BadLogProof::Hash)?;
        if line.is_empty() {
            return Ok((hashes, rest));
        }
        if hashes.len() >= MAX_INCLUSION_HASHES {
            return Err(BadLogProof::TooManyHashes { limit: MAX_INCLUSION_HASHES });
        }
        hashes.push(line.parse().map_err(|_| BadLogProof::Hash)?);
        text = rest;
    }
}

impl fmt::Display for LogProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(out, "extra {}", words::encode(extra))?;
        }
        writeln!(out, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(out, "{hash}"))?;
        write!(out, "\n{}", self.checkpoint)
    }
}

/// Octets are no tlog-proof file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadLogProof {
    /// Longer than any honest file.
    #[error("a proof file of {bytes} octets; the limit is {limit}")]
    TooLong {
        /// Its octets.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("the proof file is not UTF-8")]
    NotUtf8,
    /// Another first line.
    #[error("the first line is not `{HEADER}`")]
    Header,
    /// Extra data is not base64, or too long.
    #[error("the extra data is not base64 of at most {MAX_EXTRA_BYTES} octets")]
    Extra,
    /// No line with the index.
    #[error("the line with the index is missing or no decimal number")]
    Index,
    /// A line is no hash, or no empty line follows.
    #[error("a line is neither a hash nor the empty line behind the hashes")]
    Hash,
    /// More hashes than any tree is high.
    #[error("more than {limit} hashes")]
    TooManyHashes {
        /// The limit.
        limit: usize,
    },
    /// What follows is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] BadCheckpoint),
}

/// A tlog-proof does not prove.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogProofError {
    /// The prover's checkpoint is of another log.
    #[error("the proof is of the log `{}`", origin.escape_debug())]
    AnotherLog {
        /// That log's origin.
        origin: String,
    },
    /// The prover's hashes do not lead from the leaf to the root.
    #[error(transparent)]
    Prover(#[from] ProofError),
    /// The checkpoint cannot be believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}
