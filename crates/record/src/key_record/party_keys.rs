//! The private keys of a party.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{KeyEntry, KeyRecordError, Purpose};
use crate::entropy::{Entropy, NoEntropy};
use crate::suite::{BadKey, PrivateKey, SEED_BYTES, SUITES, Suite};
use crate::time::Timestamp;

/// The private signature keys of a party, one for each purpose and suite. The bundle key is kept by whoever decrypts.
#[derive(Debug, Default)]
pub struct PartyKeys(BTreeMap<(Purpose, Suite), PrivateKey>);

impl PartyKeys {
    /// No keys yet, for a store to fill.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Fresh keys of every suite for records, logs and cosignatures, and an Ed25519 key for TLS.
    ///
    /// # Errors
    /// [`CannotMakeKeys`] if random octets or a suite's library fail.
    pub fn generate(entropy: &mut dyn Entropy) -> Result<Self, CannotMakeKeys> {
        let mut keys = Self::new();
        for purpose in Purpose::ALL {
            keys.renew(*purpose, entropy)?;
        }
        Ok(keys)
    }

    /// Replaces the keys of one purpose with fresh ones. A purpose that does not sign has none.
    ///
    /// # Errors
    /// [`CannotMakeKeys`] if random octets or a suite's library fail.
    pub fn renew(&mut self, purpose: Purpose, entropy: &mut dyn Entropy) -> Result<(), CannotMakeKeys> {
        for suite in suites_for(purpose) {
            let mut seed = Zeroizing::new([0; SEED_BYTES]);
            entropy.fill(seed.as_mut_slice())?;
            self.insert(purpose, PrivateKey::from_seed(*suite, &seed)?);
        }
        Ok(())
    }

    /// Adds a key, in place of the one that stood there.
    pub fn insert(&mut self, purpose: Purpose, key: PrivateKey) {
        drop(self.0.insert((purpose, key.public().suite()), key));
    }

    /// The same keys once more, for a rotation that renews only some of them.
    ///
    /// # Errors
    /// [`CannotMakeKeys::BadKey`] if a suite's library fails.
    pub fn duplicate(&self) -> Result<Self, CannotMakeKeys> {
        let mut keys = Self::new();
        for (purpose, suite, seed) in self.seeds() {
            keys.insert(purpose, PrivateKey::from_seed(suite, seed)?);
        }
        Ok(keys)
    }

    /// The key of a suite for a purpose.
    #[must_use]
    pub fn get(&self, purpose: Purpose, suite: Suite) -> Option<&PrivateKey> {
        self.0.get(&(purpose, suite))
    }

    /// All keys, in the order of purpose and suite.
    pub fn keys(&self) -> impl Iterator<Item = &PrivateKey> {
        self.0.values()
    }

    /// The keys that sign records, agreements and key records, in the order of their suites.
    pub fn record_keys(&self) -> impl Iterator<Item = &PrivateKey> {
        self.0.iter().filter(|((purpose, _), _)| *purpose == Purpose::Record).map(|(_, key)| key)
    }

    /// What to store: whoever has a seed has the key.
    pub fn seeds(&self) -> impl Iterator<Item = (Purpose, Suite, &[u8; SEED_BYTES])> {
        self.0.iter().map(|((purpose, suite), key)| (*purpose, *suite, key.seed()))
    }

    /// The public halves as a key record lists them, good from `not_before` to `not_after`.
    ///
    /// # Errors
    /// [`KeyRecordError::EmptyWindow`] if the end is before the beginning.
    pub fn entries(&self, not_before: Timestamp, not_after: Timestamp) -> Result<Vec<KeyEntry>, KeyRecordError> {
        let keys = self.0.iter().map(|((purpose, _), key)| (*purpose, key.public().clone()));
        keys.map(|(purpose, key)| KeyEntry::new(purpose, key, not_before, not_after)).collect()
    }
}

/// TLS takes one key, and peers of today's libraries understand Ed25519.
const fn suites_for(purpose: Purpose) -> &'static [Suite] {
    match purpose {
        Purpose::Cosign | Purpose::Log | Purpose::Record => &SUITES,
        Purpose::Transport => &[Suite::Ed25519],
        Purpose::Bundle => &[],
    }
}

/// Keys could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotMakeKeys {
    /// The source of random octets did not answer.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// A suite's library refused a seed.
    #[error(transparent)]
    BadKey(#[from] BadKey),
}
