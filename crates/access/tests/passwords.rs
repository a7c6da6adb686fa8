//! Passwords, and that nothing tells which accounts there are.

use std::time::{Duration, Instant};

use access::password::{MAX_PASSWORD_BYTES, Password, PasswordHash, WeakPassword};
use access::{Accounts, Belongs, Change, Role};

use crate::scene::{self, Counted, Dry, Node, PASSWORD, name, noon};

#[test]
fn short_long_and_obvious_passwords_are_refused() {
    let ada = name("ada.of.the.harbour");
    let new = |typed: &str| Password::new(typed, &ada).map(|_| ());
    assert_eq!(new("fourteen chars"), Err(WeakPassword::Short));
    assert_eq!(new("fifteen chars ."), Ok(()));
    assert_eq!(new("ADA of the harbour"), Err(WeakPassword::Name));
    assert_eq!(new(&"p".repeat(MAX_PASSWORD_BYTES)), Ok(()));
    assert_eq!(new(&"p".repeat(MAX_PASSWORD_BYTES + 1)), Err(WeakPassword::Long));
    assert_eq!(new("十五个汉字做的一个密码也可以用"), Ok(()));
    assert_eq!(MAX_PASSWORD_BYTES, 1024);
}

#[test]
fn the_right_password_opens_in_any_composition_and_no_other_does() {
    let typed = "caf\u{e9} au lait \u{2460} matin";
    let password = Password::new(typed, &name("remy")).unwrap();
    let kept = PasswordHash::of(&password, &mut Counted::default()).unwrap();
    let accounts = Accounts::first(name("remy"), kept, noon(0)).unwrap();
    for right in [typed, "cafe\u{301} au lait 1 matin"] {
        assert_eq!(accounts.sign_in("remy", right).unwrap().account(), Some(&name("remy")));
    }
    for wrong in ["", "Caf\u{e9} au lait \u{2460} matin", &typed.repeat(100), PASSWORD] {
        assert!(accounts.sign_in("remy", wrong).is_err());
    }
}

#[test]
fn a_sign_in_says_no_more_than_that_it_was_wrong() {
    let mut node = Node::new().with("lin", &[Role::Analyst]).with("gate", &[Role::Machine]);
    node.make(Change::Disable(name("lin")), noon(0));
    node.make(Change::add(name("unset"), scene::roles(&[Role::Reader]), Belongs::Own, None), noon(0));
    for (who, typed) in [
        ("ada", "not the password"),
        ("nobody-here", PASSWORD),
        ("lin", PASSWORD),
        ("gate", PASSWORD),
        ("unset", PASSWORD),
        ("no name at all /", PASSWORD),
        ("", ""),
    ] {
        assert_eq!(node.accounts.sign_in(who, typed).unwrap_err().to_string(), "wrong name or password", "{who}");
    }
    assert!(node.accounts.sign_in("ADA", PASSWORD).is_ok(), "any spelling of a name that looks like it");
}

/// Tries of each in turn, until the shortest of each are within a third of one another: what a busy machine adds goes, and what
/// one of them really costs more never does.
fn shortest<const N: usize>(tries: [(&str, &str); N], node: &Node) -> Result<[Duration; N], [Duration; N]> {
    let mut shortest = [Duration::MAX; N];
    for _ in 0..60 {
        for (place, (who, typed)) in tries.iter().enumerate() {
            let start = Instant::now();
            assert!(node.accounts.sign_in(who, typed).is_err());
            shortest[place] = shortest[place].min(start.elapsed());
        }
        let (least, most) = (shortest.iter().min().unwrap(), shortest.iter().max().unwrap());
        if *most * 3 < *least * 4 {
            return Ok(shortest);
        }
    }
    Err(shortest)
}

#[test]
fn an_account_that_is_not_there_takes_as_long_as_one_that_is() {
    let (node, much) = (Node::new(), "x".repeat(100_000));
    let tries = [("ada", "not the password"), ("nobody-here", "not the password"), ("nobody-here", &much)];
    let [wrong, unknown, long] = shortest(tries, &node).unwrap();
    println!("COUNT: sign-in, wrong {wrong:?}, unknown {unknown:?}, too long {long:?}");
    assert!(wrong > Duration::from_millis(1), "a stretching takes its time");
}

#[test]
fn what_is_kept_is_salted_and_reads_back() {
    let password = Password::new(PASSWORD, &name("ada")).unwrap();
    let mut entropy = Counted::default();
    let one = PasswordHash::of(&password, &mut entropy).unwrap();
    let other = PasswordHash::of(&password, &mut entropy).unwrap();
    assert_ne!(one, other);
    assert_eq!(PasswordHash::from_text(&one.to_text()), Ok(one.clone()));
    let text = one.to_text();
    let hash = text.rsplit('$').next().unwrap();
    assert!(hash.len() == 43 && !format!("{one:?} {password:?}").contains(hash));
    assert!(PasswordHash::of(&password, &mut Dry).is_err());
}

#[test]
fn another_library_comes_to_the_same_hash() {
    // argon2-cffi 25.1 over the reference implementation: hash_secret(b"seven herons over the weir", b"0123456789abcdef", 2, 19456, 1, 32, Type.ID)
    let kept = PasswordHash::from_text(OTHERS).unwrap();
    let accounts = Accounts::first(name("ada"), kept, noon(0)).unwrap();
    assert!(accounts.sign_in("ada", PASSWORD).is_ok());
}

const OTHERS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$rC9Z9nV3t13hNqxI8Ckcx+16W8wsOn4uTFQNxLSy39c";
