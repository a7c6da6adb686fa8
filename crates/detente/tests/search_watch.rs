//! Searches that stand.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scene::Desk;

impl Desk {
    fn watched(&self, words: &str) -> Vec<Value> {
        let run = self.run(&format!("--json watch {words} --dir harbour")).ends_with(0);
        run.json()["hits"].as_array().unwrap().clone()
    }
}

fn harbour() -> Desk {
    let desk = Desk::with_node();
    desk.report("Crane stops", "It stood still.", 0);
    desk.run_words(&["watch", "add", "cranes", "crane OR 吊车", "--dir", "harbour", "--open-case"])
        .ends_with(0)
        .says(&["here already:", "1"]);
    desk
}

#[test]
fn a_new_record_makes_one_alert_with_what_to_type_next() {
    let desk = harbour();
    assert_eq!(desk.watched("run"), Vec::<Value>::new());
    desk.report("吊车放下集装箱", "有人站在那里。", 1);
    desk.report("Pump stops", "It stood still.", 0);
    let found = desk.watched("run");
    assert_eq!((found.len(), &found[0]["title"]), (1, &"吊车放下集装箱".into()));
    assert!(found[0]["open_case"][0].as_str().unwrap().starts_with("detente incident candidates "));
    assert_eq!(desk.watched("run"), Vec::<Value>::new());
    assert_eq!(desk.watched("hits").len(), 1);
    desk.run("rebuild --dir harbour").ends_with(0);
    assert_eq!(desk.watched("run"), Vec::<Value>::new());
    assert_eq!(desk.watched("hits cranes").len(), 1);
}

#[test]
fn an_alert_waits_until_somebody_takes_note_of_it() {
    let desk = harbour();
    desk.report("Crane falls", "Nobody was near.", 0);
    let number = desk.watched("run")[0]["number"].clone();
    desk.run("watch ack 99 --by Ana --dir harbour").refuses(3, &["no alert 99", "watch hits"]);
    desk.run(&format!("watch ack {number} --dir harbour")).ends_with(2);
    desk.run(&format!("watch ack {number} --by Ana --dir harbour")).ends_with(0);
    assert_eq!(desk.watched("hits"), Vec::<Value>::new());
    assert_eq!(desk.watched("hits --all")[0]["noted_by"], "Ana");
}

#[test]
fn an_alert_keeps_no_word_of_an_erased_record() {
    let desk = harbour();
    desk.report("Crane quartzite", "Nobody was near.", 0);
    let found = desk.watched("run");
    desk.run(&format!("log erase {} --dir harbour --reason wrong --yes", found[0]["index"])).ends_with(0);
    assert_eq!(desk.titles("quartzite").len(), 0);
    assert_eq!(desk.watched("hits")[0]["title"], Value::Null);
    desk.run("watch hits --dir harbour").ends_with(0).says(&["(erased, or not searched now)"]);
}

#[test]
fn rules_are_listed_shown_and_removed_after_a_preview() {
    let desk = harbour();
    let list = desk.run("--json watch list --dir harbour").ends_with(0).json()["watches"].clone();
    assert_eq!((&list[0]["name"], &list[0]["query"]), (&"cranes".into(), &"crane OR 吊车".into()));
    desk.run_words(&["watch", "add", "cranes", "pump", "--dir", "harbour"]).refuses(3, &["already", "watch remove"]);
    desk.run_words(&["watch", "add", "a b", "pump", "--dir", "harbour"]).ends_with(2);
    desk.run_words(&["watch", "add", "pumps", "pump (", "--dir", "harbour"]).refuses(2, &["at column 7"]);
    desk.run("watch show pumps --dir harbour").refuses(3, &["watch list"]);
    desk.run("watch remove cranes --dir harbour").ends_with(0).says(&["Nothing was changed", "--yes"]);
    desk.run("watch show cranes --dir harbour").ends_with(0).says(&["crane OR 吊车"]);
    desk.run("watch remove cranes --dir harbour --yes").ends_with(0);
    desk.run("watch list --dir harbour").ends_with(0).says(&["No search stands"]);
}

#[test]
fn a_running_node_tries_every_search_by_itself() {
    let desk = harbour();
    let serving = desk.serve("harbour", "127.0.0.1:0");
    desk.report("Crane falls", "Nobody was near.", 0);
    let end = Instant::now() + Duration::from_secs(30);
    while desk.watched("hits").is_empty() {
        assert!(Instant::now() < end, "the running node did not try it");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(serving);
    assert_eq!(desk.watched("run"), Vec::<Value>::new());
    assert_eq!(desk.watched("hits").len(), 1);
}
