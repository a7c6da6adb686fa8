//! A batch made ready outside the sequencer: its bounds checked, its bodies under their keys. Many threads may do this at
//! once; only what is left must be done one batch after another.

use crate::batch::{Batch, BatchId, LogName, Movement, NewEntry, Place, PrivateReceipt};
use crate::body_keys::{BodyKeys, Sealed};
use crate::handed::Handed;
use crate::limits::{MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_BODY_BYTES, MAX_NAME_BYTES};
use crate::store::{CommitError, StoreError};

/// Octets of an entry, receipt, movement, erasure or batch in a frame, beside what it carries: the longest is a receipt.
const PART_BYTES: usize = 128;
/// Octets of a log that is opened: its names in the frame, and its first checkpoint.
const OPEN_BYTES: usize = 1024;

/// A batch that is ready for a frame.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) id: BatchId,
    pub(crate) opens: Vec<(LogName, String)>,
    pub(crate) entries: Vec<PreparedEntry>,
    pub(crate) receipts: Vec<([u8; 32], Sealed)>,
    pub(crate) movements: Vec<Movement>,
    pub(crate) erasures: Vec<Place>,
    pub(crate) expects: Vec<(LogName, u64)>,
    /// Octets that it adds to a frame, near enough for bounds.
    pub(crate) bytes: usize,
    /// Why its bodies could not be put under keys. Only the sequencer can refuse it: it may be committed already.
    pub(crate) unsealed: Option<CommitError>,
}

#[derive(Debug)]
pub(crate) struct PreparedEntry {
    pub(crate) log: LogName,
    pub(crate) entry: Vec<u8>,
    pub(crate) body: Option<Sealed>,
    /// The body as it was, for the views.
    pub(crate) handed: Option<Handed>,
}

/// Makes a batch ready.
pub(crate) fn prepare(keys: &BodyKeys, batch: Batch) -> Result<Prepared, CommitError> {
    check_bounds(&batch)?;
    let bytes = batch.octets().saturating_add(overhead(&batch));
    let mut prepared = Prepared {
        id: batch.id,
        opens: batch.opens,
        entries: Vec::new(),
        receipts: Vec::new(),
        movements: batch.movements,
        erasures: batch.erasures,
        expects: batch.expects,
        bytes,
        unsealed: None,
    };
    match seal_all(keys, batch.entries, batch.receipts) {
        Ok((entries, receipts)) => (prepared.entries, prepared.receipts) = (entries, receipts),
        Err(error) => prepared.unsealed = Some(not_written(&error)),
    }
    Ok(prepared)
}

type SealedAll = (Vec<PreparedEntry>, Vec<([u8; 32], Sealed)>);

fn seal_all(keys: &BodyKeys, entries: Vec<NewEntry>, receipts: Vec<PrivateReceipt>) -> Result<SealedAll, StoreError> {
    let entries = entries.into_iter().map(|one| seal_one(keys, one)).collect::<Result<_, StoreError>>()?;
    let receipts = receipts.into_iter().map(|receipt| Ok((receipt.digest, keys.seal(&receipt.body)?)));
    Ok((entries, receipts.collect::<Result<_, StoreError>>()?))
}

fn seal_one(keys: &BodyKeys, one: NewEntry) -> Result<PreparedEntry, StoreError> {
    let NewEntry { log, entry, body, is_of_feed: _, reading } = one;
    let sealed = body.as_ref().map(|body| keys.seal(body)).transpose()?;
    Ok(PreparedEntry { log, entry, body: sealed, handed: body.map(|body| Handed { body, reading }) })
}

/// Octets that a frame holds of a batch beside what it carries.
fn overhead(batch: &Batch) -> usize {
    let parts = [batch.entries.len(), batch.receipts.len(), batch.movements.len(), batch.erasures.len()];
    let parts = parts.into_iter().fold(1, usize::saturating_add).saturating_mul(PART_BYTES);
    batch.opens.len().saturating_mul(OPEN_BYTES).saturating_add(parts)
}

fn check_bounds(batch: &Batch) -> Result<(), CommitError> {
    let within = |what, got, limit| if got <= limit { Ok(()) } else { Err(CommitError::TooMuch { what, got, limit }) };
    within("entries", batch.entries.len(), MAX_BATCH_ENTRIES)?;
    within("receipts", batch.receipts.len(), MAX_BATCH_ENTRIES)?;
    within("erasures", batch.erasures.len(), MAX_BATCH_ENTRIES)?;
    within("logs to open", batch.opens.len(), MAX_BATCH_ENTRIES)?;
    within("movements", batch.movements.len(), MAX_BATCH_ENTRIES)?;
    within("octets", batch.octets(), MAX_BATCH_BYTES)?;
    for entry in &batch.entries {
        if entry.log.is_feed() != entry.is_of_feed {
            return Err(CommitError::NotReleased { log: entry.log.clone() });
        }
        within("octets in an entry", entry.entry.len(), tlog::limits::MAX_ENTRY_BYTES)?;
    }
    let bodies = batch.entries.iter().filter_map(|entry| entry.body.as_ref());
    for body in bodies.chain(batch.receipts.iter().map(|receipt| &receipt.body)) {
        within("octets in a body", body.len(), MAX_BODY_BYTES)?;
    }
    for (_, origin) in &batch.opens {
        within("octets in an origin", origin.len(), tlog::limits::MAX_NAME_BYTES)?;
    }
    for movement in &batch.movements {
        within("octets in a counter's name", movement.counter.len(), MAX_NAME_BYTES)?;
    }
    Ok(())
}

/// The disk, or the machine's randomness, did not do its part before anything was written.
pub(crate) fn not_written(error: &StoreError) -> CommitError {
    let is_full = matches!(error, StoreError::Disk(error) if error.is_full());
    CommitError::NotWritten { problem: error.to_string(), is_full }
}
