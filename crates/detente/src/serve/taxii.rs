//! The running node pulls servers of TAXII into quarantine, each when its time has come.
//!
//! Quarantine has a folder and locks of its own, so nothing here needs the node's store, and a command that has borrowed the directory
//! is not waited for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

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

/// Pulls what is due, until the node ends. A pull that goes on then is left: what it has kept is whole, and the next one goes on.
pub(super) fn follow(lending: &Lending, home: &Home, tell: &Tell) {
    let quarantine = Quarantine::of(home);
    let mut under_way: BTreeMap<SourceName, JoinHandle<()>> = BTreeMap::new();
    let mut trouble = BTreeMap::new();
    while !lending.has_ended() {
        under_way.retain(|_, pull| !pull.is_finished());
        for cell in quarantine.cells().unwrap_or_default() {
            if under_way.len() >= MAX_AT_ONCE || under_way.contains_key(&cell.name) {
                continue;
            }
            match is_due(&cell, clock::now()) {
                Ok(true) => drop(under_way.insert(cell.name.clone(), begin(cell, tell))),
                Ok(false) => drop(trouble.remove(&cell.name)),
                // Told once, and not every two seconds.
                Err(failure) => {
                    if trouble.insert(cell.name.clone(), failure.message.clone()).as_ref() != Some(&failure.message) {
                        tell(format!("taxii {}: {}", cell.name, failure.message));
                    }
                }
            }
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

/// A pull in a thread that the node's end does not wait for: a server may take minutes for an answer.
fn begin(cell: Cell, tell: &Tell) -> JoinHandle<()> {
    let tell = Arc::clone(tell);
    thread::spawn(move || match pull_one(&cell) {
        Ok(Some(line)) => tell(format!("taxii {}: {line}", cell.name)),
        Ok(None) => {}
        Err(failure) => tell(format!("taxii {}: {}", cell.name, failure.message)),
    })
}

/// None if another process pulls it just now.
fn pull_one(cell: &Cell) -> Done<Option<String>> {
    let Some(_held) = cell.try_hold()? else { return Ok(None) };
    pull::run(cell, &mut |_| {}).map(|told| Some(told.in_one_line()))
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
