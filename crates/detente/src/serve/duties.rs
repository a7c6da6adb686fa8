//! The running node watches the clocks of duties: it records that people were reminded, that a second person was told, and that a moment
//! passed with nothing filed. What it records is what streams and webhooks tell.
//!
//! A clock's state follows from the log alone. A node that is killed after it recorded something finds it there again, and one that is
//! killed before records it when it is back: so nothing is told twice, and what passed while the node was down is recorded with the
//! moment at which it was seen.

mod evaluating;
mod progress;

use std::time::{Duration, Instant};

use duties::clock::{Clock, ClockEvent, Effect, Happening, NODE, Person, Plan};
use record::time::Timestamp;
use record::{Record, Signed};
use storage::Store as _;

pub(super) use evaluating::follow as evaluate;

use super::CONFIG;
use super::lending::Lending;
use super::open::Open;
use super::rounds::Tell;
use crate::cases::Cases;
use crate::duty_book::fold::{ClockFold, with_clocks};
use crate::duty_book::persons::DUTIES;
use crate::duty_book::{batch_of_all, events_records};
use crate::operations::hearers::Hearers;
use crate::outcome::{Done, Failure};
use crate::{clock, node};

/// How often the log is looked at, in milliseconds.
const LOOK_EVERY_MS: u64 = 500;

/// How long every clock goes without being looked at at most. The moment of the next look is one of the machine's time, which may jump
/// over it or away from it; this is counted by a clock that does not jump.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// How long a node waits after it could not record something, in milliseconds.
const REST_MS: u64 = 5_000;

/// Records of one commit. Whoever waits for the directory waits for one commit at most.
const RECORDS_AT_ONCE: usize = 64;

/// Watches until the end.
pub(super) fn follow(lending: &Lending, tell: &Tell) {
    let (mut watch, mut trouble) = (Watch::default(), String::new());
    let mut wait_ms = LOOK_EVERY_MS;
    while !lending.has_ended() {
        super::rounds::wait(lending, Duration::from_millis(wait_ms));
        wait_ms = LOOK_EVERY_MS;
        let Ok(open) = lending.get() else { continue };
        match watch.turn(&open, clock::now(), &|| lending.is_wanted(), tell) {
            Ok(()) => trouble.clear(),
            Err(failure) => {
                wait_ms = REST_MS;
                if failure.message != trouble {
                    tell(format!("duties: {}", failure.message));
                    trouble = failure.message;
                }
            }
        }
    }
}

/// What was looked at.
#[derive(Debug, Default)]
struct Watch {
    /// Records of clocks that were there when all were looked at last.
    records: u64,
    /// When something is to be done next; none if nothing is, or nothing was looked at yet.
    next: Option<Timestamp>,
    /// When all were looked at last: by the machine's time, and by a clock that does not jump.
    looked: Option<(Timestamp, Instant)>,
}

/// What a look at all clocks finds.
struct Found {
    records: u64,
    due: Vec<ClockEvent>,
    next: Option<Timestamp>,
}

impl Found {
    fn of(fold: &ClockFold, now: Timestamp) -> Self {
        let plan = Plan::default();
        let due = fold.clocks().iter().flat_map(|clock| events(clock, &plan, now)).collect();
        let next = fold.clocks().iter().filter_map(|clock| clock.next_look(&plan, now)).min();
        Self { records: fold.records(), due, next }
    }
}

impl Watch {
    /// Reads what is new, and does what is due.
    fn turn(&mut self, open: &Open, now: Timestamp, until: &dyn Fn() -> bool, tell: &Tell) -> Done {
        let (keys, _writing) = (open.keys.get(), open.writing_clocks());
        let cases = Cases::new(&open.store, keys.ring(), open.party());
        let is_time = self.is_time(now);
        let found = with_clocks(cases, |fold| {
            let is_new = fold.records() != self.records;
            (is_new || is_time).then(|| Found::of(fold, now))
        })?;
        let Some(found) = found else { return Ok(()) };
        for some in found.due.chunks(RECORDS_AT_ONCE) {
            if until() {
                // The rest is found again.
                self.looked = None;
                return Ok(());
            }
            record(open, some, now)?;
            some.iter().for_each(|event| tell(format!("duty: {}: {}", event.happening.name(), event.clock)));
            tell_unheard(open, some, now, tell)?;
        }
        // What was recorded just now moves when the next thing is due.
        let left = if found.due.is_empty() { found } else { with_clocks(cases, |fold| Found::of(fold, now))? };
        self.records = left.records;
        self.next = if left.due.is_empty() { left.next } else { Some(now) };
        self.looked = Some((now, Instant::now()));
        Ok(())
    }

    /// Whether something may be due: its moment has come, the machine's time was put back, or it is long since anybody looked.
    fn is_time(&self, now: Timestamp) -> bool {
        let Some((at, since)) = self.looked else { return true };
        now < at || since.elapsed() >= LONGEST_SLEEP || self.next.is_some_and(|next| now >= next)
    }
}

/// Records events, each by itself, in one commit.
fn record(open: &Open, events: &[ClockEvent], now: Timestamp) -> Done {
    let signed = |event: &ClockEvent| {
        let incident = event.clock.incident.parse().map_err(Failure::input)?;
        events_records(open, &incident, std::slice::from_ref(event), now)
    };
    let records = events.iter().map(signed).collect::<Done<Vec<_>>>()?.concat();
    commit(open, &records)
}

/// Says to whoever watches the node which of these nobody is told of who may read the incident.
fn tell_unheard(open: &Open, events: &[ClockEvent], now: Timestamp, tell: &Tell) -> Done {
    let hearers = Hearers::read(&open.home, &open.store, now)?;
    for event in events.iter().filter(|_| hearers.are_there()) {
        let is_serious = !matches!(event.happening, Happening::Reminded { .. });
        if !hearers.hear(&event.clock.incident, is_serious)? {
            tell(format!(
                "duty: nobody who is told may read the incident of {}: name somebody who may under `{DUTIES}` in `{CONFIG}`, or have it labelled",
                event.clock
            ));
        }
    }
    Ok(())
}

/// Commits records that belong together: all of them, or none.
fn commit(open: &Open, records: &[Signed<Record>]) -> Done {
    for answer in open.store.commit(vec![batch_of_all(records)?]) {
        let _committed = answer.map_err(node::refused)?;
    }
    Ok(())
}

/// What is to be recorded of a clock now.
fn events(clock: &Clock, plan: &Plan, now: Timestamp) -> Vec<ClockEvent> {
    let happening = |effect| match effect {
        Effect::RecordMissed { due, .. } => Some(Happening::Missed { due }),
        Effect::Remind { person: Person::First, percent, .. } => Some(Happening::Reminded { percent }),
        Effect::Escalate => Some(Happening::Escalated),
        // Whoever hears of an escalation is the second person.
        Effect::Remind { person: Person::Second, .. } | _ => None,
    };
    let all = clock.look(plan, now).into_iter().filter_map(happening);
    all.map(|happening| ClockEvent::new(clock.id.clone(), now, NODE, happening)).collect()
}

#[cfg(test)]
mod tests;
