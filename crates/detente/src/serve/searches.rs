//! The running node keeps its search index current, and tries the standing searches on what comes.

use std::time::{Duration, Instant};

use storage::{Head, Store as _, StoreError};

use super::lending::Lending;
use super::open::Open;
use super::rounds::Tell;
use crate::searching::{self, Erasure};

/// How often the logs are looked at, in milliseconds. With one batch behind it this keeps the lag below two seconds.
const LOOK_EVERY_MS: u64 = 500;

/// How long one turn goes on, in milliseconds, before it begins another batch: standing searches are tried between turns. Whoever
/// wants the directory waits for one batch at most, and for no turn.
const TURN_MS: u64 = 500;

/// How long a node that is behind waits before its next turn, in milliseconds: the database is free for others meanwhile.
const BREATH_MS: u64 = 20;

/// Follows the logs until the end.
pub(super) fn follow(lending: &Lending, tell: &Tell) {
    let (mut seen, mut trouble) = (Seen::default(), String::new());
    let mut wait_ms = LOOK_EVERY_MS;
    while !lending.has_ended() {
        std::thread::sleep(Duration::from_millis(wait_ms));
        wait_ms = LOOK_EVERY_MS;
        let Ok(open) = lending.get() else { continue };
        match look(&open, lending, &mut seen, tell) {
            Ok(is_current) => {
                trouble.clear();
                wait_ms = if is_current { LOOK_EVERY_MS } else { BREATH_MS };
            }
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

/// Takes a turn if there is anything for the index. True if everything is searched.
fn look(open: &Open, lending: &Lending, seen: &mut Seen, tell: &Tell) -> Result<bool, String> {
    let heads = open.store.heads().map_err(said)?;
    if heads == seen.heads {
        return Ok(true);
    }
    let erasures = Erasure::count(&open.store).map_err(said)?;
    let has_news = searching::has_news(&open.store, (&seen.heads, seen.erasures), &heads).map_err(said)?;
    let is_current = !has_news || turn(open, lending, tell)?;
    if is_current {
        *seen = Seen { heads, erasures };
    }
    Ok(is_current)
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
