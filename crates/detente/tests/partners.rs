//! The parties whose keys a node believes.

use serde_json::json;

use crate::scene::Desk;

const ADD: &str = "partner add hills/profile.json --dir harbour";

#[test]
fn a_partner_is_taken_in_and_listed() {
    let desk = Desk::with_two();
    let hills = desk.party("hills");
    desk.run(ADD).ends_with(0).says(&[&hills, "Compare this id"]);
    desk.run("partner list --dir harbour").ends_with(0).says(&[&format!("{hills}  hills")]);
    let list = desk.run("--json partner list --dir harbour").ends_with(0).json();
    let rows = list["partners"].as_array().unwrap();
    assert!(rows.contains(&json!({"party": hills, "name": "hills"})), "{list}");
    assert_eq!(desk.run(&format!("--json {ADD}")).ends_with(0).json(), json!({"party": hills}));
    assert_eq!(desk.run("--json partner list --dir harbour").ends_with(0).json(), list, "once is enough");
}

#[test]
fn later_key_records_count_whichever_file_brings_them() {
    let desk = Desk::with_two();
    std::fs::copy(desk.path("hills/profile.json"), desk.path("old.json")).unwrap();
    desk.run("key rotate --dir hills").ends_with(0);
    desk.run(ADD).ends_with(0);
    let party = desk.party("hills");
    let kept = format!("harbour/partners/{party}.json");
    let count = || {
        serde_json::from_str::<serde_json::Value>(&desk.read(&kept)).unwrap()["key_records"].as_array().unwrap().len()
    };
    assert_eq!(count(), 2);
    desk.run("partner add old.json --dir harbour").ends_with(0);
    assert_eq!(count(), 2, "an old file takes nothing back");
}

#[test]
fn a_fork_of_key_records_is_refused_and_the_known_ones_stay() {
    let desk = Desk::with_two();
    desk.copy("hills", "twin");
    desk.run("key rotate --dir hills").ends_with(0);
    desk.run("key rotate --dir twin").ends_with(0);
    desk.run(ADD).ends_with(0);
    let before = desk.files("harbour/partners");
    desk.run("partner add twin/profile.json --dir harbour")
        .refuses(1, &["different stories of one party", "keep both files"]);
    assert_eq!(desk.files("harbour/partners"), before);
    desk.run("partner list --dir harbour").ends_with(0);
}

#[test]
fn what_is_no_profile_is_refused() {
    let desk = Desk::with_two();
    desk.sign(crate::scene::HURRIED, "r.json");
    desk.write("half", &desk.read("hills/profile.json").as_bytes()[..900]);
    for (file, code) in [("r.json", 3), ("half", 3), ("hills/keys.json", 3), ("nothing", 3)] {
        desk.run(&format!("partner add {file} --dir harbour")).ends_with(code);
    }
    for bit in desk.bits("hills/profile.json", 25) {
        desk.flip("hills/profile.json", bit);
        let run = desk.run(ADD);
        assert!(matches!(run.code, Some(1 | 3)) && !run.err.contains("panicked"), "bit {bit}: {run:#?}");
        desk.flip("hills/profile.json", bit);
    }
    assert!(!desk.has("harbour/partners") || desk.files("harbour/partners").is_empty());
}

#[test]
fn a_node_is_no_partner_of_itself() {
    let desk = Desk::with_node();
    desk.run("partner add harbour/profile.json --dir harbour").ends_with(0);
    assert!(!desk.has("harbour/partners"));
    let list = desk.run("--json partner list --dir harbour").ends_with(0).json();
    assert_eq!(list["partners"].as_array().unwrap().len(), 1);
}

#[test]
fn a_partner_file_that_was_spoiled_stops_decisions_and_is_named() {
    let desk = Desk::with_two();
    desk.run(ADD).ends_with(0);
    let kept = format!("harbour/partners/{}.json", desk.party("hills"));
    desk.write(&kept, "{}");
    desk.run("agreement list --dir harbour").refuses(3, &[&kept]);
    desk.run("partner list --dir harbour").refuses(3, &[&kept]);
}
