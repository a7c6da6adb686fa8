//! The running node sets clocks by itself: it evaluates incidents of ours that came without a command that did, and all that are open when
//! the day, the packs or what is kept of us are others than at the last time.
//!
//! What it logs is what `duties clock set` would log. It remembers how far it came behind what it logged, so a node that is killed looks a
//! second time, and an evaluation that was logged asks for nothing again.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use duties::kept::{FACTS_TYPE, Folded};
use record::digest::sha256;
use record::stix::StixId;
use record::time::Timestamp;
use storage::LogName;
use storage::views::{cases as view, records};

use super::progress::{Progress, Round};
use super::{REST_MS, commit};
use crate::cases::Cases;
use crate::duty_book::fold::{self, with_clocks};
use crate::duty_book::{DutyBook, events_records};
use crate::holdings::ERASURE;
use crate::outcome::{Done, Exit, Failure};
use crate::serve::lending::Lending;
use crate::serve::open::Open;
use crate::serve::rounds::{self, Tell};
use crate::{clock, node, rules};

/// How often the log is looked at, in milliseconds.
const LOOK_EVERY_MS: u64 = 500;

/// How long one turn goes on, in milliseconds. Whoever wants the directory waits for a few incidents at most, and for no turn.
const TURN_MS: u64 = 500;

/// How long a node that has more to evaluate waits before its next turn, in milliseconds: half of the time is for others.
const BREATH_MS: u64 = 500;

/// Entries of the log whose incidents are found at once.
const STEP: u64 = 1_024;

/// Incidents that are found at once in a round through all of them.
const PAGE: usize = 256;

/// Incidents that are evaluated before what follows is logged: each takes a millisecond or two, and whoever else writes of clocks waits.
const INCIDENTS_AT_ONCE: usize = 32;

/// Incidents that were told of because they cannot be evaluated: more are counted as told, so that a loop fills no memory.
const MAX_TOLD: usize = 1_000;

/// Evaluates until the end.
pub(in crate::serve) fn follow(lending: &Lending, tell: &Tell) {
    let (mut evaluating, mut trouble) = (Evaluating::default(), String::new());
    let mut wait_ms = LOOK_EVERY_MS;
    while !lending.has_ended() {
        rounds::wait(lending, Duration::from_millis(wait_ms));
        let Ok(open) = lending.get() else { continue };
        let end = Instant::now().checked_add(Duration::from_millis(TURN_MS));
        let until = || lending.is_wanted() || end.is_some_and(|end| Instant::now() >= end);
        wait_ms = match evaluating.turn(&open, clock::now(), &until, tell) {
            Ok(is_all) => {
                trouble.clear();
                if is_all { LOOK_EVERY_MS } else { BREATH_MS }
            }
            Err(failure) => {
                // What was begun is found again from what is written down.
                evaluating.forget();
                if failure.message != trouble {
                    tell(format!("duties: incidents are not evaluated: {}", failure.message));
                    trouble = failure.message;
                }
                REST_MS
            }
        };
    }
}

/// What is evaluated, and how far that is.
#[derive(Debug, Default)]
pub(super) struct Evaluating {
    /// None until it was read.
    progress: Option<Progress>,
    /// Entries up to which incidents were found, and those of them that are still to be looked at.
    news: Option<(u64, VecDeque<String>)>,
    /// The same of the round through all.
    page: Option<VecDeque<String>>,
    /// The log and the day of which everything is done.
    rested: Option<(u64, String)>,
    /// Whether this process has begun its round through all: another build may judge otherwise by the same packs.
    has_begun: bool,
    /// Events that this turn has logged.
    logged: usize,
    /// Incidents that cannot be evaluated, and were told of.
    told: BTreeSet<String>,
}

/// What a turn is made with.
struct Looking<'a> {
    open: &'a Open,
    cases: Cases<'a>,
    book: DutyBook<'a>,
    profile: Folded,
    now: Timestamp,
}

impl<'a> Looking<'a> {
    /// What is read for a turn, and under what it evaluates: whatever of it changes, all incidents are looked at again.
    fn new(open: &'a Open, cases: Cases<'a>, now: Timestamp) -> Done<(Self, String)> {
        let book = DutyBook::read(cases, &[], now)?;
        let (profile, last) = book.folded(&book.party())?;
        let packs: Vec<String> =
            book.packs().packs().iter().map(|pack| format!("{} {}", pack.id, pack.digest_text())).collect();
        let packs = record::base64url::encode(&sha256(&[packs.join("\n").as_bytes()]));
        let said = last.map_or_else(|| "nothing".to_owned(), |last| last.to_string());
        let under = format!("{} {packs} {said}", rules::today(now)?);
        Ok((Self { open, cases, book, profile, now }, under))
    }
}

impl Evaluating {
    /// Forgets what was begun, and reads anew how far it came.
    fn forget(&mut self) {
        let (told, has_begun) = (std::mem::take(&mut self.told), self.has_begun);
        *self = Self { told, has_begun, ..Self::default() };
    }

    /// Evaluates what is new, and goes on with the round through all. True if nothing is left.
    pub(super) fn turn(&mut self, open: &Open, now: Timestamp, until: &dyn Fn() -> bool, tell: &Tell) -> Done<bool> {
        let keys = open.keys.get();
        let cases = Cases::new(&open.store, keys.ring(), open.party());
        let state = (fold::size(cases)?, rules::today(now)?.to_string());
        if self.rested.as_ref() == Some(&state) {
            return Ok(true);
        }
        let (looking, under) = Looking::new(open, cases, now)?;
        let mut progress = self.begin(&looking, under)?;
        let is_all = self.read_news(&looking, &mut progress, until, tell)? && {
            self.go_round(&looking, &mut progress, until, tell)?
        };
        // One line for a turn, however many incidents came.
        let logged = std::mem::take(&mut self.logged);
        if logged > 0 {
            tell(format!("duties: {logged} events of clocks follow from what is known now"));
        }
        self.progress = Some(progress);
        self.rested = is_all.then_some(state);
        Ok(is_all)
    }

    /// How far it came, on the log that lies here, and the round that is to be made.
    fn begin(&mut self, looking: &Looking<'_>, under: String) -> Done<Progress> {
        let known = match self.progress.take() {
            Some(known) if known.is_of(looking.cases)? => Some(known),
            Some(_) => {
                self.forget();
                None
            }
            None => None,
        };
        let mut progress = known.map_or_else(|| Progress::read(&looking.open.home, looking.cases), Ok)?;
        let is_done = self.has_begun && progress.done_under.as_ref() == Some(&under);
        let is_begun = progress.round.as_ref().is_some_and(|round| round.under == under);
        if !is_done && !is_begun {
            progress.round = Some(Round::begun(under));
            self.page = None;
        }
        self.has_begun = true;
        Ok(progress)
    }

    /// The incidents of entries that nobody has looked at. True if none is left.
    fn read_news(
        &mut self,
        looking: &Looking<'_>,
        progress: &mut Progress,
        until: &dyn Fn() -> bool,
        tell: &Tell,
    ) -> Done<bool> {
        let (size, begun) = (fold::size(looking.cases)?, progress.entries);
        let mut has_evaluated = false;
        while self.news.is_some() || progress.entries < size {
            let (before, mut ids) = match self.news.take() {
                Some(left) => left,
                None => find_news(looking, progress.entries, size)?,
            };
            has_evaluated |= !ids.is_empty();
            if !self.evaluate(looking, &mut ids, until, tell)? {
                self.news = Some((before, ids));
                return Ok(false);
            }
            progress.has_read(before, looking.cases)?;
        }
        // What holds no incident costs nothing to be read again, and not every entry is worth a write to the disk.
        if has_evaluated || progress.entries.saturating_sub(begun) >= STEP {
            progress.write(&looking.open.home)?;
        }
        Ok(true)
    }

    /// The round through all incidents. True if it has come to its end.
    fn go_round(
        &mut self,
        looking: &Looking<'_>,
        progress: &mut Progress,
        until: &dyn Fn() -> bool,
        tell: &Tell,
    ) -> Done<bool> {
        while let Some(round) = &mut progress.round {
            let mut ids = match self.page.take() {
                Some(left) => left,
                None => looking.book.own_after(&round.after, PAGE)?.into(),
            };
            let Some(last) = ids.back().cloned() else {
                progress.done_under = progress.round.take().map(|round| round.under);
                progress.write(&looking.open.home)?;
                break;
            };
            if !self.evaluate(looking, &mut ids, until, tell)? {
                self.page = Some(ids);
                return Ok(false);
            }
            round.after = last;
            progress.write(&looking.open.home)?;
        }
        Ok(true)
    }

    /// Evaluates incidents and logs what follows, some at a time. True if all of them were; at least some are, so that a node whose
    /// directory is always wanted comes to an end too.
    fn evaluate(
        &mut self,
        looking: &Looking<'_>,
        ids: &mut VecDeque<String>,
        until: &dyn Fn() -> bool,
        tell: &Tell,
    ) -> Done<bool> {
        while !ids.is_empty() {
            let _writing = looking.open.writing_clocks();
            let (mut records, mut events) = (Vec::new(), 0_usize);
            for _ in 0..INCIDENTS_AT_ONCE {
                let Some(id) = ids.pop_front() else { break };
                if let Some((incident, found)) = self.follow_one(looking, &id, tell)? {
                    records.extend(events_records(looking.open, &incident, &found, looking.now)?);
                    events = events.saturating_add(found.len());
                }
                if until() {
                    break;
                }
            }
            if !records.is_empty() {
                commit(looking.open, &records)?;
                self.logged = self.logged.saturating_add(events);
            }
            if until() {
                break;
            }
        }
        Ok(ids.is_empty())
    }

    /// What follows for one incident; none if nothing does. One that cannot be evaluated is told of once, and holds up no other.
    fn follow_one(
        &mut self,
        looking: &Looking<'_>,
        id: &str,
        tell: &Tell,
    ) -> Done<Option<(StixId, Vec<duties::clock::ClockEvent>)>> {
        let Ok(incident) = id.parse::<StixId>() else { return Ok(None) };
        match looking.book.follow(&incident, &looking.profile, looking.now) {
            Ok(setting) => {
                let events = setting.map(|setting| setting.events).unwrap_or_default();
                Ok((!events.is_empty()).then_some((incident, events)))
            }
            Err(failure) if failure.exit == Exit::Environment => Err(failure),
            Err(failure) => {
                self.tell_once(id, &failure, tell);
                Ok(None)
            }
        }
    }

    fn tell_once(&mut self, id: &str, failure: &Failure, tell: &Tell) {
        if self.told.len() < MAX_TOLD && self.told.insert(id.to_owned()) {
            tell(format!("duties: {id} cannot be evaluated, and its clocks stay as they are: {}", failure.message));
        }
    }
}

/// The incidents of the next entries, and up to where that is.
fn find_news(looking: &Looking<'_>, from: u64, size: u64) -> Done<(u64, VecDeque<String>)> {
    let before = size.min(from.saturating_add(STEP));
    let (store, own) = (looking.cases.store, looking.cases.own);
    let found = view::own_news(store, own, FACTS_TYPE, (from, before)).map_err(node::fail)?;
    let mut ids: BTreeSet<String> = found.into_iter().collect();
    let step = usize::try_from(before.saturating_sub(from)).unwrap_or(usize::MAX);
    let rows = records::list(store, &LogName::node(), from, step).map_err(node::fail)?;
    if rows.iter().any(|row| row.object_type.as_deref() == Some(ERASURE)) {
        ids.extend(without_version(looking)?);
    }
    Ok((before, ids.into_iter().collect()))
}

/// The incidents with clocks that run, of which no version is here any more.
fn without_version(looking: &Looking<'_>) -> Done<Vec<String>> {
    let running: BTreeSet<String> = with_clocks(looking.cases, |fold| {
        let open = fold.clocks().iter().filter(|clock| clock.is_open());
        open.map(|clock| clock.id.incident.clone()).collect()
    })?;
    let mut found = Vec::new();
    for id in running {
        let rows = records::of_object(looking.cases.store, &LogName::node(), &id).map_err(node::fail)?;
        if rows.is_empty() {
            found.push(id);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use record::json::Json;

    use super::super::tests::harbour::{Harbour, NOTE, clock_records, entries, states, turns};
    use super::*;

    #[test]
    fn incidents_that_were_imported_get_their_clocks_once() {
        let harbour = Harbour::with_rules("2026-01-01");
        harbour.imports(3);
        let open = harbour.open();
        let mut evaluating = Evaluating::default();
        let told = turns(&mut evaluating, &open, harbour.now);
        assert_eq!(states(&open), ["running"; 3], "{told:?}");
        let before = entries(&open);
        assert_eq!(turns(&mut evaluating, &open, harbour.now), Vec::<String>::new());
        assert_eq!(turns(&mut Evaluating::default(), &open, harbour.now), Vec::<String>::new(), "nor after a restart");
        assert_eq!(entries(&open), before, "the same evaluation logs nothing twice");
    }

    #[test]
    fn what_comes_while_a_node_runs_is_evaluated_and_nothing_else_is() {
        let harbour = Harbour::with_rules("2026-01-01");
        let open = harbour.open();
        let mut evaluating = Evaluating::default();
        turns(&mut evaluating, &open, harbour.now);
        drop(open);
        harbour.imports(2);
        let open = harbour.open();
        assert!(evaluating.progress.as_ref().unwrap().round.is_none(), "the round is over");
        turns(&mut evaluating, &open, harbour.now);
        assert_eq!(states(&open), ["running"; 2]);
    }

    /// Whoever wants the directory has it after one incident; a node that is killed in between looks a second time.
    #[test]
    fn a_node_that_is_always_wanted_and_killed_comes_to_an_end() {
        let harbour = Harbour::with_rules("2026-01-01");
        harbour.imports(5);
        let open = harbour.open();
        let tell: Tell = std::sync::Arc::new(|_| ());
        let (mut looks, mut evaluating) = (0, Evaluating::default());
        while !evaluating.turn(&open, harbour.now, &|| true, &tell).unwrap() {
            looks += 1;
            assert!(looks < 20, "it goes on");
            if looks == 3 {
                assert_eq!(states(&open).len(), 3);
                evaluating = Evaluating::default();
            }
        }
        assert!(looks >= 5, "{looks}");
        assert_eq!(states(&open), ["running"; 5]);
        assert_eq!(clock_records(&open), 10, "each clock of each of the two rules was set once");
    }

    #[test]
    fn a_duty_that_comes_into_force_sets_clocks_on_that_day() {
        let harbour = Harbour::with_rules("2027-02-01");
        harbour.imports(2);
        harbour.closes_one();
        let open = harbour.open();
        let mut evaluating = Evaluating::default();
        turns(&mut evaluating, &open, harbour.now);
        assert_eq!(states(&open), Vec::<&str>::new(), "it is not law yet");
        turns(&mut evaluating, &open, "2027-01-31T23:59:59Z".parse().unwrap());
        assert_eq!(states(&open), Vec::<&str>::new());
        turns(&mut evaluating, &open, "2027-02-01T00:00:01Z".parse().unwrap());
        assert_eq!(states(&open).len(), 1, "and none for what is closed");
    }

    #[test]
    fn what_another_wrote_sets_no_clock_by_itself() {
        let harbour = Harbour::with_rules("2026-01-01");
        let id = harbour.takes_from_another();
        let open = harbour.open();
        turns(&mut Evaluating::default(), &open, harbour.now);
        assert_eq!(states(&open), Vec::<&str>::new());
        drop(open);
        harbour.types(&format!("duties answer {id} incident.loss_of_control=false"));
        assert_eq!(states(&harbour.open()), ["running"], "somebody here has taken it up");
    }

    #[test]
    fn the_clocks_of_an_erased_incident_are_withdrawn_by_the_record_that_says_so() {
        let harbour = Harbour::with_rules("2026-01-01");
        harbour.imports(2);
        let open = harbour.open();
        let mut evaluating = Evaluating::default();
        turns(&mut evaluating, &open, harbour.now);
        drop(open);
        let (id, erasure) = harbour.erases_one();
        let open = harbour.open();
        turns(&mut evaluating, &open, harbour.now);
        drop(open);
        let shown = harbour.types(&format!("duties clock show {id} {NOTE}"));
        assert_eq!((shown.text("state"), shown.text("ended_for")), (Some("withdrawn"), Some(erasure.as_str())));
        let open = harbour.open();
        assert_eq!(states(&open), ["running", "withdrawn"]);
        turns(&mut Evaluating::default(), &open, harbour.now);
        assert_eq!(states(&open), ["running", "withdrawn"], "and it is not set again");
    }

    /// A kill after the first commit of `duties profile` leaves the word, and none of what follows from it.
    #[test]
    fn what_a_killed_profile_left_is_made_good_by_a_turn() {
        let harbour = Harbour::with_rules("2026-01-01");
        harbour.imports(2);
        let open = harbour.open();
        let mut evaluating = Evaluating::default();
        turns(&mut evaluating, &open, harbour.now);
        drop(open);
        harbour.says_and_is_killed();
        let open = harbour.open();
        assert_eq!(states(&open), ["running"; 2]);
        turns(&mut evaluating, &open, harbour.now);
        assert_eq!(states(&open), ["withdrawn"; 2]);
    }

    #[test]
    fn what_a_killed_command_left_is_made_good_by_the_same_command() {
        let harbour = Harbour::with_rules("2026-01-01");
        harbour.imports(2);
        let open = harbour.open();
        turns(&mut Evaluating::default(), &open, harbour.now);
        drop(open);
        let made = |words: &str| harbour.types(words).get("made").cloned();
        let (adopt, profile) =
            (harbour.adopts_and_is_killed("2030-01-01"), "duties profile actor.coalition_member=false");
        assert_eq!(states(&harbour.open()), ["running"; 2]);
        assert_eq!(made(&format!("{adopt} --preview")), Some(Json::Bool(false)));
        assert_eq!(made(&adopt), Some(Json::Bool(true)));
        assert_eq!(states(&harbour.open()), ["withdrawn"; 2], "the rule is no law yet");
        assert_eq!(made(&adopt), Some(Json::Bool(false)), "nothing is left");
        harbour.says_and_is_killed();
        assert_eq!(made(profile), Some(Json::Bool(true)), "the clocks of the coalition's own rule");
        assert_eq!(made(profile), Some(Json::Bool(false)));
    }

    #[test]
    fn what_cannot_be_evaluated_is_told_once() {
        let lines = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let kept = std::sync::Arc::clone(&lines);
        let tell: Tell = std::sync::Arc::new(move |line: String| kept.lock().unwrap().push(line));
        let (mut evaluating, failure) = (Evaluating::default(), Failure::refused("too many records"));
        for id in ["incident--1", "incident--2", "incident--1"] {
            evaluating.tell_once(id, &failure, &tell);
        }
        evaluating.forget();
        evaluating.tell_once("incident--2", &failure, &tell);
        let told = lines.lock().unwrap().clone();
        assert!(told.len() == 2 && told.iter().all(|line| line.contains("too many records")), "{told:?}");
    }
}
