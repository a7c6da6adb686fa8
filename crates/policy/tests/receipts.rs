//! Receipts: every input that is not the one of that day is named.

use policy::decision::{Active, Engine, Exposure, Reason};
use policy::floors::{FloorSwitch, Floors};
use policy::receipt::{PrivateReceipt, PublicReceipt, ReplayError, SALT_BYTES, replay};
use record::digest::{AgreementDigest, PartyId};
use record::json::{self, Json, Map};

use crate::decision_scene::{
    HARBOUR, LOTUS, MERIDIAN, PERMIT_ALL, Terms, ask, clause, green, incident, instant, node, signed, subject,
};

fn terms() -> Terms {
    let all = clause("2", "All.", "全部。", PERMIT_ALL).budget("all", "records", 5, "month");
    Terms::new("Everything", &[HARBOUR, LOTUS], vec![all])
}

fn receipt(engine: &Engine) -> PrivateReceipt {
    let subject = subject(signed(HARBOUR, incident()).content(), &[("*", green())]);
    let ask = ask(&terms());
    let exposure: Exposure = engine.counters(&ask).into_iter().map(|name| (name, 2)).collect();
    let decision = engine.decide(&subject, &ask, &exposure);
    assert!(decision.permit().is_some());
    PrivateReceipt::of((engine, &subject, &ask, &exposure), &decision, &[3; SALT_BYTES])
}

/// The receipt of another text: somebody made it up, digest and all.
#[expect(clippy::unwrap_in_result, reason = "what cannot be read or written fails the test")]
fn forged(engine: &Engine, change: impl Fn(Map) -> Map) -> Result<(), ReplayError> {
    let receipt = receipt(engine);
    let Json::Object(text) = json::parse(&receipt.body()[SALT_BYTES..]).unwrap() else { panic!("an object") };
    let text = json::canonical(&change(text).into()).unwrap();
    let salt = [3; SALT_BYTES];
    let digest = record::digest::sha256(&[b"detente/receipt/v1\0", &salt, &text]);
    replay(&digest, &[salt.as_slice(), &text].concat(), engine)
}

fn within(map: &Map, field: &str, change: impl Fn(Map) -> Map) -> Map {
    let inner = map.get(field).and_then(Json::as_object).unwrap().clone();
    map.clone().with(field, change(inner))
}

#[test]
fn every_octet_of_a_receipt_counts() {
    let engine = node(HARBOUR, &[&terms()], &[]);
    let receipt = receipt(&engine);
    for at in 0..receipt.body().len() {
        let mut body = receipt.body().to_vec();
        body[at] ^= 1;
        assert_eq!(replay(receipt.digest(), &body, &engine), Err(ReplayError::OtherReceipt), "octet {at}");
    }
    for len in [0, SALT_BYTES - 1, SALT_BYTES, receipt.body().len() - 1] {
        assert_eq!(replay(receipt.digest(), &receipt.body()[..len], &engine), Err(ReplayError::OtherReceipt));
    }
}

#[test]
fn other_floors_agreements_and_senders_are_named() {
    let receipt = receipt(&node(HARBOUR, &[&terms()], &[]));
    let replayed = |engine: &Engine| replay(receipt.digest(), receipt.body(), engine);
    let off = FloorSwitch::new("classified", false, "published", "Eva Smit").unwrap();
    assert_eq!(replayed(&node(HARBOUR, &[&terms()], &[off])), Err(ReplayError::Inputs { what: "floors" }));
    assert_eq!(replayed(&node(LOTUS, &[&terms()], &[])), Err(ReplayError::Inputs { what: "sender" }));
    assert_eq!(replayed(&node(HARBOUR, &[], &[])), Err(ReplayError::Inputs { what: "agreements" }));
    let more = Terms::new("More", &[HARBOUR, LOTUS], vec![clause("2", "All.", "全部。", PERMIT_ALL)]);
    assert_eq!(replayed(&node(HARBOUR, &[&terms(), &more], &[])), Err(ReplayError::Inputs { what: "agreements" }));
    let active = terms().active().suspended();
    let suspended = Engine::new(HARBOUR, Floors::new(&[]).unwrap(), vec![active]).unwrap();
    assert_eq!(replayed(&suspended), Err(ReplayError::Inputs { what: "agreements" }));
    let later = Active::new(terms().agreement(), instant("2026-09-01T00:00:00Z"));
    let later = Engine::new(HARBOUR, Floors::new(&[]).unwrap(), vec![later]).unwrap();
    assert_eq!(replayed(&later), Err(ReplayError::Inputs { what: "agreements" }));
}

#[test]
fn what_could_not_be_read_that_day_is_an_input_too() {
    let unread = || [(AgreementDigest::from_octets([0xaa; 32]), [HARBOUR, LOTUS].into())];
    let (plain, beside) = (node(HARBOUR, &[&terms()], &[]), node(HARBOUR, &[&terms()], &[]).beside_unread(unread()));
    let receipt = receipt(&plain);
    assert_eq!(replay(receipt.digest(), receipt.body(), &beside), Err(ReplayError::Inputs { what: "unread" }));
    let (subject, ask) = (subject(signed(HARBOUR, incident()).content(), &[("*", green())]), ask(&terms()));
    let decision = beside.decide(&subject, &ask, &Exposure::new());
    assert_eq!(decision.reasons(), [Reason::UnreadAgreement { agreement: unread()[0].0 }]);
    let refusal = PrivateReceipt::of((&beside, &subject, &ask, &Exposure::new()), &decision, &[3; SALT_BYTES]);
    assert_eq!(policy::receipt::open(refusal.digest(), refusal.body()).unwrap().unread, [unread()[0].0]);
    assert_eq!(replay(refusal.digest(), refusal.body(), &beside), Ok(()));
    assert_eq!(replay(refusal.digest(), refusal.body(), &plain), Err(ReplayError::Inputs { what: "unread" }));
}

#[test]
fn an_agreement_with_others_is_no_input() {
    let receipt = receipt(&node(HARBOUR, &[&terms()], &[]));
    let others = Terms::new("Others", &[HARBOUR, MERIDIAN], vec![clause("2", "All.", "全部。", PERMIT_ALL)]);
    assert_eq!(replay(receipt.digest(), receipt.body(), &node(HARBOUR, &[&terms(), &others], &[])), Ok(()));
}

#[test]
fn a_receipt_that_was_made_up_is_found_out() {
    let engine = node(HARBOUR, &[&terms()], &[]);
    assert_eq!(forged(&engine, |text| text), Ok(()));
    let party = || PartyId::from_octets([0x77; 32]).to_string();
    type Change = Box<dyn Fn(Map) -> Map>;
    let changes: Vec<(&str, Change)> = vec![
        ("an engine", Box::new(|text| text.with("engine", "cedar/4.0 detente-policy/1"))),
        ("a schema", Box::new(|text| text.with("schema", "none"))),
        ("a version", Box::new(|text| text.with("v", Json::integer(2).unwrap()))),
        ("a kind", Box::new(|text| within(&text, "subject", |map| map.with("kind", "signals")))),
        ("an author", Box::new(move |text| within(&text, "subject", |map| map.with("author", party())))),
        ("a hand", Box::new(|text| within(&text, "subject", |map| map.with("second_hand", Json::Bool(true))))),
        ("no fields", Box::new(|text| within(&text, "subject", |map| map.with("fields", Json::Array(Vec::new()))))),
        ("a purpose", Box::new(|text| within(&text, "ask", |map| map.with("purpose", "verification")))),
        ("a clause", Box::new(|text| within(&text, "ask", |map| map.with("clause", "3")))),
        ("a time", Box::new(|text| within(&text, "ask", |map| map.with("time", "2027-01-01T00:00:00Z")))),
        ("a counter", Box::new(|text| text.with("exposure", Map::new()))),
        ("an outcome", Box::new(|text| text.with("outcome", Map::new().with("refused", Json::Array(Vec::new()))))),
        ("movements", Box::new(|text| text.with("movements", Json::Array(Vec::new())))),
        ("a field more", Box::new(|text| text.with("note", "as agreed by telephone"))),
    ];
    for (what, change) in changes {
        let said = forged(&engine, change);
        assert!(said.is_err(), "{what}");
        println!("{what}: {}", said.unwrap_err());
    }
}

#[test]
fn two_receipts_of_one_decision_have_nothing_in_common_without_their_salts() {
    let engine = node(HARBOUR, &[&terms()], &[]);
    let subject = subject(signed(HARBOUR, incident()).content(), &[("*", green())]);
    let ask = ask(&terms());
    let decision = engine.decide(&subject, &ask, &Exposure::new());
    let of = |salt| *PrivateReceipt::of((&engine, &subject, &ask, &Exposure::new()), &decision, &[salt; 32]).digest();
    assert_ne!(of(1), of(2));
    assert_eq!(of(1), of(1));
    let _public: fn(&PublicReceipt) -> Map = PublicReceipt::to_map;
}
