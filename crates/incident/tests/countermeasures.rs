//! What was tried, and whether it worked.

use std::collections::BTreeSet;

use incident::{
    COUNTERMEASURE_TYPE, Countermeasure, CountermeasureFacts, CountermeasureText as Text, Outcome, Setting,
};
use record::json::{Json, Map};
use record::kind::{Kind, Place};
use record::stix::StixObject;

use crate::scene::{at, id, map};

const VESTS: &str = "course-of-action--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f31";

fn vests() -> CountermeasureFacts {
    let mut facts = CountermeasureFacts::default()
        .with_text(Text::Name, "Vests without reflecting stripes")
        .with_text(Text::Description, "Dockers wear vests that the steering does not take for lane marks.")
        .with_text(Text::Measured, "300 lifts with dummies, 0 set down within two metres; 7 of 300 before")
        .with_text(Text::SideEffects, "people are harder to see at night")
        .with_text(Text::Conditions, "only by daylight, Yard Pilot 4.2");
    facts.outcome = Some(Outcome::Partly);
    facts.setting = Some(Setting::Trial);
    facts.tested_from = Some(at(0));
    facts.tested_until = Some(at(600));
    facts
}

fn made(facts: &CountermeasureFacts) -> Result<Countermeasure, String> {
    Countermeasure::new(&id(VESTS), at(700), facts).map_err(|error| error.property)
}

#[test]
fn a_countermeasure_comes_back_from_its_object() {
    let measure = made(&vests()).unwrap();
    let object = measure.to_object().unwrap();
    assert_eq!(object.as_map().text("type"), Some(COUNTERMEASURE_TYPE));
    let read = Countermeasure::of_object(&object).unwrap();
    assert_eq!(read.facts(), &vests());
    assert_eq!(read, measure);
}

#[test]
fn an_outcome_says_how_it_was_measured() {
    for outcome in Outcome::ALL {
        let mut facts = vests();
        facts.outcome = Some(*outcome);
        facts.texts.remove(&Text::Measured);
        let is_open = *outcome == Outcome::NotYetKnown;
        assert_eq!(made(&facts).err(), (!is_open).then(|| "measured".to_owned()), "{outcome}");
    }
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let mut backwards = vests();
    backwards.tested_until = Some(at(-5));
    assert_eq!(made(&backwards).unwrap_err(), "tested_until");
    assert_eq!(made(&CountermeasureFacts::default()).unwrap_err(), "name");
    let acting = vests().with_text(Text::Conditions, "only <script>by daylight</script>");
    assert_eq!(made(&acting).unwrap_err(), "conditions");
    let wrong = map(
        r#"{"type":"course-of-action","extensions":{"extension-definition--76d5051e-a4f2-4dd9-8733-201d8a2a72a6":{"outcome":"perhaps"}}}"#,
    );
    assert_eq!(Countermeasure::of_shown(&wrong).unwrap_err().property, "outcome");
    assert_eq!(Countermeasure::of_shown(&map(r#"{"type":"incident"}"#)).unwrap_err().property, "type");
}

#[test]
fn a_part_says_less_and_is_still_read() {
    let part = map(
        r#"{"type":"course-of-action","name":"Vests","extensions":{"extension-definition--76d5051e-a4f2-4dd9-8733-201d8a2a72a6":{"outcome":"worked"}}}"#,
    );
    let read = Countermeasure::of_shown(&part).unwrap();
    assert_eq!(read.facts().outcome, Some(Outcome::Worked));
    assert_eq!(read.facts().text(Text::Measured), None);
}

fn schema() -> Map {
    map(include_str!("../../../data/schemas/countermeasure.schema.json"))
}

fn words(schema: &Map, property: &str) -> Vec<String> {
    let property = schema.get("properties").and_then(Json::as_object).unwrap().get(property).unwrap();
    let list = property.as_object().unwrap().get("enum").and_then(Json::as_array).unwrap();
    list.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn types_tables_and_the_schema_know_the_same_properties_and_words() {
    let kind = Kind::of(COUNTERMEASURE_TYPE).unwrap();
    let own: BTreeSet<_> =
        kind.properties.iter().filter(|one| one.place == Place::Extension).map(|one| one.name).collect();
    let schema = schema();
    let mut published: BTreeSet<_> = schema.get("properties").and_then(Json::as_object).unwrap().names().collect();
    assert!(published.remove("extension_type"));
    assert_eq!(published, own);
    let typed: BTreeSet<_> =
        Text::ALL.iter().map(|name| name.name()).chain(["outcome", "setting", "tested_from", "tested_until"]).collect();
    let table: BTreeSet<_> = kind.properties.iter().map(|one| one.name).collect();
    assert_eq!(typed, table);
    assert_eq!(words(&schema, "outcome"), Outcome::ALL.iter().map(|word| word.name()).collect::<Vec<_>>());
    assert_eq!(words(&schema, "setting"), Setting::ALL.iter().map(|word| word.name()).collect::<Vec<_>>());
}

#[test]
fn the_extension_definition_has_the_fixed_id() {
    let definition = map(include_str!("../../../data/schemas/countermeasure.extension.json"));
    let fixed = Kind::of(COUNTERMEASURE_TYPE).unwrap().extension.unwrap();
    assert_eq!(definition.text("id"), Some(fixed));
    assert!(StixObject::from_map(definition).is_ok());
    assert!(schema().text("$id").unwrap().ends_with(fixed.split_once("--").unwrap().1));
}
