//! Parties with real keys, the same in every run for a name, and the keys of their logs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use policy::belief::verifiers_of;
use record::digest::{PartyId, sha256};
use record::entropy::{Entropy, NoEntropy};
use record::json::{self, Json, Map};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, Purpose, RecoveryKey};
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};
use storage::keys::{LogKeys, LogSigners};
use tlog::note::{KeyKind, Signer, VerifierKey};

/// Octets that are the same in every run: SHA-256 of a name and a counter.
#[derive(Debug)]
pub(crate) struct Counted {
    name: String,
    count: u64,
}

impl Counted {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), count: 0 }
    }
}

impl Entropy for Counted {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(32) {
            let octets = sha256(&[self.name.as_bytes(), &self.count.to_be_bytes()]);
            self.count += 1;
            chunk.iter_mut().zip(octets).for_each(|(place, octet)| *place = octet);
        }
        Ok(())
    }
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A party with its key records.
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) keys: PartyKeys,
    pub(crate) records: Vec<Signed<KeyRecord>>,
}

fn draft(keys: &PartyKeys, created: Timestamp) -> KeyRecordDraft {
    let (from, until) = (instant("2026-01-01T00:00:00Z"), instant("2027-01-01T00:00:00Z"));
    KeyRecordDraft::new(created, keys.entries(from, until).unwrap())
}

impl Party {
    pub(crate) fn new(name: &str) -> Self {
        let mut entropy = Counted::new(name);
        let keys = PartyKeys::generate(&mut entropy).unwrap();
        let recovery = RecoveryKey::generate(&mut entropy).unwrap();
        let first = draft(&keys, instant("2026-01-01T00:00:00Z")).sign_first(&recovery.commitment(), &keys).unwrap();
        Self { name: name.to_owned(), keys, records: vec![first] }
    }

    /// Replaces the keys for records.
    pub(crate) fn rotate(&mut self, now: Timestamp) {
        let mut fresh = self.keys.duplicate().unwrap();
        fresh.renew(Purpose::Record, &mut Counted::new(&format!("{} rotates", self.name))).unwrap();
        let next = draft(&fresh, now).rotate(self.head().content(), &self.keys, &fresh).unwrap();
        (self.keys, _) = (fresh, self.records.push(next));
    }

    pub(crate) fn id(&self) -> PartyId {
        self.records[0].content().party()
    }

    pub(crate) fn head(&self) -> &Signed<KeyRecord> {
        self.records.last().unwrap()
    }

    pub(crate) fn history(&self) -> KeyHistory {
        KeyHistory::from_records(self.records.iter().map(|record| record.envelope().clone())).unwrap()
    }

    /// `{"key_records": [JWS]}`.
    pub(crate) fn profile(&self) -> Vec<u8> {
        let parsed = |record: &Signed<KeyRecord>| json::parse(record.envelope().to_json().as_bytes()).unwrap();
        let records = self.records.iter().map(parsed).collect();
        Json::from(Map::new().with("key_records", Json::Array(records))).to_text().into_bytes()
    }

    /// Signs a record with the newest key.
    pub(crate) fn sign(&self, draft: Draft, name: &str) -> Signed<Record> {
        let keys = [self.keys.get(Purpose::Record, Suite::Ed25519).unwrap()];
        let author = Author::new(self.id(), self.head().digest(), &keys);
        draft.sign(&author, &mut Counted::new(&format!("{} signs {name}", self.name))).unwrap()
    }
}

/// The keys of a party's logs.
pub(crate) struct Keys {
    history: KeyHistory,
    keys: PartyKeys,
    made: Mutex<BTreeMap<String, Arc<LogSigners>>>,
}

impl Keys {
    pub(crate) fn of(party: &Party) -> Arc<Self> {
        Arc::new(Self { history: party.history(), keys: party.keys.duplicate().unwrap(), made: Mutex::default() })
    }
}

/// What signs the checkpoints of one of a party's logs.
pub(crate) fn log_signers(keys: &PartyKeys, origin: &str) -> LogSigners {
    let signer = |suite, kind| {
        let key = PrivateKey::from_seed(suite, keys.get(Purpose::Log, suite).unwrap().seed()).unwrap();
        Signer::new(origin.parse().unwrap(), kind, key).unwrap()
    };
    LogSigners::new(signer(Suite::Ed25519, KeyKind::Ed25519), signer(Suite::MlDsa44, KeyKind::CosignatureMlDsa44))
}

impl LogKeys for Keys {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        verifiers_of(&self.history, origin)
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        let mut made = self.made.lock().map_err(|error| error.to_string())?;
        let make = || Arc::new(log_signers(&self.keys, origin));
        Ok(Arc::clone(made.entry(origin.to_owned()).or_insert_with(make)))
    }
}
