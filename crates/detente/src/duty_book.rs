//! What this party keeps about its duties, read from its log: answered facts, adopted packs, clocks.
//!
//! One place reads it, and commands, the running node and pages ask there. Only records of our own in our own log count: what a
//! peer says of its duties changes none of ours.

mod clocks;
pub(crate) mod fold;
mod follow;
mod gathered;
mod packs;
pub(crate) mod persons;
mod writing;

pub(crate) use clocks::ClockRow;
pub(crate) use gathered::{Basis, Gathered, Source};
pub(crate) use packs::Adopted;
pub(crate) use writing::{Signs, batch_of_all, events_records, kept_id};

use std::sync::Arc;

use duties::kept::{CLOCK_TYPE, FACTS_TYPE, FILING_TYPE};
use duties::{Answer, Dictionary, Facts, Packs};
use record::digest::RecordDigest;
use record::stix::StixId;
use record::time::Timestamp;
use record::{Record, Signed};
use storage::views::cases;
use storage::{LogName, Place, Store as _};

use crate::cases::{Cases, verified};
use crate::node;
use crate::outcome::{Done, Failure};
use crate::rules::RuleFile;

use packs::InForce;

/// Records of one type about one incident that are read. A clock has some ten, and a desk answers some dozens of times; more is a
/// loop in somebody's program, and half of it would tell a wrong state.
const MAX_RECORDS: usize = 20_000;

/// Incidents with facts or clocks that are looked through at once. It is what one change of a pack is asked to be able to do.
pub(crate) const MAX_INCIDENTS: usize = 100_000;

/// Bodies that are in memory at once.
const BODIES_AT_ONCE: usize = 64;

/// What is kept, under the packs that hold.
pub(crate) struct DutyBook<'s> {
    cases: Cases<'s>,
    packs: Packs,
    adopted: Vec<Adopted>,
}

impl<'s> DutyBook<'s> {
    /// The book of a node, with packs that were typed for one command in place of those with the same ids. A pack that was adopted
    /// and does not load any more is not used, and says so in [`DutyBook::adopted`].
    pub(crate) fn read(cases: Cases<'s>, files: &[RuleFile], now: Timestamp) -> Done<Self> {
        let InForce { packs, adopted } = packs::in_force(cases, files, now)?;
        Ok(Self { cases, packs, adopted })
    }

    /// The same without a pack that was adopted.
    pub(crate) fn without(&self, id: &str, now: Timestamp) -> Done<Self> {
        let InForce { packs, adopted } = packs::without(self.cases, id, now)?;
        Ok(Self { cases: self.cases, packs, adopted })
    }

    /// The record that says that a pack was dropped, if that is the last word about it.
    pub(crate) fn dropped(&self, id: &str) -> Done<Option<RecordDigest>> {
        packs::dropped(self.cases, id)
    }

    pub(crate) const fn packs(&self) -> &Packs {
        &self.packs
    }

    pub(crate) const fn dictionary(&self) -> &Arc<Dictionary> {
        self.packs.dictionary()
    }

    /// The packs that were adopted and not dropped, by id.
    pub(crate) fn adopted(&self) -> &[Adopted] {
        &self.adopted
    }

    /// The answers about facts, in the order of the packs.
    pub(crate) fn answers(&self, facts: &Facts, as_of: Timestamp) -> Vec<Answer<'_>> {
        self.packs.evaluate(facts, as_of)
    }

    /// The incidents about which facts were answered or clocks set, by id.
    pub(crate) fn incidents(&self) -> Done<Vec<String>> {
        let found = cases::named_by_own(self.cases.store, [FACTS_TYPE, CLOCK_TYPE], self.cases.own, MAX_INCIDENTS);
        found.map_err(node::fail)
    }

    /// The incident that a person names, also one that was erased and of which something is kept.
    pub(crate) fn named(&self, text: &str) -> Done<StixId> {
        let id = self.cases.id_of(text)?;
        if self.cases.case(&id)?.is_some() || self.is_kept(&id)? {
            return Ok(id);
        }
        Ok(self.cases.must_find(&id)?.id)
    }

    /// Whether anything is kept about an incident.
    fn is_kept(&self, id: &StixId) -> Done<bool> {
        for object_type in [CLOCK_TYPE, FACTS_TYPE, FILING_TYPE] {
            let name = (id.as_str(), object_type);
            if !cases::own_naming(self.cases.store, name, self.cases.own, 1).map_err(node::fail)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Our records of a type that name something, in the order of the log.
    fn naming(&self, name: &str, object_type: &str) -> Done<Vec<(RecordDigest, Signed<Record>)>> {
        let most = MAX_RECORDS.saturating_add(1);
        let places = cases::own_naming(self.cases.store, (name, object_type), self.cases.own, most);
        let places = places.map_err(node::fail)?;
        if places.len() > MAX_RECORDS {
            return Err(Failure::refused(format!(
                "{name} has more than {MAX_RECORDS} records of the type {object_type}"
            ))
            .advise("`detente log list` shows them: something wrote them in a loop"));
        }
        in_order(self.cases, &places)
    }
}

/// Our records at places of our log, in this order. One that was erased, or that was not ours, is passed over.
fn in_order(cases: Cases<'_>, places: &[Place]) -> Done<Vec<(RecordDigest, Signed<Record>)>> {
    let mut found = Vec::new();
    for some in places.chunks(BODIES_AT_ONCE) {
        for body in cases.store.bodies(some).map_err(node::fail)? {
            let Ok(record) = verified(cases.ring, &body) else { continue };
            if record.content().issuer() == cases.own {
                found.push((record.digest(), record));
            }
        }
    }
    Ok(found)
}

/// Our records of a type, in the order of the log.
fn of_type(cases: Cases<'_>, object_type: &str) -> Done<Vec<(RecordDigest, Signed<Record>)>> {
    let indices = storage::views::records::of_types(cases.store, &LogName::node(), &[object_type]);
    let places = indices.map_err(node::fail)?.into_iter().map(|index| Place::new(LogName::node(), index));
    in_order(cases, &places.collect::<Vec<_>>())
}
