//! The clock of each stage of a duty that is due.

use std::collections::BTreeSet;

use super::Case;
use crate::answer::{By, Reckoned, Sooner, StageClock};
use crate::counting::{Counted, Counting, Within, count};
use crate::day::Span;
use crate::dictionary::FactIndex;
use crate::facts::FILED;
use crate::pack::{Deadline, Duty, Stage, Start};
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
    applies: Truth,
    missing: BTreeSet<FactIndex>,
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
        duty.stages.iter().map(|stage| StageClock { stage, reckoned: self.reckon(duty, stage) }).collect()
    }

    fn reckon(&self, duty: &'p Duty, stage: &'p Stage) -> Reckoned<'p> {
        match self.whether(stage.when.as_ref(), &mut Vec::new()) {
            (Truth::False, _) => return Reckoned::None,
            (Truth::Unknown, missing) => {
                return Reckoned::Undetermined { missing: self.ids(missing), sooner_if: Vec::new() };
            }
            (Truth::True, _) => {}
        }
        if self.is_over(stage) {
            return Reckoned::None;
        }
        let started = self.started(stage);
        let falling = self.falling(duty, stage, &started);
        self.settle(duty, started, &falling)
    }

    /// Whether a stage that is repeated is repeated no more.
    fn is_over(&self, stage: &Stage) -> bool {
        let until = stage.repeats_until.as_ref().and_then(|(index, _)| self.facts.get(*index));
        matches!(until, Some(Value::Instant(_)))
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

    fn filed(&self, name: &str) -> Option<Span> {
        match self.facts.filed(name.strip_prefix(FILED)?) {
            Some(Value::Instant(span)) => Some(*span),
            Some(_) | None => None,
        }
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
        let deadlines = stage.deadlines.iter().map(|deadline| {
            let (applies, missing) = self.whether(deadline.when.as_ref(), &mut Vec::new());
            let falls = match (started, &deadline.within) {
                (Started::At { span, .. }, Some((within, rule))) => self.fall(duty, *span, *within, rule),
                (Started::Waits(_), _) | (_, None) => None,
            };
            Falling { deadline, applies, missing, falls }
        });
        deadlines.filter(|falling| falling.applies != Truth::False).collect()
    }

    /// Counts in every zone that it can be, and keeps the soonest.
    fn fall(&self, duty: &'p Duty, span: Span, within: Within, rule: &Counting) -> Option<Fall<'p>> {
        let zones = duty.zone.zones(self.facts).into_iter();
        let falls = zones.filter_map(|zone| fall_in(span, within, rule, zone));
        falls.min_by_key(|fall| fall.due)
    }

    fn settle(&self, duty: &'p Duty, started: Started<'p>, falling: &[Falling<'p>]) -> Reckoned<'p> {
        let certain = || falling.iter().filter(|falling| falling.applies == Truth::True);
        let numbered = || certain().filter(|falling| falling.deadline.within.is_some());
        if numbered().next().is_none() {
            return self.without_number(&started, falling);
        }
        let soonest = numbered().filter_map(|falling| Some((falling, falling.falls.clone()?)));
        match (started, soonest.min_by_key(|(_, fall)| fall.due)) {
            (Started::At { span, could_move }, Some((falling_first, fall))) => Reckoned::By(By {
                started: span,
                due: fall.due,
                deadline: falling_first.deadline,
                zone: fall.zone,
                sooner_if: self.sooner(falling, Some(fall.due)),
                start_could_move: could_move,
                zone_if: duty.zone.missing(self.facts).filter(|_| depends_on_zone(falling_first.deadline)),
                calendar_missing: fall.calendar_missing,
            }),
            (Started::Waits(missing), _) => Reckoned::WaitsFor { missing },
            // Beyond the years of the machine's calendar.
            (Started::At { .. }, None) => Reckoned::WaitsFor { missing: Vec::new() },
        }
    }

    /// No deadline with a number applies for certain.
    fn without_number(&self, started: &Started<'p>, falling: &[Falling<'p>]) -> Reckoned<'p> {
        let span = if let Started::At { span, .. } = started { Some(*span) } else { None };
        if let Some(plain) = falling.iter().find(|falling| falling.applies == Truth::True) {
            return Reckoned::WithoutDelay { started: span, deadline: plain.deadline };
        }
        if falling.is_empty() {
            return Reckoned::None;
        }
        let missing = falling.iter().flat_map(|falling| falling.missing.iter().copied()).collect();
        Reckoned::Undetermined { missing: self.ids(missing), sooner_if: self.sooner(falling, None) }
    }

    /// The deadlines that could still apply, and would fall before `due`.
    fn sooner(&self, falling: &[Falling<'p>], due: Option<Span>) -> Vec<Sooner<'p>> {
        let open = falling.iter().filter(|falling| falling.applies == Truth::Unknown);
        let sooner = open.filter(|falling| match (due, &falling.falls) {
            (Some(due), Some(fall)) => fall.due.first < due.first,
            (Some(_), None) => false,
            (None, _) => true,
        });
        let tell = |falling: &Falling<'p>| Sooner {
            deadline: falling.deadline,
            due: falling.falls.as_ref().map(|fall| fall.due),
            missing: self.ids(falling.missing.clone()),
        };
        sooner.map(tell).collect()
    }
}

fn fall_in<'p>(span: Span, within: Within, rule: &Counting, zone: &'p Zone) -> Option<Fall<'p>> {
    let first: Counted = count(span.first, within, rule, zone)?;
    let last = if span.is_exact() { first.clone() } else { count(span.last, within, rule, zone)? };
    let calendar_missing = first.calendar_missing.union(&last.calendar_missing).copied().collect();
    Some(Fall { due: Span::between(first.due, last.due.max(first.due)), zone: zone.name(), calendar_missing })
}

/// Hours and minutes that run from the instant are the same in every zone.
fn depends_on_zone(deadline: &Deadline) -> bool {
    use crate::counting::{Ends, Unit};
    deadline.within.as_ref().is_some_and(|(within, rule)| match within.unit {
        Unit::Hours | Unit::Minutes => rule.is_event_hour_excluded,
        Unit::Days | Unit::Weeks | Unit::Months | Unit::WorkingDays => rule.ends != Ends::Elapsed || rule.is_extended,
    })
}
