//! One's own account: what it may do here, and how times are shown.

use pages::{Block, Field, Form, Inline, Page, Say, Zone};

use super::shared::parted;
use super::{Asked, Made};

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
    Ok(Page::new("settings-title").with(facts).with(zone(asked).into()))
}

/// The reader's own time: kept by his browser, in the query until then.
fn zone(asked: &Asked<'_>) -> Form {
    let zones = Zone::all().map(|zone| (zone.to_string(), Say::sign(format!("UTC{zone}"))));
    Form::query("zone", "/settings")
        .titled("settings-zone-title", "settings-zone-button")
        .helped("settings-zone-help")
        .field(Field::choice("zone", "settings-zone", zones.collect()).value(asked.ask.zone))
}
