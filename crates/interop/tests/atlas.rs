//! Case studies of ATLAS, and YAML that means harm.

use interop::{Markup, Reader, Source};
use record::json::Json;

use crate::scene::{own, read, references};

const STUDY: &str = "\
id: ATLAS
matrices:
- tactics:
  - id: AML.TA0001
case-studies:
- id: AML.CS0099
  name: Vests as lanes
  summary: 'Vests were taken

    for lanes.'
  incident-date: 2026-06-30
  incident-date-granularity: MONTH
  target: Yard Pilot
  actor: dockers
  case-study-type: exercise
  procedure:
  - tactic: AML.TA0002
    technique: AML.T0000.001
    description: A vest was worn.
  references:
  - title: A paper
    url: https://example.org/p
";

fn refusal(yaml: &str) -> String {
    Reader::new(Source::Atlas, yaml.as_bytes(), Markup::Refuse).unwrap_err().to_string()
}

#[test]
fn a_case_study_becomes_an_incident() {
    let came = read(Source::Atlas, STUDY.as_bytes(), Markup::Refuse);
    let object = came.one();
    assert_eq!(object.text("description"), Some("Vests were taken\nfor lanes."));
    assert_eq!(own(&object, "precision").unwrap().to_text(), r#"{"occurred":"month"}"#);
    assert_eq!(
        own(&object, "steps_to_reproduce").and_then(Json::as_str),
        Some("1. [AML.TA0002, AML.T0000.001] A vest was worn.")
    );
    assert_eq!(
        references(&object),
        ["mitre-atlas AML.CS0099", "mitre-atlas AML.T0000.001", "A paper https://example.org/p"]
    );
    assert_eq!((came.lost("actor"), came.lost("case-study-type")), (1, 1));
    assert_eq!(own(&object, "event_kind"), None, "an exercise is none of our kinds");
}

#[test]
fn a_wrong_date_is_named_with_its_line() {
    let came = read(Source::Atlas, STUDY.replace("2026-06-30", "2023-02-30").as_bytes(), Markup::Refuse);
    assert!(came.told()[0].starts_with("row 1 (line 6), `incident-date`: "), "{:?}", came.told());
}

#[test]
fn aliases_are_refused_before_they_stand_for_anything() {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x]\n");
    for level in 1..40 {
        let before = level - 1;
        bomb.push_str(&format!("a{level}: &a{level} [*a{before},*a{before},*a{before},*a{before}]\n"));
    }
    bomb.push_str("case-studies: *a39\n");
    assert!(refusal(&bomb).contains("line 2") && refusal(&bomb).contains("alias"), "{}", refusal(&bomb));
}

#[test]
fn depth_names_and_broken_yaml_are_refused_with_their_place() {
    assert!(refusal(&format!("a: {}", "[".repeat(100))).contains("nested deeper than 32"));
    assert!(refusal(&"[".repeat(1_000_000)).starts_with("line 1, "));
    assert!(refusal("case-studies:\n- id: a\n  id: b\n").starts_with("line 3, column 3: the name `id` stands twice"));
    assert!(refusal("case-studies:\n- {a\n").starts_with("line "));
    assert!(refusal("tactics: []\n").contains("no list `case-studies`"));
    let wide: String = (0..2_000).map(|number| format!("n{number}: x\n")).collect();
    assert!(refusal(&wide).contains("more than 1000 names"));
}
