//! What a condition says under every reading of the open questions in it, each question read by itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::condition::{Condition, Reading};
use crate::dictionary::FactIndex;
use crate::facts::Facts;
use crate::pack::Question;
use crate::settle;
use crate::truth::Truth;
use crate::work::Work;

/// What a condition says over all readings.
#[derive(Debug)]
pub(crate) struct Weighed<'p> {
    /// True if it holds under one reading at least; else undetermined if it is so under one.
    pub(crate) kept: Truth,
    /// What it says under all of them; undetermined if they differ.
    pub(crate) certain: Truth,
    /// The facts that could still change it under some reading.
    pub(crate) missing: BTreeSet<FactIndex>,
    /// The questions whose answer changes it.
    pub(crate) questions: Vec<&'p Arc<Question>>,
}

/// Weighs a condition. `None` always holds.
pub(crate) fn weigh<'p>(condition: Option<&'p Condition>, facts: &Facts, work: &Work) -> Weighed<'p> {
    let Some(condition) = condition else { return Weighed::of(Truth::True, BTreeSet::new()) };
    let mut own = Vec::new();
    condition.questions(&mut own);
    if own.is_empty() {
        let (truth, missing) = settle::settle(condition, facts, Reading::default(), work);
        return Weighed::of(truth, missing);
    }
    let mut missing = BTreeSet::new();
    let mut read = Vec::new();
    for reading in readings(own.iter().map(|question| Reading::bit(question))) {
        let (truth, more) = settle::settle(condition, facts, reading, work);
        missing.extend(more);
        read.push((reading, truth));
    }
    own.retain(|question| hangs_on(&read, question));
    let truths: BTreeSet<Truth> = read.into_iter().map(|(_, truth)| truth).collect();
    let kept = [Truth::True, Truth::Unknown].into_iter().find(|truth| truths.contains(truth)).unwrap_or(Truth::False);
    let certain = if truths.len() == 1 { kept } else { Truth::Unknown };
    Weighed { kept, certain, missing, questions: own }
}

impl Weighed<'_> {
    const fn of(truth: Truth, missing: BTreeSet<FactIndex>) -> Self {
        Self { kept: truth, certain: truth, missing, questions: Vec::new() }
    }
}

/// Every reading of some questions, by their bits.
pub(super) fn readings(bits: impl Iterator<Item = u32>) -> impl Iterator<Item = Reading> {
    let all = bits.fold(vec![0_u32], |found, bit| found.iter().flat_map(|one| [*one, one | bit]).collect());
    all.into_iter().map(Reading)
}

/// Whether two readings that differ in one question alone come out differently.
pub(super) fn hangs_on<O: PartialEq>(readings: &[(Reading, O)], question: &Question) -> bool {
    let bit = Reading::bit(question);
    readings.iter().any(|(reading, outcome)| {
        let other = readings.iter().find(|(other, _)| other.0 == reading.0 ^ bit);
        other.is_some_and(|(_, other)| other != outcome)
    })
}
