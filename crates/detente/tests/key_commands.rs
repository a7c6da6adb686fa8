//! Keys that a party replaces, withdraws and takes back by its own command.

use serde_json::Value;

use crate::scene::{Desk, HURRIED};

/// A desk with a node `harbour`, its record `r.json`, its first profile file as a partner has it in `first.json`, and its
/// recovery key in `safe`.
pub(crate) fn desk_with_safe() -> Desk {
    let desk = Desk::new();
    let recovery = desk.run("init --dir harbour --name en=Harbour").ends_with(0).fact("recovery key");
    desk.write("safe", recovery);
    desk.sign(HURRIED, "r.json");
    std::fs::copy(desk.path("harbour/profile.json"), desk.path("first.json")).unwrap();
    desk
}

fn list(desk: &Desk, whose: &str) -> Value {
    desk.run(&format!("--json key list {whose}")).ends_with(0).json()
}

/// The rows of a key record of Harbour.
fn keys(desk: &Desk, index: usize) -> Vec<Value> {
    list(desk, "--dir harbour")["key_records"][index]["keys"].as_array().unwrap().clone()
}

fn of_purpose(rows: &[Value], purpose: &str) -> Vec<String> {
    let rows = rows.iter().filter(|row| row["purpose"] == purpose);
    rows.map(|row| row["key_id"].as_str().unwrap().to_owned()).collect()
}

/// The key that signs records.
fn signing_key(desk: &Desk, index: usize) -> String {
    let rows = keys(desk, index);
    let row = rows.iter().find(|row| row["purpose"] == "record" && row["suite"] == "Ed25519");
    row.unwrap()["key_id"].as_str().unwrap().to_owned()
}

fn recover(desk: &Desk, words: &str) -> Value {
    let words = format!("--json key recover --dir harbour --recovery-key-file safe {words}");
    desk.run(&words).ends_with(0).json()
}

#[test]
fn every_key_is_listed_with_its_window_and_its_standing() {
    let desk = desk_with_safe();
    let rows = keys(&desk, 0);
    assert_eq!(rows.len(), 8, "two suites for records, logs and cosignatures, one for transport and one for bundles");
    assert!(rows.iter().all(|row| row["standing"] == "in force" && row["not_after"].is_string()), "{rows:#?}");
    let run = desk.run("key list --dir harbour").ends_with(0).says(&[
        "key record 0: ",
        "transport",
        "ML-DSA-44",
        "bundle    MLKEM768-X25519",
    ]);
    assert!(rows.iter().all(|row| run.out.contains(row["key_id"].as_str().unwrap())), "{run:#?}");
    assert_eq!(list(&desk, "--keys-of first.json"), list(&desk, "--dir harbour"));
    desk.run("key list").refuses(2, &["--dir"]);
}

#[test]
fn a_rotation_of_everything_signs_and_verifies() {
    let desk = desk_with_safe();
    let run =
        desk.run("key rotate --dir harbour").ends_with(0).says(&["New keys:", "Hand the new harbour/profile.json"]);
    assert_eq!(run.fact("key record"), list(&desk, "--dir harbour")["key_record"].as_str().unwrap());
    desk.sign(HURRIED, "later.json");
    for keys in ["--dir harbour", "--keys harbour/profile.json", "--keys first.json --keys harbour/profile.json"] {
        let run = desk.run(&format!("record verify later.json {keys}")).ends_with(0);
        assert_eq!((run.fact("key standing"), run.fact("calls itself")), ("in force".to_owned(), "Harbour".to_owned()));
        desk.run(&format!("record verify r.json {keys}")).refuses(1, &["retired", "--as-named"]);
        desk.run(&format!("record verify r.json {keys} --as-named")).ends_with(0);
    }
    desk.run("record verify later.json --keys first.json").refuses(1, &["fetch the party's newer key records"]);
}

#[test]
fn a_rotation_of_record_keys_signs_the_profile_anew_as_its_next_version() {
    let desk = desk_with_safe();
    for (words, version) in [("--purpose log", 1), ("--purpose record", 2), ("", 3)] {
        desk.run(&format!("key rotate --dir harbour {words}")).ends_with(0);
        let profile: Value = serde_json::from_str(&desk.read("harbour/profile.json")).unwrap();
        desk.write("profile-record.json", profile["profile"].to_string());
        let shown = desk.shown("profile-record.json");
        assert_eq!((&shown["aside"]["version"], &shown["object"]["name"]), (&version.into(), &"Harbour".into()));
    }
}

#[test]
fn only_the_named_purposes_change() {
    let desk = desk_with_safe();
    let before = keys(&desk, 0);
    desk.run("key rotate --dir harbour --purpose transport").ends_with(0);
    let after = keys(&desk, 1);
    assert_ne!(of_purpose(&before, "transport"), of_purpose(&after, "transport"));
    assert_eq!(of_purpose(&after, "transport").len(), 1, "no old transport key is pinned any longer");
    for purpose in ["record", "log", "cosign", "bundle"] {
        assert_eq!(of_purpose(&before, purpose), of_purpose(&after, purpose), "{purpose}");
    }
    desk.run("record verify r.json --dir harbour").ends_with(0);
    desk.run("key rotate --dir harbour --purpose colour").refuses(2, &["known are"]);
}

#[test]
fn an_old_log_key_stays_listed_beside_the_new_one_for_a_month() {
    let desk = desk_with_safe();
    let first = of_purpose(&keys(&desk, 0), "log");
    for index in 1..=2 {
        desk.run("key rotate --dir harbour --purpose log").ends_with(0);
        let rows = keys(&desk, index);
        assert_eq!(of_purpose(&rows, "log").len(), 4, "an old and a new one of each suite, never three");
        assert_eq!(first.iter().all(|id| of_purpose(&rows, "log").contains(id)), index == 1);
        let ends: std::collections::BTreeSet<_> = rows
            .iter()
            .filter(|row| row["purpose"] == "log")
            .map(|row| row["not_after"].as_str().unwrap().get(..7).unwrap().to_owned())
            .collect();
        assert_eq!(ends.len(), 2, "the old ones end early: {ends:?}");
    }
    assert_eq!(desk.read("harbour/keys.json").matches("\"log\"").count(), 2, "one key for each suite signs");
}

#[test]
fn encrypted_keys_stay_encrypted_under_their_passphrase() {
    let desk = Desk::new();
    desk.write("pass", "four unrelated words here");
    desk.run("init --dir harbour --name en=Harbour --passphrase-file pass").ends_with(0);
    desk.run("key rotate --dir harbour").refuses(3, &["encrypted", "--passphrase-file FILE"]);
    desk.run("key rotate --dir harbour --passphrase-file pass").ends_with(0);
    assert!(!desk.read("harbour/keys.json").contains("seed"));
    desk.write("object.json", HURRIED);
    desk.run("record sign object.json --dir harbour --passphrase-file pass --out r.json").ends_with(0);
    desk.run("record verify r.json --dir harbour").ends_with(0);
}

#[test]
fn a_passphrase_for_keys_in_clear_is_not_taken_for_an_encryption() {
    let desk = desk_with_safe();
    desk.write("pass", "four unrelated words here");
    let before = desk.files("");
    desk.run("key rotate --dir harbour --passphrase-file pass").refuses(2, &["are not encrypted"]);
    assert_eq!(desk.files(""), before);
}

#[test]
fn what_a_revoked_key_signed_is_refused_and_what_replaces_it_signs() {
    let desk = desk_with_safe();
    let key = signing_key(&desk, 0);
    let run = desk.run(&format!("key revoke {key} --dir harbour --reason compromised"));
    let run = run.ends_with(0).says(&["does not count any more", "detente key recover"]);
    assert_eq!((run.fact("revoked"), run.fact("reason")), (key.clone(), "compromised".to_owned()));
    desk.run("record verify r.json --keys harbour/profile.json").refuses(1, &["revoked as compromised"]);
    desk.run("record verify r.json --keys first.json").ends_with(0);
    desk.sign(HURRIED, "later.json");
    desk.run("record verify later.json --keys first.json --keys harbour/profile.json").ends_with(0);
    let rows = keys(&desk, 1);
    assert_eq!(rows.len(), 8);
    assert!(!rows.iter().any(|row| row["key_id"] == *key), "{rows:#?}");
    let others = keys(&desk, 0).iter().filter(|row| rows.iter().any(|new| new["key_id"] == row["key_id"])).count();
    assert_eq!(others, 7, "only that key was replaced");
    desk.run(&format!("key revoke {key} --dir harbour --reason lost")).refuses(3, &["revoked already"]);
}

#[test]
fn a_retired_key_can_be_revoked_too() {
    let desk = desk_with_safe();
    let key = signing_key(&desk, 0);
    desk.run("key rotate --dir harbour").ends_with(0);
    desk.sign(HURRIED, "later.json");
    let run = desk.run(&format!("--json key revoke {key} --dir harbour --reason compromised")).ends_with(0);
    assert_eq!(run.json()["new_keys"].as_array().unwrap().len(), 0, "it has its successor already");
    desk.run("record verify r.json --dir harbour --as-named").refuses(1, &["revoked"]);
    desk.run("record verify later.json --dir harbour").ends_with(0);
}

#[test]
fn a_key_is_named_by_a_beginning_that_only_it_has() {
    let desk = desk_with_safe();
    let key = of_purpose(&keys(&desk, 0), "transport").remove(0);
    let short = key.get(..8).unwrap();
    for (words, code, word) in [
        (format!("key revoke {} --dir harbour --reason lost", key.get(..7).unwrap()), 2, "at least 8 characters"),
        ("key revoke -abcdefgh --dir harbour --reason lost".to_owned(), 3, "no key begins with `-abcdefgh`"),
        (format!("key revoke {short} --dir harbour --reason bored"), 2, "known are compromised, lost, superseded"),
        (format!("key revoke {short} --dir harbour"), 2, "--reason"),
        (format!("key revoke {short} --dir harbour --reason lost --since 2999-01-01T00:00:00Z"), 2, "has not come yet"),
    ] {
        desk.run(&words).refuses(code, &[word]);
    }
    let words = format!("--json key revoke {short} --dir harbour --reason lost --since 2026-01-01T00:00:00Z");
    let answer = desk.run(&words).ends_with(0).json();
    assert_eq!(
        (answer["revoked"].as_str(), answer["since"].as_str()),
        (Some(&*key), Some("2026-01-01T00:00:00.000000Z"))
    );
}

#[test]
fn a_party_without_its_private_keys_comes_back_with_the_recovery_key() {
    let desk = desk_with_safe();
    std::fs::remove_file(desk.path("harbour/keys.json")).unwrap();
    let answer = recover(&desk, "");
    assert_eq!(answer["overruled"].as_array().unwrap().len(), 0);
    desk.is_whole_node("harbour");
    desk.sign(HURRIED, "later.json");
    desk.run("record verify later.json --keys first.json --keys harbour/profile.json").ends_with(0);
    let old: Vec<_> = keys(&desk, 0).iter().map(|row| row["key_id"].clone()).collect();
    assert!(!keys(&desk, 1).iter().any(|row| old.contains(&row["key_id"])), "every key is new");
    assert_eq!(list(&desk, "--dir harbour")["key_records"][1]["recovery"], true);
}

#[test]
fn keys_under_a_forgotten_passphrase_give_way_to_new_ones() {
    let desk = Desk::new();
    desk.write("pass", "four unrelated words here");
    desk.write("new-pass", "four other words there");
    let run = desk.run("init --dir harbour --name en=Harbour --passphrase-file pass").ends_with(0);
    desk.write("safe", run.fact("recovery key"));
    recover(&desk, "--passphrase-file new-pass");
    desk.write("object.json", HURRIED);
    let sign = "record sign object.json --dir harbour --passphrase-file";
    desk.run(&format!("{sign} pass")).refuses(1, &["does not open the keys"]);
    desk.run(&format!("{sign} new-pass")).ends_with(0);
}

#[test]
fn a_recovery_key_serves_once_and_the_new_one_after_it() {
    let desk = desk_with_safe();
    let answer = recover(&desk, "");
    let before = desk.files("");
    let again = desk.run("key recover --dir harbour --recovery-key-file safe");
    again.refuses(1, &["not the one that the earlier key record commits to", "serves once"]);
    let first = list(&desk, "--dir harbour")["key_records"][0]["key_record"].as_str().unwrap().to_owned();
    let around = desk.run(&format!("key recover --dir harbour --recovery-key-file safe --after {first}"));
    around.refuses(1, &["used already"]);
    assert_eq!(desk.files(""), before);
    desk.write("safe", answer["recovery_key"].as_str().unwrap());
    recover(&desk, "");
}

#[test]
fn a_recovery_overrules_what_a_thief_signed() {
    let desk = desk_with_safe();
    desk.run("key rotate --dir harbour").ends_with(0);
    desk.sign(HURRIED, "stolen.json");
    std::fs::copy(desk.path("harbour/profile.json"), desk.path("thief.json")).unwrap();
    let listed = list(&desk, "--dir harbour");
    let (first, thief) = (&listed["key_records"][0]["key_record"], &listed["key_records"][1]["key_record"]);
    let words = format!("--recovery-key-file safe --after {}", first.as_str().unwrap().get(..8).unwrap());
    let preview = desk.run(&format!("key recover --dir harbour {words} --dry-run")).ends_with(0);
    let run = desk.run(&format!("key recover --dir harbour {words}")).refuses(0, &["check that its name is yours"]);
    for run in [&preview, &run] {
        assert!(run.out.contains("Overrules") && run.out.contains(thief.as_str().unwrap()), "{run:#?}");
    }
    let listed = list(&desk, "--dir harbour");
    assert_eq!(listed["key_records"][2]["overruled_by"], listed["key_record"]);
    desk.run("key list --dir harbour").ends_with(0).says(&["OVERRULED by the recovery"]);
    desk.sign(HURRIED, "later.json");
    for keys in ["--keys harbour/profile.json", "--keys thief.json --keys harbour/profile.json"] {
        desk.run(&format!("record verify stolen.json {keys} --as-named")).refuses(1, &["overruled"]);
        desk.run(&format!("record verify later.json {keys}")).ends_with(0);
        desk.run(&format!("record verify r.json {keys} --as-named")).ends_with(0);
    }
}

#[test]
fn a_recovery_key_that_is_none_is_told_from_a_wrong_one() {
    let desk = desk_with_safe();
    let before = desk.files("harbour");
    let safe = desk.read("safe");
    let typo = if safe.starts_with('A') { safe.replacen('A', "B", 1) } else { format!("A{}", safe.get(1..).unwrap()) };
    let other = desk.run("init --dir other --name en=Other").ends_with(0).fact("recovery key");
    for (line, code, word) in
        [(typo, 3, "14 groups of four"), (other, 1, "commits to"), (String::new(), 3, "14 groups")]
    {
        desk.write("line", line);
        for words in ["", "--dry-run"] {
            desk.run(&format!("key recover --dir harbour --recovery-key-file line {words}")).refuses(code, &[word]);
        }
    }
    desk.run("key recover --dir harbour").refuses(4, &["--recovery-key-file"]);
    assert_eq!(desk.files("harbour"), before);
}

/// Copies the node to another place, as a thief would.
fn copy_node(desk: &Desk, to: &str) {
    std::fs::create_dir(desk.path(to)).unwrap();
    for name in ["keys.json", "profile.json"] {
        std::fs::copy(desk.path(&format!("harbour/{name}")), desk.path(&format!("{to}/{name}"))).unwrap();
    }
}

#[test]
fn a_recovery_overrules_a_thief_whose_key_record_it_never_saw() {
    let desk = desk_with_safe();
    copy_node(&desk, "thief");
    desk.run("key rotate --dir thief").ends_with(0);
    desk.run("record sign object.json --dir thief --out stolen.json").ends_with(0);
    desk.run("record verify stolen.json --keys first.json --keys thief/profile.json").ends_with(0);
    recover(&desk, "");
    desk.sign(HURRIED, "later.json");
    for keys in ["--keys thief/profile.json --dir harbour", "--keys harbour/profile.json --keys thief/profile.json"] {
        desk.run(&format!("record verify stolen.json {keys} --as-named")).refuses(1, &["overruled"]);
        desk.run(&format!("record verify later.json {keys}")).ends_with(0);
    }
}

#[test]
fn two_files_of_one_party_are_checked_for_a_fork() {
    let desk = desk_with_safe();
    copy_node(&desk, "twin");
    desk.run("key rotate --dir harbour").ends_with(0);
    desk.run("key rotate --dir twin").ends_with(0);
    assert_eq!(list(&desk, "--keys-of first.json --keys-of harbour/profile.json"), list(&desk, "--dir harbour"));
    desk.run("key list --keys-of harbour/profile.json --keys-of twin/profile.json").refuses(1, &["different stories"]);
    desk.run("init --dir hills --name en=Hills").ends_with(0);
    desk.run("key list --keys-of first.json --keys-of hills/profile.json").refuses(3, &["one party at a time"]);
}
