//! The offline recovery key: one line of text in a safe, and its hash in every key record.

mod text;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

pub use text::RecoveryTextError;

use super::{CannotMakeKeys, KeyRecordError, SuiteName};
use crate::digest::{KeyId, sha256};
use crate::entropy::Entropy;
use crate::suite::{BadKey, PrivateKey, SEED_BYTES, SUITES};

/// The recovery key of a party: a secret of 32 octets, from which a key of every suite is derived.
///
/// The seed of a suite's key is SHA-256("detente/recovery/v1\0" || suite name || "\0" || secret), so one line serves suites
/// that do not exist yet.
pub struct RecoveryKey {
    secret: Zeroizing<[u8; SEED_BYTES]>,
    keys: Vec<PrivateKey>,
}

impl RecoveryKey {
    /// A fresh recovery key. Its text must be kept offline before its commitment is signed.
    ///
    /// # Errors
    /// [`CannotMakeKeys`] if random octets or a suite's library fail.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, CannotMakeKeys> {
        let mut secret = Zeroizing::new([0; SEED_BYTES]);
        entropy.fill(secret.as_mut_slice())?;
        Ok(Self::from_seed(&secret)?)
    }

    /// The recovery key that a secret stands for.
    ///
    /// # Errors
    /// [`BadKey`] if a suite's library refuses its derived seed.
    pub fn from_seed(secret: &[u8; SEED_BYTES]) -> Result<Self, BadKey> {
        let derive = |suite: &str| {
            Zeroizing::new(sha256(&[b"detente/recovery/v1\0", suite.as_bytes(), b"\0", secret.as_slice()]))
        };
        let keys = SUITES.into_iter().map(|suite| PrivateKey::from_seed(suite, &derive(suite.name())));
        Ok(Self { secret: Zeroizing::new(*secret), keys: keys.collect::<Result<_, _>>()? })
    }

    /// The key that a typed line stands for, see [`RecoveryKey::to_text`]. Case, spaces and hyphens do not matter, `O` is
    /// read as `0`, `I` and `L` as `1`.
    ///
    /// # Errors
    /// [`RecoveryTextError`], which tells a typing error from a wrong length.
    pub fn from_text(line: &str) -> Result<Self, RecoveryTextError> {
        Ok(Self::from_seed(&*text::read(line)?)?)
    }

    /// The line to print or to write down: 14 groups of four characters, the last group a checksum.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        text::write(&self.secret)
    }

    /// The keys that sign a recovery, one for each suite.
    #[must_use]
    pub fn keys(&self) -> &[PrivateKey] {
        &self.keys
    }

    /// What key records say of it while it is unused.
    #[must_use]
    pub fn commitment(&self) -> RecoveryCommitment {
        RecoveryCommitment(self.keys.iter().map(|key| (key.public().suite().into(), key.public().id())).collect())
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RecoveryKey(secret withheld)")
    }
}

/// The ids of a recovery key's public halves, by suite. They are hashes: a quantum computer finds nothing to break in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryCommitment(BTreeMap<SuiteName, KeyId>);

impl RecoveryCommitment {
    /// A commitment as it was read. Suites that this build does not know may stand beside those that it does.
    pub(super) fn from_map(committed: BTreeMap<SuiteName, KeyId>) -> Result<Self, KeyRecordError> {
        let commitment = Self(committed);
        let absent = SUITES.into_iter().find(|suite| commitment.key_id(&(*suite).into()).is_none());
        absent.map_or(Ok(commitment), |suite| Err(KeyRecordError::RecoveryIncomplete { suite }))
    }

    /// The key of a suite.
    #[must_use]
    pub fn key_id(&self, suite: &SuiteName) -> Option<KeyId> {
        self.0.get(suite).copied()
    }

    /// All of it, in the order of the suites' names.
    pub fn iter(&self) -> impl Iterator<Item = (&SuiteName, KeyId)> {
        self.0.iter().map(|(suite, key_id)| (suite, *key_id))
    }
}
