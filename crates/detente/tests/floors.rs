//! What a node never lets out, whatever an agreement says.

use serde_json::{Value, json};

use crate::scene::Desk;

fn list(desk: &Desk, more: &str) -> Value {
    desk.run(&format!("--json floor list --dir harbour {more}")).ends_with(0).json()["floors"].clone()
}

fn is_on(desk: &Desk, name: &str) -> bool {
    let floors = list(desk, "");
    let row = floors.as_array().unwrap().iter().find(|row| row["floor"] == name).unwrap();
    row["is_on"].as_bool().unwrap()
}

const OFF: &str = "floor off classified --reason cleared --by Ada --dir harbour";

#[test]
fn all_floors_are_listed_in_both_languages_and_all_are_on() {
    let desk = Desk::with_node();
    let floors = list(&desk, "");
    assert_eq!(floors.as_array().unwrap().len(), 19);
    assert!(floors.as_array().unwrap().iter().all(|row| row["is_on"] == true));
    let english = desk.run("floor list --dir harbour").ends_with(0);
    let english = english.says(&["Nothing that a government has classified.", "Without a switch:"]);
    for row in floors.as_array().unwrap() {
        assert!(english.out.contains(row["floor"].as_str().unwrap()), "{row}");
        assert!(english.out.contains(row["meaning"].as_str().unwrap()), "{row}");
    }
    let chinese = desk.run("floor list --dir harbour --language zh-Hans").ends_with(0);
    let chinese = chinese.says(&["任何政府定密信息不得外传。", "未经标注的内容"]);
    assert!(!chinese.out.contains("Without a switch"), "{chinese:#?}");
    desk.run("floor list --policies --dir harbour").ends_with(0).says(&["Care::\"classified\""]);
}

#[test]
fn a_floor_stays_on_without_yes() {
    let desk = Desk::with_node();
    let before = desk.files("harbour/segments");
    desk.run(OFF).ends_with(0).says(&["Nothing was changed", "--yes"]);
    assert_eq!((is_on(&desk, "classified"), desk.files("harbour/segments")), (true, before));
}

#[test]
fn a_switch_is_logged_with_who_and_why() {
    let desk = Desk::with_node();
    let size = desk.entries("harbour").len();
    let digest = desk.run(&format!("{OFF} --yes")).ends_with(0).says(&["Signed and logged"]).fact("record digest");
    assert_eq!(desk.entries("harbour")[size]["record_digest"], digest);
    assert!(!is_on(&desk, "classified") && is_on(&desk, "red"));
    desk.run("floor list --dir harbour").ends_with(0).says(&["OFF by Ada: cleared"]);
    desk.run("floor on classified --reason again --by Ben --dir harbour").ends_with(0).says(&["Nothing was changed"]);
    assert!(!is_on(&desk, "classified"));
    desk.run("floor on classified --reason again --by Ben --yes --dir harbour").ends_with(0);
    assert!(is_on(&desk, "classified"));
    assert_eq!(desk.entries("harbour").len(), size + 2);
    desk.run_script("rm -r harbour/views").ends_with(0);
    desk.run("rebuild --dir harbour").ends_with(0);
    assert!(is_on(&desk, "classified"));
}

#[test]
fn a_switch_needs_a_floor_a_reason_and_a_name() {
    let desk = Desk::with_node();
    let size = desk.entries("harbour").len();
    let off = |floor: &str, reason: &str, by: &str| {
        desk.run_words(&["floor", "off", floor, "--reason", reason, "--by", by, "--yes", "--dir", "harbour"])
    };
    off("classified", "", "Ada").ends_with(3);
    off("classified", " \t", "Ada").ends_with(3);
    off("classified", "cleared", " ").ends_with(3);
    off("ceiling", "cleared", "Ada").refuses(3, &["ceiling"]);
    assert_eq!((desk.entries("harbour").len(), is_on(&desk, "classified")), (size, true));
}

#[test]
fn another_partys_switch_switches_nothing() {
    let desk = Desk::with_two();
    let digest = desk.run(&format!("{} --yes", OFF.replace("harbour", "hills"))).ends_with(0).fact("record digest");
    desk.hand_out("hills", &digest, "switch.json");
    desk.run("partner add hills/profile.json --dir harbour").ends_with(0);
    desk.run("log append switch.json --keys hills/profile.json --dir harbour").ends_with(0);
    assert!(is_on(&desk, "classified"));
    assert_eq!(list(&desk, "")[0]["floor"], json!("classified"));
}

#[test]
fn a_switch_is_told_to_programs_as_well() {
    let desk = Desk::with_node();
    let told = desk.run(&format!("--json {OFF}")).ends_with(0).json();
    assert_eq!(told, json!({"floor": "classified", "is_on": true, "changed": false}));
    let told = desk.run(&format!("--json {OFF} --yes")).ends_with(0).json();
    assert_eq!((&told["floor"], &told["is_on"], &told["changed"]), (&json!("classified"), &json!(false), &json!(true)));
}
