//! A party that signs records, for tests that need real ones.

use record::json::{self, Json};
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, Purpose, RecoveryKey};
use record::signed::Signed;
use record::stix::StixObject;
use record::suite::Suite;
use record::time::Timestamp;
use record::{Author, Draft, Record};
use storage::{Batch, BatchId, LogName, NewEntry};

use crate::scene::Counted;

/// A party with its first key record.
pub(crate) struct Party {
    keys: PartyKeys,
    pub(crate) first: Signed<KeyRecord>,
}

impl Party {
    pub(crate) fn new() -> Self {
        Self::of(Counted(5))
    }

    /// Somebody else.
    pub(crate) fn another() -> Self {
        Self::of(Counted(77))
    }

    fn of(mut entropy: Counted) -> Self {
        let keys = PartyKeys::generate(&mut entropy).unwrap();
        let recovery = RecoveryKey::generate(&mut entropy).unwrap();
        let (from, to) = ("2026-07-01T12:00:00Z", "2026-07-31T12:00:00Z");
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let draft = KeyRecordDraft::new(time(from), keys.entries(time(from), time(to)).unwrap());
        Self { first: draft.sign_first(&recovery.commitment(), &keys).unwrap(), keys }
    }

    /// A signed incident with this name; its id follows from the number.
    pub(crate) fn incident(&self, number: u64, name: &str) -> Signed<Record> {
        let text = format!(
            r#"{{"type":"incident","spec_version":"2.1","id":"{}","created":"2026-07-02T03:10:00Z",
               "modified":"2026-07-02T03:10:00Z","name":"{name}","description":"All of it: {name}."}}"#,
            incident_id(number)
        );
        self.sign(&text, number)
    }

    /// A signed record of a type that no table knows, about an incident.
    pub(crate) fn kept(&self, number: u64, incident: &str) -> Signed<Record> {
        let text = format!(
            r#"{{"type":"detente-clock","spec_version":"2.1","id":"detente-clock--0b21bb40-6ef3-4fc3-9c1b-{number:012}",
               "created":"2026-07-02T03:10:00Z","modified":"2026-07-02T03:10:00Z","extensions":{{
               "extension-definition--7cdec48e-ecdb-469a-bb70-428e0ca22b47":{{"extension_type":"new-sdo",
               "incident":"{incident}"}}}}}}"#
        );
        self.sign(&text, number)
    }

    fn sign(&self, text: &str, number: u64) -> Signed<Record> {
        let Json::Object(members) = json::parse(text.as_bytes()).unwrap() else { unreachable!("an object") };
        let key = self.keys.get(Purpose::Record, Suite::Ed25519).unwrap();
        let author = (self.first.content().party(), self.first.digest());
        let draft = Draft::new(StixObject::from_map(members).unwrap());
        draft.sign(&Author::new(author.0, author.1, &[key]), &mut Counted(number)).unwrap()
    }
}

/// The STIX id of an incident: its order has nothing to do with the number's.
pub(crate) fn incident_id(number: u64) -> String {
    let octets = record::digest::sha256(&[&number.to_be_bytes()]);
    let hex: String = octets.iter().take(6).map(|octet| format!("{octet:02x}")).collect();
    format!("incident--0b21bb40-6ef3-4fc3-9c1b-{hex}")
}

/// A batch that puts a record into the node log with its salt.
pub(crate) fn record_batch(number: u64, record: &Signed<Record>) -> Batch {
    let salt = record::digest::sha256(&[b"salt", &number.to_be_bytes()]);
    let body = [salt.as_slice(), record.envelope().to_json().as_bytes()].concat();
    let leaf = record.commitment(&salt).octets().to_vec();
    let id = BatchId::of(&[b"record", &number.to_be_bytes()]);
    Batch::new(id).entry(NewEntry::with_body(LogName::node(), leaf, body))
}
