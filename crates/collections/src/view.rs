//! The view: what was released in each of our feeds, and the objects that it makes.

use policy::feed::ReadEntry;
use record::Unverified;
use record::digest::RecordDigest;
use record::json::{self, Json};
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::Place;
use storage::views::{Seen, View};

use crate::emitted::{self, Emitted};

const TABLES: &str = "
    CREATE TABLE collections_entry (log TEXT NOT NULL, idx INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
        digest TEXT NOT NULL, version INTEGER NOT NULL, showing TEXT NOT NULL, PRIMARY KEY (log, idx)) WITHOUT ROWID;
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
    digest: RecordDigest,
    version: i64,
    showing: String,
}

impl Release {
    /// None for a body that is gone, or shows no id.
    fn read(body: &[u8]) -> Option<Self> {
        let showing = record_of(body)?;
        let record = showing.claimed_content().ok()?;
        let text = |name| record.object().text(name).map(str::to_owned);
        let version = record.aside().version().unwrap_or(0);
        let (id, object_type) = (text("id")?, text("type")?);
        Some(Self { id, object_type, digest: record.digest(), version, showing: showing.envelope().to_json() })
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
        let feed = Feed { connection, log: seen.place.log.as_str(), time: seen.time };
        match ReadEntry::read(seen.entry) {
            Ok(ReadEntry::Release(_)) => feed.released(seen.place.index, seen.body),
            Ok(ReadEntry::Recall(recall)) => feed.taken_back(recall.index),
            Ok(ReadEntry::Erased(erased)) => feed.taken_back(erased.index),
            Ok(ReadEntry::Marks(_) | ReadEntry::Close { .. } | _) | Err(_) => Ok(()),
        }
    }

    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
        if !place.log.is_feed() {
            return Ok(());
        }
        // The entry that says so emits the object anew; until then it is in no page.
        let (log, index) = (place.log.as_str(), signed(place.index));
        let sql = "SELECT id FROM collections_entry WHERE log = ?1 AND idx = ?2";
        let id: Option<String> =
            connection.prepare_cached(sql)?.query_row(params![log, index], |row| row.get(0)).optional()?;
        let Some(id) = id else { return Ok(()) };
        forget(connection, (log, &id), i64::MAX)?;
        let sql = "UPDATE collections_entry SET showing = '' WHERE log = ?1 AND idx = ?2";
        connection.prepare_cached(sql)?.execute(params![log, index]).map(drop)
    }
}

/// Empties what was emitted of an object before a time: what was taken back is to be read no more, in no version.
fn forget(connection: &Connection, (log, id): (&str, &str), before: i64) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE collections_shown SET object = '' WHERE log = ?1 AND id = ?2 AND added < ?3";
    connection.prepare_cached(sql)?.execute(params![log, id, before]).map(drop)
}

/// One of our feeds, at the time of a commit.
struct Feed<'c> {
    connection: &'c Connection,
    log: &'c str,
    time: Timestamp,
}

impl Feed<'_> {
    fn released(&self, index: u64, body: Option<&[u8]>) -> Result<(), rusqlite::Error> {
        let Some(release) = body.and_then(Release::read) else { return Ok(()) };
        let sql = "INSERT INTO collections_entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let digest = release.digest.to_string();
        let (id, object_type) = (&release.id, &release.object_type);
        let row = params![self.log, signed(index), id, object_type, digest, release.version, release.showing];
        let _rows = self.connection.prepare_cached(sql)?.execute(row)?;
        self.emit(&release.id, &release.object_type)
    }

    fn taken_back(&self, index: u64) -> Result<(), rusqlite::Error> {
        let sql = "SELECT id, type FROM collections_entry WHERE log = ?1 AND idx = ?2";
        let values = params![self.log, signed(index)];
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let found = self.connection.prepare_cached(sql)?.query_row(values, row).optional()?;
        let Some((id, object_type)) = found else { return Ok(()) };
        let sql = "DELETE FROM collections_entry WHERE log = ?1 AND idx = ?2";
        let _rows = self.connection.prepare_cached(sql)?.execute(params![self.log, signed(index)])?;
        forget(self.connection, (self.log, &id), i64::MAX)?;
        self.emit(&id, &object_type)
    }

    /// What is released of the newest version of an object and stands.
    fn standing(&self, id: &str) -> Result<Vec<Unverified>, rusqlite::Error> {
        let sql = "SELECT digest, showing FROM collections_entry WHERE log = ?1 AND id = ?2 AND showing <> ''
            ORDER BY version DESC, idx";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map(params![self.log, id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let newest = rows.first().map(|(digest, _)| digest.clone());
        let of_newest = rows.into_iter().filter(|(digest, _)| Some(digest) == newest.as_ref());
        Ok(of_newest.filter_map(|(_, showing)| Unverified::read(showing.as_bytes()).ok()).collect())
    }

    /// Emits an object as it stands now. What adds nothing emits nothing.
    fn emit(&self, id: &str, object_type: &str) -> Result<(), rusqlite::Error> {
        let standing = self.standing(id)?;
        let at = self.next_time()?;
        let modified = Timestamp::from_micros(at);
        let emitted = match emitted::of_releases(&standing, modified) {
            Some(emitted) => emitted,
            None => emitted::revoked(id, object_type, modified),
        };
        if self.says_so_already(&emitted)? { Ok(()) } else { self.put(&emitted, at) }
    }

    /// No two objects of a collection have one time of addition, and each is later than all before it.
    fn next_time(&self) -> Result<i64, rusqlite::Error> {
        let sql = "SELECT MAX(added) FROM collections_shown WHERE log = ?1";
        let last: Option<i64> = self.connection.prepare_cached(sql)?.query_row([self.log], |row| row.get(0))?;
        Ok(last.map_or(self.time.micros(), |last| self.time.micros().max(last.saturating_add(1))))
    }

    /// Whether the newest that was emitted differs in nothing but the time.
    fn says_so_already(&self, emitted: &Emitted) -> Result<bool, rusqlite::Error> {
        let sql = "SELECT object FROM collections_shown WHERE log = ?1 AND id = ?2 AND is_newest = 1";
        let newest: Option<String> = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![self.log, emitted.id], |row| row.get(0))
            .optional()?;
        Ok(newest.is_some_and(|newest| same_but_for_time(&newest, &emitted.json)))
    }

    fn put(&self, emitted: &Emitted, at: i64) -> Result<(), rusqlite::Error> {
        let sql = "UPDATE collections_shown SET is_newest = 0 WHERE log = ?1 AND id = ?2 AND is_newest = 1";
        let _rows = self.connection.prepare_cached(sql)?.execute(params![self.log, emitted.id])?;
        let sql = "INSERT INTO collections_shown VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)";
        let (id, object_type, spec) = (&emitted.id, &emitted.object_type, &emitted.spec_version);
        let row = params![self.log, at, id, object_type, at, spec, emitted.json];
        self.connection.prepare_cached(sql)?.execute(row).map(drop)
    }
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
