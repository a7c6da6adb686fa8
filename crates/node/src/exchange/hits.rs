//! Notes that a standing search has found something: for whoever is told of it while the node runs.
//!
//! A note holds the number of an alert, and nothing of the search or of what it found: a search that is let go of leaves numbers that
//! name nothing.

use record::json::{Json, Map};
use record::time::Timestamp;
use rusqlite::{Connection, params};
use storage::views::Seen;
use storage::{LocalStore, Store as _};

use super::notebook::{signed, unsigned};
use super::{ExchangeError, Own, batch, heard};

/// Notes of one commit: what an import finds at once must not make a frame of any length.
const MAX_AT_ONCE: usize = 256;

pub(super) const TABLES: &str = "
    CREATE TABLE exchange_hits (idx INTEGER PRIMARY KEY, alert INTEGER NOT NULL, time INTEGER NOT NULL);
    CREATE INDEX exchange_hits_by_alert ON exchange_hits (alert);
";

/// That a standing search has found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hit {
    /// The index of its note: alarms are counted in the same log, so no alarm has this number.
    pub number: u64,
    /// The number of the alert, among the standing searches.
    pub alert: u64,
    /// When it was noted.
    pub time: Timestamp,
}

/// Notes alerts, in this order. Whoever stops in between notes the rest when it is asked for what is noted and begins again.
///
/// # Errors
/// [`ExchangeError`].
pub fn note(store: &LocalStore, own: &Own, alerts: &[u64]) -> Result<(), ExchangeError> {
    for some in alerts.chunks(MAX_AT_ONCE) {
        let note = |alert: &u64| {
            let note = Map::new().with("kind", "hit").with("alert", Json::count(*alert));
            heard::note(batch(own)?, own, note)
        };
        for answer in store.commit(some.iter().map(note).collect::<Result<_, _>>()?) {
            let _committed = answer?;
        }
    }
    Ok(())
}

/// The largest number of an alert that is noted; none if none is.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn last_alert(store: &LocalStore) -> Result<Option<u64>, ExchangeError> {
    let sql = "SELECT max(alert) FROM exchange_hits";
    let last: Option<i64> = store.ask(|it| it.prepare_cached(sql)?.query_row([], |row| row.get(0)))?;
    Ok(last.map(unsigned))
}

/// The first notes from an index on, at most 256: whoever wants more asks again behind the last.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn since(store: &LocalStore, from: u64) -> Result<Vec<Hit>, ExchangeError> {
    let sql = "SELECT idx, alert, time FROM exchange_hits WHERE idx >= ?1 ORDER BY idx LIMIT 256";
    let hit = |row: &rusqlite::Row<'_>| {
        let (number, alert) = (unsigned(row.get(0)?), unsigned(row.get(1)?));
        Ok(Hit { number, alert, time: Timestamp::from_micros(row.get(2)?) })
    };
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_map([signed(from)], hit)?.collect())?)
}

/// The index behind the newest note; 0 if there is none.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn next(store: &LocalStore) -> Result<u64, ExchangeError> {
    let sql = "SELECT max(idx) FROM exchange_hits";
    let last: Option<i64> = store.ask(|it| it.prepare_cached(sql)?.query_row([], |row| row.get(0)))?;
    Ok(last.map_or(0, |last| unsigned(last).saturating_add(1)))
}

pub(super) fn take_note(connection: &Connection, seen: &Seen<'_>, note: &Map) -> Result<(), rusqlite::Error> {
    let alert = note.get("alert").and_then(Json::as_integer).unwrap_or(0);
    let sql = "INSERT INTO exchange_hits VALUES (?1, ?2, ?3)";
    let row = params![signed(seen.place.index), alert, seen.time.micros()];
    connection.prepare_cached(sql)?.execute(row).map(drop)
}
