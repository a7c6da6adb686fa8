//! `detente log erase`: a body goes, its entry stays.

use record::base64url;
use record::json::{Json, Map};
use record::jws::{Envelope, MediaType};
use record::limits::MAX_KEY_RECORD_BYTES;
use record::message::UnverifiedMessage;
use storage::{Body, LogName, Place, Store as _};

use super::{Signing, batch_of, number, own_object, split_body, told};
use crate::arguments::LogEraseArguments;
use crate::holdings::{ERASURE, erased_object};
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::scanning::Remains;
use crate::{node, partners};

/// A body that is to go.
pub(crate) struct Erasing<'a> {
    pub(crate) node: &'a Signing,
    pub(crate) home: &'a Home,
    /// Its entry in the node's own log.
    pub(crate) index: u64,
    /// Why; it is logged.
    pub(crate) reason: &'a str,
    /// Whether to do it; else it is only said what would go.
    pub(crate) is_meant: bool,
}

pub(super) fn run(arguments: &LogEraseArguments, report: &mut Report) -> Done {
    let (node, home) = (Signing::open(&arguments.node)?, Home::open(&arguments.node.dir)?);
    let (index, reason) = (arguments.index, arguments.reason.as_str());
    let erasing = Erasing { node: &node, home: &home, index, reason, is_meant: arguments.yes };
    erase(&erasing, |body| check_may_go(body, &home, index), report)
}

/// Erases a body that may go, or says what would go.
pub(crate) fn erase(erasing: &Erasing<'_>, check_may_go: impl FnOnce(&[u8]) -> Done, report: &mut Report) -> Done {
    if erasing.reason.trim().is_empty() {
        return Err(Failure::arguments("--reason is empty").advise("say why: it is logged"));
    }
    let (node, place) = (erasing.node, Place::new(LogName::node(), erasing.index));
    let body = node.store.bodies(std::slice::from_ref(&place)).map_err(node::fail)?.pop();
    let leaf = node.store.entries(&place.log, place.index, 1).map_err(node::fail)?.pop().unwrap_or_default();
    report.fact("index", number(place.index));
    report.fact("leaf", base64url::encode(&leaf));
    let (object, remains) = match body {
        Some(Body::Kept(body)) => {
            check_may_go(&body)?;
            (describe(&body, report), remains(erasing, &place, &Body::Kept(body), report)?)
        }
        Some(Body::Erased) => {
            report.line("Its body is erased already. Nothing was changed.");
            return Ok(());
        }
        _ => return Err(Failure::input(format!("{place} has no body that could be erased"))),
    };
    let copies = released(node, &place)?;
    told::describe(node, erasing.home, &copies, report)?;
    if !erasing.is_meant {
        report.line(
            "\nNothing was changed. Erasing cannot be undone: nobody can read or prove this body again from this node, and \
             copies that others hold stay with them. To do it, add --yes",
        );
        return Ok(());
    }
    let head = node.store.heads().map_err(node::fail)?.into_iter().find(|head| head.log == place.log);
    let fields = Map::new()
        .with("log", head.map(|head| head.origin).unwrap_or_default())
        .with("index", number(place.index))
        .with("leaf", base64url::encode(&leaf))
        .with("reason", erasing.reason);
    let fields = match &object {
        Some(object) => fields.with("object_digest", object.as_str()),
        None => fields,
    };
    let fields = remains.iter().fold(fields, |fields, remains| remains.write(fields));
    let signed = node.sign(own_object(ERASURE, fields)?)?;
    let committed = node.commit(told::erase(batch_of(&signed)?.erase(place), &copies)?)?;
    report.fact("erased", Json::Bool(true));
    report.fact("logged_as", number(committed.entries.first().map_or(0, |place| place.index)));
    report.fact("erased_in_feeds", number(copies.len() as u64));
    report.fact("record_digest", signed.digest().to_string());
    report.line("\nThe key of the body is destroyed. Backups of `body-keys` still hold it: see the operator's guide.");
    Ok(())
}

/// What the record says of signals: that is kept of it.
fn remains(erasing: &Erasing<'_>, place: &Place, body: &Body, report: &mut Report) -> Done<Option<Remains>> {
    let remains = Remains::of_body(&erasing.node.store, &partners::ring(erasing.home)?, (place, body))?;
    remains.iter().for_each(|remains| remains.describe(report));
    Ok(remains)
}

/// The copies in our feeds of the record beside an entry.
fn released(node: &Signing, place: &Place) -> Done<Vec<told::Copy>> {
    let body = node.store.bodies(std::slice::from_ref(place)).map_err(node::fail)?.pop();
    let Some(Body::Kept(body)) = body else { return Ok(Vec::new()) };
    let text = split_body(&body).map(|(_, text)| text).unwrap_or_default();
    let record = record::Unverified::read(text).ok().and_then(|record| record.claimed_content().ok());
    record.map_or_else(|| Ok(Vec::new()), |record| told::copies(node, &record.digest()))
}

/// Key records, and the profile that stands, are for everybody; and whoever checks the log needs to see where keys changed.
fn check_may_go(body: &[u8], home: &Home, index: u64) -> Done {
    let text = split_body(body).map(|(_, text)| text).unwrap_or_default();
    let known = home.known()?;
    let is_key_record = Envelope::read(text, MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).is_ok();
    let is_profile = known.profile().is_some_and(|profile| profile.envelope().to_json().as_bytes() == text);
    if is_key_record || is_profile {
        let what = if is_key_record { "a key record" } else { "the profile that stands" };
        return Err(Failure::input(format!("entry {index} is {what}, which profile.json shows to everybody"))
            .advise("erase the record that you mean: detente log list --dir DIR shows its index"));
    }
    check_bears_on_nothing(text)
}

/// What decides about other records must outlive them: a label that is gone restricts nothing any more, a switch that is gone
/// lets the one before it stand again, and a decision that is gone can be made twice.
fn check_bears_on_nothing(text: &[u8]) -> Done {
    let record = record::Unverified::read(text).ok().and_then(|record| record.claimed_content().ok());
    let object_type = record.as_ref().and_then(|record| record.object().text("type")).unwrap_or_default();
    // They name people, give reasons in free text, and bear on no release.
    let is_free = ["detente-classification", "detente-link"].contains(&object_type);
    let is_ours = (object_type.starts_with("detente-") && !is_free) || object_type == "relationship";
    if is_ours || UnverifiedMessage::read(text).is_ok() {
        let what = if object_type.is_empty() { "a message of a negotiation" } else { object_type };
        return Err(Failure::refused(format!("this entry is {what}: what may leave depends on it, so it stays"))
            .advise("a label is lowered with `detente label lower`, a floor is switched, an agreement is ended"));
    }
    Ok(())
}

/// Says what goes. What the erasure keeps of it comes back: the labels on it go too, so later versions must be known again.
fn describe(body: &[u8], report: &mut Report) -> Option<String> {
    let text = split_body(body).map(|(_, text)| text).unwrap_or_default();
    let record = record::Unverified::read(text).ok().and_then(|record| record.claimed_content().ok());
    let record = record?;
    report.fact("record_digest", record.digest().to_string());
    for name in ["type", "id", "name"] {
        if let Some(value) = record.object().text(name) {
            report.fact(name, value);
        }
    }
    record.object().text("id").map(erased_object)
}
