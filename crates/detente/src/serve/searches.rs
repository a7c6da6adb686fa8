//! The running node keeps its search index current, and tries the standing searches on what comes.

use std::time::{Duration, Instant};

use storage::{Head, Store as _, StoreError};

use super::lending::Lending;
use super::open::Open;
use super::rounds::Tell;
use crate::searching::{self, Erasure};

/// How often the logs are looked at, in milliseconds. With one batch behind it this keeps the lag below two seconds.
const LOOK_EVERY_MS: u64 = 500;

/// How long one turn may hold the node, in milliseconds: whoever wants the directory waits for it no longer. Under a load that
/// fills every turn, half of the time is left to the others, and the lag grows to as much as a minute.
const TURN_MS: u64 = 500;

/// Follows the logs until the end.
pub(super) fn follow(lending: &Lending, tell: &Tell) {
    let (mut seen, mut trouble) = (Seen::default(), String::new());
    while !lending.has_ended() {
        std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
        let Ok(open) = lending.get() else { continue };
        match look(&open, lending, &mut seen, tell) {
            Ok(()) => trouble.clear(),
            Err(problem) if problem != trouble => {
                tell(format!("search: {problem}"));
                trouble = problem;
            }
            Err(_) => {}
        }
    }
}

/// What the index is known to have read.
#[derive(Debug, Default)]
struct Seen {
    heads: Vec<Head>,
    erasures: u64,
}

/// Takes a turn if there is anything for the index.
fn look(open: &Open, lending: &Lending, seen: &mut Seen, tell: &Tell) -> Result<(), String> {
    let heads = open.store.heads().map_err(said)?;
    if heads == seen.heads {
        return Ok(());
    }
    let erasures = Erasure::count(&open.store).map_err(said)?;
    let has_news = searching::has_news(&open.store, (&seen.heads, seen.erasures), &heads).map_err(said)?;
    if !has_news || turn(open, lending, tell)? {
        *seen = Seen { heads, erasures };
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(said)` takes an error as it comes")]
fn said(error: StoreError) -> String {
    error.to_string()
}

/// One turn. True if everything is searched.
fn turn(open: &Open, lending: &Lending, tell: &Tell) -> Result<bool, String> {
    let end = Instant::now().checked_add(Duration::from_millis(TURN_MS));
    let until = || lending.is_wanted() || end.is_some_and(|end| Instant::now() >= end);
    let caught = searching::catch_up(&open.home, &open.store, &until).map_err(|failure| failure.message)?;
    if let Some(reason) = &caught.remade {
        tell(format!("search: the index was of no use and is made anew: {reason}"));
    }
    if searching::has_watches(&open.home) {
        let round = searching::run_watches(&open.home, &caught.index).map_err(|failure| failure.message)?;
        for alert in &round.alerts {
            tell(format!("watch {}: record {} (alert {})", alert.rule, alert.digest, alert.number));
        }
    }
    Ok(caught.behind.0 == 0)
}
