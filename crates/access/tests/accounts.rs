//! Accounts: adding, changing, removing, and what is refused.

use access::ask::{ManageAccounts, OwnAccount};
use access::{AccountError, Actor, Belongs, Change, NoRoles, Right, Role, Roles, decide};
use proptest::prelude::*;

use crate::scene::{self, DAY, Node, PASSWORD, kept_password, name, noon, operator, roles};

#[test]
fn a_change_is_previewed_by_making_it_and_not_keeping_it() {
    let mut node = Node::new().with("lin", &[Role::Analyst]);
    node.token("lin", "laptop", scene::scopes(&[Right::Read, Right::Write], &[]));
    let before = node.accounts.to_text();
    let preview =
        node.accounts.apply(Change::SetRoles(name("lin"), roles(&[Role::Reader])), &operator(), noon(DAY)).unwrap();
    assert_eq!(preview.effects.gains.len(), 0);
    let lost = [
        Right::Duties,
        Right::Label,
        Right::Post,
        Right::Propose,
        Right::Reports,
        Right::Retract,
        Right::Scan,
        Right::Write,
    ];
    assert_eq!(preview.effects.loses, lost.into());
    assert!(preview.effects.ends_sessions);
    assert_eq!(preview.effects.stops_tokens, []);
    assert_eq!(node.accounts.to_text(), before, "nothing was changed by looking");
}

#[test]
fn removing_an_account_says_which_tokens_stop() {
    let mut node = Node::new().with("gate", &[Role::Machine]);
    let secret = node.token("gate", "north", scene::scopes(&[Right::Post], &[]));
    let applied = node.accounts.apply(Change::Remove(name("gate")), &operator(), noon(DAY)).unwrap();
    assert_eq!(applied.effects.stops_tokens, [name("north")]);
    assert_eq!(applied.accounts.tokens().count(), 0);
    assert!(applied.accounts.check_token(&node.secret, secret.reveal(), noon(DAY)).is_err());
    // Whoever has the name afterwards does not have what the old one had.
    node.accounts = applied.accounts;
    let node = node.with("gate", &[Role::Machine]);
    assert!(node.accounts.check_token(&node.secret, secret.reveal(), noon(DAY)).is_err());
}

#[test]
fn an_event_says_who_what_and_when_and_no_secret() {
    let mut node = Node::new().with("lin", &[Role::Analyst]);
    let applied =
        node.accounts.apply(Change::SetPassword(name("lin"), kept_password()), &operator(), noon(DAY)).unwrap();
    let event = applied.event.to_json().to_text();
    assert_eq!(
        event,
        r#"{"event":"account-password","account":"lin","by":"console: the operator","time":"2026-12-01T12:00:00.000000Z","rights":["duties","label","own-account","post","propose","read","read-feeds","reports","retract","scan","write"]}"#
    );
    let secret = node.token("lin", "laptop", scene::scopes(&[Right::Read], &[]));
    let revoke = Change::RevokeToken(name("lin"), name("laptop"));
    let event = node.accounts.apply(revoke, &operator(), noon(DAY)).unwrap().event.to_json().to_text();
    assert!(event.contains("token-revoked") && event.contains("laptop") && !event.contains(secret.reveal()));
}

#[test]
fn names_that_look_alike_are_one_account() {
    let node = Node::new().with("maria", &[Role::Analyst]);
    for like in ["Maria", "mаriа", "mar.ia"] {
        let add = Change::add(name(like), roles(&[Role::Releaser]), Belongs::Own, None);
        let refused = node.accounts.apply(add, &operator(), noon(0)).unwrap_err();
        assert_eq!(refused, AccountError::Taken { name: name(like), like: name("maria") });
    }
}

#[test]
fn the_last_administrator_stays() {
    let mut node = Node::new().with("lin", &[Role::Analyst]);
    let go = [
        Change::Disable(name("ada")),
        Change::Remove(name("ada")),
        Change::SetRoles(name("ada"), roles(&[Role::Reader])),
    ];
    for change in go.clone() {
        let refused = node.accounts.apply(change, &operator(), noon(0)).unwrap_err();
        assert_eq!(refused, AccountError::LastAdministrator);
    }
    // Neither one who cannot sign in nor another party's takes the place.
    node.make(Change::add(name("unset"), roles(&[Role::Administrator]), Belongs::Own, None), noon(0));
    let mut node = node.with_partner("guest", &[Role::Administrator], scene::party(7));
    assert!(node.accounts.apply(go[0].clone(), &operator(), noon(0)).is_err());
    node.make(Change::SetPassword(name("unset"), kept_password()), noon(0));
    for change in go {
        assert!(node.accounts.apply(change, &operator(), noon(0)).is_ok());
    }
}

#[test]
fn a_program_is_not_made_a_person() {
    let node = Node::new().with("gate", &[Role::Machine]).with("lin", &[Role::Analyst]);
    let refused = |change| node.accounts.apply(change, &operator(), noon(0)).unwrap_err();
    let gate = || name("gate");
    assert_eq!(refused(Change::SetPassword(gate(), kept_password())), AccountError::MachinePassword(gate()));
    assert_eq!(refused(Change::SetRoles(gate(), roles(&[Role::Reader]))), AccountError::Machine(gate()));
    assert_eq!(refused(Change::SetRoles(name("lin"), roles(&[Role::Machine]))), AccountError::Machine(name("lin")));
    assert_eq!(Roles::new([Role::Machine, Role::Reader]), Err(NoRoles::MachineBesideOthers));
    assert_eq!(Roles::new([]), Err(NoRoles::Empty));
}

#[test]
fn one_changes_ones_own_password_and_nobody_elses_and_no_roles() {
    let node = Node::new().with("lin", &[Role::Analyst]).with("remy", &[Role::Reader]);
    let own = decide(&node.caller("lin"), OwnAccount { account: name("lin") }).permitted().unwrap();
    let lin = Actor::oneself(&own).unwrap();
    let apply = |change| node.accounts.apply(change, &lin, noon(DAY)).map(|applied| applied.event.by.shown());
    assert_eq!(apply(Change::SetPassword(name("lin"), kept_password())), Ok("lin".to_owned()));
    assert_eq!(apply(Change::SignOut(name("lin"))), Ok("lin".to_owned()));
    for grab in [
        Change::SetPassword(name("remy"), kept_password()),
        Change::SetRoles(name("lin"), roles(&[Role::Administrator])),
        Change::Remove(name("lin")),
        Change::add(name("lin2"), roles(&[Role::Administrator]), Belongs::Own, Some(kept_password())),
    ] {
        assert_eq!(apply(grab), Err(AccountError::NotYours));
    }
    let manage = decide(&node.caller("ada"), ManageAccounts).permitted().unwrap();
    assert_eq!(Actor::administrator(&manage).unwrap().shown(), "ada");
}

#[test]
fn who_is_disabled_can_do_nothing_and_comes_back_without_old_sessions() {
    let mut node = Node::new().with("lin", &[Role::Analyst]);
    let secret = node.token("lin", "laptop", scene::scopes(&[Right::Read], &[]));
    node.make(Change::Disable(name("lin")), noon(1));
    assert!(node.accounts.sign_in("lin", PASSWORD).is_err());
    assert!(node.accounts.check_token(&node.secret, secret.reveal(), noon(2)).is_err());
    node.make(Change::Enable(name("lin")), noon(3));
    assert!(node.accounts.sign_in("lin", PASSWORD).is_ok());
    assert!(node.accounts.check_token(&node.secret, secret.reveal(), noon(4)).is_ok());
}

fn any_change() -> impl Strategy<Value = Change> {
    let who = prop::sample::select(vec!["ada", "lin", "remy", "gate", "guest", "Ada"]).prop_map(name);
    let what = prop::sample::subsequence(Role::ALL.to_vec(), 1..=2).prop_filter_map("roles", |r| Roles::new(r).ok());
    let password = prop::bool::ANY.prop_map(|has| has.then(kept_password));
    (who, what, password, 0..8, prop::bool::ANY).prop_map(|(who, what, password, kind, is_own)| match kind {
        0 | 1 => {
            let belongs = if is_own { Belongs::Own } else { Belongs::Partner(scene::party(7)) };
            Change::add(who, what, belongs, password)
        }
        2 => Change::Disable(who),
        3 => Change::Enable(who),
        4 => Change::SetRoles(who, what),
        5 => Change::SetPassword(who, kept_password()),
        6 => Change::SignOut(who),
        _ => Change::Remove(who),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_changed_somebody_governs_and_the_text_reads_back(changes in prop::collection::vec(any_change(), 1..30)) {
        let mut accounts = Node::new().accounts;
        for (at, change) in changes.into_iter().enumerate() {
            let now = noon(i64::try_from(at).unwrap());
            if let Ok(applied) = accounts.apply(change, &operator(), now) {
                accounts = applied.accounts;
            }
            let governs = accounts.iter().any(|account| {
                account.roles().contains(Role::Administrator)
                    && *account.belongs() == Belongs::Own
                    && !account.is_disabled()
                    && account.password().is_some()
            });
            prop_assert!(governs);
            let text = accounts.to_text();
            prop_assert_eq!(access::Accounts::from_text(text.as_bytes()).unwrap().to_text(), text);
        }
    }
}
