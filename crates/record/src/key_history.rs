//! The key records of one party, in their order, and what they say of a key today.
//!
//! A history is a chain, never a tree: two records that follow the same one are a fork, and both digests are named as
//! evidence. One thing may go back: a record signed by the recovery key follows any record since the last recovery and
//! overrules the ordinary ones after it, whichever of them arrives first. A recovery key counts once.

mod standing;

pub use standing::{KeyStanding, Moment};

use std::collections::BTreeMap;

use crate::digest::{KeyId, KeyRecordDigest, PartyId};
use crate::jws::Envelope;
use crate::key_record::{KeyChainError, KeyError, KeyRecord, KeyUseError, Purpose, Use, check_first, check_successor};
use crate::limits::MAX_KEY_RECORDS;
use crate::signed::Signed;
use crate::suite::PublicKey;

/// The key records of one party, each verified against those before it.
#[derive(Debug, Clone)]
pub struct KeyHistory {
    first: Signed<KeyRecord>,
    /// The records that stand after the first, in order.
    later: Vec<Signed<KeyRecord>>,
    /// The latest [`MAX_KEY_RECORDS`] that a recovery set aside. They bind nobody, and stay as evidence.
    overruled: Vec<Overruled>,
    /// What each key of the chain is for, also those that are listed no more.
    purposes: BTreeMap<KeyId, Purpose>,
}

/// A key record that a recovery set aside.
#[derive(Debug, Clone)]
pub struct Overruled {
    record: Signed<KeyRecord>,
    by: KeyRecordDigest,
}

impl Overruled {
    /// The record.
    #[must_use]
    pub const fn record(&self) -> &Signed<KeyRecord> {
        &self.record
    }

    /// The recovery that set it aside.
    #[must_use]
    pub const fn by(&self) -> KeyRecordDigest {
        self.by
    }
}

/// What a further key record did to a history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extended {
    /// It is the new head.
    Added,
    /// It was there already. Its signatures were not looked at again.
    AlreadyKnown,
    /// It is the new head, and a recovery.
    Recovered {
        /// What it overrules, in order.
        overruled: Vec<KeyRecordDigest>,
    },
    /// It is kept as evidence; a recovery that came earlier overrules it.
    Overruled {
        /// The recovery.
        by: KeyRecordDigest,
    },
}

/// Where a record of this history is.
#[derive(Clone, Copy)]
enum Place {
    /// In the chain, with so many records up to it and with it.
    Chain(usize),
    /// Set aside by this recovery.
    Overruled(KeyRecordDigest),
}

impl KeyHistory {
    /// Begins with a party's first key record.
    ///
    /// # Errors
    /// [`KeyError`] if it is no first key record, or not signed by its own keys.
    pub fn begin(envelope: Envelope) -> Result<Self, KeyError> {
        let record = KeyRecord::read_envelope(&envelope)?;
        let signature_set = check_first(&record, &envelope)?;
        let first = Signed::new(record, envelope, signature_set);
        let mut purposes = BTreeMap::new();
        add_purposes(&mut purposes, first.content());
        Ok(Self { first, later: Vec::new(), overruled: Vec::new(), purposes })
    }

    /// A history from its records, earlier ones first.
    ///
    /// # Errors
    /// [`KeyError`] at the first record that cannot stand.
    pub fn from_records(records: impl IntoIterator<Item = Envelope>) -> Result<Self, KeyError> {
        let mut records = records.into_iter();
        let mut history = Self::begin(records.next().ok_or(KeyChainError::Empty)?)?;
        for record in records {
            let _how = history.extend(record)?;
        }
        Ok(history)
    }

    /// Takes in a further key record: the next one, or a recovery from an earlier one.
    ///
    /// # Errors
    /// [`KeyError`] if it cannot follow, with the history unchanged. A fork is reported only once both its records are
    /// known to be signed by the party.
    pub fn extend(&mut self, envelope: Envelope) -> Result<Extended, KeyError> {
        let record = KeyRecord::read_envelope(&envelope)?;
        if self.get(&record.digest()).is_some() {
            return Ok(Extended::AlreadyKnown);
        }
        let (place, previous) = self.previous_of(&record)?;
        let signature_set = check_successor(previous.content(), &record, &envelope)?;
        self.check_free(place, &record)?;
        let next = Signed::new(record, envelope, signature_set);
        match place {
            Place::Chain(at) => self.follow(at, next),
            Place::Overruled(by) => self.keep_overruled(next, by),
        }
    }

    fn previous_of(&self, record: &KeyRecord) -> Result<(Place, &Signed<KeyRecord>), KeyChainError> {
        let mismatch = KeyChainError::PartyMismatch { expected: self.party(), found: record.party() };
        // A first record names nothing before it, and another one than ours is of another party.
        let found = record.previous().filter(|_| record.party() == self.party()).ok_or(mismatch)?;
        let head = self.head().content();
        let expected = head.index().saturating_add(1);
        self.locate(&found).ok_or(if record.index() > expected {
            KeyChainError::Gap { expected, found: record.index() }
        } else {
            KeyChainError::PreviousMismatch { head: head.digest(), found }
        })
    }

    /// Refuses a second successor of its kind, and a second use of one recovery key.
    fn check_free(&self, place: Place, record: &KeyRecord) -> Result<(), KeyChainError> {
        let (second, previous) = (record.digest(), record.previous());
        let fork = |first| Err(KeyChainError::Fork { first, second, previous });
        if record.is_recovery() {
            let spent = match place {
                Place::Chain(at) => self.recovery_after(at),
                Place::Overruled(by) => self.get(&by),
            };
            return match spent {
                None => Ok(()),
                Some(first) if first.content().previous() == previous => fork(first.digest()),
                Some(first) => Err(KeyChainError::Fork { first: first.digest(), second, previous: None }),
            };
        }
        let mut known = self.records().chain(self.overruled.iter().map(Overruled::record)).map(Signed::content);
        let sibling = known.find(|one| !one.is_recovery() && one.previous() == previous);
        sibling.map_or(Ok(()), |first| fork(first.digest()))
    }

    /// The first recovery after a place of the chain: the one that used the recovery key committed to there.
    fn recovery_after(&self, at: usize) -> Option<&Signed<KeyRecord>> {
        self.records().skip(at).find(|one| one.content().is_recovery())
    }

    fn follow(&mut self, at: usize, next: Signed<KeyRecord>) -> Result<Extended, KeyError> {
        if next.content().is_recovery() {
            return self.recover(at, next);
        }
        // The place after it is free or holds a recovery: an ordinary record there was reported as a fork.
        let overruled_by = self.records().nth(at).map(Signed::<KeyRecord>::digest);
        if let Some(by) = overruled_by {
            return self.keep_overruled(next, by);
        }
        check_purposes(&self.purposes, next.content())?;
        self.push(next);
        Ok(Extended::Added)
    }

    fn recover(&mut self, at: usize, next: Signed<KeyRecord>) -> Result<Extended, KeyError> {
        let by = next.digest();
        let mut purposes = BTreeMap::new();
        self.records().take(at).for_each(|record| add_purposes(&mut purposes, record.content()));
        check_purposes(&purposes, next.content())?;
        let set_aside = self.later.split_off(at.saturating_sub(1));
        let overruled: Vec<_> = set_aside.iter().map(Signed::<KeyRecord>::digest).collect();
        self.overruled.extend(set_aside.into_iter().map(|record| Overruled { record, by }));
        // A thief may have filled the history. That must never stop a recovery, so the oldest evidence gives way.
        let surplus = self.overruled.len().saturating_sub(MAX_KEY_RECORDS);
        drop(self.overruled.drain(..surplus));
        self.purposes = purposes;
        self.push(next);
        Ok(Extended::Recovered { overruled })
    }

    fn keep_overruled(&mut self, record: Signed<KeyRecord>, by: KeyRecordDigest) -> Result<Extended, KeyError> {
        if self.overruled.len() >= MAX_KEY_RECORDS {
            return Err(KeyChainError::TooMany.into());
        }
        self.overruled.push(Overruled { record, by });
        Ok(Extended::Overruled { by })
    }

    fn push(&mut self, next: Signed<KeyRecord>) {
        add_purposes(&mut self.purposes, next.content());
        self.later.push(next);
    }

    /// The party.
    #[must_use]
    pub fn party(&self) -> PartyId {
        self.head().content().party()
    }

    /// This history, if it is of that party.
    ///
    /// # Errors
    /// [`KeyUseError::UnknownParty`] if it is of another.
    pub fn of_party(&self, party: &PartyId) -> Result<&Self, KeyUseError> {
        if self.party() == *party { Ok(self) } else { Err(KeyUseError::UnknownParty { party: *party }) }
    }

    /// The latest record that stands.
    #[must_use]
    pub fn head(&self) -> &Signed<KeyRecord> {
        self.later.last().unwrap_or(&self.first)
    }

    /// The records that stand, in order.
    pub fn records(&self) -> impl Iterator<Item = &Signed<KeyRecord>> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The records that a recovery set aside, in the order in which that happened here.
    #[must_use]
    pub fn overruled(&self) -> &[Overruled] {
        &self.overruled
    }

    /// The record of this digest, overruled or not.
    #[must_use]
    pub fn get(&self, digest: &KeyRecordDigest) -> Option<&Signed<KeyRecord>> {
        self.locate(digest).map(|(_, record)| record)
    }

    /// The keys that must all have signed what was signed under a key record, whatever became of them since.
    ///
    /// # Errors
    /// [`KeyUseError`] if the key record is not known, or has no key that this build can use for a required suite.
    pub fn required_keys(&self, key_record: &KeyRecordDigest, usage: Use) -> Result<Vec<&PublicKey>, KeyError> {
        Ok(self.known(key_record)?.1.content().required_keys(usage)?)
    }

    fn known(&self, digest: &KeyRecordDigest) -> Result<(Place, &Signed<KeyRecord>), KeyUseError> {
        self.locate(digest).ok_or(KeyUseError::UnknownKeyRecord { digest: *digest })
    }

    fn locate(&self, digest: &KeyRecordDigest) -> Option<(Place, &Signed<KeyRecord>)> {
        let mut chain = (1..).map(Place::Chain).zip(self.records());
        let mut aside = self.overruled.iter().map(|one| (Place::Overruled(one.by), &one.record));
        let wanted = |(_, record): &(Place, &Signed<KeyRecord>)| record.digest() == *digest;
        chain.find(wanted).or_else(|| aside.find(wanted))
    }
}

fn add_purposes(purposes: &mut BTreeMap<KeyId, Purpose>, record: &KeyRecord) {
    purposes.extend(record.keys().iter().map(|entry| (entry.key().id(), entry.purpose())));
}

/// A key keeps its purpose through all records that stand before the new one.
fn check_purposes(purposes: &BTreeMap<KeyId, Purpose>, next: &KeyRecord) -> Result<(), KeyChainError> {
    for entry in next.keys() {
        let (key_id, second) = (entry.key().id(), entry.purpose());
        if let Some(first) = purposes.get(&key_id).copied().filter(|first| *first != second) {
            return Err(KeyChainError::PurposeChanged { key_id, first, second });
        }
    }
    Ok(())
}
