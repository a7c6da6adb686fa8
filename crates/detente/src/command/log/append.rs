//! `detente log append`: records go into the node's log.

use record::json::{Json, Map};
use record::key_history::Moment;
use record::{Record, Signed};
use storage::{CommitError, Committed, Store as _};

use super::{Signing, batch_of, number};
use crate::arguments::{KeyArguments, LogAppendArguments};
use crate::command::record::read_record;
use crate::keyring::Keyring;
use crate::node;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// Records that are committed together: enough to fill a frame, few enough to show progress.
const GROUP: usize = 256;

pub(super) fn run(arguments: &LogAppendArguments, report: &mut Report) -> Done {
    // All records are read and checked before the first is logged: a typing error leaves the log as it was.
    let keys = KeyArguments { profiles: arguments.profiles.clone(), dir: Some(arguments.node.dir.clone()) };
    let ring = Keyring::read(&keys)?;
    let records: Done<Vec<_>> = arguments.records.iter().map(|path| check(&ring, path)).collect();
    let records = records?;
    let node = Signing::open(&arguments.node)?;
    let mut rows = Vec::new();
    for group in records.chunks(GROUP) {
        let batches: Done<Vec<_>> = group.iter().map(batch_of).collect();
        let answers = node.store.commit(batches?);
        for (record, answer) in group.iter().zip(answers) {
            rows.push(say(record, answer, report)?);
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

fn check(ring: &Keyring, path: &std::path::Path) -> Done<Signed<Record>> {
    let signed = ring.verify(read_record(path)?, Moment::AsNamed)?;
    let standing = ring.standing(&signed)?;
    match standing.problem().filter(|_| standing.is_grave()) {
        Some(problem) => Err(Failure::refused(format!("`{}`: {problem}", path.display()))
            .advise("a thief may have signed it, so it is not logged")),
        None => Ok(signed),
    }
}

fn say(record: &Signed<Record>, answer: Result<Committed, CommitError>, report: &Report) -> Done<Json> {
    let committed = answer.map_err(node::refused)?;
    let place = committed.entries.first().ok_or_else(|| Failure::environment("the store named no entry"))?;
    report.line(format!("{:>10}  {}", place.index, record.digest()));
    let row = Map::new().with("index", number(place.index)).with("record_digest", record.digest().to_string());
    Ok(Json::from(row.with("committed", committed.time.to_string())))
}
