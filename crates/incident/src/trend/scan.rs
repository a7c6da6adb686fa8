//! The scan statistic: whether some run of periods holds more events than chance would put there.
//!
//! The likelihood ratio is that of M. Kulldorff, A spatial scan statistic, Communications in Statistics: Theory and Methods 26
//! (1997), 1481-1496, in its Poisson form, over windows in time. Given the number of all events, each lies in a period with a
//! probability that is the period's weight; the value is the largest ratio of any window, and its p is the rank among
//! replications under chance. (For one fixed length of window, J. Naus, Approximations for distributions of scan statistics,
//! JASA 77 (1982), 177-183, has a formula; here the length is free, so replications are needed.)
//!
//! `tests/golden/trend.py` computes the same with code of its own, and once more with another generator and 20,000 draws.

/// Fewer dated events than this are not looked at: two in one month are no burst whatever the arithmetic says, and each row
/// that is looked at weakens the correction for the others.
pub const MIN_SCANNED_EVENTS: u32 = 5;

/// More events than this are not looked at: the replications draw each of them 999 times.
pub const MAX_SCANNED_EVENTS: u32 = 100_000;

/// Replications under chance: the least p is one in a thousand.
pub const REPLICATIONS: u32 = 999;

/// The longest window, as a part of all periods. A burst longer than half of the time is a lull seen from inside.
const LONGEST_PART: usize = 2;

/// Periods in the longest window: beyond ten years of months nobody speaks of a burst, and the work grows with it.
const MAX_WINDOW: usize = 120;

/// Where the replications begin. It is fixed, so that two parties with the same records find the same p.
const SEED: u64 = 0x6465_7465_6e74_6531;

/// What the sums of two ways to the same ratio may differ by.
const TIE: f64 = 1e-9;

/// The strongest window of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Scan {
    /// Its first period.
    pub first: usize,
    /// Its last period.
    pub last: usize,
    /// Events in it.
    pub observed: u32,
    /// Events that chance would put there.
    pub expected: f64,
    /// The logarithm of the likelihood ratio; 0 if no window holds more than chance would put there.
    pub ratio: f64,
    /// How often chance finds a window as strong anywhere.
    pub p: f64,
}

/// A burst, corrected for the number of rows that were looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Burst {
    /// Its first period.
    pub first: usize,
    /// Its last period.
    pub last: usize,
    /// Events in it.
    pub observed: u32,
    /// Events that chance would put there.
    pub expected: f64,
    /// How often chance finds a window as strong anywhere in this row.
    pub p: f64,
    /// The same, corrected for the number of rows.
    pub q: f64,
}

impl Burst {
    pub(super) const fn new(found: &Scan, q: f64) -> Self {
        Self { first: found.first, last: found.last, observed: found.observed, expected: found.expected, p: found.p, q }
    }
}

/// The strongest window of a row of counts, where the periods have these weights. None if there is nothing to look at: too
/// few events or too many, fewer than three periods, or events where the weight is 0.
#[must_use]
pub fn scan(counts: &[u32], weights: &[u64]) -> Option<Scan> {
    let shares = Shares::of(weights)?;
    let events = counts.iter().try_fold(0_u32, |sum, count| sum.checked_add(*count))?;
    let is_possible = counts.iter().zip(weights).all(|(count, weight)| *count == 0 || *weight > 0);
    let is_enough = (MIN_SCANNED_EVENTS..=MAX_SCANNED_EVENTS).contains(&events);
    if counts.len() != weights.len() || counts.len() < 3 || !is_enough || !is_possible {
        return None;
    }
    let found = strongest(counts, &shares, events);
    let mut chance = Chance(SEED);
    let as_strong = (0..REPLICATIONS).filter(|_| {
        let drawn = chance.draw(events, &shares, counts.len());
        strongest(&drawn, &shares, events).ratio + TIE >= found.ratio
    });
    let p = (number(as_strong.count()) + 1.0) / (f64::from(REPLICATIONS) + 1.0);
    Some(Scan { p, ..found })
}

/// Weights of periods, summed up.
struct Shares {
    /// The weight of all periods up to and with each.
    sums: Vec<u64>,
    all: u64,
}

impl Shares {
    fn of(weights: &[u64]) -> Option<Self> {
        let mut sums = Vec::with_capacity(weights.len());
        let mut all = 0_u64;
        for weight in weights {
            all = all.checked_add(*weight)?;
            sums.push(all);
        }
        // Below 2^32, a weight is exact as a floating-point number.
        (all > 0 && u32::try_from(all).is_ok()).then_some(Self { sums, all })
    }

    /// The share of the periods from `first` to `last`.
    fn between(&self, first: usize, last: usize) -> f64 {
        let before = first.checked_sub(1).and_then(|at| self.sums.get(at)).copied().unwrap_or(0);
        let within = self.sums.get(last).copied().unwrap_or(before).saturating_sub(before);
        float(within) / float(self.all)
    }
}

fn strongest(counts: &[u32], shares: &Shares, events: u32) -> Scan {
    let mut best = Scan { first: 0, last: 0, observed: 0, expected: 0.0, ratio: 0.0, p: 1.0 };
    let longest = (counts.len() / LONGEST_PART).clamp(1, MAX_WINDOW);
    for first in 0..counts.len() {
        let mut observed = 0_u32;
        for (at, count) in counts.iter().enumerate().skip(first).take(longest) {
            observed = observed.saturating_add(*count);
            let expected = f64::from(events) * shares.between(first, at);
            let ratio = log_ratio(f64::from(observed), expected, f64::from(events));
            if ratio > best.ratio + TIE {
                best = Scan { first, last: at, observed, expected, ratio, p: 1.0 };
            }
        }
    }
    best
}

/// `c ln(c/e) + (n-c) ln((n-c)/(n-e))` where more lies inside than chance would put there, and 0 elsewhere.
fn log_ratio(observed: f64, expected: f64, events: f64) -> f64 {
    if observed <= expected {
        return 0.0;
    }
    let outside = events - observed;
    let beyond = if outside > 0.0 { outside * (outside / (events - expected)).ln() } else { 0.0 };
    observed * (observed / expected).ln() + beyond
}

/// `SplitMix64` (G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom number generators, 2014): enough to draw periods,
/// and short enough to be written again in any language that checks us. Nothing secret comes of it.
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound: the high half of a product, which is uneven by less than one in 2^31.
    fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()).saturating_mul(u128::from(bound));
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// Puts each event into a period.
    fn draw(&mut self, events: u32, shares: &Shares, periods: usize) -> Vec<u32> {
        let mut counts = vec![0_u32; periods];
        for _ in 0..events {
            let at = self.below(shares.all);
            let slot = shares.sums.partition_point(|sum| *sum <= at);
            if let Some(count) = counts.get_mut(slot) {
                *count = count.saturating_add(1);
            }
        }
        counts
    }
}

pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn float(weight: u64) -> f64 {
    f64::from(u32::try_from(weight).unwrap_or(u32::MAX))
}
