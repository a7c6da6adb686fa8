//! Keys that were taken back, and profile files that do not agree.

use std::os::unix::fs::PermissionsExt as _;

use record::base64url;
use record::digest::sha256;
use record::entropy::SystemEntropy;
use record::json::{self, Json, Map};
use record::key_history::KeyHistory;
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, Purpose, RecoveryKey, Revocation, RevocationReason};
use record::stix::StixObject;
use record::suite::Suite;
use record::time::Timestamp;
use record::{Author, Draft, Signed};

use crate::bundle_keys::{held, ids, listed};
use crate::scene::{Desk, HURRIED};

/// A party that is told step by step, and whose files are written to a desk.
struct Party {
    desk: Desk,
    history: KeyHistory,
    keys: PartyKeys,
    recovery: RecoveryKey,
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn draft(keys: &PartyKeys) -> KeyRecordDraft {
    let window = (time("2026-01-01T00:00:00Z"), time("2099-01-01T00:00:00Z"));
    KeyRecordDraft::new(time("2026-01-01T00:00:00Z"), keys.entries(window.0, window.1).unwrap())
}

impl Party {
    /// A party with its first keys, its `first.json`, and its record `r.json`.
    fn begin() -> Self {
        let entropy = &mut SystemEntropy::new();
        let (keys, recovery) = (PartyKeys::generate(entropy).unwrap(), RecoveryKey::generate(entropy).unwrap());
        let first = draft(&keys).sign_first(&recovery.commitment(), &keys).unwrap();
        let history = KeyHistory::begin(first.envelope().clone()).unwrap();
        let party = Self { desk: Desk::new(), history, keys, recovery };
        party.write("first.json", "First");
        party.desk.write("r.json", party.sign(HURRIED));
        party
    }

    fn head(&self) -> &KeyRecord {
        self.history.head().content()
    }

    fn sign(&self, object: &str) -> String {
        let Json::Object(mut object) = json::parse(object.as_bytes()).unwrap() else { panic!("not an object") };
        let object_type = object.text("type").unwrap().to_owned();
        for (name, value) in [
            ("id", format!("{object_type}--7c0b4f4f-7bb7-4b8d-9d2c-1f0d5f6f0b11")),
            ("created", "2026-02-01T00:00:00Z".to_owned()),
            ("modified", "2026-02-01T00:00:00Z".to_owned()),
        ] {
            if !object.contains(name) {
                object.set(name, value);
            }
        }
        let keys = [self.keys.get(Purpose::Record, Suite::Ed25519).unwrap()];
        let author = Author::new(self.history.party(), self.history.head().digest(), &keys);
        let object = StixObject::from_map(object).unwrap();
        Draft::new(object).sign(&author, &mut SystemEntropy::new()).unwrap().envelope().to_json()
    }

    fn identity(&self, name: &str, modified: &str) -> String {
        let identity = Map::new().with("type", "identity").with("spec_version", "2.1");
        let identity = identity.with("id", self.history.party().identity()).with("created", "2026-01-01T00:00:00Z");
        identity.with("modified", modified).with("name", name).to_text()
    }

    /// Writes a profile file of the keys of this moment, with a profile signed by them.
    fn write(&self, file: &str, name: &str) {
        let modified = format!("2026-01-0{}T00:00:00Z", self.head().index() + 1);
        self.write_with(file, &self.sign(&self.identity(name, &modified)));
    }

    fn write_with(&self, file: &str, profile: &str) {
        let records: Vec<_> = self.history.records().map(|record| record.envelope().to_json()).collect();
        let text = format!(r#"{{"key_records":[{}],"profile":{profile}}}"#, records.join(","));
        self.desk.write(file, text);
    }

    /// Writes a node's directory with the keys of this moment.
    fn settle(&self) {
        std::fs::create_dir(self.desk.path("node")).unwrap();
        self.write("node/profile.json", "Party");
        let rows = self.keys.seeds().map(|(purpose, suite, seed)| {
            let row = Map::new().with("purpose", purpose.name()).with("suite", suite.name());
            Json::from(row.with("seed", base64url::encode(seed)))
        });
        let ids = self.keys.keys().map(|key| Json::text(key.public().id().to_string())).collect();
        let file = Map::new().with("key_ids", Json::Array(ids)).with("keys", Json::Array(rows.collect()));
        let check = base64url::encode(&sha256(&[&json::canonical(&file.clone().into()).unwrap()]));
        self.desk.write("node/keys.json", file.with("check", check).to_text());
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(self.desk.path("node/keys.json"), mode).unwrap();
    }

    /// The next keys for records, and the key record that lists them.
    fn next(&self, reason: Option<RevocationReason>) -> (PartyKeys, Signed<KeyRecord>) {
        let mut new = self.keys.duplicate().unwrap();
        new.renew(Purpose::Record, &mut SystemEntropy::new()).unwrap();
        let mut next = draft(&new);
        for key in self.keys.record_keys().filter(|_| reason.is_some()) {
            next = next.revoke(Revocation::new(key.public().id(), reason.unwrap(), time("2026-01-15T00:00:00Z")));
        }
        let record = next.rotate(self.head(), &self.keys, &new).unwrap();
        (new, record)
    }

    fn follow(&mut self, (keys, record): (PartyKeys, Signed<KeyRecord>)) {
        let _how = self.history.extend(record.envelope().clone()).unwrap();
        self.keys = keys;
    }

    /// A thief's turn, told in `thief.json` and `stolen.json`, and the recovery that sets it aside.
    fn recover(&mut self) {
        let first = self.history.clone();
        self.follow(self.next(None));
        self.write("thief.json", "Thief");
        self.desk.write("stolen.json", self.sign(HURRIED));
        let entropy = &mut SystemEntropy::new();
        let fresh = PartyKeys::generate(entropy).unwrap();
        let commitment = RecoveryKey::generate(entropy).unwrap().commitment();
        let record = draft(&fresh).recover(first.head().content(), &self.recovery, &fresh, &commitment).unwrap();
        self.history = first;
        self.follow((fresh, record));
    }
}

#[test]
fn another_record_of_the_party_is_no_profile() {
    let party = Party::begin();
    for (profile, word) in [
        (party.sign(&HURRIED.replace("Crane stopped", "Hills")), "not what the party says of itself"),
        (
            party.sign(r#"{"type":"identity","spec_version":"2.1","name":"Hills","identity_class":"group"}"#),
            "not what the party says of itself",
        ),
    ] {
        party.write_with("other.json", &profile);
        party.desk.run("record verify r.json --keys other.json").refuses(3, &["`other.json` is no profile file", word]);
    }
    party.desk.run("record verify r.json --keys first.json").ends_with(0);
}

#[test]
fn a_profile_under_a_key_that_was_taken_back_is_none() {
    let mut party = Party::begin();
    let profile = party.sign(&party.identity("Thief", "2026-03-01T00:00:00Z"));
    party.follow(party.next(Some(RevocationReason::Compromised)));
    party.write_with("old-profile.json", &profile);
    party.desk.run("record verify r.json --keys old-profile.json").refuses(3, &["key that still counts", "revoked"]);
}

#[test]
fn two_files_of_one_party_are_read_as_one_history() {
    let mut party = Party::begin();
    party.follow(party.next(None));
    party.write("second.json", "Second");
    party.desk.write("later.json", party.sign(HURRIED));
    party.desk.run("record verify later.json --keys first.json").ends_with(1);
    for order in ["--keys first.json --keys second.json", "--keys second.json --keys first.json"] {
        let run = party.desk.run(&format!("record verify later.json {order}")).ends_with(0);
        assert_eq!((run.fact("calls itself"), run.fact("key standing")), ("Second".to_owned(), "in force".to_owned()));
        party.desk.run(&format!("record verify r.json {order}")).refuses(1, &["see it with --as-named"]);
    }
    party.desk.run("record verify r.json --keys first.json --keys first.json").ends_with(0);
}

#[test]
fn two_files_that_fork_are_refused_with_both_names() {
    let mut party = Party::begin();
    let (one, two) = (party.next(None), party.next(None));
    let first = party.history.clone();
    party.follow(one);
    party.write("one.json", "One");
    party.history = first;
    party.follow(two);
    party.write("two.json", "Two");
    party
        .desk
        .run("record verify r.json --keys one.json --keys two.json")
        .refuses(1, &["`one.json` and `two.json`", "fork"]);
}

#[test]
fn a_retired_key_counts_as_named() {
    let mut party = Party::begin();
    party.follow(party.next(None));
    party.write("second.json", "Second");
    let run = party.desk.run("record verify r.json --keys second.json").refuses(1, &["see it with --as-named"]);
    assert!(!run.err.contains("--at TIME"), "another time does not help: {}", run.err);
    let run = party.desk.run("record verify r.json --keys second.json --as-named").ends_with(0);
    assert_eq!(run.fact("key standing"), "retired");
    let run = party.desk.run("record show r.json --keys second.json").ends_with(0);
    assert_eq!(run.fact("key standing"), "retired");
}

/// What every command says of a record under keys that no longer count.
fn says_everywhere(desk: &Desk, record: &str, profile: &str, word: &str) {
    let kind = word.split(' ').next().unwrap();
    for words in ["", "--at 2026-01-10T00:00:00Z", "--as-named"] {
        let run = desk.run(&format!("record verify {record} {profile} {words}")).refuses(1, &[kind, "--even-revoked"]);
        assert!(!run.err.contains("everything else holds"), "{}", run.err);
    }
    desk.run(&format!("record verify {record} {profile} --even-revoked")).ends_with(2);
    let run = desk.run(&format!("record verify {record} {profile} --as-named --even-revoked")).ends_with(0);
    assert!(run.out.starts_with("WARNING: ") && run.fact("key standing") == word, "{run:#?}");
    let run = desk.run(&format!("record show {record} {profile}")).ends_with(0).says(&["WARNING: "]);
    assert_eq!(run.fact("key standing"), word);
    for command in ["show RECORD", "verify RECORD --as-named --even-revoked", "present RECORD --all"] {
        let words = format!("--json record {} {profile}", command.replace("RECORD", record));
        assert_eq!(desk.run(&words).ends_with(0).json()["key_standing"], word, "{words}");
    }
    desk.run(&format!("record present {record} {profile} --all")).refuses(0, &["WARNING: ", kind]);
}

#[test]
fn a_revoked_key_is_said_aloud_everywhere() {
    let mut party = Party::begin();
    party.follow(party.next(Some(RevocationReason::Compromised)));
    party.write("second.json", "Second");
    says_everywhere(&party.desk, "r.json", "--keys second.json", "revoked (compromised)");
}

#[test]
fn what_a_recovery_set_aside_is_said_aloud_everywhere() {
    let mut party = Party::begin();
    party.recover();
    party.write("true.json", "True");
    for order in ["--keys thief.json --keys true.json", "--keys true.json --keys thief.json"] {
        says_everywhere(&party.desk, "stolen.json", order, "overruled");
        let run = party.desk.run(&format!("record show stolen.json {order}")).ends_with(0);
        assert_eq!(run.fact("calls itself"), "True", "the thief's name has gone");
    }
}

#[test]
fn a_version_after_one_under_a_revoked_key_says_so() {
    let mut party = Party::begin();
    party.follow(party.next(Some(RevocationReason::Compromised)));
    party.settle();
    let words = "record sign object.json --dir node --after r.json";
    let object = HURRIED.replace(
        "\"name\"",
        "\"id\":\"incident--7c0b4f4f-7bb7-4b8d-9d2c-1f0d5f6f0b11\",\"created\":\"2026-02-01T00:00:00Z\",\"name\"",
    );
    party.desk.write("object.json", object);
    party.desk.run(words).refuses(0, &["WARNING: ", "revoked"]);
    let answer = party.desk.run(&format!("--json {words}")).ends_with(0).json();
    assert_eq!(answer["previous_key_standing"], "revoked (compromised)");
}

#[test]
fn keys_that_do_not_sign_today_are_told_with_the_command_that_replaces_them() {
    let mut party = Party::begin();
    let keys = party.keys.duplicate().unwrap();
    let entries = keys.entries(time("2098-01-01T00:00:00Z"), time("2099-01-01T00:00:00Z")).unwrap();
    let later = KeyRecordDraft::new(time("2026-01-02T00:00:00Z"), entries).rotate(party.head(), &keys, &keys).unwrap();
    party.follow((keys, later));
    party.settle();
    party.desk.write("object.json", HURRIED);
    party.desk.run("record sign object.json --dir node").refuses(1, &["not valid before 2098", "detente key rotate"]);
    party.desk.run("record verify r.json --dir node").refuses(1, &["--at TIME or --as-named"]);
    party.desk.run("key rotate --dir node").ends_with(0);
    party.desk.run("record sign object.json --dir node").ends_with(0);
}

#[test]
fn keys_that_have_expired_are_replaced_whatever_is_named() {
    let mut party = Party::begin();
    let keys = party.keys.duplicate().unwrap();
    let entries = keys.entries(time("2026-01-01T00:00:00Z"), time("2026-01-03T00:00:00Z")).unwrap();
    let expired =
        KeyRecordDraft::new(time("2026-01-02T00:00:00Z"), entries).rotate(party.head(), &keys, &keys).unwrap();
    party.follow((keys, expired));
    party.settle();
    party.desk.write("object.json", HURRIED);
    party.desk.run("record sign object.json --dir node").refuses(1, &["expired", "detente key rotate"]);
    let answer = party.desk.run("--json key rotate --dir node --purpose transport").ends_with(0).json();
    assert_eq!(answer["new_keys"].as_array().unwrap().len(), 7);
    assert_eq!(answer["kept_keys"].as_array().unwrap().len(), 0, "nothing that has expired stays beside its successor");
    party.desk.run("record sign object.json --dir node").ends_with(0);
}

#[test]
fn a_directory_from_before_bundle_keys_opens_and_gets_one_with_its_next_rotation() {
    let party = Party::begin();
    party.settle();
    party.desk.write("object.json", HURRIED);
    party.desk.run("record sign object.json --dir node --out before.json").ends_with(0);
    party.desk.run("key rotate --dir node --purpose cosign").ends_with(0);
    assert_eq!(listed(&party.desk, "node").len(), 0, "only what was named is new");
    party.desk.run("key rotate --dir node --purpose bundle").ends_with(0);
    let first = listed(&party.desk, "node");
    assert_eq!((first.len(), ids(&first)), (1, held(&party.desk, "node")));
    party.desk.run("record sign object.json --dir node --out after.json").ends_with(0);
    party.desk.run("record verify after.json --dir node").ends_with(0);
    let other = Party::begin();
    other.settle();
    other.desk.run("key rotate --dir node").ends_with(0);
    assert_eq!(listed(&other.desk, "node").len(), 1);
}
