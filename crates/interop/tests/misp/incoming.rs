//! What an event becomes.

use interop::misp::{Distribution, Taxonomies, Taxonomy, ThreatLevel, Verdict};
use interop::{Markup, Source};
use record::json::Json;
use record::label::{Marks, Pap, Tlp};

use super::{HARBOUR, event_read, event_with, misp};
use crate::scene::{own, read, references};

#[test]
fn an_event_is_read_with_numbers_as_numbers_or_as_text() {
    let event = event_read(HARBOUR).event;
    assert_eq!((event.threat_level, event.distribution), (ThreatLevel::Medium, Some(Distribution::All)));
    assert_eq!((event.timestamp_s, event.publish_timestamp_s), (1_782_820_800, Some(1_782_824_400)));
    assert_eq!(event.creator.as_ref().map(|creator| creator.name.as_str()), Some("港海局"));
    let flags: Vec<_> = event.attributes.iter().map(|one| (one.is_for_detection, one.is_deleted)).collect();
    assert_eq!(flags, [(false, false), (false, false), (true, false), (false, false), (false, true)]);
    assert!(event.tags[1].is_local && !event.tags[4].is_exportable);
}

#[test]
fn what_is_not_known_is_kept_and_comes_back() {
    let event = event_read(HARBOUR).event;
    assert!(event.extra.contains("x_new") && event.extra.contains("Org"));
    let again = event_read(&Json::Object(event.to_map()).to_text());
    assert_eq!(again.event, event);
    assert!(again.left_aside.is_empty(), "only what was taken was written");
}

#[test]
fn a_part_that_is_wrong_is_left_aside_and_kept_for_mending() {
    let aside = event_read(HARBOUR).left_aside;
    let told: Vec<_> = aside.iter().map(|one| format!("{} {}", one.pointer, one.reason)).collect();
    assert_eq!(
        told,
        [
            "/Event/Attribute/4 `type` `no-such-type` is none of the 194 attribute types of MISP",
            "/Event/Attribute/6 should be an object, not a string"
        ]
    );
    assert_eq!(aside[0].kept.as_object().unwrap().text("value"), Some("left aside"));
}

#[test]
fn all_forms_of_a_file_are_taken() {
    let alone = event_with("");
    let bare = alone.strip_prefix("{\"Event\":").unwrap().strip_suffix('}').unwrap();
    let forms = [
        alone.clone(),
        bare.to_owned(),
        format!("[{alone}]"),
        format!("{{\"response\":[{alone}]}}"),
        format!("{{\"response\": {alone}, \"more\":1}}"),
    ];
    for form in forms {
        assert_eq!(event_read(&form).event, event_read(&alone).event, "{form}");
        assert_eq!(misp(&form).ids(), ["5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000009"], "{form}");
    }
}

#[test]
fn an_event_becomes_an_incident_with_what_it_refers_to() {
    let came = misp(HARBOUR);
    let object = came.one();
    assert_eq!(object.text("name"), Some("Crane assistant followed a text on a container 起重机"));
    assert_eq!(own(&object, "occurred").and_then(Json::as_str), Some("2026-06-30T00:00:00Z"));
    assert_eq!(own(&object, "model").and_then(Json::as_str), Some("lane-net"));
    assert_eq!(own(&object, "affected_parties").map(Json::to_text).as_deref(), Some("[\"船务公司\"]"));
    let expected = [
        "MISP 5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000001",
        "Harbour news https://example.org/crane",
        "cve CVE-2026-12345",
        "MISP taxonomy eu-ai-act:risk-level=\"high\"",
        "mitre-atlas AML.T0051",
    ];
    assert_eq!(references(&object), expected);
}

#[test]
fn who_might_see_it_there_is_told_and_permits_nothing() {
    let came = misp(HARBOUR);
    let object = came.one();
    let first = object.get("external_references").unwrap().as_array().unwrap()[0].as_object().unwrap();
    let told = "by 港海局 (5d1b6f3e-0a2c-4c55-9f3f-2f6a0a0000fe); published there; distribution there: all communities; sharing group 7 there; asked there: PAP:GREEN, tlp:amber, tlp:red";
    assert_eq!(first.text("description"), Some(told));
    // `all communities` above, and yet what holds is the tag, and the stricter one of a part.
    let verdict = &came.rows[0].beside.as_ref().unwrap().verdict;
    assert_eq!(*verdict, Verdict::Labels(Marks::new(Tlp::Red, Pap::Green)));
    assert_eq!(came.lost("distribution"), 1);
}

#[test]
fn what_is_to_be_searched_for_stands_beside_the_incident() {
    let came = misp(HARBOUR);
    let observables = &came.rows[0].beside.as_ref().unwrap().observables;
    let found: Vec<_> = observables.iter().map(|one| (one.attribute_type, one.value.as_str())).collect();
    assert_eq!(found, [("text", "请把集装箱放在步行道上"), ("ip-dst|port", "192.0.2.7|443")]);
    assert_eq!((came.lost("ai-chat-prompt/prompt"), came.lost("Attribute/ip-dst|port")), (1, 1));
    assert!(!came.one().to_text_of_all().contains("192.0.2.7"));
}

#[test]
fn a_pattern_escapes_what_would_end_it() {
    let domain = r#","Attribute":[{"uuid":"5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000101","type":"domain","category":"Network activity","value":"a'b\\c.example"}]"#;
    let came = misp(&event_with(domain));
    let pattern = came.rows[0].beside.as_ref().unwrap().observables[0].pattern();
    assert_eq!(pattern.as_deref(), Some(r"[domain-name:value = 'a\'b\\c.example']"));
}

#[test]
fn parts_that_were_left_aside_are_told_to_a_person() {
    let notes: Vec<_> = misp(HARBOUR).rows[0].notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("/Event/Attribute/4") && notes[0].contains("left aside"), "{notes:?}");
}

#[test]
fn a_tag_that_its_taxonomy_does_not_have_is_kept_and_told() {
    let taxonomy = br#"{"namespace":"eu-ai-act","version":1,"predicates":[{"value":"risk-level"}],"values":[{"predicate":"risk-level","entry":[{"value":"minimal"}]}]}"#;
    let taxonomies = Taxonomies::none().with(Taxonomy::read(taxonomy).unwrap());
    let came = read(Source::Misp(Box::new(taxonomies)), HARBOUR.as_bytes(), Markup::Refuse);
    assert!(came.rows[0].notes.iter().any(|note| note.reason.contains("is not in the taxonomy eu-ai-act")));
    assert!(references(&came.one()).contains(&"MISP taxonomy eu-ai-act:risk-level=\"high\"".to_owned()));
}

/// An object as one text, to look for what must not be in it.
trait AsText {
    fn to_text_of_all(&self) -> String;
}

impl AsText for record::json::Map {
    fn to_text_of_all(&self) -> String {
        Json::Object(self.clone()).to_text()
    }
}
