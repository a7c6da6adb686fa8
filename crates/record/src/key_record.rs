//! Key records: a party's own statement of which keys are its own, what each is for, and what must be signed with what.
//!
//! A party is the digest of its first key record. Each later one is signed by the keys before it and by its own, so that a
//! party needs no registrar. An offline recovery key, of which only the hash is known, stands above them all: it alone may
//! set aside what a thief of the ordinary keys has signed. How records follow one another is [`crate::key_history`].
//!
//! A key record is a JWS over canonical JSON, not an SD-JWT: it is public and withholds nothing.

mod draft;
mod entry;
mod error;
mod party_keys;
mod read;
mod recovery;
mod required;
mod succession;
mod suite_name;
mod words;
mod write;

pub use crate::words::UnknownWord;
pub use draft::KeyRecordDraft;
pub use entry::{BundleKey, KeyEntry, ListedKey, Revocation, UnknownKey};
pub use error::{KeyChainError, KeyError, KeyRecordError, KeyUseError};
pub use party_keys::{CannotMakeKeys, PartyKeys};
pub use recovery::{RecoveryCommitment, RecoveryKey, RecoveryTextError};
pub use required::Required;
pub(crate) use succession::{check_first, check_successor};
pub use suite_name::{BundleSuite, SuiteName};
pub use words::{Purpose, RevocationReason, Use};

use crate::digest::{Commitment, KeyId, KeyRecordDigest, PartyId, RecordDigest};
use crate::signed::Signed;
use crate::suite::PublicKey;
use crate::time::Timestamp;

/// A key record that holds every rule which can be checked without the records before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    digest: KeyRecordDigest,
    parts: Parts,
}

/// The members of a key record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    created: Timestamp,
    index: u32,
    keys: Vec<KeyEntry>,
    link: Option<Link>,
    recovered_with: Vec<PublicKey>,
    recovery: RecoveryCommitment,
    required: Required,
    revoked: Vec<Revocation>,
}

/// What ties a record to the ones before it: absent exactly in the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Link {
    party: PartyId,
    previous: KeyRecordDigest,
}

impl KeyRecord {
    /// Its name.
    #[must_use]
    pub const fn digest(&self) -> KeyRecordDigest {
        self.digest
    }

    /// The party whose keys these are.
    #[must_use]
    pub const fn party(&self) -> PartyId {
        match self.parts.link {
            Some(link) => link.party,
            None => PartyId::of(self.digest),
        }
    }

    /// The key record that it follows; none for the first.
    #[must_use]
    pub fn previous(&self) -> Option<KeyRecordDigest> {
        self.parts.link.map(|link| link.previous)
    }

    /// How many key records stand before it.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.parts.index
    }

    /// When its party says it was made.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.parts.created
    }

    /// Its keys, in their author's order.
    #[must_use]
    pub fn keys(&self) -> &[KeyEntry] {
        &self.parts.keys
    }

    /// The key of this id.
    #[must_use]
    pub fn key(&self, key_id: &KeyId) -> Option<&KeyEntry> {
        self.keys().iter().find(|entry| entry.key().id() == *key_id)
    }

    /// The key of this suite that must sign for this purpose. Where an old and a new one overlap, it is the one that
    /// begins later; the other still verifies until its window ends.
    #[must_use]
    pub fn key_for(&self, purpose: Purpose, suite: &SuiteName) -> Option<&KeyEntry> {
        let fits = self.keys().iter().filter(|entry| entry.purpose() == purpose && entry.key().suite() == *suite);
        fits.max_by_key(|entry| entry.not_before())
    }

    /// Which suites must sign what.
    #[must_use]
    pub const fn required(&self) -> &Required {
        &self.parts.required
    }

    /// The keys that must all sign for a use.
    ///
    /// # Errors
    /// [`KeyUseError::UnknownSuite`] if this build cannot verify one of the suites, [`KeyUseError::NoKey`] if the party
    /// lists no key of one, as for checkpoints of a party without a log.
    pub fn required_keys(&self, usage: Use) -> Result<Vec<&PublicKey>, KeyUseError> {
        self.required().suites(usage).iter().map(|suite| self.required_key(usage, suite)).collect()
    }

    fn required_key(&self, usage: Use, suite: &SuiteName) -> Result<&PublicKey, KeyUseError> {
        if suite.signature().is_none() {
            return Err(KeyUseError::UnknownSuite { usage, suite: suite.clone() });
        }
        let key = self.key_for(usage.purpose(), suite).and_then(|entry| entry.key().signing());
        key.ok_or_else(|| KeyUseError::NoKey { usage, suite: suite.clone() })
    }

    /// The offline keys that may set aside what follows.
    #[must_use]
    pub const fn recovery(&self) -> &RecoveryCommitment {
        &self.parts.recovery
    }

    /// The recovery keys that signed this record; empty for an ordinary one.
    #[must_use]
    pub fn recovered_with(&self) -> &[PublicKey] {
        &self.parts.recovered_with
    }

    /// True if this record was signed by the recovery key and not by the keys before it.
    #[must_use]
    pub const fn is_recovery(&self) -> bool {
        !self.parts.recovered_with.is_empty()
    }

    /// Every key that was withdrawn so far.
    #[must_use]
    pub fn revoked(&self) -> &[Revocation] {
        &self.parts.revoked
    }

    /// The withdrawal of this key.
    #[must_use]
    pub fn revocation(&self, key_id: &KeyId) -> Option<&Revocation> {
        self.revoked().iter().find(|revocation| revocation.key_id == *key_id)
    }
}

impl Signed<KeyRecord> {
    /// The name of the key record.
    #[must_use]
    pub const fn digest(&self) -> KeyRecordDigest {
        self.content().digest()
    }

    /// The leaf that commits to this key record and its signatures under a fresh random salt.
    #[must_use]
    pub fn commitment(&self, salt: &[u8; 32]) -> Commitment {
        self.commit(salt, RecordDigest::from_octets(*self.digest().octets()))
    }
}
