//! How much went to whom: counters per counterpart, category and period.

use std::collections::BTreeMap;

use record::base64url;
use record::digest::{AgreementDigest, PartyId, sha256};
use record::time::Timestamp;

use super::reason::Reason;
use crate::agreement::{Budget, ClauseId, Counted, Per};

/// Where counters stand, by their names. One that is not there stands at 0.
pub type Exposure = BTreeMap<String, i64>;

/// What publishing adds to a counter, in the same commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Movement {
    /// The counter.
    pub counter: String,
    /// Where it stood when this was decided.
    pub before: i64,
    /// By how much.
    pub by: i64,
    /// The most at which it may stand afterwards.
    pub at_most: i64,
}

/// The counter of a budget for one counterpart at one time: its period is a part of its name, so that a new one begins at 0.
#[must_use]
pub fn counter_name(agreement: AgreementDigest, to: PartyId, budget: &Budget, time: Timestamp) -> String {
    let stamp = time.to_string();
    // A timestamp begins with its date: 2026-07-01T..
    let period = match budget.per {
        Per::Day => stamp.get(..10),
        Per::Month => stamp.get(..7),
        Per::Year => stamp.get(..4),
        Per::Ever => Some("ever"),
    };
    // Hashed to one short length; whoever knows the parts can find the counter.
    let (category, period) = (budget.category.as_bytes(), period.unwrap_or("ever").as_bytes());
    let domain = b"detente/exposure/v1\0".as_slice();
    let digest = sha256(&[domain, agreement.octets(), to.octets(), category, b"\0", period]);
    format!("exposure/{}", base64url::encode(&digest))
}

/// The movements of one release, or why it is one too many.
pub(super) fn movements(
    agreement: AgreementDigest,
    (clause, budget): (&ClauseId, &Budget),
    recipients: &[PartyId],
    members: i64,
    (exposure, time): (&Exposure, Timestamp),
) -> Result<Vec<Movement>, Reason> {
    let by = match budget.counted {
        Counted::Records => 1,
        Counted::Members => members,
    };
    let movement = |to: &PartyId| {
        let counter = counter_name(agreement, *to, budget, time);
        let before = exposure.get(&counter).copied().unwrap_or(0);
        // No counter goes down, so one that stands below nothing was not counted.
        let after = before.checked_add(by).filter(|_| before >= 0);
        let after = after.ok_or_else(|| Reason::CounterOverflow { category: budget.category.clone() })?;
        if after > budget.at_most {
            let (clause, category) = (clause.clone(), budget.category.clone());
            return Err(Reason::OverBudget { clause, category, stands: before, at_most: budget.at_most });
        }
        Ok(Movement { counter, before, by, at_most: budget.at_most })
    };
    recipients.iter().map(movement).collect()
}
