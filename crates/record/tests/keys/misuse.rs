//! Key records that do not follow the ones before them, and suites that this build does not know.

use record::base64url::encode;
use record::digest::KeyId;
use record::json::{Json, Map};
use record::key_history::{Extended, KeyHistory};
use record::key_record::{
    BundleKey, BundleSuite, KeyChainError, KeyEntry, KeyError, KeyUseError, ListedKey, PartyKeys, Purpose, Use,
};
use record::signed::SignatureError;
use record::suite::{PrivateKey, Suite};

use super::world::{self, Party, at, edit, forge, record_keys};

#[test]
fn a_history_begins_at_the_beginning() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    assert_eq!(KeyHistory::from_records([]).unwrap_err(), KeyChainError::Empty.into());
    let late = KeyHistory::begin(party.rotate(&next).envelope().clone()).unwrap_err();
    assert_eq!(late.to_string(), "a key history begins with index 0, not 1; fetch the earlier key records first");
}

#[test]
fn a_first_key_record_is_signed_by_its_own_keys() {
    let (party, other) = (Party::new("a"), Party::new("other"));
    let payload = party.first.envelope().payload();
    let keys = record_keys(&party.keys);
    let half = KeyHistory::begin(forge(payload, &keys[..1])).unwrap_err();
    assert!(half.to_string().starts_with("the key record lacks the ML-DSA-44 signature by its own key"), "{half}");
    let extra = [keys.clone(), record_keys(&other.keys)].concat();
    let refused = KeyHistory::begin(forge(payload, &extra)).unwrap_err();
    assert!(matches!(refused, KeyError::Signature(SignatureError::NotRequired { .. })), "{refused}");
    let changed = edit(payload, |record| record.set("created", "2026-07-02T12:00:00Z"));
    let text = party.first.envelope().to_json().replace(&encode(payload), &encode(&changed));
    let refused = KeyHistory::begin(world::read(text.as_bytes())).unwrap_err();
    assert!(matches!(refused, KeyError::Signature(SignatureError::Bad { .. })), "{refused}");
}

#[test]
fn a_record_follows_one_of_its_own_history() {
    let (party, next, stranger) = (Party::new("a"), Party::new("next").keys, Party::new("stranger"));
    let second = party.rotate(&next);
    let third = world::draft(&next, 3).rotate(second.content(), &next, &next).unwrap();
    let mut history = party.history();
    let gap = history.extend(third.envelope().clone()).unwrap_err();
    assert_eq!(gap, KeyChainError::Gap { expected: 1, found: 2 }.into());
    for other in [stranger.rotate(&next), stranger.first.clone()] {
        let found = stranger.first.content().party();
        let refused = history.extend(other.envelope().clone()).unwrap_err();
        assert_eq!(refused, KeyChainError::PartyMismatch { expected: history.party(), found }.into());
    }
    let keys = [record_keys(&party.keys), record_keys(&next)].concat();
    let lost = edit(second.envelope().payload(), |record| record.set("previous", encode(&[9; 32])));
    let refused = history.extend(forge(&lost, &keys)).unwrap_err().to_string();
    assert!(refused.contains("which this history does not have"), "{refused}");
    let skipped = edit(second.envelope().payload(), |record| record.set("index", Json::integer(2).unwrap()));
    let refused = history.extend(forge(&skipped, &keys)).unwrap_err();
    assert_eq!(refused, KeyChainError::Gap { expected: 1, found: 2 }.into());
}

#[test]
fn time_does_not_run_backwards() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let second = world::draft(&next, 5).rotate(party.first.content(), &party.keys, &next).unwrap();
    let earlier = world::draft(&next, 4).rotate(second.content(), &next, &next).unwrap_err();
    assert_eq!(earlier, KeyChainError::Backwards { previous: at(5), found: at(4) }.into());
    assert!(world::draft(&next, 5).rotate(second.content(), &next, &next).is_ok());
}

#[test]
fn a_recovery_brings_new_keys_and_a_new_recovery_key() {
    let (party, fresh) = (Party::new("a"), Party::new("fresh"));
    let first = party.first.content();
    let same = world::draft(&fresh.keys, 4).recover(first, &party.recovery, &fresh.keys, &party.recovery.commitment());
    let reused = same.unwrap_err();
    assert!(reused.to_string().contains("recovery key, which is now exposed; commit to a new one"), "{reused}");
    let kept = world::draft(&party.keys, 4).recover(first, &party.recovery, &party.keys, &fresh.recovery.commitment());
    assert!(matches!(kept, Err(KeyError::Chain(KeyChainError::RecoveryKeepsKey { .. }))), "{kept:?}");
}

#[test]
fn a_recovery_is_signed_by_the_recovery_key_in_every_suite() {
    let (party, fresh) = (Party::new("a"), Party::new("fresh"));
    let payload = party.recover(&fresh).envelope().payload().to_vec();
    let own = record_keys(&fresh.keys);
    let shown: Vec<_> = party.recovery.keys().iter().collect();
    let half = party.history().extend(forge(&payload, &[own.clone(), shown[..1].to_vec()].concat())).unwrap_err();
    assert!(half.to_string().starts_with("the recovery lacks the ML-DSA-44 signature by the recovery key"), "{half}");
    let by_old = [own.clone(), record_keys(&party.keys)].concat();
    let refused = party.history().extend(forge(&payload, &by_old)).unwrap_err();
    assert!(matches!(refused, KeyError::Signature(SignatureError::NotRequired { .. })), "{refused}");
    let none = party.history().extend(forge(&payload, &shown)).unwrap_err();
    assert!(matches!(none, KeyError::Chain(KeyChainError::MissingNewSignature { .. })), "{none}");
    assert!(party.history().extend(forge(&payload, &[own, shown].concat())).is_ok());
}

#[test]
fn one_shown_recovery_key_too_few_is_the_wrong_key() {
    let (party, fresh) = (Party::new("a"), Party::new("fresh"));
    let payload = edit(party.recover(&fresh).envelope().payload(), |record| {
        let shown = record.get("recovered_with").and_then(Json::as_array).map(|keys| keys[..1].to_vec());
        record.set("recovered_with", Json::Array(shown.unwrap()));
    });
    let refused = party.history().extend(forge(&payload, &record_keys(&fresh.keys))).unwrap_err();
    assert_eq!(refused, KeyChainError::RecoveryKeyWrong { suite: Suite::MlDsa44.into() }.into());
}

#[test]
fn a_key_keeps_its_purpose_through_a_history() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let mut third = Party::new("third").keys;
    let was_log = party.keys.get(Purpose::Log, Suite::Ed25519).unwrap();
    let key_id = was_log.public().id();
    third.insert(Purpose::Transport, PrivateKey::from_seed(Suite::Ed25519, was_log.seed()).unwrap());
    let second = party.rotate(&next);
    let record = world::draft(&third, 3).rotate(second.content(), &next, &third).unwrap();
    let mut history = KeyHistory::from_records([&party.first, &second].map(|one| one.envelope().clone())).unwrap();
    let refused = history.extend(record.envelope().clone()).unwrap_err();
    let (first, second) = (Purpose::Log, Purpose::Transport);
    assert_eq!(refused, KeyChainError::PurposeChanged { key_id, first, second }.into());
}

#[test]
fn a_bundle_key_is_listed_beside_the_others() {
    let party = Party::new("a");
    let bundle = BundleKey::from_octets(BundleSuite::MlKem768X25519, &[3; 1216]).unwrap();
    let entry = KeyEntry::new(Purpose::Bundle, bundle.clone(), at(1), at(31)).unwrap();
    let first = world::draft(&party.keys, 1).key(entry).sign_first(&party.recovery.commitment(), &party.keys).unwrap();
    let history = KeyHistory::begin(first.envelope().clone()).unwrap();
    let listed = history.head().content().key_for(Purpose::Bundle, &BundleSuite::MlKem768X25519.into()).unwrap();
    assert_eq!(listed.key(), &ListedKey::Bundle(bundle));
}

#[test]
fn a_key_of_an_unknown_suite_is_kept_and_unused() {
    let party = Party::new("a");
    let payload = edit(party.first.envelope().payload(), |record| push_sm2(record, "record"));
    let history = KeyHistory::begin(forge(&payload, &record_keys(&party.keys))).unwrap();
    let key = history.head().content().key(&KeyId::of("SM2", &[4; 65])).unwrap().key().clone();
    assert!(matches!(key, ListedKey::Unknown(_)) && key.signing().is_none());
    assert_eq!((key.octets(), key.suite().as_str()), (&[4; 65][..], "SM2"));
    assert_eq!(history.required_keys(&history.head().digest(), Use::Record).unwrap().len(), 1);
}

#[test]
fn a_party_that_requires_an_unknown_suite_cannot_be_verified_for_that_use() {
    let party = Party::new("a");
    let requiring = |usage: &str| {
        let payload = edit(party.first.envelope().payload(), |record| {
            push_sm2(record, "record");
            let suites = ["Ed25519", "ML-DSA-44", "SM2"].map(Json::from).to_vec();
            let required = record.get("required").and_then(Json::as_object).cloned().unwrap();
            record.set("required", required.with(usage, Json::Array(suites)));
        });
        KeyHistory::begin(forge(&payload, &record_keys(&party.keys)))
    };
    let history = requiring("record").unwrap();
    let refused = history.required_keys(&history.head().digest(), Use::Record).unwrap_err();
    let suite = "SM2".parse().unwrap();
    assert_eq!(refused, KeyUseError::UnknownSuite { usage: Use::Record, suite }.into());
    assert!(refused.to_string().contains("this build cannot verify that party"), "{refused}");
    assert!(history.required_keys(&history.head().digest(), Use::Agreement).is_ok());
    let unverifiable = requiring("key_record").unwrap_err();
    assert!(matches!(unverifiable, KeyError::Use(KeyUseError::UnknownSuite { .. })), "{unverifiable}");
}

#[test]
fn a_refused_record_changes_nothing() {
    let (party, next) = (Party::new("a"), Party::new("next").keys);
    let (second, other) = (party.rotate(&next), party.rotate(&Party::new("other").keys));
    let mut history = party.history();
    history.extend(second.envelope().clone()).unwrap();
    assert!(history.extend(other.envelope().clone()).is_err());
    assert_eq!((history.head(), history.overruled().len()), (&second, 0));
    let none = PartyKeys::new();
    let unsigned = world::draft(&next, 3).rotate(second.content(), &none, &none);
    assert!(matches!(unsigned, Err(KeyError::Chain(KeyChainError::MissingOldSignature { .. }))));
    assert_eq!(history.extend(second.envelope().clone()), Ok(Extended::AlreadyKnown));
}

fn push_sm2(record: &mut Map, purpose: &str) {
    let mut keys = record.get("keys").and_then(Json::as_array).map(<[Json]>::to_vec).unwrap_or_default();
    let key = Map::new()
        .with("not_after", "2026-07-31T12:00:00Z")
        .with("not_before", "2026-07-01T12:00:00Z")
        .with("public_key", encode(&[4; 65]))
        .with("purpose", purpose)
        .with("suite", "SM2");
    keys.push(key.into());
    record.set("keys", Json::Array(keys));
}
