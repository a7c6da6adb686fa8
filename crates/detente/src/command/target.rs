//! A record as a person names it: its file, or the digest of one that the log holds.

use std::path::Path;

use record::digest::RecordDigest;

use super::record::read_record;
use crate::holdings::{Held, Holdings};
use crate::outcome::Done;

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
