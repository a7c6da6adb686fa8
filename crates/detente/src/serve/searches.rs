//! The running node keeps its search index current, and tries the standing searches on what comes.

use std::time::{Duration, Instant};

use storage::Store as _;

use super::lending::Lending;
use super::open::Open;
use super::rounds::Tell;
use crate::searching;

/// How often the logs are looked at, in milliseconds. With one batch behind it this keeps the lag below two seconds.
const LOOK_EVERY_MS: u64 = 500;

/// How long one turn may hold the node, in milliseconds: whoever wants the directory waits for it no longer. Under a load that
/// fills every turn, half of the time is left to the others, and the lag grows to as much as a minute.
const TURN_MS: u64 = 500;

/// Follows the logs until the end.
pub(super) fn follow(lending: &Lending, tell: &Tell) {
    let (mut seen, mut trouble) = (Vec::new(), String::new());
    while !lending.has_ended() {
        std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
        let Ok(open) = lending.get() else { continue };
        let heads = open.store.heads().unwrap_or_default();
        if heads == seen {
            continue;
        }
        match turn(&open, lending, tell) {
            Ok(is_current) => {
                trouble.clear();
                if is_current {
                    seen = heads;
                }
            }
            Err(problem) if problem != trouble => {
                tell(format!("search: {problem}"));
                trouble = problem;
            }
            Err(_) => {}
        }
    }
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
