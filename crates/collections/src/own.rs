//! The collection of our own records, whole, each with the marking in force on it.
//!
//! What bears on a record may come long after it: a label, a label that is lowered, an erasure. Each entry of the node log that bears
//! on records is an event. It is seen which objects it touches, the markings of their records are made anew, and a record that
//! somebody may read now who could not before is added anew, under a new time. When a body goes, all that it touched is gone through
//! once more, event by event, so that a view that is made anew is the same.

mod anew;
mod bearing;
mod rows;

use std::borrow::Cow;
use std::collections::BTreeSet;

use policy::belief::log_origin;
use policy::labels::{Declassification, erased_object};
use record::digest::PartyId;
use record::json::Json;
use record::label::{Label, LabelError};
use record::time::Timestamp;
use record::{Record, Unverified};
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::Place;
use storage::views::Seen;

use crate::collection::log_of;
use crate::emitted;
use crate::feed::SALT_BYTES;
use crate::marking::Marking;
use crate::view::{keep_free, next_time, put};
use rows::{Row, Shown};

/// Microseconds that each entry of the node log has to itself: so many records it may add anew before the times of what follows
/// depend on how many they were, and thereby on what was erased since. At 15,000 entries a second times keep up with the clock.
const ROOM_MICROS: i64 = 64;

/// Types of records by which the node keeps its own books. They tell of records that their reader may not see.
const BOOKS: [&str; 10] = [
    LABEL,
    DECLASSIFICATION,
    ERASURE,
    "detente-clock",
    "detente-decisions",
    "detente-duty-facts",
    "detente-filing",
    "detente-floor-switch",
    "detente-pack-adoption",
    "detente-resumption",
];

const LABEL: &str = "detente-label";
const DECLASSIFICATION: &str = "detente-declassification";
const ERASURE: &str = "detente-erasure";

/// `collections_held` has every record of the log that shows an id, also those of others: their labels bear on ours. `at` is the time
/// of the entry, `added` that of what is shown of it, and `object` the digest by which an erasure names an object.
pub(crate) const TABLES: &str = "
    CREATE TABLE collections_held (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, id TEXT NOT NULL, object TEXT NOT NULL,
        digest BLOB NOT NULL, previous BLOB, level INTEGER, is_strange INTEGER NOT NULL, is_ours INTEGER NOT NULL,
        added INTEGER NOT NULL, marking INTEGER NOT NULL);
    CREATE INDEX collections_held_by_id ON collections_held (id, idx);
    CREATE INDEX collections_held_by_object ON collections_held (object);
    CREATE INDEX collections_held_by_digest ON collections_held (digest);
    CREATE TABLE collections_label (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, digest BLOB NOT NULL,
        about BLOB NOT NULL, is_ours INTEGER NOT NULL, label TEXT NOT NULL);
    CREATE INDEX collections_label_by_digest ON collections_label (digest);
    CREATE INDEX collections_label_by_about ON collections_label (about);
    CREATE TABLE collections_lowered (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, label BLOB NOT NULL,
        becomes TEXT NOT NULL);
    CREATE INDEX collections_lowered_by_label ON collections_lowered (label);
    CREATE TABLE collections_derived (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL,
        target TEXT NOT NULL, object TEXT NOT NULL);
    CREATE INDEX collections_derived_by_object ON collections_derived (object);
    CREATE INDEX collections_derived_by_source ON collections_derived (source);
    CREATE INDEX collections_derived_by_target ON collections_derived (target);
    CREATE TABLE collections_gone (idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, object TEXT NOT NULL,
        gone INTEGER NOT NULL);
    CREATE INDEX collections_gone_by_object ON collections_gone (object);
";

/// An entry of the node log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    idx: i64,
    at: i64,
}

/// Ids of objects.
type Ids = BTreeSet<String>;

/// The rows about our own records.
struct Own<'c> {
    connection: &'c Connection,
    log: i64,
}

pub(crate) fn take(connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
    let at = next_time(connection, seen.time.micros(), ROOM_MICROS)?;
    let Some(record) = record_of(seen) else { return Ok(()) };
    let event = Event { idx: signed(seen.place.index), at };
    let own = Own { connection, log: log_of(seen.row) };
    let touched = own.note(event, &record)?;
    if touched.is_empty() { Ok(()) } else { own.happened(event, touched) }
}

pub(crate) fn erase(connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
    let log = crate::collection::number_of(connection, place.log.as_str())?;
    let Some(log) = log else { return Ok(()) };
    let own = Own { connection, log };
    let idx = signed(place.index);
    let near = own.near(own.touched_by(idx)?)?;
    own.delete(idx)?;
    if near.is_empty() { Ok(()) } else { own.go_through(&near) }
}

fn record_of<'s>(seen: &Seen<'s>) -> Option<Cow<'s, Record>> {
    let read = || {
        let (_, text) = seen.body?.split_at_checked(SALT_BYTES)?;
        Unverified::read(text).ok()?.claimed_content().ok()
    };
    seen.record.map(Cow::Borrowed).or_else(|| read().map(Cow::Owned))
}

/// The database counts in signed numbers, and no log has as many entries as that allows.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Own<'_> {
    /// Whether the log is this party's own: its origin names the party.
    fn is_ours(&self, party: &PartyId) -> Result<bool, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached("SELECT origin FROM log WHERE number = ?1")?;
        let origin: String = statement.query_row([self.log], |row| row.get(0))?;
        Ok(origin == log_origin(party))
    }

    /// Keeps what a record says that bears on records. Returns the objects that it touches.
    fn note(&self, event: Event, record: &Record) -> Result<Ids, rusqlite::Error> {
        let is_ours = self.is_ours(&record.issuer())?;
        match record.object().text("type") {
            Some(LABEL) => self.label(event, record, is_ours),
            Some(DECLASSIFICATION) if is_ours => self.lower(event, record),
            Some(ERASURE) if is_ours => self.gone(event, record),
            Some(name) if BOOKS.contains(&name) => Ok(Ids::new()),
            _ => self.hold(event, record, is_ours),
        }
    }

    /// A label that travelled in part asks nothing definite.
    fn label(&self, event: Event, record: &Record, is_ours: bool) -> Result<Ids, rusqlite::Error> {
        let Ok(label) = Label::of_record(record) else { return Ok(Ids::new()) };
        let sql = "INSERT INTO collections_label VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let (digest, about) = (*record.digest().octets(), *label.about().octets());
        let row = params![event.idx, event.at, digest, about, is_ours, text_of(&label)];
        let _rows = self.connection.prepare_cached(sql)?.execute(row)?;
        self.ids("SELECT id FROM collections_held WHERE digest = ?1", &about)
    }

    /// A declassification counts if it lowers a label of ours that was logged before it.
    fn lower(&self, event: Event, record: &Record) -> Result<Ids, rusqlite::Error> {
        let Ok(lowered) = Declassification::claimed(record) else { return Ok(Ids::new()) };
        let digest = *lowered.label.octets();
        let sql = "SELECT label FROM collections_label WHERE digest = ?1 AND is_ours ORDER BY idx LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let label: Option<String> = statement.query_row([digest], |row| row.get(0)).optional()?;
        let label = label.and_then(|text| label_of(&text).ok());
        if label.is_none_or(|label| lowered.lowers(&label, record.issuer()).is_err()) {
            return Ok(Ids::new());
        }
        let sql = "INSERT INTO collections_lowered VALUES (?1, ?2, ?3, ?4)";
        let row = params![event.idx, event.at, digest, text_of(&lowered.becomes)];
        let _rows = self.connection.prepare_cached(sql)?.execute(row)?;
        self.ids("SELECT id FROM collections_held WHERE digest = ?1", lowered.becomes.about().octets())
    }

    /// The labels on a record went with it. What they asked of later versions nobody knows any more.
    fn gone(&self, event: Event, record: &Record) -> Result<Ids, rusqlite::Error> {
        let Some(fields) = record.extension() else { return Ok(Ids::new()) };
        let index = fields.get("index").and_then(Json::as_integer);
        let Some((object, gone)) = fields.text("object_digest").zip(index) else { return Ok(Ids::new()) };
        let sql = "INSERT INTO collections_gone VALUES (?1, ?2, ?3, ?4)";
        let _rows = self.connection.prepare_cached(sql)?.execute(params![event.idx, event.at, object, gone])?;
        // What was made of it is touched too, whether any record of it is still here or not.
        let sql = "SELECT id FROM collections_held WHERE object = ?1
            UNION SELECT target FROM collections_derived WHERE object = ?1";
        self.ids(sql, &object)
    }

    fn hold(&self, event: Event, record: &Record, is_ours: bool) -> Result<Ids, rusqlite::Error> {
        let Some(id) = record.object().text("id") else { return Ok(Ids::new()) };
        let derived = if is_ours { self.derive(event, record)? } else { None };
        let is_alone = derived.is_none() && self.is_alone(id, record)?;
        self.keep_record(event, record, (is_ours, is_alone))?;
        Ok(derived.into_iter().chain((!is_alone).then(|| id.to_owned())).collect())
    }

    /// Keeps a record, and what is shown of it if it is ours. What nothing bears on is shown at once; the rest
    /// waits aside for its marking.
    fn keep_record(
        &self,
        event: Event,
        record: &Record,
        (is_ours, is_alone): (bool, bool),
    ) -> Result<(), rusqlite::Error> {
        let emitted = emitted::of_own(record, Timestamp::from_micros(event.at)).filter(|_| is_ours);
        let markings = bearing::of_object(record);
        let column = Marking { tlp: markings.tlp, ..Marking::UNLABELLED }.to_column();
        let id = record.object().text("id").unwrap_or_default();
        let previous = record.aside().previous().map(|previous| *previous.octets());
        let digest = *record.digest().octets();
        let (object, level, is_strange) = (erased_object(id), markings.level(), markings.is_strange);
        let is_shown = emitted.is_some();
        let added = if is_alone && is_shown { event.at } else { rows::aside(event.idx) };
        let (idx, at) = (event.idx, event.at);
        let row = params![idx, at, id, object, digest, previous, level, is_strange, is_shown, added, column];
        let sql = "INSERT INTO collections_held VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let _rows = self.connection.prepare_cached(sql)?.execute(row)?;
        emitted.map_or(Ok(()), |emitted| put(self.connection, (self.log, column), added, &emitted))
    }

    /// What is made of another object bears its labels.
    fn derive(&self, event: Event, record: &Record) -> Result<Option<String>, rusqlite::Error> {
        let text = |name| record.object().text(name);
        let ends = match text("type") {
            // One that names nothing hangs on an object that is not here, and counts as unlabelled.
            Some("language-content") => text("id").map(|id| (id, text("object_ref").unwrap_or_default())),
            Some("relationship") if text("relationship_type") == Some("derived-from") => {
                text("source_ref").zip(text("target_ref"))
            }
            _ => None,
        };
        let Some((source, target)) = ends else { return Ok(None) };
        let sql = "INSERT INTO collections_derived VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = params![event.idx, event.at, source, target, erased_object(target)];
        let _rows = self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(Some(source.to_owned()))
    }

    /// Whether nothing that was logged until now bears on a record, and it on nothing.
    fn is_alone(&self, id: &str, record: &Record) -> Result<bool, rusqlite::Error> {
        if record.aside().previous().is_some() {
            return Ok(false);
        }
        let sql = "SELECT NOT (EXISTS (SELECT 1 FROM collections_held WHERE id = ?1)
            OR EXISTS (SELECT 1 FROM collections_derived WHERE source = ?1)
            OR EXISTS (SELECT 1 FROM collections_derived WHERE target = ?1)
            OR EXISTS (SELECT 1 FROM collections_gone WHERE object = ?2)
            OR EXISTS (SELECT 1 FROM collections_label WHERE about = ?3))";
        let digest = *record.digest().octets();
        self.connection.prepare_cached(sql)?.query_row(params![id, erased_object(id), digest], |row| row.get(0))
    }

    fn happened(&self, event: Event, touched: Ids) -> Result<(), rusqlite::Error> {
        let touched = self.with_dependents(touched, event.idx)?;
        let before = self.shown(&touched)?;
        let mut after = before.clone();
        let free = self.step(event, &touched, &mut after)?;
        keep_free(self.connection, free)?;
        self.keep(&before, &after)
    }

    /// Makes the markings of objects anew as of an event. Returns the first time that it leaves free: the event's own record has the
    /// event's, and each record that it adds anew one behind that.
    fn step(&self, event: Event, touched: &Ids, shown: &mut Shown) -> Result<i64, rusqlite::Error> {
        let mut anew = Shown::new();
        for id in touched {
            for now in self.markings(id, event.idx)? {
                let row = Row { added: event.at, marking: now.marking };
                match shown.get_mut(&now.event.idx) {
                    Some(before) if row.marking.covers(&before.marking) => before.narrow(now.event, row.marking),
                    None if now.event == event => drop(shown.insert(event.idx, row)),
                    _ => drop(anew.insert(now.event.idx, row)),
                }
            }
        }
        let mut free = event.at.saturating_add(1);
        for (idx, row) in anew {
            let _before = shown.insert(idx, Row { added: free, ..row });
            free = free.saturating_add(1);
        }
        Ok(free)
    }
}

fn text_of(label: &Label) -> String {
    Json::from(label.to_map()).to_text()
}

fn label_of(text: &str) -> Result<Label, LabelError> {
    match record::json::parse(text.as_bytes()) {
        Ok(Json::Object(map)) => Label::from_map(&map),
        _ => Err(LabelError::NotALabel),
    }
}
