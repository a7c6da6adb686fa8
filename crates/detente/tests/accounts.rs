//! Accounts and tokens from the command line.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::scene::{Desk, Run};

const PASSWORD: &str = "seven herons over the weir";
const ADD_ADA: &str = "account add ada --role administrator --password-file pw --by Ada";

/// A node with a password in the file `pw`, and no accounts yet.
fn bare() -> Desk {
    let desk = Desk::with_node();
    desk.write("pw", format!("{PASSWORD}\n"));
    desk
}

/// A node with Ada, its administrator, and a program.
fn with_accounts() -> Desk {
    let desk = bare();
    run(&desk, &format!("{ADD_ADA} --yes")).ends_with(0);
    run(&desk, "account add gate --role machine --by Ada --yes").ends_with(0);
    desk
}

fn run(desk: &Desk, words: &str) -> Run {
    desk.run(&format!("{words} --dir harbour"))
}

fn accounts(desk: &Desk) -> Vec<Value> {
    run(desk, "--json account list").ends_with(0).json()["accounts"].as_array().unwrap().clone()
}

/// Entries of the log of changes. Nothing is written down there but changes.
fn logged(desk: &Desk) -> usize {
    let checkpoint = desk.path("harbour/log/access/checkpoint");
    let text = std::fs::read_to_string(checkpoint).unwrap_or_default();
    text.lines().nth(1).map_or(0, |size| size.parse().unwrap())
}

#[test]
fn the_first_account_is_an_administrator_s() {
    let desk = bare();
    run(&desk, "account list").ends_with(0).says(&["No accounts yet"]);
    run(&desk, "account add lin --role analyst --password-file pw --by Ada --yes").refuses(1, &["administrator"]);
    run(&desk, "account add ada --role administrator --no-password --by Ada --yes").refuses(1, &["password"]);
    run(&desk, ADD_ADA).ends_with(0).says(&["Nothing was changed", "--yes"]);
    assert!(!desk.has("harbour/accounts.json"));
    run(&desk, &format!("{ADD_ADA} --yes")).ends_with(0).says(&["Done and logged"]);
    let mode = std::fs::metadata(desk.path("harbour/accounts.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(accounts(&desk)[0]["name"], "ada");
}

#[test]
fn every_change_is_logged_and_a_preview_changes_nothing() {
    let desk = with_accounts();
    let before = (logged(&desk), desk.read("harbour/accounts.json"));
    assert_eq!(before.0, 2);
    run(&desk, "account add lin --role analyst --password-file pw --by Ada")
        .ends_with(0)
        .says(&["Nothing was changed"]);
    assert_eq!((logged(&desk), desk.read("harbour/accounts.json")), before);
    run(&desk, "account add lin --role analyst --password-file pw --by Ada --yes").ends_with(0);
    run(&desk, "account set-role lin --role reader --role releaser --by Ada").ends_with(0).says(&["approve", "write"]);
    run(&desk, "account set-role lin --role reader --role releaser --by Ada --yes").ends_with(0);
    run(&desk, "account set-password lin --password-file pw --by Ada --yes").ends_with(0);
    run(&desk, "account disable lin --by Ada --yes").ends_with(0);
    run(&desk, "account enable lin --by Ada --yes").ends_with(0);
    run(&desk, "account remove lin --by Ada --yes").ends_with(0);
    assert_eq!(logged(&desk), before.0 + 6);
    assert_eq!(accounts(&desk).len(), 2);
    desk.run("verify harbour").ends_with(0);
}

#[test]
fn a_token_is_printed_once_and_kept_as_a_hash() {
    let desk = with_accounts();
    let make = "token make gate north --right post --right read --collection incidents --days 30 --by Ada";
    let preview = run(&desk, make).ends_with(0).says(&["Nothing was changed"]);
    assert!(!preview.out.contains("detente_") && !desk.has("harbour/access.key"));
    let made = run(&desk, &format!("--json {make} --yes")).ends_with(0).json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("detente_") && secret.len() == 68, "{made}");
    for (file, octets) in desk.files("harbour") {
        let is_there = octets.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there, "{}", file.display());
    }
    let list = run(&desk, "--json token list").ends_with(0).json();
    assert_eq!((&list["tokens"][0]["name"], &list["tokens"][0]["state"]), (&"north".into(), &"good".into()));
    run(&desk, &format!("{make} --yes")).refuses(1, &["cannot be told from"]);
    run(&desk, "token revoke gate north --by Ada").ends_with(0).says(&["north"]);
    run(&desk, "token revoke gate north --by Ada --yes").ends_with(0);
    run(&desk, "token list").ends_with(0).says(&["revoked"]);
    run(&desk, &format!("{make} --yes")).ends_with(0);
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let desk = with_accounts();
    desk.write("short", "short\n");
    let before = (logged(&desk), desk.read("harbour/accounts.json"));
    run(&desk, "account remove ada --by Ada --yes").refuses(1, &["administrator"]);
    run(&desk, "account disable nobody --by Ada --yes").refuses(1, &["no account"]);
    run(&desk, "account add Ada --role reader --no-password --by Ada --yes").refuses(1, &["cannot be told from"]);
    run(&desk, "account add lin --role reader --password-file short --by Ada --yes").refuses(3, &["15 characters"]);
    run(&desk, "account add lin --role root --no-password --by Ada --yes").refuses(2, &["root"]);
    run(&desk, "account set-password gate --password-file pw --by Ada --yes").refuses(1, &["machine"]);
    run(&desk, "token make gate north --right approve --by Ada --yes").refuses(2, &["no token can carry"]);
    run(&desk, "token make gate north --right write --by Ada --yes").refuses(1, &["does not have the right"]);
    run(&desk, "token make gate north --right post --days 401 --by Ada --yes").refuses(2, &["401"]);
    run(&desk, "account disable gate --yes --by").ends_with(2);
    desk.run_words(&["account", "disable", "gate", "--yes", "--by", " ", "--dir", "harbour"]).ends_with(2);
    assert_eq!((logged(&desk), desk.read("harbour/accounts.json")), before);
}

#[test]
fn a_file_that_others_can_read_or_that_is_damaged_is_refused() {
    let desk = with_accounts();
    desk.run_script("chmod 644 harbour/accounts.json").ends_with(0);
    run(&desk, "account list").refuses(4, &["others can read", "chmod 600"]);
    desk.run_script("chmod 600 harbour/accounts.json && sed -i s/machine/root/ harbour/accounts.json").ends_with(0);
    run(&desk, "account list").refuses(3, &["unknown role `root`", "restore the last copy"]);
}
