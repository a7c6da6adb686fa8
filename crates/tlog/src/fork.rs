//! Evidence that one key signed two histories of one log, as one text file that anybody can check with nothing else.
//!
//! The file holds the key, two checkpoints that it signed, and what shows that no one tree has both:
//!
//! * `same-size`: the sizes are equal and the roots are not. Nothing more is needed.
//! * `other-prefix`: a consistency proof shows which root the larger tree had at the smaller size, and it is another than
//!   the one that was signed. Whoever holds the older checkpoint and can read the newer tree can make it.
//! * `same-index`: two inclusion proofs show different leaves at one index below both sizes.
//!
//! An honest key cannot be accused: both checkpoints must carry its signature, and both proofs must lead to the signed
//! roots, so that the evidence stands unless SHA-256 or the signature suite is broken. A fork shown by a key that bears the
//! origin's name is the log's; by another key, of a cosignature kind, it is that cosigner's. A plain note key (0x01) that
//! does not bear the origin's name accuses nobody: what it means by signing is not known.

mod text;

use std::fmt;

pub use text::BadFork;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::hash::Hash;
use crate::note::{KeyKind, VerifierKey};
use crate::proof::{ProofError, verify_consistency, verify_inclusion};

/// Two checkpoints, the key that is said to have signed both, and what shows that they contradict one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    key: VerifierKey,
    conflict: Conflict,
    first: SignedCheckpoint,
    second: SignedCheckpoint,
}

/// Why two checkpoints cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conflict {
    /// One size, two roots.
    SameSize,
    /// The second tree, the larger one, had another root at the first one's size.
    OtherPrefix {
        /// The root that it had.
        root: Hash,
        /// The proof that it had it: consistency of the first size and this root with the second checkpoint.
        proof: Vec<Hash>,
    },
    /// Different leaves at one index.
    SameIndex {
        /// The index.
        index: u64,
        /// The leaf in the first tree.
        first: LeafProof,
        /// The leaf in the second tree.
        second: LeafProof,
    },
}

/// A leaf hash with its inclusion proof.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeafProof {
    /// The leaf's hash.
    pub leaf: Hash,
    /// Its inclusion proof.
    pub proof: Vec<Hash>,
}

impl LeafProof {
    /// A leaf and its proof.
    #[must_use]
    pub const fn new(leaf: Hash, proof: Vec<Hash>) -> Self {
        Self { leaf, proof }
    }
}

impl Fork {
    /// Puts evidence together. It accuses nobody until it is checked.
    #[must_use]
    pub const fn new(key: VerifierKey, conflict: Conflict, first: SignedCheckpoint, second: SignedCheckpoint) -> Self {
        Self { key, conflict, first, second }
    }

    /// Checks the evidence by itself, and says what it proves.
    ///
    /// # Errors
    /// [`NotAFork`]: then nothing is proved against anybody.
    pub fn check(&self) -> Result<ForkProof<'_>, NotAFork> {
        let (first, second) = (self.first.claims(), self.second.claims());
        if first.origin() != second.origin() {
            return Err(NotAFork::TwoLogs);
        }
        let bears_origin = self.key.name().as_str() == first.origin();
        let role = match self.key.kind() {
            KeyKind::Private => return Err(NotAFork::UncheckableKey),
            KeyKind::Ed25519 if !bears_origin => return Err(NotAFork::UncheckableKey),
            KeyKind::Ed25519 | KeyKind::CosignatureEd25519 | KeyKind::CosignatureMlDsa44 => {
                if bears_origin {
                    Role::Log
                } else {
                    Role::Cosigner
                }
            }
        };
        contradicts(&self.conflict, first, second)?;
        let key = std::slice::from_ref(&self.key);
        self.first.verify(key).map_err(NotAFork::FirstUnsigned)?;
        self.second.verify(key).map_err(NotAFork::SecondUnsigned)?;
        Ok(ForkProof { fork: self, role })
    }

    /// Checks the evidence, and that it accuses one of the keys that the caller knows: only then is it known whom the key
    /// stands for.
    ///
    /// # Errors
    /// [`NotAFork`], among them [`NotAFork::UnknownKey`].
    pub fn check_against(&self, known: &[VerifierKey]) -> Result<ForkProof<'_>, NotAFork> {
        if !known.contains(&self.key) {
            return Err(NotAFork::UnknownKey);
        }
        self.check()
    }
}

fn contradicts(conflict: &Conflict, first: &Checkpoint, second: &Checkpoint) -> Result<(), NotAFork> {
    match conflict {
        Conflict::SameSize => {
            let conflict = first.size() == second.size() && first.root() != second.root();
            if conflict { Ok(()) } else { Err(NotAFork::NoConflict) }
        }
        Conflict::OtherPrefix { root, proof } => {
            if first.size() >= second.size() || first.root() == root {
                return Err(NotAFork::NoConflict);
            }
            verify_consistency(first.size(), second.size(), proof, root, second.root()).map_err(NotAFork::SecondProof)
        }
        Conflict::SameIndex { index, first: one, second: other } => {
            if one.leaf == other.leaf {
                return Err(NotAFork::NoConflict);
            }
            verify_inclusion(*index, first.size(), &one.leaf, &one.proof, first.root())
                .map_err(NotAFork::FirstProof)?;
            verify_inclusion(*index, second.size(), &other.leaf, &other.proof, second.root())
                .map_err(NotAFork::SecondProof)
        }
    }
}

/// Whose history forked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// The key bears the log's origin as its name: the log itself.
    Log,
    /// Another key, of a cosignature kind: a cosigner vouched for two histories.
    Cosigner,
}

/// A fork that was proved. Its text says exactly what, and what not.
#[derive(Debug, Clone, Copy)]
pub struct ForkProof<'fork> {
    fork: &'fork Fork,
    role: Role,
}

impl ForkProof<'_> {
    /// The key that signed both.
    #[must_use]
    pub const fn key(&self) -> &VerifierKey {
        &self.fork.key
    }

    /// Whether the log or a cosigner is accused.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The log.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.fork.first.claims().origin()
    }

    /// The first checkpoint.
    #[must_use]
    pub const fn first(&self) -> &Checkpoint {
        self.fork.first.claims()
    }

    /// The second checkpoint.
    #[must_use]
    pub const fn second(&self) -> &Checkpoint {
        self.fork.second.claims()
    }
}

impl fmt::Display for ForkProof<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second, key) = (self.first(), self.second(), self.key());
        let who = match self.role {
            Role::Log => "the log's key",
            Role::Cosigner => "the cosigner's key",
        };
        let id = u32::from_be_bytes(key.id());
        write!(out, "{who} {} {id:08x} signed two histories of {}: ", key.name(), self.origin())?;
        write!(out, "size {} root {} and size {} root {}; ", first.size(), first.root(), second.size(), second.root())?;
        match &self.fork.conflict {
            Conflict::SameSize => write!(out, "one size has one root")?,
            Conflict::OtherPrefix { root, .. } => {
                write!(out, "at size {} the second had root {root}", first.size())?;
            }
            Conflict::SameIndex { index, first, second } => {
                write!(out, "leaf {index} is {} in the first and {} in the second", first.leaf, second.leaf)?;
            }
        }
        write!(out, ". Not proved: who holds the key, when each was signed, or which history is true.")
    }
}

/// Evidence that proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAFork {
    /// The accuser shows checkpoints of two logs.
    #[error("the checkpoints are of two logs")]
    TwoLogs,
    /// The accuser shows two checkpoints that one tree can have.
    #[error("the checkpoints do not contradict one another in this way")]
    NoConflict,
    /// The accuser's key is private, or a plain note key that does not bear the origin's name.
    #[error("the key is of a kind, or bears a name, by which nobody can be accused")]
    UncheckableKey,
    /// The accuser's key is none that the checker knows.
    #[error("the key is not among those known")]
    UnknownKey,
    /// The key did not sign the first checkpoint.
    #[error("first checkpoint: {0}")]
    FirstUnsigned(CheckpointError),
    /// The key did not sign the second checkpoint.
    #[error("second checkpoint: {0}")]
    SecondUnsigned(CheckpointError),
    /// The proof for the first checkpoint does not hold.
    #[error("proof for the first checkpoint: {0}")]
    FirstProof(ProofError),
    /// The proof for the second checkpoint does not hold.
    #[error("proof for the second checkpoint: {0}")]
    SecondProof(ProofError),
}
