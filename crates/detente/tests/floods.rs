//! A peer that releases what nobody wrote, or more than anybody can read, hides nothing and fills nobody's memory.

use std::collections::BTreeSet;

use incident::labels::{Annotator, CLASSIFICATION_TYPE, Classification, ClassificationStatement};
use incident::links::{LINK_TYPE, Link, LinkStatement, LinkWord};
use incident::taxonomy::Taxonomy;
use record::digest::{KeyRecordDigest, PartyId, RecordDigest, sha256};
use record::entropy::SystemEntropy;
use record::jws::{Envelope, MediaType};
use record::key_history::KeyHistory;
use record::limits::MAX_KEY_RECORD_BYTES;
use record::stix::{StixId, StixObject};
use record::suite::PrivateKey;
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed, base64url, json};
use serde_json::Value;
use storage::{Batch, BatchId, LogName, NewEntry, Store as _};

use crate::log_clock::open_to_write;
use crate::scene::Desk;

/// More than is read of one log because it names one thing.
const MANY_STATEMENTS: usize = 1_030;

/// More versions than are read of one log.
const MANY_VERSIONS: usize = 260;

pub(crate) fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap())
}

/// A party that signs what no command of its own would sign.
pub(crate) struct Peer {
    keys: Vec<PrivateKey>,
    pub(crate) party: PartyId,
    key_record: KeyRecordDigest,
    pub(crate) history: KeyHistory,
}

impl Peer {
    pub(crate) fn of(desk: &Desk, dir: &str) -> Self {
        let file: Value = serde_json::from_str(&desk.read(&format!("{dir}/keys.json"))).unwrap();
        // An ordinary record carries one signature.
        let is_for_records = |row: &&Value| row["purpose"] == "record" && row["suite"] == "Ed25519";
        let keys = file["keys"].as_array().unwrap().iter().filter(is_for_records).map(|row| {
            let seed = base64url::decode_exactly(row["seed"].as_str().unwrap()).unwrap();
            PrivateKey::from_seed(row["suite"].as_str().unwrap().parse().unwrap(), &seed).unwrap()
        });
        let profile: Value = serde_json::from_str(&desk.read(&format!("{dir}/profile.json"))).unwrap();
        let read = |record: &Value| {
            Envelope::read(record.to_string().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).unwrap()
        };
        let history = KeyHistory::from_records(profile["key_records"].as_array().unwrap().iter().map(read)).unwrap();
        Self { keys: keys.collect(), party: history.party(), key_record: history.head().digest(), history }
    }

    /// The same keys, under the claim that they are another party's.
    fn posing_as(self, other: &Self) -> Self {
        Self { party: other.party, ..self }
    }

    pub(crate) fn sign(&self, draft: Draft) -> Signed<Record> {
        let keys: Vec<_> = self.keys.iter().collect();
        draft.sign(&Author::new(self.party, self.key_record, &keys), &mut SystemEntropy::new()).unwrap()
    }
}

impl Desk {
    /// Harbour, and a partner Hills whose keys it has.
    fn with_partner() -> (Self, Peer) {
        let desk = Self::with_node();
        desk.make_node("hills");
        desk.run("partner add hills/profile.json --dir harbour").ends_with(0);
        let hills = Peer::of(&desk, "hills");
        (desk, hills)
    }

    /// Lays records into a log that was read from a peer, as reading a feed does.
    fn came(&self, records: &[Signed<Record>]) {
        let store = open_to_write(self, now);
        let log: LogName = "pulled-hills".parse().unwrap();
        for records in records.chunks(100) {
            let mut batch = Batch::new(BatchId::of(&[records[0].digest().octets()])).open(log.clone(), "test/pulled");
            for record in records {
                let salt = sha256(&[record.digest().octets()]);
                let body = [salt.as_slice(), record.envelope().to_json().as_bytes()].concat();
                batch = batch.entry(NewEntry::with_body(log.clone(), record.commitment(&salt).octets().to_vec(), body));
            }
            store.commit(vec![batch]).remove(0).unwrap();
        }
        store.publish().unwrap();
    }
}

fn id(object_type: &str, number: usize) -> StixId {
    format!("{object_type}--0b21bb40-6ef3-4fc3-9c1b-{number:012x}").parse().unwrap()
}

fn object(text: &str) -> StixObject {
    let json::Json::Object(members) = json::parse(text.as_bytes()).unwrap() else { panic!("an object") };
    StixObject::from_map(members).unwrap()
}

fn incident_named(id: &StixId, name: &str) -> StixObject {
    object(&format!(
        r#"{{"type":"incident","spec_version":"2.1","id":"{id}","created":"2026-07-02T03:10:00Z",
           "modified":"2026-07-02T03:10:00Z","name":"{name}","description":"At the quay."}}"#
    ))
}

#[test]
fn what_only_claims_an_author_is_neither_found_nor_watched_for() {
    let (desk, hills) = Desk::with_partner();
    desk.make_node("mallory");
    desk.run("watch add quay quay --dir harbour").ends_with(0);
    let forge = |claimed: &Peer| Peer::of(&desk, "mallory").posing_as(claimed);
    let (as_hills, as_harbour) = (forge(&hills), forge(&Peer::of(&desk, "harbour")));
    let signed = |peer: &Peer, number, name| peer.sign(Draft::new(incident_named(&id("incident", number), name)));
    desk.came(&[
        signed(&as_hills, 1, "Forged at Hills"),
        signed(&as_harbour, 2, "Forged at Harbour"),
        signed(&Peer::of(&desk, "mallory"), 3, "Of a stranger"),
        signed(&hills, 4, "Told by Hills"),
    ]);
    assert_eq!(desk.titles("quay"), ["Told by Hills"]);
    let facts = desk.run("--json watch run --dir harbour").ends_with(0).json();
    assert_eq!(facts["new_alerts"], 1);
    desk.run("partner add mallory/profile.json --dir harbour").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0);
    let mut titles = desk.titles("quay");
    titles.sort();
    assert_eq!(titles, ["Of a stranger", "Told by Hills"], "keys that came later count once the index is made anew");
}

#[test]
fn of_a_flood_of_versions_the_last_are_read_and_that_is_said() {
    let (desk, hills) = Desk::with_partner();
    let crane = desk.titled("Crane stopped");
    let crane_id: StixId = crane.parse().unwrap();
    let (mut versions, mut previous): (Vec<Signed<Record>>, Option<RecordDigest>) = (Vec::new(), None);
    for number in 1..=MANY_VERSIONS {
        let object = incident_named(&crane_id, &format!("Version {number}"));
        let draft = match previous {
            None => Draft::new(object),
            Some(previous) => Draft::after(object, i64::try_from(number).unwrap(), previous).unwrap(),
        };
        let signed = hills.sign(draft);
        previous = Some(signed.digest());
        versions.push(signed);
    }
    desk.came(&versions);
    let shown = desk.show("harbour", &crane);
    assert_eq!((&shown["versions_cut"], shown["versions"].as_array().unwrap().len()), (&Value::Bool(true), 257));
    let text = shown.to_string();
    assert!(text.contains("Crane stopped") && text.contains("Version 260"), "ours, and the newest of the peer");
    desk.run(&format!("incident show {crane} --dir harbour")).ends_with(0).says(&["more versions than are read"]);
    desk.run("incident list --dir harbour").ends_with(0).says(&["more versions than are read"]);
}

#[test]
fn a_flood_of_labels_does_not_push_ours_out() {
    let (desk, hills) = Desk::with_partner();
    let crane = desk.titled("Crane stopped");
    let label = |words: &str| desk.run(&format!("incident label {crane} {words} --reason seen --dir harbour"));
    label("--value event=near-miss --by Ada").ends_with(0);
    let taxonomy = Taxonomy::neutral().unwrap();
    let flood: Vec<_> = (0..MANY_STATEMENTS)
        .map(|number| {
            let annotator = Annotator::Person(format!("Annotator {number}"));
            let digest = RecordDigest::from_octets([1; 32]);
            let says = Classification::new(crane.parse().unwrap(), digest, annotator, &taxonomy).unwrap();
            let says = says.with_value(&taxonomy, "event", "harm").unwrap();
            let id = id(CLASSIFICATION_TYPE, number);
            let object = ClassificationStatement::to_object(&id, now(), Some(&says), &BTreeSet::new(), "so").unwrap();
            hills.sign(Draft::new(object))
        })
        .collect();
    desk.came(&flood);
    let shown = desk.show("harbour", &crane);
    let said = shown["labels"][0]["said"].as_array().unwrap().clone();
    assert_eq!((&shown["labels_cut"], said.len()), (&Value::Bool(true), 1_025));
    assert!(said.iter().any(|one| one["annotator"] == "Ada (Harbour)"));
    desk.run(&format!("incident timeline {crane} --dir harbour")).ends_with(0).says(&["there is more than is read"]);
    label("--undo --by Ada").ends_with(0).says(&["takes back"]);
    let said = desk.show("harbour", &crane)["labels"][0]["said"].as_array().unwrap().clone();
    assert!(!said.iter().any(|one| one["annotator"] == "Ada (Harbour)"), "what takes ours back is read too");
}

#[test]
fn a_flood_of_links_does_not_push_ours_out() {
    let (desk, hills) = Desk::with_partner();
    let [crane, other] = ["Crane stopped", "Crane stood still"].map(|title| desk.titled(title));
    desk.run(&format!("incident merge {crane} {other} --reason same --dir harbour")).ends_with(0);
    let flood: Vec<_> = (0..MANY_STATEMENTS)
        .map(|number| {
            let link = Link::new(LinkWord::SameAs, crane.parse().unwrap(), id("incident", number)).unwrap();
            let id = id(LINK_TYPE, number);
            let object = LinkStatement::to_object(&id, now(), Some(&link), &BTreeSet::new(), "so").unwrap();
            hills.sign(Draft::new(object))
        })
        .collect();
    desk.came(&flood);
    let shown = desk.show("harbour", &crane);
    assert_eq!((&shown["links_cut"], shown["links"].as_array().unwrap().len()), (&Value::Bool(true), 1_025));
    assert!(shown["same"].as_array().unwrap().contains(&Value::from(other)));
}
