//! How often something happens, and stopping it when that is too often.

use std::collections::{BTreeMap, BTreeSet};

use record::time::Timestamp;

const HOUR_MICROS: i64 = 3_600_000_000;

/// Things that are counted at once. Beyond that the counts of a past window are dropped first.
const MAX_COUNTED: usize = 100_000;

/// How often in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// How often.
    pub count: u32,
    /// In how many microseconds.
    pub window_us: i64,
}

impl Limit {
    /// How often in one hour.
    #[must_use]
    pub const fn per_hour(count: u32) -> Self {
        Self { count, window_us: HOUR_MICROS }
    }
}

/// Counts by key, in windows of time.
#[derive(Debug, Clone)]
pub struct Meter<K> {
    limit: Limit,
    counts: BTreeMap<K, (Timestamp, u32)>,
    stopped: BTreeSet<K>,
}

impl<K: Ord + Clone> Meter<K> {
    /// A meter that has counted nothing.
    #[must_use]
    pub const fn new(limit: Limit) -> Self {
        Self { limit, counts: BTreeMap::new(), stopped: BTreeSet::new() }
    }

    /// Counts one more. False if it is stopped, now or before: only a person lets it go on.
    pub fn count(&mut self, key: &K, now: Timestamp) -> bool {
        if self.stopped.contains(key) {
            return false;
        }
        self.make_room(now);
        let (start, count) = self.counts.entry(key.clone()).or_insert((now, 0));
        if now.micros().saturating_sub(start.micros()) >= self.limit.window_us {
            (*start, *count) = (now, 0);
        }
        *count += 1;
        let is_within = *count <= self.limit.count;
        if !is_within {
            self.counts.remove(key);
            self.stopped.insert(key.clone());
        }
        is_within
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.counts.len() >= MAX_COUNTED {
            let window = self.limit.window_us;
            self.counts.retain(|_, (start, _)| now.micros().saturating_sub(start.micros()) < window);
        }
    }

    /// Stops it: only a person lets it go on.
    pub fn stop(&mut self, key: K) {
        self.counts.remove(&key);
        self.stopped.insert(key);
    }

    /// Whether it is stopped.
    #[must_use]
    pub fn is_stopped(&self, key: &K) -> bool {
        self.stopped.contains(key)
    }

    /// Everything that is stopped.
    pub fn stopped(&self) -> impl Iterator<Item = &K> {
        self.stopped.iter()
    }

    /// Lets it go on, counted from nothing. False if it was not stopped.
    pub fn release(&mut self, key: &K) -> bool {
        self.stopped.remove(key)
    }
}
