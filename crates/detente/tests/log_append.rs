//! Records go into a node's log.

use crate::nodes::desk_with_log;
use crate::scene::{Desk, HURRIED};

#[test]
fn own_records_and_relayed_ones_are_logged() {
    let desk = desk_with_log();
    desk.make_node("hills");
    desk.run("record sign object.json --dir hills --out theirs.json").ends_with(0);
    let before = desk.files("harbour");
    desk.run("log append theirs.json --dir harbour").refuses(1, &["whose keys are not here", "--keys PROFILE"]);
    assert_eq!(desk.files("harbour"), before);
    desk.sign_named("second");
    let run =
        desk.run("--json log append theirs.json second.json --dir harbour --keys hills/profile.json").ends_with(0);
    let rows = run.json()["entries"].clone();
    assert_eq!((&rows[0]["index"], &rows[1]["index"]), (&3.into(), &4.into()));
    let list = desk.entries("harbour");
    assert_eq!((&list[0]["type"], &list[1]["type"]), (&"key-record".into(), &"identity".into()));
    assert_eq!(list[3]["record_digest"], rows[0]["record_digest"]);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn the_same_record_is_one_entry_however_often_it_is_logged() {
    let desk = desk_with_log();
    let again = desk.run("--json log append r.json --dir harbour").ends_with(0).json()["entries"][0].clone();
    assert_eq!((&again["index"], &again["logged_before"]), (&2.into(), &true.into()));
    desk.sign_named("second");
    let rows = desk.run("--json log append second.json r.json second.json --dir harbour").ends_with(0).json();
    let indices: Vec<_> = rows["entries"].as_array().unwrap().iter().map(|row| row["index"].clone()).collect();
    assert_eq!(indices, [3, 2, 3]);
    assert_eq!(desk.entries("harbour").len(), 4);
}

#[test]
fn one_bad_file_among_many_leaves_the_log_as_it_was() {
    let desk = desk_with_log();
    desk.sign_named("good");
    let good = desk.read("good.json");
    desk.write("turned.json", good.replacen("\"signature\":\"", "\"signature\":\"AAAA", 1));
    desk.write("garbage.json", "{");
    let before = desk.files("harbour");
    for (bad, code) in [("turned.json", 1), ("garbage.json", 3), ("absent.json", 3)] {
        let run = desk.run(&format!("log append good.json {bad} --dir harbour"));
        assert!(run.code == Some(code) || bad == "turned.json" && run.code == Some(3), "{bad}: {run:#?}");
        assert_eq!(desk.files("harbour"), before, "{bad}");
    }
}

#[test]
fn a_record_under_a_key_that_was_taken_back_is_not_logged() {
    let desk = desk_with_log();
    desk.sign_named("late");
    let listed = desk.run("--json key list --dir harbour").ends_with(0).json();
    let keys = listed["key_records"][0]["keys"].as_array().unwrap().clone();
    let key =
        keys.iter().find(|key| key["purpose"] == "record" && key["suite"] == "Ed25519").unwrap()["key_id"].clone();
    let key = key.as_str().unwrap();
    desk.run(&format!("key revoke {key} --dir harbour --reason compromised --since 2026-01-01T00:00:00.000000Z"))
        .ends_with(0);
    let size = desk.entries("harbour").len();
    desk.run("log append late.json --dir harbour").refuses(1, &["`late.json`", "a thief may have signed it"]);
    assert_eq!(desk.entries("harbour").len(), size);
    // What was logged before is proved to have been logged, and still is no word of this party.
    desk.run("log prove r.json --dir harbour --out r.proof").ends_with(0);
    desk.run("verify r.json --proof r.proof --keys harbour/profile.json")
        .refuses(1, &["revoked", "sign the record anew"]);
}

#[test]
fn encrypted_keys_log_with_their_passphrase_and_not_without() {
    let desk = Desk::new();
    desk.write("pass", "four unrelated words here");
    desk.run("init --dir harbour --name en=Harbour --passphrase-file pass").ends_with(0);
    desk.write("object.json", HURRIED);
    desk.run("record sign object.json --dir harbour --passphrase-file pass --out r.json").ends_with(0);
    let before = desk.files("harbour");
    desk.run("log append r.json --dir harbour").refuses(3, &["encrypted", "--passphrase-file FILE"]);
    desk.write("wrong", "four other words there");
    desk.run("log append r.json --dir harbour --passphrase-file wrong").ends_with(1);
    assert_eq!(desk.files("harbour"), before);
    desk.run("log append r.json --dir harbour --passphrase-file pass").ends_with(0);
    // Who reads needs no private key.
    for words in
        ["log list --dir harbour", "log prove r.json --dir harbour", "log checkpoint --dir harbour", "verify harbour"]
    {
        desk.run(words).ends_with(0);
    }
}

#[test]
fn a_program_is_told_the_same_facts_as_a_person() {
    let desk = desk_with_log();
    desk.make_node("hills");
    desk.run("log prove r.json --dir harbour --out r.proof").ends_with(0);
    for words in [
        "log append r.json --dir harbour",
        "log list --dir harbour",
        "log checkpoint --dir harbour",
        "log guard --dir harbour",
        "log migrate --dir harbour",
        "log erase 2 --dir harbour --reason wrong",
        "log resume --dir harbour --checked-by Ana",
        "log cosign harbour/log/node --keys harbour/profile.json --heads heads --dir hills",
        "rebuild --dir harbour",
        "verify harbour",
        "verify harbour/log/node --keys harbour/profile.json",
        "verify r.json --proof r.proof --keys harbour/profile.json",
        "verify r.json --keys harbour/profile.json",
    ] {
        let facts = desk.run(&format!("--json {words}")).ends_with(0).json();
        let said = desk.run(words).ends_with(0).out;
        for (name, value) in facts.as_object().unwrap() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let is_list = value.is_array() || text.contains('\n') || name == "verifier_keys";
            // How much a later run of the same command continues is another number.
            let is_same = is_list || name == "continues" || said.contains(&text);
            assert!(is_same, "{words}: {name} = {text} is not in {said}");
        }
    }
}
