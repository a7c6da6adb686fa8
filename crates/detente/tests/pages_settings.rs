//! One's own account on a page: another password.

use crate::pages::{Browser, enter, hidden, session};
use crate::users::Office;

const PASSWORD: &str = "correct horse battery staple";
const NEW: &str = "a longer one with 汉字 in it";
const PATH: &str = "/settings/password";

#[test]
fn somebody_changes_a_password_and_everybody_else_is_signed_out() {
    let office = Office::new();
    let (desk, other) = (Browser::signed_in(&office.site, "rea"), Browser::signed_in(&office.site, "rea"));
    assert!(desk.open("/settings").is(200).text().contains(PATH));
    for (typed, status, says) in [
        ([("old", "wrong"), ("new", NEW), ("again", NEW)], 403, "not the password that you have now"),
        ([("old", PASSWORD), ("new", NEW), ("again", "else")], 422, "differ"),
        ([("old", PASSWORD), ("new", "short"), ("again", "short")], 422, "fewer than 15"),
        ([("old", PASSWORD), ("new", PASSWORD), ("again", PASSWORD)], 422, "have already"),
    ] {
        let answer = desk.send(PATH, "password", &typed).is(status).text();
        assert!(answer.contains(says) && answer.contains("aria-invalid"), "{answer}");
        assert!(!answer.contains(PASSWORD) && !answer.contains(NEW), "passwords never come back");
    }
    let done = desk.send(PATH, "password", &[("old", PASSWORD), ("new", NEW), ("again", NEW)]).is(303);
    let anew = Browser { site: &office.site, cookie: session(&done).unwrap() };
    let settings = anew.open(done.field("location").unwrap()).is(200).text();
    assert!(settings.contains("Your password was changed"), "{settings}");
    desk.open("/settings").is(303);
    other.open("/settings").is(303);
    enter(&office.site, "rea", PASSWORD, &[]).is(401);
    enter(&office.site, "rea", NEW, &[]).is(303);
    let told = anew.open("/settings?done=account-password").is(200).text();
    assert!(!told.contains("Your password was changed"), "an address alone says nothing was done");
    let _end = &office.node;
}

#[test]
fn nobody_changes_the_password_of_somebody_else() {
    let office = Office::new();
    let rea = Browser::signed_in(&office.site, "rea");
    let typed = |token: String| {
        let fields = [("form", "password"), ("old", PASSWORD), ("new", NEW), ("again", NEW)];
        let fields = fields.map(|(name, value)| (name, value.to_owned()));
        fields.into_iter().chain([("form_token", token)]).collect::<Vec<_>>()
    };
    rea.post(PATH, &typed("forged".to_owned())).is(403);
    let lin = Browser::signed_in(&office.site, "lin");
    let theirs = hidden(&lin.open(PATH).is(200).text(), "password", "form_token").unwrap();
    rea.post(PATH, &typed(theirs)).is(403);
    office.site.ask("POST", PATH, &[("Content-Type", "application/x-www-form-urlencoded")], b"old=x").is(401);
    // Guesses at an open desk are counted as at the sign-in, and the page says how long to wait.
    let guess = || rea.send(PATH, "password", &[("old", "wrong"), ("new", NEW), ("again", NEW)]);
    for _ in 0..7 {
        guess();
    }
    guess().is(429);
    enter(&office.site, "lin", PASSWORD, &[]).is(303);
    let _end = &office.node;
}
