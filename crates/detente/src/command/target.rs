//! A record as a person names it: its file, or the digest of one that the log holds.

use std::path::Path;

use record::Record;
use record::digest::RecordDigest;

use super::record::read_record;
use crate::holdings::{Held, Holdings};
use crate::outcome::{Done, Failure};

/// The record that a text names. A file only tells which: what counts is what the log holds.
pub(crate) fn find(text: &str, holdings: &Holdings<'_>) -> Done<Held> {
    holdings.must_find(&digest(text)?)
}

/// The digest of the record that a text names.
pub(crate) fn digest(text: &str) -> Done<RecordDigest> {
    if let Ok(digest) = text.parse() {
        return Ok(digest);
    }
    Ok(RecordDigest::of(read_record(Path::new(text))?.envelope().payload()))
}

/// Refuses what a party keeps for itself: no agreement has a word for it, whatever label somebody puts on it.
pub(crate) fn check_may_leave(record: &Record) -> Done {
    let object_type = record.object().text("type").unwrap_or_default();
    if duties::kept::is_kept(object_type) {
        return Err(Failure::refused(format!(
            "a record of the type {object_type} is this party's own book of its duties, and stays here"
        ))
        .advise("to prove to somebody when something was filed: detente duties clock prove"));
    }
    Ok(())
}
