//! Wrong documents: each is refused as a whole, by name.

use access::{Accounts, Change, MAX_ACCOUNTS, MAX_TOKENS, MAX_TOKENS_PER_ACCOUNT, Right, Role};

use crate::scene::{self, DAY, Node, name, noon};

/// A node with a person, a program with a token, and a partner.
fn text() -> String {
    let mut node = Node::new().with("lin", &[Role::Analyst]).with_partner("guest", &[Role::Reader], scene::party(7));
    node = node.with("gate", &[Role::Machine]);
    node.token("gate", "north", scene::scopes(&[Right::Post, Right::Read], &["incidents"]));
    node.accounts.to_text()
}

fn refused(text: &str) -> String {
    Accounts::from_text(text.as_bytes()).unwrap_err().to_string()
}

/// The document with one thing in it changed.
fn with(old: &str, new: &str) -> String {
    let text = text();
    assert!(text.contains(old), "{old} is in {text}");
    text.replacen(old, new, 1)
}

#[test]
fn a_good_document_reads_back() {
    let text = text();
    assert_eq!(Accounts::from_text(text.as_bytes()).unwrap().to_text(), text);
    assert_eq!(text.matches("$argon2id$v=19$m=19456,t=2,p=1$").count(), 3);
}

#[test]
fn every_wrong_document_is_named() {
    for (old, new, why) in [
        ("detente/accounts/v1", "detente/accounts/v2", "a newer build"),
        (r#""tokens":"#, r#""roles":[],"tokens":"#, "`roles`: not known to this build"),
        (r#""disabled":false"#, r#""disabled":"no""#, "accounts, number 1, `disabled`: must be true or false"),
        (r#""disabled":false"#, r#""enabled":true"#, "`enabled`: not known"),
        (r#""disabled":false,"#, "", "`disabled`: must be true or false"),
        (r#""roles":["analyst"]"#, r#""roles":[]"#, "at least one role"),
        (r#""roles":["analyst"]"#, r#""roles":["analyst","analyst"]"#, "twice"),
        (r#""roles":["analyst"]"#, r#""roles":["root"]"#, "unknown role `root`"),
        (r#""roles":["analyst"]"#, r#""roles":["machine"]"#, "has tokens and no password"),
        (r#""belongs":"own""#, r#""belongs":"ours""#, "base64url"),
        (r#""name":"lin""#, r#""name":"Ada""#, "cannot be told from"),
        (r#""name":"lin""#, r#""name":"l in""#, "one word"),
        (r#""account":"gate""#, r#""account":"gone""#, "no account `gone`"),
        (r#""rights":["post","#, r#""rights":["approve","post","#, "no token can carry"),
        (r#""rights":["post","read"]"#, r#""rights":[]"#, "at least one right"),
        (r#""expires":"2026-12-30"#, r#""expires":"2126-12-30"#, "no token is good for so long"),
        (r#""last_used":null"#, r#""last_used":"2026-13-01""#, "`last_used`"),
        (r#"["incidents"]"#, r#"["../incidents"]"#, "name 1 to 16 collections"),
        (r#""hash":""#, r#""hash":"A"#, "`hash`"),
        (r#"{"format""#, r#"["format""#, "not readable"),
    ] {
        let refusal = refused(&with(old, new));
        assert!(refusal.contains(why), "{new}: {refusal}");
    }
}

#[test]
fn a_cheaper_password_setting_is_no_way_in_and_a_dearer_one_no_way_to_stop_the_node() {
    for setting in [
        "$argon2id$v=19$m=8,t=1,p=1$",
        "$argon2i$v=19$m=19456,t=2,p=1$",
        "$argon2id$v=16$m=19456,t=2,p=1$",
        "$argon2id$v=19$m=4194304,t=99,p=1$",
        "$2y$10$",
        "plain$",
    ] {
        let refusal = refused(&with("$argon2id$v=19$m=19456,t=2,p=1$", setting));
        assert!(refusal.contains("set the password anew"), "{setting}: {refusal}");
    }
}

#[test]
fn a_document_without_an_administrator_is_refused() {
    assert!(refused(&with(r#""roles":["administrator"]"#, r#""roles":["reader"]"#)).contains("administrator"));
    assert!(refused(r#"{"format":"detente/accounts/v1","accounts":[],"tokens":[]}"#).contains("administrator"));
}

#[test]
fn a_partner_that_was_made_our_own_by_hand_is_only_what_its_role_says() {
    let party = scene::party(7).to_string();
    let accounts =
        Accounts::from_text(with(&format!(r#""belongs":"{party}""#), r#""belongs":"own""#).as_bytes()).unwrap();
    assert!(!accounts.account(&name("guest")).unwrap().rights().contains(&Right::Accounts));
}

#[test]
fn every_cut_and_every_flipped_letter_is_an_error_or_another_state_and_never_a_panic() {
    let text = text().into_bytes();
    for end in 0..text.len() {
        assert!(Accounts::from_text(&text[..end]).is_err(), "cut at {end}");
    }
    for at in 0..text.len() {
        let mut flipped = text.clone();
        flipped[at] ^= 1;
        // What is read after all is whole: it reads back.
        if let Ok(accounts) = Accounts::from_text(&flipped) {
            let again = accounts.to_text();
            assert_eq!(Accounts::from_text(again.as_bytes()).unwrap().to_text(), again);
        }
    }
}

#[test]
fn the_fullest_accounts_read_back_and_one_more_is_refused() {
    let text = fullest();
    let accounts = Accounts::from_text(text.as_bytes()).unwrap();
    assert_eq!((accounts.iter().count(), accounts.tokens().count()), (MAX_ACCOUNTS, MAX_TOKENS));
    assert!(text.len() < access::MAX_DOCUMENT_BYTES, "{} octets", text.len());
    let one_more = Change::add(name("one-more"), scene::roles(&[Role::Reader]), access::Belongs::Own, None);
    let refused = accounts.apply(one_more, &scene::operator(), noon(DAY)).unwrap_err();
    assert!(refused.to_string().contains("there are 1000 accounts"));
}

/// Accounts with the longest names and all rights, and as many tokens as there may be. By hand: adding them one by one copies
/// them each time.
fn fullest() -> String {
    let long = |at: usize| format!("{at:0>4}{}", "文".repeat(60));
    let ends = r#""created":"2026-11-30T12:00:00.000000Z","#;
    let roles = r#"["administrator","analyst","duty-officer","reader","releaser"]"#;
    let rights = r#"["alarms","answer","label","operate","post","propose","publish","read","read-access-log","read-feeds","reports","write"]"#;
    let password = scene::kept_password().to_text();
    let account = |at: usize| {
        format!(
            r#"{{"name":"{}","roles":{roles},"belongs":"own","password":"{password}","disabled":false,{ends}"sessions_from":"2026-11-30T12:00:00.000000Z"}}"#,
            long(at)
        )
    };
    let collections: Vec<String> =
        (0..16).map(|at| format!(r#""0000000{at:0>2}-0000-4000-8000-000000000000""#)).collect();
    let token = |at: usize| {
        let hash = record::base64url::encode(&record::digest::sha256(&[&at.to_be_bytes()]));
        format!(
            r#"{{"account":"{}","name":"{}","hash":"{hash}","rights":{rights},"collections":[{}],{ends}"expires":"2027-11-30T12:00:00.000000Z","last_used":"2026-11-30","revoked":null}}"#,
            long(at / MAX_TOKENS_PER_ACCOUNT),
            long(at),
            collections.join(",")
        )
    };
    let accounts: Vec<String> = (0..MAX_ACCOUNTS).map(account).collect();
    let tokens: Vec<String> = (0..MAX_TOKENS).map(token).collect();
    format!(r#"{{"format":"detente/accounts/v1","accounts":[{}],"tokens":[{}]}}"#, accounts.join(","), tokens.join(","))
}
