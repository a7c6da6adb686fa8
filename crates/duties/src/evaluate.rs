//! Evaluation: facts and a moment go in, an answer for each duty comes out. Nothing else is looked at.

mod clocks;
mod repeated;
pub(crate) mod weigh;

use std::collections::BTreeSet;
use std::sync::Arc;

use record::time::Timestamp;

use crate::answer::{Answer, Due, PossibleDisplacement, StageClock, Standing, StandingWord};
use crate::condition::Reading;
use crate::counting::day_of;
use crate::day::Day;
use crate::dictionary::FactIndex;
use crate::facts::Facts;
use crate::pack::{Confidence, Displacement, Duty, Pack, PredicateWindow, Question, Window};
use crate::set::Packs;
use crate::settle;
use crate::truth::Truth;
use crate::work::Work;
use weigh::{Weighed, hangs_on, readings, weigh};

impl Packs {
    /// The answer about every duty, in the order of the packs and of the duties within them.
    ///
    /// The same facts and the same moment give the same answers.
    #[must_use]
    pub fn evaluate(&self, facts: &Facts, as_of: Timestamp) -> Vec<Answer<'_>> {
        let mut left = u64::MAX;
        self.evaluate_these(facts, as_of, None, &mut left)
    }

    /// The same, of the duties at these places alone (none: of all), until no work is left. Whatever displaces one of them has to
    /// be among them.
    pub(crate) fn evaluate_these(
        &self,
        facts: &Facts,
        as_of: Timestamp,
        places: Option<&BTreeSet<usize>>,
        left: &mut u64,
    ) -> Vec<Answer<'_>> {
        let mut found: Vec<Option<Answer<'_>>> = Vec::new();
        for (place, (pack, duty)) in self.duties().enumerate() {
            if *left == 0 {
                break;
            }
            let is_asked = places.is_none_or(|places| places.contains(&place));
            // Each duty has its own: no pack makes the answers of another less exact.
            let work = Work::of_duty();
            let case = Case { packs: self, facts, as_of, work: &work };
            let answer = is_asked.then(|| case.answer(pack, duty, &found));
            found.push(answer);
            *left = left.saturating_sub(work.used());
        }
        self.given_order().iter().filter_map(|place| found.get_mut(*place)?.take()).collect()
    }
}

/// One case that is being evaluated.
pub(crate) struct Case<'p, 'f> {
    pub(crate) packs: &'p Packs,
    pub(crate) facts: &'f Facts,
    pub(crate) as_of: Timestamp,
    pub(crate) work: &'f Work,
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
    fn answer(&self, pack: &'p Pack, duty: &'p Duty, before: &[Option<Answer<'p>>]) -> Answer<'p> {
        let today = day_of(self.as_of, duty.zone.principal()).map_or_else(|| pack.read_on, Day::new);
        let mut answer = Answer {
            pack,
            duty,
            standing: Standing::NotDue,
            disputed: Vec::new(),
            contested: Vec::new(),
            confidence: duty.rests_on,
            is_past_review: today > pack.review_by,
        };
        if !duty.in_force.iter().any(|window| window.stood_on(today) && window.holds_on(today)) {
            answer.standing = Standing::NotInForce { from: next_start(&duty.in_force, today) };
            return answer;
        }
        let (outcome, disputed) = self.outcome(duty, today);
        answer.contested = disputed;
        let displaceable = matches!(outcome, Outcome::Due | Outcome::Undetermined(_));
        let giving = if displaceable { self.giving(duty, before) } else { Giving::Perhaps(Vec::new(), Vec::new()) };
        answer.standing = match (outcome, giving) {
            (_, Giving::Surely(displacement)) => Standing::Displaced { by: &displacement.duty },
            (Outcome::Due, Giving::Perhaps(displaced_if, questions)) => {
                add(&mut answer.contested, &questions);
                Standing::Due(Due { clocks: self.clocks(duty), displaced_if })
            }
            (Outcome::NotDue, Giving::Perhaps(..)) => Standing::NotDue,
            (Outcome::NotInForce, Giving::Perhaps(..)) => not_yet(duty, today),
            (Outcome::Undetermined(missing), Giving::Perhaps(..)) => {
                Standing::Undetermined { missing: self.ids(missing) }
            }
        };
        answer.disputed = disputes(&answer);
        answer.confidence = confidence(&answer, self);
        answer
    }

    /// The outcome over every reading of the open questions, and those that it hangs on.
    fn outcome(&self, duty: &'p Duty, today: Day) -> (Outcome, Vec<&'p Arc<Question>>) {
        let outside = outside(&duty.predicate_in_force, today);
        if duty.questions.is_empty() || matches!(outside, Outside::NotInForce) {
            return (self.read(duty, outside, Reading(0)), Vec::new());
        }
        let bits = duty.questions.iter().map(|question| Reading::bit(question));
        let read: Vec<(Reading, Outcome)> =
            readings(bits).map(|reading| (reading, self.read(duty, outside, reading))).collect();
        let kinds: Vec<_> = read.iter().map(|(reading, outcome)| (*reading, kind(outcome))).collect();
        let disputed: Vec<_> = duty.questions.iter().filter(|question| hangs_on(&kinds, question)).collect();
        let all = read.into_iter().map(|(_, outcome)| outcome);
        (all.reduce(together).unwrap_or(Outcome::NotDue), disputed)
    }

    fn read(&self, duty: &Duty, outside: Outside<'_>, reading: Reading) -> Outcome {
        if matches!(outside, Outside::NotInForce) {
            return Outcome::NotInForce;
        }
        let (truth, missing) = settle::settle(&duty.trigger, self.facts, reading, self.work);
        let is_yes = !matches!(outside, Outside::Question(question) if !reading.is_yes(question));
        match truth {
            Truth::False => Outcome::NotDue,
            // The rule that the trigger hangs on is read as not yet there.
            Truth::True | Truth::Unknown if !is_yes => Outcome::NotInForce,
            Truth::True => Outcome::Due,
            Truth::Unknown => Outcome::Undetermined(missing),
        }
    }

    fn giving(&self, duty: &'p Duty, before: &[Option<Answer<'p>>]) -> Giving<'p> {
        let (mut perhaps, mut questions) = (Vec::new(), Vec::new());
        for displacement in &duty.displaced_by {
            let gives = self.gives(displacement, before);
            match gives.certain {
                Truth::True => return Giving::Surely(displacement),
                Truth::Unknown => {
                    add(&mut questions, &gives.questions);
                    perhaps.push(PossibleDisplacement {
                        by: &displacement.duty,
                        missing: self.ids(gives.missing),
                        disputed: gives.questions,
                    });
                }
                Truth::False => {}
            }
        }
        Giving::Perhaps(perhaps, questions)
    }

    /// Whether one displacement holds, and what would settle it.
    fn gives(&self, displacement: &'p Displacement, before: &[Option<Answer<'p>>]) -> Weighed<'p> {
        let mut gives = weigh(displacement.when.as_ref(), self.facts, self.work);
        if !displacement.if_due || gives.certain == Truth::False {
            return gives;
        }
        let other = self.packs.place(&displacement.duty).and_then(|place| before.get(place)?.as_ref());
        let due = other.map_or(Truth::False, |other| self.is_due(other, &mut gives));
        gives.certain = Truth::all([gives.certain, due].into_iter());
        gives
    }

    /// Whether another duty is due for certain. While that is disputed, or it may itself give way, it is not.
    fn is_due(&self, other: &Answer<'p>, gives: &mut Weighed<'p>) -> Truth {
        let open = other.standing.missing();
        match other.standing.word() {
            StandingWord::Due if open.is_empty() && other.contested.is_empty() => Truth::True,
            StandingWord::Due | StandingWord::Undetermined => {
                gives.missing.extend(open.into_iter().filter_map(|id| self.facts.dictionary().find(id)));
                add(&mut gives.questions, &other.contested);
                Truth::Unknown
            }
            StandingWord::NotDue | StandingWord::Displaced | StandingWord::NotInForce => Truth::False,
        }
    }

    /// The ids of facts.
    pub(crate) fn ids(&self, facts: BTreeSet<FactIndex>) -> Vec<&'p str> {
        facts.into_iter().filter_map(|index| self.packs.dictionary().fact(index)).map(|fact| fact.id.as_str()).collect()
    }
}

/// Adds questions that are not there yet.
pub(crate) fn add<'p>(questions: &mut Vec<&'p Arc<Question>>, more: &[&'p Arc<Question>]) {
    for question in more {
        if !questions.contains(question) {
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

/// What is disputed about a duty: whether it is due, and, of one that is, its clocks and what its pack says of it.
fn disputes<'p>(answer: &Answer<'p>) -> Vec<&'p Arc<Question>> {
    let mut disputed = answer.contested.clone();
    if let Standing::Due(due) = &answer.standing {
        add(&mut disputed, &answer.duty.question.iter().collect::<Vec<_>>());
        due.clocks.iter().for_each(|clock| add(&mut disputed, &clock.disputed));
    }
    disputed
}

/// The weakest source that an answer rests on.
fn confidence(answer: &Answer<'_>, case: &Case<'_, '_>) -> Confidence {
    let deadlines = answer.due().into_iter().flat_map(|due| &due.clocks);
    let deadlines = deadlines.flat_map(StageClock::used).map(|deadline| deadline.source.confidence);
    let today = day_of(case.as_of, answer.duty.zone.principal()).map(Day::new);
    let windows = answer.duty.in_force.iter().filter(|window| today.is_some_and(|today| window.holds_on(today)));
    let windows = windows.map(|window| window.source.confidence);
    let disputed = (!answer.disputed.is_empty()).then_some(Confidence::Disputed);
    deadlines.chain(windows).chain(disputed).fold(answer.duty.rests_on, Confidence::weaker)
}
