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
        let (is_spent, limit) = (self.is_spent(&peer, now), self.limit);
        self.count(peer, 1, now);
        // All beyond the limit in one interval is one alarm.
        if is_spent { Err(Caught::Budget { what: "requests", got: limit.saturating_add(1), limit }) } else { Ok(()) }
    }

    /// How much a peer may have in an interval.
    #[must_use]
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether a peer has had its share of the interval that runs.
    #[must_use]
    pub fn is_spent(&self, peer: &PartyId, now: Timestamp) -> bool {
        let spent = self.spent.get(peer).filter(|(since, _)| elapsed_ms(*since, now) < self.interval_ms);
        spent.is_some_and(|(_, count)| *count >= self.limit)
    }

    /// Counts so much more.
    pub fn count(&mut self, peer: PartyId, more: u64, now: Timestamp) {
        let (since, count) = self.spent.entry(peer).or_insert((now, 0));
        if elapsed_ms(*since, now) >= self.interval_ms {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(more);
    }
}
