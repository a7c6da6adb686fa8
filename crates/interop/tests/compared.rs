//! Whether a row is here already, and what a changed one makes of the version before.

use interop::{Companions, Compared, Content, Source, compare, namespace};
use record::json::{Json, Map};

use crate::scene::{aiid, own};

const ROW: &str = "x,7,2026-06-30,[],\"[\"\"harbour-west\"\"]\",[],[],It fell.,Crane\n";
const NOW: &str = "2026-11-29T00:00:00.000000Z";

fn content(row: &str) -> Content {
    aiid(row).rows[0].content.clone()
}

fn properties() -> Vec<String> {
    Source::Aiid(Companions::none()).properties()
}

/// A version on which a person went on: another property, another reference.
fn gone_on(version: &Map) -> Map {
    let mut extensions = version.get("extensions").unwrap().as_object().unwrap().clone();
    let fields = extensions.get(incident::extension_id()).unwrap().as_object().unwrap().clone();
    extensions.set(incident::extension_id(), fields.with("severity", "incident"));
    let mut references = version.get("external_references").unwrap().as_array().unwrap().to_vec();
    references.push(Json::Object(Map::new().with("source_name", "our file").with("external_id", "F-1")));
    version.clone().with("extensions", extensions).with("external_references", Json::Array(references))
}

#[test]
fn an_id_follows_from_party_source_and_the_sources_id() {
    let ours = namespace("identity--00000000-0000-8000-8000-000000000001", &[1; 32]);
    let theirs = namespace("identity--00000000-0000-8000-8000-000000000002", &[1; 32]);
    let id = Content::id(&ours, "AVID", "AVID-2022-R0001");
    assert_eq!(id, Content::id(&ours, "AVID", "AVID-2022-R0001"));
    assert_ne!(id, Content::id(&theirs, "AVID", "AVID-2022-R0001"));
    assert_ne!(id, Content::id(&ours, "AVID", "AVID-2022-R0002"));
    assert!(id.parse::<record::stix::StixId>().is_ok());
}

#[test]
fn the_same_row_is_the_same_whatever_was_added_beside_it() {
    let version = content(ROW).object("incident--00000000-0000-5000-8000-000000000001", NOW);
    assert_eq!(compare(&content(ROW), &version, &properties()), Compared::Same);
    assert_eq!(compare(&content(ROW), &gone_on(&version), &properties()), Compared::Same);
}

#[test]
fn a_changed_or_withdrawn_value_is_different() {
    let version = content(ROW).object("incident--00000000-0000-5000-8000-000000000001", NOW);
    for changed in [
        ROW.replace("Crane", "Cranes"),
        ROW.replace("2026-06-30", "2026-06"),
        ROW.replace("[\"\"harbour-west\"\"]", "[]"),
    ] {
        assert_eq!(compare(&content(&changed), &version, &properties()), Compared::Different, "{changed}");
    }
}

#[test]
fn a_new_version_follows_the_row_and_keeps_what_people_added() {
    let version = gone_on(&content(ROW).object("incident--00000000-0000-5000-8000-000000000001", NOW));
    let changed = content(&ROW.replace("Crane", "Cranes").replace("[\"\"harbour-west\"\"]", "[]"));
    let next = changed.next_version(&version, &properties(), "2026-11-30T00:00:00.000000Z");
    assert_eq!((next.text("name"), next.text("created")), (Some("Cranes"), Some(NOW)));
    assert_eq!(own(&next, "severity").and_then(Json::as_str), Some("incident"));
    assert_eq!(own(&next, "deployer"), None, "what the source took back is gone");
    assert_eq!(next.get("external_references").unwrap().as_array().unwrap().len(), 2);
    assert_eq!(compare(&changed, &next, &properties()), Compared::Same);
    record::stix::StixObject::from_map(next).unwrap();
}
