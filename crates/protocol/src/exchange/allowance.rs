//! How much a peer may ask in a while, so that one does not take what others need.

use std::collections::BTreeMap;

use record::digest::PartyId;
use record::time::Timestamp;

use super::caught::Caught;
use super::timing::elapsed_ms;

/// Requests of each peer within an interval, by our clock.
#[derive(Debug, Clone)]
pub struct Allowance {
    limit: u64,
    interval_ms: u64,
    spent: BTreeMap<PartyId, (Timestamp, u64)>,
}

impl Allowance {
    /// So many requests in so many milliseconds.
    #[must_use]
    pub const fn new(limit: u64, interval_ms: u64) -> Self {
        Self { limit, interval_ms, spent: BTreeMap::new() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Caught::Budget`] for each one beyond the limit: it is not answered.
    pub fn spend(&mut self, peer: PartyId, now: Timestamp) -> Result<(), Caught> {
        let (since, count) = self.spent.entry(peer).or_insert((now, 0));
        if elapsed_ms(*since, now) >= self.interval_ms {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        let limit = self.limit;
        // All beyond the limit in one interval is one alarm.
        if *count > limit {
            Err(Caught::Budget { what: "requests", got: limit.saturating_add(1), limit })
        } else {
            Ok(())
        }
    }
}
