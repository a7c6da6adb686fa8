//! Key records in the node's log: whether a signature counts is decided by where its record lies between them.

use record::key_history::KeyHistory;
use record::key_record::KeyRecord;
use record::{Record, Signed};
use storage::{Batch, BatchId, LocalStore, LogName, NewEntry, Store as _};

use crate::command::log::{batch_of, fresh_salt};
use crate::node;
use crate::outcome::{Done, Failure};

/// Begins a node's log: its key records so far, and its profile.
pub(crate) fn begin(store: &LocalStore, history: &KeyHistory, profile: &Signed<Record>) -> Done {
    let origin = node::origin(&history.party());
    let mut batch = Batch::new(BatchId::of(&[b"open", origin.as_bytes()])).open(LogName::node(), &origin);
    let aside = history.overruled().iter().map(record::key_history::Overruled::record);
    for record in history.records().chain(aside) {
        batch = batch.entry(entry(record)?);
    }
    commit(store, vec![batch, batch_of(profile)?])?;
    store.publish().map_err(node::fail)
}

/// Logs a further key record, and the profile if it was signed anew.
pub(crate) fn add(store: &LocalStore, record: &Signed<KeyRecord>, profile: Option<&Signed<Record>>) -> Done {
    let id = BatchId::of(&[b"key record", record.digest().octets()]);
    let mut batches = vec![Batch::new(id).entry(entry(record)?)];
    batches.extend(profile.map(batch_of).transpose()?);
    commit(store, batches)?;
    store.publish().map_err(node::fail)
}

fn commit(store: &LocalStore, batches: Vec<Batch>) -> Done {
    store.commit(batches).into_iter().try_for_each(|answer| answer.map(drop).map_err(node::refused))
}

fn entry(record: &Signed<KeyRecord>) -> Done<NewEntry> {
    let salt = fresh_salt()?;
    let text = record.envelope().to_json();
    let body = [salt.as_slice(), text.as_bytes()].concat();
    let commitment = record.commitment(&salt);
    if body.len() > storage::limits::MAX_BODY_BYTES {
        return Err(Failure::input("the key record is too long to be logged"));
    }
    Ok(NewEntry::with_body(LogName::node(), commitment.octets().to_vec(), body))
}
