//! Witnessing (C2SP tlog-witness): a cosignature says that a head continues the largest one that this witness ever signed.

use tlog::checkpoint::{Checkpoint, SignedCheckpoint};
use tlog::limits::{MAX_CONSISTENCY_HASHES, MAX_NOTE_BYTES};
use tlog::note::VerifierKey;
use tlog::proof::verify_consistency;
use tlog::{Hash, fork::Fork};

/// Octets of a request: the old size, the longest proof, and a checkpoint.
pub const MAX_ADD_CHECKPOINT_BYTES: usize = MAX_NOTE_BYTES + 64 * MAX_CONSISTENCY_HASHES;

/// A request of `add-checkpoint`: "old N", the proof's hashes, an empty line, and the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddCheckpoint {
    /// The size that the log believes the witness to have.
    pub old_size: u64,
    /// That it leads to the new one.
    pub proof: Vec<Hash>,
    /// The new head.
    pub checkpoint: SignedCheckpoint,
}

/// A request that is none. A witness answers 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no add-checkpoint request: {problem}")]
#[non_exhaustive]
pub struct BadRequest {
    /// What is wrong with it.
    pub problem: &'static str,
}

/// The largest head that a witness has cosigned, by size and root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remembered {
    /// Its leaves.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl Remembered {
    /// A head.
    #[must_use]
    pub const fn new(size: u64, root: Hash) -> Self {
        Self { size, root }
    }

    /// Before anything was cosigned.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { size: 0, root: Hash::EMPTY }
    }
}

/// A witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has the status code that C2SP tlog-witness gives it")]
pub enum Refusal {
    /// 404: it knows no log of this origin.
    UnknownLog,
    /// 403: no key of that log signed the head.
    NotSigned,
    /// 400: the head is smaller than the size that the request names.
    Backwards,
    /// 409: it remembers another size, which it names.
    AnotherSize(u64),
    /// 409: one size, two roots; and where both are signed, the proof of it.
    AnotherRoot(u64),
    /// 422: the proof does not lead from the one to the other.
    BadProof,
}

impl Refusal {
    /// The status code of HTTP.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::UnknownLog => 404,
            Self::NotSigned => 403,
            Self::Backwards => 400,
            Self::AnotherSize(_) | Self::AnotherRoot(_) => 409,
            Self::BadProof => 422,
        }
    }

    /// What the body of the answer holds, for a size that differs.
    #[must_use]
    pub fn body(&self) -> String {
        match self {
            Self::AnotherSize(size) => format!("{size}\n"),
            Self::UnknownLog | Self::NotSigned | Self::Backwards | Self::AnotherRoot(_) | Self::BadProof => {
                String::new()
            }
        }
    }
}

impl AddCheckpoint {
    /// A request.
    #[must_use]
    pub const fn new(old_size: u64, proof: Vec<Hash>, checkpoint: SignedCheckpoint) -> Self {
        Self { old_size, proof, checkpoint }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn read(octets: &[u8]) -> Result<Self, BadRequest> {
        let bad = |problem| BadRequest { problem };
        if octets.len() > MAX_ADD_CHECKPOINT_BYTES {
            return Err(bad("it is longer than any honest one"));
        }
        let text = str::from_utf8(octets).map_err(|_| bad("it is not text"))?;
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or_else(|| bad("no empty line stands before the checkpoint"))?;
        let mut lines = head.split('\n');
        let old_size = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(size);
        let old_size = old_size.ok_or_else(|| bad("it does not begin with `old` and a size"))?;
        let proof: Option<Vec<Hash>> = lines.map(|line| line.parse().ok()).collect();
        let proof = proof.filter(|proof| proof.len() < MAX_CONSISTENCY_HASHES);
        let proof = proof.ok_or_else(|| bad("the proof is not at most 63 hashes in base64"))?;
        let checkpoint = SignedCheckpoint::parse(checkpoint.as_bytes()).map_err(|_| bad("the checkpoint is none"))?;
        Ok(Self { old_size, proof, checkpoint })
    }

    /// As it is sent.
    #[must_use]
    pub fn write(&self) -> String {
        let proof: String = self.proof.iter().map(|hash| format!("{hash}\n")).collect();
        format!("old {}\n{proof}\n{}", self.old_size, self.checkpoint)
    }
}

/// A size in its only spelling.
fn size(text: &str) -> Option<u64> {
    let size: u64 = text.parse().ok()?;
    (size.to_string() == text).then_some(size)
}

/// Decides about a request. What may be cosigned must be remembered, durably, before the cosignature is answered.
///
/// # Errors
/// [`Refusal`].
pub fn add_checkpoint<'r>(
    request: &'r AddCheckpoint,
    keys: &[VerifierKey],
    remembered: Remembered,
) -> Result<&'r Checkpoint, Refusal> {
    let claims = request.checkpoint.claims();
    if keys.is_empty() {
        return Err(Refusal::UnknownLog);
    }
    let _vouched = request.checkpoint.verify(keys).map_err(|_| Refusal::NotSigned)?;
    if request.old_size > claims.size() {
        return Err(Refusal::Backwards);
    }
    if request.old_size != remembered.size {
        return Err(Refusal::AnotherSize(remembered.size));
    }
    if claims.size() == remembered.size {
        return if *claims.root() == remembered.root { Ok(claims) } else { Err(Refusal::AnotherRoot(claims.size())) };
    }
    if remembered.size == 0 {
        return if request.proof.is_empty() { Ok(claims) } else { Err(Refusal::BadProof) };
    }
    verify_consistency(remembered.size, claims.size(), &request.proof, &remembered.root, claims.root())
        .map_err(|_| Refusal::BadProof)?;
    Ok(claims)
}

/// The evidence that one key signed two roots at one size, if it did.
#[must_use]
pub fn fork_of(keys: &[VerifierKey], one: &SignedCheckpoint, other: &SignedCheckpoint) -> Option<Fork> {
    let fork = |key: &VerifierKey| Fork::new(key.clone(), tlog::fork::Conflict::SameSize, one.clone(), other.clone());
    keys.iter().map(fork).find(|fork| fork.check().is_ok())
}
