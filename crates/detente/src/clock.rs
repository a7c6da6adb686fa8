//! The machine's clock: read here, and given to the crates below as a value.

use std::time::{SystemTime, UNIX_EPOCH};

use record::time::Timestamp;

/// Microseconds in a day.
pub(crate) const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Now, in UTC.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
