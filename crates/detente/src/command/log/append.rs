//! `detente log append`: records go into the node's log.

use record::json::{Json, Map};
use record::key_history::Moment;
use record::{Record, Signed};
use storage::{Body, CommitError, Committed, Store as _};

use super::prove::find;
use super::{Signing, batch_of, number};
use crate::arguments::{KeyArguments, LogAppendArguments};
use crate::command::record::read_record;
use crate::home::Home;
use crate::keyring::Keyring;
use crate::operations::asked::is_remote;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::statements::{check_signals, refusal};
use crate::{node, partners};

/// Records that are committed together: enough to fill a frame, few enough to show progress.
const GROUP: usize = 256;

pub(super) fn run(arguments: &LogAppendArguments, report: &mut Report) -> Done {
    // All records are read and checked before the first is logged: a typing error leaves the log as it was.
    let keys = KeyArguments { profiles: arguments.profiles.clone(), dir: Some(arguments.node.dir.clone()) };
    let ring = Keyring::read(&keys)?;
    let records: Done<Vec<_>> = arguments.records.iter().map(|path| check(&ring, path)).collect();
    let records = records?;
    if is_remote() {
        check_statements(&Home::open(&arguments.node.dir)?, &records)?;
    }
    // Whoever logs another party's record will need its keys to read it again.
    let home = Home::open(&arguments.node.dir)?;
    for profile in &arguments.profiles {
        let _party = partners::remember(&home, profile)?;
    }
    let node = Signing::open(&arguments.node)?;
    let before = node.size()?;
    let mut rows = Vec::new();
    for group in records.chunks(GROUP) {
        for (record, index) in group.iter().zip(log(&node, group)?) {
            rows.push(say(record, index, index < before, report));
        }
        if records.len() > GROUP {
            report.line(format!("{} of {} are logged", rows.len(), records.len()));
        }
    }
    node.store.publish().map_err(node::fail)?;
    report.data("entries", Json::Array(rows));
    node.print_guard(report);
    report.line("\nThe log holds a blinded commitment of each. Prove one with: detente log prove RECORD --dir DIR");
    Ok(())
}

/// Whoever asks over the network has the right to write, and no more: what this party states goes by the commands for it.
fn check_statements(home: &Home, records: &[Signed<Record>]) -> Done {
    let own = home.history()?.party();
    for record in records.iter().map(Signed::content).filter(|record| record.issuer() == own) {
        if let Some(problem) = refusal(own, record.object()) {
            return Err(Failure::refused(problem));
        }
        check_signals(record.object(), &record.aside().members().iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

fn check(ring: &Keyring, path: &std::path::Path) -> Done<Signed<Record>> {
    let signed = ring.verify(read_record(path)?, Moment::AsNamed)?;
    let standing = ring.standing(&signed)?;
    match standing.problem().filter(|_| standing.is_grave()) {
        Some(problem) => Err(Failure::refused(format!("`{}`: {problem}", path.display()))
            .advise("a thief may have signed it, so it is not logged")),
        None => Ok(signed),
    }
}

/// Logs what is not in the log yet, and names the entry of each.
fn log(node: &Signing, group: &[Signed<Record>]) -> Done<Vec<u64>> {
    let found: Done<Vec<_>> = group.iter().map(|record| find(&node.store, &record.digest())).collect();
    let found = found?;
    let new = group.iter().zip(&found).filter(|(_, found)| found.is_none());
    let batches: Done<Vec<_>> = new.map(|(record, _)| batch_of(record)).collect();
    let mut answers = node.store.commit(batches?).into_iter();
    let mut index = |found: &Option<u64>| match found {
        Some(index) => Ok(*index),
        None => new_index(node, answers.next()),
    };
    found.iter().map(&mut index).collect()
}

/// Where a batch was put. The store remembers batches, also that of a record whose body was erased since.
fn new_index(node: &Signing, answer: Option<Result<Committed, CommitError>>) -> Done<u64> {
    let answer = answer.ok_or_else(|| Failure::environment("the store did not answer"))?;
    let committed = answer.map_err(node::refused)?;
    let place = committed.entries.first().ok_or_else(|| Failure::environment("the store named no entry"))?;
    let body = node.store.bodies(std::slice::from_ref(place)).map_err(node::fail)?.pop();
    if body == Some(Body::Erased) {
        return Err(Failure::refused(format!(
            "this record was logged as entry {}, and its body was erased",
            place.index
        ))
        .advise("what was erased is not logged again; sign it as a new version if it must come back"));
    }
    Ok(place.index)
}

fn say(record: &Signed<Record>, index: u64, was_logged: bool, report: &Report) -> Json {
    let digest = record.digest().to_string();
    report.line(format!("{index:>10}  {digest}{}", if was_logged { "  (logged before)" } else { "" }));
    let row = Map::new().with("index", number(index)).with("record_digest", digest);
    Json::from(row.with("logged_before", Json::Bool(was_logged)))
}
