//! The keys that a key record lists, and those that it withdraws.

use super::{BundleSuite, KeyRecordError, Purpose, RevocationReason, SuiteName};
use crate::digest::KeyId;
use crate::suite::PublicKey;
use crate::time::Timestamp;

/// A public key as a key record lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListedKey {
    /// A key that verifies signatures.
    Signing(PublicKey),
    /// A key that bundles are encrypted to.
    Bundle(BundleKey),
    /// A key of a suite that this build does not know. It is kept and never used.
    Unknown(UnknownKey),
}

/// A key that bundles are encrypted to. Its length was checked; HPKE checks the rest when it encrypts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleKey {
    suite: BundleSuite,
    octets: Vec<u8>,
    id: KeyId,
}

/// A key of a suite that this build does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    suite: SuiteName,
    octets: Vec<u8>,
    id: KeyId,
}

impl ListedKey {
    /// Reads a public key of any suite.
    ///
    /// # Errors
    /// [`KeyRecordError::Key`] or [`KeyRecordError::BundleKeyLength`] if the suite is known and the octets are no key of it.
    pub fn from_octets(suite: &SuiteName, octets: &[u8]) -> Result<Self, KeyRecordError> {
        if let Some(suite) = suite.signature() {
            return Ok(Self::Signing(PublicKey::from_octets(suite, octets)?));
        }
        if let Some(suite) = suite.bundle() {
            return BundleKey::from_octets(suite, octets).map(Self::Bundle);
        }
        let id = KeyId::of(suite.as_str(), octets);
        Ok(Self::Unknown(UnknownKey { suite: suite.clone(), octets: octets.to_vec(), id }))
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        match self {
            Self::Signing(key) => key.id(),
            Self::Bundle(key) => key.id,
            Self::Unknown(key) => key.id,
        }
    }

    /// The name of its suite.
    #[must_use]
    pub fn suite(&self) -> SuiteName {
        match self {
            Self::Signing(key) => key.suite().into(),
            Self::Bundle(key) => key.suite.into(),
            Self::Unknown(key) => key.suite.clone(),
        }
    }

    /// Its octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        match self {
            Self::Signing(key) => key.octets(),
            Self::Bundle(key) => &key.octets,
            Self::Unknown(key) => &key.octets,
        }
    }

    /// The key, if it verifies signatures.
    #[must_use]
    pub const fn signing(&self) -> Option<&PublicKey> {
        if let Self::Signing(key) = self { Some(key) } else { None }
    }

    /// True unless this build knows that a key of this suite cannot serve the purpose.
    const fn fits(&self, purpose: Purpose) -> bool {
        match self {
            Self::Signing(_) => purpose.signs(),
            Self::Bundle(_) => !purpose.signs(),
            Self::Unknown(_) => true,
        }
    }
}

impl BundleKey {
    /// Reads a bundle key.
    ///
    /// # Errors
    /// [`KeyRecordError::BundleKeyLength`] for a wrong length.
    pub fn from_octets(suite: BundleSuite, octets: &[u8]) -> Result<Self, KeyRecordError> {
        if octets.len() != suite.public_key_bytes() {
            return Err(KeyRecordError::BundleKeyLength { suite, found: octets.len() });
        }
        Ok(Self { suite, octets: octets.to_vec(), id: KeyId::of(suite.name(), octets) })
    }

    /// Its suite.
    #[must_use]
    pub const fn suite(&self) -> BundleSuite {
        self.suite
    }

    /// Its octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }
}

impl From<PublicKey> for ListedKey {
    fn from(key: PublicKey) -> Self {
        Self::Signing(key)
    }
}

impl From<BundleKey> for ListedKey {
    fn from(key: BundleKey) -> Self {
        Self::Bundle(key)
    }
}

/// A key with what it is for and when it is good: its suite fits its purpose, and its window is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEntry {
    purpose: Purpose,
    key: ListedKey,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl KeyEntry {
    /// A key that is good from `not_before` to `not_after`, both included (as in RFC 5280 section 4.1.2.5).
    ///
    /// # Errors
    /// [`KeyRecordError::EmptyWindow`] if the end is before the beginning, [`KeyRecordError::Unfit`] if a signature key
    /// should receive bundles or a bundle key should sign.
    pub fn new(
        purpose: Purpose,
        key: impl Into<ListedKey>,
        not_before: Timestamp,
        not_after: Timestamp,
    ) -> Result<Self, KeyRecordError> {
        let key = key.into();
        if !key.fits(purpose) {
            return Err(KeyRecordError::Unfit { purpose, suite: key.suite() });
        }
        if not_after < not_before {
            return Err(KeyRecordError::EmptyWindow { key_id: key.id() });
        }
        Ok(Self { purpose, key, not_before, not_after })
    }

    /// What the key is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &ListedKey {
        &self.key
    }

    /// The first instant at which the key is good.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last instant at which the key is good.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

/// A key that was withdrawn. Later key records repeat it for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// The key.
    pub key_id: KeyId,
    /// Why.
    pub reason: RevocationReason,
    /// Since when nothing by it should count.
    pub since: Timestamp,
}

impl Revocation {
    /// The withdrawal of a key.
    #[must_use]
    pub const fn new(key_id: KeyId, reason: RevocationReason, since: Timestamp) -> Self {
        Self { key_id, reason, since }
    }
}
