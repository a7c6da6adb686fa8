//! What nodes would do otherwise: policies, fields and what is owed.

use std::collections::BTreeSet;

use super::Words;
use crate::agreement::{Budget, Clause, Obligations, Onward, Operative, Prevails, RoleName, Transform};
use crate::vocabulary::Purpose;

/// What becomes of a property when a record is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a property stays, is made coarse, or goes")]
pub enum Treatment {
    /// It stays at home.
    Dropped,
    /// Its coarse twin goes.
    Coarsened,
    /// It goes.
    Shown,
}

/// A change of what nodes run or owe.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MachineChange {
    /// The clause has a policy now, or none any more.
    Operative {
        /// Whether it has one now.
        is_now: bool,
    },
    /// The policy's text.
    Policy(Words),
    /// The roles that may send.
    From {
        /// Before.
        old: BTreeSet<RoleName>,
        /// After.
        new: BTreeSet<RoleName>,
    },
    /// The roles that may receive.
    To {
        /// Before.
        old: BTreeSet<RoleName>,
        /// After.
        new: BTreeSet<RoleName>,
    },
    /// Whether nothing but a proof goes.
    Sealed {
        /// Whether it is so now.
        is_now: bool,
    },
    /// What becomes of one property; none stands for properties that the clause does not name.
    Field {
        /// The property.
        name: Option<String>,
        /// Before.
        old: Treatment,
        /// After.
        new: Treatment,
    },
    /// The purposes.
    Purposes {
        /// Before.
        old: BTreeSet<Purpose>,
        /// After.
        new: BTreeSet<Purpose>,
    },
    /// The days for which it is kept; none for no limit.
    Retention {
        /// Before.
        old: Option<u32>,
        /// After.
        new: Option<u32>,
    },
    /// How far it may go on.
    Onward {
        /// Before.
        old: Onward,
        /// After.
        new: Onward,
    },
    /// How many must approve.
    Approvals {
        /// Before.
        old: u8,
        /// After.
        new: u8,
    },
    /// How much may go; none for no limit.
    Budget {
        /// Before.
        old: Option<Budget>,
        /// After.
        new: Option<Budget>,
    },
    /// The hours for an answer.
    AnswerWithin {
        /// Before.
        old: Option<u32>,
        /// After.
        new: Option<u32>,
    },
    /// Which rendition of this clause decides; none for the agreement's rule.
    Prevails {
        /// Before.
        old: Option<Prevails>,
        /// After.
        new: Option<Prevails>,
    },
}

impl Transform {
    /// What becomes of a property of this name; of one that the clause does not name, if there is none.
    #[must_use]
    pub fn treatment(&self, name: Option<&str>) -> Treatment {
        let named = |set: &BTreeSet<String>| name.is_some_and(|name| set.contains(name));
        if self.is_sealed || named(&self.drop) {
            Treatment::Dropped
        } else if named(&self.twin) {
            Treatment::Coarsened
        } else if self.show.as_ref().is_none_or(named) {
            Treatment::Shown
        } else {
            Treatment::Dropped
        }
    }

    /// The properties that it names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.show.iter().flatten().chain(&self.drop).chain(&self.twin)
    }
}

/// What is different between two clauses, as far as nodes run it. Of a clause that comes or goes, its policy is told.
pub(super) fn between(old: Option<&Clause>, new: Option<&Clause>) -> Vec<MachineChange> {
    let mut changes = Vec::new();
    match (old.and_then(Clause::operative), new.and_then(Clause::operative)) {
        (None, None) => {}
        (None, Some(new)) => {
            changes.push(MachineChange::Operative { is_now: true });
            changes.push(MachineChange::Policy(Words::between("", new.policy().text())));
        }
        (Some(old), None) => {
            changes.push(MachineChange::Operative { is_now: false });
            changes.push(MachineChange::Policy(Words::between(old.policy().text(), "")));
        }
        (Some(old), Some(new)) => operative(&mut changes, old, new),
    }
    if let (Some(old), Some(new)) = (old.map(Clause::prevails), new.map(Clause::prevails)) {
        differ(&mut changes, &old.cloned(), &new.cloned(), |old, new| MachineChange::Prevails { old, new });
    }
    changes
}

fn differ<T: PartialEq + Clone>(
    changes: &mut Vec<MachineChange>,
    old: &T,
    new: &T,
    change: impl Fn(T, T) -> MachineChange,
) {
    if old != new {
        changes.push(change(old.clone(), new.clone()));
    }
}

fn operative(changes: &mut Vec<MachineChange>, old: &Operative, new: &Operative) {
    if old.policy().text() != new.policy().text() {
        changes.push(MachineChange::Policy(Words::between(old.policy().text(), new.policy().text())));
    }
    differ(changes, old.from(), new.from(), |old, new| MachineChange::From { old, new });
    differ(changes, old.to(), new.to(), |old, new| MachineChange::To { old, new });
    fields(changes, old.transform(), new.transform());
    obligations(changes, old.obligations(), new.obligations());
}

fn fields(changes: &mut Vec<MachineChange>, old: &Transform, new: &Transform) {
    if old.is_sealed != new.is_sealed {
        changes.push(MachineChange::Sealed { is_now: new.is_sealed });
    }
    let names: BTreeSet<_> = old.names().chain(new.names()).collect();
    for name in std::iter::once(None).chain(names.into_iter().map(Some)) {
        let (before, after) = (old.treatment(name.map(String::as_str)), new.treatment(name.map(String::as_str)));
        if before != after {
            changes.push(MachineChange::Field { name: name.cloned(), old: before, new: after });
        }
    }
}

fn obligations(changes: &mut Vec<MachineChange>, old: &Obligations, new: &Obligations) {
    differ(changes, &old.purposes, &new.purposes, |old, new| MachineChange::Purposes { old, new });
    differ(changes, &old.retention_days, &new.retention_days, |old, new| MachineChange::Retention { old, new });
    differ(changes, &old.onward, &new.onward, |old, new| MachineChange::Onward { old, new });
    differ(changes, &old.approvals, &new.approvals, |old, new| MachineChange::Approvals { old, new });
    differ(changes, &old.budget, &new.budget, |old, new| MachineChange::Budget { old, new });
    differ(changes, &old.answer_within_hours, &new.answer_within_hours, |old, new| MachineChange::AnswerWithin {
        old,
        new,
    });
}
