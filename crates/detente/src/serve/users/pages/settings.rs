//! One's own account: what it may do here, and how times are shown.

use pages::{Block, Field, Form, Inline, OWN_PASSWORD, Page, Say, Zone};

use super::shared::parted;
use super::{Asked, Made, NoPage, act};

pub(super) fn page(asked: &Asked<'_>) -> Made {
    let caller = asked.caller();
    let name = caller.account().map(ToString::to_string).unwrap_or_default();
    let roles =
        caller.roles().into_iter().flat_map(access::Roles::iter).map(|role| Inline::Text(Say::both(role.words())));
    let rights = access::Right::ALL.iter().filter(|right| asked.may(**right));
    let rights = rights.map(|right| Inline::Text(Say::both(right.words())));
    let facts = Block::Facts(vec![
        ("settings-account".into(), vec![Inline::content(name)]),
        ("settings-roles".into(), roles.collect()),
        ("settings-rights".into(), parted(rights.map(|right| vec![right]))),
        ("settings-party".into(), vec![Inline::code(asked.open.party())]),
    ]);
    let change = Block::Line(vec![Inline::link(OWN_PASSWORD, "settings-password-title")]);
    Ok(Page::new("settings-title").and(act::done(asked.ask)).with(facts).with(change).with(zone(asked).into()))
}

/// One's own password. What is typed goes to no command: the site asks for the old one as it does at the sign-in.
pub(super) fn password(asked: &Asked<'_>) -> Made {
    // A token is no person, and has no password.
    if asked.ask.form_token.is_none() {
        return Err(NoPage::Hidden);
    }
    let form = Form::post("password", OWN_PASSWORD)
        .titled("settings-password-form", "settings-password-button")
        .helped("settings-password-help")
        .field(Field::secret("old", "settings-password-old").required())
        .field(Field::secret("new", "settings-password-new").required().helped("settings-password-new-help"))
        .field(Field::secret("again", "settings-password-again").required());
    Ok(Page::new("settings-password-title").with(form.into()))
}

/// The reader's own time: kept by his browser, in the query until then.
fn zone(asked: &Asked<'_>) -> Form {
    let zones = Zone::all().map(|zone| (zone.to_string(), Say::sign(format!("UTC{zone}"))));
    Form::query("zone", "/settings")
        .titled("settings-zone-title", "settings-zone-button")
        .helped("settings-zone-help")
        .field(Field::choice("zone", "settings-zone", zones.collect()).value(asked.ask.zone))
}
