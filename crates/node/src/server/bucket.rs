//! How often somebody may come.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::limits::MAX_RATED_CALLERS;

/// How long the table rests between two looks through all of it, so that looking is no way to keep the server busy.
const SWEEP_REST: Duration = Duration::from_millis(500);

/// How often: so many in a second, and so many at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    per_second: u64,
    /// In thousandths, as in [`Bucket`].
    burst: u64,
}

/// The token buckets of all who came of late.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    buckets: BTreeMap<K, Bucket>,
    swept: Option<Instant>,
}

/// Times still free, in thousandths, and when that was counted.
#[derive(Debug)]
struct Bucket {
    rate: Rate,
    thousandths: u64,
    counted: Instant,
}

impl Rate {
    pub(super) fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second: u64::from(per_second).max(1), burst: u64::from(burst).max(1) * 1000 }
    }
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self { buckets: BTreeMap::new(), swept: None }
    }
}

impl<K: Ord> Buckets<K> {
    /// Takes one time; otherwise says in how many seconds to come again.
    pub(super) fn take(&mut self, caller: K, rate: Rate, now: Instant) -> Result<(), u32> {
        if !self.buckets.contains_key(&caller) && !self.has_room(now) {
            return Err(1);
        }
        self.buckets.entry(caller).or_insert_with(|| Bucket::full(rate, now)).take(now)
    }

    fn has_room(&mut self, now: Instant) -> bool {
        let is_full = self.buckets.len() >= MAX_RATED_CALLERS;
        if is_full && self.swept.is_none_or(|swept| now.saturating_duration_since(swept) >= SWEEP_REST) {
            self.swept = Some(now);
            self.buckets.retain(|_, bucket| bucket.refill(now) < bucket.rate.burst);
        }
        self.buckets.len() < MAX_RATED_CALLERS
    }
}

impl Bucket {
    const fn full(rate: Rate, now: Instant) -> Self {
        Self { rate, thousandths: rate.burst, counted: now }
    }

    fn take(&mut self, now: Instant) -> Result<(), u32> {
        let thousandths = self.refill(now);
        let Some(left) = thousandths.checked_sub(1000) else {
            let missing = 1000 - thousandths;
            return Err(u32::try_from(missing.div_ceil(self.rate.per_second * 1000)).unwrap_or(u32::MAX));
        };
        self.thousandths = left;
        Ok(())
    }

    // One in a second is one thousandth in a millisecond. The rest of a millisecond stays uncounted until next time.
    fn refill(&mut self, now: Instant) -> u64 {
        let since_ms = u64::try_from(now.saturating_duration_since(self.counted).as_millis()).unwrap_or(u64::MAX);
        self.counted += Duration::from_millis(since_ms);
        let more = since_ms.saturating_mul(self.rate.per_second);
        self.thousandths = self.thousandths.saturating_add(more).min(self.rate.burst);
        self.thousandths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_spent_and_comes_back_with_time() {
        let (mut buckets, start, rate) = (Buckets::default(), Instant::now(), Rate::new(2, 3));
        assert!((0..3).all(|_| buckets.take("ada", rate, start).is_ok()));
        assert_eq!(buckets.take("ada", rate, start), Err(1));
        assert!(buckets.take("bo", rate, start).is_ok());
        assert!(buckets.take("ada", rate, start + Duration::from_millis(499)).is_err());
        assert!(buckets.take("ada", rate, start + Duration::from_millis(500)).is_ok());
    }

    #[test]
    fn who_must_wait_long_is_told_how_long() {
        let (mut buckets, start, rate) = (Buckets::default(), Instant::now(), Rate::new(1, 1));
        assert!(buckets.take("ada", rate, start).is_ok());
        assert_eq!(buckets.take("ada", rate, start), Err(1));
        assert!(buckets.take("ada", rate, start + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn the_table_of_callers_stays_bounded() {
        let (mut buckets, start, rate) = (Buckets::default(), Instant::now(), Rate::new(10, 40));
        for number in 0..100_000_u32 {
            let _full = buckets.take(number, rate, start);
        }
        assert_eq!(buckets.buckets.len(), MAX_RATED_CALLERS);
        assert!(buckets.take(100_000, rate, start + Duration::from_secs(60)).is_ok());
        assert_eq!(buckets.buckets.len(), 1);
    }
}
