//! Exact similarity of shingle sets. Two empty sets are alike: they are the same text to us.

use crate::shingles::ShingleSet;

/// Shared shingles as a share of all shingles: 0 to 1.
#[must_use]
pub fn jaccard(left: &ShingleSet, right: &ShingleSet) -> f64 {
    let shared = left.shared(right);
    share(shared, left.len() + right.len() - shared)
}

/// Shared shingles as a share of the mean size: 0 to 1.
#[must_use]
pub fn dice(left: &ShingleSet, right: &ShingleSet) -> f64 {
    share(2 * left.shared(right), left.len() + right.len())
}

/// How much of `part` lies in `whole`: 0 to 1. Finds a quoted prompt inside a long text.
#[must_use]
pub fn containment(part: &ShingleSet, whole: &ShingleSet) -> f64 {
    share(part.shared(whole), part.len())
}

/// A ratio of counts. Counts of shingles stay far below 2^32, where the ratio is exact enough.
pub(crate) fn share(some: usize, all: usize) -> f64 {
    if all == 0 {
        return 1.0;
    }
    number(some) / number(all)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
