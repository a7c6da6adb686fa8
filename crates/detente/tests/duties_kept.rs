//! Somebody answers facts about an incident: they are kept, clocks follow from them, packs are adopted, and what was filed is proved.

use serde_json::{Value, json};

use crate::scene::{Desk, Run};

pub(crate) const STAGE: &str = "coalition-template/alert-the-desk/alert";
const NEXT: &str = "coalition-template/alert-the-desk/account";

/// What a member of the coalition knows of a loss of control.
const LOST: &str = "incident.loss_of_control=true incident.weight_exfiltration=none harm.deaths=0";

impl Desk {
    pub(crate) fn duties(&self, words: &str) -> Run {
        self.run(&format!("--json duties {words} --dir harbour"))
    }

    pub(crate) fn told(&self, words: &str) -> Value {
        self.duties(words).ends_with(0).json()
    }

    fn size(&self) -> u64 {
        self.run("--json log list --dir harbour").ends_with(0).json()["size"].as_u64().unwrap()
    }

    /// Answers that control was lost, and when it was noticed.
    pub(crate) fn answers_lost(&self, incident: &str, aware: &str) -> Value {
        self.told(&format!("answer {incident} {LOST} time.aware={aware}"))
    }
}

/// A desk whose party is a member of the coalition, with an incident.
pub(crate) fn member() -> (Desk, String) {
    let desk = Desk::with_node();
    desk.duties("profile actor.coalition_member=true").ends_with(0);
    let incident = desk.titled("A model left its sandbox");
    (desk, incident)
}

fn clock(desk: &Desk, incident: &str, stage: &str) -> Value {
    desk.told(&format!("clock show {incident} {stage}"))
}

fn standing<'a>(told: &'a Value, duty: &str) -> &'a str {
    let found = told["answers"].as_array().unwrap().iter().find(|answer| answer["duty"] == duty);
    found.unwrap_or_else(|| panic!("no answer about {duty}"))["standing"].as_str().unwrap()
}

fn source(told: &Value, fact: &str) -> Value {
    let found = told["sources"].as_array().unwrap().iter().find(|row| row["fact"] == fact);
    found.cloned().unwrap_or_else(|| panic!("nothing is known of {fact}: {told}"))
}

#[test]
fn an_answer_is_kept_says_what_changes_and_sets_a_clock() {
    let (desk, incident) = member();
    let preview = desk.told(&format!("answer {incident} {LOST} time.aware=2026-11-01T00:00:00Z --preview"));
    assert_eq!((&preview["made"], desk.told("clock list")["count"].as_u64()), (&json!(false), Some(0)));
    let told = desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    assert_eq!((&told["made"], &preview["changes"]), (&json!(true), &told["changes"]));
    let changed = told["changes"].as_array().unwrap();
    let alert = changed.iter().find(|change| change["duty"] == "coalition-template/alert-the-desk").unwrap();
    assert_eq!((&alert["before"]["standing"], &alert["after"]["standing"]), (&json!("undetermined"), &json!("due")));
    let shown = clock(&desk, &incident, STAGE);
    assert_eq!((&shown["state"], &shown["due"]), (&json!("late"), &json!("2026-11-02T00:00:00Z")));
    let checked = desk.told(&format!("check {incident}"));
    assert_eq!(standing(&checked, "coalition-template/alert-the-desk"), "due");
    assert_eq!(source(&checked, "time.aware")["from"], "answered");
    assert_eq!(source(&checked, "time.aware")["record"], told["record_digest"]);
    assert_eq!(source(&checked, "actor.coalition_member")["from"], "profile");
    assert_eq!(source(&checked, "incident.event_kind")["from"], "incident");
}

#[test]
fn what_is_answered_again_logs_nothing_and_what_is_taken_back_is_unknown() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    let size = desk.size();
    assert_eq!(desk.answers_lost(&incident, "2026-11-01T00:00:00Z")["made"], false);
    assert_eq!(desk.told(&format!("clock set {incident}"))["made"], false);
    assert_eq!(desk.size(), size);
    let told = desk.told(&format!("answer {incident} --take-back incident.loss_of_control"));
    assert!(told["unsettled"].as_array().unwrap().iter().any(|one| one["stage"] == STAGE), "{told}");
    let checked = desk.told(&format!("check {incident}"));
    assert_eq!(standing(&checked, "coalition-template/alert-the-desk"), "undetermined");
    assert_eq!(clock(&desk, &incident, STAGE)["state"], "late", "a clock runs on while nothing is settled");
    desk.told(&format!("answer {incident} incident.loss_of_control=false"));
    let shown = clock(&desk, &incident, STAGE);
    assert_eq!((&shown["state"], &shown["ended_by"]), (&json!("withdrawn"), &json!("(node)")));
}

#[test]
fn what_the_desk_says_counts_before_the_incident_and_a_new_version_moves_clocks() {
    let (desk, _) = member();
    let incident = desk.incident(
        "harbour",
        r#"{"name": "A model left its sandbox", "event_kind": "incident", "aware": "2026-11-01T00:00:00Z"}"#,
    );
    desk.told(&format!("answer {incident} {LOST}"));
    assert_eq!(clock(&desk, &incident, STAGE)["due"], "2026-11-02T00:00:00Z");
    let size = desk.size();
    desk.run(&format!("incident edit {incident} --aware 2026-11-03T00:00:00Z --dir harbour")).ends_with(0);
    let moved = clock(&desk, &incident, STAGE);
    assert_eq!((&moved["due"], &moved["moved"]), (&json!("2026-11-04T00:00:00Z"), &json!(1)));
    assert!(desk.size() >= size + 2, "the version, and what follows from it");
    desk.told(&format!("answer {incident} time.aware=2026-11-02T12:00:00Z"));
    let moved = clock(&desk, &incident, STAGE);
    assert_eq!(moved["due"], "2026-11-03T12:00:00Z", "the answer holds");
    desk.run(&format!("incident edit {incident} --aware 2026-11-09T00:00:00Z --dir harbour")).ends_with(0);
    assert_eq!(clock(&desk, &incident, STAGE)["due"], "2026-11-03T12:00:00Z");
}

#[test]
fn what_another_party_says_of_an_incident_moves_no_clock_of_ours() {
    let (desk, _) = member();
    desk.run("init --dir hills --name en=Hills").ends_with(0);
    let incident = "incident--7f1c0c0e-52d8-4c2a-9d3b-2c5a0e6b7f01";
    let own = json!({"extension_type": "property-extension", "event_kind": "incident", "report_stage": "final",
        "aware": "2026-11-20T00:00:00Z", "deaths": 0});
    let theirs = json!({"type": "incident", "spec_version": "2.1", "id": incident, "name": "A crane",
        "extensions": {"extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd": own}});
    desk.write("theirs.json", theirs.to_string());
    desk.run("record sign theirs.json --dir hills --out theirs-signed.json").ends_with(0);
    desk.run("log append theirs-signed.json --keys hills/profile.json --dir harbour").ends_with(0);
    let answered = desk.told(&format!("answer {incident} {LOST}"));
    assert_eq!(answered["clocks"], json!([]), "when we became aware is ours to say");
    let checked = desk.told(&format!("check {incident}"));
    let from: Vec<&str> =
        checked["sources"].as_array().unwrap().iter().map(|row| row["from"].as_str().unwrap()).collect();
    assert!(from.iter().all(|from| ["answered", "profile"].contains(from)), "{checked}");
    desk.told(&format!("answer {incident} time.aware=2026-11-01T00:00:00Z"));
    assert_eq!(clock(&desk, incident, STAGE)["due"], "2026-11-02T00:00:00Z");
}

/// Facts were answered before the time was known, so that no clock runs yet: the version that says it sets one.
#[test]
fn a_new_version_sets_a_clock_where_facts_were_answered_before() {
    let (desk, incident) = member();
    assert_eq!(desk.told(&format!("answer {incident} {LOST}"))["clocks"], json!([]));
    desk.run(&format!("incident edit {incident} --aware 2026-11-25T00:00:00Z --dir harbour")).ends_with(0);
    assert_eq!(clock(&desk, &incident, STAGE)["due"], "2026-11-26T00:00:00Z");
}

/// No node ran when its moment passed, and then it was found not to be due.
#[test]
fn a_moment_that_passed_is_told_although_its_clock_was_withdrawn() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    desk.told(&format!("answer {incident} incident.loss_of_control=false"));
    let shown = clock(&desk, &incident, STAGE);
    assert_eq!((&shown["state"], &shown["was_ever_late"]), (&json!("withdrawn"), &json!(true)));
}

#[test]
fn a_profile_is_kept_shown_and_moves_clocks_of_every_incident() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    let shown = desk.told("profile");
    assert_eq!(shown["facts"], json!({"actor.coalition_member": true}));
    assert_eq!(desk.told("profile actor.coalition_member=true")["made"], false);
    let told = desk.told("profile actor.coalition_member=false");
    assert_eq!(told["clocks"][0]["incident"], incident.as_str(), "{told}");
    assert_eq!(clock(&desk, &incident, STAGE)["state"], "withdrawn");
    desk.duties("profile harm.deaths=1").refuses(3, &["duties answer"]);
    desk.duties("profile --take-back actor.nothing").refuses(3, &["actor.nothing"]);
    desk.told("profile --take-back actor.coalition_member");
    assert_eq!(desk.told("profile")["facts"], json!({}));
}

#[test]
fn people_take_clocks_on_withdraw_them_and_say_what_was_filed() {
    let (desk, incident) = member();
    let answered = desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    desk.told(&format!("clock acknowledge {incident} {STAGE} --by dov"));
    assert_eq!(desk.told(&format!("clock acknowledge {incident} {STAGE} --by dov"))["made"], false);
    assert_eq!(clock(&desk, &incident, STAGE)["acknowledged_by"], "dov");
    let because = answered["record_digest"].as_str().unwrap();
    let nowhere = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    desk.duties(&format!("clock withdraw {incident} {STAGE} --because {nowhere} --by dov")).refuses(3, &["not here"]);
    desk.told(&format!("clock withdraw {incident} {STAGE} --because {because} --by dov"));
    assert_eq!(clock(&desk, &incident, STAGE)["state"], "withdrawn");
    assert_eq!(desk.told(&format!("clock set {incident}"))["made"], false, "what a person withdrew stays so");
    desk.duties(&format!("clock acknowledge {incident} {STAGE} --by dov")).refuses(1, &["withdrawn"]);
    desk.told(&format!("answer {incident} time.aware=2026-11-05T00:00:00Z"));
    assert_eq!(clock(&desk, &incident, STAGE)["state"], "late", "at another moment it is due after all");
    desk.duties(&format!("clock filed {incident} {STAGE} --version {nowhere} --by dov")).refuses(3, &["not here"]);
    let filed = desk.told(&format!("clock filed {incident} {STAGE} --version {because} --by dov"));
    assert!(filed["events"].as_array().unwrap().iter().any(|event| event["stage"] == NEXT), "{filed}");
    let shown = clock(&desk, &incident, STAGE);
    assert_eq!((&shown["state"], &shown["was_ever_late"]), (&json!("filed"), &json!(true)));
    assert_eq!(clock(&desk, &incident, NEXT)["state"], "running");
    let again = desk.told(&format!("clock filed {incident} {STAGE} --version {because} --by dov"));
    assert_eq!(again["made"], false);
    desk.duties(&format!("clock show {incident} coalition-template/alert-the-desk/none")).refuses(3, &["clock list"]);
}

#[test]
fn clocks_are_listed_by_urgency_and_written_as_a_calendar_without_content() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    let second = desk.titled("The cranes spoke to one another");
    desk.answers_lost(&second, "2026-10-01T00:00:00Z");
    let listed = desk.told("clock list");
    let rows = listed["clocks"].as_array().unwrap();
    let late: Vec<&str> = rows.iter().map(|row| row["incident"].as_str().unwrap()).collect();
    assert_eq!((late[0], late[1]), (second.as_str(), incident.as_str()), "{listed}");
    assert!(rows[0]["left_seconds"].as_i64().unwrap() < 0);
    assert_eq!(desk.told(&format!("clock list --incident {incident} --state late"))["count"], 1);
    assert_eq!(desk.told("clock list --state filed")["count"], 0);
    desk.told("clock calendar --site https://node.example --out duties.ics");
    let calendar = desk.read("duties.ics");
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.matches("BEGIN:VEVENT").count() == rows.len());
    assert!(calendar.contains("DTSTART:20261102T000000Z") && !calendar.contains("sandbox"), "{calendar}");
    desk.run("duties clock calendar --dir harbour").ends_with(0).says(&["END:VCALENDAR"]);
}

const PACK: &str = include_str!("../../../data/duties/packs/coalition-template.json");

/// The coalition's rules under another deadline: twelve hours where there were twenty-four.
fn stricter() -> String {
    let twelve = PACK.replace("\"hours\": 24", "\"hours\": 12").replace("\"version\": \"1", "\"version\": \"9");
    // Its vignettes were worked out for the other deadline.
    let mut pack: Value = serde_json::from_str(&twelve).unwrap();
    let vignettes = pack["vignettes"].as_array_mut().unwrap();
    vignettes
        .retain(|one| !one.to_string().contains("\"deadline\":\"one-day\"") && !one.to_string().contains("\"due\""));
    serde_json::to_string_pretty(&pack).unwrap()
}

#[test]
fn a_pack_is_adopted_changes_answers_and_is_dropped_again() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    desk.write("ours.json", stricter());
    let preview = desk.told("adopt ours.json --preview");
    assert_eq!((&preview["made"], &preview["incidents_changed"]), (&json!(false), &json!(1)), "{preview}");
    assert_eq!(preview["changed"][0]["incident"], incident.as_str());
    let adopted = desk.told("adopt ours.json");
    assert_eq!(adopted["made"], true);
    assert_eq!(clock(&desk, &incident, STAGE)["due"], "2026-11-01T12:00:00Z");
    assert_eq!(desk.told("adopt ours.json")["made"], false);
    let listed = desk.told("list");
    let row = listed["packs"].as_array().unwrap().iter().find(|row| row["pack"] == "coalition-template").unwrap();
    assert_eq!((&row["adopted"], &row["digest"]), (&json!(true), &adopted["digest"]));
    assert_eq!(listed["adopted"][0]["record"], adopted["pack_record"]);
    desk.told("drop coalition-template");
    assert_eq!(clock(&desk, &incident, STAGE)["due"], "2026-11-02T00:00:00Z");
    assert_eq!(desk.told("drop coalition-template")["made"], false, "it is dropped already");
    desk.duties("drop eu-gdpr-33").refuses(3, &["duties list"]);
    let record = adopted["pack_record"].as_str().unwrap();
    desk.told(&format!("adopt {record}"));
    assert_eq!(clock(&desk, &incident, STAGE)["due"], "2026-11-01T12:00:00Z", "out of its record");
}

#[test]
fn a_pack_that_does_not_hold_is_not_adopted() {
    let desk = Desk::with_node();
    let size = desk.size();
    desk.write("broken.json", PACK.replacen("\"review_by\"", "\"reviewed_by\"", 1));
    desk.duties("adopt broken.json").refuses(3, &["line "]);
    desk.write("failing.json", PACK.replace("\"hours\": 24", "\"hours\": 12"));
    desk.duties("adopt failing.json").refuses(3, &["coalition-template"]);
    desk.duties("adopt AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").refuses(3, &["partner add"]);
    assert_eq!(desk.size(), size);
}

/// A regulator is handed a folder months later: it sees that something was filed in time, and nothing of the case.
#[test]
fn timeliness_is_proved_without_content() {
    let (desk, incident) = member();
    let aware = desk.run_script("date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ").out.trim().to_owned();
    desk.answers_lost(&incident, &aware);
    let report = r#"{"type":"report","spec_version":"2.1","name":"Alert to the desk: the model left its sandbox",
        "published":"2026-11-30T00:00:00Z","object_refs":["incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01"]}"#;
    desk.sign(report, "filed.json");
    desk.run("log append filed.json --dir harbour").ends_with(0);
    let version = desk.shown("filed.json")["record_digest"].as_str().unwrap().to_owned();
    desk.told(&format!("clock filed {incident} {STAGE} --version {version} --by dov"));
    desk.told(&format!("clock prove {incident} {STAGE} --out proof"));
    // Nothing of the node is left: the folder alone is handed over.
    desk.run_script("mv harbour gone").ends_with(0);
    let names: Vec<String> = std::fs::read_dir(desk.path("proof"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let records: Vec<&String> =
        names.iter().filter(|name| name.ends_with(".json") && *name != "profile.json").collect();
    assert!(records.iter().any(|name| name.starts_with("filing-")) && records.len() >= 3, "{names:?}");
    for name in &records {
        let stem = name.trim_end_matches(".json");
        let words = format!("--json verify proof/{name} --proof proof/{stem}.proof --keys proof/profile.json");
        let facts = desk.run(&words).ends_with(0).json();
        assert_eq!(facts["verdict"], "signed and logged", "{facts}");
    }
    for name in &names {
        let text = desk.read(&format!("proof/{name}"));
        assert!(!text.contains("sandbox"), "{name}: {text}");
    }
    let filing = records.iter().find(|name| name.starts_with("filing-")).unwrap();
    let shown = desk.run(&format!("--json record show proof/{filing} --keys proof/profile.json")).ends_with(0).json();
    assert_eq!(shown["record_digest"], version.as_str());
    assert!(shown["object"].as_object().unwrap().is_empty(), "{shown}");
    let said: Vec<Value> = records
        .iter()
        .filter(|name| name.starts_with("clock-"))
        .map(|name| desk.run(&format!("--json record show proof/{name} --keys proof/profile.json")).ends_with(0).json())
        .collect();
    let told = said.iter().map(Value::to_string).collect::<String>();
    assert!(told.contains(&version) && told.contains("\"filed\"") && told.contains("\"set\""), "{told}");
}

/// Whatever label somebody puts on it: it is the party's own book, and no agreement has a word for it.
#[test]
fn none_of_what_is_kept_is_released_or_handed_in() {
    let (desk, incident) = member();
    let answered = desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    let shown = clock(&desk, &incident, STAGE);
    for digest in [answered["record_digest"].as_str().unwrap(), shown["record"].as_str().unwrap()] {
        desk.run(&format!("label put {digest} --tlp clear --pap clear --dir harbour")).ends_with(0);
        desk.run(&format!("release what-if {digest} --dir harbour")).refuses(1, &["stays here", "clock prove"]);
    }
}
