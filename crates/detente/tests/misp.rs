//! `detente import --from misp` and `detente export --as misp`, told with a harbour's events.

use serde_json::{Value, json};

use crate::scene::Desk;

/// An event with these tags and this title; its id ends in the number.
fn event(number: u32, title: &str, tags: &[&str]) -> Value {
    let tags: Vec<_> = tags.iter().map(|tag| json!({ "name": tag })).collect();
    let uuid = format!("5d1b6f3e-0a2c-4c55-9f3f-2f6a0a00{number:04}");
    json!({"Event": {"uuid": uuid, "info": title, "date": "2026-06-30", "timestamp": "1782820800", "distribution": "3",
        "Orgc": {"name": "海港局", "uuid": "5d1b6f3e-0a2c-4c55-9f3f-2f6a0a0000fe"}, "Tag": tags,
        "Attribute": [{"uuid": format!("5d1b6f3e-0a2c-4c55-9f3f-2f6a0b00{number:04}"), "type": "domain",
            "category": "Network activity", "value": "crane.example", "to_ids": true}]}})
}

fn desk(events: &[Value]) -> Desk {
    let desk = Desk::with_node();
    desk.write("events.json", json!({ "response": events }).to_string());
    desk
}

const IMPORT: &str = "--json import events.json --from misp --dir harbour";

/// What is in force on the newest record with this title.
fn in_force(desk: &Desk, title: &str) -> Value {
    let list = desk.run("--json log list --dir harbour --limit 100").ends_with(0).json();
    let rows = list["entries"].as_array().unwrap();
    let row = rows.iter().filter(|row| row["name"] == title).max_by_key(|row| row["index"].as_u64()).unwrap();
    let told = desk
        .run(&format!("--json label list {} --dir harbour", row["record_digest"].as_str().unwrap()))
        .ends_with(0)
        .json();
    let places = told["in_force"].as_array().unwrap();
    places.iter().find(|place| place["place"] == "/object/name").unwrap()["marks"].clone()
}

const UNLABELLED: &str = "unlabelled: stays here";

#[test]
fn tags_become_labels_and_an_event_without_one_waits() {
    let desk = desk(&[
        event(1, "Amber", &["tlp:amber", "PAP:GREEN"]),
        event(2, "Bare", &[]),
        event(3, "Torn", &["tlp:red", "tlp:green"]),
    ]);
    let told = desk.run(IMPORT).ends_with(0).json();
    assert_eq!([&told["made"], &told["labelled"], &told["waiting"], &told["observables"]], [3, 1, 2, 3]);
    assert_eq!(told["waits"][1]["reasons"][0], "the event has several tags of tlp that contradict one another");
    assert_eq!(told["observables_named"][0]["pattern"], "[domain-name:value = 'crane.example']");
    assert_eq!(in_force(&desk, "Amber"), "TLP amber, PAP green");
    // `all communities` where they came from permits nothing.
    assert_eq!((in_force(&desk, "Bare"), in_force(&desk, "Torn")), (json!(UNLABELLED), json!(UNLABELLED)));
    let again = desk.run(IMPORT).ends_with(0).json();
    assert_eq!([&again["made"], &again["changed"], &again["unchanged"]], [0, 0, 3], "and nothing is made twice");
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn an_event_that_is_tagged_more_strictly_is_labelled_anew_and_never_less() {
    let desk = desk(&[event(1, "Crane", &["tlp:green"])]);
    desk.run(IMPORT).ends_with(0);
    assert_eq!(in_force(&desk, "Crane"), "TLP green, PAP clear");
    desk.write("events.json", event(1, "Crane", &["tlp:red"]).to_string());
    assert_eq!(desk.run(IMPORT).ends_with(0).json()["changed"], 1);
    assert_eq!(in_force(&desk, "Crane"), "TLP red, PAP clear");
    desk.write("events.json", event(1, "Crane", &["tlp:clear"]).to_string());
    assert_eq!(desk.run(IMPORT).ends_with(0).json()["changed"], 1);
    assert_eq!(in_force(&desk, "Crane"), "TLP red, PAP clear");
}

#[test]
fn a_new_version_that_waits_does_not_leave_under_the_label_of_the_one_before() {
    let desk = desk(&[event(1, "Crane", &["tlp:green"])]);
    desk.run(IMPORT).ends_with(0);
    desk.write("events.json", event(1, "Crane", &["tlp:unclear"]).to_string());
    let told = desk.run(IMPORT).ends_with(0).json();
    assert_eq!([&told["changed"], &told["waiting"]], [1, 1]);
    assert_eq!(in_force(&desk, "Crane"), "TLP red, PAP red, for nobody");
}

#[test]
fn an_event_is_checked_before_anything_is_signed() {
    let desk =
        desk(&[event(1, "Amber", &["tlp:amber", "eu-ai-act:risk-level=\"none of these\""]), event(2, "Bare", &[])]);
    desk.write(
        "taxonomy.json",
        r#"{"namespace":"eu-ai-act","version":1,"predicates":[{"value":"risk-level"}],"values":[]}"#,
    );
    let told = desk.run("--json import events.json --from misp --check --taxonomy taxonomy.json").ends_with(0).json();
    assert_eq!([&told["rows"], &told["labelled"], &told["waiting"]], [2, 1, 1]);
    assert!(told["notes"][0]["reason"].as_str().unwrap().contains("is not in the taxonomy eu-ai-act"), "{told}");
    desk.run("import events.json --from avid --check --taxonomy taxonomy.json").refuses(2, &["--from misp"]);
}

#[test]
fn a_feed_goes_out_and_comes_into_another_node() {
    let desk = Desk::with_two();
    desk.write(
        "events.json",
        json!({"response": [event(1, "Crane 起重机", &["tlp:amber"]), event(2, "Bare", &[])]}).to_string(),
    );
    desk.run(IMPORT).ends_with(0);
    let seen = desk.run("--json export --dir harbour --as misp-feed --out feed").ends_with(0).json();
    assert!(!desk.has("feed"), "it is seen before it is written");
    assert_eq!(seen["incidents"], 2);
    assert!(
        seen["losses"].as_array().unwrap().iter().any(|loss| loss["field"] == "label" && loss["rows"] == 1),
        "{seen}"
    );
    desk.run("export --dir harbour --as misp-feed --out feed --yes").ends_with(0);
    let manifest: Value = serde_json::from_str(&desk.read("feed/manifest.json")).unwrap();
    assert_eq!(manifest.as_object().unwrap().len(), 2);
    assert!(desk.read("feed/hashes.csv").lines().count() > 4);
    let taken = desk.run("--json import feed --from misp --dir hills").ends_with(0).json();
    assert_eq!([&taken["made"], &taken["labelled"], &taken["waiting"]], [2, 1, 1]);
    desk.run("export --dir harbour --as misp-feed --out feed --yes").refuses(4, &["feed"]);
}

#[test]
fn a_feed_with_a_file_too_many_is_taken_but_for_that_file() {
    let desk = Desk::with_two();
    desk.write("events.json", event(1, "Crane", &["tlp:amber"]).to_string());
    desk.run(IMPORT).ends_with(0);
    desk.run("export --dir harbour --as misp-feed --out feed --yes").ends_with(0);
    desk.write("feed/5d1b6f3e-0a2c-4c55-9f3f-2f6a0a000007.json", event(7, "Put there", &["tlp:clear"]).to_string());
    let taken =
        desk.run("--json import feed --from misp --dir hills").refuses(3, &["1 things are wrong with the feed"]).json();
    assert_eq!(taken["made"], 1);
    assert!(taken["faults"][0]["reason"].as_str().unwrap().contains("is not in the list of the feed"), "{taken}");
}

#[test]
fn one_file_of_events_is_read_back() {
    let desk = Desk::with_two();
    desk.write("events.json", json!({"response": [event(1, "Crane 起重机", &["tlp:amber", "PAP:RED"])]}).to_string());
    desk.run(IMPORT).ends_with(0);
    desk.run("export --dir harbour --as misp --out out.json --yes")
        .ends_with(0)
        .says(&["No agreement covers this file"]);
    let out: Value = serde_json::from_str(&desk.read("out.json")).unwrap();
    let event = &out["response"][0]["Event"];
    assert_eq!((&event["info"], &event["distribution"]), (&json!("Crane 起重机"), &json!("0")));
    let tags: Vec<_> = event["Tag"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(tags, ["tlp:amber", "PAP:RED"]);
    let taken = desk.run("--json import out.json --from misp --dir hills").ends_with(0).json();
    assert_eq!([&taken["made"], &taken["labelled"]], [1, 1]);
}
