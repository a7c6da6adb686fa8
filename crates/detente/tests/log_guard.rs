//! A restored backup is noticed before it signs a second history.

use crate::nodes::desk_with_log;
use crate::scene::Desk;

const COSIGN: &str = "log cosign harbour/log/node --keys harbour/profile.json --heads heads --dir hills";

/// A desk whose node `harbour` asks the folder `heads`, to which its partner `hills` puts cosigned heads.
fn guarded_desk() -> Desk {
    let desk = desk_with_log();
    desk.make_node("hills");
    desk.run(COSIGN).ends_with(0).says(&["size:              3", "Proved: "]);
    desk.run("log guard --dir harbour --add heads").ends_with(0).says(&["asked at every start"]);
    desk.sign_named("late");
    desk
}

const APPEND: &str = "log append late.json --dir harbour";

#[test]
fn a_log_that_continues_its_heads_signs() {
    let desk = guarded_desk();
    let facts = desk.run(&format!("--json {APPEND}")).ends_with(0).json();
    assert!(facts["guard"].as_str().unwrap().contains("remembers 3 entries, and the log continues them"), "{facts}");
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn an_old_backup_does_not_sign() {
    let desk = guarded_desk();
    desk.copy("harbour", "backup");
    desk.run(APPEND).ends_with(0);
    desk.run(COSIGN).ends_with(0);
    desk.copy("backup", "harbour");
    let before = desk.files("harbour/segments");
    for words in [APPEND, "log erase 2 --dir harbour --reason x --yes", "key rotate --dir harbour"] {
        desk.run(words).refuses(1, &["remembers 4 entries", "has 3", "an old state", "newest copy"]);
    }
    // What is proved is nobody's to overrule.
    desk.run("log resume --dir harbour --checked-by Ana").refuses(1, &["not resumed", "not overruled by anybody"]);
    assert_eq!(desk.files("harbour/segments"), before);
    assert_eq!(
        desk.run("--json key list --dir harbour").ends_with(0).json()["key_records"].as_array().unwrap().len(),
        1
    );
    // It can still be read, and its views made anew: neither signs anything.
    desk.run("rebuild --dir harbour").ends_with(0);
    desk.run("log list --dir harbour").ends_with(0);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_copy_that_went_its_own_way_does_not_sign() {
    let desk = guarded_desk();
    desk.copy("harbour", "copy");
    desk.run(APPEND).ends_with(0);
    desk.run(COSIGN).ends_with(0);
    // The copy could not reach the folder while it signed.
    desk.run("log guard --dir copy --remove heads").ends_with(0);
    desk.sign_named("other");
    desk.run("log append other.json --dir copy").ends_with(0);
    desk.run("log guard --dir copy --add heads").ends_with(0);
    desk.run("log append late.json --dir copy").refuses(1, &["another history of 4 entries", "two copies"]);
    desk.run("log resume --dir copy --checked-by Ana").refuses(1, &["not resumed"]);
    desk.run(COSIGN).ends_with(0);
}

#[test]
fn a_folder_that_does_not_answer_stops_signing_until_a_person_has_checked() {
    let desk = guarded_desk();
    std::fs::rename(desk.path("heads"), desk.path("away")).unwrap();
    desk.run(APPEND).refuses(1, &["no head source knows this log", "log resume --dir harbour --checked-by NAME"]);
    desk.run_words(&["log", "resume", "--dir", "harbour", "--checked-by", " "]).refuses(2, &["name the person"]);
    assert_eq!(desk.entries("harbour").len(), 3);
    let facts = desk.run("--json log resume --dir harbour --checked-by Ana").ends_with(0).json();
    assert_eq!(facts["logged_as"], 3);
    assert_eq!(desk.entries("harbour")[3]["type"], "detente-resumption");
    // It stands for the next commands of this shift.
    desk.run(APPEND).ends_with(0);
    desk.run("verify harbour").ends_with(0);
    std::fs::rename(desk.path("away"), desk.path("heads")).unwrap();
    let facts = desk.run("--json log resume --dir harbour --checked-by Ana").ends_with(0).json();
    assert!(facts["guard"].as_str().unwrap().contains("continues them") && facts["logged_as"].is_null(), "{facts}");
}

#[test]
fn a_person_does_not_overrule_what_is_proved_later() {
    let desk = guarded_desk();
    std::fs::rename(desk.path("heads"), desk.path("away")).unwrap();
    desk.run("log resume --dir harbour --checked-by Ana").ends_with(0);
    desk.copy("harbour", "backup");
    desk.run(APPEND).ends_with(0);
    std::fs::rename(desk.path("away"), desk.path("heads")).unwrap();
    desk.run(COSIGN).ends_with(0);
    desk.copy("backup", "harbour");
    desk.run(APPEND).refuses(1, &["remembers 5 entries"]);
}

#[test]
fn keys_that_change_while_nobody_answers_are_logged_before_the_resumption() {
    let desk = guarded_desk();
    std::fs::rename(desk.path("heads"), desk.path("away")).unwrap();
    let run = desk.run("key rotate --dir harbour").ends_with(0);
    assert!(run.err.contains("not yet in the log"), "{run:#?}");
    assert_eq!(desk.run("--json key rotate --dir harbour").ends_with(0).json()["logged"], false);
    assert_eq!(desk.entries("harbour").len(), 3);
    desk.run("log resume --dir harbour --checked-by Ana").ends_with(0);
    let types: Vec<_> = desk.entries("harbour")[3..].iter().map(|row| row["type"].clone()).collect();
    assert_eq!(types, ["key-record", "key-record", "identity", "detente-resumption"]);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn node_and_heads_restored_together_are_caught_by_a_second_folder_alone() {
    let desk = guarded_desk();
    desk.copy("harbour", "backup");
    desk.copy("heads", "old-heads");
    desk.run(APPEND).ends_with(0);
    desk.run(COSIGN).ends_with(0);
    desk.run(&COSIGN.replace("--heads heads", "--heads far-heads")).ends_with(0);
    desk.copy("backup", "harbour");
    desk.copy("old-heads", "heads");
    desk.copy("harbour", "unnoticed");
    desk.sign_named("again");
    desk.run("log append again.json --dir unnoticed").ends_with(0);
    desk.run("log guard --dir harbour --add far-heads").ends_with(0);
    desk.run("log append again.json --dir harbour").refuses(1, &["remembers 4 entries"]);
}

#[test]
fn a_node_that_nobody_remembers_says_so() {
    let desk = desk_with_log();
    desk.run("log guard --dir harbour").ends_with(0).says(&["Nobody is asked", "--add"]);
    desk.sign_named("late");
    let facts = desk.run(&format!("--json {APPEND}")).ends_with(0).json();
    assert!(facts["guard"].as_str().unwrap().contains("nothing would notice a restored backup"));
    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.run("log guard --dir harbour --add empty").ends_with(0).says(&["No head of this log lies there yet"]);
    desk.run("log guard --dir harbour --add harbour/segments").refuses(2, &["restored together with it"]);
    desk.run("log guard --dir harbour --add absent").refuses(3, &["make the folder first"]);
    desk.run("log guard --dir harbour --remove absent").refuses(3, &["was not asked anyway"]);
    desk.run("log guard --dir harbour --remove empty").ends_with(0);
    assert_eq!(desk.run("--json log guard --dir harbour").ends_with(0).json()["head_folders"], serde_json::json!([]));
}

#[test]
fn a_flipped_bit_in_the_list_of_folders_is_named() {
    let desk = guarded_desk();
    for bit in desk.bits("harbour/head-sources", 60) {
        desk.flip("harbour/head-sources", bit);
        desk.run(APPEND).refuses(1, &["`harbour/head-sources` is damaged", "log guard --add"]);
        desk.flip("harbour/head-sources", bit);
    }
    desk.run(APPEND).ends_with(0);
}

#[test]
fn a_log_that_was_cut_back_or_rewritten_is_not_cosigned() {
    let desk = guarded_desk();
    desk.copy("harbour", "backup");
    desk.run(APPEND).ends_with(0);
    desk.run(COSIGN).ends_with(0);
    let heads = desk.files("heads");
    desk.run(&COSIGN.replace("harbour/log", "backup/log")).refuses(1, &["cut back, or this is an old copy"]);
    desk.run("log guard --dir backup --remove heads").ends_with(0);
    desk.log_named("other", "backup");
    desk.run(&COSIGN.replace("harbour/log", "backup/log")).refuses(1, &["one size has two roots", "evidence"]);
    desk.log_named("further", "backup");
    desk.run(&COSIGN.replace("harbour/log", "backup/log")).refuses(1, &["does not continue the head", "evidence"]);
    assert_eq!(desk.files("heads"), heads);
    desk.make_node("stranger");
    desk.run(&COSIGN.replace("harbour/profile", "stranger/profile")).refuses(1, &["--keys"]);
}
