//! The running node watches the clocks of duties: it records that people were reminded, that a second person was told, and that a moment
//! passed with nothing filed. What it records is what streams and webhooks tell.
//!
//! A clock's state follows from the log alone. A node that is killed after it recorded something finds it there again, and one that is
//! killed before records it when it is back: so nothing is told twice, and what passed while the node was down is recorded with the
//! moment at which it was seen.

use std::time::{Duration, Instant};

use duties::clock::{Clock, ClockEvent, Clocks, Effect, Happening, NODE, Person, Plan};
use duties::kept::{CLOCK_TYPE, KeptClock};
use record::entropy::SystemEntropy;
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};
use storage::views::records;
use storage::{LogName, Place, Store as _};

use super::lending::Lending;
use super::open::Open;
use super::rounds::Tell;
use crate::cases::verified;
use crate::clock;
use crate::duty_book::{batch_of_all, kept_id};

/// How often the log is looked at, in milliseconds.
const LOOK_EVERY_MS: u64 = 500;

/// How long every clock goes without being looked at at most. The moment of the next look is one of the machine's time, which may jump
/// over it or away from it; this is counted by a clock that does not jump.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// How long a node waits after it could not record something, in milliseconds.
const REST_MS: u64 = 5_000;

/// Entries of the log that are read at once.
const STEP: usize = 2_048;

/// Bodies that are in memory at once.
const BODIES_AT_ONCE: usize = 64;

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
            Err(problem) => {
                wait_ms = REST_MS;
                if problem != trouble {
                    tell(format!("duties: {problem}"));
                    trouble = problem;
                }
            }
        }
    }
}

/// All clocks, as far as the log was read.
#[derive(Debug, Default)]
struct Watch {
    clocks: Clocks,
    /// Entries of the log that were read.
    read: u64,
    /// When something is to be done next; none if nothing is, or nothing was looked at yet.
    next: Option<Timestamp>,
    /// When all were looked at last: by the machine's time, and by a clock that does not jump.
    looked: Option<(Timestamp, Instant)>,
}

impl Watch {
    /// Reads what is new, and does what is due.
    fn turn(&mut self, open: &Open, now: Timestamp, until: &dyn Fn() -> bool, tell: &Tell) -> Result<(), String> {
        let is_new = self.learn(open)?;
        if !is_new && !self.is_time(now) {
            return Ok(());
        }
        let plan = Plan::default();
        let due: Vec<ClockEvent> = self.clocks.iter().flat_map(|clock| events(clock, &plan, now)).collect();
        for some in due.chunks(RECORDS_AT_ONCE) {
            if until() {
                // The rest is found again.
                return Ok(());
            }
            self.record(open, some, now)?;
            some.iter().for_each(|event| tell(format!("duty: {}: {}", event.happening.name(), event.clock)));
        }
        self.next = self.clocks.iter().filter_map(|clock| clock.next_look(&plan, now)).min();
        self.looked = Some((now, Instant::now()));
        Ok(())
    }

    /// Whether something may be due: its moment has come, the machine's time was put back, or it is long since anybody looked.
    fn is_time(&self, now: Timestamp) -> bool {
        let Some((at, since)) = self.looked else { return true };
        now < at || since.elapsed() >= LONGEST_SLEEP || self.next.is_some_and(|next| now >= next)
    }

    /// Reads what was logged since. True if it says anything of clocks.
    fn learn(&mut self, open: &Open) -> Result<bool, String> {
        let size = open.sender.node_size().map_err(|error| error.to_string())?;
        if size < self.read {
            // Another log lies here than the one that was read.
            *self = Self::default();
        }
        let mut is_new = false;
        if self.read == 0 {
            let all = records::of_types(&open.store, &LogName::node(), &[CLOCK_TYPE]);
            let all: Vec<u64> = all.map_err(|error| error.to_string())?.into_iter().filter(|at| *at < size).collect();
            is_new = self.take(open, &all)?;
            self.read = size;
        }
        while self.read < size {
            let rows = records::list(&open.store, &LogName::node(), self.read, STEP);
            let rows = rows.map_err(|error| error.to_string())?;
            let Some(last) = rows.last().map(|row| row.index) else { break };
            let ours = rows.iter().filter(|row| row.object_type.as_deref() == Some(CLOCK_TYPE));
            is_new |= self.take(open, &ours.map(|row| row.index).collect::<Vec<_>>())?;
            self.read = last.saturating_add(1);
        }
        Ok(is_new)
    }

    /// Takes the events of these entries. One that cannot follow those before it is passed over, as every reader does.
    fn take(&mut self, open: &Open, indices: &[u64]) -> Result<bool, String> {
        let (keys, own) = (open.keys.get(), open.party());
        for some in indices.chunks(BODIES_AT_ONCE) {
            let places: Vec<_> = some.iter().map(|index| Place::new(LogName::node(), *index)).collect();
            for body in open.store.bodies(&places).map_err(|error| error.to_string())? {
                let Ok(record) = verified(keys.ring(), &body) else { continue };
                if record.content().issuer() != own {
                    continue;
                }
                let kept = KeptClock::of_shown(record.content().object());
                kept.iter().flat_map(|kept| &kept.events).for_each(|event| drop(self.clocks.take(event)));
            }
        }
        Ok(!indices.is_empty())
    }

    /// Records events, each by itself, in one commit, and takes them as they lie in the log.
    fn record(&mut self, open: &Open, events: &[ClockEvent], now: Timestamp) -> Result<(), String> {
        let records = events.iter().map(|event| signed(open, event, now)).collect::<Result<Vec<_>, String>>()?;
        let batch = batch_of_all(&records).map_err(|failure| failure.message)?;
        for answer in open.store.commit(vec![batch]) {
            let _committed = answer.map_err(|error| error.to_string())?;
        }
        self.learn(open).map(drop)
    }
}

/// What is to be recorded of a clock now.
fn events(clock: &Clock, plan: &Plan, now: Timestamp) -> Vec<ClockEvent> {
    let happening = |effect| match effect {
        Effect::RecordMissed { due, .. } => Some(Happening::Missed { due }),
        Effect::Remind { person: Person::First, percent, .. } => Some(Happening::Reminded { percent }),
        Effect::Escalate => Some(Happening::Escalated),
        // Whoever hears of an escalation is the second person.
        Effect::Remind { person: Person::Second, .. } => None,
        _ => None,
    };
    let all = clock.look(plan, now).into_iter().filter_map(happening);
    all.map(|happening| ClockEvent::new(clock.id.clone(), now, NODE, happening)).collect()
}

fn signed(open: &Open, event: &ClockEvent, now: Timestamp) -> Result<Signed<Record>, String> {
    let kept = KeptClock::new(event.clock.incident.as_str(), vec![event.clone()]);
    let kept = kept.map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let id = kept_id(CLOCK_TYPE).map_err(|failure| failure.message)?;
    let object = kept.to_object(&id, now).map_err(|error| error.to_string())?;
    let keys = open.own.signers(now).map_err(|error| error.to_string())?;
    let author = Author::new(open.party(), open.own.history.head().digest(), &keys);
    Draft::new(object).sign(&author, &mut SystemEntropy::new()).map_err(|error| error.to_string())
}
