//! Two histories of one log are caught, and what proves them checks anywhere.

use crate::nodes::desk_with_log;
use crate::scene::Desk;

/// A desk with two histories of Harbour's log: `harbour` with these records, and `copy` with those.
fn fork(ours: &[&str], theirs: &[&str]) -> Desk {
    let desk = desk_with_log();
    desk.copy("harbour", "copy");
    ours.iter().for_each(|name| desk.log_named(name, "harbour"));
    theirs.iter().for_each(|name| desk.log_named(name, "copy"));
    desk
}

const AGAINST: &str =
    "verify copy/log/node --keys harbour/profile.json --against harbour/log/node/checkpoint --evidence evidence";

fn caught(desk: &Desk) -> Desk {
    desk.run(AGAINST).refuses(1, &["detente verify evidence"]);
    let stranger = Desk::new();
    std::fs::copy(desk.path("evidence"), stranger.path("evidence")).unwrap();
    std::fs::copy(desk.path("harbour/profile.json"), stranger.path("profile.json")).unwrap();
    stranger
}

#[test]
fn two_roots_of_one_size_are_evidence_for_a_stranger() {
    let stranger = caught(&fork(&["one"], &["other"]));
    let facts = stranger.run("--json verify evidence").ends_with(0).json();
    assert_eq!((&facts["verdict"], &facts["key_is_known"]), (&"two histories".into(), &false.into()));
    assert_eq!((&facts["first_size"], &facts["second_size"]), (&4.into(), &4.into()));
    assert_ne!(facts["first_root"], facts["second_root"]);
    stranger.run("verify evidence").ends_with(0).says(&["\nProved: ", "\nNot proved: whose key"]);
    let facts = stranger.run("--json verify evidence --keys profile.json").ends_with(0).json();
    assert_eq!(facts["key_is_known"], true);
    assert!(facts["origin"].as_str().unwrap().ends_with(facts["party"].as_str().unwrap()));
}

#[test]
fn another_beginning_is_evidence_for_a_stranger() {
    let stranger = caught(&fork(&["one"], &["other", "further"]));
    let facts = stranger.run("--json verify evidence --keys profile.json").ends_with(0).json();
    assert_eq!((&facts["verdict"], &facts["second_size"]), (&"two histories".into(), &5.into()));
}

#[test]
fn a_longer_checkpoint_is_compared_by_whoever_has_the_longer_history() {
    let desk = fork(&["one", "more"], &["other"]);
    desk.run(AGAINST).refuses(1, &["cut back, or this is an old copy", "the longer history"]);
    assert!(!desk.has("evidence"));
    let swapped =
        "verify harbour/log/node --keys harbour/profile.json --against copy/log/node/checkpoint --evidence evidence";
    desk.run(swapped).ends_with(1);
    desk.run("verify evidence --keys harbour/profile.json").ends_with(0);
}

#[test]
fn a_log_that_continues_is_no_fork() {
    let desk = fork(&[], &["other"]);
    desk.run(AGAINST).ends_with(0).says(&["Proved: it continues the checkpoint"]);
    assert!(!desk.has("evidence"));
    desk.make_node("hills");
    desk.run(&AGAINST.replace("harbour/log", "hills/log")).refuses(3, &["a checkpoint of another log"]);
}

#[test]
fn evidence_takes_no_other_files_place() {
    let desk = fork(&["one"], &["other"]);
    desk.write("evidence", "dear");
    desk.run(AGAINST).refuses(4, &["`evidence`", "left as it is"]);
    assert_eq!(desk.read("evidence"), "dear");
    desk.run(&AGAINST.replace(" --evidence evidence", "")).refuses(1, &["--evidence FILE"]);
}

#[test]
fn doctored_evidence_proves_nothing() {
    let stranger = caught(&fork(&["one"], &["other", "further"]));
    let facts = stranger.run("--json verify evidence").ends_with(0).json();
    for bit in stranger.bits("evidence", 120) {
        stranger.flip("evidence", bit);
        let run = stranger.run("--json verify evidence");
        // A flip in a signature that the accused key did not make takes nothing from what is proved.
        assert!(matches!(run.code, Some(1 | 3)) || run.code == Some(0) && run.json() == facts, "bit {bit}: {run:#?}");
        stranger.flip("evidence", bit);
    }
}

#[test]
fn one_history_makes_no_evidence() {
    let stranger = caught(&fork(&["one"], &["other"]));
    let text = stranger.read("evidence");
    let facts = stranger.run("--json verify evidence").ends_with(0).json();
    // Both checkpoints made the same: two copies of one truth contradict nothing.
    let (first, second) = (facts["first_root"].as_str().unwrap(), facts["second_root"].as_str().unwrap());
    stranger.write("evidence", text.replace(second, first));
    assert_ne!(stranger.run("verify evidence").code, Some(0));
    for line in 0..text.lines().count() {
        let mut cut: Vec<_> = text.lines().collect();
        let left = cut.remove(line);
        stranger.write("evidence", cut.join("\n") + "\n");
        let run = stranger.run("--json verify evidence");
        // Signatures that the accused key did not make are not needed.
        let is_spare = left.starts_with('\u{2014}') && run.code == Some(0) && run.json() == facts;
        assert!(is_spare || matches!(run.code, Some(1 | 3)), "without {left}: {run:#?}");
    }
}
