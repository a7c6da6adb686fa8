//! A body goes, its entry stays.

use crate::nodes::{any_file_holds, desk_with_log};
use crate::scene::Desk;

const ERASE: &str = "log erase 3 --dir harbour --reason requested";
const CANARY: &str = "canary-7f3a91";

fn desk_with_canary() -> Desk {
    let desk = desk_with_log();
    desk.log_named(CANARY, "harbour");
    desk.run(&format!("log prove {CANARY}.json --dir harbour --out before.proof")).ends_with(0);
    desk
}

#[test]
fn a_preview_erases_nothing() {
    let desk = desk_with_canary();
    desk.run(ERASE).ends_with(0).says(&[CANARY, "Nothing was changed", "add --yes"]);
    desk.run(&format!("log prove {CANARY}.json --dir harbour")).ends_with(0);
}

#[test]
fn what_is_erased_is_in_no_file_and_its_entry_stays() {
    let desk = desk_with_canary();
    assert!(any_file_holds(&desk, "harbour/views", CANARY.as_bytes()), "the search finds what is there");
    let facts = desk.run(&format!("--json {ERASE} --yes")).ends_with(0).json();
    assert_eq!((&facts["erased"], &facts["logged_as"]), (&true.into(), &4.into()));
    assert!(!any_file_holds(&desk, "harbour", CANARY.as_bytes()));
    let list = desk.entries("harbour");
    assert_eq!((&list[3]["record_digest"], &list[4]["type"]), (&().into(), &"detente-erasure".into()));
    let found = desk.run("--json verify harbour").ends_with(0).json();
    assert_eq!((&found["bodies_erased"], &found["entries"]), (&1.into(), &5.into()));
    desk.run(&format!("{ERASE} --yes")).ends_with(0).says(&["erased already", "Nothing was changed"]);
    assert_eq!(desk.entries("harbour").len(), 5);
    desk.run("rebuild --dir harbour").ends_with(0);
    assert_eq!(desk.entries("harbour"), list);
}

#[test]
fn who_kept_record_and_proof_can_still_open_the_commitment() {
    let desk = desk_with_canary();
    desk.run(&format!("{ERASE} --yes")).ends_with(0);
    let check = |proof| format!("verify {CANARY}.json --proof {proof} --keys harbour/profile.json");
    desk.run(&check("before.proof")).ends_with(0);
    desk.run(&format!("log prove {CANARY}.json --dir harbour")).ends_with(3);
    desk.run("log prove --index 3 --dir harbour --out after.proof").ends_with(0).says(&["is erased"]);
    desk.run(&check("after.proof")).refuses(3, &["no salt", "before its body was erased"]);
}

#[test]
fn what_was_erased_is_not_logged_again() {
    let desk = desk_with_canary();
    desk.run(&format!("{ERASE} --yes")).ends_with(0);
    desk.run(&format!("log append {CANARY}.json --dir harbour")).refuses(1, &["entry 3", "erased", "as a new version"]);
    assert_eq!(desk.entries("harbour").len(), 5);
}

#[test]
fn key_records_and_the_profile_stay() {
    let desk = desk_with_canary();
    for (index, what) in [(0, "a key record"), (1, "the profile that stands")] {
        desk.run(&format!("log erase {index} --dir harbour --reason x --yes")).refuses(3, &[what, "log list"]);
    }
    desk.run("log erase 9 --dir harbour --reason x --yes").refuses(3, &["entry 9"]);
    desk.run_words(&["log", "erase", "3", "--dir", "harbour", "--reason", " ", "--yes"])
        .refuses(2, &["--reason is empty"]);
    assert_eq!(desk.entries("harbour").len(), 4);
}
