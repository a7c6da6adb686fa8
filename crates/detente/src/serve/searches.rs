//! The running node keeps its search index current, and tries the standing searches on what comes.

use std::time::{Duration, Instant};

use node::exchange::hits;
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
        note_alerts(open)?;
    }
    Ok(caught.behind.0 == 0)
}

/// Notes alerts that are not noted yet, whoever tried the searches: streams and webhooks tell of what is noted. A crash between alert
/// and note leaves the note to the next turn.
fn note_alerts(open: &Open) -> Result<(), String> {
    let last = hits::last_alert(&open.store).map_err(|error| error.to_string())?;
    let watches = searching::watches(&open.home).map_err(|failure| failure.message)?;
    let alerts = watches.alerts(None, true).map_err(|error| error.to_string())?;
    let new: Vec<u64> = alerts.iter().map(|alert| alert.number).filter(|number| Some(*number) > last).collect();
    hits::note(&open.store, &open.own, &new).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use api::{Kind, Notice, Subject};

    use super::*;
    use crate::arguments::PassphraseArguments;
    use crate::keystore;
    use crate::operations::read::Reading;
    use crate::operations::read::events::Position;
    use crate::operations::tests::office::Office;
    use crate::serve::open::Opener;

    /// A node that runs, and has tried its searches.
    fn running(office: &Office) -> Lending {
        let home = office.home();
        let arguments = PassphraseArguments { passphrase: false, passphrase_file: None };
        let keys = keystore::open(&home, &home.history().unwrap(), &arguments).unwrap().keys;
        let lending = Lending::new(Opener::with_keys(home, keys).unwrap().1);
        let (open, tell): (_, Tell) = (lending.get().unwrap(), Arc::new(|_| ()));
        let mut seen = Seen::default();
        for _ in 0..100 {
            if look(&open, &lending, &mut seen, &tell).unwrap() {
                break;
            }
        }
        drop(open);
        lending
    }

    /// What somebody is told of since the beginning, of hits alone, and whether he still may be.
    fn hits(office: &Office, lending: &Lending, who: &str) -> (Vec<Notice>, bool) {
        let (home, caller, open) = (office.home(), office.caller(who), lending.get().unwrap());
        let reading = Reading { home: &home, store: &open.store, caller: &caller };
        let happened = reading.events(Position::of(0)).unwrap();
        assert_eq!(happened.position, reading.position().unwrap(), "whoever begins now is told of nothing twice");
        let hits: Vec<_> = happened.notices.into_iter().filter(|notice| notice.kind == Kind::WatchHit).collect();
        let still = hits.iter().all(|notice| reading.still_hears(notice).unwrap());
        (hits, still)
    }

    #[test]
    fn a_running_node_tells_of_what_a_standing_search_found_to_whoever_may_read_it() {
        let office = Office::staffed();
        office.told("lin", "watch add", r#"{"name":"cranes","query":"crane"}"#);
        let [(_, green), (_, red)] = ["A crane stood still", "A crane fell"].map(|title| office.incident(title));
        office.label(&green, "green");
        office.label(&red, "red");
        let lending = running(&office);
        let (told, still) = hits(&office, &lending, "rea");
        assert_eq!((told.len(), still), (1, true), "{told:?}");
        assert!(told[0].subjects.contains(&Subject::Record(green.parse().unwrap())));
        assert!(matches!(told[0].subjects[..], [Subject::Record(_), Subject::Alert(_)]), "ids and nothing else");
        let open = lending.get().unwrap();
        note_alerts(&open).unwrap();
        drop(open);
        assert_eq!(hits(&office, &lending, "rea").0.len(), 1, "noted once");
        drop(lending);
        office.label(&green, "red");
        let again = running(&office);
        assert_eq!(hits(&office, &again, "rea").0, [], "judged when it is told");
        drop(again);
        office.told("lin", "watch remove", r#"{"name":"cranes","yes":true}"#);
        let again = running(&office);
        assert_eq!(hits(&office, &again, "lin").0, [], "a search that was let go of names nothing");
    }
}
