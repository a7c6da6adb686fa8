//! What a request holds is content. It names no file, no option and no directory.

use api::ProblemKind;
use record::json::Json;

use super::office::{Office, file, names};

#[test]
fn members_that_are_files_take_content_and_no_name() {
    let office = Office::staffed();
    let keys = office.dir().join("keys.json");
    let keys = keys.display();
    for (who, command, body) in [
        ("rea", "record show", format!(r#"{{"record":"{keys}"}}"#)),
        ("rea", "record show", format!(r#"{{"record":{{"path":"{keys}"}}}}"#)),
        ("lin", "incident new", format!(r#"{{"file":"{keys}"}}"#)),
        ("lin", "incident new", r#"{"file":"-"}"#.to_owned()),
        ("rel", "release what-if", format!(r#"{{"record":"{keys}"}}"#)),
        ("rel", "release what-if", r#"{"record":"-"}"#.to_owned()),
        ("rel", "release what-if", r#"{"record":"incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0"}"#.to_owned()),
        ("lin", "label put", r#"{"record":"../harbour/keys.json","tlp":"red"}"#.to_owned()),
        ("rel", "agreement show", format!(r#"{{"agreement":"{keys}"}}"#)),
        ("ada", "peer add", format!(r#"{{"partner":"{keys}"}}"#)),
        ("rea", "record show", r#"{"record":{"text":"x"},"dir":"/"}"#.to_owned()),
        ("lin", "record sign", r#"{"object":{"text":"{}"},"out":"/etc/x"}"#.to_owned()),
        ("lin", "record sign", r#"{"object":{"text":"{}"},"passphrase_file":"/etc/passwd"}"#.to_owned()),
        ("ada", "log guard", r#"{"add":"/etc"}"#.to_owned()),
        (
            "ada",
            "peer add",
            r#"{"partner":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","address":"127.0.0.1:1"}"#.to_owned(),
        ),
        ("lin", "export", r#"{"as":"misp-feed"}"#.to_owned()),
        ("lin", "incident list", r#"{"sail":1}"#.to_owned()),
    ] {
        assert_eq!(office.refused(who, command, &body), ProblemKind::Member, "{command} {body}");
    }
    for left in ["init", "serve", "verify", "peer pair", "key recover", "log cosign"] {
        assert_eq!(office.refused("ada", left, "{}"), ProblemKind::NotFound, "{left}");
    }
}

#[test]
fn a_value_is_never_taken_for_an_option() {
    let office = Office::staffed();
    for text in ["--dir=/", "--json", "-", "--", "--help", "a\\nb", "$(id)", "'; rm -rf /"] {
        let told =
            office.told("lin", "incident new", &format!(r#"{{"title":"{text}","description":"x","again":true}}"#));
        assert!(told.text("incident").is_some(), "{text}: {told:?}");
        let found = office.told("lin", "search", &format!(r#"{{"query":"{}"}}"#, "x"));
        assert!(found.get("hits").is_some());
    }
    let odd = office.ask("lin", "watch add", r#"{"name":"--all","query":"--dir=/"}"#);
    assert!(odd.is_err_and(|problem| problem.status() == 400 || problem.status() == 422), "a name, and no option");
}

#[test]
fn nothing_is_left_behind_and_no_path_is_told() {
    let office = Office::staffed();
    // What processes that were killed left there is not ours.
    let before = found();
    let object = r#"{"type":"incident","spec_version":"2.1","name":"Crane stopped"}"#;
    let answer = office.ask("lin", "record sign", &format!(r#"{{"object":{},"out":true}}"#, file(object))).unwrap();
    assert_eq!(answer.get("told").and_then(Json::as_object).unwrap().text("written"), Some("out"));
    let refused = office.ask("lin", "record sign", &format!(r#"{{"object":{}}}"#, file("{}"))).unwrap_err();
    let said = refused.words_of_refusal().unwrap();
    let words = format!("{} {:?}", said.message, said.advice);
    let temporary = std::env::temp_dir().display().to_string();
    assert!(!words.contains(&temporary) && !words.contains(&office.dir().display().to_string()), "{words}");
    let missing = office.ask("lin", "log erase", r#"{"index":99,"reason":"x"}"#).unwrap_err();
    let said = missing.words_of_refusal().map(|said| format!("{said:?}")).unwrap_or_default();
    assert!(!said.contains(&temporary), "{said}");
    let left = left(&before);
    assert!(left.is_empty(), "folders of requests are gone: {left:?}");
}

/// Folders of requests that came since. Other tests make some at the same time, so this waits for a moment at which none is there.
fn left(before: &[String]) -> Vec<String> {
    let since = || found().into_iter().filter(|name| !before.contains(name)).collect::<Vec<_>>();
    for _ in 0..200 {
        if since().is_empty() {
            return Vec::new();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    since()
}

fn found() -> Vec<String> {
    let all = names(&std::env::temp_dir());
    all.into_iter().filter(|name| name.strip_prefix("detente-").is_some_and(|rest| rest.len() == 16)).collect()
}
