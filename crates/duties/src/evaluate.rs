//! Evaluation: facts and a moment go in, an answer for each duty comes out. Nothing else is looked at.

mod clocks;

use std::collections::BTreeSet;
use std::sync::Arc;

use record::time::Timestamp;

use crate::answer::{Answer, Due, PossibleDisplacement, Standing, StandingWord};
use crate::condition::{Condition, Reading};
use crate::counting::day_of;
use crate::day::Day;
use crate::dictionary::FactIndex;
use crate::facts::Facts;
use crate::limits::MAX_CASES;
use crate::pack::{Confidence, Displacement, Duty, Pack, PredicateWindow, Question, Window};
use crate::set::Packs;
use crate::settle;
use crate::truth::Truth;

impl Packs {
    /// The answer about every duty, in the order of the packs and of the duties within them.
    ///
    /// The same facts and the same moment give the same answers.
    #[must_use]
    pub fn evaluate(&self, facts: &Facts, as_of: Timestamp) -> Vec<Answer<'_>> {
        let case = Case { packs: self, facts, as_of };
        let mut found: Vec<Answer<'_>> = Vec::new();
        for (pack, duty) in self.duties() {
            let answer = case.answer(pack, duty, &found);
            found.push(answer);
        }
        let mut found: Vec<Option<Answer<'_>>> = found.into_iter().map(Some).collect();
        self.given_order().iter().filter_map(|place| found.get_mut(*place)?.take()).collect()
    }
}

/// One case that is being evaluated.
pub(crate) struct Case<'p, 'f> {
    pub(crate) packs: &'p Packs,
    pub(crate) facts: &'f Facts,
    pub(crate) as_of: Timestamp,
}

/// What comes out under one reading of the open questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Due,
    NotDue,
    NotInForce,
    Undetermined(BTreeSet<FactIndex>),
}

/// Whether a duty gives way.
enum Giving<'p> {
    Surely(&'p Displacement),
    Perhaps(Vec<PossibleDisplacement<'p>>, Vec<&'p Arc<Question>>),
}

impl<'p> Case<'p, '_> {
    fn answer(&self, pack: &'p Pack, duty: &'p Duty, before: &[Answer<'p>]) -> Answer<'p> {
        let today = day_of(self.as_of, duty.zone.principal()).map_or_else(|| pack.read_on, Day::new);
        let mut answer = Answer {
            pack,
            duty,
            standing: Standing::NotDue,
            disputed: Vec::new(),
            confidence: duty.rests_on,
            is_past_review: today > pack.review_by,
        };
        if !duty.in_force.iter().any(|window| window.stood_on(today) && window.holds_on(today)) {
            answer.standing = Standing::NotInForce { from: next_start(&duty.in_force, today) };
            return answer;
        }
        let (outcome, disputed) = self.outcome(duty, today);
        answer.disputed = disputed;
        let displaceable = matches!(outcome, Outcome::Due | Outcome::Undetermined(_));
        let giving = if displaceable { self.giving(duty, before) } else { Giving::Perhaps(Vec::new(), Vec::new()) };
        answer.standing = match (outcome, giving) {
            (_, Giving::Surely(displacement)) => Standing::Displaced { by: &displacement.duty },
            (Outcome::Due, Giving::Perhaps(displaced_if, questions)) => {
                add(&mut answer.disputed, questions);
                Standing::Due(Due { clocks: self.clocks(duty), displaced_if })
            }
            (Outcome::NotDue, Giving::Perhaps(..)) => Standing::NotDue,
            (Outcome::NotInForce, Giving::Perhaps(..)) => not_yet(duty, today),
            (Outcome::Undetermined(missing), Giving::Perhaps(..)) => {
                Standing::Undetermined { missing: self.ids(missing) }
            }
        };
        note_disputes(&mut answer);
        answer.confidence = confidence(&answer, self);
        answer
    }

    /// The outcome over every reading of the open questions, and those that it hangs on.
    fn outcome(&self, duty: &'p Duty, today: Day) -> (Outcome, Vec<&'p Arc<Question>>) {
        let outside = outside(&duty.predicate_in_force, today);
        if duty.questions.is_empty() || matches!(outside, Outside::NotInForce) {
            return (self.read(duty, outside, Reading(0)), Vec::new());
        }
        let readings: Vec<(Reading, Outcome)> =
            readings(&duty.questions).map(|reading| (reading, self.read(duty, outside, reading))).collect();
        let differs = |question: &&'p Arc<Question>| hangs_on(&readings, question);
        let disputed: Vec<_> = duty.questions.iter().filter(differs).collect();
        let all = readings.into_iter().map(|(_, outcome)| outcome);
        (all.reduce(together).unwrap_or(Outcome::NotDue), disputed)
    }

    fn read(&self, duty: &Duty, outside: Outside<'_>, reading: Reading) -> Outcome {
        if matches!(outside, Outside::NotInForce) {
            return Outcome::NotInForce;
        }
        let (truth, missing) = settle::settle(&duty.trigger, self.facts, reading, MAX_CASES);
        let is_yes = !matches!(outside, Outside::Question(question) if !reading.is_yes(question));
        match truth {
            Truth::False => Outcome::NotDue,
            // The rule that the trigger hangs on is read as not yet there.
            Truth::True | Truth::Unknown if !is_yes => Outcome::NotInForce,
            Truth::True => Outcome::Due,
            Truth::Unknown => Outcome::Undetermined(missing),
        }
    }

    fn giving(&self, duty: &'p Duty, before: &[Answer<'p>]) -> Giving<'p> {
        let (mut perhaps, mut questions) = (Vec::new(), Vec::new());
        for displacement in &duty.displaced_by {
            match self.gives(displacement, before, &mut questions) {
                (Truth::True, _) => return Giving::Surely(displacement),
                (Truth::Unknown, missing) => {
                    perhaps.push(PossibleDisplacement { by: &displacement.duty, missing: self.ids(missing) });
                }
                (Truth::False, _) => {}
            }
        }
        Giving::Perhaps(perhaps, questions)
    }

    /// Whether one displacement holds, and the facts that would settle it.
    fn gives(
        &self,
        displacement: &'p Displacement,
        before: &[Answer<'p>],
        questions: &mut Vec<&'p Arc<Question>>,
    ) -> (Truth, BTreeSet<FactIndex>) {
        let (when, mut missing) = self.whether(displacement.when.as_ref(), questions);
        if !displacement.if_due || when == Truth::False {
            return (when, missing);
        }
        let other = self.packs.place(&displacement.duty).and_then(|place| before.get(place));
        let due = match other {
            Some(other) => self.is_due(other, &mut missing, questions),
            None => Truth::False,
        };
        (Truth::all([when, due].into_iter()), missing)
    }

    /// Whether another duty is due for certain. While its law is disputed, or it may itself give way, it is not.
    fn is_due(
        &self,
        other: &Answer<'p>,
        missing: &mut BTreeSet<FactIndex>,
        questions: &mut Vec<&'p Arc<Question>>,
    ) -> Truth {
        let open = other.standing.missing();
        match other.standing.word() {
            StandingWord::Due if open.is_empty() && other.disputed.is_empty() => Truth::True,
            StandingWord::Due | StandingWord::Undetermined => {
                missing.extend(open.into_iter().filter_map(|id| self.facts.dictionary().find(id)));
                add(questions, other.disputed.clone());
                Truth::Unknown
            }
            StandingWord::NotDue | StandingWord::Displaced | StandingWord::NotInForce => Truth::False,
        }
    }

    /// A condition beside the trigger, under every reading of its own questions. `None`: it always holds.
    fn whether(
        &self,
        condition: Option<&'p Condition>,
        questions: &mut Vec<&'p Arc<Question>>,
    ) -> (Truth, BTreeSet<FactIndex>) {
        let Some(condition) = condition else { return (Truth::True, BTreeSet::new()) };
        let mut own = Vec::new();
        condition.questions(&mut own);
        let of = |reading| settle::settle(condition, self.facts, reading, MAX_CASES);
        let (yes, missing) = of(Reading(u32::MAX));
        if own.is_empty() {
            return (yes, missing);
        }
        let (no, more) = of(Reading(0));
        if yes == no && yes != Truth::Unknown {
            return (yes, BTreeSet::new());
        }
        if yes != no {
            add(questions, own);
        }
        (Truth::Unknown, missing.into_iter().chain(more).collect())
    }

    /// The ids of facts.
    pub(crate) fn ids(&self, facts: BTreeSet<FactIndex>) -> Vec<&'p str> {
        facts.into_iter().filter_map(|index| self.packs.dictionary().fact(index)).map(|fact| fact.id.as_str()).collect()
    }
}

fn add<'p>(questions: &mut Vec<&'p Arc<Question>>, more: Vec<&'p Arc<Question>>) {
    for question in more {
        if !questions.contains(&question) {
            questions.push(question);
        }
    }
}

/// What holds outside the window of the rule that a trigger hangs on.
#[derive(Clone, Copy)]
enum Outside<'p> {
    Inside,
    NotInForce,
    Question(&'p Question),
}

fn outside(predicates: &[PredicateWindow], today: Day) -> Outside<'_> {
    let stood = || predicates.iter().filter(|predicate| predicate.window.stood_on(today));
    let Some(first) = stood().next() else { return Outside::Inside };
    if stood().any(|predicate| predicate.window.holds_on(today)) {
        return Outside::Inside;
    }
    first.question.as_ref().map_or(Outside::NotInForce, |question| Outside::Question(question))
}

/// The next day on which one of the windows begins, as the law stood.
fn next_start(windows: &[Window], today: Day) -> Option<Day> {
    windows.iter().filter(|window| window.stood_on(today) && window.from > today).map(|window| window.from).min()
}

fn not_yet<'p>(duty: &Duty, today: Day) -> Standing<'p> {
    let windows = duty.predicate_in_force.iter().map(|predicate| &predicate.window);
    let from = windows.filter(|window| window.stood_on(today) && window.from > today).map(|window| window.from).min();
    Standing::NotInForce { from }
}

/// Every reading of some questions.
fn readings(questions: &[Arc<Question>]) -> impl Iterator<Item = Reading> {
    let bits: Vec<u32> = questions.iter().map(|question| Reading::bit(question)).collect();
    bits.into_iter()
        .fold(vec![0_u32], |found, bit| found.iter().flat_map(|one| [*one, one | bit]).collect())
        .into_iter()
        .map(Reading)
}

/// Whether two readings that differ in one question alone come out differently.
fn hangs_on(readings: &[(Reading, Outcome)], question: &Question) -> bool {
    let bit = Reading::bit(question);
    readings.iter().any(|(reading, outcome)| {
        let other = readings.iter().find(|(other, _)| other.0 == reading.0 ^ bit);
        other.is_some_and(|(_, other)| kind(other) != kind(outcome))
    })
}

fn kind(outcome: &Outcome) -> StandingWord {
    match outcome {
        Outcome::Due => StandingWord::Due,
        Outcome::NotDue => StandingWord::NotDue,
        Outcome::NotInForce => StandingWord::NotInForce,
        Outcome::Undetermined(_) => StandingWord::Undetermined,
    }
}

/// Two readings together: what is due under one is kept as due, what is open under one as open.
fn together(one: Outcome, other: Outcome) -> Outcome {
    match (one, other) {
        (Outcome::Due, _) | (_, Outcome::Due) => Outcome::Due,
        (Outcome::Undetermined(one), Outcome::Undetermined(other)) => {
            Outcome::Undetermined(one.into_iter().chain(other).collect())
        }
        (Outcome::Undetermined(missing), Outcome::NotDue | Outcome::NotInForce)
        | (Outcome::NotDue | Outcome::NotInForce, Outcome::Undetermined(missing)) => Outcome::Undetermined(missing),
        (Outcome::NotInForce, Outcome::NotInForce | Outcome::NotDue) | (Outcome::NotDue, Outcome::NotInForce) => {
            Outcome::NotInForce
        }
        (Outcome::NotDue, Outcome::NotDue) => Outcome::NotDue,
    }
}

/// What is disputed about a due duty beside whether it is due.
fn note_disputes(answer: &mut Answer<'_>) {
    let Standing::Due(due) = &answer.standing else { return };
    let used = due.clocks.iter().filter_map(|clock| clock.reckoned.by());
    let more: Vec<_> = answer.duty.question.iter().chain(used.filter_map(|by| by.deadline.question.as_ref())).collect();
    add(&mut answer.disputed, more);
}

/// The weakest source that an answer rests on.
fn confidence(answer: &Answer<'_>, case: &Case<'_, '_>) -> Confidence {
    let deadlines = answer.due().into_iter().flat_map(|due| &due.clocks);
    let deadlines = deadlines.filter_map(|clock| Some(clock.reckoned.by()?.deadline.source.confidence));
    let today = day_of(case.as_of, answer.duty.zone.principal()).map(Day::new);
    let windows = answer.duty.in_force.iter().filter(|window| today.is_some_and(|today| window.holds_on(today)));
    let windows = windows.map(|window| window.source.confidence);
    let disputed = (!answer.disputed.is_empty()).then_some(Confidence::Disputed);
    deadlines.chain(windows).chain(disputed).fold(answer.duty.rests_on, Confidence::weaker)
}
