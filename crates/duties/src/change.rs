//! Comparing answers: what if a fact were otherwise, what a new version of a pack changes, what an incident would bring about.

use std::collections::{BTreeMap, BTreeSet};

use record::json::{Json, Map};
use record::time::Timestamp;

use crate::answer::{Answer, StandingWord};
use crate::day::Span;
use crate::dictionary::{FactIndex, IncidentKind};
use crate::facts::Facts;
use crate::limits::MAX_CASES;
use crate::pack::Start;
use crate::set::Packs;
use crate::settle;
use crate::value::Value;

/// An answer in short, to be kept and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The duty: `PACK/DUTY`.
    pub duty: String,
    /// How it stands.
    pub standing: StandingWord,
    /// Whether that hangs on an open question.
    pub is_disputed: bool,
    /// By when each stage that has a moment has to be done.
    pub due: BTreeMap<String, Span>,
}

/// What is otherwise about one duty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The duty: `PACK/DUTY`.
    pub duty: String,
    /// Before; none if no pack had it.
    pub before: Option<Summary>,
    /// After; none if no pack has it.
    pub after: Option<Summary>,
}

/// What an incident of a kind would bring about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Preview<'p> {
    /// The kind.
    pub kind: &'p IncidentKind,
    /// An answer for each duty.
    pub answers: Vec<Answer<'p>>,
}

/// What a missing fact would do to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settling<'p> {
    /// The fact's id.
    pub fact: &'p str,
    /// For each way that it can matter, a value and how the duty would stand; none where there are too many to be tried, or where
    /// it matters only to another duty that this one could give way to.
    pub outcomes: Vec<(Value, StandingWord)>,
}

impl Settling<'_> {
    /// True if this fact alone, whatever it is, would settle the answer.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.iter().all(|(_, standing)| *standing != StandingWord::Undetermined)
    }
}

impl Answer<'_> {
    /// The answer in short.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let clocks = self.due().into_iter().flat_map(|due| &due.clocks);
        Summary {
            duty: self.duty.path.clone(),
            standing: self.standing.word(),
            is_disputed: !self.disputed.is_empty(),
            due: clocks.filter_map(|clock| Some((clock.stage.id.clone(), clock.reckoned.by()?.due))).collect(),
        }
    }
}

impl Summary {
    /// The summary as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let due: Map = self.due.iter().map(|(stage, span)| (stage.clone(), Json::text(span.to_string()))).collect();
        let map = Map::new().with("duty", self.duty.as_str()).with("standing", self.standing.name());
        map.with("disputed", Json::Bool(self.is_disputed)).with("due", due).into()
    }
}

/// What is otherwise between two lists of answers, by duty.
#[must_use]
pub fn changed(before: &[Summary], after: &[Summary]) -> Vec<Change> {
    let by_duty = |list: &[Summary]| -> BTreeMap<String, Summary> {
        list.iter().map(|summary| (summary.duty.clone(), summary.clone())).collect()
    };
    let (before, after) = (by_duty(before), by_duty(after));
    let duties: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changes = duties.into_iter().map(|duty| Change {
        duty: duty.clone(),
        before: before.get(duty).cloned(),
        after: after.get(duty).cloned(),
    });
    changes.filter(|change| change.before != change.after).collect()
}

impl Packs {
    /// The answers in short, in the order of the packs.
    #[must_use]
    pub fn summaries(&self, facts: &Facts, as_of: Timestamp) -> Vec<Summary> {
        self.evaluate(facts, as_of).iter().map(Answer::summary).collect()
    }

    /// What would be otherwise if these facts stood in place of or beside what is known.
    #[must_use]
    pub fn what_if(&self, facts: &Facts, as_of: Timestamp, supposed: &Facts) -> Vec<Change> {
        let after = facts.clone().with(supposed);
        changed(&self.summaries(facts, as_of), &self.summaries(&after, as_of))
    }

    /// What an incident of each kind would bring about for this system, were it noticed at `as_of`.
    ///
    /// A kind's facts stand in place of those that are given; the times that start first reports and are not known are taken
    /// to be `as_of`.
    #[must_use]
    pub fn preview(&self, facts: &Facts, as_of: Timestamp) -> Vec<Preview<'_>> {
        let mut base = facts.clone();
        for index in self.first_starts() {
            if base.get(index).is_none() {
                base.set(index, Some(Value::instant(as_of)));
            }
        }
        let kinds = self.dictionary().kinds().iter();
        kinds
            .map(|kind| {
                let mut supposed = base.clone();
                for (index, value) in &kind.facts {
                    supposed.set(*index, Some(value.clone()));
                }
                Preview { kind, answers: self.evaluate(&supposed, as_of) }
            })
            .collect()
    }

    /// The instants that start first stages.
    fn first_starts(&self) -> BTreeSet<FactIndex> {
        let starts = self.duties().filter_map(|(_, duty)| duty.stages.first().map(|stage| &stage.start));
        let facts = starts.flat_map(|start| match start {
            Start::EarliestOf(facts) | Start::LatestOf(facts) => facts.as_slice(),
            Start::Filed(_) => &[],
        });
        facts.map(|(index, _)| *index).collect()
    }

    /// For each fact that an undetermined answer about a duty is missing: how it would stand in each case of it.
    #[must_use]
    pub fn would_settle(&self, facts: &Facts, as_of: Timestamp, duty: &str) -> Vec<Settling<'_>> {
        let standing = |facts: &Facts| {
            let answers = self.evaluate(facts, as_of);
            answers.into_iter().find(|answer| answer.duty.path == duty)
        };
        let missing = standing(facts).map(|answer| answer.standing.missing()).unwrap_or_default();
        let Some((_, found)) = self.duty(duty) else { return Vec::new() };
        let mut leaves = Vec::new();
        found.conditions().for_each(|condition| condition.leaves(&mut leaves));
        let settle = |id: &&str| {
            let (index, fact) = self.dictionary().get(id)?;
            let cases = settle::cases(&leaves, index, facts.get(index), MAX_CASES).unwrap_or_default();
            let outcomes = cases.into_iter().filter_map(|case| {
                let mut supposed = facts.clone();
                supposed.set(index, Some(case.clone()));
                Some((case, standing(&supposed)?.standing.word()))
            });
            Some(Settling { fact: &fact.id, outcomes: outcomes.collect() })
        };
        missing.iter().filter_map(settle).collect()
    }

    /// Duties whose answer reads a fact: nothing else need be looked at when it changes.
    #[must_use]
    pub fn reading(&self, id: &str) -> Vec<&str> {
        let Some(index) = self.dictionary().find(id) else { return Vec::new() };
        let reads = self.duties().filter(|(_, duty)| duty.reads(index));
        reads.map(|(_, duty)| duty.path.as_str()).collect()
    }
}

impl crate::pack::Duty {
    /// Whether any condition or clock of it reads a fact. What displaces it is another duty, which is asked itself.
    fn reads(&self, index: FactIndex) -> bool {
        let mut leaves = Vec::new();
        self.conditions().for_each(|condition| condition.leaves(&mut leaves));
        let instants = self.stages.iter().flat_map(|stage| stage.start.facts().iter().chain(&stage.repeats_until));
        leaves.iter().any(|leaf| leaf.index == index)
            || instants.into_iter().any(|(read, _)| *read == index)
            || self.zone.reads(index)
    }
}
