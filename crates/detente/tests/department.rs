//! One day of a department, from the databases of others to a partner's desk.
#![expect(clippy::print_stdout, reason = "a part that was skipped must say so")]

use serde_json::{Value, json};

use crate::exchange::Federation;
use crate::import::shared;
use crate::scene::Desk;
use crate::treaty::CANARY;

/// What Harbour's officer writes down, with a cause that must not leave.
const CASE: &str = r#"{"name": "Crane set a container down between dockers", "occurred": "2026-06-30",
    "description": "A crane that drives itself set a container down where people stood.", "system": "Yard Pilot",
    "deployer": "Harbour", "developer": "Cargo Tools", "event_kind": "incident", "countries": ["NL"]}"#;

/// The databases as they lie in the shared data, and how each is read.
const SOURCES: [(&str, &str); 3] =
    [("aiid", "aiid"), ("avid/avid_reports.jsonl", "avid"), ("atlas/ATLAS-5.6.1.yaml", "atlas")];

impl Desk {
    /// Takes the databases in twice; answers how many rows they have.
    fn take_in_databases(&self) -> u64 {
        let mut rows = 0;
        for (name, from) in SOURCES {
            let Some(path) = shared(name) else { continue };
            let words = format!("--json import {} --from {from} --keep-html --dir harbour", path.display());
            let first = self.run(&words).ends_with(0).json();
            assert_eq!(first["made"], first["rows"], "{name}");
            assert!(first["losses"].is_array(), "{name} comes with a loss report");
            let again = self.run(&words).ends_with(0).json();
            assert_eq!(again["unchanged"], first["rows"], "{name}: a second run changes nothing");
            rows += first["rows"].as_u64().unwrap();
        }
        println!("COUNT: {rows} rows of others' databases, each taken in twice and made once");
        rows
    }

    fn hits(&self, query: &str) -> usize {
        let run = self.run_words(&["--json", "search", query, "--dir", "harbour"]).ends_with(0);
        run.json()["hits"].as_array().unwrap().len()
    }

    /// The newest version of an incident of Harbour's, by its digest.
    fn newest(&self, incident: &str) -> String {
        self.show("harbour", incident)["accounts"][0]["record_digest"].as_str().unwrap().to_owned()
    }
}

fn disputed(shown: &Value) -> Vec<&str> {
    let rows = shown["labels"].as_array().unwrap().iter();
    rows.filter(|row| row["disputed"] == true).map(|row| row["field"].as_str().unwrap()).collect()
}

#[test]
fn a_case_is_found_labelled_joined_parted_and_shown_to_a_partner_without_what_must_stay() {
    let federation = Federation::new();
    let desk = &federation.desk;
    let agreement = federation.agree("hills", "public-incident");
    let rows = desk.take_in_databases();
    let case = desk.incident("harbour", CASE);
    let twin =
        desk.incident("harbour", r#"{"name": "码头吊车放下集装箱", "description": "集装箱落在有人站立的地方。"}"#);
    assert_eq!(desk.titles("\"set a container down\"")[0], "Crane set a container down between dockers");
    assert_eq!(desk.titles("吊车"), ["码头吊车放下集装箱"], "a word of two characters is found");
    if rows > 0 {
        assert!(desk.hits("facial recognition") > 0 && desk.hits("prompt injection") > 0);
    }
    for (by, event) in [("--by Ada", "near-miss"), ("--by sorter --annotator program --program-version 1.2", "harm")] {
        let words = format!("incident label {case} --value event={event} {by} --reason seen --dir harbour");
        desk.run(&words).ends_with(0);
    }
    assert_eq!(disputed(&desk.show("harbour", &case)), ["event"], "both stand, and they differ");
    let merge = format!("incident merge {case} {twin} --reason same --dir harbour");
    desk.run(&merge).ends_with(0);
    assert_eq!(desk.show("harbour", &case)["same"], json!([twin]));
    desk.run(&format!("{merge} --undo")).ends_with(0);
    assert_eq!(desk.show("harbour", &case)["same"], json!([]));
    desk.run(&format!("incident edit {case} --set cause={CANARY} --dir harbour")).ends_with(0);
    let newest = desk.newest(&case);
    for marks in ["--tlp clear", "--place cause --tlp clear --tag classified"] {
        desk.run(&format!("label put {newest} {marks} --dir harbour")).ends_with(0);
    }
    let propose = format!("release propose {newest} --agreement {agreement} --clause 2.1 --purpose safety-research");
    let proposal = desk.run(&format!("{propose} --by Ada --dir harbour")).ends_with(0).fact("proposal");
    desk.publish(&proposal).ends_with(0);
    desk.until("Hills has read it", |desk| desk.read_feeds("hills").iter().any(|feed| feed["size"] == 1));
    let seen = desk.show("hills", &case);
    assert!(seen.to_string().contains("Crane set a container down between dockers"), "{seen:#}");
    assert!(!seen.to_string().contains(CANARY));
    assert!(
        desk.files("hills").values().all(|octets| !octets.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()))
    );
    desk.until("Harbour is told that Hills has it", |desk| {
        desk.statements("harbour").iter().any(|one| one["kind"] == "acknowledgement")
    });
}
