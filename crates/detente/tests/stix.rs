//! `detente stix check`, told with a file that half holds.

use serde_json::{Value, json};

use crate::scene::Desk;

const FILE: &str = r#"{"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [
    {"type": "identity", "spec_version": "2.1", "id": "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff",
     "created": "2026-07-01T03:10:00.000Z", "modified": "2026-07-01T03:10:00.000Z", "name": "港口"},
    {"type": "identity", "spec_version": "2.1", "id": "identity--f431f809-377b-45e0-aa1c-6a4751cae500",
     "created": "2026-07-01T03:10:00.000Z", "modified": "2026-07-01T03:10:00.000Z"}]}"#;

#[test]
fn what_breaks_a_rule_is_named_kept_apart_and_can_be_mended() {
    let desk = Desk::new();
    desk.write("theirs.json", FILE);
    let run = desk.run("stix check theirs.json --quarantine held.json").refuses(1, &["breaks rules", "held.json"]);
    run.says(&["MUST", "object 1", "`name` is missing; add it", "1 objects hold, 1 do not"]);
    let chinese = desk.run("stix check theirs.json --language zh-Hans").refuses(1, &["--quarantine"]);
    assert!(chinese.out.contains("name") && !chinese.out.contains("is missing"), "{}", chinese.out);
    let mended = desk.read("held.json").replacen("\"created\"", "\"name\": \"Harbour\", \"created\"", 1);
    desk.write("mended.json", mended);
    let told = desk.run("--json stix check mended.json").ends_with(0).json();
    assert_eq!((&told["is_valid"], &told["taken"], &told["findings"]), (&json!(true), &json!(1), &json!([])));
}

#[test]
fn what_is_no_stix_is_said_to_be_none() {
    let desk = Desk::new();
    desk.write("words", "not JSON at all");
    let told: Value = desk.run("--json stix check words").refuses(1, &[]).json();
    assert_eq!(told["form"], json!("nothing"));
}
