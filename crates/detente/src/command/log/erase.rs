//! `detente log erase`: a body goes, its entry stays.

use record::base64url;
use record::json::{Json, Map};
use storage::{Body, LogName, Place, Store as _};

use super::{Signing, batch_of, number, own_object, split_body};
use crate::arguments::LogEraseArguments;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

pub(super) fn run(arguments: &LogEraseArguments, report: &mut Report) -> Done {
    if arguments.reason.trim().is_empty() {
        return Err(Failure::arguments("--reason is empty").advise("say why: it is logged"));
    }
    let node = Signing::open(&arguments.node)?;
    let place = Place::new(LogName::node(), arguments.index);
    let body = node.store.bodies(std::slice::from_ref(&place)).map_err(node::fail)?.pop();
    let leaf = node.store.entries(&place.log, place.index, 1).map_err(node::fail)?.pop().unwrap_or_default();
    report.fact("index", number(place.index));
    report.fact("leaf", base64url::encode(&leaf));
    match body {
        Some(Body::Kept(body)) => describe(&body, report),
        Some(Body::Erased) => {
            report.line("Its body is erased already. Nothing was changed.");
            return Ok(());
        }
        _ => return Err(Failure::input(format!("{place} has no body that could be erased"))),
    }
    if !arguments.yes {
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
        .with("reason", arguments.reason.as_str());
    let signed = node.sign(own_object("detente-erasure", fields)?)?;
    let committed = node.commit(batch_of(&signed)?.erase(place))?;
    report.fact("erased", Json::Bool(true));
    report.fact("logged_as", number(committed.entries.first().map_or(0, |place| place.index)));
    report.fact("record_digest", signed.digest().to_string());
    report.line("\nThe key of the body is destroyed. Backups of `body-keys` still hold it: see the operator's guide.");
    Ok(())
}

fn describe(body: &[u8], report: &mut Report) {
    let text = split_body(body).map(|(_, text)| text).unwrap_or_default();
    let record = record::Unverified::read(text).ok().and_then(|record| record.claimed_content().ok());
    let Some(record) = record else { return };
    report.fact("record_digest", record.digest().to_string());
    for name in ["type", "id", "name"] {
        if let Some(value) = record.object().text(name) {
            report.fact(name, value);
        }
    }
}
