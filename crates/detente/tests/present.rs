//! Showing less under the same signature.

use serde_json::Value;

use crate::scene::{Desk, EXTENSION, TEMPE};

/// Presents `whole.json` as the words say, and returns what the result shows.
fn present(desk: &Desk, words: &str) -> Value {
    desk.run(&format!("record present whole.json --dir harbour {words} --out part.json")).ends_with(0);
    let shown = desk.shown("part.json");
    std::fs::remove_file(desk.path("part.json")).unwrap();
    assert_eq!(shown["record_digest"], desk.shown("whole.json")["record_digest"]);
    shown
}

fn properties(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn show_shows_these_places_and_no_other() {
    let desk = Desk::with_record();
    let shown = present(&desk, &format!("--show /object/name --show {EXTENSION}/severity"));
    assert_eq!(properties(&shown["object"]), ["extensions", "name"]);
    assert_eq!(properties(shown["object"]["extensions"].as_object().unwrap().values().next().unwrap()), ["severity"]);
    assert_eq!(shown["aside"], serde_json::json!({}));
}

#[test]
fn hide_withholds_these_places_and_no_other() {
    let desk = Desk::with_record();
    let whole = desk.shown("whole.json");
    let part = present(&desk, "--hide /object/description --hide /aside/occurred_year");
    let mut expected = whole["object"].clone();
    expected.as_object_mut().unwrap().remove("description");
    assert_eq!(part["object"], expected);
    assert!(part["aside"].get("occurred_year").is_none() && part["aside"].get("place_country").is_some());
}

#[test]
fn withheld_words_are_not_in_the_file() {
    let desk = Desk::with_record();
    desk.run("record present whole.json --dir harbour --show name --out part.json").ends_with(0);
    let text = desk.read("part.json");
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut clear = text;
    for disclosure in file["header"]["disclosures"].as_array().unwrap() {
        clear.push_str(&String::from_utf8(record::base64url::decode(disclosure.as_str().unwrap()).unwrap()).unwrap());
    }
    assert!(clear.contains("A test vehicle"), "what is shown is found this way");
    assert!(!clear.contains("Tempe") && !clear.contains("She died"));
}

#[test]
fn a_short_name_will_do_where_it_is_the_only_one() {
    let desk = Desk::with_record();
    assert_eq!(present(&desk, "--show description"), present(&desk, "--show /object/description"));
}

#[test]
fn an_ambiguous_name_is_not_guessed() {
    let desk = Desk::with_node();
    let extension = "\"extension-definition--11111111-1111-4111-8111-111111111111\":{\"extension_type\":\"property-extension\",\"name\":\"other\"},";
    desk.sign(&TEMPE.replacen("\"extensions\": {", &format!("\"extensions\": {{{extension}"), 1), "whole.json");
    desk.run("record present whole.json --dir harbour --show name").refuses(
        3,
        &[
            "`name` could be `/object/name` or `/object/extensions/extension-definition--11111111",
            "give the whole place",
        ],
    );
}

#[test]
fn an_unknown_place_is_refused_with_the_way_to_the_list() {
    let desk = Desk::with_record();
    desk.run("record present whole.json --dir harbour --show colour").refuses(3, &["`colour`", "record show RECORD"]);
    desk.run("record present whole.json --dir harbour --hide /object/colour").refuses(3, &["/object/colour"]);
    let places = desk.shown("whole.json")["places"].clone();
    assert!(places.as_array().unwrap().contains(&"/object/description".into()), "the list that the advice promises");
}

#[test]
fn what_was_withheld_cannot_be_shown_again() {
    let desk = Desk::with_record();
    desk.run("record present whole.json --dir harbour --hide description --out part.json").ends_with(0);
    desk.run("record present part.json --dir harbour --show description").refuses(3, &["`description`"]);
}

#[test]
fn core_shows_what_handling_needs() {
    let desk = Desk::with_record();
    let shown = present(&desk, "--core");
    let expected = ["created", "created_by_ref", "id", "lang", "modified", "spec_version", "type"];
    assert_eq!(properties(&shown["object"]), expected);
}

#[test]
fn a_sealed_record_shows_nothing_and_still_verifies() {
    let desk = Desk::with_record();
    let shown = present(&desk, "--sealed");
    assert_eq!((&shown["object"], &shown["aside"]), (&serde_json::json!({}), &serde_json::json!({})));
}

#[test]
fn choices_exclude_one_another() {
    let desk = Desk::with_record();
    for words in ["--show name --hide description", "--core --sealed", "--show name --core", "--hide name --sealed"] {
        desk.run(&format!("record present whole.json --dir harbour {words}")).refuses(2, &["cannot be used with"]);
    }
}

#[test]
fn without_a_choice_nothing_leaves() {
    let desk = Desk::with_record();
    let run = desk.run("record present whole.json --dir harbour --out part.json");
    let run = run.refuses(2, &["--show <PLACE>", "--hide <PLACE>", "--core", "--sealed", "--all"]);
    assert!(run.out.is_empty() && !desk.has("part.json"));
}

#[test]
fn all_must_be_said_to_show_all() {
    let desk = Desk::with_record();
    assert_eq!(present(&desk, "--all"), desk.shown("whole.json"));
    desk.run("record present whole.json --dir harbour --all --core").refuses(2, &["cannot be used with"]);
}

#[test]
fn the_end_of_a_place_will_do_where_it_is_the_only_one() {
    let desk = Desk::with_record();
    assert_eq!(present(&desk, "--show object/description"), present(&desk, "--show /object/description"));
    desk.run("record present whole.json --dir harbour --show bject/description").refuses(3, &["bject/description"]);
}

#[test]
fn nobody_presents_what_cannot_be_checked() {
    let desk = Desk::with_record();
    desk.run("record present whole.json --core").refuses(1, &["whose keys are not here", "--keys PROFILE"]);
}

#[test]
fn a_reader_presents_less_without_the_authors_keys() {
    let desk = Desk::with_record();
    let run = desk.run("--json record present whole.json --keys harbour/profile.json --core").ends_with(0);
    assert_eq!((&run.json()["shown"], &run.json()["shown_before"]), (&7.into(), &39.into()));
}
