//! How answers reach people and programs: JSON, exit codes, help.

use serde_json::Value;

use crate::scene::Desk;

/// A command of each kind that succeeds on a desk with a record, and a fact that its answer holds.
const SUCCESSES: [(&str, &str); 13] = [
    ("init --dir hills --name en=Hills", "recovery_key"),
    ("record sign object.json --dir harbour", "record"),
    ("record sign object.json --dir harbour --format compact", "record"),
    ("record sign object.json --dir harbour --out a.json", "written"),
    ("record sign object.json --dir harbour --dry-run", "properties"),
    ("record present whole.json --dir harbour --core", "record"),
    ("record present whole.json --dir harbour --core --out b.json", "shown_before"),
    ("record show whole.json", "object"),
    ("record show whole.json --dir harbour", "key_standing"),
    ("record verify whole.json --dir harbour", "verdict"),
    ("key list --dir harbour", "key_records"),
    ("key rotate --dir harbour --dry-run", "new_keys"),
    ("key rotate --dir harbour", "key_record"),
];

#[test]
fn every_success_is_one_json_object_wherever_the_option_stands() {
    for place in ["--json COMMAND", "COMMAND --json"] {
        let desk = Desk::with_record();
        for (words, fact) in SUCCESSES {
            let run = desk.run(&place.replace("COMMAND", words)).ends_with(0);
            assert!(run.json().get(fact).is_some() && run.err.is_empty(), "{words}: {run:#?}");
        }
    }
}

/// The demonstration takes longest of all, and is asked once.
#[test]
fn the_demonstration_is_one_json_object_too() {
    let run = Desk::new().run("demo --headless --dir story --json").ends_with(0);
    assert!(run.json().get("claims").is_some() && run.err.is_empty(), "{run:#?}");
}

#[test]
fn every_refusal_has_its_code_and_its_word() {
    let desk = Desk::with_record();
    desk.write("garbage", "garbage");
    for (words, code, kind) in [
        ("record verify whole.json", 1, "refused"),
        ("record verify whole.json --dir harbour --at 2020-01-01T00:00:00Z", 1, "refused"),
        ("record present whole.json --core", 1, "refused"),
        ("", 2, "arguments"),
        ("dance", 2, "arguments"),
        ("record", 2, "arguments"),
        ("record show", 2, "arguments"),
        ("record present whole.json --dir harbour", 2, "arguments"),
        ("record present whole.json --core --sealed", 2, "arguments"),
        ("record verify whole.json --at noon", 2, "arguments"),
        ("key", 2, "arguments"),
        ("key rotate", 2, "arguments"),
        ("key revoke short --dir harbour --reason lost", 2, "arguments"),
        ("init --dir hills --name Hills", 2, "arguments"),
        ("init --dir hills --name en=Hills --valid-days 0", 2, "arguments"),
        ("record verify garbage", 3, "input"),
        ("record show absent", 3, "input"),
        ("record sign garbage --dir harbour", 3, "input"),
        ("record verify whole.json --keys garbage", 3, "input"),
        ("record present whole.json --dir harbour --show colour", 3, "input"),
        ("key revoke AAAAAAAAAAAA --dir harbour --reason lost", 3, "input"),
        ("key recover --dir harbour --recovery-key-file garbage", 3, "input"),
        ("key list --dir nowhere", 4, "environment"),
        ("init --dir harbour --name en=Hills", 4, "environment"),
        ("record verify whole.json --dir nowhere", 4, "environment"),
        ("record sign object.json --dir harbour --out whole.json", 4, "environment"),
        ("demo --headless --dir harbour", 4, "environment"),
    ] {
        let error = desk.run(&format!("--json {words}")).ends_with(code).json_error();
        assert_eq!(error["kind"], kind, "{words}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{words}: {error}");
        assert!(matches!(error["advice"], Value::Null | Value::String(_)), "{words}: {error}");
        if !["", "record", "key"].contains(&words) {
            let run = desk.run(words).refuses(code, &["error: "]);
            assert_eq!(run.out, "", "{words}");
        }
    }
}

#[test]
fn a_program_is_told_which_argument_is_missing() {
    let error = Desk::new().run("--json init --dir hills").ends_with(2).json_error();
    assert!(error["message"].as_str().unwrap().contains("--name"), "{error}");
}

#[test]
fn the_exit_codes_stand_in_the_help() {
    let desk = Desk::new();
    let help = desk.run("--help").ends_with(0).says(&["Exit codes:"]).out;
    for code in ["0 done", "1 refused", "2 wrong arguments", "3 a file", "4 the machine"] {
        assert!(help.split_whitespace().collect::<Vec<_>>().join(" ").contains(code), "{code} in {help}");
    }
}

#[test]
fn every_command_explains_itself() {
    let desk = Desk::new();
    for words in [
        "init",
        "record",
        "record sign",
        "record present",
        "record show",
        "record verify",
        "key",
        "key list",
        "key rotate",
        "key revoke",
        "key recover",
        "demo",
    ] {
        let run = desk.run(&format!("{words} --help")).ends_with(0).says(&["Usage: detente", "--json"]);
        assert_eq!(run.err, "");
        desk.run(&format!("--json {words} --help")).ends_with(0).says(&["Usage: detente"]);
    }
    desk.run("--version").ends_with(0).says(&["detente 0."]);
}

#[test]
fn help_teaches() {
    let desk = Desk::new();
    for (words, sentence) in [
        ("--help", "Cooperate on AI safety with parties that you do not trust."),
        ("--help", "a party is its keys."),
        ("init --help", "The recovery key is printed once and stored nowhere: write it down"),
        ("record sign --help", "so that it can be shown whole, in part, coarsened, or not yet."),
        ("record present --help", "A PLACE is a JSON Pointer such as `/object/description`"),
        ("record verify --help", "It proves that the party's keys signed this record"),
        ("record verify --help", "It does not prove when it was signed"),
        ("key rotate --help", "The old keys sign the new key record, so that everybody can see that it is yours."),
        ("key revoke --help", "A thief who holds the keys for records could sign a key record too"),
        ("key recover --help", "The recovery key is spent by this, and a new one is printed once."),
    ] {
        let help = desk.run(words).ends_with(0).out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(sentence), "{words}: {sentence} in {help}");
    }
}
