//! How many requests a caller may make.

use std::net::IpAddr;

use record::time::Timestamp;

use crate::bounded::Bounded;
use crate::caller::Caller;
use crate::sign_in::Prefix;

/// Callers that are remembered: every token there can be, every account, and some tens of thousands of addresses. One that was
/// forgotten comes back with a full bucket.
pub const MAX_CALLERS: usize = 1 << 16;

/// A rate, and how much may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval_micros: i64,
    burst: i64,
}

/// For each account or token: twice what a program hands in object by object over many connections, and two seconds of that at
/// once.
pub const OF_CALLER: Rate = Rate::new(1_000, 2_000);

/// For each address from which nobody has signed in: reading a page, and signing in.
pub const OF_STRANGER: Rate = Rate::new(20, 60);

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted(Who);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Caller(String),
    Stranger(Prefix),
}

/// Too many requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; wait {} ms", retry_after_micros.div_euclid(1_000).saturating_add(1))]
#[non_exhaustive]
pub struct TooMany {
    /// After how many microseconds one is answered.
    pub retry_after_micros: i64,
}

/// A bucket of tokens for each caller: full at first, and filled at the rate.
///
/// Kept of each is one time: when the bucket would be full (the generic cell rate algorithm).
#[derive(Debug, Clone)]
pub struct Rates {
    full_at: Bounded<Counted, Timestamp>,
}

impl Rate {
    /// So many a second, and so many at once; each at least one.
    #[must_use]
    pub const fn new(per_second: u32, burst: u32) -> Self {
        let (per_second, burst) = (Self::positive(per_second), Self::positive(burst));
        Self { interval_micros: Self::positive_micros(1_000_000 / per_second), burst }
    }

    /// So many an hour, and so many at once; each at least one.
    #[must_use]
    pub const fn per_hour(per_hour: u32, burst: u32) -> Self {
        let (per_hour, burst) = (Self::positive(per_hour), Self::positive(burst));
        Self { interval_micros: Self::positive_micros(HOUR_MICROS / per_hour), burst }
    }

    const fn positive(value: u32) -> i64 {
        // `From` is not const yet.
        Self::positive_micros(value as i64)
    }

    const fn positive_micros(value: i64) -> i64 {
        if value < 1 { 1 } else { value }
    }

    const fn whole_micros(self) -> i64 {
        self.interval_micros.saturating_mul(self.burst)
    }
}

impl Counted {
    /// An account or token by itself, and everybody else by where they come from.
    #[must_use]
    pub fn of(caller: &Caller, address: IpAddr) -> Self {
        match caller.account() {
            Some(_) => Self(Who::Caller(caller.shown())),
            None => Self(Who::Stranger(Prefix::of(address))),
        }
    }

    /// The rate that goes with it.
    #[must_use]
    pub const fn rate(&self) -> Rate {
        match self.0 {
            Who::Caller(_) => OF_CALLER,
            Who::Stranger(_) => OF_STRANGER,
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self::new()
    }
}

impl Rates {
    /// Every bucket is full.
    #[must_use]
    pub const fn new() -> Self {
        Self { full_at: Bounded::new(MAX_CALLERS) }
    }

    /// Takes one out of a caller's bucket. A request that is refused takes nothing.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn take(&mut self, counted: Counted, now: Timestamp) -> Result<(), TooMany> {
        let rate = counted.rate();
        self.take_at(counted, rate, now)
    }

    /// As [`Self::take`], at a rate of the caller's own choice.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn take_at(&mut self, counted: Counted, rate: Rate, now: Timestamp) -> Result<(), TooMany> {
        let missing = self.full_at.get(&counted).map_or(0, |full| full.micros().saturating_sub(now.micros()));
        // Nothing is missing for longer than it takes to fill: then the clock was set back.
        let was_set_back = missing > rate.whole_micros().saturating_mul(2);
        let missing = if was_set_back { 0 } else { missing.clamp(0, rate.whole_micros()) };
        let after = missing.saturating_add(rate.interval_micros);
        if after > rate.whole_micros() {
            return Err(TooMany { retry_after_micros: after.saturating_sub(rate.whole_micros()) });
        }
        let _forgotten = self.full_at.set(counted, Timestamp::from_micros(now.micros().saturating_add(after)));
        Ok(())
    }
}
