//! A batch made ready outside the sequencer: its bounds checked, its bodies under their keys. Many threads may do this at
//! once; only what is left must be done one batch after another.

use crate::batch::{Batch, BatchId, LogName, Movement, Place};
use crate::body_keys::{BodyKeys, Sealed};
use crate::limits::{MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_BODY_BYTES, MAX_NAME_BYTES};
use crate::store::CommitError;

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
}

#[derive(Debug)]
pub(crate) struct PreparedEntry {
    pub(crate) log: LogName,
    pub(crate) entry: Vec<u8>,
    pub(crate) body: Option<Sealed>,
}

/// Makes a batch ready.
pub(crate) fn prepare(keys: &BodyKeys, batch: Batch) -> Result<Prepared, CommitError> {
    check_bounds(&batch)?;
    let bytes = batch.octets();
    let seal = |body: Vec<u8>| keys.seal(&body).map_err(|error| not_written(&error));
    let entries = batch
        .entries
        .into_iter()
        .map(|entry| Ok(PreparedEntry { log: entry.log, entry: entry.entry, body: entry.body.map(seal).transpose()? }));
    let entries = entries.collect::<Result<_, CommitError>>()?;
    let receipts = batch.receipts.into_iter().map(|receipt| Ok((receipt.digest, seal(receipt.body)?)));
    let receipts = receipts.collect::<Result<_, CommitError>>()?;
    Ok(Prepared {
        id: batch.id,
        opens: batch.opens,
        entries,
        receipts,
        movements: batch.movements,
        erasures: batch.erasures,
        expects: batch.expects,
        bytes,
    })
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
        within("octets in an entry", entry.entry.len(), tlog::limits::MAX_ENTRY_BYTES)?;
    }
    let bodies = batch.entries.iter().filter_map(|entry| entry.body.as_ref());
    for body in bodies.chain(batch.receipts.iter().map(|receipt| &receipt.body)) {
        within("octets in a body", body.len(), MAX_BODY_BYTES)?;
    }
    for movement in &batch.movements {
        within("octets in a counter's name", movement.counter.len(), MAX_NAME_BYTES)?;
    }
    Ok(())
}

/// The disk, or the machine's randomness, did not do its part before anything was written.
pub(crate) fn not_written(error: &crate::store::StoreError) -> CommitError {
    let is_full = matches!(error, crate::store::StoreError::Disk(error) if error.is_full());
    CommitError::NotWritten { problem: error.to_string(), is_full }
}
