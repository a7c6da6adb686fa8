//! Vignettes: cases with the answers that they must get. A pack with a failing one is not loaded.

mod check;
mod read;

use std::collections::BTreeSet;

use record::time::Timestamp;

use crate::answer::StandingWord;
use crate::day::Day;
use crate::facts::Facts;
use crate::fault::Fault;
use crate::limits::MAX_VIGNETTE_WORK;
use crate::pack::Pack;
use crate::set::{PackFault, Packs};
use crate::text::Both;

pub(crate) use read::of_pack;
pub use read::scenario;

/// A case: one moment, or several of one story.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vignette {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub label: Both,
    /// Its moments.
    pub steps: Vec<Step>,
}

/// One moment of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// As of when.
    pub as_of: Timestamp,
    /// What is known.
    pub facts: Facts,
    /// What must be answered.
    pub expect: Vec<Expectation>,
}

/// What must be answered about one duty. What is not stated is not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expectation {
    /// The duty: `PACK/DUTY`.
    pub duty: String,
    /// How it stands.
    pub standing: StandingWord,
    /// Exactly these facts are missing.
    pub missing: Option<BTreeSet<String>>,
    /// Exactly these questions are open.
    pub disputed: Option<BTreeSet<String>>,
    /// This duty displaces it.
    pub by: Option<String>,
    /// It begins on this day.
    pub from: Option<Day>,
    /// The clocks of these stages.
    pub clocks: Vec<ExpectedStage>,
    pub(crate) at: String,
}

/// How a stage must stand.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpectedStage {
    /// The stage.
    pub stage: String,
    /// Its clock.
    pub clock: ExpectedClock,
    /// Exactly these deadlines without a number stand beside one in numbers.
    pub at_once: Option<BTreeSet<String>>,
    /// Exactly these deadlines could apply where none in numbers does for certain.
    pub perhaps: Option<BTreeSet<String>>,
}

/// How the clock of a stage must run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedClock {
    /// To a moment.
    #[non_exhaustive]
    By {
        /// The moment, or the earliest of a span.
        first: Timestamp,
        /// The latest of a span.
        last: Option<Timestamp>,
        /// The deadline that says so.
        deadline: Option<String>,
        /// Exactly these deadlines could still apply and fall earlier.
        sooner_if: Option<BTreeSet<String>>,
        /// The moment that holds if the open questions are answered otherwise.
        otherwise: Option<Timestamp>,
        /// Exactly these years are not in the calendar.
        calendar_missing: Option<BTreeSet<i16>>,
    },
    /// It waits for exactly these facts.
    WaitsFor(BTreeSet<String>),
    /// Without delay.
    WithoutDelay,
    /// There is none.
    None,
    /// Exactly these facts would settle it.
    Undetermined(BTreeSet<String>),
}

/// A vignette that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The vignette.
    pub vignette: String,
    /// What is wrong, with its line.
    pub fault: PackFault,
}

/// Runs the vignettes of a pack among the packs that it was loaded with, until one takes more work than all of them may.
pub(crate) fn run_pack(packs: &Packs, pack: &Pack) -> Vec<Failure> {
    let mut left = MAX_VIGNETTE_WORK;
    let places = packs.places_of(&pack.id);
    let mut failures = Vec::new();
    for vignette in &pack.vignettes {
        let wrong = vignette.steps.iter().flat_map(|step| {
            if left == 0 {
                return Vec::new();
            }
            let answers = packs.evaluate_these(&step.facts, step.as_of, Some(&places), &mut left);
            if left == 0 { Vec::new() } else { check::step(&answers, step) }
        });
        let wrong: Vec<Failure> = wrong.map(|(at, reason)| failure(pack, vignette, at, &reason)).collect();
        failures.extend(wrong);
        if left == 0 {
            let reason = format!(
                "all of the pack's vignettes together take more work than {MAX_VIGNETTE_WORK} parts of conditions; make its \
                 conditions simpler, or its vignettes fewer"
            );
            failures.push(failure(pack, vignette, "vignettes".to_owned(), &reason));
            break;
        }
    }
    failures
}

fn failure(pack: &Pack, vignette: &Vignette, at: String, reason: &str) -> Failure {
    let fault = pack.fault(at, format!("vignette `{}` fails: {reason}", vignette.id));
    Failure { vignette: vignette.id.clone(), fault: PackFault { pack: pack.id.clone(), fault } }
}

impl Packs {
    /// Runs a scenario over all packs. What fails is told with its place in the scenario's file.
    #[must_use]
    pub fn run(&self, scenario: &Vignette) -> Vec<Fault> {
        let steps = scenario.steps.iter();
        let wrong = steps.flat_map(|step| check::step(&self.evaluate(&step.facts, step.as_of), step));
        wrong.map(|(path, reason)| Fault { line: 1, path, reason }).collect()
    }
}
