//! What is written reads as what was taken.

use interop::stix::{BundleId, CheckedObject, bundle, pieces, read};
use proptest::prelude::*;
use record::json::{Json, Map};

use super::scene::{domain, taken};

fn id() -> BundleId {
    "bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0".parse().unwrap()
}

#[test]
fn a_bundle_without_objects_has_no_empty_list() {
    let text = bundle(&id(), [] as [CheckedObject; 0]);
    assert_eq!(text, "{\"type\":\"bundle\",\"id\":\"bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0\"}\n");
    assert!(read(text.as_bytes()).is_valid());
}

#[test]
fn a_bundle_comes_in_pieces() {
    let objects = ["a", "b"].map(|name| taken(domain("tool", &format!(r#""name":"{name}""#))));
    let pieces: Vec<_> = pieces(&id(), &objects).collect();
    assert_eq!(pieces.len(), 4, "a head, two objects, an end");
    assert_eq!(pieces.concat(), bundle(&id(), &objects));
}

#[test]
fn a_bundle_has_the_id_of_a_bundle() {
    for wrong in
        ["", "bundle--1", "tool--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0", "bundle--0b21bb406ef34fc39c1b3ad2a7ef3ed0"]
    {
        assert!(wrong.parse::<BundleId>().is_err(), "{wrong}");
    }
}

/// Any value that may stand in a property which nobody knows.
fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::Bool),
        any::<i32>().prop_map(|number| Json::integer(number.into()).unwrap()),
        "\\PC{0,12}".prop_map(Json::from),
        "[上海事故アラーム🚨]{1,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Json::Array),
            proptest::collection::vec(("[a-z]{3,8}", inner), 1..4)
                .prop_map(|members| Json::Object(members.into_iter().collect::<Map>())),
        ]
    })
}

fn object() -> impl Strategy<Value = CheckedObject> {
    let types = prop_oneof![Just("tool"), Just("incident"), Just("x-harbour-crane"), Just("identity")];
    let unknown = proptest::collection::vec(("x_[a-z]{3,8}", value()), 0..6);
    (types, "\\PC{1,20}", unknown, any::<u128>()).prop_map(|(object_type, name, unknown, uuid)| {
        let mut object = domain(object_type, "").with("name", name);
        let fields = [uuid >> 96, uuid >> 80 & 0xffff, uuid >> 64 & 0xfff, uuid >> 48 & 0xfff, uuid & 0xffff_ffff_ffff];
        let [first, second, third, fourth, last] = fields;
        object.set("id", format!("{object_type}--{first:08x}-{second:04x}-4{third:03x}-8{fourth:03x}-{last:012x}"));
        unknown.into_iter().for_each(|(name, value)| object.set(name, value));
        taken(object)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn reading_what_was_written_gives_what_was_there(objects in proptest::collection::vec(object(), 0..6)) {
        let report = read(bundle(&id(), &objects).as_bytes());
        prop_assert!(report.is_valid());
        prop_assert!(report.objects.iter().map(CheckedObject::as_map).eq(objects.iter().map(CheckedObject::as_map)));
    }

    #[test]
    fn no_octets_break_the_reader(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let report = read(&octets);
        prop_assert!(report.objects.is_empty());
        report.lines().for_each(|line| drop(line.finding.chinese()));
    }
}
