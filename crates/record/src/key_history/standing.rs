//! What a history says of a key, and the check of signatures that follows from it.

use super::{KeyHistory, Place};
use crate::digest::{KeyId, KeyRecordDigest};
use crate::jws::Envelope;
use crate::key_record::{KeyEntry, KeyError, KeyRecord, KeyUseError, Revocation, RevocationReason, Use};
use crate::signed::{self, Signed};
use crate::suite::PublicKey;
use crate::time::Timestamp;

/// For which moment a key is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// At this time the key must be in force, as far as this history goes.
    At(Timestamp),
    /// Only whether the key record that is named lists the key. What became of the key is reported and decides nothing,
    /// since only the author's log can tell whether that came before the signature.
    AsNamed,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyStanding {
    /// The latest key record lists it, and it is good at the moment asked for.
    InForce,
    /// The latest key record lists it for later.
    NotYetValid {
        /// The first instant at which it is good.
        from: Timestamp,
    },
    /// The latest key record lists it for earlier.
    Expired {
        /// The last instant at which it was good.
        since: Timestamp,
    },
    /// A later key record lists it no more.
    Retired {
        /// The first one that does not.
        by: KeyRecordDigest,
    },
    /// The party withdrew it.
    Revoked {
        /// The key record that says so first.
        by: KeyRecordDigest,
        /// Why.
        reason: RevocationReason,
        /// Since when nothing by it should count.
        since: Timestamp,
    },
    /// The key record that names it was set aside by the recovery key.
    Overruled {
        /// The recovery.
        by: KeyRecordDigest,
    },
}

impl KeyStanding {
    /// Refuses whatever is not in force.
    ///
    /// # Errors
    /// The [`KeyUseError`] of the same name.
    pub const fn enforce(self, key_id: KeyId) -> Result<(), KeyUseError> {
        Err(match self {
            Self::InForce => return Ok(()),
            Self::NotYetValid { from } => KeyUseError::NotYetValid { key_id, from },
            Self::Expired { since } => KeyUseError::Expired { key_id, since },
            Self::Retired { by } => KeyUseError::Retired { key_id, by },
            Self::Revoked { by, reason, since } => KeyUseError::Revoked { key_id, by, reason, since },
            Self::Overruled { by } => KeyUseError::Overruled { key_id, by },
        })
    }
}

impl KeyHistory {
    /// What became of a key that a key record lists. The gravest applies: overruled, revoked, retired, then its window as
    /// the latest key record has it. Under [`Moment::AsNamed`] the window is left out.
    ///
    /// # Errors
    /// [`KeyUseError::UnknownKeyRecord`] or [`KeyUseError::UnknownKey`].
    pub fn standing(
        &self,
        key_record: &KeyRecordDigest,
        key_id: &KeyId,
        at: Moment,
    ) -> Result<KeyStanding, KeyUseError> {
        let (place, record) = self.known(key_record)?;
        if record.content().key(key_id).is_none() {
            return Err(KeyUseError::UnknownKey { key_id: *key_id, digest: *key_record });
        }
        Ok(match place {
            Place::Overruled(by) => KeyStanding::Overruled { by },
            Place::Chain(up_to) => self.standing_in_chain(up_to, key_id, at),
        })
    }

    fn standing_in_chain(&self, up_to: usize, key_id: &KeyId, at: Moment) -> KeyStanding {
        if let Some((by, revocation)) = self.revoked_by(key_id) {
            return KeyStanding::Revoked { by, reason: revocation.reason, since: revocation.since };
        }
        let head = self.head().content().key(key_id);
        match (head, at) {
            (None, _) => KeyStanding::Retired { by: self.retired_by(up_to, key_id) },
            (Some(_), Moment::AsNamed) => KeyStanding::InForce,
            (Some(entry), Moment::At(now)) => window(entry, now),
        }
    }

    fn revoked_by(&self, key_id: &KeyId) -> Option<(KeyRecordDigest, &Revocation)> {
        self.records().find_map(|record| Some((record.digest(), record.content().revocation(key_id)?)))
    }

    /// The first record after which the key is listed no more: a key that came back counts from its last leaving.
    fn retired_by(&self, up_to: usize, key_id: &KeyId) -> KeyRecordDigest {
        let after = self.records().skip(up_to).map(Signed::content);
        let lists = |record: &KeyRecord| record.key(key_id).is_some();
        let by = after.fold(None, |by, record| if lists(record) { None } else { by.or(Some(record.digest())) });
        by.unwrap_or(self.head().digest())
    }

    /// The keys that must all sign for a use under a key record, each in force if a time is asked for.
    ///
    /// # Errors
    /// [`KeyUseError`], as [`KeyHistory::required_keys`] and [`KeyStanding::enforce`].
    pub fn keys_in_force(
        &self,
        key_record: &KeyRecordDigest,
        usage: Use,
        at: Moment,
    ) -> Result<Vec<&PublicKey>, KeyError> {
        let keys = self.required_keys(key_record, usage)?;
        if matches!(at, Moment::At(_)) {
            for key in &keys {
                self.standing(key_record, &key.id(), at)?.enforce(key.id())?;
            }
        }
        Ok(keys)
    }

    /// Checks that an envelope carries exactly the signatures that a key record requires for a use, and returns its
    /// signature set.
    ///
    /// # Errors
    /// [`KeyUseError::WrongPurpose`] if a key of another purpose signed; otherwise as [`KeyHistory::keys_in_force`], and
    /// [`crate::signed::SignatureError`].
    pub fn check_signatures(
        &self,
        envelope: &Envelope,
        key_record: &KeyRecordDigest,
        usage: Use,
        at: Moment,
    ) -> Result<Vec<u8>, KeyError> {
        let keys = self.keys_in_force(key_record, usage, at)?;
        check_purpose(self.known(key_record)?.1.content(), envelope, usage)?;
        Ok(signed::check_signatures(envelope, &keys)?)
    }
}

/// Says of a key of another purpose what it is, where "not required" would leave its user guessing.
fn check_purpose(record: &KeyRecord, envelope: &Envelope, usage: Use) -> Result<(), KeyUseError> {
    let expected = usage.purpose();
    let signers = envelope.signatures().iter().filter_map(|signature| record.key(&signature.key_id()));
    let wrong = signers.into_iter().find(|entry| entry.purpose() != expected);
    wrong.map_or(Ok(()), |entry| {
        Err(KeyUseError::WrongPurpose { key_id: entry.key().id(), found: entry.purpose(), expected })
    })
}

/// Both ends of a window belong to it.
fn window(entry: &KeyEntry, now: Timestamp) -> KeyStanding {
    if now < entry.not_before() {
        KeyStanding::NotYetValid { from: entry.not_before() }
    } else if now > entry.not_after() {
        KeyStanding::Expired { since: entry.not_after() }
    } else {
        KeyStanding::InForce
    }
}
