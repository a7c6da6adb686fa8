//! Which facts could still change an outcome, found by trying what they could be.
//!
//! What tests cannot tell apart need not be tried apart: a fact that is asked only whether it is at least 1 has two cases. So a
//! search over cases is exact, and small for the conditions of laws.

use std::collections::BTreeSet;

use incident::Country;
use record::time::Timestamp;

use crate::condition::{Comparison, Condition, Leaf, Reading, Test};
use crate::day::Span;
use crate::dictionary::{FactIndex, FactType};
use crate::facts::Facts;
use crate::limits::MAX_CODES;
use crate::truth::Truth;
use crate::value::{Value, bit};

/// Distinct tests of one set that are tried in every combination; of more, one by one.
const MAX_COMBINED: usize = 6;

/// The facts that leave a condition undetermined and could still change what it says, in the dictionary's order.
///
/// Exact unless the search takes more than `steps`; then facts are named that might not matter, and none is left out.
pub(crate) fn missing(condition: &Condition, facts: &Facts, reading: Reading, steps: u32) -> BTreeSet<FactIndex> {
    let mut open = Vec::new();
    condition.open(facts, reading, &mut open);
    let candidates: BTreeSet<FactIndex> = open.iter().map(|leaf| leaf.index).collect();
    if reads_each_once(&open) {
        return candidates;
    }
    let matters = |index: &FactIndex| {
        let mut search = Search { condition, reading, scratch: facts.clone(), steps };
        search.matters(*index).unwrap_or(true)
    };
    candidates.into_iter().filter(matters).collect()
}

/// Whether the condition can come to be this. `None` if the search takes more than `steps`.
pub(crate) fn can_be(condition: &Condition, facts: &Facts, reading: Reading, wanted: Truth, steps: u32) -> Option<bool> {
    Search { condition, reading, scratch: facts.clone(), steps }.can_be(wanted)
}

/// Where no two open tests read one fact, each of them can still be either, whatever the others are.
fn reads_each_once(open: &[&Leaf]) -> bool {
    let mut seen = BTreeSet::new();
    open.iter().all(|leaf| seen.insert(leaf.index))
}

struct Search<'c> {
    condition: &'c Condition,
    reading: Reading,
    scratch: Facts,
    steps: u32,
}

impl Search<'_> {
    fn truth(&self) -> Truth {
        self.condition.truth(&self.scratch, self.reading)
    }

    /// Whether two cases of one fact can differ, with some assignment of the others.
    fn matters(&mut self, index: FactIndex) -> Option<bool> {
        self.steps = self.steps.checked_sub(1)?;
        let cases = self.cases(index);
        let before = self.scratch.get(index).cloned();
        let mut outcomes = BTreeSet::new();
        for case in cases {
            self.scratch.set(index, Some(case));
            outcomes.insert(self.truth());
        }
        self.scratch.set(index, before);
        if outcomes.contains(&Truth::True) && outcomes.contains(&Truth::False) {
            return Some(true);
        }
        if !outcomes.contains(&Truth::Unknown) {
            return Some(false);
        }
        self.branch(Some(index), |search| search.matters(index))
    }

    fn can_be(&mut self, wanted: Truth) -> Option<bool> {
        self.steps = self.steps.checked_sub(1)?;
        match self.truth() {
            Truth::Unknown => self.branch(None, |search| search.can_be(wanted)),
            settled => Some(settled == wanted),
        }
    }

    /// Tries every case of one open fact other than `but`. With none open, nothing more can be found.
    fn branch(&mut self, but: Option<FactIndex>, mut found: impl FnMut(&mut Self) -> Option<bool>) -> Option<bool> {
        let mut open = Vec::new();
        self.condition.open(&self.scratch, self.reading, &mut open);
        let next = open.into_iter().map(|leaf| leaf.index).find(|index| Some(*index) != but);
        let Some(next) = next else { return Some(false) };
        let before = self.scratch.get(next).cloned();
        for case in self.cases(next) {
            self.scratch.set(next, Some(case));
            if found(self)? {
                return Some(true);
            }
        }
        self.scratch.set(next, before);
        Some(false)
    }

    fn cases(&self, index: FactIndex) -> Vec<Value> {
        cases(self.condition, index, self.scratch.get(index))
    }
}

/// One value for each way in which the tests of a condition can come out for a fact, within what is known of it.
pub(crate) fn cases(condition: &Condition, index: FactIndex, known: Option<&Value>) -> Vec<Value> {
    let mut leaves = Vec::new();
    condition.leaves(&mut leaves);
    leaves.retain(|leaf| leaf.index == index);
    let Some(first) = leaves.first() else { return Vec::new() };
    match known {
        Some(value) if value.is_exact() => vec![value.clone()],
        _ => match first.fact.fact_type {
            FactType::Boolean => vec![Value::Boolean(true), Value::Boolean(false)],
            FactType::Code => (0..).zip(&first.fact.codes).map(|(place, _)| Value::Code(place)).collect(),
            FactType::Codes => code_sets(&leaves, known),
            FactType::Country => mentioned(&leaves).into_iter().chain(other()).map(Value::Country).collect(),
            FactType::Countries => country_sets(&leaves, known),
            FactType::Count | FactType::Compute => numbers(&leaves, known),
            FactType::Instant => instants(&leaves, known),
        },
    }
}

/// A country that no pack names: the code is set aside for users by ISO 3166-1.
fn other() -> Option<Country> {
    "ZZ".parse().ok()
}

fn mentioned(leaves: &[&Leaf]) -> BTreeSet<Country> {
    let lists = leaves.iter().filter_map(|leaf| match &leaf.test {
        Test::CountryIn(list) | Test::HasCountry(list) => Some(list),
        Test::Is(_)
        | Test::CodeIn(_)
        | Test::HasCode(_)
        | Test::Compare(..)
        | Test::Happened(_)
        | Test::From(_)
        | Test::Before(_) => None,
    });
    lists.flat_map(|list| list.iter().copied()).collect()
}

/// Every union of the tested groups, or, of many groups, each alone, none, and all.
fn unions<T: Clone>(groups: &[T], join: impl Fn(&T, &T) -> T, none: T) -> Vec<T> {
    if groups.len() > MAX_COMBINED {
        let all = groups.iter().fold(none.clone(), |all, group| join(&all, group));
        return groups.iter().cloned().chain([none, all]).collect();
    }
    groups.iter().fold(vec![none], |unions, group| {
        let joined: Vec<T> = unions.iter().map(|union| join(union, group)).collect();
        unions.into_iter().chain(joined).collect()
    })
}

fn code_sets(leaves: &[&Leaf], known: Option<&Value>) -> Vec<Value> {
    let tested = leaves.iter().fold(0, |all, leaf| if let Test::HasCode(bits) = leaf.test { all | bits } else { all });
    let places = u8::try_from(MAX_CODES).unwrap_or(u8::MAX);
    let single: Vec<u64> = (0..places).map(bit).filter(|bit| tested & bit != 0).collect();
    let has = if let Some(Value::Codes { has, .. }) = known { *has } else { 0 };
    let sets = unions(&single, |one, other| one | other, has);
    sets.into_iter().map(|has| Value::Codes { has, is_complete: true }).collect()
}

fn country_sets(leaves: &[&Leaf], known: Option<&Value>) -> Vec<Value> {
    let single: Vec<BTreeSet<Country>> = mentioned(leaves).into_iter().map(|country| BTreeSet::from([country])).collect();
    let has = if let Some(Value::Countries { has, .. }) = known { has.iter().copied().collect() } else { BTreeSet::new() };
    let sets = unions(&single, |one, other| one | other, has);
    let complete = |has: BTreeSet<Country>| has.into_iter().collect::<Vec<_>>().into();
    sets.into_iter().map(|has| Value::Countries { has: complete(has), is_complete: true }).collect()
}

fn numbers(leaves: &[&Leaf], known: Option<&Value>) -> Vec<Value> {
    let (low, high) = if let Some(Value::Number { low, high }) = known { (*low, *high) } else { (0, u64::MAX) };
    // The least number at which a test comes out otherwise.
    let turns = leaves.iter().filter_map(|leaf| match leaf.test {
        Test::Compare(Comparison::AtLeast | Comparison::LessThan, bound) => Some(bound),
        Test::Compare(Comparison::MoreThan | Comparison::AtMost, bound) => bound.checked_add(1),
        Test::Is(_)
        | Test::CodeIn(_)
        | Test::CountryIn(_)
        | Test::HasCode(_)
        | Test::HasCountry(_)
        | Test::Happened(_)
        | Test::From(_)
        | Test::Before(_) => None,
    });
    let mut starts: BTreeSet<u64> = turns.filter(|turn| (low..=high).contains(turn)).collect();
    starts.insert(low);
    starts.into_iter().map(Value::number).collect()
}

fn instants(leaves: &[&Leaf], known: Option<&Value>) -> Vec<Value> {
    let (least, most) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    let span = if let Some(Value::Instant(span)) = known { *span } else { Span::between(least, most) };
    let turns = leaves.iter().filter_map(|leaf| match leaf.test {
        Test::From(bound) | Test::Before(bound) => Some(bound),
        Test::Is(_)
        | Test::CodeIn(_)
        | Test::CountryIn(_)
        | Test::HasCode(_)
        | Test::HasCountry(_)
        | Test::Compare(..)
        | Test::Happened(_) => None,
    });
    let mut starts: BTreeSet<Timestamp> = turns.filter(|turn| (span.first..=span.last).contains(turn)).collect();
    starts.insert(span.first);
    let not_yet = known.is_none().then_some(Value::NotYet);
    starts.into_iter().map(Value::instant).chain(not_yet).collect()
}
