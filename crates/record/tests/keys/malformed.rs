//! Payloads that are no key records, each with its own error.

use record::base64url::encode;
use record::json::{Json, Map};
use record::jws::{Envelope, EnvelopeError, MediaType};
use record::key_record::{KeyEntry, KeyError, KeyRecord, KeyRecordError, ListedKey, PartyKeys, Purpose, Required, Use};
use record::limits::MAX_KEY_RECORD_BYTES;
use record::suite::Suite;

use super::world::{self, Party, at, edit};

/// A change that makes a good first key record bad, and what is said of it.
type Case = (&'static str, fn(&mut Map));

const SHAPE: &[Case] = &[
    ("the key record has no `created`", |record| drop(record.remove("created"))),
    ("the key record has no `keys`", |record| drop(record.remove("keys"))),
    ("unknown member `log` in `key record`", |record| record.set("log", Map::new())),
    ("unknown member `note` in `keys`", |record| key(record, 0).set("note", "x")),
    ("`keys` is an object where an array should be", |record| record.set("keys", Map::new())),
    ("`keys` is a string where an object should be", |record| record.set("keys", Json::Array(vec!["x".into()]))),
    ("`index` is a string where an integer should be", |record| record.set("index", "0")),
    ("`index` is -1; it counts from 0 to 1023", |record| set_integer(record, "index", -1)),
    ("`index` is 1024; it counts from 0 to 1023", |record| set_integer(record, "index", 1024)),
    ("the key record has no `party`", |record| set_integer(record, "index", 1)),
    ("the first key record (index 0) must not have `party`", |record| record.set("party", "x")),
    ("the first key record (index 0) must not have `previous`", |record| record.set("previous", "x")),
    ("the first key record (index 0) must not have `recovered_with`", |record| {
        record.set("recovered_with", Json::Array(Vec::new()));
    }),
    ("`created`: `yesterday` is not a UTC timestamp such as 2026-07-01T03:10:00Z", |record| {
        record.set("created", "yesterday");
    }),
    ("unknown purpose `sign`; known are bundle, cosign, log, record, transport", |record| {
        key(record, 0).set("purpose", "sign");
    }),
    ("unknown use `mail`; known are agreement, checkpoint, cosignature, key_record, record", |record| {
        required(record).set("mail", Json::Array(Vec::new()));
    }),
    ("unknown reason `bored`; known are compromised, lost, superseded", |record| {
        let revoked = Map::new().with("kid", encode(&[0; 32])).with("reason", "bored").with("since", TIME);
        record.set("revoked", Json::Array(vec![revoked.into()]));
    }),
    ("`a b` cannot be a suite's name: up to 64 of A-Z a-z 0-9 . _ + -", |record| key(record, 0).set("suite", "a b")),
    ("`public_key`: not base64url without padding", |record| key(record, 0).set("public_key", "=")),
    ("not a usable Ed25519 key", |record| key(record, 0).set("public_key", "AAAA")),
];

const KEYS: &[Case] = &[
    ("33 keys are too many; a key record lists at most 32", |record| {
        let keys = (0..33).map(|number: u8| unknown_key("record", &format!("S{number}"), &[number]).into());
        record.set("keys", Json::Array(keys.collect()));
    }),
    ("`not_after` is before `not_before`", |record| key(record, 0).set("not_after", "2026-06-30T12:00:00Z")),
    ("Ed25519 keys cannot serve the purpose bundle", |record| key(record, 0).set("purpose", "bundle")),
    ("MLKEM768-X25519 keys cannot serve the purpose record", |record| {
        push_key(record, unknown_key("record", "MLKEM768-X25519", &[1; 1216]));
    }),
    ("MLKEM768-X25519 keys have 1216 octets, not 1184", |record| {
        push_key(record, unknown_key("bundle", "MLKEM768-X25519", &[1; 1184]));
    }),
    ("too many Ed25519 keys for the purpose transport, or two that begin together", |record| {
        let mut again = key(record, 6).clone();
        again.set("public_key", key(record, 0).text("public_key").unwrap_or_default().to_owned());
        push_key(record, again);
    }),
    ("stands for both transport and log; make one key for each purpose", |record| {
        let mut log = key(record, 6).clone();
        log.set("purpose", "log");
        remove_key(record, 2);
        push_key(record, log);
    }),
    ("is revoked and stands in `keys`; take it out", |record| {
        let kid = ed25519_id(key(record, 0));
        record.set("revoked", Json::Array(vec![revocation(&kid).into()]));
    }),
    ("is revoked twice", |record| {
        let revoked = revocation(&encode(&[5; 32]));
        record.set("revoked", Json::Array(vec![revoked.clone().into(), revoked.into()]));
    }),
    ("is a recovery key and stands in `keys`; a recovery key stays offline", |record| {
        let kid = ed25519_id(key(record, 0));
        member(record, "recovery").set("Ed25519", kid);
    }),
    ("`recovery` commits to no ML-DSA-44 key", |record| drop(member(record, "recovery").remove("ML-DSA-44"))),
    ("`recovery`: not base64url without padding", |record| member(record, "recovery").set("Ed25519", "AA")),
];

const REQUIRED: &[Case] = &[
    ("the key record has no `cosignature`", |record| drop(required(record).remove("cosignature"))),
    ("`required` is too weak: for record the suite Ed25519 must always sign", |record| {
        require(record, "record", &["ML-DSA-44"]);
    }),
    ("`required` is too weak: for agreement the suite ML-DSA-44 must always sign", |record| {
        require(record, "agreement", &["Ed25519"]);
    }),
    ("`required` is too weak: for checkpoint the suite ML-DSA-44 must always sign", |record| {
        require(record, "checkpoint", &["Ed25519"]);
    }),
    ("`required` is too weak: for key_record the suite Ed25519 must always sign", |record| {
        require(record, "key_record", &["ML-DSA-44"]);
    }),
    ("`required` is too weak: cosignature must name Ed25519, ML-DSA-44 or both", |record| {
        require(record, "cosignature", &["SM2"]);
    }),
    ("`required`: the suites for record must be sorted and unique", |record| {
        require(record, "record", &["Ed25519", "Ed25519"]);
    }),
    ("`required`: the suites for agreement must be sorted and unique", |record| {
        require(record, "agreement", &["ML-DSA-44", "Ed25519"]);
    }),
    ("`required` wants SM2 to sign for record, but `keys` has no such key for the purpose record", |record| {
        require(record, "record", &["Ed25519", "SM2"]);
    }),
];

#[test]
fn a_malformed_key_record_says_what_is_wrong() {
    let payload = Party::new("a").first.envelope().payload().to_vec();
    for (message, change) in SHAPE.iter().chain(KEYS).chain(REQUIRED) {
        let refused = KeyRecord::read(&edit(&payload, change)).map(|record| record.digest());
        let said = refused.expect_err(message).to_string();
        assert!(said.contains(message), "said `{said}` where it should say `{message}`");
    }
}

#[test]
fn only_the_canonical_spelling_is_a_key_record() {
    let payload = Party::new("a").first.envelope().payload().to_vec();
    let text = String::from_utf8(payload).unwrap();
    for other in [format!("{text} "), text.replacen(':', ": ", 1), text.replacen("created", "\\u0063reated", 1)] {
        assert_eq!(KeyRecord::read(other.as_bytes()), Err(KeyRecordError::NotCanonical));
    }
    assert!(matches!(KeyRecord::read(&text.as_bytes()[1..]), Err(KeyRecordError::Json(_))));
    let huge = format!("{text}{}", " ".repeat(MAX_KEY_RECORD_BYTES));
    assert!(matches!(KeyRecord::read(huge.as_bytes()), Err(KeyRecordError::Json(_))));
}

#[test]
fn a_key_record_withholds_nothing() {
    let text = Party::new("a").first.envelope().to_json();
    let with = text.replacen(r#"{"protected""#, r#"{"header":{"disclosures":["AAAA"]},"protected""#, 1);
    let read = Envelope::read(with.as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES);
    assert_eq!(read, Err(EnvelopeError::Unknown { name: "header".to_owned() }));
}

/// A later record with a bad `recovered_with`.
#[test]
fn the_shown_recovery_keys_are_one_of_each_suite() {
    let (party, fresh) = (Party::new("a"), Party::new("fresh"));
    let payload = party.recover(&fresh).envelope().payload().to_vec();
    let with = |keys: Vec<Json>| {
        let changed = edit(&payload, |record| record.set("recovered_with", Json::Array(keys)));
        KeyRecord::read(&changed).unwrap_err()
    };
    let shown = Map::new().with("public_key", encode(fresh.keys.record_keys().next().unwrap().public().octets()));
    let ed25519: Json = shown.clone().with("suite", "Ed25519").into();
    assert_eq!(with(Vec::new()), KeyRecordError::RecoveredWith);
    assert_eq!(with(vec![ed25519.clone(), ed25519]), KeyRecordError::RecoveredWith);
    let unknown = with(vec![shown.with("suite", "SM2").into()]);
    assert!(unknown.to_string().contains("holds a key of suite SM2, which this build cannot verify"), "{unknown}");
}

#[test]
fn requirements_are_never_built_below_the_floor() {
    let weaker = Required::floor().with(Use::Agreement, [Suite::Ed25519.into()]);
    assert_eq!(weaker, Err(KeyRecordError::Weaker { usage: Use::Agreement, suite: Suite::MlDsa44 }));
    let stronger = Required::floor().with(Use::Record, [Suite::MlDsa44.into(), Suite::Ed25519.into()]).unwrap();
    assert_eq!(stronger.suites(Use::Record), [Suite::Ed25519.into(), Suite::MlDsa44.into()]);
}

#[test]
fn a_purpose_may_be_without_keys_unless_it_signs_records() {
    let party = Party::new("a");
    let mut keys = PartyKeys::new();
    party.keys.record_keys().for_each(|key| {
        keys.insert(Purpose::Record, record::suite::PrivateKey::from_seed(key.public().suite(), key.seed()).unwrap());
    });
    let small = world::draft(&keys, 1).sign_first(&party.recovery.commitment(), &keys).unwrap();
    let refused = small.content().required_keys(Use::Checkpoint).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the party lists no key of suite Ed25519 for the purpose log, so it cannot sign for checkpoint"
    );
}

/// A record that is signed and that nobody would read would leave its party without keys.
#[test]
fn what_is_too_long_to_be_read_is_not_signed() {
    let party = Party::new("a");
    let mut draft = world::draft(&party.keys, 1);
    for number in 0..25_u8 {
        let key = ListedKey::from_octets(&format!("S{number}").parse().unwrap(), &[number; 1300]).unwrap();
        draft = draft.key(KeyEntry::new(Purpose::Record, key, at(1), at(31)).unwrap());
    }
    let refused = draft.sign_first(&party.recovery.commitment(), &party.keys).unwrap_err();
    assert!(matches!(refused, KeyError::Record(KeyRecordError::TooLong { .. })), "{refused}");
}

const TIME: &str = "2026-07-01T12:00:00Z";

fn set_integer(record: &mut Map, name: &str, value: i64) {
    record.set(name, Json::integer(value).unwrap_or(Json::Null));
}

fn member<'a>(record: &'a mut Map, name: &str) -> &'a mut Map {
    let found = record.iter_mut().find(|(one, _)| *one == name).map(|(_, value)| value);
    match found {
        Some(Json::Object(members)) => members,
        _ => unreachable!("no object `{name}`"),
    }
}

fn required(record: &mut Map) -> &mut Map {
    member(record, "required")
}

fn require(record: &mut Map, usage: &str, suites: &[&str]) {
    required(record).set(usage, Json::Array(suites.iter().map(|suite| (*suite).into()).collect()));
}

fn keys(record: &mut Map) -> &mut Vec<Json> {
    let found = record.iter_mut().find(|(name, _)| *name == "keys").map(|(_, value)| value);
    match found {
        Some(Json::Array(keys)) => keys,
        _ => unreachable!("no keys"),
    }
}

fn key(record: &mut Map, place: usize) -> &mut Map {
    match keys(record).get_mut(place) {
        Some(Json::Object(members)) => members,
        _ => unreachable!("no key {place}"),
    }
}

fn push_key(record: &mut Map, key: Map) {
    keys(record).push(key.into());
}

fn remove_key(record: &mut Map, place: usize) {
    drop(keys(record).remove(place));
}

fn unknown_key(purpose: &str, suite: &str, octets: &[u8]) -> Map {
    Map::new()
        .with("not_after", TIME)
        .with("not_before", TIME)
        .with("public_key", encode(octets))
        .with("purpose", purpose)
        .with("suite", suite)
}

fn revocation(kid: &str) -> Map {
    Map::new().with("kid", kid).with("reason", "lost").with("since", TIME)
}

fn ed25519_id(key: &Map) -> String {
    let octets = record::base64url::decode(key.text("public_key").unwrap_or_default()).unwrap_or_default();
    record::digest::KeyId::of("Ed25519", &octets).to_string()
}

#[test]
fn an_old_and_a_new_log_key_may_overlap_and_the_new_one_signs() {
    let (party, next) = (Party::new("a"), Party::new("next"));
    let new = next.keys.get(Purpose::Log, Suite::Ed25519).unwrap().public().clone();
    let entry = KeyEntry::new(Purpose::Log, new.clone(), at(3), at(9)).unwrap();
    let both = world::draft(&party.keys, 2)
        .key(entry.clone())
        .rotate(party.first.content(), &party.keys, &party.keys)
        .unwrap();
    let log_keys = both.content().keys().iter().filter(|entry| entry.purpose() == Purpose::Log);
    assert_eq!(log_keys.filter(|entry| entry.key().suite() == Suite::Ed25519.into()).count(), 2);
    let checkpoint = both.content().required_keys(Use::Checkpoint).unwrap();
    assert!(checkpoint.contains(&&new), "the key that begins later must sign");
    let third = KeyEntry::new(
        Purpose::Log,
        Party::new("third").keys.get(Purpose::Log, Suite::Ed25519).unwrap().public().clone(),
        at(4),
        at(9),
    );
    let three = world::draft(&party.keys, 2).key(entry).key(third.unwrap()).rotate(
        party.first.content(),
        &party.keys,
        &party.keys,
    );
    assert!(three.unwrap_err().to_string().contains("too many Ed25519 keys for the purpose log"));
}
