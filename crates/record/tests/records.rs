//! The story of a record: signed once, and shown whole, in part, coarsened, or not yet.

pub(crate) mod layout;
pub(crate) mod stage;
mod twins;

use std::collections::BTreeSet;

use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::jws::Form;
use record::limits::BODY_STEP_BYTES;
use record::sd_jwt::Claim;
use record::signed::Signed;
use record::stix::StixObject;
use record::suite::Suite;
use record::{Author, Draft, PresentError, Record, RecordError, Selection, SignError};

use crate::scene::{CountedEntropy, DryEntropy};
use stage::{FOREIGN, INCIDENT, INCIDENT_TEXT, Party, batch, incident, map, member_id, only, path, stix, without};

fn signed() -> (Party, Signed<Record>) {
    let party = Party::new("author");
    let signed = party.sign(Draft::new(incident()), "incident");
    (party, signed)
}

#[test]
fn what_signs_verifies_and_is_the_same_value() {
    let (party, signed) = signed();
    for form in [Form::Json, Form::Compact] {
        let text = signed.envelope().to_text(form).unwrap();
        assert_eq!(party.verify(&text).unwrap(), signed);
    }
    assert_eq!(signed.content().issuer(), party.id());
    assert_eq!(signed.content().key_record(), party.first.digest());
    assert_eq!(signed.content().digest(), signed.digest());
}

#[test]
fn an_author_who_requires_two_suites_signs_in_the_general_form() {
    let party = Party::cautious("cautious");
    let signed = party.sign(Draft::new(incident()), "incident");
    let text = signed.envelope().to_json();
    assert!(text.starts_with(r#"{"payload":""#) && text.contains(r#""signatures":[{"header":{"disclosures":["#));
    assert_eq!(text.matches("disclosures").count(), 1, "disclosures stand beside the first signature only");
    assert_eq!(party.verify(&text).unwrap(), signed);
    let suites: BTreeSet<_> = signed.envelope().signatures().iter().map(|one| one.header().suite()).collect();
    assert_eq!(suites, BTreeSet::from([Suite::Ed25519, Suite::MlDsa44]));
    assert!(signed.envelope().to_text(Form::Compact).is_err(), "the compact form holds one signature");
}

#[test]
fn a_part_of_a_record_in_two_suites_verifies() {
    let party = Party::cautious("cautious");
    let signed = party.sign(Draft::new(incident()), "incident");
    let part = signed.present(&only(&["/object/name"])).unwrap();
    let read = party.verify(&part.envelope().to_json()).unwrap();
    assert_eq!((read.digest(), read.content().object().len()), (signed.digest(), 1));
}

#[test]
fn what_is_withheld_is_absent_and_occurs_nowhere() {
    let (party, signed) = signed();
    let part = signed.present(&without(&["/object/description", &format!("/object/extensions/{INCIDENT}/place")]));
    let part = part.unwrap();
    let text = part.envelope().to_json();
    assert!(!part.content().object().contains("description"));
    let clear = in_clear(&part);
    for secret in ["ambulance to wait", "37 callers", "Queenstown", "\"description\"", "\"place\""] {
        assert!(!clear.contains(secret), "{secret} is still there");
    }
    assert!(clear.contains("Triage assistant") && in_clear(&signed).contains("Queenstown"));
    assert_eq!(party.verify(&text).unwrap(), part);
}

/// All that a reader of these octets can decode: the payload and every disclosure.
fn in_clear(signed: &Signed<Record>) -> String {
    let envelope = signed.envelope();
    let disclosures = envelope.disclosures().iter().map(|text| record::base64url::decode(text).unwrap());
    let octets: Vec<_> = std::iter::once(envelope.payload().to_vec()).chain(disclosures).collect();
    String::from_utf8(octets.join(&b'\n')).unwrap() + &envelope.to_json()
}

#[test]
fn a_sealed_record_shows_nothing_and_is_revealed_later_under_the_same_digest() {
    let (party, signed) = signed();
    let sealed = signed.present(&Selection::nothing()).unwrap();
    let read = party.verify(&sealed.envelope().to_json()).unwrap();
    assert!(read.content().object().is_empty() && read.content().places().is_empty());
    assert_eq!((read.content().aside().version(), read.content().aside().twins().len()), (None, 0));
    let revealed = party.verify(&signed.envelope().to_json()).unwrap();
    assert_eq!(read.digest(), revealed.digest());
    assert_eq!(read.signature_set(), revealed.signature_set());
    assert_eq!(read.commitment(&[9; 32]), revealed.commitment(&[9; 32]));
}

#[test]
fn an_ordinary_release_shows_the_core() {
    let (party, signed) = signed();
    let core = signed.present(&Selection::core(signed.content())).unwrap();
    let names: Vec<_> = core.content().object().names().collect();
    assert_eq!(names, ["type", "spec_version", "id", "created", "modified", "lang", "created_by_ref"]);
    assert_eq!(party.verify(&core.envelope().to_json()).unwrap(), core);
}

#[test]
fn showing_less_twice_is_showing_what_both_leave() {
    let (_, signed) = signed();
    let once = signed.present(&without(&["/object/description"])).unwrap();
    let twice = once.present(&only(&["/object/name", "/object/type"])).unwrap();
    assert_eq!(twice, signed.present(&only(&["/object/name", "/object/type"])).unwrap());
}

#[test]
fn what_is_not_shown_cannot_be_presented() {
    let (_, signed) = signed();
    let part = signed.present(&without(&["/object/description"])).unwrap();
    for selection in [only(&["/object/description"]), without(&["/object/description"]), only(&["/object/descr"])] {
        let refused = part.present(&selection).unwrap_err();
        assert!(matches!(refused, PresentError::NotShown { .. }), "{refused}");
    }
}

#[test]
fn members_of_a_batch_are_addressed_by_id_and_shown_one_by_one() {
    let party = Party::new("author");
    let signed = party.sign(batch(), "batch");
    assert_eq!(signed.content().aside().members().len(), 3);
    let places: Vec<_> =
        signed.content().places().iter().filter(|place| place.is_within(&path("/aside/members"))).collect();
    for (place, word) in places.iter().zip(["one", "two", "three"]) {
        let part = signed.present(&Selection::only([(*place).clone()])).unwrap();
        let read = party.verify(&part.envelope().to_json()).unwrap();
        let id = member_id(word).parse().unwrap();
        assert_eq!(read.content().aside().members().len(), 1);
        assert_eq!(read.content().aside().member(&id).unwrap().text("name"), Some(&*format!("signal {word}")));
        assert_eq!(read.digest(), signed.digest());
        let others = ["one", "two", "three"].into_iter().filter(|other| *other != word);
        assert!(others.into_iter().all(|other| !in_clear(&read).contains(&format!("signal {other}"))));
    }
    assert!(signed.content().aside().member(&member_id("four").parse().unwrap()).is_none());
}

#[test]
fn a_batch_holds_256_members_of_different_ids() {
    let many = |count: usize| (0..count).map(|number| numbered(number, "full batch")).collect::<Vec<_>>();
    let draft = |members| Draft::new(incident()).with_members(members);
    let party = Party::new("author");
    let signed = party.sign(draft(many(256)).unwrap(), "full");
    let read = party.verify(&signed.envelope().to_json()).unwrap();
    assert_eq!((read.content().aside().members().len(), read), (256, signed));
    assert_eq!(draft(many(257)), Err(RecordError::TooManyMembers { count: 257 }));
    let twice = [many(2), many(1)].concat();
    assert_eq!(draft(twice), Err(RecordError::RepeatedMember { id: numbered(0, "").id().to_string() }));
}

fn numbered(number: usize, name: &str) -> StixObject {
    let times = r#""created":"2026-07-01T09:00:00Z","modified":"2026-07-01T09:00:00Z""#;
    stix(&format!(r#"{{"type":"note","id":"note--00000000-0000-4000-8000-{number:012}",{times},"name":"{name}"}}"#))
}

/// The sources are told apart by their slots, which stay the same whatever is shown.
#[test]
fn elements_keep_their_order_and_their_slots() {
    let (party, signed) = signed();
    let all = slots(&signed, "/object/external_references");
    assert_eq!(all.len(), 3);
    assert!(all.is_sorted(), "{all:?}");
    let (first, last) = (all[0], all[2]);
    let places = [first, last].map(|slot| path("/object/external_references").slot(slot));
    let part = signed.present(&Selection::only(places)).unwrap();
    let read = party.verify(&part.envelope().to_json()).unwrap();
    assert_eq!(slots(&read, "/object/external_references"), [first, last]);
    let shown = read.content().object().get("external_references").unwrap().as_array().unwrap();
    let sources: Vec<_> = shown.iter().map(|one| one.as_object().unwrap().text("source_name").unwrap()).collect();
    assert_eq!(sources, ["press", "blog"]);
}

fn slots(signed: &Signed<Record>, array: &str) -> Vec<usize> {
    let array = path(array);
    let inside = signed.content().places().iter().filter(|place| place.parent().as_ref() == Some(&array));
    inside.map(|place| place.last().parse().unwrap()).collect()
}

#[test]
fn an_array_is_shown_empty_when_its_elements_are_withheld() {
    let (party, signed) = signed();
    let elements = slots(&signed, "/object/external_references");
    let withheld = elements.into_iter().map(|slot| path("/object/external_references").slot(slot));
    let part = signed.present(&Selection::without(withheld)).unwrap();
    let read = party.verify(&part.envelope().to_json()).unwrap();
    assert_eq!(read.content().object().get("external_references"), Some(&Json::Array(Vec::new())));
}

#[test]
fn extensions_of_others_disclose_property_by_property() {
    let (party, signed) = signed();
    let part = signed.present(&only(&[&format!("/object/extensions/{FOREIGN}/assessors")])).unwrap();
    let read = party.verify(&part.envelope().to_json()).unwrap();
    let shown =
        map(&format!(r#"{{"extensions":{{"{INCIDENT}":{{}},"{FOREIGN}":{{"assessors":["Imai","Okafor"]}}}}}}"#));
    assert_eq!(read.content().object(), &shown);
    assert!(!in_clear(&read).contains("K-1187"));
}

#[test]
fn unknown_properties_and_foreign_times_survive_byte_for_byte() {
    let (party, signed) = signed();
    let read = party.verify(&signed.envelope().to_json()).unwrap();
    let mut object = read.content().object().clone();
    assert_eq!(object.remove("created_by_ref"), Some(Json::text(party.id().identity())));
    assert_eq!(object.to_text(), INCIDENT_TEXT);
}

#[test]
fn a_later_version_names_the_one_before() {
    let (party, first) = signed();
    let second = party.sign(Draft::after(incident(), 2, first.digest()).unwrap(), "second");
    let read = party.verify(&second.envelope().to_json()).unwrap();
    assert_eq!((read.content().aside().version(), read.content().aside().previous()), (Some(2), Some(first.digest())));
    assert_eq!((first.content().aside().version(), first.content().aside().previous()), (Some(1), None));
    // Shown to someone who has not the version before, neither number nor name need be told.
    let alone = second.present(&without(&["/aside/version", "/aside/previous"])).unwrap();
    let alone = party.verify(&alone.envelope().to_json()).unwrap();
    assert_eq!((alone.content().aside().version(), alone.content().aside().previous()), (None, None));
    for version in [i64::MIN, 0, 1] {
        let refused = Draft::after(incident(), version, first.digest()).unwrap_err();
        assert_eq!(refused, RecordError::BadAside { name: "version" });
    }
}

#[test]
fn an_object_of_another_author_is_relayed() {
    let (party, own) = signed();
    assert_eq!(own.content().relayed_for(), None);
    let other = Party::new("another").id().identity();
    let mut object = incident().into_map();
    object.set("created_by_ref", other.clone());
    let relayed = party.sign(Draft::new(StixObject::from_map(object).unwrap()), "relayed");
    let read = party.verify(&relayed.envelope().to_json()).unwrap();
    assert_eq!(read.content().relayed_for(), Some(&*other));
    let hidden = relayed.present(&without(&["/object/created_by_ref"])).unwrap();
    assert_eq!(hidden.content().relayed_for(), None, "while the author is withheld, nobody can tell");
}

#[test]
fn an_object_without_author_becomes_the_signers_own() {
    let party = Party::new("author");
    let url = stix(r#"{"type":"url","id":"url--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","value":"https://example.org"}"#);
    let observable = party.sign(Draft::new(url), "url");
    assert!(!observable.content().object().contains("created_by_ref"), "observables have no author in STIX");
    let incident = party.sign(Draft::new(incident()), "incident");
    assert_eq!(incident.content().object().text("created_by_ref"), Some(&*party.id().identity()));
}

#[test]
fn the_identity_of_a_party_is_a_uuid_of_version_8_over_its_digest() {
    let id = PartyId::from_octets([0xAB; 32]).identity();
    assert_eq!(id, "identity--abababab-abab-8bab-abab-abababababab");
    let party = Party::new("author").id();
    let identity = party.identity();
    let hex: String = party.octets().iter().take(16).map(|octet| format!("{octet:02x}")).collect();
    let digits: String = identity.trim_start_matches("identity--").replace('-', "");
    let differ: Vec<_> = (0..32).filter(|place| hex.as_bytes()[*place] != digits.as_bytes()[*place]).collect();
    assert!(differ.iter().all(|place| [12, 16].contains(place)), "{hex} {digits}");
    assert!(digits.as_bytes()[12] == b'8' && b"89ab".contains(&digits.as_bytes()[16]));
}

#[test]
fn a_body_is_padded_to_the_next_256_octets() {
    let (party, signed) = signed();
    for shown in [&signed, &signed.present(&Selection::nothing()).unwrap()] {
        let (text, body) = (shown.envelope().to_json(), shown.envelope().to_body());
        assert_eq!((body.len() % BODY_STEP_BYTES, body.len() - text.len() < BODY_STEP_BYTES), (0, true));
        assert_eq!(body.trim_end_matches(' '), text);
        assert_eq!(party.verify(&body).unwrap(), *shown);
    }
}

#[test]
fn signing_the_same_object_twice_shares_no_digest_no_disclosure_and_no_salt() {
    let party = Party::new("author");
    let keys = party.record_keys();
    let author = Author::new(party.id(), party.first.digest(), &keys);
    let mut entropy = CountedEntropy::new("one source");
    let records = [1, 2].map(|_| Draft::new(incident()).sign(&author, &mut entropy).unwrap());
    let mut seen = BTreeSet::new();
    for record in &records {
        let salts = record.envelope().disclosures().iter().map(|text| salt_of(text));
        let all: Vec<_> = layout::digests(record).into_iter().chain(salts).collect();
        assert!(all.len() > 100);
        assert!(all.into_iter().all(|one| seen.insert(one)), "a digest or a salt stands twice");
    }
}

fn salt_of(disclosure: &str) -> String {
    assert!(Claim::read(disclosure).is_ok());
    let octets = record::base64url::decode(disclosure).unwrap();
    let salt: Vec<Json> = record::json::parse(&octets).unwrap().as_array().unwrap().to_vec();
    salt[0].as_str().unwrap().to_owned()
}

#[test]
fn nothing_is_signed_without_keys_or_random_octets() {
    let party = Party::new("author");
    let keys = party.record_keys();
    let none = Draft::new(incident()).sign(&Author::new(party.id(), party.first.digest(), &[]), &mut DryEntropy);
    assert_eq!(none.unwrap_err(), SignError::NoKey);
    let dry = Draft::new(incident()).sign(&Author::new(party.id(), party.first.digest(), &keys), &mut DryEntropy);
    assert!(matches!(dry.unwrap_err(), SignError::Commit { .. }));
}

#[test]
fn more_than_256_properties_at_one_place_are_not_signed() {
    let party = Party::new("author");
    let keys = party.record_keys();
    let mut object = incident().into_map();
    (0..256).for_each(|number| object.set(format!("x_{number}"), "y"));
    let draft = Draft::new(StixObject::from_map(object).unwrap());
    let refused = draft.sign(&Author::new(party.id(), party.first.digest(), &keys), &mut CountedEntropy::new("many"));
    let said = refused.unwrap_err().to_string();
    assert!(said.starts_with("/object: 270 properties or elements at one place; at most 256"), "{said}");
}

/// A record that is signed and that nobody reads would be lost with its draft.
#[test]
fn what_nobody_would_read_is_not_signed() {
    let party = Party::new("author");
    let keys = party.record_keys();
    let author = Author::new(party.id(), party.first.digest(), &keys);
    let sign = |object: StixObject| Draft::new(object).sign(&author, &mut CountedEntropy::new("large"));
    let long = |octets: usize| StixObject::from_map(incident().into_map().with("description", "x".repeat(octets)));
    let largest = sign(long(3_000_000).unwrap()).unwrap();
    assert!(party.verify(&largest.envelope().to_json()).unwrap() == largest);
    assert!(matches!(sign(long(3_200_000).unwrap()), Err(SignError::TooLong { .. })));
    let many = (0..9).map(|number| {
        let members: Map = (0..256).map(|name| (format!("x{name}"), "y".into())).collect();
        (FOREIGN.replace("3ee", &format!("{number:03}")), members.into())
    });
    let many = incident().into_map().with("extensions", many.collect::<Map>());
    let refused = sign(StixObject::from_map(many).unwrap()).err().unwrap();
    assert_eq!(refused, SignError::TooManyDisclosures { count: 2322 });
}

#[test]
fn a_record_digest_reads_back_from_its_text() {
    let (_, signed) = signed();
    assert_eq!(signed.digest().to_string().parse(), Ok(signed.digest()));
    assert_eq!(signed.digest(), RecordDigest::of(signed.envelope().payload()));
}

#[test]
fn two_showings_of_one_record_are_united_and_of_two_records_are_not() {
    let (party, signed) = signed();
    let place = format!("/object/extensions/{INCIDENT}/place");
    let one = signed.present(&without(&["/object/description", &place])).unwrap();
    let other = signed.present(&only(&["/object/type", "/object/description"])).unwrap();
    let read = |signed: &Signed<Record>| record::Unverified::read(signed.envelope().to_json().as_bytes()).unwrap();
    let both = read(&one).united_with(&read(&other)).unwrap();
    let both = party.verify(&both.envelope().to_json()).unwrap();
    let object = both.content().object();
    assert!(object.contains("description") && object.contains("name") && !in_clear(&both).contains("Queenstown"));
    assert_eq!(both.digest(), signed.digest());
    let again = read(&one).united_with(&read(&one)).unwrap();
    assert_eq!(again.envelope().to_json(), one.envelope().to_json(), "what is known adds nothing");
    let stranger = party.sign(batch(), "batch");
    assert!(matches!(read(&one).united_with(&read(&stranger)), Err(record::UniteError::OtherRecord)));
}
