//! What holds for every record, whatever is in it and whatever part of it is shown.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use record::digest::sha256;
use record::entropy::{Entropy, NoEntropy};
use record::json::{Json, Map, parse};
use record::jws::Form;
use record::key_history::{KeyHistory, Moment};
use record::limits::MAX_SAFE_INTEGER;
use record::path::Path;
use record::sd_jwt::{Claim, padded};
use record::signed::Signed;
use record::stix::{RESERVED, StixObject};
use record::time::Timestamp;
use record::{Author, Draft, Record, Selection, Unverified, VerifyError, base64url};

use crate::records::layout::digests;
use crate::records::stage::{self, FOREIGN, INCIDENT, Party, at, incident};

static AUTHOR: LazyLock<(Party, KeyHistory)> = LazyLock::new(|| {
    let party = Party::new("author");
    let history = party.history();
    (party, history)
});

/// Octets that follow from a number.
struct Salts(u64, u64);

impl Entropy for Salts {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(32) {
            self.1 += 1;
            let octets = sha256(&[&self.0.to_be_bytes(), &self.1.to_be_bytes()]);
            chunk.iter_mut().zip(octets).for_each(|(place, octet)| *place = octet);
        }
        Ok(())
    }
}

fn sign(draft: Draft, salts: &mut Salts) -> Signed<Record> {
    let (party, _) = &*AUTHOR;
    let keys = party.record_keys();
    draft.sign(&Author::new(party.id(), party.first.digest(), &keys), salts).unwrap()
}

fn verify(text: &[u8]) -> Result<Signed<Record>, VerifyError> {
    stage::verify(text, &AUTHOR.1, Moment::At(at(2)))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_ ]{0,10}",
        "\\PC{0,6}",
        Just("~/ .\"\\".to_owned()),
        proptest::collection::vec(any::<char>(), 0..4).prop_map(String::from_iter)
    ]
}

/// A property's name, among them such as must be escaped in a path.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof!["x_[a-z]{1,6}", "x[~/.\"事]{1,4}", any_text()].prop_filter("a reserved name", |name| {
        let taken = ["type", "id", "created", "modified", "extensions", "external_references", "object_refs"];
        let common = record::kind::COMMON.iter().any(|property| property.name == name);
        !RESERVED.contains(&&**name) && !taken.contains(&&**name) && !common
    })
}

/// Any value that STIX has: no null and no empty list.
fn any_value() -> impl Strategy<Value = Json> {
    let number = (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).prop_map(|value| Json::integer(value).unwrap());
    let decimal = proptest::sample::select(vec!["1.50", "-0.0", "1e3", "0.000001", "2.0E-7"]);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::Bool),
        number,
        decimal.prop_map(|spelling| parse(spelling.as_bytes()).unwrap()),
        any_text().prop_map(Json::from)
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let members = proptest::collection::vec((any_name(), inner.clone()), 0..4);
        prop_oneof![
            proptest::collection::vec(inner, 1..4).prop_map(Json::Array),
            members.prop_map(|members| members.into_iter().collect::<Map>().into())
        ]
    })
}

fn any_members(most: usize) -> impl Strategy<Value = Map> {
    proptest::collection::vec((any_name(), any_value()), 0..most).prop_map(|members| members.into_iter().collect())
}

fn list(count: usize, element: impl Fn(usize) -> Json) -> Option<Json> {
    (count > 0).then(|| Json::Array((0..count).map(element).collect()))
}

/// What an incident says in its own extension, twins' originals among it.
fn any_incident_extension() -> impl Strategy<Value = Map> {
    let times = 0..4_102_444_800_000_000_i64;
    (any::<Option<u32>>(), proptest::option::of(times), 0..4_usize, 0..12_usize, any_members(4)).prop_map(
        |(affected, occurred, countries, parties, mut others)| {
            let set = [
                ("people_affected", affected.and_then(|count| Json::integer(count.into()))),
                ("occurred", occurred.map(|micros| Timestamp::from_micros(micros).to_string().into())),
                ("place", (countries > 1).then(|| Map::new().with("country", "SG").with("city", "x").into())),
                ("countries", list(countries, |number| format!("C{number}").into())),
                ("affected_parties", list(parties, |number| format!("party {number}").into())),
            ];
            for (name, value) in set {
                value.into_iter().for_each(|value| others.set(name, value));
            }
            others
        },
    )
}

/// Any incident: unknown properties, arrays that disclose by element, extensions of ours and of others.
fn any_object() -> impl Strategy<Value = StixObject> {
    let arrays = (0..10_usize, 0..4_usize);
    (any_members(30), arrays, any_incident_extension(), any_members(6)).prop_map(|(unknown, arrays, ours, foreign)| {
        let mut object =
            Map::new().with("type", "incident").with("id", "incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0");
        object.set("created", "2026-07-01T03:10:00.5Z");
        object.set("modified", "2026-07-01T03:10:00.500Z");
        unknown.into_iter().for_each(|(name, value)| object.set(name, value));
        let reference = |number| Map::new().with("source_name", format!("source {number}")).into();
        list(arrays.0, reference).into_iter().for_each(|references| object.set("external_references", references));
        list(arrays.1, |number| number.to_string().into()).into_iter().for_each(|refs| object.set("object_refs", refs));
        let extensions = [(INCIDENT, ours), (FOREIGN, foreign)].into_iter().filter(|(_, members)| !members.is_empty());
        let extensions: Map = extensions.map(|(id, members)| (id, members.into())).collect();
        if !extensions.is_empty() {
            object.set("extensions", extensions);
        }
        StixObject::from_map(object).unwrap()
    })
}

fn any_signed() -> impl Strategy<Value = Signed<Record>> {
    (any_object(), any::<u64>()).prop_map(|(object, salts)| sign(Draft::new(object), &mut Salts(salts, 0)))
}

fn any_choice() -> impl Strategy<Value = Vec<Index>> {
    proptest::collection::vec(any::<Index>(), 0..6)
}

fn pick(signed: &Signed<Record>, choice: &[Index]) -> Vec<Path> {
    let places = signed.content().places();
    if places.is_empty() { Vec::new() } else { choice.iter().map(|index| index.get(places).clone()).collect() }
}

/// What showing some places shows: these, what is inside them, and what holds them.
fn closure(places: &[Path], chosen: &[Path]) -> BTreeSet<String> {
    let holds = |place: &&Path| chosen.iter().any(|one| place.is_within(one) || one.is_within(place));
    places.iter().filter(holds).map(Path::to_string).collect()
}

fn shown(signed: &Signed<Record>) -> BTreeSet<String> {
    signed.content().places().iter().map(Path::to_string).collect()
}

/// The object with these places only, worked out from the whole one.
fn restrict(whole: &Signed<Record>, shown: &BTreeSet<String>) -> Map {
    restrict_members(whole.content().object(), &Path::object_root(), whole, shown)
}

fn restrict_members(members: &Map, at: &Path, whole: &Signed<Record>, shown: &BTreeSet<String>) -> Map {
    let kept = members.iter().filter(|(name, _)| shown.contains(at.child(name).as_str()));
    kept.map(|(name, value)| (name, restrict_value(value, &at.child(name), whole, shown))).collect()
}

fn restrict_value(value: &Json, at: &Path, whole: &Signed<Record>, shown: &BTreeSet<String>) -> Json {
    let slots: Vec<_> = whole.content().places().iter().filter(|place| place.parent().as_ref() == Some(at)).collect();
    if let Some(elements) = value.as_array().filter(|_| !slots.is_empty()) {
        let kept = elements.iter().zip(slots).filter(|(_, slot)| shown.contains(slot.as_str()));
        return Json::Array(kept.map(|(element, _)| element.clone()).collect());
    }
    let Some(extensions) = value.as_object().filter(|_| at.as_str() == "/object/extensions") else {
        return value.clone();
    };
    let inside = |(id, value): (&str, &Json)| {
        let members = value.as_object().unwrap();
        (id.to_owned(), restrict_members(members, &at.child(id), whole, shown).into())
    };
    extensions.iter().map(inside).collect::<Map>().into()
}

proptest! {
    #[test]
    fn what_is_signed_verifies_as_the_same(signed in any_signed()) {
        for form in [Form::Json, Form::Compact] {
            let text = signed.envelope().to_text(form).unwrap();
            prop_assert_eq!(&verify(text.as_bytes()).unwrap(), &signed);
        }
        let body = signed.envelope().to_body();
        prop_assert_eq!(verify(body.as_bytes()).unwrap(), signed);
    }

    #[test]
    fn what_was_written_comes_back_byte_for_byte(object in any_object(), salts in any::<u64>()) {
        let written = object.as_map().to_text();
        let signed = sign(Draft::new(object), &mut Salts(salts, 0));
        let mut read = verify(signed.envelope().to_json().as_bytes()).unwrap().content().object().clone();
        prop_assert!(read.remove("created_by_ref").is_some());
        prop_assert_eq!(read.to_text(), written);
    }

    #[test]
    fn any_subset_verifies_and_reveals_only_itself(signed in any_signed(), choice in any_choice()) {
        let chosen = pick(&signed, &choice);
        let part = signed.present(&Selection::only(chosen.clone())).unwrap();
        let text = part.envelope().to_json();
        let read = verify(text.as_bytes()).unwrap();
        prop_assert_eq!(&read, &part);
        let expected = closure(signed.content().places(), &chosen);
        prop_assert_eq!(&shown(&read), &expected);
        prop_assert_eq!(read.content().object(), &restrict(&signed, &expected));
        prop_assert_eq!((read.digest(), read.signature_set()), (signed.digest(), signed.signature_set()));
        // Each disclosure that is left is one of those chosen, and of the others not even a salt is there.
        let (kept, withheld): (Vec<_>, Vec<_>) = signed.content().places().iter().zip(signed.envelope().disclosures())
            .partition(|(place, _)| expected.contains(place.as_str()));
        prop_assert!(kept.iter().map(|(_, text)| *text).eq(read.envelope().disclosures()));
        let decoded: String = read.envelope().disclosures().iter().map(|text| decode(text)).collect();
        for (_, disclosure) in withheld {
            prop_assert!(!text.contains(disclosure) && !decoded.contains(salt_of(&decode(disclosure))));
        }
    }

    #[test]
    fn withholding_a_part_withholds_what_is_inside(signed in any_signed(), choice in any_choice()) {
        let dropped = pick(&signed, &choice);
        let part = signed.present(&Selection::without(dropped.clone())).unwrap();
        let read = verify(part.envelope().to_json().as_bytes()).unwrap();
        let kept = signed.content().places().iter().filter(|place| !dropped.iter().any(|one| place.is_within(one)));
        let expected: BTreeSet<_> = kept.map(Path::to_string).collect();
        prop_assert_eq!(&shown(&read), &expected);
        prop_assert_eq!(read.content().object(), &restrict(&signed, &expected));
    }

    #[test]
    fn showing_twice_shows_what_both_show(signed in any_signed(), one in any_choice(), two in any_choice()) {
        let first = signed.present(&Selection::only(pick(&signed, &one))).unwrap();
        let chosen = pick(&first, &two);
        let second = first.present(&Selection::only(chosen.clone())).unwrap();
        let both: BTreeSet<_> =
            shown(&first).intersection(&closure(signed.content().places(), &chosen)).cloned().collect();
        prop_assert_eq!(shown(&second), both);
        let (one, two) = (pick(&signed, &one), pick(&signed, &two));
        let at_once = signed.present(&Selection::without([one.clone(), two.clone()].concat())).unwrap();
        let first = signed.present(&Selection::without(one)).unwrap();
        let still: Vec<_> = two.into_iter().filter(|place| first.content().places().contains(place)).collect();
        prop_assert_eq!(first.present(&Selection::without(still)).unwrap(), at_once);
    }

    #[test]
    fn no_digest_and_no_disclosure_repeats_across_versions(object in any_object(), seed in any::<u64>()) {
        let mut salts = Salts(seed, 0);
        let first = sign(Draft::new(object.clone()), &mut salts);
        let second = sign(Draft::after(object, 2, first.digest()).unwrap(), &mut salts);
        let all = |signed: &Signed<Record>| [digests(signed), signed.envelope().disclosures().to_vec()].concat();
        let (first, second) = (all(&first), all(&second));
        let distinct: BTreeSet<_> = first.iter().chain(&second).collect();
        prop_assert_eq!(distinct.len(), first.len() + second.len());
    }

    /// The payload of a record tells of its object one thing: the step that its properties are padded to.
    #[test]
    fn a_payload_is_as_long_as_its_step_says(signed in any_signed()) {
        let count = signed.content().object().len();
        let reference = sign(Draft::new(incident()), &mut Salts(0, 0));
        let steps = |signed: &Signed<Record>| padded(signed.content().object().len()).unwrap();
        let difference = |signed: &Signed<Record>| signed.envelope().payload().len() - 46 * steps(signed);
        prop_assert_eq!(difference(&signed), difference(&reference), "{} properties", count);
    }

    /// An array's disclosure tells the step of its elements, and nothing else of them.
    #[test]
    fn an_array_is_as_long_as_its_step_says(signed in any_signed()) {
        let sets = signed.content().digest_sets();
        for (place, disclosure) in signed.content().places().iter().zip(signed.envelope().disclosures()) {
            let Some(set) = sets.iter().find(|set| set.at == *place) else { continue };
            let Ok(Claim::Property { value, .. }) = Claim::read(disclosure) else { panic!("no property") };
            prop_assert_eq!(value.to_text().len(), 54 * set.total + 1);
            prop_assert_eq!(Some(set.total), padded(set.shown));
        }
    }

    #[test]
    fn a_changed_octet_is_refused_or_changes_nothing(
        signed in any_signed(), choice in any_choice(), place in any::<Index>(), change in 1..=255_u8, compact in any::<bool>()
    ) {
        let part = signed.present(&Selection::only(pick(&signed, &choice))).unwrap();
        let form = if compact { Form::Compact } else { Form::Json };
        let text = if compact { part.envelope().to_text(form).unwrap() } else { part.envelope().to_body() };
        let mut octets = text.into_bytes();
        let index = place.index(octets.len());
        octets[index] ^= change;
        if let Ok(read) = verify(&octets) {
            prop_assert_eq!(read, part, "octet {}", index);
        }
    }

    #[test]
    fn no_octets_bring_the_reader_down(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(&octets);
    }

    #[test]
    fn no_change_of_a_record_brings_the_reader_down(
        signed in any_signed(), at in any::<Index>(), to in any::<Index>(), with in proptest::collection::vec(any::<u8>(), 0..20)
    ) {
        let mut octets = signed.envelope().to_json().into_bytes();
        let (one, other) = (at.index(octets.len()), to.index(octets.len()));
        drop(octets.splice(one.min(other)..one.max(other), with));
        read(&octets);
    }
}

fn read(octets: &[u8]) {
    if let Ok(read) = Unverified::read(octets) {
        let _content = read.claimed_content();
    }
}

fn decode(disclosure: &str) -> String {
    String::from_utf8(base64url::decode(disclosure).unwrap()).unwrap()
}

fn salt_of(disclosure: &str) -> &str {
    disclosure.split('"').nth(1).unwrap()
}
