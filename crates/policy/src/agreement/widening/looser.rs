//! In what one clause lets more out than another, given the same facts.

use std::collections::BTreeSet;

use crate::agreement::{Budget, Obligations, Onward, Operative, Treatment};
use crate::vocabulary::Purpose;

/// Something of which a new clause allows more than an old one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loosened {
    /// More of a property goes; none stands for properties that neither clause names.
    Field {
        /// The property.
        name: Option<String>,
        /// What became of it.
        old: Treatment,
        /// What becomes of it now.
        new: Treatment,
    },
    /// Further purposes.
    Purposes(BTreeSet<Purpose>),
    /// It is kept longer; none for no limit.
    Retention {
        /// Days before.
        old: Option<u32>,
        /// Days after.
        new: Option<u32>,
    },
    /// It may go further on.
    Onward {
        /// Before.
        old: Onward,
        /// After.
        new: Onward,
    },
    /// Fewer must approve.
    Approvals {
        /// Before.
        old: u8,
        /// After.
        new: u8,
    },
    /// More may go, or it is no longer counted together with the same things; none for no limit.
    Budget {
        /// Before.
        old: Option<Budget>,
        /// After.
        new: Option<Budget>,
    },
}

/// In what the new clause allows more. Empty if whatever it lets out, the old one let out too where its policy held.
pub(super) fn than(old: &Operative, new: &Operative) -> Vec<Loosened> {
    let mut terms = fields(old, new);
    obligations(&mut terms, old.obligations(), new.obligations());
    terms
}

fn fields(old: &Operative, new: &Operative) -> Vec<Loosened> {
    let (old, new) = (old.transform(), new.transform());
    let names: BTreeSet<_> = old.names().chain(new.names()).map(String::as_str).collect();
    let places = std::iter::once(None).chain(names.into_iter().map(Some));
    let compared = places.map(|name| (name, old.treatment(name), new.treatment(name)));
    let more = compared.filter(|(_, old, new)| new > old);
    more.map(|(name, old, new)| Loosened::Field { name: name.map(str::to_owned), old, new }).collect()
}

fn obligations(terms: &mut Vec<Loosened>, old: &Obligations, new: &Obligations) {
    let further: BTreeSet<_> = new.purposes.difference(&old.purposes).copied().collect();
    if !further.is_empty() {
        terms.push(Loosened::Purposes(further));
    }
    if is_above(new.retention_days, old.retention_days) {
        terms.push(Loosened::Retention { old: old.retention_days, new: new.retention_days });
    }
    if reach(new.onward) > reach(old.onward) {
        terms.push(Loosened::Onward { old: old.onward, new: new.onward });
    }
    if new.approvals < old.approvals {
        terms.push(Loosened::Approvals { old: old.approvals, new: new.approvals });
    }
    if !is_within(new.budget.as_ref(), old.budget.as_ref()) {
        terms.push(Loosened::Budget { old: old.budget.clone(), new: new.budget.clone() });
    }
}

const fn is_above(new: Option<u32>, old: Option<u32>) -> bool {
    match (new, old) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(new), Some(old)) => new > old,
    }
}

const fn reach(onward: Onward) -> u8 {
    match onward {
        Onward::Nobody => 0,
        Onward::Organisation => 1,
        Onward::Clients => 2,
        Onward::Community => 3,
        Onward::Public => 4,
    }
}

/// Never more at once than before: no higher number, over no shorter period, counted with the same things.
fn is_within(new: Option<&Budget>, old: Option<&Budget>) -> bool {
    let Some(old) = old else { return true };
    new.is_some_and(|new| {
        new.category == old.category
            && new.counted == old.counted
            && new.at_most <= old.at_most
            && new.per.length() >= old.per.length()
    })
}
