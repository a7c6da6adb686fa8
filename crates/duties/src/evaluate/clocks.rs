//! The clock of each stage of a duty that is due.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::weigh::{Weighed, weigh};
use super::{Case, add};
use crate::answer::{By, Otherwise, Reckoned, Sooner, StageClock};
use crate::counting::{Counted, Counting, Ends, Unit, Within, count};
use crate::day::Span;
use crate::dictionary::FactIndex;
use crate::facts::FILED;
use crate::pack::{Deadline, Duty, Question, Stage, Start};
use crate::truth::Truth;
use crate::value::Value;
use crate::zone::Zone;

/// When a clock starts.
enum Started<'p> {
    At { span: Span, could_move: Vec<&'p str> },
    Waits(Vec<&'p str>),
}

/// A deadline that applies or could, with when it falls.
struct Falling<'p> {
    deadline: &'p Deadline,
    applies: Weighed<'p>,
    falls: Option<Fall<'p>>,
}

#[derive(Clone)]
struct Fall<'p> {
    due: Span,
    zone: &'p str,
    calendar_missing: BTreeSet<i16>,
}

impl<'p> Case<'p, '_> {
    pub(super) fn clocks(&self, duty: &'p Duty) -> Vec<StageClock<'p>> {
        duty.stages.iter().map(|stage| self.clock(duty, stage)).collect()
    }

    fn clock(&self, duty: &'p Duty, stage: &'p Stage) -> StageClock<'p> {
        let mut clock = StageClock { stage, reckoned: Reckoned::None, at_once: Vec::new(), disputed: Vec::new() };
        let whether = weigh(stage.when.as_ref(), self.facts, self.work);
        match whether.kept {
            Truth::False => return clock,
            Truth::Unknown => {
                clock.reckoned = Reckoned::Undetermined { missing: self.ids(whether.missing), sooner_if: Vec::new() };
                clock.disputed = whether.questions;
                return clock;
            }
            Truth::True => {}
        }
        let started = self.started(stage);
        let falling = self.falling(duty, stage, &started);
        let (reckoned, questions) = self.settle(duty, started, &falling);
        clock.reckoned = self.unless_over(stage, reckoned);
        if clock.reckoned != Reckoned::None {
            clock.at_once = self.beside(&clock.reckoned, &falling);
            clock.disputed = whether.questions;
            add(&mut clock.disputed, &questions);
            note_disputes(&mut clock);
        }
        clock
    }

    fn started(&self, stage: &'p Stage) -> Started<'p> {
        if stage.repeats_until.is_some()
            && let Some(span) = self.filed(&stage.filed)
        {
            return Started::At { span, could_move: Vec::new() };
        }
        match &stage.start {
            Start::Filed(name) => match self.filed(name) {
                Some(span) => Started::At { span, could_move: Vec::new() },
                None => Started::Waits(vec![name]),
            },
            Start::EarliestOf(facts) => self.earliest(facts),
            Start::LatestOf(facts) => self.latest(facts),
        }
    }

    pub(super) fn filed(&self, name: &str) -> Option<Span> {
        match self.facts.filed(name.strip_prefix(FILED)?) {
            Some(Value::Instant(span)) => Some(*span),
            Some(_) | None => None,
        }
    }

    /// Whether a stage is known not to have been filed.
    pub(super) fn is_unfiled(&self, name: &str) -> bool {
        let path = name.strip_prefix(FILED).unwrap_or(name);
        self.facts.filed(path) == Some(&Value::NotYet)
    }

    fn instant(&self, index: FactIndex) -> Option<Span> {
        if let Some(Value::Instant(span)) = self.facts.get(index) { Some(*span) } else { None }
    }

    fn earliest(&self, facts: &'p [(FactIndex, String)]) -> Started<'p> {
        let spans = || facts.iter().filter_map(|(index, _)| self.instant(*index));
        let first = spans().map(|span| span.first).min();
        let last = spans().map(|span| span.last).min();
        match (first, last) {
            (Some(first), Some(last)) => {
                let unknown = facts.iter().filter(|(index, _)| self.facts.get(*index).is_none());
                Started::At {
                    span: Span::between(first, last),
                    could_move: unknown.map(|(_, id)| id.as_str()).collect(),
                }
            }
            _ => Started::Waits(facts.iter().map(|(_, id)| id.as_str()).collect()),
        }
    }

    fn latest(&self, facts: &'p [(FactIndex, String)]) -> Started<'p> {
        let waits: Vec<&str> =
            facts.iter().filter(|(index, _)| self.instant(*index).is_none()).map(|(_, id)| id.as_str()).collect();
        let spans = || facts.iter().filter_map(|(index, _)| self.instant(*index));
        match (spans().map(|span| span.first).max(), spans().map(|span| span.last).max()) {
            (Some(first), Some(last)) if waits.is_empty() => {
                Started::At { span: Span::between(first, last), could_move: Vec::new() }
            }
            _ => Started::Waits(waits),
        }
    }

    fn falling(&self, duty: &'p Duty, stage: &'p Stage, started: &Started<'p>) -> Vec<Falling<'p>> {
        let deadlines = stage.deadlines.iter().filter_map(|deadline| {
            let applies = weigh(deadline.when.as_ref(), self.facts, self.work);
            let falls = match (started, &deadline.within) {
                _ if applies.kept == Truth::False => return None,
                (Started::At { span, .. }, Some((within, rule))) => self.fall(duty, *span, *within, rule),
                (Started::Waits(_), _) | (_, None) => None,
            };
            Some(Falling { deadline, applies, falls })
        });
        deadlines.collect()
    }

    /// Counts in every zone that it can be, and keeps the soonest.
    fn fall(&self, duty: &'p Duty, span: Span, within: Within, rule: &Counting) -> Option<Fall<'p>> {
        let zones = duty.zone.zones(self.facts).into_iter();
        let falls = zones.filter_map(|zone| {
            self.work.count(u64::from(within.count).saturating_add(1));
            fall_in(span, within, rule, zone)
        });
        falls.min_by_key(|fall| fall.due)
    }

    /// How the clock runs, and the open questions that let the deadline apply that holds.
    fn settle(
        &self,
        duty: &'p Duty,
        started: Started<'p>,
        falling: &[Falling<'p>],
    ) -> (Reckoned<'p>, Vec<&'p Arc<Question>>) {
        let mut numbered = falling.iter().filter(|falling| falling.holds() && falling.deadline.within.is_some());
        if numbered.clone().next().is_none() {
            return self.without_number(&started, falling);
        }
        let (span, could_move) = match started {
            Started::At { span, could_move } => (span, could_move),
            Started::Waits(missing) => return (Reckoned::WaitsFor { missing }, Vec::new()),
        };
        let Some((soonest, fall)) = soonest(&mut numbered) else {
            // Beyond the years of the machine's calendar.
            return (Reckoned::WaitsFor { missing: Vec::new() }, Vec::new());
        };
        let by = By {
            started: span,
            due: fall.due,
            deadline: soonest.deadline,
            zone: fall.zone,
            sooner_if: self.sooner(falling, Some(fall.due)),
            otherwise: otherwise(soonest, falling),
            start_could_move: could_move,
            zone_if: duty.zone.missing(self.facts).filter(|_| depends_on_zone(soonest.deadline)),
            calendar_missing: fall.calendar_missing,
        };
        (Reckoned::By(by), soonest.questions())
    }

    /// No deadline with a number applies for certain.
    fn without_number(&self, started: &Started<'p>, falling: &[Falling<'p>]) -> (Reckoned<'p>, Vec<&'p Arc<Question>>) {
        let span = if let Started::At { span, .. } = started { Some(*span) } else { None };
        if let Some(plain) = falling.iter().find(|falling| falling.holds()) {
            let numbered = falling.iter().filter(|falling| falling.deadline.within.is_some());
            let perhaps = numbered.map(|falling| self.tell(falling)).collect();
            let reckoned = Reckoned::WithoutDelay { started: span, deadline: plain.deadline, perhaps };
            return (reckoned, plain.questions());
        }
        if falling.is_empty() {
            return (Reckoned::None, Vec::new());
        }
        let missing = falling.iter().flat_map(|falling| falling.applies.missing.iter().copied()).collect();
        let reckoned = Reckoned::Undetermined { missing: self.ids(missing), sooner_if: self.sooner(falling, None) };
        (reckoned, Vec::new())
    }

    /// The deadlines that could still apply, and would fall before `due`.
    fn sooner(&self, falling: &[Falling<'p>], due: Option<Span>) -> Vec<Sooner<'p>> {
        let open = falling.iter().filter(|falling| !falling.holds());
        let sooner = open.filter(|falling| match (due, &falling.falls) {
            (Some(due), Some(fall)) => fall.due.first < due.first,
            (Some(_), None) => false,
            (None, _) => true,
        });
        sooner.map(|falling| self.tell(falling)).collect()
    }

    /// The deadlines without a number that hold or could, beside one in numbers.
    fn beside(&self, reckoned: &Reckoned<'p>, falling: &[Falling<'p>]) -> Vec<Sooner<'p>> {
        let is_numbered = matches!(reckoned, Reckoned::By(_) | Reckoned::WaitsFor { .. });
        let plain = falling.iter().filter(|falling| is_numbered && falling.deadline.within.is_none());
        plain.map(|falling| self.tell(falling)).collect()
    }

    fn tell(&self, falling: &Falling<'p>) -> Sooner<'p> {
        let is_certain = falling.applies.certain == Truth::True;
        Sooner {
            deadline: falling.deadline,
            due: falling.falls.as_ref().map(|fall| fall.due),
            missing: if is_certain { Vec::new() } else { self.ids(falling.applies.missing.clone()) },
            disputed: falling.applies.questions.clone(),
        }
    }
}

impl<'p> Falling<'p> {
    /// Whether it applies, under one reading of the open questions at least.
    fn holds(&self) -> bool {
        self.applies.kept == Truth::True
    }

    /// The open questions that come up when it is the one that holds.
    fn questions(&self) -> Vec<&'p Arc<Question>> {
        let mut questions = self.applies.questions.clone();
        add(&mut questions, &self.deadline.question.iter().collect::<Vec<_>>());
        questions
    }
}

/// The one that falls first; of two at one moment the one that is certain.
fn soonest<'p, 'f>(falling: &mut dyn Iterator<Item = &'f Falling<'p>>) -> Option<(&'f Falling<'p>, Fall<'p>)> {
    let falls = falling.filter_map(|falling| Some((falling, falling.falls.clone()?)));
    falls.min_by_key(|(falling, fall)| (fall.due, falling.applies.certain != Truth::True))
}

/// What holds if the open questions that let a deadline apply are answered otherwise.
fn otherwise<'p>(held: &Falling<'p>, falling: &[Falling<'p>]) -> Option<Otherwise<'p>> {
    if held.applies.questions.is_empty() {
        return None;
    }
    let certain = falling.iter().filter(|falling| falling.applies.certain == Truth::True);
    let (falling, fall) = soonest(&mut certain.filter(|falling| falling.deadline.within.is_some()))?;
    Some(Otherwise { deadline: falling.deadline, due: fall.due })
}

/// Adds the open questions of what stands beside the deadline that holds.
fn note_disputes(clock: &mut StageClock<'_>) {
    let beside = match &clock.reckoned {
        Reckoned::By(by) => by.sooner_if.as_slice(),
        Reckoned::WithoutDelay { perhaps, .. } => perhaps,
        Reckoned::Undetermined { sooner_if, .. } => sooner_if,
        Reckoned::WaitsFor { .. } | Reckoned::None => &[],
    };
    let certain = clock.at_once.iter().filter(|at_once| at_once.missing.is_empty());
    let own: Vec<_> = certain.filter_map(|at_once| at_once.deadline.question.as_ref()).collect();
    let mut disputed = clock.disputed.clone();
    beside.iter().chain(&clock.at_once).for_each(|sooner| add(&mut disputed, &sooner.disputed));
    add(&mut disputed, &own);
    clock.disputed = disputed;
}

fn fall_in<'p>(span: Span, within: Within, rule: &Counting, zone: &'p Zone) -> Option<Fall<'p>> {
    let first: Counted = count(span.first, within, rule, zone)?;
    let last = if span.is_exact() { first.clone() } else { count(span.last, within, rule, zone)? };
    let calendar_missing = first.calendar_missing.union(&last.calendar_missing).copied().collect();
    Some(Fall { due: Span::between(first.due, last.due.max(first.due)), zone: zone.name(), calendar_missing })
}

/// Hours and minutes that run from the instant are the same in every zone.
fn depends_on_zone(deadline: &Deadline) -> bool {
    deadline.within.as_ref().is_some_and(|(within, rule)| match within.unit {
        Unit::Hours | Unit::Minutes => rule.is_event_hour_excluded,
        Unit::Days | Unit::Weeks | Unit::Months | Unit::WorkingDays => rule.ends != Ends::Elapsed || rule.is_extended,
    })
}
