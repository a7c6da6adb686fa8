//! What was tried, against what, and whether it worked.

use serde_json::{Value, json};

use crate::scene::Desk;

impl Desk {
    fn tried(&self, words: &[&str]) -> String {
        let all = [&["--json", "countermeasure", "new", "--dir", "harbour"], words].concat();
        self.run_words(&all).ends_with(0).json()["countermeasure"].as_str().unwrap().to_owned()
    }

    fn measures(&self, filters: &str) -> Vec<Value> {
        let list = self.run(&format!("--json countermeasure list {filters} --dir harbour")).ends_with(0).json();
        list["countermeasures"].as_array().unwrap().clone()
    }
}

const MEASURED: [&str; 4] = ["--outcome", "partly", "--measured", "0 of 300 lifts; 7 of 300 before"];

#[test]
fn what_was_tried_is_written_down_listed_and_shown() {
    let desk = Desk::with_node();
    let vests = desk
        .tried(&[&["--title", "Other vests", "--setting", "trial", "--from", "2026-07-01"], &MEASURED[..]].concat());
    desk.tried(&["--title", "Slower cranes", "--outcome", "not-yet-known"]);
    assert_eq!(desk.measures("").len(), 2);
    let worked = desk.measures("--outcome partly");
    assert_eq!((worked.len(), &worked[0]["id"]), (1, &json!(vests)));
    let shown = desk.run(&format!("countermeasure show {vests} --dir harbour")).ends_with(0);
    shown.says(&["Other vests", "partly", "0 of 300 lifts", "2026-07-01", "Nobody said against what"]);
}

#[test]
fn a_link_leads_from_the_incident_and_from_those_that_are_one_with_it() {
    let desk = Desk::with_node();
    let [crane, other, gate] = ["Crane", "The same crane", "Gate"].map(|title| desk.titled(title));
    let vests = desk.tried(&["--title", "Other vests"]);
    let link = |words: &str| {
        let words: Vec<_> = words.split_whitespace().chain(["--reason", "tried in July", "--dir", "harbour"]).collect();
        desk.run_words(&[&["countermeasure", "link"], words.as_slice()].concat())
    };
    link(&format!("{vests} {crane} --preview")).ends_with(0).says(&["preview", "Nothing was signed"]);
    assert!(desk.measures(&format!("--against {crane}")).is_empty());
    link(&format!("{vests} {crane}")).ends_with(0).says(&["was tried against"]);
    link(&format!("{vests} {crane}")).ends_with(0).says(&["says so already"]);
    assert_eq!(desk.measures(&format!("--against {crane}")).len(), 1);
    assert!(desk.measures(&format!("--against {other}")).is_empty());
    let words = format!("incident merge {crane} {other} --reason one --dir harbour");
    desk.run(&words).ends_with(0);
    assert_eq!(desk.measures(&format!("--against {other}")).len(), 1);
    assert!(desk.measures(&format!("--against {gate}")).is_empty());
    desk.run(&format!("countermeasure show {vests} --dir harbour"))
        .ends_with(0)
        .says(&["Tried against", "tried in July"]);
}

#[test]
fn a_countermeasure_is_linked_to_a_signal() {
    let desk = Desk::with_node();
    let made = desk.run("--json signal new --title Week --keyword cranefall --dir harbour").ends_with(0).json();
    let signal = made["signal"].as_str().unwrap();
    let vests = desk.tried(&["--title", "A filter before the model"]);
    desk.run(&format!("countermeasure link {vests} {signal} --reason tried --dir harbour")).ends_with(0);
    assert_eq!(desk.measures(&format!("--against {signal}"))[0]["id"], json!(vests));
    let shown = desk.run(&format!("signal show {signal} --dir harbour")).ends_with(0);
    shown.says(&["tried against it", &vests]);
    let nobody = "indicator--00000000-0000-4000-8000-000000000009";
    desk.run(&format!("countermeasure link {vests} {nobody} --reason x --dir harbour")).refuses(3, &["is not here"]);
}

#[test]
fn what_nobody_measured_did_not_work() {
    let desk = Desk::with_node();
    let refused = |words: &[&str]| desk.run_words(&[&["countermeasure", "new", "--dir", "harbour"], words].concat());
    refused(&["--title", "Vests", "--outcome", "worked"]).refuses(3, &["measured", "not yet known"]);
    refused(&["--title", "Vests", "--from", "2026-07", "--until", "2026-06"]).refuses(3, &["tested_until"]);
    refused(&["--title", "<b>Vests</b>"]).refuses(3, &["HTML"]);
    assert!(desk.measures("").is_empty());
    let crane = desk.titled("Crane");
    let words = format!("countermeasure link {crane} {crane} --reason x --dir harbour");
    desk.run(&words).refuses(2, &["name two things"]);
    let nobody = "course-of-action--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f31";
    desk.run(&format!("countermeasure link {nobody} {crane} --reason x --dir harbour")).refuses(3, &["is not here"]);
}
