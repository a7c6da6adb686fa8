//! One story in which something of every group is asked for and done.

use std::collections::BTreeSet;

use record::json::{Json, Map};

use super::office::{Office, file};
use crate::operations::table::ROWS;

const SPEC: &str = r#"{"type":"incident","spec_version":"2.1","name":"Crane stopped","description":"For an hour."}"#;

/// The office, and which groups something was asked of.
struct Story {
    office: Office,
    asked: BTreeSet<String>,
}

impl Story {
    fn told(&mut self, who: &str, command: &str, body: &str) -> Map {
        self.asked.insert(command.split(' ').next().unwrap().to_owned());
        self.office.told(who, command, body)
    }

    fn file_of(&mut self, who: &str, command: &str, body: &str, name: &str) -> String {
        self.asked.insert(command.split(' ').next().unwrap().to_owned());
        let answer = self.office.ask(who, command, body).unwrap();
        let files = answer.get("files").and_then(Json::as_object).unwrap();
        files.get(name).and_then(Json::as_object).unwrap().text("text").unwrap().to_owned()
    }
}

#[test]
fn something_of_every_group_is_done_over_the_network() {
    let mut story = Story { office: Office::staffed(), asked: BTreeSet::new() };
    records_and_labels(&mut story);
    incidents(&mut story);
    signals(&mut story);
    exchange(&mut story);
    the_house(&mut story);
    let groups: BTreeSet<String> = ROWS.iter().map(|row| row.command.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(story.asked, groups);
}

fn records_and_labels(story: &mut Story) {
    let signed = story.file_of("lin", "record sign", &format!(r#"{{"object":{},"out":true}}"#, file(SPEC)), "out");
    let shown = story.told("rea", "record show", &format!(r#"{{"record":{}}}"#, file(&signed)));
    let digest = shown.text("record_digest").unwrap().to_owned();
    let logged = story.told("lin", "log append", &format!(r#"{{"records":[{}]}}"#, file(&signed)));
    assert!(logged.to_json_text().contains(&digest));
    let what_if = story.told("rel", "release what-if", &format!(r#"{{"record":"{digest}"}}"#));
    assert!(!what_if.is_empty());
    story.told("lin", "label put", &format!(r#"{{"record":"{digest}","tlp":"green"}}"#));
    let labels = story.told("rea", "label list", &format!(r#"{{"record":"{digest}"}}"#));
    assert!(labels.to_json_text().contains("TLP green"));
    let found = story.told("rea", "search", r#"{"query":"crane"}"#);
    assert!(found.to_json_text().contains(&digest), "all that is here is for all");
    let exported = story.file_of("rea", "export", r#"{"as":"stix","all":true,"yes":true}"#, "out");
    assert!(exported.contains("Crane stopped"), "{exported}");
}

fn incidents(story: &mut Story) {
    let made = story.told("lin", "incident new", r#"{"title":"Weights left a laptop","set":["deaths=0"]}"#);
    let id = made.text("incident").unwrap().to_owned();
    let listed = story.told("lin", "incident list", "{}");
    assert!(listed.to_json_text().contains(&id));
    let body = format!(r#"{{"incident":"{id}","title":"Weights left two laptops","reason":"x"}}"#);
    assert!(story.office.read("incident edit", &body).is_err(), "it has no member `reason`");
    story.told("lin", "incident edit", &format!(r#"{{"incident":"{id}","title":"Weights left two laptops"}}"#));
    story.told("lin", "countermeasure new", r#"{"title":"Locks"}"#);
    let csv = "title\nA drone fell\n";
    let mapping = r#"{"format":"detente/import/v1"}"#;
    let refused =
        story.office.ask("lin", "import", &format!(r#"{{"file":{},"mapping":{}}}"#, file(csv), file(mapping)));
    assert_eq!(refused.unwrap_err().status(), 422, "a mapping that is none");
    let avid = r#"{"metadata":{"report_id":"AVID-2026-R0001"},"description":{"lang":"eng","value":"x"}}"#;
    let imported = story.office.ask("lin", "import", &format!(r#"{{"file":{},"from":"avid"}}"#, file(avid)));
    assert!(imported.is_ok() || imported.unwrap_err().status() == 422);
    story.asked.insert("import".into());
    let duties = story.told("rea", "duties check", r#"{"set":["harm.deaths=1"]}"#);
    assert!(duties.get("answers").and_then(Json::as_array).is_some_and(|answers| !answers.is_empty()));
    story.told("lin", "watch add", r#"{"name":"cranes","query":"crane"}"#);
    story.told(
        "lin",
        "stix check",
        &format!(
            r#"{{"file":{}}}"#,
            file(r#"{"type":"bundle","id":"bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0","objects":[]}"#)
        ),
    );
}

fn signals(story: &mut Story) {
    let made = story.told("lin", "signal new", r#"{"title":"A phrase","keyword":"nerve agent recipe"}"#);
    let signal = made.text("signal").unwrap().to_owned();
    assert!(story.told("lin", "sighting new", &format!(r#"{{"signal":"{signal}"}}"#)).contains("record_digest"));
}

fn exchange(story: &mut Story) {
    story.told("ada", "partner list", "{}");
    story.told("ada", "peer list", "{}");
    story.told("ada", "taxii list", "{}");
    story.told("dov", "feed list", "{}");
    story.told("rel", "agreement list", "{}");
    story.told("dov", "alarm list", "{}");
    story.told("dov", "clarify list", "{}");
    story.told("ada", "report open", "{}");
    // There is nobody to carry to: the bundle is refused, by the command itself.
    let nobody = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let refused = story.office.ask("ada", "bundle export", &format!(r#"{{"for":"{nobody}"}}"#)).unwrap_err();
    assert_eq!(refused.status(), 422);
    assert!(refused.words_of_refusal().is_some());
    story.asked.insert("bundle".into());
}

fn the_house(story: &mut Story) {
    story.told("ada", "key list", "{}");
    story.told("ada", "account list", "{}");
    story.told("ada", "taxii list", "{}");
    let made = story.told("ada", "token make", r#"{"account":"lin","name":"gate","right":["read"],"yes":true}"#);
    assert!(made.text("secret").unwrap().starts_with("detente_"));
    assert!(!crate::operations::keeps_answer("commands_token_make"));
    assert!(story.told("rea", "floor list", r#"{"language":"zh-Hans"}"#).contains("floors"));
    story.told("ada", "rebuild", "{}");
    story.told("rea", "log checkpoint", "{}");
}

/// A map's text, to look for a word in.
trait Text {
    fn to_json_text(&self) -> String;
}

impl Text for Map {
    fn to_json_text(&self) -> String {
        self.to_text()
    }
}
