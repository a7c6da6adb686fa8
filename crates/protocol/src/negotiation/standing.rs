//! Which agreements are in force at a moment, across all threads.

use std::collections::{BTreeMap, BTreeSet};

use policy::agreement::Agreement;
use record::digest::{AgreementDigest, PartyId};
use record::time::Timestamp;

/// A text that every party accepted, verified and signed, whatever came of it since.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Agreed<'a> {
    /// The text.
    pub agreement: &'a Agreement,
    /// The latest time that a party gave for its signature. It is a claim: no permission hangs on it.
    pub signed: Timestamp,
    /// The parties that hold it back.
    pub suspended_by: BTreeSet<PartyId>,
    /// Whether some party ended it.
    pub is_ended: bool,
}

impl<'a> Agreed<'a> {
    /// A text that all signed by a time, and that nobody holds back or has ended.
    #[must_use]
    pub const fn new(agreement: &'a Agreement, signed: Timestamp) -> Self {
        Self { agreement, signed, suspended_by: BTreeSet::new(), is_ended: false }
    }
}

/// An agreement that is in force at the moment asked about, or would be if nobody held it back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InForce<'a> {
    /// The text.
    pub agreement: &'a Agreement,
    /// Since when: the beginning of its period, or the last signature if that came later.
    pub since: Timestamp,
    /// The first instant at which it is in force no more, as far as is known now.
    pub until: Timestamp,
    /// The parties that hold it back. Nothing flows under it unless there are none.
    pub suspended_by: BTreeSet<PartyId>,
}

impl InForce<'_> {
    /// Whether some party holds it back.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        !self.suspended_by.is_empty()
    }
}

/// Which agreements are in force now, given all that were ever agreed, in the order of their digests.
///
/// An agreement ends where the period of one begins that replaces it and binds at least the same parties. Their signatures
/// under the later one ended the earlier one, so that it does not come back if the later one is terminated. A text that
/// was agreed in two threads ends with the first that is ended.
#[must_use]
pub fn standing<'a>(agreements: &[Agreed<'a>], now: Timestamp) -> Vec<InForce<'a>> {
    let merged = merge(agreements);
    let open = merged.values().filter(|one| !one.is_ended);
    let placed = open.map(|one| {
        let until = one
            .agreement
            .until()
            .min(replaced_at(one.agreement, agreements).unwrap_or(Timestamp::from_micros(i64::MAX)));
        InForce {
            agreement: one.agreement,
            since: one.signed.max(one.agreement.from()),
            until,
            suspended_by: one.suspended_by.clone(),
        }
    });
    placed.filter(|one| one.agreement.from() <= now && now < one.until).collect()
}

fn merge<'a>(agreements: &[Agreed<'a>]) -> BTreeMap<AgreementDigest, Agreed<'a>> {
    let mut merged: BTreeMap<AgreementDigest, Agreed<'a>> = BTreeMap::new();
    for one in agreements {
        let whole = merged.entry(one.agreement.digest()).or_insert_with(|| one.clone());
        whole.signed = whole.signed.min(one.signed);
        whole.is_ended |= one.is_ended;
        whole.suspended_by.extend(&one.suspended_by);
    }
    merged
}

/// The instant from which another agreement stands in the place of this one.
pub(super) fn replaced_at(old: &Agreement, agreed: &[Agreed<'_>]) -> Option<Timestamp> {
    let replaces = |new: &Agreement| {
        // Fewer parties cannot end for the others what those did not sign.
        new.replaces() == Some(old.digest()) && old.members().iter().all(|member| new.has(member.party))
    };
    agreed.iter().map(|one| one.agreement).filter(|new| replaces(new)).map(Agreement::from).min()
}
