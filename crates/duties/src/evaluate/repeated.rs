//! A stage that is repeated until something: what is still owed of it once that has happened.
//!
//! A period that ended before the end was owed, and stays so: that it was missed is not undone by what came later. A period that
//! would end afterwards is not owed any more.

use super::Case;
use crate::answer::{By, Reckoned, Sooner};
use crate::day::Span;
use crate::pack::{Stage, Start};
use crate::value::Value;

impl<'p> Case<'p, '_> {
    /// What is left of the clock of a stage, if it is repeated and its end is known.
    pub(super) fn unless_over(&self, stage: &'p Stage, reckoned: Reckoned<'p>) -> Reckoned<'p> {
        let Some((index, until)) = &stage.repeats_until else { return reckoned };
        let Some(Value::Instant(end)) = self.facts.get(*index) else { return reckoned };
        match reckoned {
            Reckoned::By(by) => self.by_its_end(stage, by, until, *end),
            Reckoned::WaitsFor { missing } if !self.cannot_have_begun(stage) => Reckoned::WaitsFor { missing },
            Reckoned::Undetermined { missing, sooner_if } if could_fall_before(&sooner_if, *end) => {
                Reckoned::Undetermined { missing, sooner_if }
            }
            Reckoned::Undetermined { .. }
            | Reckoned::WaitsFor { .. }
            | Reckoned::WithoutDelay { .. }
            | Reckoned::None => Reckoned::None,
        }
    }

    fn by_its_end(&self, stage: &'p Stage, by: By<'p>, until: &'p str, end: Span) -> Reckoned<'p> {
        if by.due.last < end.first {
            return Reckoned::By(by);
        }
        if by.due.first >= end.last && !could_fall_before(&by.sooner_if, end) && by.start_could_move.is_empty() {
            return Reckoned::None;
        }
        let mut missing: Vec<&str> = by.sooner_if.iter().flat_map(|sooner| sooner.missing.iter().copied()).collect();
        missing.extend(&by.start_could_move);
        if !end.is_exact() {
            missing.push(until);
        }
        if !by.due.is_exact() {
            missing.extend(self.starts(stage));
        }
        missing.sort_unstable();
        missing.dedup();
        let held = Sooner { deadline: by.deadline, due: Some(by.due), missing: missing.clone(), disputed: Vec::new() };
        let sooner_if = by.sooner_if.into_iter().chain([held]).collect();
        Reckoned::Undetermined { missing, sooner_if }
    }

    /// What tells when the period began.
    fn starts(&self, stage: &'p Stage) -> Vec<&'p str> {
        if self.filed(&stage.filed).is_some() {
            return vec![&stage.filed];
        }
        match &stage.start {
            Start::Filed(name) => vec![name],
            Start::EarliestOf(facts) | Start::LatestOf(facts) => facts.iter().map(|(_, id)| id.as_str()).collect(),
        }
    }

    /// Whether what starts the stage is known not to have happened yet: before an end that lies in the past it cannot have begun.
    fn cannot_have_begun(&self, stage: &Stage) -> bool {
        let is_ahead = |index| self.facts.get(index) == Some(&Value::NotYet);
        match &stage.start {
            Start::Filed(name) => self.is_unfiled(name),
            Start::EarliestOf(facts) => facts.iter().all(|(index, _)| is_ahead(*index)),
            Start::LatestOf(facts) => facts.iter().any(|(index, _)| is_ahead(*index)),
        }
    }
}

fn could_fall_before(list: &[Sooner<'_>], end: Span) -> bool {
    list.iter().any(|sooner| sooner.due.is_none_or(|due| due.first < end.last))
}
