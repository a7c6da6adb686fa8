//! What a recipient can count of a sender's budgets, from the public receipts in its feeds.
//!
//! A receipt names its agreement, clause, places and time. So each release is counted under the budget of its own clause, over
//! that budget's own period. What cannot be counted here: releases under budgets of another period, which the sender counts
//! too; what went to others; and whether the time that the sender names is true. So an honest sender is never accused, and not
//! every excess is found.

use std::collections::BTreeMap;

use record::digest::PartyId;

use super::exposure::counter_name;
use super::subject::Subject;
use crate::agreement::{Agreement, Budget, ClauseId, Counted};
use crate::receipt::PublicReceipt;

/// What came from one sender so far.
#[derive(Debug, Clone, Default)]
pub struct ReceivedExposure {
    tallies: BTreeMap<String, Tally>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    stands: i64,
    /// The largest number that any of the clauses allows under which something came: agreements may differ, and which of
    /// their releases was the earlier is not told.
    at_most: i64,
    is_told: bool,
}

/// More came than any of the clauses concerned allows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exceeded {
    /// The clause of the release that passed it.
    pub clause: ClauseId,
    /// Its budget.
    pub budget: Budget,
    /// How much had come with it.
    pub stands: i64,
}

impl ReceivedExposure {
    /// Nothing came yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { tallies: BTreeMap::new() }
    }

    /// Counts a release that `to` received under `agreement`. Answers once for each category and period that it is too much.
    pub fn take(&mut self, agreement: &Agreement, to: PartyId, receipt: &PublicReceipt) -> Option<Exceeded> {
        let clause = agreement.clause(&receipt.clause)?;
        let budget = clause.operative()?.obligations().budget.as_ref()?;
        let by = match budget.counted {
            Counted::Records => 1,
            Counted::Members => Subject::members(&receipt.fields),
        };
        let tally = self.tallies.entry(counter_name(to, budget, budget.per, receipt.time)).or_default();
        tally.stands = tally.stands.saturating_add(by);
        tally.at_most = tally.at_most.max(budget.at_most);
        if tally.is_told || tally.stands <= tally.at_most {
            return None;
        }
        tally.is_told = true;
        Some(Exceeded { clause: clause.id().clone(), budget: budget.clone(), stands: tally.stands })
    }
}
