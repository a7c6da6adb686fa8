//! The tables of kinds: what they promise, and the document that is written from them.

#[path = "../examples/kinds/render.rs"]
mod render;

use std::collections::BTreeSet;

use record::json::Json;
use record::kind::{self, COMMON, Discloses, KINDS, Kind, Place, Property};
use record::stix::RESERVED;
use record::stix::{StixId, StixObject};
use record::{Draft, Record, signed::Signed};

use crate::records::stage::{Party, map};
use crate::shared::{self, say};

fn all_twins() -> impl Iterator<Item = (&'static Kind, &'static kind::Twin)> {
    KINDS.iter().flat_map(|kind| kind.twins.iter().map(move |twin| (kind, twin)))
}

#[test]
fn the_document_says_what_the_tables_say() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/kinds.md");
    let written = String::from_utf8(shared::read(file)).unwrap();
    let made = render::document();
    assert!(written == made, "docs/kinds.md is old: cargo run -p detente-record --example kinds > docs/kinds.md");
    let properties = KINDS.iter().map(|kind| kind.properties.len()).sum::<usize>() + COMMON.len();
    say(&format!("COUNT: kinds {}, properties {properties}, twins {}", KINDS.len(), all_twins().count()));
}

#[test]
fn every_kind_has_a_name_a_type_and_an_extension_of_its_own() {
    let unique = |values: Vec<&str>| values.iter().collect::<BTreeSet<_>>().len() == values.len();
    assert!(unique(KINDS.iter().map(|kind| kind.name).collect()));
    assert!(unique(KINDS.iter().map(|kind| kind.object_type).collect()));
    assert!(unique(KINDS.iter().filter_map(|kind| kind.extension).collect()));
    for kind in KINDS {
        assert_eq!(Kind::of(kind.object_type).map(|found| found.name), Some(kind.name));
        let extension = kind.extension.map(|id| id.parse::<StixId>().unwrap().object_type().to_owned());
        assert!(extension.is_none_or(|object_type| object_type == "extension-definition"), "{}", kind.name);
    }
    assert_eq!(Kind::of("malware"), None);
}

#[test]
fn names_of_twins_are_unique_over_all_kinds_and_are_no_other_claims() {
    let mut names: BTreeSet<&str> = ["version", "previous", "members"].into_iter().chain(RESERVED).collect();
    for (kind, twin) in all_twins() {
        assert!(names.insert(twin.name), "{} stands twice", twin.name);
        assert_eq!(kind::twin(twin.name).map(|(found, _)| found.name), Some(kind.name));
    }
    assert!(kind::twin("occurred").is_none());
}

#[test]
fn every_twin_has_its_original_in_the_table() {
    for (kind, twin) in all_twins() {
        let original = kind.properties.iter().find(|property| property.name == twin.of);
        let original = original.unwrap_or_else(|| panic!("{} has no {}", kind.name, twin.of));
        assert!(original.place == Place::Core || kind.extension.is_some());
        // A twin of an array that is shown in part could not be checked.
        assert_eq!(original.discloses, Discloses::Alone, "{}", twin.of);
    }
}

#[test]
fn no_property_stands_twice_at_one_place() {
    for kind in KINDS {
        let mut seen = BTreeSet::new();
        for property in kind.properties.iter().chain(COMMON) {
            let is_core = property.place == Place::Core;
            assert!(seen.insert((is_core, property.name)), "{} in {}", property.name, kind.name);
            assert!(!RESERVED.contains(&property.name));
            assert!(is_core || kind.extension.is_some(), "{} has no extension to hold {}", kind.name, property.name);
        }
    }
}

#[test]
fn an_array_discloses_by_element_exactly_where_the_table_says_so() {
    let incident = Kind::of("incident");
    assert!(kind::is_by_element(incident, Place::Extension, "countries"));
    assert!(!kind::is_by_element(incident, Place::Core, "countries"));
    assert!(!kind::is_by_element(None, Place::Extension, "countries"));
    assert!(kind::is_by_element(None, Place::Core, "external_references"));
    assert!(!kind::is_by_element(incident, Place::Core, "labels"));
}

/// Signing follows the tables: each property of each kind, as an array, discloses as its row says.
#[test]
fn signing_follows_the_tables() {
    let party = Party::new("author");
    let mut count = 0;
    for kind in KINDS {
        for property in kind.properties.iter().filter(|property| kind.twins.iter().all(|twin| twin.of != property.name))
        {
            let signed = party.sign(Draft::new(object_with(kind, property)), "kinds");
            assert_eq!(discloses(&signed, kind, property), property.discloses, "{} of {}", property.name, kind.name);
            assert_eq!(party.verify(&signed.envelope().to_json()).unwrap(), signed);
            count += 1;
        }
    }
    say(&format!("COUNT: properties of kinds signed as their rows say: {count}"));
}

fn object_with(kind: &Kind, property: &Property) -> StixObject {
    let id = format!("{}--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0", kind.object_type);
    let times = r#""created":"2026-07-01T03:10:00Z","modified":"2026-07-01T03:10:00Z""#;
    let mut object = map(&format!(r#"{{"type":"{}","id":"{id}",{times}}}"#, kind.object_type));
    let value = Json::Array(vec!["a".into(), "b".into()]);
    match property.place {
        Place::Core => object.set(property.name, value),
        Place::Extension => {
            let own = map("{}").with(property.name, value);
            object.set("extensions", map("{}").with(kind.extension.unwrap(), own));
        }
    }
    StixObject::from_map(object).unwrap()
}

fn discloses(signed: &Signed<Record>, kind: &Kind, property: &Property) -> Discloses {
    let at = match property.place {
        Place::Core => format!("/object/{}", property.name),
        Place::Extension => format!("/object/extensions/{}/{}", kind.extension.unwrap(), property.name),
    };
    let places = signed.content().places().iter().map(record::path::Path::as_str);
    let inside = places.filter(|place| place.strip_prefix(&*at).is_some_and(|rest| rest.starts_with('/'))).count();
    if inside == 2 { Discloses::ByElement } else { Discloses::Alone }
}
