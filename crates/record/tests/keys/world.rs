//! Parties, thieves and forgers.
#![expect(clippy::expect_used, reason = "a scene that cannot be set ends its test")]

use record::base64url::encode;
use record::json::{self, Json, Map};
use record::jws::{Envelope, Header, MediaType};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, RecoveryKey};
use record::limits::{MAX_KEY_RECORD_BYTES, MAX_RECORD_BYTES};
use record::signed::Signed;
use record::suite::PrivateKey;
use record::time::Timestamp;

use crate::scene::CountedEntropy;

/// A party with its first key record, the same in every run for a name.
pub(crate) struct Party {
    pub(crate) keys: PartyKeys,
    pub(crate) recovery: RecoveryKey,
    pub(crate) first: Signed<KeyRecord>,
}

impl Party {
    pub(crate) fn new(name: &'static str) -> Self {
        let mut entropy = CountedEntropy::new(name);
        let keys = PartyKeys::generate(&mut entropy).expect("keys");
        let recovery = RecoveryKey::generate(&mut entropy).expect("a recovery key");
        let first = draft(&keys, 1).sign_first(&recovery.commitment(), &keys).expect("a first key record");
        Self { keys, recovery, first }
    }

    pub(crate) fn history(&self) -> KeyHistory {
        KeyHistory::begin(self.first.envelope().clone()).expect("a first key record")
    }

    /// The second key record, with other keys, on day 2.
    pub(crate) fn rotate(&self, next: &PartyKeys) -> Signed<KeyRecord> {
        draft(next, 2).rotate(self.first.content(), &self.keys, next).expect("a rotation")
    }

    /// A second key record by the recovery key, with the keys and the recovery key of `fresh`, on day 4.
    pub(crate) fn recover(&self, fresh: &Self) -> Signed<KeyRecord> {
        let next = fresh.recovery.commitment();
        draft(&fresh.keys, 4).recover(self.first.content(), &self.recovery, &fresh.keys, &next).expect("a recovery")
    }
}

/// Noon of a day of July 2026.
pub(crate) fn at(day: u8) -> Timestamp {
    format!("2026-07-{day:02}T12:00:00Z").parse().expect("a timestamp")
}

/// A draft made on a day, with keys that are good through July.
pub(crate) fn draft(keys: &PartyKeys, day: u8) -> KeyRecordDraft {
    KeyRecordDraft::new(at(day), keys.entries(at(1), at(31)).expect("windows"))
}

pub(crate) fn record_keys(keys: &PartyKeys) -> Vec<&PrivateKey> {
    keys.record_keys().collect()
}

/// Reads a key record's envelope.
pub(crate) fn read(text: &[u8]) -> Envelope {
    Envelope::read(text, MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).expect("an envelope")
}

/// Signs any payload with any keys, as our own code never would.
pub(crate) fn forge(payload: &[u8], keys: &[&PrivateKey]) -> Envelope {
    forge_as(MediaType::KeyRecord, payload, keys)
}

pub(crate) fn forge_as(media_type: MediaType, payload: &[u8], keys: &[&PrivateKey]) -> Envelope {
    let payload = encode(payload);
    let signatures = keys.iter().map(|key| {
        let header = encode(Header::new(key.public().suite(), key.public().id(), media_type).octets());
        let signature = key.sign(format!("{header}.{payload}").as_bytes()).expect("a signature");
        format!(r#"{{"protected":"{header}","signature":"{}"}}"#, encode(&signature))
    });
    let signatures: Vec<_> = signatures.collect();
    let text = format!(r#"{{"payload":"{payload}","signatures":[{}]}}"#, signatures.join(","));
    Envelope::read(text.as_bytes(), media_type, MAX_RECORD_BYTES).expect("an envelope")
}

/// The canonical octets of a payload after a change.
pub(crate) fn edit(payload: &[u8], change: impl FnOnce(&mut Map)) -> Vec<u8> {
    let parsed = json::parse(payload).expect("JSON");
    let mut members = parsed.as_object().expect("an object").clone();
    change(&mut members);
    json::canonical(&members.into()).expect("canonical JSON")
}

/// What `recovery` says of a recovery key.
pub(crate) fn recovery_member(key: &RecoveryKey) -> Map {
    key.commitment().iter().map(|(suite, key_id)| (suite.as_str(), Json::text(key_id.to_string()))).collect()
}
