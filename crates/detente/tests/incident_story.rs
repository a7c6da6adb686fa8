//! What a shift asks: timeline, look-alikes, hand-over, and another party's account beside ours.

use serde_json::{Value, json};

use crate::incident_desk::CRANE;
use crate::scene::Desk;

impl Desk {
    fn desk_says(&self, words: &str, dir: &str) -> Value {
        self.run(&format!("--json incident {words} --dir {dir}")).ends_with(0).json()
    }

    fn merge(&self, one: &str, other: &str) {
        self.run(&format!("incident merge {one} {other} --reason same --dir harbour")).ends_with(0);
    }
}

fn kinds(timeline: &Value) -> Vec<&str> {
    timeline["lines"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect()
}

#[test]
fn every_line_of_a_timeline_can_be_proved() {
    let desk = Desk::with_node();
    let (crane, other) = (desk.incident("harbour", CRANE), desk.titled("Crane stood still"));
    desk.run(&format!("incident stage {crane} final --dir harbour")).ends_with(0);
    desk.run(&format!("incident label {crane} --value event=harm --by Ada --reason seen --dir harbour")).ends_with(0);
    desk.merge(&crane, &other);
    let timeline = desk.desk_says(&format!("timeline {crane}"), "harbour");
    assert_eq!(kinds(&timeline), ["fact", "reported", "edited", "labelled", "linked"]);
    for line in timeline["lines"].as_array().unwrap() {
        let command = line["places"][0]["proving"].as_str().unwrap_or_else(|| panic!("no place: {line}"));
        let words = command.strip_prefix("detente ").unwrap();
        desk.run(words).ends_with(0).says(&["c2sp.org/tlog-proof"]);
    }
    desk.run(&format!("incident timeline {crane} --dir harbour"))
        .ends_with(0)
        .says(&["Harbour: reported (initial)", "node log"]);
}

#[test]
fn look_alikes_come_with_reasons_and_the_commands_that_decide() {
    let desk = Desk::with_node();
    let crane = desk.incident("harbour", CRANE);
    let _gate = desk.titled("A gate was stuck for an hour");
    let alike = desk.incident(
        "harbour",
        r#"{"name": "Dockers hurt by a container crane", "description": "A crane set a container down between people.",
            "occurred": "2026-06-30", "system": "Yard Pilot"}"#,
    );
    let found = desk.desk_says(&format!("candidates {crane}"), "harbour");
    assert_eq!(found["candidates"][0]["id"], json!(alike), "{found:#}");
    assert_eq!(found["candidates"][0]["said"], "nothing");
    let by_titles = desk.desk_says(&format!("candidates {crane} --by-titles"), "harbour");
    let ids =
        |found: &Value| found["candidates"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
    assert_eq!((ids(&by_titles)[0].clone(), &by_titles["by_titles"]), (json!(alike), &json!(true)));
    let run = desk.run(&format!("incident candidates {crane} --dir harbour")).ends_with(0);
    let run = run.says(&["the word \"crane\"", "the same days", "nothing was joined"]);
    let merge = run.out.lines().find_map(|line| line.trim().strip_prefix("the same event:")).unwrap().trim().to_owned();
    desk.run(merge.strip_prefix("detente ").unwrap()).ends_with(0).says(&["logged as"]);
    let decided = desk.desk_says(&format!("candidates {crane}"), "harbour");
    assert_eq!(decided["candidates"][0]["said"], "one");
}

#[test]
fn a_shift_hands_over_what_changed_and_what_waits() {
    let desk = Desk::with_node();
    let (crane, other) = (desk.incident("harbour", CRANE), desk.titled("A crane set a container down"));
    let note = desk.desk_says("handover --since 2020-01-01T00:00:00Z", "harbour");
    let ids = |name: &str| -> Vec<String> {
        note[name].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((ids("changed").len(), ids("waiting").len()), (2, 2));
    assert_eq!(note["undecided"].as_array().unwrap().len(), 1, "a pair stands once: {note:#}");
    assert_eq!((&note["questions"], &note["alarms"]), (&json!([]), &json!([])));
    desk.merge(&crane, &other);
    desk.run(&format!("incident stage {crane} final --dir harbour")).ends_with(0);
    let note = desk.desk_says("handover --since 2020-01-01T00:00:00Z", "harbour");
    assert_eq!((note["waiting"].as_array().unwrap().len(), &note["undecided"]), (1, &json!([])));
    assert_eq!(note["statements"].as_array().unwrap().len(), 1);
    let run = desk.run("incident handover --since 2020-01-01T00:00:00Z --dir harbour").ends_with(0);
    run.says(&["written, edited, or come in:", "is one with", "no question waits", "no alarm is open"]);
    desk.run("incident handover --since 2099-01-01T00:00:00Z --dir harbour").refuses(2, &["has not come yet"]);
}

/// What Hills wrote of the same case comes into Harbour's log as a relayed record.
#[test]
fn another_partys_account_stands_beside_ours_and_is_not_ours_to_edit() {
    let desk = Desk::with_two();
    let crane = desk.incident("harbour", CRANE);
    let id = crane.clone();
    let theirs = CRANE.replace("\"injured\": 2", "\"injured\": 5").replace("deployer", "authority");
    let mut object: Value = serde_json::from_str(&theirs).unwrap();
    let own = object.as_object_mut().unwrap();
    let (name, description) = (own.remove("name").unwrap(), own.remove("description").unwrap());
    let sources = own.remove("external_references").unwrap();
    own.insert("occurred".to_owned(), json!("2026-06-30T00:00:00Z"));
    own.insert("extension_type".to_owned(), json!("property-extension"));
    let extension = "extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd";
    let whole = json!({"type": "incident", "spec_version": "2.1", "id": id, "name": name, "description": description,
        "external_references": sources, "extensions": {extension: own}});
    desk.write("theirs.json", whole.to_string());
    desk.run("record sign theirs.json --dir hills --out theirs-signed.json").ends_with(0);
    desk.run("log append theirs-signed.json --keys hills/profile.json --dir harbour").ends_with(0);
    let shown = desk.show("harbour", &crane);
    assert_eq!(shown["accounts"].as_array().unwrap().len(), 2);
    let rows = shown["side_by_side"].as_array().unwrap();
    let of = |name: &str| rows.iter().find(|row| row["property"] == name).unwrap()["comparison"].clone();
    assert_eq!((of("injured"), of("name")), (json!("DIFFER"), json!("agree")));
    let hills = shown["accounts"][1]["record_digest"].as_str().unwrap();
    desk.run(&format!("incident edit {crane} --set deaths=0 --after {hills} --dir harbour"))
        .refuses(1, &["is by hills", "an account of its own"]);
    // Of an incident that Hills alone has written, Harbour makes no version.
    desk.run("--json incident new --title Elsewhere --dir hills").ends_with(0);
    let list = desk.desk_says("list", "hills");
    let elsewhere = list["incidents"][0]["id"].as_str().unwrap();
    desk.run(&format!("incident edit {elsewhere} --set deaths=0 --dir harbour")).refuses(3, &["is not here"]);
}
