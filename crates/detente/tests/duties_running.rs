//! A node that runs sets clocks by itself: of what is imported, and of what other programs hand in; also if it is killed in between. And
//! what was erased has no clock that runs.

use serde_json::{Value, json};

use crate::duties_kept::member;
use crate::scene::Desk;
use crate::users::{Office, envelope};

const COALITION: &str = include_str!("../../../data/duties/packs/coalition-template.json");

/// The stage of the rule.
const NOTE: &str = "house/note-a-near-miss/note";

const MAPPING: &str = r#"{"detente_mapping":1,"source":"Harbour register","format":"csv","id":"Case",
"columns":{"Title":"name","Aware":"aware"},"constants":{"event_kind":"near miss"}}"#;

const IMPORT: &str = "import register.csv --mapping mapping.json --dir harbour";

impl Desk {
    /// Harbour is a member of a coalition whose rule is that a near miss is noted within ten working days.
    fn notes_near_misses(&self) {
        let mut pack: Value = serde_json::from_str(COALITION).unwrap();
        pack["id"] = json!("house");
        for unused in ["definitions", "questions"] {
            pack.as_object_mut().unwrap().remove(unused);
        }
        pack["sources"].as_array_mut().unwrap().retain(|source| source["id"] != "silence");
        let vignettes = pack["vignettes"].as_array_mut().unwrap();
        vignettes.retain(|one| one["id"] == "before-the-rules");
        vignettes[0]["expect"].as_array_mut().unwrap().retain(|one| one["duty"] == "note-a-near-miss");
        let duties = pack["duties"].as_array_mut().unwrap();
        duties.retain(|duty| duty["id"] == "note-a-near-miss");
        duties[0].as_object_mut().unwrap().remove("displaced_by");
        self.write("house.json", pack.to_string());
        self.write("mapping.json", MAPPING);
        self.told("adopt house.json --by ada");
        self.told("profile actor.coalition_member=true --by ada");
    }

    fn has_a_register_of(&self, cases: usize) {
        let row = |number| format!("H-{number},Crane {number},2026-11-28T09:00:00Z\n");
        self.write("register.csv", "Case,Title,Aware\n".to_owned() + &(1..=cases).map(row).collect::<String>());
    }

    /// The clocks of that rule; that of the coalition, which is shipped, has its own beside them.
    fn clocks(&self) -> Vec<Value> {
        let mut clocks = self.told("clock list")["clocks"].as_array().unwrap().clone();
        clocks.retain(|clock| clock["stage"] == NOTE);
        clocks
    }
}

#[test]
fn what_is_imported_beside_a_running_node_has_its_clocks_without_being_asked() {
    let desk = Desk::with_node();
    desk.notes_near_misses();
    desk.has_a_register_of(3);
    let node = desk.serve("harbour", "127.0.0.1:0");
    desk.run(IMPORT).ends_with(0);
    desk.until("each has its clock", |desk| desk.clocks().len() == 3);
    drop(node);
    let answered = desk.told("list")["adopted"][0]["by"].clone();
    assert_eq!(answered, "ada", "who adopted the rules stands beside them");
}

#[test]
fn what_another_program_hands_in_has_its_clock_too() {
    let desk = Desk::with_node();
    desk.notes_near_misses();
    desk.open_accounts("harbour");
    let (node, site) = desk.serve_users("harbour");
    let office = Office { desk, site, node };
    let token = office.token("lin", "tool", "read read-feeds post write");
    let path = format!("{}objects/", office.collection(&token, "Our own records"));
    let incident = json!({
        "type": "incident", "spec_version": "2.1", "id": "incident--5f0c2a34-6c1e-4b4f-9a55-0d6f6f3b8a77",
        "created": "2026-11-28T09:00:00Z", "modified": "2026-11-28T09:00:00Z", "name": "A crane moved by itself",
        "extensions": { "extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd": {
            "extension_type": "property-extension", "event_kind": "near miss", "aware": "2026-11-28T09:00:00Z" } }
    });
    let status = office.site.post(&path, &token, &envelope(&[incident])).is(202).json();
    assert_eq!(status["success_count"], 1, "{status}");
    office.desk.until("it has its clock", |desk| desk.clocks().len() == 1);
    assert_eq!(office.desk.clocks()[0]["incident"], "incident--5f0c2a34-6c1e-4b4f-9a55-0d6f6f3b8a77");
}

#[test]
fn a_node_that_is_killed_while_it_evaluates_sets_every_clock_once() {
    let desk = Desk::with_node();
    desk.notes_near_misses();
    desk.has_a_register_of(40);
    desk.run(IMPORT).ends_with(0);
    let node = desk.serve("harbour", "127.0.0.1:0");
    desk.until("some have theirs", |desk| !desk.clocks().is_empty());
    // Dropping it kills it.
    drop(node);
    let _node = desk.serve("harbour", "127.0.0.1:0");
    desk.until("each has its clock", |desk| desk.clocks().len() == 40);
    for clock in desk.clocks() {
        let incident = clock["incident"].as_str().unwrap();
        let events = desk.told(&format!("clock show {incident} {NOTE}"))["events"].as_array().unwrap().clone();
        assert_eq!(events.iter().filter(|event| event["event"] == "set").count(), 1, "{events:?}");
    }
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn an_incident_that_was_erased_ends_its_clocks_by_a_command() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, "2026-11-01T00:00:00Z");
    let list = desk.run("--json log list --dir harbour --limit 100").ends_with(0).json();
    let row = list["entries"].as_array().unwrap().iter().find(|row| row["type"] == "incident").unwrap().clone();
    let erased = desk.run(&format!("--json log erase {} --reason asked --yes --dir harbour", row["index"]));
    let erasure = erased.ends_with(0).json()["record_digest"].clone();
    let stage = crate::duties_kept::STAGE;
    assert_eq!(desk.told(&format!("clock show {incident} {stage}"))["state"], "late", "it is found by its id");
    let told = desk.told(&format!("clock set {incident}"));
    assert_eq!(told["made"], true, "{told}");
    let shown = desk.told(&format!("clock show {incident} {stage}"));
    assert_eq!((&shown["state"], &shown["ended_for"]), (&json!("withdrawn"), &erasure), "{shown}");
    assert_eq!(shown["was_ever_late"], true, "what was missed stays missed");
    assert_eq!(desk.told(&format!("clock set {incident}"))["made"], false);
    desk.told("profile actor.coalition_member=false");
    desk.told("profile actor.coalition_member=true");
    assert_eq!(desk.told(&format!("clock show {incident} {stage}"))["state"], "withdrawn", "and nothing sets it again");
}

#[test]
fn who_answered_and_who_adopted_stands_beside_what_they_said() {
    let (desk, incident) = member();
    desk.told(&format!("answer {incident} incident.loss_of_control=true --by lin"));
    desk.told("profile actor.gdpr_role=controller --by ada");
    let checked = desk.told(&format!("check {incident}"));
    let by = |fact: &str| {
        let rows = checked["sources"].as_array().unwrap();
        rows.iter().find(|row| row["fact"] == fact).unwrap()["by"].clone()
    };
    assert_eq!((by("incident.loss_of_control"), by("actor.gdpr_role")), (json!("lin"), json!("ada")));
    assert_eq!((by("actor.coalition_member"), by("incident.event_kind")), (Value::Null, Value::Null));
    desk.duties(&format!("answer {incident} harm.deaths=0 --by {}", "n".repeat(300))).refuses(2, &["--by"]);
}
