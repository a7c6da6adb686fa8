//! Messages: what is signed as it is, and what is no message.

use record::digest::MessageDigest;
use record::json::{Json, Map};
use record::jws::{Envelope, EnvelopeError, MediaType};
use record::key_history::{KeyHistory, Moment};
use record::key_record::{KeyError, KeyRecord, KeyUseError, Purpose, Revocation, RevocationReason};
use record::limits::{MAX_KEY_RECORD_BYTES, MAX_MESSAGE_BYTES};
use record::message::{Message, MessageError, UnverifiedMessage};
use record::signed::{SignatureError, Signed};
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Unverified, VerifyError};

use crate::keys::world::{edit, forge_as};
use crate::records::stage::{Party, at, draft_keys, incident};

fn content() -> Map {
    Map::new().with("says", "我们接受").with("nested", Map::new().with("z", "1").with("a", Json::Null))
}

fn both(party: &Party) -> Vec<&PrivateKey> {
    party.keys.record_keys().collect()
}

fn sign(party: &Party) -> Signed<Message> {
    Message::sign(content(), &Author::new(party.id(), party.first.digest(), &both(party))).unwrap()
}

fn verify_at(text: &str, history: &KeyHistory, moment: Moment) -> Result<Signed<Message>, MessageError> {
    UnverifiedMessage::read(text.as_bytes())?.verify(history, moment)
}

fn verify(text: &str, party: &Party) -> Result<Signed<Message>, MessageError> {
    verify_at(text, &party.history(), Moment::At(at(2)))
}

/// A payload that our own code would not sign, under both keys.
fn forged(party: &Party, payload: &[u8]) -> String {
    forge_as(MediaType::Message, payload, &both(party)).to_json()
}

#[test]
fn a_message_comes_back_as_it_was_said() {
    let party = Party::new("a");
    let signed = sign(&party);
    let read = verify(&signed.envelope().to_json(), &party).unwrap();
    assert_eq!(read, signed);
    assert_eq!(read.content().content().get("says"), content().get("says"));
    assert_eq!((read.content().issuer(), read.content().key_record()), (party.id(), party.first.digest()));
    assert_eq!(read.digest(), MessageDigest::of(read.envelope().payload()));
    assert_eq!(read.envelope().signatures().len(), 2, "Ed25519 and ML-DSA-44");
    let (one, other) = (read.commitment(&[0; 32]), read.commitment(&[1; 32]));
    assert_ne!(one, other, "the salt blinds");
}

#[test]
fn a_message_is_no_record_and_no_key_record_and_neither_is_a_message() {
    let party = Party::new("a");
    let message = sign(&party).envelope().to_json();
    let wrong = |refused: &EnvelopeError| refused.to_string();
    let as_record = Unverified::read(message.as_bytes()).unwrap_err();
    let VerifyError::Envelope(as_record) = as_record else { panic!("{as_record}") };
    let as_key = Envelope::read(message.as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).unwrap_err();
    let record = party.sign(Draft::new(incident()), "salts").envelope().to_json();
    let from_record = Envelope::read(record.as_bytes(), MediaType::Message, MAX_MESSAGE_BYTES).unwrap_err();
    let key = party.first.envelope().to_json();
    let from_key = Envelope::read(key.as_bytes(), MediaType::Message, MAX_MESSAGE_BYTES).unwrap_err();
    for refused in [&as_record, &as_key, &from_record, &from_key] {
        assert!(wrong(refused).contains("typ"), "{refused}");
    }
}

/// One text has four names, and none is another: computed once with sha256sum over "domain\0{}".
#[test]
fn the_domain_of_messages_is_their_own() {
    let names = [
        record::digest::RecordDigest::of(b"{}").to_string(),
        record::digest::KeyRecordDigest::of(b"{}").to_string(),
        record::digest::AgreementDigest::of(b"{}").to_string(),
        MessageDigest::of(b"{}").to_string(),
    ];
    assert_eq!(names, GOLDEN_NAMES);
}

const GOLDEN_NAMES: [&str; 4] = [
    "omJ28dB2MA-jXY5w9sTcEpiVHSH9T1CIBeD4yBjF6O0",
    "4Lme5oWu64bMuNFBQrGbAhhiF8I96NXLth0uVsLIDL0",
    "hzWluPpnbIgMDxbw8T9-HH2GfyQxt2JbgOiBDI__tHM",
    "f8aGtLMT98dpS3Ze66JUavEkCXuLAMMdRHDKY9rMwts",
];

#[test]
fn every_required_signature_is_there_and_no_other() {
    let (party, stranger) = (Party::new("a"), Party::new("stranger"));
    let payload = sign(&party).envelope().payload().to_vec();
    let by = |keys: &[&PrivateKey]| verify(&forge_as(MediaType::Message, &payload, keys).to_json(), &party);
    let signature = |refused: MessageError| {
        let MessageError::Key(KeyError::Signature(why)) = refused else { panic!("{refused}") };
        why
    };
    let ed25519 = party.key(Purpose::Record, Suite::Ed25519);
    let missing = signature(by(&[ed25519]).unwrap_err());
    assert!(matches!(missing, SignatureError::Missing { suite: Suite::MlDsa44, .. }), "{missing}");
    let alone = signature(by(&both(&stranger)).unwrap_err());
    assert!(matches!(alone, SignatureError::NotRequired { .. }), "{alone}");
    let beside = signature(by(&[both(&party), both(&stranger)].concat()).unwrap_err());
    assert!(matches!(beside, SignatureError::NotRequired { .. }), "{beside}");
    let whose = verify(&sign(&party).envelope().to_json(), &stranger).unwrap_err();
    assert!(matches!(whose, MessageError::Key(KeyError::Use(KeyUseError::UnknownParty { .. }))), "{whose}");
    let log = party.key(Purpose::Log, Suite::Ed25519);
    let purpose = by(&[log]).unwrap_err();
    assert!(matches!(purpose, MessageError::Key(KeyError::Use(KeyUseError::WrongPurpose { .. }))), "{purpose}");
    let none = Message::sign(content(), &Author::new(party.id(), party.first.digest(), &[])).unwrap_err();
    assert_eq!(none, MessageError::NoKey);
}

#[test]
fn a_key_counts_at_its_moment_only() {
    let (party, next) = (Party::new("a"), Party::new("next"));
    let text = sign(&party).envelope().to_json();
    let refused = |history: &KeyHistory, day| {
        let refused = verify_at(&text, history, Moment::At(at(day))).unwrap_err();
        let MessageError::Key(KeyError::Use(why)) = refused else { panic!("{refused}") };
        why
    };
    let mut retired = party.history();
    let _how = retired.extend(party.rotation(&next, 2).envelope().clone()).unwrap();
    assert!(matches!(refused(&retired, 3), KeyUseError::Retired { .. }));
    assert!(verify_at(&text, &retired, Moment::AsNamed).is_ok(), "the key record that it names lists the key");
    let revoked = history_with_revocation(&party, &next);
    assert!(matches!(refused(&revoked, 3), KeyUseError::Revoked { .. }));
    let early = verify_at(&text, &party.history(), Moment::At(Timestamp::from_micros(0))).unwrap_err();
    assert!(matches!(early, MessageError::Key(KeyError::Use(KeyUseError::NotYetValid { .. }))), "{early}");
}

fn history_with_revocation(party: &Party, next: &Party) -> KeyHistory {
    let key_id = party.key(Purpose::Record, Suite::Ed25519).public().id();
    let revocation = Revocation::new(key_id, RevocationReason::Compromised, at(2));
    let draft = draft_keys(&next.keys, 2).revoke(revocation);
    let record: Signed<KeyRecord> = draft.rotate(party.first.content(), &party.keys, &next.keys).unwrap();
    let mut history = party.history();
    let _how = history.extend(record.envelope().clone()).unwrap();
    history
}

#[test]
fn a_payload_has_one_spelling_and_three_claims() {
    let party = Party::new("a");
    let payload = sign(&party).envelope().payload().to_vec();
    let read = |payload: &[u8]| verify(&forged(&party, payload), &party).unwrap_err();
    let spaced = [b" ", payload.as_slice()].concat();
    assert_eq!(read(&spaced), MessageError::NotCanonical);
    let text = String::from_utf8(payload.clone()).unwrap();
    let (head, message) = text.split_once(r#","message":"#).unwrap();
    let swapped =
        format!(r#"{{"message":{},{}}}"#, message.strip_suffix('}').unwrap(), head.strip_prefix('{').unwrap());
    assert_eq!(read(swapped.as_bytes()), MessageError::NotCanonical);
    assert!(matches!(read(b"not JSON"), MessageError::Payload(_)));
    let cases: [(&str, Vec<u8>); 7] = [
        ("an extra claim", edit(&payload, |claims| claims.set("exp", "never"))),
        ("no message", edit(&payload, |claims| drop(claims.remove("message")))),
        ("no issuer", edit(&payload, |claims| drop(claims.remove("iss")))),
        ("no key record", edit(&payload, |claims| drop(claims.remove("key_record")))),
        ("a message that is a string", edit(&payload, |claims| claims.set("message", "yes"))),
        ("an issuer that is no digest", edit(&payload, |claims| claims.set("iss", "harbour"))),
        ("an array", b"[]".to_vec()),
    ];
    for (name, payload) in cases {
        assert_eq!(read(&payload), MessageError::Claims, "{name}");
    }
}

#[test]
fn nothing_is_withheld_from_a_message() {
    let party = Party::new("a");
    let text = sign(&party).envelope().to_json();
    let beside = text.replacen(r#""signatures":[{"#, r#""signatures":[{"header":{"disclosures":["WyJhIl0"]},"#, 1);
    assert_ne!(text, beside, "the general form");
    let refused = UnverifiedMessage::read(beside.as_bytes()).unwrap_err();
    assert!(matches!(refused, MessageError::Claims | MessageError::Envelope(_)), "{refused}");
}

#[test]
fn a_message_that_nobody_reads_is_not_signed() {
    let party = Party::new("a");
    let long = Map::new().with("text", "x".repeat(MAX_MESSAGE_BYTES * 3 / 4));
    let keys = both(&party);
    let refused = Message::sign(long, &Author::new(party.id(), party.first.digest(), &keys)).unwrap_err();
    assert_eq!(refused, MessageError::TooLong { limit: MAX_MESSAGE_BYTES });
    let padded = format!("{}{}", sign(&party).envelope().to_json(), " ".repeat(MAX_MESSAGE_BYTES));
    assert!(matches!(UnverifiedMessage::read(padded.as_bytes()), Err(MessageError::Envelope(_))));
}
