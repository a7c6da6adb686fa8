//! Labels, their join, and what they say about a place.

use proptest::prelude::*;
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map, parse};
use record::label::{Label, LabelError, LabelSet, Marks, Pap, Place, Recipients, Tag, Tlp, marks_of_markings};
use record::path::Path;
use record::time::Timestamp;
use record::{Draft, Selection};

use crate::records::stage::Party;
use crate::shared;

fn party(seed: u8) -> PartyId {
    PartyId::from_octets([seed; 32])
}

fn record(seed: u8) -> RecordDigest {
    RecordDigest::from_octets([seed; 32])
}

fn tag(text: &str) -> Tag {
    text.parse().unwrap()
}

fn at(text: &str) -> Place {
    text.parse().unwrap()
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

/// The labels on one record: each a place and marks.
fn labels(list: &[(&str, Marks)]) -> LabelSet {
    let mut set = LabelSet::new(record(1));
    for (place, marks) in list {
        set.add(&Label::new(record(1), at(place), marks.clone())).unwrap();
    }
    set
}

fn tlp(level: Tlp) -> Marks {
    Marks::new(level, Pap::Clear)
}

fn any_marks() -> impl Strategy<Value = Marks> {
    let tags = ["export-controlled", "classified", "personal-data:health", "source-identity"];
    let parties = || proptest::collection::btree_set((0..5_u8).prop_map(party), 0..4);
    let recipients = prop_oneof![Just(Recipients::Anyone), parties().prop_map(Recipients::Only)];
    let tags = proptest::sample::subsequence(tags.to_vec(), 0..=tags.len());
    let levels = (proptest::sample::select(Tlp::ALL.to_vec()), proptest::sample::select(Pap::ALL.to_vec()));
    (levels, tags, parties(), recipients).prop_map(|((tlp, pap), tags, origins, recipients)| {
        Marks::new(tlp, pap).with_tags(tags.into_iter().map(tag)).with_origins(origins).with_recipients(recipients)
    })
}

fn any_place() -> impl Strategy<Value = Place> {
    let places = ["*", "/object", "/object/name", "/object/a", "/object/a/b", "/object/a/b/0", "/object/a-b", "/aside"];
    proptest::sample::select(places.to_vec()).prop_map(at)
}

proptest! {
    #[test]
    fn join_is_a_least_upper_bound(a in any_marks(), b in any_marks(), c in any_marks()) {
        let ab = a.join(&b);
        prop_assert_eq!(&ab, &b.join(&a));
        prop_assert_eq!(ab.join(&c), a.join(&b.join(&c)));
        prop_assert_eq!(&a.join(&a), &a);
        prop_assert_eq!(&a.join(&Marks::OPEN), &a);
        prop_assert!(Marks::OPEN <= a && a <= ab && b <= ab && ab.covers(&a));
        prop_assert_eq!(a <= b, a.join(&b) == b);
        if a <= c && b <= c {
            prop_assert!(ab <= c);
        }
        prop_assert!(a.join(&c) <= ab.join(&c));
        prop_assert_eq!(a <= b && b <= a, a == b);
    }

    #[test]
    fn join_admits_only_whom_both_admit(a in any_marks(), b in any_marks()) {
        let both = a.join(&b);
        for party in (0..6).map(party) {
            let expected = a.recipients().admits(party) && b.recipients().admits(party);
            prop_assert_eq!(both.recipients().admits(party), expected);
        }
    }

    #[test]
    fn labels_go_round(marks in any_marks(), place in any_place()) {
        let label = Label::new(record(7), place, marks);
        let text = label.to_map().to_text();
        let Json::Object(fields) = parse(text.as_bytes()).unwrap() else { panic!("not an object") };
        prop_assert_eq!(Label::from_map(&fields).unwrap(), label);
    }

    #[test]
    fn a_label_more_never_asks_less(
        list in proptest::collection::vec((any_place(), any_marks()), 0..6),
        more in (any_place(), any_marks()),
        asked in any_place(),
    ) {
        let mut set = LabelSet::new(record(1));
        for (place, marks) in list {
            set.join_at(&place, &marks);
        }
        let effective = |set: &LabelSet| match &asked {
            Place::Whole => set.whole(),
            Place::At(path) => set.effective(path),
        };
        let before = effective(&set);
        set.join_at(&more.0, &more.1);
        let after = effective(&set);
        prop_assert!(before.is_none() || before <= after, "{before:?} {after:?}");
    }

    #[test]
    fn showing_a_place_shows_what_is_below(list in proptest::collection::vec((any_place(), any_marks()), 0..6)) {
        let mut set = LabelSet::new(record(1));
        for (place, marks) in list {
            set.join_at(&place, &marks);
        }
        let above = set.effective(&path("/object/a"));
        let below = set.effective(&path("/object/a/b"));
        prop_assert!(above.is_none() || below <= above, "{above:?} {below:?}");
    }
}

#[test]
fn nobody_is_not_anyone() {
    let nobody = Marks::OPEN.with_recipients(Recipients::Only([].into()));
    assert!(!nobody.recipients().admits(party(1)) && Recipients::Anyone.admits(party(1)));
    let split = |seed| Recipients::Only([party(seed)].into());
    assert_eq!(split(1).join(&split(2)), Recipients::Only([].into()));
}

#[test]
fn marks_need_not_be_comparable() {
    let tagged = Marks::OPEN.with_tags([tag("classified")]);
    assert_eq!(tagged.partial_cmp(&tlp(Tlp::Red)), None);
    assert!(tlp(Tlp::Amber) < tlp(Tlp::AmberStrict) && tlp(Tlp::AmberStrict) < tlp(Tlp::Red));
}

#[test]
fn tags_are_words() {
    for good in ["classified", "export-controlled", "personal-data:health", "a1"] {
        assert_eq!(tag(good).to_string(), good);
    }
    assert_eq!((tag("a:b-c").namespace(), tag("b-c").namespace()), (Some("a"), None));
    let long = "a".repeat(65);
    for bad in ["", "Classified", "a b", "a--b", "-a", "a-", ":a", "a:", "a:b:c", "a_b", "é", &long] {
        assert!(bad.parse::<Tag>().is_err(), "{bad}");
    }
}

#[test]
fn levels_have_their_published_names() {
    assert_eq!(Tlp::ALL.map(Tlp::name), ["clear", "green", "amber", "amber+strict", "red"]);
    assert_eq!(Pap::ALL.map(Pap::name), ["clear", "green", "amber", "red"]);
    assert_eq!("white".parse::<Tlp>().unwrap_err().to_string(), "`white` is not a level of TLP 2.0");
    assert!("RED".parse::<Pap>().is_err());
}

#[test]
fn places_get_what_is_above_on_and_below_them() {
    let set = labels(&[
        ("*", tlp(Tlp::Green)),
        ("/object/place", tlp(Tlp::Amber)),
        ("/object/place/city", tlp(Tlp::Red)),
        ("/object/place-name", Marks::OPEN.with_tags([tag("source-identity")])),
    ]);
    let level = |text| set.effective(&path(text)).unwrap().tlp();
    assert_eq!(level("/object/name"), Tlp::Green);
    assert_eq!(level("/aside/version"), Tlp::Green);
    assert_eq!(level("/object/place/country"), Tlp::Amber);
    assert_eq!(level("/object/place/city/0"), Tlp::Red);
    assert_eq!(level("/object/place"), Tlp::Red);
    assert_eq!(level("/object/place-name"), Tlp::Green);
    assert!(set.effective(&path("/object/place")).unwrap().tags().is_empty());
    assert_eq!(set.whole().unwrap(), tlp(Tlp::Red).with_tags([tag("source-identity")]));
}

#[test]
fn unlabelled_is_denied() {
    let set = labels(&[("/object/place/city", Marks::OPEN)]);
    assert_eq!(set.effective(&path("/object/place/city")), Some(Marks::OPEN));
    assert_eq!(set.effective(&path("/object/name")), None);
    assert_eq!(set.effective(&path("/object/place")), None, "another part of the place may be unlabelled");
    assert_eq!((set.whole(), set.effective(&path("/aside"))), (None, None));
}

#[test]
fn labels_stay_with_their_record() {
    let mut set = LabelSet::new(record(1));
    let error = set.add(&Label::new(record(2), Place::Whole, Marks::OPEN)).unwrap_err();
    assert_eq!((error.about, error.expected, set.about()), (record(2), record(1), record(1)));
}

/// A label with every field, each of which a test may change.
fn fields() -> Map {
    let marks = tlp(Tlp::Amber).with_tags([tag("b"), tag("a")]).with_origins([party(3)]);
    Label::new(record(9), at("/object/description"), marks).to_map()
}

#[test]
fn is_written_in_one_way() {
    let nines = record(9).to_string();
    let threes = party(3).to_string();
    let expected = format!(
        r#"{{"about":"{nines}","path":"/object/description","tlp":"amber","pap":"clear","tags":["a","b"],"origins":["{threes}"],"recipients":"anyone"}}"#
    );
    assert_eq!(fields().to_text(), expected);
    let nobody = Marks::OPEN.with_recipients(Recipients::Only([].into()));
    let written = Label::new(record(9), Place::Whole, nobody).to_map();
    assert_eq!((written.get("path"), written.get("recipients")), (Some(&"*".into()), Some(&Json::Array(vec![]))));
}

#[test]
fn withholding_a_field_never_lowers_a_label() {
    let names: Vec<_> = fields().names().map(str::to_owned).collect();
    for name in names {
        let mut shown = fields();
        shown.remove(&name);
        assert!(matches!(Label::from_map(&shown), Err(LabelError::Missing { field }) if field == name));
    }
}

#[test]
fn refuses_fields_that_say_something_else() {
    let many = Json::Array((0..257).map(|place| Json::text(format!("t{place}"))).collect());
    let cases: [(&str, Json, &str); 10] = [
        ("until", "2026".into(), "a label has no field `until`; remove it"),
        ("tlp", "white".into(), "the label's `tlp` is wrong: `white` is not a level of TLP 2.0"),
        ("tlp", Json::Null, "the label's `tlp` should be a string, not null"),
        (
            "path",
            "name".into(),
            "the label's `path` is wrong: `name` is not a path such as /object/description: it should begin with `/object` or `/aside`",
        ),
        ("tags", "a".into(), "the label's `tags` should be a list, not a string"),
        ("tags", Json::Array(vec!["a".into(), "a".into()]), "the label's `tags` names one thing twice"),
        (
            "tags",
            Json::Array(vec!["A".into()]),
            "the label's `tags` is wrong: `A` is not a tag such as export-controlled or personal-data:health",
        ),
        ("tags", many, "the label's `tags` has more than 256 elements"),
        ("recipients", "everyone".into(), "the label's `recipients` should be a list, not a string"),
        (
            "about",
            "AAAA".into(),
            "the label's `about` is wrong: not base64url without padding: 3 octets where 32 should be",
        ),
    ];
    for (name, value, message) in cases {
        assert_eq!(Label::from_map(&fields().with(name, value)).unwrap_err().to_string(), message);
    }
}

#[test]
fn markings_of_both_versions_are_known() {
    for level in Tlp::ALL {
        assert_eq!(Tlp::from_marking_id(level.marking_id()), Some(level));
    }
    let white = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
    let red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
    let statement = "marking-definition--c4099854-e00c-5dbc-b0fe-4c9909920101";
    assert_eq!(marks_of_markings([""; 0]).unwrap(), None);
    assert_eq!(marks_of_markings([white]).unwrap(), Some(Marks::OPEN));
    assert_eq!(marks_of_markings([red, white]).unwrap(), Some(tlp(Tlp::Red)));
    let error = marks_of_markings([statement, Tlp::Amber.marking_id()]).unwrap_err();
    assert_eq!((error.known, error.unknown), (Some(tlp(Tlp::Amber)), vec![statement.to_owned()]));
}

#[test]
fn marking_ids_are_the_published_ones() {
    let Some(folder) = shared::data("sharing/stix-examples") else { return };
    let Json::Object(bundle) = parse(&shared::read(folder.join("tlp-2.0-markings.json"))).unwrap() else { panic!() };
    let objects = bundle.get("objects").and_then(Json::as_array).unwrap();
    let published: Vec<_> = objects.iter().map(|object| level_of(object.as_object().unwrap())).collect();
    assert_eq!(published, Tlp::ALL.map(|level| (level.marking_id().to_owned(), level)));
    shared::say(&format!("COUNT: {} TLP 2.0 marking ids agree with the published file", published.len()));
}

fn level_of(marking: &Map) -> (String, Tlp) {
    let extensions = marking.get("extensions").and_then(Json::as_object).unwrap();
    let (_, extension) = extensions.iter().next().unwrap();
    let name = extension.as_object().unwrap().text("tlp_2_0").unwrap();
    (marking.text("id").unwrap().to_owned(), name.parse().unwrap())
}

#[test]
fn a_label_travels_as_a_record_and_counts_only_whole() {
    let party = Party::new("labeller");
    let label = Label::from_map(&fields()).unwrap();
    let id = "detente-label--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0".parse().unwrap();
    let object = label.to_object(&id, Timestamp::from_micros(1_782_000_000_000_000)).unwrap();
    let signed = party.sign(Draft::new(object), "label salts");
    let read = party.verify(&signed.envelope().to_json()).unwrap();
    assert_eq!(Label::of_record(read.content()).unwrap(), label);
    assert_eq!(read.content().issuer(), party.id(), "who put it on is who signed");

    let recipients = read.content().places().iter().find(|place| place.last() == "recipients").unwrap();
    let part = read.present(&Selection::without([recipients.clone()])).unwrap();
    assert_eq!(Label::of_record(part.content()), Err(LabelError::Missing { field: "recipients" }));
    let sealed = read.present(&Selection::nothing()).unwrap();
    assert_eq!(Label::of_record(sealed.content()), Err(LabelError::NotALabel));
}
