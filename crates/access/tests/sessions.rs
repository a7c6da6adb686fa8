//! Sessions of pages.

use access::{Begun, Caller, Change, IDLE_MICROS, LASTS_MICROS, MAX_SESSIONS_PER_ACCOUNT, Right, Role, SessionRefused};

use crate::scene::{Dry, HOUR, MINUTE, Node, kept_password, name, noon, roles, scopes};

fn desk() -> Node {
    Node::new().with("lin", &[Role::DutyOfficer])
}

impl Node {
    fn begin(&mut self, who: &str, before: Option<&str>, at: i64) -> Begun {
        let caller = self.caller(who);
        self.begin_for(&caller, before, at).unwrap()
    }

    fn begin_for(&mut self, caller: &Caller, before: Option<&str>, at: i64) -> Option<Begun> {
        self.sessions.begin(&self.secret, caller, before, noon(at), &mut self.entropy).unwrap()
    }

    fn check(&mut self, cookie: &str, at: i64) -> Result<String, SessionRefused> {
        let caller = self.accounts.check_session(&self.secret, &mut self.sessions, cookie, noon(at))?;
        Ok(caller.shown())
    }
}

#[test]
fn a_session_goes_on_while_it_is_used_and_ends_with_the_shift() {
    let mut node = desk();
    let begun = node.begin("lin", None, 0);
    let mut at = 0;
    while at + IDLE_MICROS - 1 < LASTS_MICROS {
        at += IDLE_MICROS - 1;
        assert_eq!(node.check(&begun.cookie, at), Ok("lin".to_owned()));
    }
    assert_eq!(node.check(&begun.cookie, LASTS_MICROS), Err(SessionRefused::Expired));
    assert_eq!(node.check(&begun.cookie, LASTS_MICROS), Err(SessionRefused::Unknown), "and it is gone");
}

#[test]
fn what_a_browser_asks_by_itself_keeps_nobody_signed_in() {
    let mut node = desk();
    let begun = node.begin("lin", None, 0);
    for at in [10 * MINUTE, 20 * MINUTE, 29 * MINUTE] {
        let asked = node.accounts.check_unattended(&node.secret, &mut node.sessions, &begun.cookie, noon(at));
        assert!(asked.is_ok(), "news come until then");
    }
    assert_eq!(node.check(&begun.cookie, IDLE_MICROS), Err(SessionRefused::Expired));
}

#[test]
fn a_desk_that_was_left_is_signed_out() {
    let mut node = desk();
    let begun = node.begin("lin", None, 0);
    assert_eq!(node.check(&begun.cookie, IDLE_MICROS), Err(SessionRefused::Expired));
    let again = node.begin("lin", None, 0);
    assert_eq!(node.check(&again.cookie, -HOUR), Err(SessionRefused::Expired), "nor does a clock set back prolong it");
}

#[test]
fn who_signs_in_again_has_a_new_cookie_and_the_old_one_is_dead() {
    let mut node = desk();
    let planted = node.begin("lin", None, 0);
    let begun = node.begin("lin", Some(&planted.cookie), MINUTE);
    assert_ne!(planted.cookie, begun.cookie);
    assert_eq!(node.check(&planted.cookie, MINUTE), Err(SessionRefused::Unknown));
    assert_eq!(node.check(&begun.cookie, MINUTE), Ok("lin".to_owned()));
}

#[test]
fn a_form_belongs_to_one_session() {
    let mut node = desk();
    let (one, other) = (node.begin("lin", None, 0), node.begin("lin", None, 0));
    let is_own = |cookie: &str, token: &str| node.sessions.is_own_form(&node.secret, cookie, token);
    assert!(is_own(&one.cookie, &one.form_token) && is_own(&other.cookie, &other.form_token));
    assert!(!is_own(&one.cookie, &other.form_token));
    assert!(!is_own(&one.cookie, "") && !is_own("", &one.form_token));
    assert_ne!(*one.cookie, one.form_token, "the page must not give the cookie away");
    assert_eq!(node.sessions.form_token(&node.secret, &one.cookie), Some(one.form_token));
}

#[test]
fn whatever_changes_an_account_signs_it_out_everywhere() {
    for change in [
        Change::SetPassword(name("lin"), kept_password()),
        Change::SetRoles(name("lin"), roles(&[Role::Reader])),
        Change::Disable(name("lin")),
        Change::SignOut(name("lin")),
        Change::Remove(name("lin")),
    ] {
        let mut node = desk();
        let begun = node.begin("lin", None, 0);
        assert!(node.check(&begun.cookie, 1).is_ok());
        node.make(change.clone(), noon(2));
        assert_eq!(node.check(&begun.cookie, 3), Err(SessionRefused::SignedOut), "{change:?}");
        assert_eq!(node.sessions.count(&name("lin")), 0);
    }
}

#[test]
fn sign_out_ends_one_session_and_sign_out_everywhere_all() {
    let mut node = desk();
    let [one, two, three] = [1, 2, 3].map(|at| node.begin("lin", None, at));
    node.sessions.end(&node.secret, &one.cookie);
    assert_eq!(node.check(&one.cookie, 4), Err(SessionRefused::Unknown));
    assert!(node.check(&two.cookie, 4).is_ok());
    node.sessions.end_all(&name("lin"));
    assert!(node.check(&two.cookie, 5).is_err() && node.check(&three.cookie, 5).is_err());
}

#[test]
fn an_account_has_so_many_sessions_and_the_one_left_alone_goes() {
    let mut node = desk();
    let begun: Vec<Begun> = (0..8).map(|at| node.begin("lin", None, at)).collect();
    assert!(node.check(&begun[0].cookie, MINUTE).is_ok(), "the first is in use");
    let newest = node.begin("lin", None, 2 * MINUTE);
    assert_eq!(node.sessions.count(&name("lin")), MAX_SESSIONS_PER_ACCOUNT);
    assert!(node.check(&begun[0].cookie, 2 * MINUTE).is_ok());
    assert_eq!(node.check(&begun[1].cookie, 2 * MINUTE), Err(SessionRefused::Unknown));
    assert!(node.check(&newest.cookie, 2 * MINUTE).is_ok());
}

#[test]
fn a_token_and_nobody_have_no_session_and_nothing_begins_without_randomness() {
    let mut node = desk();
    let secret = node.token("lin", "laptop", scopes(&[Right::Read], &[]));
    let bearer = node.accounts.check_token(&node.secret, secret.reveal(), noon(1)).unwrap();
    assert!(node.begin_for(&bearer, None, 1).is_none());
    assert!(node.begin_for(&Caller::nobody(), None, 1).is_none());
    let lin = node.caller("lin");
    assert!(node.sessions.begin(&node.secret, &lin, None, noon(1), &mut Dry).is_err());
}

#[test]
fn a_cookie_that_was_made_up_is_nobody_s() {
    let mut node = desk();
    node.begin("lin", None, 0);
    for made_up in ["", "x", &"A".repeat(43), &"A".repeat(100_000)] {
        assert_eq!(node.check(made_up, 1), Err(SessionRefused::Unknown));
    }
}

/// What was opened with a session, such as a stream, ends when it does; what was opened with another goes on.
#[test]
fn what_goes_on_for_long_ends_with_its_session() {
    let mut node = desk();
    let (one, other) = (node.begin("lin", None, 0), node.begin("lin", None, 0));
    let mut caller =
        |cookie: &str| node.accounts.check_session(&node.secret, &mut node.sessions, cookie, noon(MINUTE)).unwrap();
    let (first, second) = (caller(&one.cookie), caller(&other.cookie));
    let goes_on = |node: &Node, caller: &Caller, at: i64| {
        node.sessions.goes_on(caller, noon(at)) && node.accounts.still_admits(caller, noon(at))
    };
    assert!(goes_on(&node, &first, MINUTE) && goes_on(&node, &second, MINUTE));
    node.sessions.end(&node.secret, &one.cookie);
    assert!(!goes_on(&node, &first, MINUTE) && goes_on(&node, &second, MINUTE));
    assert!(!goes_on(&node, &second, MINUTE + IDLE_MICROS), "a desk that was left");
    node.make(Change::SignOut(name("lin")), noon(2 * MINUTE));
    assert!(!goes_on(&node, &second, 2 * MINUTE), "signed out in every process");
}

/// Another account of the same name and roles is somebody else.
#[test]
fn what_goes_on_for_long_is_not_the_next_ones_of_that_name() {
    let mut node = desk();
    let secret = node.token("lin", "laptop", scopes(&[Right::Read], &[]));
    let before = node.accounts.check_token(&node.secret, secret.reveal(), noon(1)).unwrap();
    assert!(node.accounts.still_admits(&before, noon(1)) && node.sessions.goes_on(&before, noon(1)));
    node.make(Change::Remove(name("lin")), noon(MINUTE));
    let added = Change::add(name("lin"), roles(&[Role::DutyOfficer]), access::Belongs::Own, Some(kept_password()));
    node.make(added, noon(MINUTE));
    let _token = node.token("lin", "laptop", scopes(&[Right::Read], &[]));
    assert!(!node.accounts.still_admits(&before, noon(2 * MINUTE)));
}
