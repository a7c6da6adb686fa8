//! Parties that sign, what they say, and how a stranger reads it.

use record::digest::PartyId;
use record::json::{self, Json, Map};
use record::key_history::{KeyHistory, Moment};
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, Purpose, RecoveryKey, Required, Use};
use record::path::Path;
use record::signed::Signed;
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Record, Selection, Unverified, VerifyError};

use crate::scene::CountedEntropy;

/// The extension that holds an incident's own properties.
pub(crate) const INCIDENT: &str = "extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd";

/// An extension of somebody else, which no table here knows.
pub(crate) const FOREIGN: &str = "extension-definition--7c4a1f0e-9d2b-4c55-8f1e-2b6d1a90c3ee";

/// A party with its first key record, the same in every run for a name.
pub(crate) struct Party {
    pub(crate) keys: PartyKeys,
    pub(crate) recovery: RecoveryKey,
    pub(crate) first: Signed<KeyRecord>,
    suites: Vec<Suite>,
}

impl Party {
    /// A party whose records need an Ed25519 signature.
    pub(crate) fn new(name: &'static str) -> Self {
        Self::requiring(name, &[Suite::Ed25519])
    }

    /// A party whose records need a signature in each of two suites.
    pub(crate) fn cautious(name: &'static str) -> Self {
        Self::requiring(name, &[Suite::Ed25519, Suite::MlDsa44])
    }

    fn requiring(name: &'static str, suites: &[Suite]) -> Self {
        let mut entropy = CountedEntropy::new(name);
        let keys = PartyKeys::generate(&mut entropy).unwrap();
        let recovery = RecoveryKey::generate(&mut entropy).unwrap();
        let required = Required::floor().with(Use::Record, suites.iter().map(|suite| (*suite).into())).unwrap();
        let first = draft_keys(&keys, 1).require(required).sign_first(&recovery.commitment(), &keys).unwrap();
        Self { keys, recovery, first, suites: suites.to_vec() }
    }

    pub(crate) fn id(&self) -> PartyId {
        self.first.content().party()
    }

    pub(crate) fn history(&self) -> KeyHistory {
        KeyHistory::begin(self.first.envelope().clone()).unwrap()
    }

    /// The second key record, with the keys of `next`.
    pub(crate) fn rotation(&self, next: &Self, day: u8) -> Signed<KeyRecord> {
        draft_keys(&next.keys, day).rotate(self.first.content(), &self.keys, &next.keys).unwrap()
    }

    pub(crate) fn key(&self, purpose: Purpose, suite: Suite) -> &PrivateKey {
        self.keys.get(purpose, suite).unwrap()
    }

    /// The keys that must sign this party's records.
    pub(crate) fn record_keys(&self) -> Vec<&PrivateKey> {
        self.suites.iter().map(|suite| self.key(Purpose::Record, *suite)).collect()
    }

    /// Signs with salts that are the same in every run for a name.
    pub(crate) fn sign(&self, draft: Draft, salts: &'static str) -> Signed<Record> {
        let keys = self.record_keys();
        draft.sign(&Author::new(self.id(), self.first.digest(), &keys), &mut CountedEntropy::new(salts)).unwrap()
    }

    /// What a stranger makes of a text that should be this party's, on day 2.
    pub(crate) fn verify(&self, text: &str) -> Result<Signed<Record>, VerifyError> {
        verify(text.as_bytes(), &self.history(), Moment::At(at(2)))
    }
}

pub(crate) fn verify(text: &[u8], history: &KeyHistory, moment: Moment) -> Result<Signed<Record>, VerifyError> {
    Unverified::read(text)?.verify(history, moment)
}

/// Noon of a day of July 2026.
pub(crate) fn at(day: u8) -> Timestamp {
    format!("2026-07-{day:02}T12:00:00Z").parse().unwrap()
}

/// A key record made on a day, with keys that are good through July.
pub(crate) fn draft_keys(keys: &PartyKeys, day: u8) -> KeyRecordDraft {
    KeyRecordDraft::new(at(day), keys.entries(at(1), at(31)).unwrap())
}

pub(crate) fn map(text: &str) -> Map {
    let Ok(Json::Object(members)) = json::parse(text.as_bytes()) else { panic!("no object: {text}") };
    members
}

pub(crate) fn stix(text: &str) -> StixObject {
    StixObject::from_map(map(text)).unwrap()
}

pub(crate) fn path(text: &str) -> Path {
    text.parse().unwrap()
}

pub(crate) fn only(places: &[&str]) -> Selection {
    Selection::only(places.iter().map(|place| path(place)))
}

pub(crate) fn without(places: &[&str]) -> Selection {
    Selection::without(places.iter().map(|place| path(place)))
}

/// An incident with every form of property: in clear at the top, element by element, in our extension, in a foreign one,
/// unknown ones, and times in the spellings of others.
pub(crate) fn incident() -> StixObject {
    stix(INCIDENT_TEXT)
}

pub(crate) const INCIDENT_TEXT: &str = concat!(
    r#"{"type":"incident","spec_version":"2.1","id":"incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","#,
    r#""created":"2026-07-01T03:10:00Z","modified":"2026-07-01T03:10:00.000000000Z","lang":"en","confidence":80,"#,
    r#""name":"Triage assistant advised against an ambulance","#,
    r#""description":"A hospital's triage assistant told 37 callers to wait. 事件 🚑","#,
    r#""x_ward_notes":[{"b":1.50,"a":-0.0},[["deep"]]],"labels":["health"],"#,
    r#""external_references":[{"source_name":"press","url":"https://example.org/a"},"#,
    r#"{"source_name":"regulator","external_id":"R-7"},{"source_name":"blog"}],"#,
    r#""extensions":{"extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd":{"#,
    r#""extension_type":"property-extension","occurred":"2025-12-31T23:50:00.1230Z","#,
    r#""aware":"2026-06-30T08:00:00.5Z","place":{"country":"SG","city":"Queenstown"},"#,
    r#""countries":["SG","MY","ID"],"affected_parties":["Ward Nine","the callers"],"people_affected":37,"#,
    r#""severity":"serious incident"},"#,
    r#""extension-definition--7c4a1f0e-9d2b-4c55-8f1e-2b6d1a90c3ee":{"extension_type":"property-extension","#,
    r#""case_file":"K-1187","assessors":["Imai","Okafor"]}}}"#
);

/// A batch: three indicators under one signature.
pub(crate) fn batch() -> Draft {
    let grouping = concat!(
        r#"{"type":"grouping","spec_version":"2.1","id":"grouping--5f2c1c3e-0d1b-4e0f-8a53-0d2a4f6b9c11","#,
        r#""created":"2026-07-01T09:00:00Z","modified":"2026-07-01T09:00:00Z","context":"misuse","name":"Jailbreaks"}"#
    );
    Draft::new(stix(grouping)).with_members(["one", "two", "three"].map(member).to_vec()).unwrap()
}

/// A member of the batch, by its word.
pub(crate) fn member(word: &str) -> StixObject {
    let id = member_id(word);
    let common = r#""spec_version":"2.1","created":"2026-07-01T09:00:00Z","modified":"2026-07-01T09:00:00Z""#;
    stix(&format!(r#"{{"type":"indicator","id":"{id}",{common},"name":"signal {word}","pattern_type":"x"}}"#))
}

pub(crate) fn member_id(word: &str) -> String {
    format!("indicator--{:08x}-0000-4000-8000-000000000000", word.len() * 0x0101 + usize::from(word.as_bytes()[0]))
}
