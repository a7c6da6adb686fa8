//! The node that is killed.

use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use storage::{Batch, BatchId, LocalStore, LogName, NewEntry, Place};

use super::options_of;
use crate::scene::batch;

pub(super) const DIR: &str = "DETENTE_KILLED_DIR";
pub(super) const ROUND: &str = "DETENTE_KILLED_ROUND";
pub(super) const SEED: &str = "DETENTE_KILLED_SEED";

/// Threads that append.
const APPENDERS: u64 = 4;
/// Batches that each of them has in flight.
const IN_FLIGHT: u64 = 4;
/// A child that nobody kills ends by itself.
const LIFE: Duration = Duration::from_secs(20);

#[test]
#[ignore = "it is started, and killed, by the tests of `kill`"]
fn node_that_is_killed() {
    let number = |name| std::env::var(name).ok().and_then(|text: String| text.parse::<u64>().ok());
    let (Ok(dir), Some(round), Some(seed)) = (std::env::var(DIR), number(ROUND), number(SEED)) else { return };
    tell("");
    let mut options = options_of(Path::new(&dir));
    options.threads = true;
    let store = LocalStore::open(options).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    let indices = Mutex::new(Vec::new());
    let end = Instant::now() + LIFE;
    std::thread::scope(|scope| {
        for appender in 0..APPENDERS {
            let (store, indices) = (&store, &indices);
            let first = (round * APPENDERS + appender) * 1_000_000;
            scope.spawn(move || append(store, first, indices, end));
        }
        scope.spawn(|| tidy(&store, round, seed, &indices, end));
    });
}

/// One line in one write, so that a kill leaves it whole or not at all.
fn tell(words: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{words}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
}

fn append(store: &LocalStore, first: u64, indices: &Mutex<Vec<u64>>, end: Instant) {
    let mut number = first;
    while Instant::now() < end {
        let tickets: Vec<_> =
            (number..number + IN_FLIGHT).map(|number| (number, store.submit(vec![batch(number)]))).collect();
        for (number, ticket) in tickets {
            match &ticket.wait()[0] {
                Ok(committed) => {
                    let index = committed.entries[0].index;
                    tell(&format!("ack {number} {index}"));
                    indices.lock().unwrap().push(index);
                }
                Err(error) => tell(&format!("trouble {number}: {error}")),
            }
        }
        number += IN_FLIGHT;
    }
}

/// Now and then erases what was acknowledged, and makes the views anew.
fn tidy(store: &LocalStore, round: u64, seed: u64, indices: &Mutex<Vec<u64>>, end: Instant) {
    let mut turn = seed % 7;
    while Instant::now() < end {
        std::thread::sleep(Duration::from_millis(7));
        turn += 1;
        if turn.is_multiple_of(9) {
            store.rebuild(&mut |_, _| ()).unwrap_or_else(|error| tell(&format!("trouble rebuild: {error}")));
        }
        let chosen = {
            let mut indices = indices.lock().unwrap();
            let count = indices.len().max(1) as u64;
            let at = usize::try_from(seed.wrapping_mul(turn) % count).unwrap();
            if indices.is_empty() { None } else { Some(indices.swap_remove(at)) }
        };
        if let Some(index) = chosen {
            erase(store, index, &[round.to_be_bytes(), turn.to_be_bytes()].concat());
        }
    }
}

fn erase(store: &LocalStore, index: u64, name: &[u8]) {
    tell(&format!("erasing {index}"));
    let leaf = record::digest::sha256(&[b"erasure", name]).to_vec();
    let batch = Batch::new(BatchId::of(&[b"erase", name])).entry(NewEntry::bare(LogName::node(), leaf));
    match &store.submit(vec![batch.erase(Place::new(LogName::node(), index))]).wait()[0] {
        Ok(_) => tell(&format!("erased {index}")),
        Err(error) => tell(&format!("trouble erasing {index}: {error}")),
    }
}
