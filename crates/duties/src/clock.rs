//! Clocks of duties: a state that is folded from signed events, and what is to be done as of a moment.
//!
//! Nothing here reads a clock or remembers beside its events: after a restart the same events give the same state. The order of
//! events is that of the log. A machine's time may jump: nothing that was recorded is undone by that, and a deadline that was
//! recorded as missed stays recorded, with what speaks against it.

mod event;
mod folded;
mod ics;
mod plan;
mod setting;

use record::time::Timestamp;
use record::words;

pub(crate) use event::read as read_event;
pub use event::{ClockEvent, ClockEventError, ClockId, Happening, Person};
pub use folded::Clocks;
pub use ics::{CalendarEntry, calendar};
pub use plan::Plan;
pub use setting::{NODE, Setting, Unsettled, set, withdraw_all};

use crate::day::Span;
use crate::limits::MAX_CLOCK_EVENTS;

words! {
    /// How a clock stands.
    ClockState, "state of a clock" {
        /// Somebody has taken it on.
        Acknowledged = "acknowledged",
        /// Another duty stands in its place.
        Displaced = "displaced",
        /// It was filed.
        Filed = "filed",
        /// Its moment has passed and nothing was filed.
        Late = "late",
        /// It runs, and nobody has taken it on.
        Running = "running",
        /// It was found not to be due.
        Withdrawn = "withdrawn",
    }
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clock {
    /// What it is the clock of.
    pub id: ClockId,
    /// When it started, as set last.
    pub started: Span,
    /// By when, as set last.
    pub due: Span,
    /// Who has taken it on.
    pub acknowledged_by: Option<String>,
    /// What was filed, in order: the first report and what amends it.
    pub filings: Vec<Filing>,
    /// Moments that passed with nothing filed. Never taken out.
    pub missed: Vec<Missed>,
    /// Every moment that was ever set, in order.
    pub dues: Vec<Span>,
    /// Who displaced or withdrew it, while it is.
    pub ended_by: Option<String>,
    /// The record that says why it was withdrawn, or the duty in whose place it does not stand, while it has ended.
    pub ended_for: Option<String>,
    end: Option<End>,
    is_filed: bool,
    reminded: Option<(Span, u8)>,
    escalated: Option<Span>,
    latest: Timestamp,
    events: usize,
}

/// A filing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filing {
    /// When, by the signed time of its record.
    pub at: Timestamp,
    /// The digest of the record that was filed: what stands in it need not be shown to prove when.
    pub version: String,
    /// The moment that held when it was filed.
    pub due: Span,
    /// True if it amends an earlier filing for the same period.
    pub is_amendment: bool,
}

/// A moment that passed with nothing filed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missed {
    /// The moment.
    pub due: Timestamp,
    /// When that was seen.
    pub observed: Timestamp,
    /// A later entry of the log whose time lies before the moment: then the machine's time ran ahead when this was seen.
    pub contradicted_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Displaced,
    Withdrawn,
}

/// What is to be done. Each is carried out, and then told to the clock as an event, so that it is not done twice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Tell a person that time runs out; only ids and a link.
    #[non_exhaustive]
    Remind {
        /// Whom.
        person: Person,
        /// How much of the time has passed, in percent; 100 and more: it has run out.
        percent: u8,
    },
    /// Tell the second person too.
    Escalate,
    /// Record that the moment passed.
    #[non_exhaustive]
    RecordMissed {
        /// The moment.
        due: Timestamp,
    },
}

impl Filing {
    /// True if it was filed in time, counted from the earliest that its clock could have started.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        self.at <= self.due.first
    }
}

impl Clock {
    /// Folds the events of one clock, in the order of the log.
    ///
    /// # Errors
    /// [`ClockEventError`] with the first event that cannot follow those before it.
    pub fn fold(events: &[ClockEvent]) -> Result<Option<Self>, ClockEventError> {
        events.iter().try_fold(None, |clock: Option<Self>, event| Self::after(clock, event).map(Some))
    }

    /// The clock after one more event, and what is to be done as of `now`.
    ///
    /// # Errors
    /// [`ClockEventError`] if the event cannot follow those before it.
    pub fn handle(
        clock: Option<Self>,
        event: &ClockEvent,
        plan: &Plan,
        now: Timestamp,
    ) -> Result<(Self, Vec<Effect>), ClockEventError> {
        let clock = Self::after(clock, event)?;
        let effects = clock.look(plan, now);
        Ok((clock, effects))
    }

    fn after(clock: Option<Self>, event: &ClockEvent) -> Result<Self, ClockEventError> {
        let Some(mut clock) = clock else { return Self::first(event) };
        clock.follow(event)?;
        Ok(clock)
    }

    /// Takes one more event. One that cannot follow changes nothing.
    fn follow(&mut self, event: &ClockEvent) -> Result<(), ClockEventError> {
        if self.id != event.clock {
            return Err(ClockEventError::OtherClock { clock: event.clock.clone() });
        }
        if self.events >= MAX_CLOCK_EVENTS {
            return Err(ClockEventError::TooMany);
        }
        self.take(event)?;
        self.events = self.events.saturating_add(1);
        self.latest = self.latest.max(event.at);
        self.contradict(event.at);
        Ok(())
    }

    fn first(event: &ClockEvent) -> Result<Self, ClockEventError> {
        let Happening::Set { started, due } = event.happening else { return Err(ClockEventError::NotSet) };
        if due.first < started.first {
            return Err(ClockEventError::BeforeItsStart);
        }
        Ok(Self {
            id: event.clock.clone(),
            started,
            due,
            acknowledged_by: None,
            filings: Vec::new(),
            missed: Vec::new(),
            dues: vec![due],
            ended_by: None,
            ended_for: None,
            end: None,
            is_filed: false,
            reminded: None,
            escalated: None,
            latest: event.at,
            events: 1,
        })
    }

    fn take(&mut self, event: &ClockEvent) -> Result<(), ClockEventError> {
        self.keep_missed(event);
        match &event.happening {
            Happening::Set { started, due } => return self.set(*started, *due),
            Happening::Acknowledged => self.acknowledged_by = Some(event.by.clone()),
            Happening::Filed { version } => {
                let (due, is_amendment) = (self.due, self.is_filed);
                self.filings.push(Filing { at: event.at, version: version.clone(), due, is_amendment });
                self.is_filed = true;
            }
            Happening::Displaced { by } => self.ends(End::Displaced, &event.by, by),
            Happening::Withdrawn { because } => self.ends(End::Withdrawn, &event.by, because),
            Happening::Missed { due } => {
                self.missed.push(Missed { due: *due, observed: event.at, contradicted_at: None });
            }
            Happening::Reminded { percent } => self.reminded = Some((self.due, *percent)),
            Happening::Escalated => self.escalated = Some(self.due),
        }
        Ok(())
    }

    /// Sets it anew: facts have changed, what had ended is due after all, or, where a stage is repeated, the period that begins
    /// with the last filing. A moment that moves after a filing leaves what was filed as it is.
    fn set(&mut self, started: Span, due: Span) -> Result<(), ClockEventError> {
        if due.first < started.first {
            return Err(ClockEventError::BeforeItsStart);
        }
        if self.due != due {
            self.dues.push(due);
        }
        if self.filings.last().is_some_and(|filing| started.first >= filing.at) {
            self.is_filed = false;
            self.acknowledged_by = None;
        }
        (self.started, self.due, self.end) = (started, due, None);
        (self.ended_by, self.ended_for) = (None, None);
        Ok(())
    }

    /// A moment that has passed with nothing filed stays missed, whoever moves or ends the clock before a node has seen that.
    fn keep_missed(&mut self, event: &ClockEvent) {
        let moves = match &event.happening {
            Happening::Set { due, .. } => *due != self.due,
            Happening::Displaced { .. } | Happening::Withdrawn { .. } => true,
            Happening::Acknowledged
            | Happening::Filed { .. }
            | Happening::Missed { .. }
            | Happening::Reminded { .. }
            | Happening::Escalated => false,
        };
        let due = self.due.first;
        if moves && self.is_open() && event.at > due && !self.missed.iter().any(|missed| missed.due == due) {
            self.missed.push(Missed { due, observed: event.at, contradicted_at: None });
        }
    }

    fn ends(&mut self, end: End, by: &str, why: &str) {
        self.end = Some(end);
        (self.ended_by, self.ended_for) = (Some(by.to_owned()), Some(why.to_owned()));
    }

    /// An entry of the log that comes later and bears an earlier time than a moment that was recorded as missed.
    fn contradict(&mut self, at: Timestamp) {
        for missed in self.missed.iter_mut().filter(|missed| at < missed.due) {
            missed.contradicted_at.get_or_insert(at);
        }
    }

    /// How it stands as of a moment. A moment before the last event counts as that event's: time does not run back here.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ClockState {
        match self.end {
            _ if self.is_filed => ClockState::Filed,
            Some(End::Displaced) => ClockState::Displaced,
            Some(End::Withdrawn) => ClockState::Withdrawn,
            None if self.is_past(now) => ClockState::Late,
            None if self.acknowledged_by.is_some() => ClockState::Acknowledged,
            None => ClockState::Running,
        }
    }

    /// True if it was filed late, or its moment passed with nothing filed.
    #[must_use]
    pub fn was_ever_late(&self) -> bool {
        !self.missed.is_empty() || self.filings.iter().any(|filing| !filing.is_amendment && !filing.is_in_time())
    }

    fn is_past(&self, now: Timestamp) -> bool {
        self.is_recorded_as_missed() || now.max(self.latest) > self.due.first
    }

    fn is_recorded_as_missed(&self) -> bool {
        self.missed.iter().any(|missed| missed.due == self.due.first && missed.contradicted_at.is_none())
    }

    /// What is to be done as of a moment. Looking changes nothing: only events do.
    #[must_use]
    pub fn look(&self, plan: &Plan, now: Timestamp) -> Vec<Effect> {
        if self.end.is_some() || self.is_filed {
            return Vec::new();
        }
        let mut effects = Vec::new();
        let is_past = now > self.due.first;
        if is_past && !self.is_recorded_as_missed() {
            effects.push(Effect::RecordMissed { due: self.due.first });
        }
        // Of reminders that a standstill has left out only the latest is sent: nobody is helped by ten at once.
        let passed = if is_past { Some(plan::ALL) } else { plan.passed(self.started.first, self.due.first, now) };
        if let Some(percent) = passed.filter(|percent| !self.is_reminded(*percent)) {
            effects.push(Effect::Remind { person: Person::First, percent });
        }
        if self.escalated != Some(self.due) && self.wants_second(plan, now, is_past) {
            effects.push(Effect::Escalate);
            effects.push(Effect::Remind { person: Person::Second, percent: passed.unwrap_or_default() });
        }
        effects
    }

    fn is_reminded(&self, percent: u8) -> bool {
        self.reminded.is_some_and(|(due, done)| due == self.due && done >= percent)
    }

    fn wants_second(&self, plan: &Plan, now: Timestamp, is_past: bool) -> bool {
        let unanswered = self.acknowledged_by.is_none() && now >= plan.escalation(self.started.first, self.due.first);
        is_past || unanswered
    }

    /// When to look again; none if nothing more can come of itself.
    #[must_use]
    pub fn next_look(&self, plan: &Plan, now: Timestamp) -> Option<Timestamp> {
        if self.end.is_some() || self.is_filed {
            return None;
        }
        let just_after = Timestamp::from_micros(self.due.first.micros().saturating_add(1));
        let moments = plan.moments(self.started.first, self.due.first).chain([just_after]);
        moments.filter(|moment| *moment > now).min()
    }
}
