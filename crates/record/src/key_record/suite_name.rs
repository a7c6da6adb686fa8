//! Names of suites, also of those that a newer build will know.

use std::fmt;
use std::str::FromStr;

use super::KeyRecordError;
use crate::suite::Suite;

/// Octets of a suite's name: several times the longest in the JOSE registry.
const MAX_SUITE_NAME_BYTES: usize = 64;

/// The name of a suite: one to 64 of the characters `A-Z a-z 0-9 . _ + -`.
///
/// A key id hashes the name and a zero octet before the key, so that a name must never hold one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuiteName(Box<str>);

impl SuiteName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The signature suite of this name, if this build knows one.
    #[must_use]
    pub fn signature(&self) -> Option<Suite> {
        self.0.parse().ok()
    }

    /// The encryption suite of this name, if this build knows one.
    #[must_use]
    pub fn bundle(&self) -> Option<BundleSuite> {
        (*self.0 == *BundleSuite::MlKem768X25519.name()).then_some(BundleSuite::MlKem768X25519)
    }
}

impl fmt::Display for SuiteName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for SuiteName {
    type Err = KeyRecordError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let letter = |octet: u8| octet.is_ascii_alphanumeric() || b"._+-".contains(&octet);
        let fits = (1..=MAX_SUITE_NAME_BYTES).contains(&name.len()) && name.bytes().all(letter);
        if fits { Ok(Self(name.into())) } else { Err(KeyRecordError::SuiteName { name: name.to_owned() }) }
    }
}

impl From<Suite> for SuiteName {
    fn from(suite: Suite) -> Self {
        Self(suite.name().into())
    }
}

impl From<BundleSuite> for SuiteName {
    fn from(suite: BundleSuite) -> Self {
        Self(suite.name().into())
    }
}

/// A way of encrypting bundles to a party, by the name of its HPKE key encapsulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BundleSuite {
    /// X-Wing: ML-KEM-768 and X25519 together (draft-ietf-hpke-pq).
    MlKem768X25519,
}

impl BundleSuite {
    /// The name in key records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MlKem768X25519 => "MLKEM768-X25519",
        }
    }

    /// Octets of a public key: 1184 of ML-KEM-768 (FIPS 203), then 32 of X25519.
    #[must_use]
    pub const fn public_key_bytes(self) -> usize {
        match self {
            Self::MlKem768X25519 => 1216,
        }
    }
}

impl fmt::Display for BundleSuite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
