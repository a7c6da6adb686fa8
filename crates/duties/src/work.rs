//! How much may be tried, so that a pack of whoever wrote it can be checked without holding the machine.

use std::cell::Cell;

use crate::limits::{MAX_CASES, MAX_CHECK_CASES};

/// Work that may still be done. One unit is one part of a condition looked at, or one day counted.
///
/// Once it is spent nothing more is tried case by case: answers stay sound, and say "undetermined" more often.
#[derive(Debug)]
pub(crate) struct Work {
    cases: usize,
    left: Cell<u64>,
}

impl Work {
    /// For one evaluation: what it can cost is bounded by the limits of a pack.
    pub(crate) const fn of_evaluation() -> Self {
        Self { cases: MAX_CASES, left: Cell::new(u64::MAX) }
    }

    /// For evaluations that together may take so much.
    pub(crate) const fn of_evaluations(most: u64) -> Self {
        Self { cases: MAX_CASES, left: Cell::new(most) }
    }

    /// For the check of conditions that together may take so much.
    pub(crate) const fn of_check(most: u64) -> Self {
        Self { cases: MAX_CHECK_CASES, left: Cell::new(most) }
    }

    /// Cases of one condition that may be tried.
    pub(crate) const fn cases(&self) -> usize {
        self.cases
    }

    pub(crate) fn spend(&self, units: u64) {
        self.left.set(self.left.get().saturating_sub(units));
    }

    pub(crate) const fn is_spent(&self) -> bool {
        self.left.get() == 0
    }
}
