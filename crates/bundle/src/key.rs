//! The private half of a bundle key.

use std::fmt;

use hpke::kem::XWing;
use hpke::{Deserializable as _, Kem, Serializable as _};
use record::entropy::{Entropy, NoEntropy};
use record::key_record::{BundleKey, BundleSuite};
use record::suite::SEED_BYTES;
use zeroize::Zeroizing;

/// A private key that opens bundles. Its seed is wiped from memory when it is dropped, and never printed.
pub struct PrivateBundleKey {
    seed: Zeroizing<[u8; SEED_BYTES]>,
    public: BundleKey,
}

impl PrivateBundleKey {
    /// The key that a seed stands for. Under `MLKEM768-X25519` the seed is the private key of X-Wing itself.
    ///
    /// # Errors
    /// [`CannotMakeKey::Suite`] if the suite's library refuses the seed.
    pub fn from_seed(suite: BundleSuite, seed: &[u8; SEED_BYTES]) -> Result<Self, CannotMakeKey> {
        let private = private_of(seed).map_err(|_| CannotMakeKey::Suite { suite })?;
        let octets = XWing::sk_to_pk(&private).to_bytes();
        let public = BundleKey::from_octets(suite, &octets).map_err(|_| CannotMakeKey::Suite { suite })?;
        Ok(Self { seed: Zeroizing::new(*seed), public })
    }

    /// A fresh key.
    ///
    /// # Errors
    /// [`CannotMakeKey`] if random octets or the suite's library fail.
    pub fn generate(suite: BundleSuite, entropy: &mut dyn Entropy) -> Result<Self, CannotMakeKey> {
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        entropy.fill(seed.as_mut_slice())?;
        Self::from_seed(suite, &seed)
    }

    /// The same key once more.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self { seed: self.seed.clone(), public: self.public.clone() }
    }

    /// The seed, for storing the key: whoever has it can open every bundle for this key.
    #[must_use]
    pub fn seed(&self) -> &[u8; SEED_BYTES] {
        &self.seed
    }

    /// The public half, as a key record lists it.
    #[must_use]
    pub const fn public(&self) -> &BundleKey {
        &self.public
    }

    /// The key as the library takes it.
    pub(crate) fn private(&self) -> Result<<XWing as Kem>::PrivateKey, hpke::HpkeError> {
        private_of(&self.seed)
    }
}

fn private_of(seed: &[u8; SEED_BYTES]) -> Result<<XWing as Kem>::PrivateKey, hpke::HpkeError> {
    <XWing as Kem>::PrivateKey::from_bytes(seed)
}

impl fmt::Debug for PrivateBundleKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PrivateBundleKey({}, {}, seed withheld)", self.public.suite(), self.public.id())
    }
}

/// A bundle key could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotMakeKey {
    /// The source of random octets did not answer.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The suite's library refused.
    #[error("not a usable {suite} key")]
    Suite {
        /// The suite.
        suite: BundleSuite,
    },
}
