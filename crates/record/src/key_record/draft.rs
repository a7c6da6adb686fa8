//! Making key records.

use super::succession::{Signers, check_link};
use super::{
    KeyEntry, KeyError, KeyRecord, KeyRecordError, Link, Parts, PartyKeys, RecoveryCommitment, RecoveryKey, Required,
    Revocation,
};
use crate::jws::MediaType;
use crate::limits::MAX_KEY_RECORD_BYTES;
use crate::signed::{self, Signed};
use crate::suite::{PrivateKey, PublicKey};
use crate::time::Timestamp;

/// A key record before it is signed.
///
/// What is signed is first read back as a stranger would read it, so that nobody can sign a record that others refuse.
#[derive(Debug, Clone)]
pub struct KeyRecordDraft {
    created: Timestamp,
    keys: Vec<KeyEntry>,
    required: Option<Required>,
    revoked: Vec<Revocation>,
}

impl KeyRecordDraft {
    /// A draft with these keys, as [`PartyKeys::entries`] lists them.
    #[must_use]
    pub const fn new(created: Timestamp, keys: Vec<KeyEntry>) -> Self {
        Self { created, keys, required: None, revoked: Vec::new() }
    }

    /// Adds a key, such as the one for bundles.
    #[must_use]
    pub fn key(mut self, entry: KeyEntry) -> Self {
        self.keys.push(entry);
        self
    }

    /// Requires other suites than the previous record did, or than the floors if this is the first.
    #[must_use]
    pub fn require(mut self, required: Required) -> Self {
        self.required = Some(required);
        self
    }

    /// Withdraws a key. What earlier records withdrew is carried over without being named.
    #[must_use]
    pub fn revoke(mut self, revocation: Revocation) -> Self {
        self.revoked.push(revocation);
        self
    }

    /// The first key record of a new party.
    ///
    /// # Errors
    /// [`KeyError`], as a reader of the record would give, or [`KeyError::Sign`].
    pub fn sign_first(self, recovery: &RecoveryCommitment, keys: &PartyKeys) -> Result<Signed<KeyRecord>, KeyError> {
        let at_hand: Vec<_> = keys.keys().collect();
        let parts = Parts {
            created: self.created,
            index: 0,
            keys: self.keys,
            link: None,
            recovered_with: Vec::new(),
            recovery: recovery.clone(),
            required: self.required.unwrap_or_else(Required::floor),
            revoked: self.revoked,
        };
        let (payload, record) = read_back(&parts)?;
        let signers = Signers::of_first(&record)?.find(&at_hand)?;
        sign(payload, &signers, record)
    }

    /// The next key record, signed by the keys before it and by its own. The recovery key stays what it was.
    ///
    /// # Errors
    /// [`KeyError`], as a reader of the record would give, or [`KeyError::Sign`]. A private key that is not at hand is
    /// reported as the signature that would be missing.
    pub fn rotate(self, previous: &KeyRecord, old: &PartyKeys, new: &PartyKeys) -> Result<Signed<KeyRecord>, KeyError> {
        let at_hand: Vec<_> = old.keys().chain(new.keys()).collect();
        let recovery = previous.recovery().clone();
        sign_successor(previous, &self.after(previous, Vec::new(), recovery), &at_hand)
    }

    /// The key record that sets aside everything after `previous`, signed by the recovery key and by its own new keys.
    ///
    /// `previous` is the last record that nobody disputes: the one before a theft, and before a fork, since a peer that
    /// saw the other branch knows no later one. The recovery key is exposed by this, so `next` commits to another.
    ///
    /// # Errors
    /// [`KeyError`], as a reader of the record would give, or [`KeyError::Sign`].
    pub fn recover(
        self,
        previous: &KeyRecord,
        with: &RecoveryKey,
        new: &PartyKeys,
        next: &RecoveryCommitment,
    ) -> Result<Signed<KeyRecord>, KeyError> {
        let at_hand: Vec<_> = with.keys().iter().chain(new.keys()).collect();
        let shown = with.keys().iter().map(|key| key.public().clone()).collect();
        sign_successor(previous, &self.after(previous, shown, next.clone()), &at_hand)
    }

    fn after(self, previous: &KeyRecord, recovered_with: Vec<PublicKey>, recovery: RecoveryCommitment) -> Parts {
        let mut revoked = previous.revoked().to_vec();
        revoked.extend(self.revoked);
        Parts {
            created: self.created,
            index: previous.index().saturating_add(1),
            keys: self.keys,
            link: Some(Link { party: previous.party(), previous: previous.digest() }),
            recovered_with,
            recovery,
            required: self.required.unwrap_or_else(|| previous.required().clone()),
            revoked,
        }
    }
}

fn sign_successor(previous: &KeyRecord, parts: &Parts, at_hand: &[&PrivateKey]) -> Result<Signed<KeyRecord>, KeyError> {
    let (payload, record) = read_back(parts)?;
    check_link(previous, &record)?;
    let signers = Signers::of_successor(previous, &record)?.find(at_hand)?;
    sign(payload, &signers, record)
}

fn read_back(parts: &Parts) -> Result<(Vec<u8>, KeyRecord), KeyError> {
    let payload = parts.to_octets()?;
    let record = KeyRecord::read(&payload)?;
    Ok((payload, record))
}

fn sign(payload: Vec<u8>, keys: &[&PrivateKey], record: KeyRecord) -> Result<Signed<KeyRecord>, KeyError> {
    let (envelope, signature_set) = signed::sign_payload(payload, MediaType::KeyRecord, keys)?;
    let found = envelope.to_json().len();
    if found > MAX_KEY_RECORD_BYTES {
        return Err(KeyRecordError::TooLong { found }.into());
    }
    Ok(Signed::new(record, envelope, signature_set))
}
