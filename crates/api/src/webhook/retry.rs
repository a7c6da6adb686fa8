//! When a call is tried again, and when no more.

use record::time::Timestamp;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// How long after each failed try the next one is, in microseconds: the schedule that Standard Webhooks proposes, some three days
/// in all.
const WAITS: [i64; 9] =
    [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/// Tries of one message.
pub const ATTEMPTS: u32 = 10;

/// A webhook of which nothing was taken for so long is given up, in microseconds: five days, a long weekend and a day.
pub const GIVE_UP_AFTER_MICROS: i64 = 5 * 24 * HOUR;

/// How long the other side may take for one call, in milliseconds: the least that Standard Webhooks proposes.
pub const TIMEOUT_MS: u64 = 15_000;

/// The most that a wait is made longer by chance, in parts of it: messages that failed together come again apart.
const JITTER_PARTS: i64 = 10;

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a try is answered or it is not")]
pub enum Answered {
    /// With this status of HTTP, and how long it asks to be left alone, in seconds.
    Status(u16, Option<u32>),
    /// Not at all: no line, no certificate, too late, or an address that may not be called.
    Not,
}

/// What to do after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever sends must do each of them")]
#[must_use]
pub enum Next {
    /// Nothing: it was taken.
    Delivered,
    /// Try again then.
    At(Timestamp),
    /// Give this message up.
    GiveUp,
    /// The other side wants no more (410): end the webhook.
    Unsubscribe,
}

/// What to do after the try of this number, from 1; chance is any number.
///
/// Redirects (3xx) count as failures: where they lead was not checked.
pub fn after(attempt: u32, answered: Answered, now: Timestamp, chance: u64) -> Next {
    let asked = match answered {
        Answered::Status(200..=299, _) => return Next::Delivered,
        Answered::Status(410, _) => return Next::Unsubscribe,
        Answered::Status(_, asked) => asked,
        Answered::Not => None,
    };
    let place = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(wait) = WAITS.get(place) else { return Next::GiveUp };
    // Nobody is left alone for longer than the longest wait, whatever is asked.
    let asked = i64::from(asked.unwrap_or_default()).saturating_mul(SECOND).min(24 * HOUR);
    let jitter = i64::try_from(chance % 1000).unwrap_or_default().saturating_mul(*wait / JITTER_PARTS / 1000);
    let wait = asked.max(*wait).saturating_add(jitter);
    Next::At(Timestamp::from_micros(now.micros().saturating_add(wait)))
}
