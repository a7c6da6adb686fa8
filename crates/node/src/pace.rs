//! The least rate at which octets must pass, so that nobody holds a connection by reading or writing one octet at a time.

use std::time::Duration;

use tokio::time::Instant;

/// A span, and how many octets must pass in each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    window: Duration,
    least_octets: u64,
}

impl Pace {
    pub(crate) const fn new(window_ms: u64, least_octets: u64) -> Self {
        Self { window: Duration::from_millis(window_ms), least_octets }
    }

    /// Begins to measure.
    pub(crate) fn begin(self) -> Window {
        Window { pace: self, ends: Instant::now() + self.window, moved: 0 }
    }
}

/// One span under way.
#[derive(Debug)]
pub(crate) struct Window {
    pace: Pace,
    ends: Instant,
    moved: u64,
}

impl Window {
    pub(crate) const fn ends(&self) -> Instant {
        self.ends
    }

    pub(crate) fn moved(&mut self, octets: usize) {
        self.moved = self.moved.saturating_add(u64::try_from(octets).unwrap_or(u64::MAX));
    }

    /// True if this span has ended with too few octets. One that ended with enough of them is followed by the next.
    pub(crate) fn is_too_slow(&mut self) -> bool {
        if Instant::now() < self.ends {
            return false;
        }
        if self.moved < self.pace.least_octets.max(1) {
            return true;
        }
        *self = self.pace.begin();
        false
    }
}
