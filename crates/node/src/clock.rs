//! Where the time of the wire comes from, so that a test can stand in another week.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use record::time::Timestamp;

/// A source of the present instant.
pub trait Clock: Send + Sync + Debug {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// The clock of this machine.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The time since 1970; nothing for an instant before it.
pub(crate) fn since_epoch(instant: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(instant.micros()).unwrap_or(0))
}
