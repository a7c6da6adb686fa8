//! What a person types of an incident: by name and text, several properties at once.

use incident::{Incident, Precision, TimeName, Wish, property_names, typed};
use proptest::prelude::*;
use record::json::Json;

use crate::scene::{at, crane};

fn said(name: &str, text: &str) -> Wish {
    (name.to_owned(), Some(typed(name, &[text]).unwrap()))
}

fn after(wishes: &[Wish]) -> Incident {
    crane().with_properties(wishes).unwrap()
}

fn refused(name: &str, text: &str) -> String {
    let error = typed(name, &[text]).and_then(|value| crane().with_properties(&[(name.to_owned(), Some(value))]));
    error.unwrap_err().to_string()
}

#[test]
fn a_time_says_how_exact_it_is_and_forgets_what_was_said_of_an_earlier_one() {
    let month = after(&[said("occurred", "2026-06")]);
    let moment = |incident: &Incident| incident.facts().moment(TimeName::Occurred).unwrap();
    assert_eq!((moment(&month).to_string().as_str(), moment(&month).precision()), ("2026-06", Some(Precision::Month)));
    let exact = month.with_properties(&[said("occurred", "2026-06-30T08:15:00.5Z")]).unwrap();
    assert_eq!((moment(&exact).time().text(), moment(&exact).precision()), ("2026-06-30T08:15:00.5Z", None));
    let both = [said("precision", r#"{"occurred":"day"}"#), said("occurred", "2026-06-30T00:00:00Z")];
    assert_eq!(moment(&after(&both)).precision(), Some(Precision::Day), "in whatever order they are typed");
    let gone = exact.with_properties(&[("occurred".to_owned(), None)]).unwrap();
    assert!(gone.facts().moment(TimeName::Occurred).is_none());
}

#[test]
fn what_goes_together_may_change_together() {
    let hazard = after(&[said("severity", "hazard"), said("event_kind", "hazard")]);
    let words = (hazard.facts().severity, hazard.facts().event_kind);
    assert_eq!(words, (Some(incident::Severity::Hazard), Some(incident::EventKind::Hazard)));
    assert!(refused("severity", "hazard").contains("event_kind"));
}

#[test]
fn what_is_typed_wrong_is_named() {
    for (name, text, words) in [
        ("occurred", "2023-02-30", "not a day of the calendar"),
        ("injred", "2", "did you mean `injured`"),
        ("wholly-unknown", "2", "is no property of an incident"),
        ("injured", "-1", "whole number"),
        ("cause_confidence", "101", "0 to 100"),
        ("critical_infrastructure", "yes", "`true` or `false`"),
        ("training_compute", "{", "is no JSON"),
        ("description", "a\u{202e}b", "U+202E"),
        ("cause", "<b>", "HTML"),
        ("extension_type", "new-sdo", "is no property"),
    ] {
        let told = refused(name, text);
        assert!(told.contains(words) && told.contains(name), "`{told}` of {name}={text}");
    }
}

#[test]
fn a_list_takes_texts_and_json_and_a_place_takes_a_country() {
    let countries = typed("countries", &["NL", r#"["DE","FR"]"#]).unwrap();
    assert_eq!(countries.to_text(), r#"["NL","DE","FR"]"#);
    let place = after(&[said("place", "NL")]);
    assert_eq!(place.facts().place.as_ref().and_then(incident::Place::country).unwrap().as_str(), "NL");
    let sources = typed("external_references", &[r#"{"source_name":"log"}"#]).unwrap();
    let with = after(&[("external_references".to_owned(), Some(sources.clone()))]);
    assert_eq!(with.property("external_references"), Some(&sources));
}

#[test]
fn the_next_version_is_later_than_the_one_before() {
    assert!(crane().following(at(0)).unwrap_err().to_string().contains("modified"));
    assert_eq!(crane().following(at(60)).unwrap().object().text("modified"), Some(at(60).to_string().as_str()));
}

proptest! {
    /// Whatever is typed is taken or refused by name, and taking a property away leaves nothing of it.
    #[test]
    fn any_text_of_any_property_is_taken_or_refused(slot in 0_usize..200, text in "\\PC{0,40}") {
        let names: Vec<&str> = property_names().collect();
        let name = names[slot % names.len()];
        let wish = typed(name, &[&text]).map(|value| (name.to_owned(), Some(value)));
        if let Ok(incident) = wish.and_then(|wish| crane().with_properties(&[wish])) {
            prop_assert!(incident.check_names().is_ok());
            if let Ok(without) = incident.with_properties(&[(name.to_owned(), None)]) {
                prop_assert_eq!(without.property(name), None::<&Json>);
            }
        }
    }
}
