//! The published schema, the tables of `record` and the types here name the same properties and words.

use std::collections::BTreeSet;

use incident::{
    AutonomyLevel, DeploymentState, EventKind, HarmState, HarmType, Precision, Severity, Stage, SubmitterRole, UseKind,
    extension_id, property_names,
};
use record::json::{Json, Map};
use record::kind::{Discloses, Kind, Place};
use record::stix::StixObject;

use crate::scene::map;

fn schema() -> Map {
    map(include_str!("../../../data/schemas/ai-incident.schema.json"))
}

fn definition() -> Map {
    map(include_str!("../../../data/schemas/ai-incident.extension.json"))
}

fn member<'j>(object: &'j Map, path: &[&str]) -> &'j Map {
    path.iter().fold(object, |object, name| object.get(name).and_then(Json::as_object).unwrap())
}

fn incident_table() -> &'static Kind {
    Kind::of("incident").unwrap()
}

#[test]
fn types_tables_and_the_schema_know_the_same_properties() {
    let table: BTreeSet<_> = incident_table().properties.iter().map(|property| property.name).collect();
    assert_eq!(property_names().collect::<BTreeSet<_>>(), table);
    let schema = schema();
    let mut published: BTreeSet<_> = member(&schema, &["properties"]).names().collect();
    published.remove("extension_type");
    let own = incident_table().properties.iter().filter(|property| property.place == Place::Extension);
    assert_eq!(published, own.map(|property| property.name).collect());
}

#[test]
fn what_discloses_by_element_is_a_list_in_the_schema_and_nothing_else_is() {
    let schema = schema();
    for property in incident_table().properties.iter().filter(|property| property.place == Place::Extension) {
        let is_list = member(&schema, &["properties", property.name]).text("type") == Some("array");
        assert_eq!(is_list, property.discloses == Discloses::ByElement, "{}", property.name);
    }
}

#[test]
fn the_schema_has_the_words_of_the_types() {
    fn words(names: impl Iterator<Item = &'static str>) -> Vec<String> {
        names.map(str::to_owned).collect()
    }
    let expected = [
        (vec!["properties", "severity"], words(Severity::ALL.iter().map(|word| word.name()))),
        (vec!["properties", "event_kind"], words(EventKind::ALL.iter().map(|word| word.name()))),
        (vec!["properties", "stage"], words(Stage::ALL.iter().map(|word| word.name()))),
        (vec!["properties", "submitter_role"], words(SubmitterRole::ALL.iter().map(|word| word.name()))),
        (vec!["properties", "autonomy_level"], words(AutonomyLevel::ALL.iter().map(|word| word.name()))),
        (vec!["properties", "deployment_state"], words(DeploymentState::ALL.iter().map(|word| word.name()))),
        (vec!["properties", "use_kind"], words(UseKind::ALL.iter().map(|word| word.name()))),
        (vec!["properties", "precision", "properties", "aware"], words(Precision::ALL.iter().map(|word| word.name()))),
        (vec!["$defs", "harm", "properties", "type"], words(HarmType::ALL.iter().map(|word| word.name()))),
        (vec!["$defs", "harm", "properties", "state"], words(HarmState::ALL.iter().map(|word| word.name()))),
    ];
    let schema = schema();
    for (path, words) in expected {
        let published = member(&schema, &path).get("enum").and_then(Json::as_array).unwrap();
        let published: Vec<_> = published.iter().map(|word| word.as_str().unwrap().to_owned()).collect();
        assert_eq!(published, words, "{path:?}");
    }
}

#[test]
fn the_extension_definition_has_the_fixed_id() {
    assert_eq!(extension_id(), "extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd");
    assert_eq!(definition().text("id"), Some(extension_id()));
    assert!(StixObject::from_map(definition()).is_ok());
    assert!(schema().text("$id").unwrap().ends_with(extension_id().split_once("--").unwrap().1));
}
