//! Marks that change after a release: the feed's members are told what holds now, and no more than they may know.

use serde_json::{Value, json};

use crate::releases::released;
use crate::scene::Desk;

/// The entries of Harbour's feed that state marks.
fn stated(desk: &Desk) -> Vec<Value> {
    desk.feed_entries().into_iter().filter(|entry| entry["kind"] == "marks").collect()
}

/// Harbour puts a label on its record.
fn label(desk: &Desk, words: &str) -> Value {
    desk.run(&format!("--json label put r.json {words} --dir harbour")).ends_with(0).json()
}

#[test]
fn a_label_that_is_tightened_after_a_release_is_told_to_the_members() {
    let (desk, _, _) = released();
    assert_eq!(desk.feed_entries()[0]["marks"]["tlp"], "amber");
    let answer = label(&desk, "--tlp red");
    assert_eq!(answer["restated"].as_array().unwrap().len(), 1, "{answer}");
    let told = stated(&desk);
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["index"], &told[0]["marks"]["tlp"]), (&json!(0), &json!("red")));
    assert_eq!(told[0]["record"], desk.feed_entries()[0]["record"]);
    label(&desk, "--tlp green");
    assert_eq!(stated(&desk).len(), 1, "what holds already is not said again");
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_label_on_what_was_not_shown_is_nobodys_business() {
    let (desk, _, _) = released();
    label(&desk, "--place cause --tlp red");
    assert_eq!(stated(&desk), Vec::<Value>::new());
}

#[test]
fn who_else_may_have_it_is_not_told() {
    let (desk, _, _) = released();
    desk.make_node("forest");
    let (hills, forest) = (desk.party("hills"), desk.party("forest"));
    let mut words: Vec<_> = "label put r.json --tlp clear --dir harbour".split(' ').collect();
    words.extend(["--recipient", hills.as_str(), "--recipient", forest.as_str()]);
    desk.run_words(&words).ends_with(0);
    let told = stated(&desk);
    assert_eq!(told[0]["marks"]["recipients"], json!([hills]), "{told:?}");
    assert!(!told[0].to_string().contains(&forest));
}

#[test]
fn a_label_that_is_lowered_is_told_too() {
    let (desk, _, _) = released();
    let put = label(&desk, "--tlp red");
    let digest = put["label"].as_str().unwrap();
    let words = ["label", "lower", digest, "--tlp", "clear", "--reason", "settled", "--by", "Ana", "--dir", "harbour"];
    desk.run_words(&words).ends_with(0);
    let told = stated(&desk);
    assert_eq!(told.iter().map(|entry| &entry["marks"]["tlp"]).collect::<Vec<_>>(), ["red", "amber"]);
}

#[test]
fn a_tag_that_comes_later_is_not_told_and_asks_for_a_recall() {
    let (desk, _, _) = released();
    let run = desk.run("label put r.json --tlp amber --tag source-identity --dir harbour").ends_with(0);
    assert!(run.err.contains("recall it") || run.out.contains("recall it"), "{run:?}");
    assert_eq!(stated(&desk), Vec::<Value>::new());
}

#[test]
fn of_what_was_recalled_nothing_is_said() {
    let (desk, _, proposal) = released();
    desk.run(&format!("release recall {proposal} --reason error --by Ana --yes --dir harbour")).ends_with(0);
    label(&desk, "--tlp red");
    assert_eq!(stated(&desk), Vec::<Value>::new());
}
