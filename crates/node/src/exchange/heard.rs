//! Notes of what came from others: canonical JSON under a salt, in a log of this node that nobody else reads.

use record::digest::sha256;
use record::json::{self, Json, Map};
use storage::{Batch, LogName, NewEntry};

use super::{ExchangeError, Own};

/// The log's name.
pub const HEARD: &str = "heard";

/// Adds a note to a batch.
pub(crate) fn note(batch: Batch, own: &Own, note: Map) -> Result<Batch, ExchangeError> {
    let log = log()?;
    let text = json::canonical(&Json::from(note)).map_err(|error| notes(&error))?;
    let salt = own.random()?;
    // The log's leaves are published beside the others in the directory, so they tell nothing.
    let leaf = sha256(&[b"detente/heard/v1\0", &salt, &text]);
    let entry = NewEntry::with_body(log.clone(), leaf.to_vec(), [salt.as_slice(), &text].concat());
    Ok(batch.open(log, &format!("detente/heard/{}", own.party())).entry(entry))
}

pub(crate) fn log() -> Result<LogName, ExchangeError> {
    HEARD.parse().map_err(|error| notes(&error))
}

pub(crate) fn notes(error: &impl ToString) -> ExchangeError {
    ExchangeError::Notes { problem: error.to_string() }
}

/// The note in a body.
pub(crate) fn read(body: &[u8]) -> Option<Map> {
    let (_, text) = body.split_first_chunk::<32>()?;
    match json::parse(text) {
        Ok(Json::Object(map)) => Some(map),
        _ => None,
    }
}
