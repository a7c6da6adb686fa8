//! A node that runs watches the clocks of duties: it records what passed, tells of it once, and comes through being killed.

use std::time::Duration;

use serde_json::Value;

use crate::duties_kept::{STAGE, member};
use crate::scene::Desk;

const PAST: &str = "2026-11-01T00:00:00Z";

fn events(desk: &Desk, incident: &str) -> Vec<Value> {
    desk.told(&format!("clock show {incident} {STAGE}"))["events"].as_array().unwrap().clone()
}

fn count(desk: &Desk, incident: &str, word: &str) -> usize {
    events(desk, incident).iter().filter(|event| event["event"] == word).count()
}

#[test]
fn what_was_missed_while_a_node_was_down_is_recorded_once_though_it_is_killed() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, PAST);
    assert_eq!(count(&desk, &incident, "missed"), 0, "nobody has looked yet");
    let began = desk.run_script("date -u +%Y-%m-%dT%H:%M:%S").out.trim().to_owned();
    let node = desk.serve("harbour", "127.0.0.1:0");
    desk.until("the deadline is recorded as missed", |desk| count(desk, &incident, "missed") == 1);
    drop(node);
    let told = desk.told(&format!("clock show {incident} {STAGE}"));
    assert_eq!(told["missed"][0]["due"], "2026-11-02T00:00:00Z");
    assert!(
        told["missed"][0]["seen"].as_str().unwrap() >= began.as_str(),
        "with the moment at which it was seen: {told}"
    );
    let before = events(&desk, &incident);
    let again = desk.serve("harbour", "127.0.0.1:0");
    std::thread::sleep(Duration::from_secs(4));
    drop(again);
    assert_eq!(events(&desk, &incident), before, "nothing is told twice");
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn whoever_listens_hears_by_ids_that_time_has_run_out() {
    let (desk, incident) = member();
    desk.answers_lost(&incident, PAST);
    desk.open_accounts("harbour");
    let token = desk.token("harbour", "lin", "laptop", "read");
    let (_node, site) = desk.serve_users("harbour");
    let bearer = format!("Bearer {token}");
    let fields = [("Authorization", bearer.as_str()), ("Last-Event-ID", "0")];
    let heard = site.listen("/api/v1/events", &fields, "event: duty.escalated");
    for kind in ["duty.due", "duty.escalated", "duty.missed"] {
        assert_eq!(heard.matches(&format!("event: {kind}\n")).count(), 1, "{kind}: {heard}");
    }
    assert!(!heard.contains("sandbox") && !heard.contains("coalition"), "ids alone: {heard}");
}
