//! How much went to whom: counters per counterpart, category and period.

use std::collections::BTreeMap;

use record::base64url;
use record::digest::{PartyId, sha256};
use record::limits::MAX_SAFE_INTEGER;
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

/// The most that a counter holds: what every JSON parser reads exactly.
const MAX_COUNTER: i64 = MAX_SAFE_INTEGER;

/// The counter of what went to one counterpart in one category over one period. No agreement is in its name: another one
/// with the same counterpart, an amendment above all, goes on counting where the one before stood.
#[must_use]
pub fn counter_name(to: PartyId, budget: &Budget, per: Per, time: Timestamp) -> String {
    let stamp = time.to_string();
    // A timestamp begins with its date: 2026-07-01T..
    let period = match per {
        Per::Day => stamp.get(..10),
        Per::Month => stamp.get(..7),
        Per::Year => stamp.get(..4),
        Per::Ever => Some("ever"),
    };
    // Hashed to one short length; whoever knows the parts can find the counter.
    let parts = [budget.counted.name(), &budget.category, period.unwrap_or("ever")].map(str::as_bytes);
    let [counted, category, period] = parts;
    let domain = b"detente/exposure/v2\0".as_slice();
    let digest = sha256(&[domain, to.octets(), counted, b"\0", category, b"\0", period]);
    format!("exposure/{}", base64url::encode(&digest))
}

/// The periods that a release is counted over: from the shortest that any agreement with this counterpart names, so that
/// each of them sees all that went, up to the longest, so that an amendment to a longer one does too.
pub(super) fn periods(shortest: Per) -> impl Iterator<Item = Per> {
    Per::BY_LENGTH.into_iter().filter(move |per| per.length() >= shortest.length())
}

/// The movements of one release, or why it is one too many. Each recipient comes with the shortest period it is counted over.
pub(super) fn movements(
    (clause, budget): (&ClauseId, &Budget),
    recipients: impl Iterator<Item = (PartyId, Per)>,
    members: i64,
    (exposure, time): (&Exposure, Timestamp),
) -> Result<Vec<Movement>, Reason> {
    let by = match budget.counted {
        Counted::Records => 1,
        Counted::Members => members,
    };
    let movement = |(to, per): (PartyId, Per)| {
        let counter = counter_name(to, budget, per, time);
        let before = exposure.get(&counter).copied().unwrap_or(0);
        // No counter goes down, so one that stands below nothing was not counted.
        let after = before.checked_add(by).filter(|after| before >= 0 && *after <= MAX_COUNTER);
        let after = after.ok_or_else(|| Reason::CounterOverflow { category: budget.category.clone() })?;
        let at_most = if per == budget.per { budget.at_most } else { MAX_COUNTER };
        if after > at_most {
            let (clause, category) = (clause.clone(), budget.category.clone());
            return Err(Reason::OverBudget { clause, category, stands: before, at_most });
        }
        Ok(Movement { counter, before, by, at_most })
    };
    recipients.flat_map(|(to, shortest)| periods(shortest).map(move |per| (to, per))).map(movement).collect()
}
