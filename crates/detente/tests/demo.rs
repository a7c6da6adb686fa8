//! The story tells the truth.

use crate::scene::Desk;

#[test]
fn the_story_ends_well_twice_in_one_place() {
    let desk = Desk::new();
    for _ in 0..2 {
        let run = desk.run("demo --headless --dir story").ends_with(0).says(&["[holds]", "What was shown"]);
        assert!(!run.out.contains("DOES NOT HOLD"), "{}", run.out);
    }
    assert_eq!(desk.names(), ["story"]);
}

#[test]
fn every_claim_is_true_for_a_program_too() {
    let desk = Desk::new();
    let claims = desk.run("--json demo --headless --dir story").ends_with(0).json()["claims"].clone();
    let claims = claims.as_array().unwrap();
    assert!(claims.len() >= 10 && claims.iter().all(|claim| claim["holds"] == true), "{claims:#?}");
}

#[test]
fn a_place_with_other_things_is_left_alone() {
    let desk = Desk::with_record();
    let before = desk.files("");
    desk.run("demo --headless --dir harbour").refuses(4, &["holds something else", "--dir"]);
    desk.run("demo --headless --dir whole.json").ends_with(4);
    assert_eq!(desk.files(""), before);
}

#[test]
fn the_files_it_leaves_are_what_it_says() {
    let desk = Desk::new();
    desk.run("demo --headless --dir story").ends_with(0);
    let keys = "--keys story/harbour/profile.json";
    for record in ["tempe.json", "tempe-for-hills.json", "hong-kong.json", "hong-kong-sealed.json"] {
        desk.run(&format!("record verify story/{record} {keys}")).ends_with(0);
    }
    desk.run(&format!("record show story/tempe-for-hills.json {keys}")).ends_with(0).says(&["occurred_year: 2018"]);
}
