//! How long to wait before the next try.

use std::time::Duration;

use record::time::Timestamp;

/// Waits that double after each failure, with jitter, so that nodes cut off together do not come back together.
///
/// It knows no clock and no chance: both are given to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    first_ms: u64,
    longest_ms: u64,
    failures: u32,
    last: Option<Timestamp>,
}

/// Failures beyond which the wait is the longest anyway.
const MAX_DOUBLINGS: u32 = 32;

/// A try this many longest waits after the one before begins anew: what failed then has little to do with now.
const FORGET_AFTER_WAITS: u64 = 4;

impl Backoff {
    /// Waits from about `first_ms` to about `longest_ms` milliseconds.
    #[must_use]
    pub const fn new(first_ms: u64, longest_ms: u64) -> Self {
        Self { first_ms, longest_ms, failures: 0, last: None }
    }

    /// The wait after a failure at `now`: between half of the present step and all of it, as `random` falls.
    pub fn next(&mut self, now: Timestamp, random: u64) -> Duration {
        self.forget(now);
        let doubled = self.first_ms.saturating_mul(1 << self.failures.min(MAX_DOUBLINGS));
        let step_ms = doubled.min(self.longest_ms).max(1);
        self.failures = self.failures.saturating_add(1);
        self.last = Some(now);
        let half_ms = step_ms / 2;
        Duration::from_millis(half_ms.saturating_add(random % step_ms.saturating_sub(half_ms).saturating_add(1)))
    }

    /// Begins anew, as after a success.
    pub const fn succeeded(&mut self) {
        self.failures = 0;
        self.last = None;
    }

    fn forget(&mut self, now: Timestamp) {
        let Some(last) = self.last else { return };
        let since_ms = u64::try_from(now.micros().saturating_sub(last.micros()) / 1000).unwrap_or(0);
        if since_ms > self.longest_ms.saturating_mul(FORGET_AFTER_WAITS) {
            self.succeeded();
        }
    }
}
