//! What an amendment would newly let out.
//!
//! Both texts are asked about the same facts, one direction of sending at a time. A case that the new text permits and the
//! old one does not is a concrete widening, and so is a case that both permit, if the new clause shows or allows more than
//! any old clause that held. What could not be tried in full is said, never passed over.

mod looser;
mod search;

pub use looser::Loosened;

use std::collections::BTreeSet;

use record::digest::PartyId;
use record::time::Timestamp;

use super::{Agreement, Clause, ClauseId, Operative, RoleName};
use crate::cedar::Facts;

/// Most cases that are tried for one clause: some seconds of work.
pub const MAX_WIDENING_CASES: u128 = 100_000;

/// What an amendment lets out, compared with the text before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Widenings {
    /// What was found.
    pub found: Vec<Widening>,
    /// What could not be tried in full.
    pub unknown: Vec<Unknown>,
}

/// One thing that an amendment newly lets out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Widening {
    /// Facts that no old clause permitted.
    Permits {
        /// The new clause that permits them.
        clause: ClauseId,
        /// Who may send so.
        senders: BTreeSet<RoleName>,
        /// One such case.
        example: Facts,
        /// How many of the cases tried are so.
        cases: u64,
    },
    /// Facts that were permitted, of which more may now become known or be done.
    Looser {
        /// The new clause.
        clause: ClauseId,
        /// The old clause that comes nearest to it.
        than: ClauseId,
        /// Who may send so.
        senders: BTreeSet<RoleName>,
        /// One such case.
        example: Facts,
        /// How many of the cases tried are so.
        cases: u64,
        /// In what it is looser.
        terms: Vec<Loosened>,
    },
    /// A further party sees what is released.
    Joined {
        /// Its role.
        role: RoleName,
        /// The party.
        party: PartyId,
    },
    /// It holds at times at which the old text did not.
    Longer {
        /// From and until before.
        old: (Timestamp, Timestamp),
        /// From and until after.
        new: (Timestamp, Timestamp),
    },
}

/// A clause of which it is not known whether it widens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unknown {
    /// The new clause.
    pub clause: ClauseId,
    /// Who may send under it.
    pub senders: BTreeSet<RoleName>,
    /// How many cases there are.
    pub cases: u128,
    /// How many are tried.
    pub limit: u128,
}

/// What one sender may send, before and after.
struct Direction<'a> {
    senders: BTreeSet<RoleName>,
    old: Vec<(&'a Clause, &'a Operative)>,
    new: Vec<(&'a Clause, &'a Operative)>,
}

impl Widenings {
    /// What the new text lets out and the old one did not.
    #[must_use]
    pub fn between(old: &Agreement, new: &Agreement) -> Self {
        Self::within(old, new, MAX_WIDENING_CASES)
    }

    /// The same with another limit to the cases tried for each clause.
    #[must_use]
    pub fn within(old: &Agreement, new: &Agreement, limit: u128) -> Self {
        let mut widenings = Self { found: terms(old, new), unknown: Vec::new() };
        for direction in directions(old, new) {
            search::direction(&mut widenings, &direction, limit);
        }
        widenings
    }

    /// True if it is certain that nothing more than before may go.
    #[must_use]
    pub const fn only_narrows(&self) -> bool {
        self.found.is_empty() && self.unknown.is_empty()
    }
}

fn terms(old: &Agreement, new: &Agreement) -> Vec<Widening> {
    let joined = new.members().iter().filter(|member| !old.has(member.party));
    let joined = joined.map(|member| Widening::Joined { role: member.role.clone(), party: member.party });
    let is_longer = new.from() < old.from() || new.until() > old.until();
    let longer = is_longer.then(|| Widening::Longer { old: (old.from(), old.until()), new: (new.from(), new.until()) });
    joined.chain(longer).collect()
}

/// The directions of sending; senders for whom the same clauses hold share one.
fn directions<'a>(old: &'a Agreement, new: &'a Agreement) -> Vec<Direction<'a>> {
    let mut directions: Vec<Direction<'a>> = Vec::new();
    for member in new.members() {
        let before: Vec<_> = old.operative(member.party).collect();
        let after: Vec<_> = new.operative(member.party).collect();
        let same = directions.iter_mut().find(|one| is_same(&one.old, &before) && is_same(&one.new, &after));
        match same {
            Some(direction) => drop(direction.senders.insert(member.role.clone())),
            None => {
                let senders = BTreeSet::from([member.role.clone()]);
                directions.push(Direction { senders, old: before, new: after });
            }
        }
    }
    directions
}

fn is_same(one: &[(&Clause, &Operative)], other: &[(&Clause, &Operative)]) -> bool {
    one.iter().map(|(clause, _)| clause.id()).eq(other.iter().map(|(clause, _)| clause.id()))
}
