//! The audiences: which feeds each partner reads, as this node has noted it.
//!
//! Whether an agreement is in force depends on messages, keys and the clock, which no view knows. So whoever runs the node notes, in a log
//! of its own, the feeds that each partner reads whenever they become others: when an agreement begins, is suspended, goes on, or
//! ends. The collection of a partner follows from these notes and from the feeds. Each reading compares the newest note with the
//! agreements, and answers nothing while the two differ.

use std::collections::{BTreeMap, BTreeSet};

use record::digest::PartyId;
use record::json::{self, Json, Map};
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::views::{Seen, index_of};
use storage::{LocalStore, LogName, StoreError};

use crate::feed::{self, SALT_BYTES};
use crate::view::next_time;

/// The log of these notes.
pub const AUDIENCES: &str = "audiences";

/// Feeds of one partner: more agreements than two parties will ever have, and few enough that a note stays small.
const MAX_FEEDS: usize = 1_024;

/// `collections_audience` has, for each note, every feed that its partner reads from then on, and those that it reads no more. `base` is
/// where the times of a feed's objects begin, behind that of the note; none where nothing changes for it.
pub(crate) const TABLES: &str = "
    CREATE TABLE collections_partner (number INTEGER PRIMARY KEY, partner TEXT NOT NULL UNIQUE);
    CREATE TABLE collections_audience (partner INTEGER NOT NULL, note INTEGER NOT NULL, log INTEGER NOT NULL,
        at INTEGER NOT NULL, base INTEGER, is_read INTEGER NOT NULL, PRIMARY KEY (partner, note, log)) WITHOUT ROWID;
    CREATE INDEX collections_audience_by_log ON collections_audience (log, note);
    CREATE INDEX collections_audience_by_note ON collections_audience (note);
";

/// The note that a partner reads these feeds from now on, and no others.
#[must_use]
pub fn note(partner: PartyId, feeds: &BTreeSet<LogName>) -> Map {
    let feeds = feeds.iter().map(|log| Json::text(log.as_str())).collect();
    Map::new().with("kind", "audience").with("partner", partner.to_string()).with("feeds", Json::Array(feeds))
}

/// The feeds that a partner reads as of the newest note; none before the first.
///
/// # Errors
/// [`StoreError::Views`].
pub fn noted(store: &LocalStore, partner: PartyId) -> Result<BTreeSet<LogName>, StoreError> {
    let names: Vec<String> = store.ask(|connection| {
        let sql = "SELECT log.name FROM collections_audience AS it JOIN log ON log.number = it.log
            WHERE it.is_read AND it.partner = (SELECT number FROM collections_partner WHERE partner = ?1)
            AND it.note = (SELECT max(note) FROM collections_audience WHERE partner = it.partner)";
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_map([partner.to_string()], |row| row.get(0))?.collect()
    })?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// Every partner of whom there is a note.
///
/// # Errors
/// [`StoreError::Views`].
pub fn partners(store: &LocalStore) -> Result<Vec<PartyId>, StoreError> {
    let names: Vec<String> = store.ask(|connection| {
        let mut statement = connection.prepare_cached("SELECT partner FROM collections_partner ORDER BY number")?;
        statement.query_map([], |row| row.get(0))?.collect()
    })?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// The number under which the rows of a partner lie. Logs have numbers above nothing, and partners below.
pub(crate) fn number_of(connection: &Connection, partner: PartyId) -> Result<Option<i64>, rusqlite::Error> {
    let sql = "SELECT -number FROM collections_partner WHERE partner = ?1";
    connection.prepare_cached(sql)?.query_row([partner.to_string()], |row| row.get(0)).optional()
}

/// What a partner reads from a note on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Noted {
    /// When it was noted.
    pub(crate) at: i64,
    /// The feeds.
    pub(crate) logs: BTreeSet<i64>,
    /// Of each feed that comes or goes: where the times of its objects begin.
    pub(crate) bases: BTreeMap<i64, i64>,
}

/// The notes of a partner, in order.
pub(crate) fn history(connection: &Connection, partner: i64) -> Result<Vec<Noted>, rusqlite::Error> {
    let sql = "SELECT at, log, base, is_read FROM collections_audience WHERE partner = ?1 ORDER BY note, log";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([-partner], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<i64>>(2)?, row.get::<_, bool>(3)?))
    })?;
    let mut history: Vec<Noted> = Vec::new();
    for row in rows {
        let (at, log, base, is_read) = row?;
        if history.last().is_none_or(|last| last.at != at) {
            history.push(Noted { at, logs: BTreeSet::new(), bases: BTreeMap::new() });
        }
        let Some(last) = history.last_mut() else { continue };
        last.logs.extend(is_read.then_some(log));
        last.bases.extend(base.map(|base| (log, base)));
    }
    Ok(history)
}

/// The partners that a feed was ever noted for, by their numbers, in the order of their first notes: that never changes.
pub(crate) fn readers_of(connection: &Connection, log: i64) -> Result<Vec<i64>, rusqlite::Error> {
    let sql = "SELECT -partner FROM collections_audience WHERE log = ?1 GROUP BY partner ORDER BY min(note)";
    connection.prepare_cached(sql)?.query_map([log], |row| row.get(0))?.collect()
}

/// Takes in a note. Each object of a feed that comes or goes is made anew, at a time that follows from its place in the feed: so it
/// is the same whatever was erased since.
pub(crate) fn take(connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
    let Some((partner, feeds)) = seen.body.and_then(read) else {
        return next_time(connection, seen.time.micros(), 1).map(drop);
    };
    let partner = partner_of(connection, partner)?;
    let now = logs_of(connection, &feeds)?;
    let before = history(connection, partner)?.pop().map(|last| last.logs).unwrap_or_default();
    let (mut room, mut bases) = (1_i64, BTreeMap::new());
    for log in now.symmetric_difference(&before) {
        bases.insert(*log, room);
        room = room.saturating_add(feed::size_of(connection, *log)?);
    }
    let at = next_time(connection, seen.time.micros(), room)?;
    let note = i64::try_from(index_of(seen.row)).unwrap_or(i64::MAX);
    for log in now.union(&before) {
        let sql = "INSERT INTO collections_audience VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = params![-partner, note, log, at, bases.get(log), now.contains(log)];
        let _rows = connection.prepare_cached(sql)?.execute(row)?;
    }
    feed::make_anew(connection, partner, bases.keys().copied())
}

/// A note that is gone says nothing any more.
pub(crate) fn erase(connection: &Connection, note: u64) -> Result<(), rusqlite::Error> {
    let note = i64::try_from(note).unwrap_or(i64::MAX);
    let sql = "DELETE FROM collections_audience WHERE note = ?1 RETURNING -partner, log";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([note], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let gone = rows.collect::<Result<Vec<_>, _>>()?;
    gone.iter().try_for_each(|(partner, log)| feed::make_anew(connection, *partner, [*log]))
}

/// What a note says. One that names more feeds than any partner has says nothing.
fn read(body: &[u8]) -> Option<(PartyId, Vec<String>)> {
    let (_, text) = body.split_at_checked(SALT_BYTES)?;
    let Ok(Json::Object(map)) = json::parse(text) else { return None };
    let feeds = map.get("feeds").and_then(Json::as_array).filter(|feeds| feeds.len() <= MAX_FEEDS)?;
    let feeds: Option<Vec<_>> = feeds.iter().map(|feed| feed.as_str().map(str::to_owned)).collect();
    let partner = map.text("partner").filter(|_| map.text("kind") == Some("audience"))?;
    Some((partner.parse().ok()?, feeds?))
}

/// The number of a partner, which it gets with its first note.
fn partner_of(connection: &Connection, partner: PartyId) -> Result<i64, rusqlite::Error> {
    let sql = "INSERT INTO collections_partner (partner) VALUES (?1) ON CONFLICT (partner) DO NOTHING";
    let _rows = connection.prepare_cached(sql)?.execute([partner.to_string()])?;
    number_of(connection, partner)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

/// The numbers of logs that are feeds of ours: nothing else has entries for others.
fn logs_of(connection: &Connection, feeds: &[String]) -> Result<BTreeSet<i64>, rusqlite::Error> {
    let feeds = feeds.iter().filter(|name| name.parse::<LogName>().is_ok_and(|log| log.is_feed()));
    let numbers = feeds.map(|name| crate::collection::number_of(connection, name));
    let numbers: Result<Vec<_>, _> = numbers.collect();
    Ok(numbers?.into_iter().flatten().collect())
}
