//! Collections of feeds: what each of ours released, and what was read of those of peers.

mod marks;
mod object;
mod sight;

use std::borrow::Cow;

use policy::feed::{MarksEntry, ReadEntry, ReleaseEntry};
use protocol::exchange::FeedName;
use record::Unverified;
use record::json::{self, Json, Map};
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::Place;
use storage::views::{Seen, find_row, row_of};

use crate::audience;
use crate::collection::{PULLED, log_of, number_of};
use crate::view::next_time;
use sight::Sight;

/// The log of notes about what came, which say of each record that was read whether it is proved.
pub(crate) const HEARD: &str = "heard";

/// Octets of the salt before what lies beside an entry of ours that is no feed's.
pub(crate) const SALT_BYTES: usize = 32;

/// The tables of feeds.
pub(crate) static TABLES: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("{OWN_TABLES}{}", marks::TABLES));

/// `counted` is 0 for a release of our own; of one that was read the note that calls its record proved, and nothing until then.
/// `collections_size` has how many entries each feed of ours has.
const OWN_TABLES: &str = "
    CREATE TABLE collections_size (log INTEGER PRIMARY KEY, size INTEGER NOT NULL);
    CREATE TABLE collections_entry (place INTEGER PRIMARY KEY, committed INTEGER NOT NULL, added INTEGER NOT NULL,
        id TEXT NOT NULL, type TEXT NOT NULL, issuer TEXT NOT NULL, digest BLOB NOT NULL, version INTEGER NOT NULL,
        counted INTEGER, taken_back INTEGER, marks TEXT NOT NULL, showing TEXT NOT NULL);
    CREATE INDEX collections_entry_by_id ON collections_entry (id, place);
    CREATE INDEX collections_entry_by_note ON collections_entry (counted) WHERE counted > 0;
";

/// What counts a release of our own feed.
const OURS: i64 = 0;

/// A feed, one entry at a time.
pub(crate) struct Feed<'c> {
    connection: &'c Connection,
    log: i64,
    is_ours: bool,
}

/// One release, as an entry has it.
struct Release {
    id: String,
    object_type: String,
    issuer: String,
    digest: [u8; 32],
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
        let (issuer, digest) = (record.issuer().to_string(), *record.digest().octets());
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

impl<'c> Feed<'c> {
    /// A feed of ours.
    pub(crate) const fn of(connection: &'c Connection, seen: &Seen<'_>) -> Self {
        Self { connection, log: log_of(seen.row), is_ours: true }
    }

    /// A peer's.
    pub(crate) const fn read(connection: &'c Connection, seen: &Seen<'_>) -> Self {
        Self { connection, log: log_of(seen.row), is_ours: false }
    }

    pub(crate) fn take(&self, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
        let readers = if self.is_ours { self.count(seen)? } else { 0 };
        // One time for the members of the feed, and one for each partner that reads it joined with others.
        let at = next_time(self.connection, seen.time.micros(), readers.saturating_add(1))?;
        let read = seen.read.map(Cow::Borrowed).or_else(|| ReadEntry::read(seen.entry).ok().map(Cow::Owned));
        match read.as_deref() {
            Some(ReadEntry::Release(release)) => self.released(seen, (at, release)),
            Some(ReadEntry::Recall(recall)) => self.taken_back(recall.index, at),
            Some(ReadEntry::Erased(erased)) => self.taken_back(erased.index, at),
            Some(ReadEntry::Marks(marks)) => self.marked(seen.row, at, marks),
            Some(ReadEntry::Close { .. } | _) | None => Ok(()),
        }
    }

    /// Counts an entry of ours. Returns how many partners the feed was noted for.
    fn count(&self, seen: &Seen<'_>) -> Result<i64, rusqlite::Error> {
        let sql = "INSERT INTO collections_size VALUES (?1, ?2) ON CONFLICT (log) DO UPDATE SET size = ?2";
        let size = i64::try_from(seen.place.index).unwrap_or(i64::MAX).saturating_add(1);
        let _rows = self.connection.prepare_cached(sql)?.execute([self.log, size])?;
        let readers = audience::readers_of(self.connection, self.log)?;
        Ok(i64::try_from(readers.len()).unwrap_or(i64::MAX))
    }

    /// The record's octets: behind a salt where we wrote them down ourselves.
    fn body<'b>(&self, seen: &Seen<'b>) -> Option<&'b [u8]> {
        let salted = || seen.body.and_then(|body| body.split_at_checked(SALT_BYTES)).map(|(_, text)| text);
        if self.is_ours { seen.body } else { salted() }
    }

    fn released(&self, seen: &Seen<'_>, (at, release): (i64, &ReleaseEntry)) -> Result<(), rusqlite::Error> {
        let Some(it) = self.body(seen).and_then(Release::read) else { return Ok(()) };
        let sql = "INSERT INTO collections_entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, ?10, ?11)";
        let (committed, counted) = (seen.time.micros(), self.is_ours.then_some(OURS));
        let row = params![
            seen.row,
            committed,
            at,
            it.id,
            it.object_type,
            it.issuer,
            it.digest,
            it.version,
            counted,
            marks::written(&release.marks),
            it.showing
        ];
        let _rows = self.connection.prepare_cached(sql)?.execute(row)?;
        if self.is_ours { emit(self.connection, self.log, &it.id) } else { Ok(()) }
    }

    /// Other marks hold from now on for what an entry shows.
    fn marked(&self, entry: i64, at: i64, said: &MarksEntry) -> Result<(), rusqlite::Error> {
        let Some(place) = self.place(said.index) else { return Ok(()) };
        let Some(id) = id_of(self.connection, place)? else { return Ok(()) };
        marks::keep(self.connection, (entry, place), at, &said.marks)?;
        emit(self.connection, self.log, &id)
    }

    fn place(&self, index: u64) -> Option<i64> {
        u32::try_from(self.log).ok().map(|log| row_of(log, index))
    }

    fn taken_back(&self, index: u64, at: i64) -> Result<(), rusqlite::Error> {
        let Some(place) = self.place(index) else { return Ok(()) };
        let Some(id) = id_of(self.connection, place)? else { return Ok(()) };
        let sql = "UPDATE collections_entry SET taken_back = ?2 WHERE place = ?1 AND taken_back IS NULL";
        let _rows = self.connection.prepare_cached(sql)?.execute([place, at])?;
        emit(self.connection, self.log, &id)
    }
}

/// Makes an object anew for the members of its feed, and for each partner that reads it joined with others.
fn emit(connection: &Connection, log: i64, id: &str) -> Result<(), rusqlite::Error> {
    object::emit(connection, &Sight::of_feed(log), id)?;
    for partner in audience::readers_of(connection, log)? {
        object::emit(connection, &Sight::of_partner(connection, partner)?, id)?;
    }
    Ok(())
}

/// How many entries a feed of ours has.
pub(crate) fn size_of(connection: &Connection, log: i64) -> Result<i64, rusqlite::Error> {
    let sql = "SELECT size FROM collections_size WHERE log = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([log], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Makes anew, for one partner, every object of these feeds.
pub(crate) fn make_anew(
    connection: &Connection,
    partner: i64,
    logs: impl IntoIterator<Item = i64>,
) -> Result<(), rusqlite::Error> {
    let sight = Sight::of_partner(connection, partner)?;
    let sql = "SELECT DISTINCT id FROM collections_entry WHERE place >= ?1 << 40 AND place < (?1 + 1) << 40";
    let mut ids = std::collections::BTreeSet::new();
    for log in logs {
        let mut statement = connection.prepare_cached(sql)?;
        let of_log = statement.query_map([log], |row| row.get::<_, String>(0))?;
        ids.extend(of_log.collect::<Result<Vec<_>, _>>()?);
    }
    ids.iter().try_for_each(|id| object::emit(connection, &sight, id))
}

fn id_of(connection: &Connection, place: i64) -> Result<Option<String>, rusqlite::Error> {
    let sql = "SELECT id FROM collections_entry WHERE place = ?1";
    connection.prepare_cached(sql)?.query_row([place], |row| row.get(0)).optional()
}

/// Nothing that came from the body stays, its id neither: a view that is made anew does not know it. Whoever must be told that an
/// object is void is told by a recall before.
pub(crate) fn erase(connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
    let Some(place) = find_row(connection, place)? else { return Ok(()) };
    let Some(id) = id_of(connection, place)? else { return Ok(()) };
    let _rows = connection.prepare_cached("DELETE FROM collections_entry WHERE place = ?1")?.execute([place])?;
    // A view that is made anew knows nothing of what was said of it either.
    let _rows = connection.prepare_cached("DELETE FROM collections_marks WHERE place = ?1")?.execute([place])?;
    emit(connection, log_of(place), &id)
}

/// Counts the records that a note calls proved. They lie in the same commit as the note, so nobody has read past them: a note of
/// another commit is of an earlier build's making, and counts nothing.
pub(crate) fn judge(connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
    let Some(note) = seen.body.and_then(note_in) else { return Ok(()) };
    let Some(log) = pulled_by(connection, &note)? else { return Ok(()) };
    let proved = note.get("proved").and_then(Json::as_array).unwrap_or_default();
    let sql = "UPDATE collections_entry SET counted = ?2 WHERE place = ?1 AND committed = ?3 AND counted IS NULL
        RETURNING id";
    for index in proved.iter().filter_map(Json::as_integer).filter_map(|index| u64::try_from(index).ok()) {
        let row = params![row_of(log, index), number_of_note(seen.place.index), seen.time.micros()];
        let id: Option<String> = connection.prepare_cached(sql)?.query_row(row, |row| row.get(0)).optional()?;
        id.map_or(Ok(()), |id| emit(connection, i64::from(log), &id))?;
    }
    Ok(())
}

/// A note that is gone proves nothing any more.
pub(crate) fn unjudge(connection: &Connection, note: u64) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE collections_entry SET counted = NULL WHERE counted > 0 AND counted = ?1 RETURNING place, id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows =
        statement.query_map([number_of_note(note)], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let judged = rows.collect::<Result<Vec<_>, _>>()?;
    judged.iter().try_for_each(|(place, id)| emit(connection, log_of(*place), id))
}

/// From 1: 0 counts what we released.
fn number_of_note(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1)
}

fn note_in(body: &[u8]) -> Option<Map> {
    let (_, text) = body.split_at_checked(SALT_BYTES)?;
    match json::parse(text) {
        Ok(Json::Object(map)) if map.text("kind") == Some("head") => Some(map),
        _ => None,
    }
}

/// The log into which the feed is read that a note is about.
fn pulled_by(connection: &Connection, note: &Map) -> Result<Option<u32>, rusqlite::Error> {
    let Some(origin) = note.text("feed") else { return Ok(None) };
    let number = number_of(connection, &format!("{PULLED}{}", FeedName::of(origin)))?;
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}
