//! An object becomes a record.

use std::os::unix::fs::PermissionsExt as _;

use crate::scene::{Desk, EXTENSION, HURRIED, TEMPE};

#[test]
fn out_writes_the_record_and_says_where() {
    let desk = Desk::with_node();
    desk.write("object.json", TEMPE);
    let run = desk.run("record sign object.json --dir harbour --out r.json").ends_with(0);
    assert_eq!((run.fact("written"), run.fact("disclosures")), ("r.json".to_owned(), "39".to_owned()));
    let octets = desk.read("r.json").trim_end().len();
    assert_eq!(run.fact("bytes"), octets.to_string());
    desk.run("record verify r.json --dir harbour").ends_with(0).says(&[&run.fact("record digest")]);
    assert_eq!(desk.names(), ["harbour", "object.json", "r.json"], "and no draft is left");
}

#[test]
fn standard_output_carries_the_record_alone() {
    let desk = Desk::with_node();
    let run = desk.feed("record sign - --dir harbour", TEMPE.as_bytes()).ends_with(0);
    assert!(run.json()["payload"].is_string());
    desk.feed("record verify - --dir harbour", run.out.as_bytes()).ends_with(0);
}

#[test]
fn a_program_gets_the_record_beside_its_digest() {
    let desk = Desk::with_node();
    let answer = desk.feed("--json record sign - --dir harbour", TEMPE.as_bytes()).ends_with(0).json();
    desk.write("r.json", answer["record"].to_string());
    assert_eq!(desk.shown("r.json")["record_digest"], answer["record_digest"]);
}

#[test]
fn the_compact_form_is_one_line_of_the_same_record() {
    let desk = Desk::with_record();
    let run = desk.run("record present whole.json --dir harbour --all --format compact").ends_with(0);
    assert!(run.out.trim_end().ends_with('~') && run.out.lines().count() == 1, "{}", run.out);
    desk.write("compact", &run.out);
    assert_eq!(desk.shown("compact"), desk.shown("whole.json"));
}

#[test]
fn a_rehearsal_signs_and_writes_nothing() {
    let desk = Desk::with_node();
    desk.write("object.json", TEMPE);
    let before = desk.files("");
    desk.run("record sign object.json --dir harbour --dry-run --out r.json").ends_with(0).says(&[
        "/object/name",
        &format!("{EXTENSION}/occurred"),
        "/object/created_by_ref",
        "/aside/occurred_year  = \"2018\"",
        "Nothing was signed.",
    ]);
    let answer = desk.run("--json record sign object.json --dir harbour --dry-run").ends_with(0).json();
    assert_eq!(answer["twins"]["place_country"], "US");
    assert!(answer.get("record").is_none());
    assert_eq!(desk.files(""), before);
}

#[test]
fn a_rehearsal_names_every_place_that_signing_makes() {
    let desk = Desk::with_record();
    desk.write("one.json", HURRIED.replace("Crane", "Lift"));
    let object = TEMPE.replace("2026-11-21T09:00:00", "2026-11-21T10:00:00");
    desk.write("object.json", object);
    let words = "record sign object.json --dir harbour --after whole.json --member one.json";
    let answer = desk.run(&format!("--json {words} --dry-run")).ends_with(0).json();
    desk.run(&format!("{words} --out r.json")).ends_with(0);
    // A slot is drawn when it is signed, so a rehearsal has a star for it.
    let starred = |place: &serde_json::Value| {
        let place = place.as_str().unwrap().to_owned();
        match place.rsplit_once('/') {
            Some((at, last)) if last.bytes().all(|octet| octet.is_ascii_digit()) => format!("{at}/*"),
            _ => place,
        }
    };
    let sorted = |places: &serde_json::Value| {
        let mut places: Vec<_> = places.as_array().unwrap().iter().map(starred).collect();
        places.sort();
        places
    };
    let places = sorted(&answer["places"]);
    assert_eq!(places, sorted(&desk.shown("r.json")["places"]));
    assert!(places.contains(&"/aside/members/*".to_owned()), "{places:?}");
    assert_eq!(answer["previous_key_standing"], "in force");
    desk.run(&format!("{words} --dry-run")).ends_with(0).says(&["/aside/members/*  (incident--"]);
}

#[test]
fn a_whole_record_is_for_its_owner_alone() {
    let desk = Desk::with_record();
    let mode = |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("whole.json"), 0o600);
    desk.run_script("umask 022 && \"$0\" record present whole.json --dir harbour --core --out part.json").ends_with(0);
    assert_eq!(mode("part.json"), 0o644);
}

#[test]
fn id_and_times_are_filled_in() {
    let desk = Desk::with_node();
    desk.sign(HURRIED, "r.json");
    let object = desk.shown("r.json")["object"].clone();
    assert!(object["id"].as_str().unwrap().starts_with("incident--"), "{object}");
    assert!(object["created"].as_str().unwrap().ends_with('Z') && object["created"] == object["modified"], "{object}");
    desk.sign(HURRIED, "again.json");
    assert_ne!(desk.shown("again.json")["object"]["id"], object["id"]);
}

#[test]
fn a_later_version_names_the_one_before() {
    let desk = Desk::with_record();
    let first = desk.shown("whole.json");
    desk.write("object.json", TEMPE.replace("2026-11-21T09:00:00", "2026-11-21T10:00:00"));
    desk.run("record sign object.json --dir harbour --after whole.json --out second.json").ends_with(0);
    let aside = desk.shown("second.json")["aside"].clone();
    assert_eq!((&aside["version"], &aside["previous"]), (&2.into(), &first["record_digest"]));
}

#[test]
fn a_later_version_is_about_the_same_object() {
    let desk = Desk::with_record();
    desk.write("object.json", HURRIED);
    desk.run("record sign object.json --dir harbour --after whole.json --out second.json")
        .refuses(3, &["about another object"]);
    assert!(!desk.has("second.json"));
}

#[test]
fn a_later_version_needs_to_know_its_number() {
    let desk = Desk::with_record();
    desk.run("record present whole.json --dir harbour --core --out core.json").ends_with(0);
    desk.run("record sign object.json --dir harbour --after core.json").refuses(3, &["withholds its version", "whole"]);
}

#[test]
fn a_version_is_not_built_on_anothers_record() {
    let desk = Desk::with_record();
    desk.run("init --dir hills --name en=Hills").ends_with(0);
    desk.run("record sign object.json --dir hills --after whole.json").ends_with(1);
}

#[test]
fn a_batch_carries_its_members() {
    let desk = Desk::with_node();
    desk.write("object.json", HURRIED);
    desk.write("one.json", HURRIED.replace("Crane", "Lift"));
    desk.write("two.json", HURRIED.replace("Crane", "Gate"));
    desk.run("record sign object.json --dir harbour --member one.json --member two.json --out r.json").ends_with(0);
    let members = desk.shown("r.json")["members"].clone();
    let names: Vec<_> = members.as_array().unwrap().iter().map(|member| member["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Lift stopped", "Gate stopped"]);
}

#[test]
fn a_batch_does_not_hold_a_member_twice() {
    let desk = Desk::with_node();
    desk.write("object.json", TEMPE);
    desk.run("record sign object.json --dir harbour --member object.json --member object.json").ends_with(3);
}

#[test]
fn an_existing_file_is_never_overwritten() {
    let desk = Desk::with_record();
    let before = desk.files("");
    for words in ["record sign object.json --dir harbour", "record present whole.json --dir harbour --all"] {
        let run = desk.run(&format!("{words} --out whole.json"));
        assert_eq!(run.refuses(4, &["`whole.json`: ", "left as it is"]).out, "");
    }
    std::os::unix::fs::symlink("nowhere", desk.path("link")).unwrap();
    desk.run("record sign object.json --dir harbour --out link").refuses(4, &["left as it is"]);
    std::fs::remove_file(desk.path("link")).unwrap();
    assert_eq!(desk.files(""), before);
}

#[test]
fn a_missing_directory_is_named() {
    let desk = Desk::with_record();
    desk.run("record sign object.json --dir harbour --out not/there.json").refuses(4, &["make its directory first"]);
}

#[test]
fn keys_that_others_can_read_do_not_sign() {
    let desk = Desk::with_record();
    let keys = desk.path("harbour/keys.json");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o644)).unwrap();
    desk.run("record sign object.json --dir harbour").refuses(4, &["others can read", "chmod 600 harbour/keys.json"]);
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o600)).unwrap();
    desk.run("record sign object.json --dir harbour").ends_with(0);
}

#[test]
fn damaged_keys_say_where_to_get_them_back() {
    let desk = Desk::with_record();
    let keys = desk.read("harbour/keys.json").replace("\"seed\":\"", "\"seed\":\"A");
    desk.write("harbour/keys.json", keys);
    desk.run("record sign object.json --dir harbour").refuses(3, &["is damaged", "backup", "detente key recover"]);
}

#[test]
fn keys_of_another_party_do_not_sign() {
    let desk = Desk::with_record();
    desk.run("init --dir hills --name en=Hills").ends_with(0);
    std::fs::copy(desk.path("hills/keys.json"), desk.path("harbour/keys.json")).unwrap();
    desk.run("record sign object.json --dir harbour").refuses(4, &["not those of the key record", "same backup"]);
}

#[test]
fn a_directory_that_is_no_node_is_named_with_the_cure() {
    let desk = Desk::new();
    desk.write("object.json", HURRIED);
    desk.run("record sign object.json --dir nowhere")
        .refuses(4, &["not a node's directory", "detente init --dir nowhere"]);
}

#[test]
fn objects_that_cannot_be_signed_are_refused_with_their_place() {
    let desk = Desk::with_node();
    for (object, words) in [
        ("", "object.json"),
        ("[]", "it is not a JSON object"),
        ("{\"type\":\"incident\",}", "line 1"),
        ("{\"type\":\"incident\",\"type\":\"incident\"}", "type"),
        ("{\"name\":\"nothing\"}", "type"),
        ("{\"type\":\"incident\",\"spec_version\":\"2.1\",\"name\":\"x\",\"_sd\":[]}", "`_sd`"),
        ("{\"type\":\"bundle\",\"id\":\"bundle--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0\"}", "sign its objects"),
    ] {
        desk.write("object.json", object);
        desk.run("record sign object.json --dir harbour").refuses(3, &[words]);
    }
}
