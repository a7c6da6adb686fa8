//! The running node pulls servers of TAXII into quarantine, each when its time has come.
//!
//! Quarantine has a folder and locks of its own, so nothing here needs the node's store, and a command that has borrowed the directory
//! is not waited for.

use std::collections::BTreeMap;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use record::digest::sha256;
use record::time::Timestamp;

use super::lending::Lending;
use super::rounds::Tell;
use crate::clock;
use crate::home::Home;
use crate::outcome::Done;
use crate::quarantine::held::Held;
use crate::quarantine::pull::{self, Runs};
use crate::quarantine::source::Source;
use crate::quarantine::{Cell, Quarantine, SourceName};

/// How often sources are looked at, in milliseconds. Their intervals are minutes.
const LOOK_EVERY_MS: u64 = 2_000;

/// How often the end of the node is looked for, in milliseconds.
const TICK_MS: u64 = 100;

/// Microseconds of a minute.
const MINUTE_MICROS: i64 = 60_000_000;

/// The part of an interval by which it may be longer: nodes that were begun together do not ask a server together for ever.
const JITTER_TENTHS: i64 = 1;

/// Pulls that go on at the same time. Each may have a page of 32 MiB in memory.
const MAX_AT_ONCE: usize = 2;

/// How long a source rests that could not even be begun, in milliseconds: its files have to be mended by hand.
const REST_MS: u64 = 60_000;

/// What a pull comes to: what to tell, if anything.
type Came = Done<Option<String>>;

/// Pulls what is due, until the node ends. A pull that goes on then is left: what it has kept is whole, and the next one goes on.
pub(super) fn follow(lending: &Lending, home: &Home, tell: &Tell) {
    let quarantine = Quarantine::of(home);
    let mut turns = Turns::default();
    while !lending.has_ended() {
        turns.end_some(tell);
        for cell in quarantine.cells().unwrap_or_default() {
            turns.look(cell, tell);
        }
        rest(lending);
    }
}

fn rest(lending: &Lending) {
    let mut left = LOOK_EVERY_MS;
    while left > 0 && !lending.has_ended() {
        thread::sleep(Duration::from_millis(TICK_MS));
        left = left.saturating_sub(TICK_MS);
    }
}

/// Which sources are pulled just now, and which are in trouble.
#[derive(Default)]
struct Turns {
    under_way: BTreeMap<SourceName, JoinHandle<Came>>,
    /// What was told of each, and when it is looked at again.
    trouble: BTreeMap<SourceName, (String, Instant)>,
}

impl Turns {
    /// Tells what came of the pulls that have ended.
    fn end_some(&mut self, tell: &Tell) {
        let is_over = |name: &SourceName| self.under_way.get(name).is_some_and(JoinHandle::is_finished);
        let over: Vec<SourceName> = self.under_way.keys().filter(|name| is_over(name)).cloned().collect();
        for name in over {
            match self.under_way.remove(&name).map(JoinHandle::join) {
                Some(Ok(Ok(Some(line)))) => tell(format!("taxii {name}: {line}")),
                Some(Ok(Err(failure))) => self.fail(name, &failure.message, tell),
                Some(Err(_)) => self.fail(name, "the pull ended early", tell),
                Some(Ok(Ok(None))) | None => {}
            }
        }
    }

    fn look(&mut self, cell: Cell, tell: &Tell) {
        let rests = self.trouble.get(&cell.name).is_some_and(|(_, until)| Instant::now() < *until);
        if rests || self.under_way.len() >= MAX_AT_ONCE || self.under_way.contains_key(&cell.name) {
            return;
        }
        match is_due(&cell, clock::now()) {
            Ok(true) => drop(self.under_way.insert(cell.name.clone(), begin(cell))),
            Ok(false) => drop(self.trouble.remove(&cell.name)),
            Err(failure) => self.fail(cell.name, &failure.message, tell),
        }
    }

    /// The same trouble is told once.
    fn fail(&mut self, name: SourceName, message: &str, tell: &Tell) {
        let until = Instant::now() + Duration::from_millis(REST_MS);
        let line = format!("taxii {name}: {message}");
        if self.trouble.insert(name, (message.to_owned(), until)).is_none_or(|(before, _)| before != message) {
            tell(line);
        }
    }
}

/// A pull in a thread that the node's end does not wait for: a server may take minutes for an answer.
fn begin(cell: Cell) -> JoinHandle<Came> {
    thread::spawn(move || {
        // Another process may be pulling it just now.
        let Some(_held) = cell.try_hold()? else { return Ok(None) };
        let told = pull::run(&cell, &mut |_| {})?;
        Ok((!told.is_quiet()).then(|| told.in_one_line()))
    })
}

fn is_due(cell: &Cell, now: Timestamp) -> Done<bool> {
    let Some(minutes) = Source::read(cell)?.every_minutes else { return Ok(false) };
    if !cell.held_path().exists() {
        return Ok(true);
    }
    Ok(when(&cell.name, minutes, &Runs::read(&Held::open(cell)?)?).is_none_or(|time| time <= now))
}

/// When a source is pulled next; none if it never was.
fn when(name: &SourceName, minutes: u32, runs: &Runs) -> Option<Timestamp> {
    let begun = runs.begun?;
    let interval = i64::from(minutes).saturating_mul(MINUTE_MICROS);
    // From the name and the last time, so that looking twice comes to the same.
    let draw =
        sha256(&[name.to_string().as_bytes(), b"\0", &begun.micros().to_be_bytes()]).first().copied().unwrap_or(0);
    let jitter = interval.saturating_mul(JITTER_TENTHS).saturating_mul(i64::from(draw)) / (10 * 255);
    let next = Timestamp::from_micros(begun.micros().saturating_add(interval).saturating_add(jitter));
    Some(runs.not_before.map_or(next, |not_before| next.max(not_before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Option<Timestamp> {
        Some(Timestamp::from_micros(micros))
    }

    #[test]
    fn an_interval_is_never_shorter_and_a_tenth_longer_at_most() {
        let name: SourceName = "coast".parse().unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for begun in 0..200 {
            let runs = Runs { begun: at(begun), ..Runs::default() };
            let waited = when(&name, 10, &runs).unwrap().micros() - begun;
            assert!((10 * MINUTE_MICROS..=11 * MINUTE_MICROS).contains(&waited), "{waited}");
            let _new = seen.insert(waited);
        }
        assert!(seen.len() > 50, "{}", seen.len());
    }

    #[test]
    fn a_server_that_asks_to_be_left_alone_is() {
        let name: SourceName = "coast".parse().unwrap();
        let runs = Runs { begun: at(0), not_before: at(60 * MINUTE_MICROS), ..Runs::default() };
        assert_eq!(when(&name, 1, &runs), at(60 * MINUTE_MICROS));
        assert_eq!(when(&name, 1, &Runs::default()), None);
    }
}
