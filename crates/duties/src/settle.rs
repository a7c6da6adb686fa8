//! Which facts could still change an outcome, found by trying what they could be.
//!
//! What tests cannot tell apart need not be tried apart: a fact that is asked only whether it is at least 1 has two cases. And
//! only facts that are asked more than once need be tried at all: with these fixed, every open test is of a fact of its own, so
//! each of them can still come out either way, and each of them matters. So the search is exact, and small for the conditions of
//! laws.

mod cases;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::condition::{Condition, Leaf, Reading, Seen};
use crate::dictionary::{About, FactIndex};
use crate::facts::Facts;
use crate::truth::Truth;
use crate::value::Value;
use crate::work::Work;

pub(crate) use cases::cases;

/// What a condition says, whatever the facts that are not known are; and, if that is open, those that could still change it.
///
/// It says more than the three values do: of two parts that exclude one another each may be open, and both together cannot
/// hold. Exact unless there are more cases to try than the work allows; then it says what the three values say, and facts are
/// named that might not matter, and none is left out.
pub(crate) fn settle(
    condition: &Condition,
    facts: &Facts,
    reading: Reading,
    work: &Work,
) -> (Truth, BTreeSet<FactIndex>) {
    let mut seen = Seen::default();
    let truth = condition.open(facts, reading, &mut seen);
    work.spend(seen.parts);
    let candidates: BTreeSet<FactIndex> = seen.open.iter().map(|leaf| leaf.index).collect();
    if candidates.len() == seen.open.len() {
        return (truth, candidates);
    }
    let Some(mut grid) = Grid::of(condition, facts, reading, &seen.open, work) else { return (truth, candidates) };
    let cells = grid.cells(0);
    let alone = grid.residues.iter().flat_map(|residue| residue.open.iter().map(|leaf| leaf.index));
    let missing: BTreeSet<FactIndex> = alone.filter(|index| !grid.has(*index)).chain(grid.differing(&cells)).collect();
    match grid.residues.as_slice() {
        [only] if missing.is_empty() => (only.truth, missing),
        _ => (Truth::Unknown, missing),
    }
}

/// Whether the condition can come to be this. `None` if there are more cases to try than the work allows.
pub(crate) fn can_be(
    condition: &Condition,
    facts: &Facts,
    reading: Reading,
    wanted: Truth,
    work: &Work,
) -> Option<bool> {
    let mut seen = Seen::default();
    condition.open(facts, reading, &mut seen);
    let mut grid = Grid::of(condition, facts, reading, &seen.open, work)?;
    grid.cells(0);
    Some(grid.residues.iter().any(|residue| residue.truth == wanted || residue.truth == Truth::Unknown))
}

/// Whether the condition can hold while nothing is known of what happened: then it would hold of every incident.
pub(crate) fn can_hold_of_anything(
    condition: &Condition,
    unknown: &Facts,
    reading: Reading,
    work: &Work,
) -> Option<bool> {
    let mut seen = Seen::default();
    condition.open(unknown, reading, &mut seen);
    seen.open.retain(|leaf| is_standing(leaf.fact.about));
    let grid = Grid::of(condition, unknown, reading, &seen.open, work)?;
    let mut can_hold = false;
    grid.each(&mut |facts| {
        work.spend(seen.parts.saturating_mul(REACH_PARTS));
        can_hold = can_hold || (!work.is_spent() && reach(condition, facts, reading).contains(&Truth::True));
    });
    (!work.is_spent()).then_some(can_hold)
}

/// Looking at what a part can reach takes so many times as long as looking at what it says: it keeps sets.
const REACH_PARTS: u64 = 16;

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
struct Grid<'c, 'w> {
    condition: &'c Condition,
    reading: Reading,
    axes: Vec<(FactIndex, Vec<Value>)>,
    scratch: Facts,
    work: &'w Work,
    /// Everything that is left of the condition in some cell.
    residues: Vec<Residue<'c>>,
}

/// What is left of a condition. Two that leave the same tests open are the same: whatever else stood in it is neutral.
struct Residue<'c> {
    truth: Truth,
    open: Vec<&'c Leaf>,
}

impl<'c, 'w> Grid<'c, 'w> {
    /// `None` if there are more combinations than may be tried, or if the work is spent.
    fn of(condition: &'c Condition, facts: &Facts, reading: Reading, open: &[&Leaf], work: &'w Work) -> Option<Self> {
        let mut asked: Vec<FactIndex> = open.iter().map(|leaf| leaf.index).collect();
        asked.sort_unstable();
        let asked = asked.chunk_by(|one, other| one == other);
        let mut shared: Vec<(FactIndex, usize)> =
            asked.filter(|all| all.len() > 1).filter_map(|all| Some((*all.first()?, all.len()))).collect();
        // What is asked most decides most: then less is left to try.
        shared.sort_by_key(|(index, count)| (Reverse(*count), *index));
        let mut all = Vec::new();
        condition.leaves(&mut all);
        let mut axes = Vec::new();
        let mut size = 1_usize;
        for (index, _) in shared {
            let cases = cases(&all, index, facts.get(index), work.cases())?;
            size = size.checked_mul(cases.len()).filter(|size| *size <= work.cases())?;
            work.spend(units(cases.len()).saturating_mul(units(all.len())));
            axes.push((index, cases));
        }
        let scratch = facts.clone();
        (!work.is_spent()).then(|| Self { condition, reading, axes, scratch, work, residues: Vec::new() })
    }

    fn has(&self, index: FactIndex) -> bool {
        self.axes.iter().any(|(axis, _)| *axis == index)
    }

    /// The residue of every combination of the axes from one on, the first turning slowest, by its place among the residues.
    /// What is decided already, and what no longer asks an axis, is not tried case by case.
    fn cells(&mut self, axis: usize) -> Vec<usize> {
        let mut seen = Seen::default();
        let truth = self.condition.open(&self.scratch, self.reading, &mut seen);
        self.work.spend(seen.parts);
        let open = seen.open;
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

fn units(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
