//! `detente feed answer`: what became here of a record that its sender took back.

use node::exchange::{Own, state};
use policy::control::{RecallAnswer, Sentence};
use policy::feed::{ReadEntry, Recall};
use record::digest::RecordDigest;
use record::json::{Json, Map};
use storage::views::records;
use storage::{Batch, BatchId, Body, LogName, Place, Store as _};

use super::find;
use crate::arguments::FeedAnswerArguments;
use crate::clarifications::recalls;
use crate::command::log::{Signing, batch_of, fresh_salt, number, own_object};
use crate::command::release::person;
use crate::holdings::ERASURE;
use crate::home::Home;
use crate::keyring::Keyring;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::scanning::Remains;
use crate::{clock, node as store_of, partners};

pub(super) fn run(arguments: &FeedAnswerArguments, report: &mut Report) -> Done {
    let by = person(&arguments.by, "say who decided it")?;
    let node = Signing::open(&arguments.node)?;
    let (feed, log) = find(&node.store, &arguments.feed)?;
    let recall = recalled(&node, &log, arguments.index)?;
    let place = Place::new(log, recall.index);
    let batch = if arguments.deleted {
        check_no_copy(&node, &recall.record)?;
        let ring = partners::ring(&Home::open(&arguments.node.dir)?)?;
        erase((&node, &ring), &place, (&recall, &by), report)?
    } else {
        Batch::new(BatchId::from_octets(fresh_salt()?))
    };
    let answer = RecallAnswer::new(feed.feed, recall.index, recall.record, arguments.deleted, arguments.passed_on);
    let again = node.keys.duplicate().map_err(Failure::environment)?;
    let own = Own::new(node.history.clone(), again);
    let batch = state(&node.store, &own, batch, Sentence::RecallAnswer(answer), clock::now());
    let committed = node.commit(batch.map_err(Failure::environment)?)?;
    report.fact("feed", arguments.feed.as_str());
    report.fact("index", number(recall.index));
    report.fact("record", recall.record.to_string());
    report.fact("deleted", Json::Bool(arguments.deleted));
    report.fact("passed_on", Json::Bool(arguments.passed_on));
    report.fact("logged_as", number(committed.entries.last().map_or(0, |place| place.index)));
    report.line("\nThe answer is signed and logged. A running node delivers it.");
    Ok(())
}

/// The recall of an entry, if its sender took back what stands there.
fn recalled(node: &Signing, log: &LogName, index: u64) -> Done<Recall> {
    let recall = recalls(&node.store, log)?.remove(&index).ok_or_else(|| {
        Failure::input(format!("entry {index} was not taken back"))
            .advise("`detente feed show FEED --dir DIR` marks what was recalled")
    })?;
    let entry = node.store.entries(log, index, 1).map_err(store_of::fail)?.pop().unwrap_or_default();
    match ReadEntry::read(&entry) {
        Ok(ReadEntry::Release(release)) if release.record == recall.record => Ok(recall),
        _ => Err(Failure::refused(format!("the recall of entry {index} names another record than stands there"))),
    }
}

/// Nobody says that a record is deleted while a copy of it lies beside.
fn check_no_copy(node: &Signing, record: &RecordDigest) -> Done {
    match records::find(&node.store, &LogName::node(), record).map_err(store_of::fail)? {
        None => Ok(()),
        Some(index) => Err(Failure::refused(format!("a copy of this record is kept as entry {index} of the node log"))
            .advise(format!("erase it first: detente log erase {index} --reason recall --yes --dir DIR"))),
    }
}

/// A batch that erases the body, and logs that it does. It names no object: labels on what came stand in the node log, and
/// stay there. It names signals of which the record spoke: what it took back must not come back with it.
fn erase(
    (node, ring): (&Signing, &Keyring),
    place: &Place,
    (recall, by): (&Recall, &str),
    report: &mut Report,
) -> Done<Batch> {
    let body = node.store.bodies(std::slice::from_ref(place)).map_err(store_of::fail)?.pop();
    let Some(body @ Body::Kept(_)) = body else {
        return Ok(Batch::new(BatchId::from_octets(fresh_salt()?)));
    };
    let remains = Remains::of_body(&node.store, ring, (place, &body))?;
    remains.iter().for_each(|remains| remains.describe(report));
    let entry = node.store.entries(&place.log, place.index, 1).map_err(store_of::fail)?.pop().unwrap_or_default();
    let leaf = match ReadEntry::read(&entry) {
        Ok(ReadEntry::Release(release)) => release.commitment.to_string(),
        _ => String::new(),
    };
    let heads = node.store.heads().map_err(store_of::fail)?;
    let origin = heads.into_iter().find(|head| head.log == place.log).map(|head| head.origin).unwrap_or_default();
    let fields = Map::new()
        .with("log", origin)
        .with("index", number(place.index))
        .with("leaf", leaf)
        .with("reason", format!("recall: {}; by {by}", recall.reason.name()));
    let fields = remains.iter().fold(fields, |fields, remains| remains.write(fields));
    let signed = node.sign(own_object(ERASURE, fields)?)?;
    Ok(batch_of(&signed)?.erase(place.clone()))
}
