//! The incident desk: what is written down, edited, staged, listed, and refused.

use serde_json::{Value, json};

use crate::scene::{Desk, Run, TEMPE};

/// A report that answers all seven mandatory criteria.
pub(crate) const CRANE: &str = r#"{
  "name": "A crane set a container down where people stood",
  "description": "The steering took reflective vests for lane marks.",
  "ai_involvement": "perception chose where to set the container down",
  "event_kind": "incident", "severity": "serious incident", "submitter_role": "deployer",
  "occurred": "2026-06-30", "countries": ["NL"], "harm_types": ["injury"], "injured": 2, "system": "Yard Pilot",
  "external_references": [{"source_name": "shift log of 30 June 2026"}]
}"#;

impl Desk {
    /// Writes an incident down from properties in JSON, and names it.
    pub(crate) fn incident(&self, dir: &str, properties: &str) -> String {
        self.write("incident.json", properties);
        let made = self.run(&format!("--json incident new incident.json --dir {dir}")).ends_with(0).json();
        assert_eq!(made["made"], json!(true));
        made["incident"].as_str().unwrap().to_owned()
    }

    /// A small incident with a title.
    pub(crate) fn titled(&self, title: &str) -> String {
        self.incident("harbour", &json!({"name": title, "event_kind": "hazard", "severity": "hazard"}).to_string())
    }

    pub(crate) fn show(&self, dir: &str, incident: &str) -> Value {
        self.run(&format!("--json incident show {incident} --dir {dir}")).ends_with(0).json()
    }

    /// What a node's list has, by filters.
    fn listed(&self, filters: &str) -> Vec<String> {
        let list = self.run(&format!("--json incident list {filters} --dir harbour")).ends_with(0).json();
        list["incidents"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    fn log_size(&self) -> u64 {
        self.run("--json log list --dir harbour").ends_with(0).json()["size"].as_u64().unwrap()
    }

    fn desk(&self, words: &[&str]) -> Run {
        self.run_words(&[&["incident"], words, &["--dir", "harbour"]].concat())
    }
}

fn newest(shown: &Value) -> Value {
    shown["versions"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn a_report_from_flags_names_what_the_framework_wants_and_is_not_said() {
    let desk = Desk::with_node();
    let run = desk.desk(&["new", "--title", "Crane stopped", "--kind", "near-miss", "--occurred", "2026-06"]);
    let run =
        run.ends_with(0).says(&["MISSING", "description", "how AI relates to it", "supporting material", "logged as"]);
    let shown = desk.show("harbour", &run.fact("incident"));
    let own = &shown["accounts"][0]["object"]["extensions"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(own["occurred"], "2026-06-01T00:00:00Z");
    assert_eq!(own["precision"], json!({"occurred": "month"}));
    assert_eq!((&own["stage"], &own["event_kind"]), (&json!("initial"), &json!("near miss")));
    assert!(own.get("severity").is_none(), "nothing that was not said: {own}");
}

#[test]
fn a_report_from_a_file_can_answer_all_seven() {
    let desk = Desk::with_node();
    desk.write("crane.json", CRANE);
    let run = desk.desk(&["new", "crane.json", "--preview"]).ends_with(0);
    run.says(&["All 7 mandatory criteria", "would be signed", "occurred_year", "injured_band", "Nothing was signed."]);
    assert_eq!(desk.listed(""), Vec::<String>::new(), "a preview makes nothing");
    let whole = desk.feed("--json incident new - --dir harbour", TEMPE.as_bytes()).ends_with(0).json();
    assert_eq!(whole["made"], json!(true), "a STIX object is taken as it is");
}

#[test]
fn the_same_report_is_not_made_twice() {
    let desk = Desk::with_node();
    let first = desk.incident("harbour", CRANE);
    let size = desk.log_size();
    let again = desk.run("--json incident new incident.json --dir harbour").ends_with(0).json();
    assert_eq!((&again["incident"], &again["made"]), (&json!(first), &json!(false)));
    assert_eq!(desk.log_size(), size);
    let other = desk.run("--json incident new incident.json --again --dir harbour").ends_with(0).json();
    assert_ne!(other["incident"], json!(first));
}

#[test]
fn an_edit_names_the_version_before_and_shows_the_difference() {
    let desk = Desk::with_node();
    let crane = desk.incident("harbour", CRANE);
    let first = newest(&desk.show("harbour", &crane));
    let run = desk.desk(&[
        "edit",
        &crane,
        "--set",
        "cause=a new kind of vest",
        "--unset",
        "system",
        "--source",
        "port authority",
    ]);
    run.ends_with(0).says(&["+ cause: a new kind of vest", "- system: Yard Pilot", "~ stage: initial -> interim"]);
    let second = newest(&desk.show("harbour", &crane));
    assert_eq!((&second["number"], &second["previous"]), (&json!(2), &first["record_digest"]));
    let digests = [&first["record_digest"], &second["record_digest"]].map(|digest| digest.as_str().unwrap());
    desk.desk(&["show", &crane, "--diff", digests[0], digests[1]]).ends_with(0).says(&["+ cause", "port authority"]);
    desk.desk(&["show", &crane, "--versions"]).ends_with(0).says(&["versions:", "node log", "- system: Yard Pilot"]);
}

#[test]
fn an_edit_that_says_nothing_new_makes_nothing() {
    let desk = Desk::with_node();
    let crane = desk.incident("harbour", CRANE);
    let size = desk.log_size();
    desk.desk(&["edit", &crane, "--set", "injured=2"]).ends_with(0).says(&["says this already", "Nothing was signed"]);
    assert_eq!(desk.log_size(), size);
}

#[test]
fn whoever_looked_at_an_older_version_is_told_what_changed_since() {
    let desk = Desk::with_node();
    let crane = desk.incident("harbour", CRANE);
    let seen = newest(&desk.show("harbour", &crane))["record_digest"].as_str().unwrap().to_owned();
    desk.desk(&["edit", &crane, "--set", "deaths=1"]).ends_with(0);
    let run = desk.desk(&["edit", &crane, "--set", "deaths=0", "--after", &seen]);
    assert!(run.out.contains("+ deaths: 1"), "{run:#?}");
    run.refuses(1, &["another version has come since", "--after"]);
    assert_eq!(newest(&desk.show("harbour", &crane))["number"], json!(2));
}

#[test]
fn stages_follow_one_another_as_the_format_allows() {
    let desk = Desk::with_node();
    let crane = desk.incident("harbour", CRANE);
    desk.desk(&["stage", &crane, "retracted"]).refuses(3, &["stage_reason", "say why"]);
    desk.desk(&["stage", &crane, "final"]).ends_with(0).says(&["initial -> final"]);
    desk.desk(&["stage", &crane, "final"]).ends_with(0).says(&["at that stage already"]);
    desk.desk(&["stage", &crane, "not-reportable", "--reason", "no harm"])
        .refuses(3, &["cannot become not reportable"]);
    desk.desk(&["stage", &crane, "initial"]).refuses(3, &["cannot become initial"]);
    desk.desk(&["edit", &crane, "--set", "stage=interim"]).refuses(2, &["detente incident stage"]);
    desk.desk(&["stage", &crane, "retracted", "--reason", "it was a drill"]).ends_with(0).says(&["+ revoked: true"]);
    desk.desk(&["edit", &crane, "--set", "deaths=1"]).refuses(1, &["nothing follows a retraction"]);
    assert_eq!(desk.show("harbour", &crane)["faults"], json!([]));
}

#[test]
fn a_list_is_filtered_and_read_page_by_page() {
    let desk = Desk::with_node();
    let crane = desk.incident("harbour", CRANE);
    let others: Vec<_> = ["One", "Two", "Three"].map(|title| desk.titled(title)).into();
    desk.desk(&["stage", &crane, "final"]).ends_with(0);
    assert_eq!(desk.listed("").len(), 4);
    assert_eq!(desk.listed("--stage final"), std::slice::from_ref(&crane));
    assert_eq!(desk.listed("--stage initial").len(), 3, "the newest version counts");
    assert_eq!(desk.listed("--kind hazard --severity hazard").len(), 3);
    assert_eq!(desk.listed("--country NL --from 2026-06 --before 2026-07"), std::slice::from_ref(&crane));
    assert_eq!(desk.listed("--before 2026-06-30"), Vec::<String>::new());
    let first = desk.run("--json incident list --limit 2 --dir harbour").ends_with(0).json();
    let mark = first["next"].as_str().unwrap();
    let second = desk.run(&format!("--json incident list --limit 2 --behind {mark} --dir harbour")).ends_with(0).json();
    let ids = |page: &Value| -> Vec<String> {
        page["incidents"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = [ids(&first), ids(&second)].concat();
    assert_eq!((&all[0], all.len(), &second["next"]), (&crane, 4, &Value::Null));
    assert!(others.iter().all(|other| all.contains(other)));
    desk.run("incident list --behind nonsense --dir harbour").refuses(2, &["is no mark"]);
}

#[test]
fn what_is_typed_wrong_is_named_and_nothing_is_made() {
    let desk = Desk::with_node();
    let size = desk.log_size();
    let new = |words: &[&str]| desk.desk(&[&["new", "--title", "Crane"], words].concat());
    new(&["--occurred", "2023-02-30"]).refuses(3, &["occurred", "not a day of the calendar"]);
    new(&["--description", "read \u{202e}backwards"]).refuses(3, &["description", "U+202E"]);
    new(&["--description", "<script>alert(1)</script>"]).refuses(3, &["description", "HTML"]);
    new(&["--set", "injred=2"]).refuses(3, &["injred", "did you mean `injured`"]);
    new(&["--set", "injured=two"]).refuses(3, &["injured", "whole number"]);
    new(&["--set", "injured"]).refuses(2, &["PROPERTY=VALUE"]);
    new(&["--country", "Holland"]).refuses(3, &["countries/0", "ISO 3166-1"]);
    new(&["--severity", "disaster", "--kind", "hazard"]).refuses(3, &["severity", "event_kind"]);
    new(&["--severity", "awful"]).refuses(2, &["unknown severity"]);
    new(&["--set", "stage=retracted"]).refuses(3, &["nothing to take back"]);
    new(&["--source", "cve=CVE-1"]).refuses(3, &["external_references/0", "CVE-2024-12345"]);
    desk.desk(&["new"]).refuses(2, &["nothing is said"]);
    desk.write("broken.json", r#"{"name": "x", "naem": "y"}"#);
    desk.desk(&["new", "broken.json"]).refuses(3, &["naem", "did you mean `name`"]);
    desk.write("other.json", r#"{"type": "malware", "name": "x"}"#);
    desk.desk(&["new", "other.json"]).refuses(3, &["type", "incident"]);
    desk.desk(&["show", "incident--00000000-0000-4000-8000-000000000000"]).refuses(3, &["is not here"]);
    desk.desk(&["show", "crane"]).refuses(2, &["neither an incident's id"]);
    assert_eq!(desk.log_size(), size);
}
