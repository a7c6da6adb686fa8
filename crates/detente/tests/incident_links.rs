//! Links, merges, splits and labels: signed, reversible, and never more than what somebody said.

use serde_json::{Value, json};

use crate::scene::{Desk, Run};

impl Desk {
    /// Says something of two incidents, with a reason.
    fn said(&self, words: &str) -> Run {
        let words: Vec<_> = words.split_whitespace().chain(["--reason", "same quay, same hour"]).collect();
        self.run_words(&[&["incident"], words.as_slice(), &["--dir", "harbour"]].concat())
    }

    fn one_with(&self, incident: &str) -> Value {
        self.show("harbour", incident)["same"].clone()
    }
}

/// Three incidents that Harbour wrote down.
fn three() -> (Desk, [String; 3]) {
    let desk = Desk::with_node();
    let ids = ["Crane stopped", "Crane stood still", "Gate stuck"].map(|title| desk.titled(title));
    (desk, ids)
}

#[test]
fn a_merge_leads_both_ways_and_is_taken_back() {
    let (desk, [one, two, _]) = three();
    let run = desk.said(&format!("merge {one} {two} --preview")).ends_with(0);
    run.says(&["it is said: nothing; then: one", "stands for itself and for", "Nothing was signed."]);
    assert_eq!(desk.one_with(&one), json!([]));
    desk.said(&format!("merge {one} {two}")).ends_with(0).says(&["logged as"]);
    assert_eq!((desk.one_with(&one), desk.one_with(&two)), (json!([two]), json!([one])));
    desk.said(&format!("merge {one} {two}")).ends_with(0).says(&["says so already"]);
    desk.said(&format!("merge {one} {two} --undo")).ends_with(0).says(&["it is said: one; then: nothing"]);
    assert_eq!(desk.one_with(&one), json!([]));
    let links = desk.show("harbour", &one)["links"].clone();
    assert_eq!((links.as_array().unwrap().len(), &links[0]["holds"]), (1, &json!(false)), "nothing is forgotten");
    desk.said(&format!("merge {one} {two} --undo")).ends_with(0).says(&["nothing to take back"]);
    desk.said(&format!("merge {one} {two}")).ends_with(0);
    assert_eq!(desk.one_with(&two), json!([one]), "it can be said again");
}

#[test]
fn two_merges_do_not_make_a_third() {
    let (desk, [one, two, three]) = three();
    desk.said(&format!("merge {one} {two}")).ends_with(0);
    desk.said(&format!("merge {two} {three}")).ends_with(0).says(&["lies beyond"]);
    let shown = desk.show("harbour", &one);
    assert_eq!((&shown["same"], &shown["beyond"]), (&json!([two]), &json!([three])));
}

#[test]
fn a_split_contests_a_merge_until_one_is_taken_back() {
    let (desk, [one, two, three]) = three();
    desk.said(&format!("merge {one} {two}")).ends_with(0);
    desk.said(&format!("split {one} --into {two} --into {three}")).ends_with(0).says(&["contested"]);
    assert_eq!(desk.one_with(&one), json!([]), "what is contested joins nothing");
    desk.said(&format!("split {one} --into {two} --undo")).ends_with(0);
    assert_eq!(desk.one_with(&one), json!([two]));
}

#[test]
fn a_link_is_made_once_and_taken_back_by_its_digest() {
    let (desk, [one, two, _]) = three();
    let words = format!("link {one} {two} --as related-not-same");
    let statement = desk.said(&words).ends_with(0).fact("record digest");
    desk.said(&words).ends_with(0).says(&["says so already"]);
    desk.said(&format!("unlink {statement}")).ends_with(0).says(&["takes back"]);
    desk.said(&format!("unlink {statement}")).ends_with(0).says(&["holds no more already"]);
    desk.said(&format!("link {one} {two}")).ends_with(0);
    desk.said(&format!("unlink {one} {two}")).ends_with(0);
    let links = desk.show("harbour", &one)["links"].clone();
    assert!(links.as_array().unwrap().iter().all(|link| link["holds"] == json!(false)), "{links}");
}

#[test]
fn what_cannot_be_linked_is_named() {
    let (desk, [one, two, _]) = three();
    let gone = "incident--00000000-0000-4000-8000-000000000000";
    desk.said(&format!("merge {one} {one}")).refuses(3, &["linked with itself"]);
    desk.said(&format!("merge {one} {gone}")).refuses(3, &["is not here"]);
    desk.said(&format!("merge {one} report--00000000-0000-4000-8000-000000000000"))
        .refuses(3, &["is not the id of an incident"]);
    desk.said(&format!("link report--00000000-0000-4000-8000-000000000000 {one}")).refuses(3, &["is not here"]);
    desk.said(&format!("merge {one} crane")).refuses(2, &["name both by their ids"]);
    desk.said("unlink nonsense").refuses(2, &["no statement's digest"]);
    desk.run(&format!("incident merge {one} {two} --reason \u{202e}x --dir harbour"))
        .refuses(3, &["`reason`", "U+202E"]);
    desk.run(&format!("incident merge {one} {two} --dir harbour")).refuses(2, &["--reason"]);
    assert_eq!(desk.show("harbour", &one)["links"], json!([]));
}

#[test]
fn annotators_stand_side_by_side_and_nobody_wins() {
    let (desk, [one, _, _]) = three();
    desk.said(&format!("label {one} --value event=near-miss --by Ada")).ends_with(0).says(&["detente-neutral 1"]);
    desk.said(&format!("label {one} --value event=near-miss --by Ada")).ends_with(0).says(&["says so already"]);
    desk.said(&format!("label {one} --value event=harm --by sorter --annotator program --program-version 2.1"))
        .ends_with(0);
    let run = desk.run(&format!("incident show {one} --dir harbour")).ends_with(0);
    run.says(&[
        "detente-neutral 1",
        "agree in 0 of 1",
        "event  [DIFFER]",
        "Ada (Harbour): near-miss",
        "program sorter 2.1",
    ]);
    let row = desk.show("harbour", &one)["labels"][0].clone();
    assert_eq!((&row["disputed"], row["said"].as_array().unwrap().len()), (&json!(true), 2));
    desk.said(&format!("label {one} --undo --by Ada")).ends_with(0).says(&["takes back"]);
    assert_eq!(desk.show("harbour", &one)["labels"][0]["said"].as_array().unwrap().len(), 1);
}

#[test]
fn a_label_that_the_taxonomy_has_not_is_refused_with_those_that_it_has() {
    let (desk, [one, _, _]) = three();
    desk.said(&format!("label {one} --value event=awful --by Ada")).refuses(3, &["no value `awful`", "near-miss"]);
    desk.said(&format!("label {one} --value colour=red --by Ada")).refuses(3, &["its fields are", "event"]);
    desk.said(&format!("label {one} --value event --by Ada")).refuses(2, &["FIELD=VALUE"]);
    desk.said(&format!("label {one} --value event=harm --by sorter --annotator program"))
        .refuses(2, &["--program-version"]);
    assert_eq!(desk.show("harbour", &one)["labels"], json!([]));
}
