//! Somebody asks whom to tell: of facts that are typed, of an incident of the node, before anything happened, and of rules of one's own.

use std::path::Path;

use serde_json::Value;

use crate::scene::{Desk, TEMPE};

const PACK: &str = include_str!("../../../data/duties/packs/coalition-template.json");

/// What a frontier developer in California knows after a model escaped: enough for one answer and not for others.
const CALIFORNIA: &str = "--set system.training_compute=3e26 --as-of 2026-07-21T00:00:00Z";

fn answers(told: &Value) -> &Vec<Value> {
    told["answers"].as_array().unwrap()
}

fn answer<'a>(told: &'a Value, duty: &str) -> &'a Value {
    answers(told).iter().find(|answer| answer["duty"] == duty).unwrap_or_else(|| panic!("no answer about {duty}"))
}

#[test]
fn nothing_known_is_nothing_guessed() {
    let desk = Desk::new();
    let told = desk.run("--json duties check --as-of 2026-11-30T00:00:00Z").ends_with(0).json();
    assert_eq!(told["counts"]["due"], 0, "{told}");
    assert!(told["counts"]["undetermined"].as_u64().unwrap() > 0);
    assert!(!told["would_settle"].as_array().unwrap().is_empty());
}

#[test]
fn a_fact_that_is_typed_wrong_is_named_with_what_to_do() {
    let desk = Desk::new();
    desk.run("duties check --set harm.deaths=many").refuses(3, &["harm.deaths"]);
    desk.run("duties check --set harm.dead=1").refuses(3, &["harm.dead"]);
    desk.run("duties check --set harm.deaths").refuses(2, &["FACT=VALUE"]);
}

#[test]
fn an_answer_is_explained_step_by_step_with_where_it_is_written() {
    let desk = Desk::new();
    let words = format!("duties check {CALIFORNIA} --explain us-ca-sb53/report-15-days");
    let told = desk.run(&format!("--json {words}")).ends_with(0).json();
    let steps = told["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["source"]["article"].is_string()), "{told}");
    desk.run(&format!("{words} --language zh-Hans")).ends_with(0).says(&["不构成法律意见"]);
    desk.run("duties check --explain us-ca-sb53/nothing").refuses(3, &["duties list"]);
}

#[test]
fn an_incident_of_the_node_is_asked_about_by_its_id() {
    let desk = Desk::with_node();
    desk.write("object.json", TEMPE);
    desk.run("record sign object.json --dir harbour --out record.json").ends_with(0);
    desk.run("log append record.json --dir harbour").ends_with(0);
    let listed = desk.run("--json incident list --dir harbour").ends_with(0).json();
    let id = listed["incidents"][0]["id"].as_str().unwrap().to_owned();
    let told = desk.run(&format!("--json duties check {id} --dir harbour")).ends_with(0).json();
    assert_eq!(told["incident"], id.as_str());
    assert_eq!(told["facts"]["harm.people_affected"]["low"], 1, "so far: it is no final report; {}", told["facts"]);
    let typed = desk.run(&format!("--json duties check {id} --dir harbour --set harm.deaths=0")).ends_with(0).json();
    assert_eq!(typed["facts"]["harm.deaths"], 0, "what a person says counts before what the record says");
}

#[test]
fn what_is_supposed_changes_answers_and_nothing_else() {
    let desk = Desk::new();
    let words = format!("--json duties check {CALIFORNIA} --suppose system.training_compute=1e24");
    let told = desk.run(&words).ends_with(0).json();
    let changed = told["supposed"].as_array().unwrap();
    assert!(changed.iter().any(|change| change["duty"] == "us-ca-sb53/report-15-days"), "{told}");
    assert_eq!(answer(&told, "us-ca-sb53/report-15-days")["standing"], "undetermined");
}

#[test]
fn a_preview_tells_thresholds_apart() {
    let desk = Desk::new();
    let kinds = |compute: &str| {
        let words =
            format!("--json duties preview --set system.training_compute={compute} --as-of 2026-11-30T00:00:00Z");
        desk.run(&words).ends_with(0).json()["kinds"].clone()
    };
    let of = |kinds: &Value, duty: &str| -> Vec<String> {
        let all = kinds.as_array().unwrap().iter().flat_map(|kind| kind["answers"].as_array().unwrap().clone());
        all.filter(|answer| answer["duty"] == duty)
            .map(|answer| answer["standing"].as_str().unwrap().to_owned())
            .collect()
    };
    let (above, below) = (kinds("3e26"), kinds("1e24"));
    assert!(of(&below, "us-ca-sb53/report-15-days").iter().all(|standing| standing == "not due"), "{below}");
    assert!(of(&above, "us-ca-sb53/report-15-days").iter().any(|standing| standing != "not due"), "{above}");
}

#[test]
fn shipped_vignettes_and_scenarios_come_out_as_they_say() {
    let desk = Desk::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/duties/scenarios");
    let mut words = "--json duties test".to_owned();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        words.push_str(&format!(" --scenario {}", entry.unwrap().path().display()));
        count += 1;
    }
    let told = desk.run(&words).ends_with(0).json();
    assert!(told["vignettes"].as_u64().unwrap() >= 90, "{told}");
    assert_eq!(told["scenarios"], count);
}

#[test]
fn a_pack_of_ones_own_is_linted_and_used() {
    let desk = Desk::new();
    desk.write(
        "ours.json",
        PACK.replace("\"coalition-template\"", "\"our-desk\"").replace("coalition-template/", "our-desk/"),
    );
    desk.run("duties lint ours.json").ends_with(0).says(&["vignette"]);
    let told = desk.run("--json duties list --pack ours.json").ends_with(0).json();
    assert!(told["packs"].as_array().unwrap().iter().any(|pack| pack["pack"] == "our-desk"));
}

#[test]
fn a_broken_pack_is_refused_with_line_and_reason_and_nothing_of_it_is_used() {
    let desk = Desk::new();
    desk.write("broken.json", PACK.replacen("\"review_by\"", "\"reviewed_by\"", 1));
    desk.run("duties lint broken.json").ends_with(1).says(&["line "]);
    desk.run("duties check --pack broken.json").refuses(3, &["duties lint"]);
    let told = desk.run("--json duties show us-ca-sb53/report-15-days").ends_with(0).json();
    assert_eq!(told["duties"].as_array().unwrap().len(), 1);
    desk.run("duties show nothing").refuses(3, &["duties list"]);
}
