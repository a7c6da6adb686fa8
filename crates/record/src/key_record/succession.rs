//! How one key record may follow another, and who must sign it.
//!
//! The same code judges what we read and what we are about to sign.

use super::{KeyChainError, KeyError, KeyRecord, KeyUseError, Purpose, SuiteName, Use};
use crate::digest::KeyId;
use crate::jws::Envelope;
use crate::signed::{self, SignatureError};
use crate::suite::{PrivateKey, PublicKey};

/// Checks the signatures of a first key record and returns its signature set.
pub(crate) fn check_first(record: &KeyRecord, envelope: &Envelope) -> Result<Vec<u8>, KeyError> {
    if record.index() != 0 {
        return Err(KeyChainError::NotFirst { index: record.index() }.into());
    }
    Signers::of_first(record)?.check(envelope)
}

/// Checks that a record may follow another and carries the signatures for it; returns its signature set.
pub(crate) fn check_successor(
    previous: &KeyRecord,
    next: &KeyRecord,
    envelope: &Envelope,
) -> Result<Vec<u8>, KeyError> {
    check_link(previous, next)?;
    Signers::of_successor(previous, next)?.check(envelope)
}

/// The keys that must sign a key record.
pub(super) struct Signers<'a> {
    /// Those that stood before it: the old record keys, or the recovery keys.
    before: Vec<&'a PublicKey>,
    /// Its own.
    own: Vec<&'a PublicKey>,
    is_recovery: bool,
}

impl<'a> Signers<'a> {
    /// A first record vouches for itself: the party is its digest.
    pub(super) fn of_first(record: &'a KeyRecord) -> Result<Self, KeyUseError> {
        Ok(Self { before: Vec::new(), own: record.required_keys(Use::KeyRecord)?, is_recovery: false })
    }

    /// A later one needs the keys before it, and its own to show that somebody holds them.
    pub(super) fn of_successor(previous: &'a KeyRecord, next: &'a KeyRecord) -> Result<Self, KeyUseError> {
        let is_recovery = next.is_recovery();
        let before = if is_recovery {
            next.recovered_with().iter().collect()
        } else {
            previous.required_keys(Use::KeyRecord)?
        };
        Ok(Self { before, own: next.required_keys(Use::KeyRecord)?, is_recovery })
    }

    fn check(&self, envelope: &Envelope) -> Result<Vec<u8>, KeyError> {
        let all: Vec<_> = self.all().collect();
        signed::check_signatures(envelope, &all).map_err(|error| self.explain(error))
    }

    /// The private keys that must sign, out of those at hand.
    pub(super) fn find<'k>(&self, at_hand: &[&'k PrivateKey]) -> Result<Vec<&'k PrivateKey>, KeyError> {
        let find = |key: &PublicKey| at_hand.iter().copied().find(|one| one.public() == key);
        self.all().map(|key| find(key).ok_or_else(|| self.missing(key).into())).collect()
    }

    fn all(&self) -> impl Iterator<Item = &'a PublicKey> {
        self.before.iter().chain(&self.own).copied()
    }

    /// Says of a missing signature whose it is.
    fn explain(&self, error: SignatureError) -> KeyError {
        if let SignatureError::Missing { key_id, .. } = error
            && let Some(key) = self.all().find(|key| key.id() == key_id)
        {
            return self.missing(key).into();
        }
        error.into()
    }

    fn missing(&self, key: &PublicKey) -> KeyChainError {
        let (suite, key_id) = (key.suite(), key.id());
        match (self.before.contains(&key), self.is_recovery) {
            (true, true) => KeyChainError::MissingRecoverySignature { suite, key_id },
            (true, false) => KeyChainError::MissingOldSignature { suite, key_id },
            (false, _) => KeyChainError::MissingNewSignature { suite, key_id },
        }
    }
}

/// Everything about a successor except its signatures. The caller knows that it names `previous`, and is of its party.
pub(super) fn check_link(previous: &KeyRecord, next: &KeyRecord) -> Result<(), KeyChainError> {
    let expected = previous.index().saturating_add(1);
    if next.index() != expected {
        return Err(KeyChainError::Gap { expected, found: next.index() });
    }
    if next.created() < previous.created() {
        return Err(KeyChainError::Backwards { previous: previous.created(), found: next.created() });
    }
    check_revocations(previous, next)?;
    if next.is_recovery() { check_recovery(previous, next) } else { check_rotation(previous, next) }
}

fn check_revocations(previous: &KeyRecord, next: &KeyRecord) -> Result<(), KeyChainError> {
    let dropped = previous.revoked().iter().find(|kept| next.revocation(&kept.key_id) != Some(kept));
    dropped.map_or(Ok(()), |dropped| Err(KeyChainError::RevocationDropped { key_id: dropped.key_id }))
}

/// Whoever steals the ordinary keys must not be able to replace the key that ends the theft.
fn check_rotation(previous: &KeyRecord, next: &KeyRecord) -> Result<(), KeyChainError> {
    if next.recovery() == previous.recovery() { Ok(()) } else { Err(KeyChainError::RecoveryChanged) }
}

fn check_recovery(previous: &KeyRecord, next: &KeyRecord) -> Result<(), KeyChainError> {
    for (suite, committed) in previous.recovery().iter() {
        let shown = next.recovered_with().iter().any(|key| key.id() == committed);
        if !shown {
            return Err(KeyChainError::RecoveryKeyWrong { suite: suite.clone() });
        }
        if next.recovery().key_id(suite) == Some(committed) {
            return Err(KeyChainError::RecoveryReused { suite: suite.clone() });
        }
    }
    let committed = |key_id| previous.recovery().iter().any(|(_, committed)| committed == key_id);
    if let Some(stray) = next.recovered_with().iter().find(|key| !committed(key.id())) {
        return Err(KeyChainError::RecoveryKeyWrong { suite: SuiteName::from(stray.suite()) });
    }
    kept_record_key(previous, next).map_or(Ok(()), |key_id| Err(KeyChainError::RecoveryKeepsKey { key_id }))
}

/// A record key of the earlier record that the later one still lists.
fn kept_record_key(previous: &KeyRecord, next: &KeyRecord) -> Option<KeyId> {
    let record_keys = next.keys().iter().filter(|entry| entry.purpose() == Purpose::Record);
    record_keys.map(|entry| entry.key().id()).find(|key_id| previous.key(key_id).is_some())
}
