//! How much may be tried, so that a pack of whoever wrote it can be checked and asked without holding the machine.

use std::cell::Cell;

use crate::limits::{MAX_CASES, MAX_CHECK_CASES, MAX_CHECK_WORK, MAX_DUTY_WORK, MAX_EXPLAIN_WORK};

/// Work that may still be done. One unit is one part of a condition looked at, or one day counted.
///
/// Once it is spent nothing more is tried case by case: answers stay sound, and say "undetermined" more often.
#[derive(Debug)]
pub(crate) struct Work {
    cases: usize,
    left: Cell<u64>,
    used: Cell<u64>,
}

impl Work {
    const fn new(cases: usize, left: u64) -> Self {
        Self { cases, left: Cell::new(left), used: Cell::new(0) }
    }

    /// For one answer about one duty.
    pub(crate) const fn of_duty() -> Self {
        Self::new(MAX_CASES, MAX_DUTY_WORK)
    }

    /// For one explanation.
    pub(crate) const fn of_explanation() -> Self {
        Self::new(MAX_CASES, MAX_EXPLAIN_WORK)
    }

    /// For the check of all triggers of a pack.
    pub(crate) const fn of_check() -> Self {
        Self::new(MAX_CHECK_CASES, MAX_CHECK_WORK)
    }

    /// Cases of one condition that may be tried.
    pub(crate) const fn cases(&self) -> usize {
        self.cases
    }

    /// Looking at parts of a condition.
    pub(crate) fn spend(&self, parts: u64) {
        self.left.set(self.left.get().saturating_sub(parts));
        self.count(parts);
    }

    /// Counting days, without which there is no answer: it is told in the sum, and refused nothing.
    pub(crate) fn count(&self, days: u64) {
        self.used.set(self.used.get().saturating_add(days));
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// What was done in all.
    pub(crate) fn used(&self) -> u64 {
        self.used.get()
    }
}
