//! Which facts could still change an outcome, found by trying what they could be.
//!
//! What tests cannot tell apart need not be tried apart: a fact that is asked only whether it is at least 1 has two cases. And
//! only facts that are asked more than once need be tried at all: with these fixed, every open test is of a fact of its own, so
//! each of them can still come out either way, and each of them matters. So the search is exact, and small for the conditions of
//! laws.

use std::cmp::Reverse;
use std::collections::BTreeSet;

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

/// What a condition says, whatever the facts that are not known are; and, if that is open, those that could still change it.
///
/// It says more than the three values do: of two parts that exclude one another each may be open, and both together cannot
/// hold. Exact unless there are more than `most` cases to try; then facts are named that might not matter, and none is left out.
pub(crate) fn settle(
    condition: &Condition,
    facts: &Facts,
    reading: Reading,
    most: usize,
) -> (Truth, BTreeSet<FactIndex>) {
    let mut open = Vec::new();
    let truth = condition.open(facts, reading, &mut open);
    let candidates: BTreeSet<FactIndex> = open.iter().map(|leaf| leaf.index).collect();
    if candidates.len() == open.len() {
        return (truth, candidates);
    }
    let Some(mut grid) = Grid::of(condition, facts, reading, &open, most) else { return (truth, candidates) };
    let cells = grid.cells(0);
    let alone = grid.residues.iter().flat_map(|residue| residue.open.iter().map(|leaf| leaf.index));
    let missing: BTreeSet<FactIndex> = alone.filter(|index| !grid.has(*index)).chain(grid.differing(&cells)).collect();
    match grid.residues.as_slice() {
        [only] if missing.is_empty() => (only.truth, missing),
        _ => (Truth::Unknown, missing),
    }
}

/// Whether the condition can come to be this. `None` if there are more than `most` cases to try.
pub(crate) fn can_be(
    condition: &Condition,
    facts: &Facts,
    reading: Reading,
    wanted: Truth,
    most: usize,
) -> Option<bool> {
    let mut open = Vec::new();
    condition.open(facts, reading, &mut open);
    let mut grid = Grid::of(condition, facts, reading, &open, most)?;
    grid.cells(0);
    Some(grid.residues.iter().any(|residue| residue.truth == wanted || residue.truth == Truth::Unknown))
}

/// Whether the condition can hold while nothing is known of what happened: then it would hold of every incident.
pub(crate) fn can_hold_of_anything(
    condition: &Condition,
    unknown: &Facts,
    reading: Reading,
    most: usize,
) -> Option<bool> {
    let mut open = Vec::new();
    condition.open(unknown, reading, &mut open);
    open.retain(|leaf| is_standing(leaf.fact.about));
    let grid = Grid::of(condition, unknown, reading, &open, most)?;
    let mut can_hold = false;
    grid.each(&mut |facts| can_hold |= reach(condition, facts, reading).contains(&Truth::True));
    Some(can_hold)
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
            truth @ (Truth::True | Truth::False | Truth::Unknown) => BTreeSet::from([truth]),
        },
    }
}

/// Every combination of the cases of those open facts that are asked more than once.
struct Grid<'c> {
    condition: &'c Condition,
    reading: Reading,
    axes: Vec<(FactIndex, Vec<Value>)>,
    scratch: Facts,
    /// Everything that is left of the condition in some cell.
    residues: Vec<Residue<'c>>,
}

/// What is left of a condition. Two that leave the same tests open are the same: whatever else stood in it is neutral.
struct Residue<'c> {
    truth: Truth,
    open: Vec<&'c Leaf>,
}

impl<'c> Grid<'c> {
    /// `None` if there are more than `most` combinations.
    fn of(condition: &'c Condition, facts: &Facts, reading: Reading, open: &[&Leaf], most: usize) -> Option<Self> {
        let mut asked: Vec<FactIndex> = open.iter().map(|leaf| leaf.index).collect();
        asked.sort_unstable();
        let asked = asked.chunk_by(|one, other| one == other);
        let mut shared: Vec<(FactIndex, usize)> =
            asked.filter(|all| all.len() > 1).filter_map(|all| Some((*all.first()?, all.len()))).collect();
        // What is asked most decides most: then less is left to try.
        shared.sort_by_key(|(index, count)| (Reverse(*count), *index));
        let mut all = Vec::new();
        condition.leaves(&mut all);
        let cases_of = |index| cases_among(&all, index, facts.get(index));
        let axes: Vec<_> = shared.into_iter().map(|(index, _)| (index, cases_of(index))).collect();
        let size = axes.iter().try_fold(1_usize, |size, (_, cases)| size.checked_mul(cases.len()))?;
        (size <= most).then(|| Self { condition, reading, axes, scratch: facts.clone(), residues: Vec::new() })
    }

    fn has(&self, index: FactIndex) -> bool {
        self.axes.iter().any(|(axis, _)| *axis == index)
    }

    /// The residue of every combination of the axes from one on, the first turning slowest, by its place among the residues.
    /// What is decided already, and what no longer asks an axis, is not tried case by case.
    fn cells(&mut self, axis: usize) -> Vec<usize> {
        let mut open = Vec::new();
        let truth = self.condition.open(&self.scratch, self.reading, &mut open);
        let Some((index, count)) = self.axes.get(axis).map(|(index, cases)| (*index, cases.len())) else {
            return vec![self.place(Residue { truth, open })];
        };
        if truth != Truth::Unknown {
            let size = self.axes.iter().skip(axis).fold(1_usize, |size, (_, cases)| size.saturating_mul(cases.len()));
            return vec![self.place(Residue { truth, open }); size];
        }
        let next = axis.saturating_add(1);
        if open.iter().all(|leaf| leaf.index != index) {
            return self.cells(next).repeat(count);
        }
        let before = self.scratch.get(index).cloned();
        let mut found = Vec::new();
        for at in 0..count {
            let case = self.axes.get(axis).and_then(|(_, cases)| cases.get(at)).cloned();
            self.scratch.set(index, case);
            found.extend(self.cells(next));
        }
        self.scratch.set(index, before);
        found
    }

    fn place(&mut self, residue: Residue<'c>) -> usize {
        let known = self.residues.iter().position(|known| known.is(&residue));
        known.unwrap_or_else(|| {
            self.residues.push(residue);
            self.residues.len().saturating_sub(1)
        })
    }

    /// Looks at every combination.
    fn each(&self, look: &mut dyn FnMut(&Facts)) {
        turn(&self.axes, &mut self.scratch.clone(), look);
    }

    /// The axes along which two neighbours come out differently.
    fn differing(&self, cells: &[usize]) -> Vec<FactIndex> {
        let mut stride = cells.len();
        let mut differing = Vec::new();
        for (index, cases) in &self.axes {
            let block = stride.max(1);
            stride = stride.checked_div(cases.len()).unwrap_or(1).max(1);
            // Within a block only this axis and those after it turn: the same place of each stride is the same but for this axis.
            let differs = cells.chunks(block).any(|block| {
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

impl Residue<'_> {
    /// A test is told by where it stands, and not by what it asks.
    fn is(&self, other: &Self) -> bool {
        let same = |(one, other): (&&Leaf, &&Leaf)| std::ptr::eq(*one, *other);
        self.truth == other.truth && self.open.len() == other.open.len() && self.open.iter().zip(&other.open).all(same)
    }
}

fn turn(axes: &[(FactIndex, Vec<Value>)], scratch: &mut Facts, look: &mut dyn FnMut(&Facts)) {
    let Some(((index, cases), rest)) = axes.split_first() else { return look(scratch) };
    for case in cases {
        scratch.set(*index, Some(case.clone()));
        turn(rest, scratch, look);
    }
}

/// One value for each way in which the tests of a condition can come out for a fact, within what is known of it.
pub(crate) fn cases(condition: &Condition, index: FactIndex, known: Option<&Value>) -> Vec<Value> {
    let mut all = Vec::new();
    condition.leaves(&mut all);
    cases_among(&all, index, known)
}

fn cases_among(all: &[&Leaf], index: FactIndex, known: Option<&Value>) -> Vec<Value> {
    let leaves: Vec<&Leaf> = all.iter().copied().filter(|leaf| leaf.index == index).collect();
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
    let single: Vec<BTreeSet<Country>> =
        mentioned(leaves).into_iter().map(|country| BTreeSet::from([country])).collect();
    let has =
        if let Some(Value::Countries { has, .. }) = known { has.iter().copied().collect() } else { BTreeSet::new() };
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
