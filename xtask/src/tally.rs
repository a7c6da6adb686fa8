//! Counting what passed, what failed and what was skipped.

use std::ops::AddAssign;

/// Counts of single tests and checks.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many passed.
    pub(crate) passed: usize,
    /// How many failed.
    pub(crate) failed: usize,
    /// How many were not run, or ran without what they needed.
    pub(crate) skipped: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Tally {
    /// How many were counted in all.
    pub(crate) fn total(self) -> usize {
        self.passed + self.failed + self.skipped
    }

    /// The counts in words.
    pub(crate) fn shown(self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_add_up() {
        let mut sum = Tally { passed: 1, failed: 0, skipped: 2 };
        sum += Tally { passed: 3, failed: 1, skipped: 0 };
        assert_eq!(sum.shown(), "4 passed, 1 failed, 2 skipped");
        assert_eq!(sum.total(), 7);
    }
}
