//! How often a sender must speak, and when its silence is told to a person.

use record::time::Timestamp;

/// How often a head statement is made at least, in milliseconds: an hour, unless an agreement names less. It bounds how long a
/// feed can be withheld without being noticed.
pub const HEAD_EVERY_MS: u64 = 60 * 60 * 1000;

/// After so many intervals without a new head statement an alarm is raised: one may be lost, and one be late.
pub const INTERVALS_TO_ALARM: u64 = 3;

/// The interval of a feed, in milliseconds: what its agreement names, or an hour where that is not known here.
///
/// An operator's own setting can only shorten it. The interval is what the sender has promised to the other members, so no
/// setting of its own frees it from that; and a reader that waited longer than the agreement says would miss a feed that is
/// withheld.
#[must_use]
pub fn interval_ms(named_minutes: Option<u32>, at_most_ms: Option<u64>) -> u64 {
    let named_ms = named_minutes.map_or(HEAD_EVERY_MS, |minutes| u64::from(minutes).saturating_mul(60_000));
    at_most_ms.map_or(named_ms, |at_most_ms| named_ms.min(at_most_ms))
}

/// Whether a new head statement is due, a whole interval after the last.
#[must_use]
pub fn is_head_due(last: Option<Timestamp>, every_ms: u64, now: Timestamp) -> bool {
    last.is_none_or(|last| elapsed_ms(last, now) >= every_ms)
}

/// Whether a sender has been silent for so long that a person must know.
#[must_use]
pub fn is_frozen(heard: Timestamp, every_ms: u64, now: Timestamp) -> bool {
    elapsed_ms(heard, now) > every_ms.saturating_mul(INTERVALS_TO_ALARM)
}

/// Whether an answer that was due has not come.
#[must_use]
pub fn is_silent(deadline: Timestamp, now: Timestamp) -> bool {
    now > deadline
}

/// Milliseconds from one moment to another; 0 if that lies before, as after a clock was put back.
#[must_use]
pub fn elapsed_ms(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.micros().saturating_sub(from.micros()) / 1_000).unwrap_or(0)
}
