//! The keys of logs, which the store is given: it keeps none itself.

use std::sync::Arc;

use tlog::note::{Signer, VerifierKey};

/// Who signs the checkpoints of a node's logs, and who may have signed them before.
pub trait LogKeys: Send + Sync {
    /// Every key that may have signed checkpoints of this origin, those of earlier key records included.
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey>;

    /// The keys that sign checkpoints of this origin now. Asked at every commit, so it should remember them.
    ///
    /// # Errors
    /// Why there are none: nothing is signed then, and reading goes on.
    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String>;
}

/// The two signatures of a checkpoint.
#[derive(Debug)]
#[non_exhaustive]
pub struct LogSigners {
    /// Ed25519 (C2SP signed-note, kind 0x01): signs inside the commit.
    pub commit: Signer,
    /// ML-DSA-44 (C2SP tlog-cosignature, kind 0x06): signs before publication. One such signature covers all earlier leaves.
    pub publish: Signer,
}

impl LogSigners {
    /// The signers of one log.
    #[must_use]
    pub const fn new(commit: Signer, publish: Signer) -> Self {
        Self { commit, publish }
    }
}
