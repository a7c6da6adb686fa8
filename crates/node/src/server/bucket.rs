//! How many requests a caller may make.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use record::digest::PartyId;
use tokio::time::Instant;

use crate::limits::{MAX_RATED_CALLERS, ServerLimits};

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    Peer(PartyId),
    Address(IpAddr),
}

/// Requests still free to a caller, in thousandths, and when that was counted.
#[derive(Debug)]
struct Bucket {
    thousandths: u64,
    counted: Instant,
}

/// The token buckets of all callers of late.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    buckets: BTreeMap<Caller, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Rate {
    per_second: u64,
    burst: u64,
}

impl Buckets {
    /// Takes one request; otherwise says in how many seconds to come again.
    pub(super) fn take(&mut self, caller: Caller, limits: &ServerLimits, now: Instant) -> Result<(), u32> {
        let rate = Rate::of(caller, limits);
        if self.buckets.len() >= MAX_RATED_CALLERS && !self.buckets.contains_key(&caller) {
            self.forget_the_patient(limits, now);
            if self.buckets.len() >= MAX_RATED_CALLERS {
                return Err(1);
            }
        }
        let bucket = self.buckets.entry(caller).or_insert_with(|| Bucket { thousandths: rate.burst, counted: now });
        bucket.take(rate, now)
    }

    fn forget_the_patient(&mut self, limits: &ServerLimits, now: Instant) {
        self.buckets.retain(|caller, bucket| {
            let rate = Rate::of(*caller, limits);
            bucket.refill(rate, now);
            bucket.thousandths < rate.burst
        });
    }
}

impl Rate {
    fn of(caller: Caller, limits: &ServerLimits) -> Self {
        let (per_second, burst) = match caller {
            Caller::Peer(_) => (limits.peer_requests_per_second, limits.peer_requests_burst),
            Caller::Address(_) => (limits.stranger_requests_per_second, limits.stranger_requests_burst),
        };
        Self { per_second: u64::from(per_second).max(1), burst: u64::from(burst).max(1) * 1000 }
    }
}

impl Bucket {
    fn take(&mut self, rate: Rate, now: Instant) -> Result<(), u32> {
        self.refill(rate, now);
        let Some(left) = self.thousandths.checked_sub(1000) else {
            let missing = 1000 - self.thousandths;
            return Err(u32::try_from(missing.div_ceil(rate.per_second * 1000)).unwrap_or(u32::MAX));
        };
        self.thousandths = left;
        Ok(())
    }

    // One request in a second is one thousandth in a millisecond. The rest of a millisecond stays uncounted until next time.
    fn refill(&mut self, rate: Rate, now: Instant) {
        let since_ms = u64::try_from(now.saturating_duration_since(self.counted).as_millis()).unwrap_or(u64::MAX);
        self.counted += Duration::from_millis(since_ms);
        let more = since_ms.saturating_mul(rate.per_second);
        self.thousandths = self.thousandths.saturating_add(more).min(rate.burst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_spent_and_comes_back_with_time() {
        let limits = ServerLimits { stranger_requests_per_second: 2, stranger_requests_burst: 3, ..Default::default() };
        let caller = Caller::Address(IpAddr::from([192, 0, 2, 1]));
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        assert!((0..3).all(|_| buckets.take(caller, &limits, start).is_ok()));
        assert_eq!(buckets.take(caller, &limits, start), Err(1));
        assert!(buckets.take(caller, &limits, start + Duration::from_millis(499)).is_err());
        assert!(buckets.take(caller, &limits, start + Duration::from_millis(500)).is_ok());
    }

    #[test]
    fn the_table_of_callers_stays_bounded() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        let limits = ServerLimits::default();
        for number in 0..10_000_u32 {
            let caller = Caller::Address(IpAddr::from(number.to_be_bytes()));
            let _full = buckets.take(caller, &limits, start);
        }
        assert_eq!(buckets.buckets.len(), MAX_RATED_CALLERS);
        let later = start + Duration::from_secs(60);
        assert!(buckets.take(Caller::Address(IpAddr::from([192, 0, 2, 1])), &limits, later).is_ok());
        assert_eq!(buckets.buckets.len(), 1);
    }
}
