//! Which facts could still change an outcome, found by trying what they could be.
//!
//! What tests cannot tell apart need not be tried apart: a fact that is asked only whether it is at least 1 has two cases. And
//! only facts that are asked more than once need be tried at all: with these fixed, every open test is of a fact of its own, so
//! each of them can still come out either way, and each of them matters. So the search is exact, and small for the conditions of
//! laws.

use std::collections::{BTreeMap, BTreeSet};

use incident::Country;
use record::time::Timestamp;

use crate::condition::{Comparison, Condition, Leaf, Reading, Test};
use crate::day::Span;
use crate::dictionary::{About, FactIndex, FactType};
use crate::facts::Facts;
use crate::limits::MAX_CODES;
use crate::truth::Truth;
use crate::value::{Value, bit};

/// Distinct tests of one set that are tried in every combination; of more, one by one.
const MAX_COMBINED: usize = 6;

/// The facts that leave a condition undetermined and could still change what it says.
///
/// Exact unless there are more than `most` cases to try; then facts are named that might not matter, and none is left out.
pub(crate) fn missing(condition: &Condition, facts: &Facts, reading: Reading, most: usize) -> BTreeSet<FactIndex> {
    let mut open = Vec::new();
    condition.open(facts, reading, &mut open);
    let candidates: BTreeSet<FactIndex> = open.iter().map(|leaf| leaf.index).collect();
    let Some(grid) = Grid::of(condition, facts, reading, |_| true, most) else { return candidates };
    if grid.axes.is_empty() {
        return candidates;
    }
    let residues = grid.each(|scratch| Residue::of(condition, scratch, reading));
    let alone = residues.iter().flat_map(Residue::facts).filter(|index| !grid.has(*index));
    alone.chain(grid.differing(&residues)).collect()
}

/// Whether the condition can come to be this. `None` if there are more than `most` cases to try.
pub(crate) fn can_be(condition: &Condition, facts: &Facts, reading: Reading, wanted: Truth, most: usize) -> Option<bool> {
    let grid = Grid::of(condition, facts, reading, |_| true, most)?;
    let truths = grid.each(|scratch| condition.truth(scratch, reading));
    Some(truths.into_iter().any(|truth| truth == wanted || truth == Truth::Unknown))
}

/// Whether the condition can hold while nothing is known of what happened: then it would hold of every incident.
pub(crate) fn can_hold_of_anything(condition: &Condition, unknown: &Facts, reading: Reading, most: usize) -> Option<bool> {
    let grid = Grid::of(condition, unknown, reading, is_standing, most)?;
    let reached = grid.each(|scratch| reach(condition, scratch, reading));
    Some(reached.into_iter().any(|reached| reached.contains(&Truth::True)))
}

/// Whether a fact says what we or the system are, and not what happened.
const fn is_standing(about: About) -> bool {
    matches!(about, About::Actor | About::System)
}

/// What a condition can come to while nothing becomes known of what happened, every fact being asked once.
fn reach(condition: &Condition, facts: &Facts, reading: Reading) -> BTreeSet<Truth> {
    let joined = |parts: &[Condition], join: fn(Truth, Truth) -> Truth, none: Truth| {
        parts.iter().fold(BTreeSet::from([none]), |reached, part| {
            let next = reach(part, facts, reading);
            reached.iter().flat_map(|one| next.iter().map(|other| join(*one, *other))).collect()
        })
    };
    match condition {
        Condition::All(parts) => joined(parts, |one, other| Truth::all([one, other].into_iter()), Truth::True),
        Condition::Any(parts) => joined(parts, |one, other| Truth::any([one, other].into_iter()), Truth::False),
        Condition::Not(part) => reach(part, facts, reading).into_iter().map(Truth::negated).collect(),
        Condition::Term(definition) => reach(&definition.when, facts, reading),
        Condition::Question(_) => BTreeSet::from([condition.truth(facts, reading)]),
        Condition::Leaf(leaf) => match leaf.truth(facts) {
            Truth::Unknown if is_standing(leaf.fact.about) => BTreeSet::from([Truth::True, Truth::False]),
            truth => BTreeSet::from([truth]),
        },
    }
}

/// Every combination of the cases of those open facts that are asked more than once.
struct Grid {
    axes: Vec<(FactIndex, Vec<Value>)>,
    facts: Facts,
}

impl Grid {
    /// `None` if there are more than `most` combinations.
    fn of(
        condition: &Condition,
        facts: &Facts,
        reading: Reading,
        may_try: fn(About) -> bool,
        most: usize,
    ) -> Option<Self> {
        let mut open = Vec::new();
        condition.open(facts, reading, &mut open);
        let mut asked: BTreeMap<FactIndex, usize> = BTreeMap::new();
        for leaf in open.iter().filter(|leaf| may_try(leaf.fact.about)) {
            let count = asked.entry(leaf.index).or_default();
            *count = count.saturating_add(1);
        }
        let shared = asked.into_iter().filter(|(_, count)| *count > 1).map(|(index, _)| index);
        let axes: Vec<_> = shared.map(|index| (index, cases(condition, index, facts.get(index)))).collect();
        let size = axes.iter().try_fold(1_usize, |size, (_, cases)| size.checked_mul(cases.len()))?;
        (size <= most).then(|| Self { axes, facts: facts.clone() })
    }

    fn has(&self, index: FactIndex) -> bool {
        self.axes.iter().any(|(axis, _)| *axis == index)
    }

    /// Looks at every combination, the first axis turning slowest.
    fn each<T>(&self, mut look: impl FnMut(&Facts) -> T) -> Vec<T> {
        let mut found = Vec::new();
        self.turn(&self.axes, &mut self.facts.clone(), &mut |facts| found.push(look(facts)));
        found
    }

    fn turn(&self, axes: &[(FactIndex, Vec<Value>)], scratch: &mut Facts, look: &mut dyn FnMut(&Facts)) {
        let Some(((index, cases), rest)) = axes.split_first() else { return look(scratch) };
        for case in cases {
            scratch.set(*index, Some(case.clone()));
            self.turn(rest, scratch, look);
        }
    }

    /// The axes along which two neighbours come out differently.
    fn differing<T: PartialEq>(&self, found: &[T]) -> Vec<FactIndex> {
        let mut stride = found.len();
        let mut differing = Vec::new();
        for (index, cases) in &self.axes {
            let block = stride;
            stride = stride.checked_div(cases.len()).unwrap_or(1).max(1);
            // Within a block only this axis and those after it turn: the same place of each stride is the same but for this axis.
            let differs = found.chunks(block).any(|block| {
                let mut strides = block.chunks(stride);
                let first = strides.next();
                strides.any(|other| Some(other) != first)
            });
            if differs {
                differing.push(*index);
            }
        }
        differing
    }
}

/// What is left of a condition. Two that leave the same tests open are the same: whatever else stood in it is neutral.
#[derive(Debug, PartialEq, Eq)]
enum Residue {
    Settled(Truth),
    Open(Vec<(FactIndex, usize)>),
}

impl Residue {
    fn of(condition: &Condition, facts: &Facts, reading: Reading) -> Self {
        let truth = condition.truth(facts, reading);
        if truth != Truth::Unknown {
            return Self::Settled(truth);
        }
        let mut all = Vec::new();
        condition.leaves(&mut all);
        let mut open = Vec::new();
        condition.open(facts, reading, &mut open);
        // A test is told by where it stands: a definition that is used twice makes each of its tests twice, of facts that are tried.
        let place = |leaf: &Leaf| all.iter().position(|other| std::ptr::eq(*other, leaf)).unwrap_or_default();
        Self::Open(open.into_iter().map(|leaf| (leaf.index, place(leaf))).collect())
    }

    fn facts(&self) -> Vec<FactIndex> {
        match self {
            Self::Settled(_) => Vec::new(),
            Self::Open(open) => open.iter().map(|(index, _)| *index).collect(),
        }
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
