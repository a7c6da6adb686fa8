//! Competing accounts of one case side by side. They are never averaged: where two differ, both stand.

use std::collections::BTreeSet;

use record::digest::{PartyId, RecordDigest};
use record::json::Json;

use crate::incident::{Incident, Showing};
use crate::moment::TimeName;
use crate::property::property_names;
use crate::vocabulary::SubmitterRole;

/// What one party says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Who signed.
    pub author: PartyId,
    /// The record that says it.
    pub digest: RecordDigest,
    /// What it says.
    pub incident: Incident,
}

impl Account {
    /// An account.
    #[must_use]
    pub const fn new(author: PartyId, digest: RecordDigest, incident: Incident) -> Self {
        Self { author, digest, incident }
    }

    /// What its author has to do with the case, by their own word.
    #[must_use]
    pub const fn role(&self) -> Option<SubmitterRole> {
        self.incident.facts().submitter_role
    }
}

/// How the accounts stand to one another in one property, or one element of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a page has to show each of them")]
pub enum Comparison {
    /// All who speak say the same, and at least two speak.
    Agree,
    /// Two say different things.
    Differ,
    /// One alone speaks.
    OneSpeaks,
}

/// What one account says in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a page has to show each of them")]
pub enum Saying {
    /// This.
    Says(Json),
    /// Nothing.
    Silent,
    /// Nothing that is shown here.
    NotShown,
}

/// One property over all accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The property.
    pub property: &'static str,
    /// How the accounts stand to one another.
    pub comparison: Comparison,
    /// What each says, in the order of the accounts.
    pub says: Vec<Saying>,
    /// Of lists: each element that anybody names, with the places of the accounts that name it.
    pub elements: Vec<(Json, BTreeSet<usize>)>,
}

/// The role and the stage are each author's own, and not a claim about the case.
const OWN: [&str; 3] = ["stage", "stage_reason", "submitter_role"];

/// The table of the accounts: one row for each property of which anybody speaks, in the order of the properties' names.
#[must_use]
pub fn side_by_side(accounts: &[Account]) -> Vec<Row> {
    let names: BTreeSet<_> = property_names().filter(|name| !OWN.contains(name)).collect();
    names.into_iter().filter_map(|name| row(name, accounts)).collect()
}

fn row(property: &'static str, accounts: &[Account]) -> Option<Row> {
    let says: Vec<Saying> = accounts.iter().map(|account| saying(property, &account.incident)).collect();
    let spoken: Vec<&Json> = says.iter().filter_map(Saying::said).collect();
    let (first, others) = spoken.split_first()?;
    let comparison = match others {
        [] => Comparison::OneSpeaks,
        _ if others.iter().all(|other| is_same(property, first, other)) => Comparison::Agree,
        _ => Comparison::Differ,
    };
    let elements = elements(&says);
    Some(Row { property, comparison, says, elements })
}

impl Saying {
    const fn said(&self) -> Option<&Json> {
        match self {
            Self::Says(value) => Some(value),
            Self::Silent | Self::NotShown => None,
        }
    }
}

fn saying(property: &str, incident: &Incident) -> Saying {
    match incident.property(property) {
        Some(value) => Saying::Says(value.clone()),
        None if incident.showing() == Showing::Part => Saying::NotShown,
        None => Saying::Silent,
    }
}

/// Two spellings of one instant are the same time. A list says the same in any order. Everything else is compared as it stands:
/// whether two texts mean the same is for a person to say.
fn is_same(property: &str, one: &Json, other: &Json) -> bool {
    if property.parse::<TimeName>().is_ok() {
        return instant(one) == instant(other);
    }
    match (one.as_array(), other.as_array()) {
        (Some(one), Some(other)) => {
            one.iter().all(|value| other.contains(value)) && other.iter().all(|value| one.contains(value))
        }
        _ => is_same_value(one, other),
    }
}

fn instant(value: &Json) -> Option<record::time::Timestamp> {
    value.as_str()?.parse().ok()
}

/// Members of an object have no order.
fn is_same_value(one: &Json, other: &Json) -> bool {
    match (one.as_object(), other.as_object()) {
        (Some(one), Some(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|same| is_same_value(value, same)))
        }
        _ => one == other,
    }
}

fn elements(says: &[Saying]) -> Vec<(Json, BTreeSet<usize>)> {
    let mut found: Vec<(Json, BTreeSet<usize>)> = Vec::new();
    for (place, saying) in says.iter().enumerate() {
        for element in saying.said().and_then(Json::as_array).unwrap_or_default() {
            match found.iter_mut().find(|(known, _)| is_same_value(known, element)) {
                Some((_, places)) => drop(places.insert(place)),
                None => found.push((element.clone(), BTreeSet::from([place]))),
            }
        }
    }
    found
}
