//! Key records in the node's log: whether a signature counts is decided by where its record lies between them.
//!
//! A change of keys takes effect with `profile.json`; its key record goes into the log as the next entry of all, before
//! anything that the new keys sign. A crash between the two is made good by whatever logs next.

use record::digest::RecordDigest;
use record::key_history::{KeyHistory, Overruled};
use record::key_record::KeyRecord;
use record::{Record, Signed};
use storage::views::records;
use storage::{Batch, BatchId, LocalStore, LogName, Store as _};

use crate::command::log::{batch_of, entry, fresh_salt};
use crate::node;
use crate::outcome::{Done, Failure};

/// Begins the log of a party that never had one.
pub(crate) fn begin(store: &LocalStore, history: &KeyHistory, profile: &Signed<Record>) -> Done {
    let origin = policy::belief::log_origin(&history.party());
    let open = Batch::new(BatchId::of(&[b"open", origin.as_bytes()])).open(LogName::node(), &origin);
    commit(store, vec![open])?;
    catch_up(store, history, profile)
}

/// Whether the log was begun.
pub(crate) fn is_begun(store: &LocalStore) -> Done<bool> {
    Ok(storage::Store::heads(store).map_err(node::fail)?.iter().any(|head| head.log == LogName::node()))
}

/// Logs every key record that the log lacks, those that a recovery overruled included, and the newest profile.
pub(crate) fn catch_up(store: &LocalStore, history: &KeyHistory, profile: &Signed<Record>) -> Done {
    // A store whose segments are lost has no log either. To begin one here would be a second history.
    if !is_begun(store)? {
        return Err(Failure::refused("nothing was signed: this directory has a store, and no log in it").advise(
            "if this party has ever logged, restore `segments` from the newest backup. If `detente log migrate` was cut off, \
             run it again",
        ));
    }
    let mut batches = Vec::new();
    let aside = history.overruled().iter().map(Overruled::record);
    for record in history.records().chain(aside) {
        if !is_logged(store, RecordDigest::from_octets(*record.digest().octets()))? {
            batches.push(batch(record)?);
        }
    }
    if !is_logged(store, profile.digest())? {
        batches.push(batch_of(profile)?);
    }
    if batches.is_empty() {
        return Ok(());
    }
    commit(store, batches)?;
    store.publish().map_err(node::fail)
}

fn commit(store: &LocalStore, batches: Vec<Batch>) -> Done {
    store.commit(batches).into_iter().try_for_each(|answer| answer.map(drop).map_err(node::refused))
}

fn is_logged(store: &LocalStore, digest: RecordDigest) -> Done<bool> {
    Ok(records::find(store, &LogName::node(), &digest).map_err(node::fail)?.is_some())
}

fn batch(record: &Signed<KeyRecord>) -> Done<Batch> {
    let salt = fresh_salt()?;
    let entry = entry(&record.commitment(&salt), &salt, &record.envelope().to_json());
    Ok(Batch::new(BatchId::of(&[b"key record", record.digest().octets()])).entry(entry))
}
