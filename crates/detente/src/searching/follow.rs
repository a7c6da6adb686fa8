//! The logs are read into the index.
//!
//! A crash at any point leaves a whole batch with its position, or nothing of it; what was read before is not read again.

use record::digest::sha256;
use search::{Document, Index, Place as Entry, Position, SearchError, Writer, is_searched};
use storage::views::records::{self, Row};
use storage::{Head, LocalStore, LogName, Place, Store as _, StoreError};

use super::erasures::Erasure;
use super::fail;
use crate::cases::verified;
use crate::keyring::Keyring;
use crate::outcome::Failure;
use crate::{clock, node};

/// Entries of one transaction: large enough that the database merges little, small enough that whoever waits for the directory
/// waits about a second.
const BATCH_ENTRIES: usize = 2_048;

/// Bodies that are in memory at once.
const BODIES_AT_ONCE: usize = 64;

/// The position under which erasures are counted: no log has such a name.
const ERASURES: &str = "!erasures";

/// What logs that were read from peers are called.
const PULLED: &str = "pulled-";

/// Says whether following has to end now, between two batches.
pub(crate) type Until<'u> = dyn Fn() -> bool + 'u;

/// Entries that have not been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Behind(pub(crate) u64);

/// Following came to nothing.
#[derive(Debug)]
pub(super) enum Lost {
    /// What the index holds is of no use: it is made anew.
    Index(String),
    /// Anything else.
    Failed(Failure),
}

impl From<SearchError> for Lost {
    fn from(error: SearchError) -> Self {
        if error.is_damage() { Self::Index(error.to_string()) } else { Self::Failed(fail(&error)) }
    }
}

impl From<StoreError> for Lost {
    fn from(error: StoreError) -> Self {
        Self::Failed(node::fail(error))
    }
}

/// The logs, and the keys under which what they hold is read: what does not verify is left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Logs<'s> {
    pub(super) store: &'s LocalStore,
    pub(super) ring: &'s Keyring,
}

/// Reads every log into the index, batch by batch, until the end or until it is told to stop.
pub(super) fn follow(index: &mut Index, logs: Logs<'_>, until: &Until<'_>) -> Result<Behind, Lost> {
    let store = logs.store;
    let heads: Vec<_> = store.heads()?.into_iter().filter(|head| is_read(&head.log)).collect();
    for head in &heads {
        check_goes_on(index, store, head)?;
    }
    take_erasures(index, store)?;
    for head in &heads {
        while !until() && take_batch(index, logs, head)? {}
    }
    behind(index, &heads)
}

/// Whether anything that concerns the index was logged between two looks: heads are stated every hour and more often, and most
/// entries are none of its business.
pub(crate) fn has_news(store: &LocalStore, (before, erased): (&[Head], u64), now: &[Head]) -> Result<bool, StoreError> {
    if before.is_empty() || Erasure::count(store)? != erased {
        return Ok(true);
    }
    for head in now.iter().filter(|head| is_read(&head.log)) {
        let from = before.iter().find(|one| one.log == head.log).map_or(0, |one| one.size);
        let rows = if from < head.size { records::list(store, &head.log, from, BATCH_ENTRIES)? } else { Vec::new() };
        if rows.len() == BATCH_ENTRIES || rows.iter().any(is_wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Our own log and the feeds that we read. What we release is in our own log already.
pub(crate) fn is_read(log: &LogName) -> bool {
    *log == LogName::node() || log.as_str().starts_with(PULLED)
}

fn behind(index: &Index, heads: &[Head]) -> Result<Behind, Lost> {
    let mut behind = 0_u64;
    for head in heads {
        let next = index.position(head.log.as_str())?.next;
        behind = behind.saturating_add(head.size.saturating_sub(next));
    }
    Ok(Behind(behind))
}

/// A log that was put back from a backup may have grown another way since: then nothing in the index can be relied on.
fn check_goes_on(index: &Index, store: &LocalStore, head: &Head) -> Result<(), Lost> {
    let position = index.position(head.log.as_str())?;
    let Some(last) = position.next.checked_sub(1) else { return Ok(()) };
    let went = || Lost::Index(format!("log {} is not the one that was read", head.log));
    if position.next > head.size {
        return Err(went());
    }
    let entry = store.entries(&head.log, last, 1)?.pop().unwrap_or_default();
    if mark(&entry) == position.mark { Ok(()) } else { Err(went()) }
}

fn mark(entry: &[u8]) -> [u8; 32] {
    sha256(&[b"detente/search-mark/v1\0", entry])
}

fn take_erasures(index: &mut Index, store: &LocalStore) -> Result<(), Lost> {
    let done = index.position(ERASURES)?.next;
    if Erasure::count(store)? < done {
        return Err(Lost::Index("the log knows less erasures than the index".to_owned()));
    }
    let new = Erasure::after(store, done)?;
    let Some(last) = new.last().map(|erasure| erasure.number) else { return Ok(()) };
    let mut writer = index.writer()?;
    for erasure in &new {
        let _was_there = writer.erase(&Entry { log: erasure.log.clone(), index: erasure.index })?;
    }
    writer.passed(ERASURES, &Position { next: last, mark: [0; 32] })?;
    writer.commit()?;
    // While another process reads, the database does it at its own next turn.
    let _emptied = index.clean()?;
    Ok(())
}

/// True if there is more.
fn take_batch(index: &mut Index, logs: Logs<'_>, head: &Head) -> Result<bool, Lost> {
    let from = index.position(head.log.as_str())?.next;
    let rows = records::list(logs.store, &head.log, from, BATCH_ENTRIES)?;
    let Some(last) = rows.last().map(|row| row.index) else { return Ok(false) };
    let mut writer = index.writer()?;
    let wanted: Vec<_> = rows.iter().filter(|row| is_wanted(row)).map(|row| row.index).collect();
    for indices in wanted.chunks(BODIES_AT_ONCE) {
        take_bodies(&mut writer, logs, &head.log, indices)?;
    }
    let entry = logs.store.entries(&head.log, last, 1)?.pop().unwrap_or_default();
    let next = last.saturating_add(1);
    writer.passed(head.log.as_str(), &Position { next, mark: mark(&entry) })?;
    writer.commit()?;
    Ok(next < head.size)
}

fn is_wanted(row: &Row) -> bool {
    row.object_type.as_deref().is_some_and(is_searched)
}

fn take_bodies(writer: &mut Writer<'_>, logs: Logs<'_>, log: &LogName, indices: &[u64]) -> Result<(), Lost> {
    let places: Vec<_> = indices.iter().map(|index| Place::new(log.clone(), *index)).collect();
    let now = clock::now();
    for (index, body) in indices.iter().zip(logs.store.bodies(&places)?) {
        // A peer releases what it likes: a body may claim an author who never wrote it, and is kept all the same.
        let Ok(record) = verified(logs.ring, &body) else { continue };
        if let Some(document) = Document::of_record(record.content(), now) {
            writer.take(&Entry { log: log.as_str().to_owned(), index: *index }, &document)?;
        }
    }
    Ok(())
}
