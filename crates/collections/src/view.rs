//! The view: what was released in each of our feeds, and the objects that it makes.

use policy::feed::ReadEntry;
use record::Unverified;
use record::json::{self, Json};
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::Place;
use storage::views::{Seen, View};

use crate::emitted::{self, Emitted};

const TABLES: &str = "
    CREATE TABLE collections_clock (log TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE collections_entry (log TEXT NOT NULL, idx INTEGER NOT NULL, added INTEGER NOT NULL, id TEXT NOT NULL,
        type TEXT NOT NULL, issuer TEXT NOT NULL, digest TEXT NOT NULL, version INTEGER NOT NULL, showing TEXT NOT NULL,
        taken_back INTEGER, PRIMARY KEY (log, idx)) WITHOUT ROWID;
    CREATE INDEX collections_entry_by_id ON collections_entry (log, id);
    CREATE TABLE collections_shown (log TEXT NOT NULL, added INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
        version INTEGER NOT NULL, spec TEXT NOT NULL, object TEXT NOT NULL, is_newest INTEGER NOT NULL,
        PRIMARY KEY (log, added)) WITHOUT ROWID;
    CREATE INDEX collections_shown_by_id ON collections_shown (log, id, version);
";

/// Makes the rows.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Collections;

impl Collections {
    /// The view.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// One release, as an entry has it.
struct Release {
    id: String,
    object_type: String,
    issuer: String,
    digest: String,
    version: i64,
    showing: String,
}

impl Release {
    /// None for a body that is gone, or shows no id.
    fn read(body: &[u8]) -> Option<Self> {
        let showing = record_of(body)?;
        let record = showing.claimed_content().ok()?;
        let text = |name| record.object().text(name).map(str::to_owned);
        let (id, object_type) = (text("id")?, text("type")?);
        let (issuer, digest) = (record.issuer().to_string(), record.digest().to_string());
        let version = record.aside().version().unwrap_or(0);
        Some(Self { id, object_type, issuer, digest, version, showing: showing.envelope().to_json() })
    }
}

/// The record in a body: by itself, or beside its author's proof.
fn record_of(body: &[u8]) -> Option<Unverified> {
    if let Ok(record) = Unverified::read(body) {
        return Some(record);
    }
    let Ok(Json::Object(map)) = json::parse(body) else { return None };
    Unverified::read(map.get("record")?.to_text().as_bytes()).ok()
}

impl View for Collections {
    fn name(&self) -> &'static str {
        "collections/1"
    }

    fn tables(&self) -> &'static str {
        TABLES
    }

    fn take(&mut self, connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
        if !seen.place.log.is_feed() {
            return Ok(());
        }
        let feed = Feed { connection, log: seen.place.log.as_str() };
        // Every entry has its time, whether its body is still there or not: a rebuilt view must give the same times to the rest.
        let at = feed.next_time(seen.time.micros())?;
        match ReadEntry::read(seen.entry) {
            Ok(ReadEntry::Release(_)) => feed.released(seen.place.index, at, seen.body),
            Ok(ReadEntry::Recall(recall)) => feed.taken_back(recall.index, at),
            Ok(ReadEntry::Erased(erased)) => feed.taken_back(erased.index, at),
            Ok(ReadEntry::Marks(_) | ReadEntry::Close { .. } | _) | Err(_) => Ok(()),
        }
    }

    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
        if !place.log.is_feed() {
            return Ok(());
        }
        // Nothing that came from the body stays, its id neither: a view that is made anew does not know it. Whoever must be told
        // that an object is void is told by a recall before.
        let feed = Feed { connection, log: place.log.as_str() };
        let Some(id) = feed.id_of(place.index)? else { return Ok(()) };
        let sql = "DELETE FROM collections_entry WHERE log = ?1 AND idx = ?2";
        let _rows = connection.prepare_cached(sql)?.execute(params![feed.log, signed(place.index)])?;
        feed.emit(&id)
    }
}

/// One of our feeds.
struct Feed<'c> {
    connection: &'c Connection,
    log: &'c str,
}

/// What is kept of one release.
struct Row {
    added: i64,
    object_type: String,
    issuer: String,
    digest: String,
    version: i64,
    showing: String,
    taken_back: Option<i64>,
}

impl Feed<'_> {
    /// No two entries of a feed have one time, and each is later than all before it.
    fn next_time(&self, committed: i64) -> Result<i64, rusqlite::Error> {
        let sql = "SELECT last FROM collections_clock WHERE log = ?1";
        let last: Option<i64> =
            self.connection.prepare_cached(sql)?.query_row([self.log], |row| row.get(0)).optional()?;
        let next = last.map_or(committed, |last| committed.max(last.saturating_add(1)));
        let sql = "INSERT OR REPLACE INTO collections_clock VALUES (?1, ?2)";
        let _rows = self.connection.prepare_cached(sql)?.execute(params![self.log, next])?;
        Ok(next)
    }

    fn id_of(&self, index: u64) -> Result<Option<String>, rusqlite::Error> {
        let sql = "SELECT id FROM collections_entry WHERE log = ?1 AND idx = ?2";
        let values = params![self.log, signed(index)];
        self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()
    }

    fn released(&self, index: u64, at: i64, body: Option<&[u8]>) -> Result<(), rusqlite::Error> {
        let Some(it) = body.and_then(Release::read) else { return Ok(()) };
        let sql = "INSERT INTO collections_entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL)";
        let place = (self.log, signed(index));
        let row = params![place.0, place.1, at, it.id, it.object_type, it.issuer, it.digest, it.version, it.showing];
        let _rows = self.connection.prepare_cached(sql)?.execute(row)?;
        self.emit(&it.id)
    }

    fn taken_back(&self, index: u64, at: i64) -> Result<(), rusqlite::Error> {
        let Some(id) = self.id_of(index)? else { return Ok(()) };
        let sql = "UPDATE collections_entry SET taken_back = ?3 WHERE log = ?1 AND idx = ?2 AND taken_back IS NULL";
        let _rows = self.connection.prepare_cached(sql)?.execute(params![self.log, signed(index), at])?;
        self.emit(&id)
    }

    /// What was released of an object. It belongs to whoever's record of it was released first: another party that is relayed
    /// must not put its own in that place.
    fn rows(&self, id: &str) -> Result<Vec<Row>, rusqlite::Error> {
        let sql = "SELECT added, type, issuer, digest, version, showing, taken_back FROM collections_entry
            WHERE log = ?1 AND id = ?2 ORDER BY idx";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![self.log, id], |row| {
            Ok(Row {
                added: row.get(0)?,
                object_type: row.get(1)?,
                issuer: row.get(2)?,
                digest: row.get(3)?,
                version: row.get(4)?,
                showing: row.get(5)?,
                taken_back: row.get(6)?,
            })
        })?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let first = rows.first().map(|row| row.issuer.clone());
        Ok(rows.into_iter().filter(|row| Some(&row.issuer) == first.as_ref()).collect())
    }

    /// Makes the rows of an object anew from what was released of it, so that they are the same whenever they are made. What was
    /// emitted before something was taken back is read no more, in no version.
    fn emit(&self, id: &str) -> Result<(), rusqlite::Error> {
        let sql = "DELETE FROM collections_shown WHERE log = ?1 AND id = ?2";
        let _rows = self.connection.prepare_cached(sql)?.execute(params![self.log, id])?;
        let rows = self.rows(id)?;
        let since = rows.iter().filter_map(|row| row.taken_back).max().unwrap_or(i64::MIN);
        let mut times: Vec<i64> =
            rows.iter().flat_map(|row| [Some(row.added), row.taken_back]).flatten().filter(|at| *at >= since).collect();
        times.sort_unstable();
        let mut emitted: Vec<(i64, Emitted)> = Vec::new();
        for at in times {
            let Some(next) = shown_at(id, &rows, at) else { continue };
            if !emitted.last().is_some_and(|(_, last)| same_but_for_time(&last.json, &next.json)) {
                emitted.push((at, next));
            }
        }
        let newest = emitted.last().map(|(at, _)| *at);
        emitted.iter().try_for_each(|(at, one)| self.put(one, *at, Some(*at) == newest))
    }

    fn put(&self, emitted: &Emitted, at: i64, is_newest: bool) -> Result<(), rusqlite::Error> {
        let sql = "INSERT INTO collections_shown VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let (id, object_type, spec) = (&emitted.id, &emitted.object_type, &emitted.spec_version);
        let row = params![self.log, at, id, object_type, at, spec, emitted.json, is_newest];
        self.connection.prepare_cached(sql)?.execute(row).map(drop)
    }
}

/// An object as it stood at a time: of its newest version what was released of it and not taken back; revoked, if nothing is left
/// of that version, for an older one is superseded.
fn shown_at(id: &str, rows: &[Row], at: i64) -> Option<Emitted> {
    let here: Vec<&Row> = rows.iter().filter(|row| row.added <= at).collect();
    let newest = here.iter().max_by_key(|row| (row.version, row.added))?;
    let stands = |row: &&&Row| row.digest == newest.digest && row.taken_back.is_none_or(|taken| taken > at);
    let standing: Vec<Unverified> =
        here.iter().filter(stands).filter_map(|row| Unverified::read(row.showing.as_bytes()).ok()).collect();
    let modified = Timestamp::from_micros(at);
    if standing.is_empty() {
        return Some(emitted::revoked(id, &newest.object_type, modified));
    }
    emitted::of_releases(&standing, modified)
}

fn same_but_for_time(one: &str, other: &str) -> bool {
    let timeless = |text: &str| match json::parse(text.as_bytes()) {
        Ok(Json::Object(mut map)) => {
            let _modified = map.remove("modified");
            Some(map)
        }
        _ => None,
    };
    let (one, other) = (timeless(one), timeless(other));
    one.is_some() && one == other
}

/// The database counts in signed numbers, and no log has as many entries as that allows.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
