//! The view of records: which record an entry's body is, and what its author calls it.

mod objects;

use std::borrow::Cow;
use std::sync::LazyLock;

use record::digest::RecordDigest;
use record::jws::{Envelope, MediaType};
use record::key_record::KeyRecord;
use record::limits::MAX_KEY_RECORD_BYTES;
use record::message::UnverifiedMessage;
use record::{Record, Unverified};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Seen, View, cases, find_row, index_of, row_of};
use crate::batch::{LogName, Place};
use crate::local::LocalStore;
use crate::rows_of_log;
use crate::store::StoreError;

pub use objects::ids_of_type;

/// Octets of the salt that stands before a record in its body.
pub const SALT_BYTES: usize = 32;

/// Most characters of a name that the view keeps.
pub(super) const MAX_NAME_CHARACTERS: usize = 200;

/// What is listed for a key record in place of a STIX type.
pub const KEY_RECORD: &str = "key-record";

/// What is listed for a message of a negotiation.
pub const AGREEMENT_MESSAGE: &str = "agreement-message";

const ROWS: &str = "
    CREATE TABLE records (place INTEGER PRIMARY KEY, digest BLOB, issuer TEXT, type TEXT, id TEXT,
        created TEXT, modified TEXT, name TEXT);
    CREATE INDEX records_by_digest ON records (digest);
    CREATE INDEX records_by_id ON records (id);
    CREATE INDEX records_by_type ON records (type);
";

static TABLES: LazyLock<String> = LazyLock::new(|| format!("{ROWS}{}", cases::TABLES));

/// Makes rows of records.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Records;

impl Records {
    /// The view.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// What the view knows of an entry. All but its index is missing once the body is erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The entry's index in its log.
    pub index: u64,
    /// The record's digest; of a key record, its own kind of digest in the same octets.
    pub record_digest: Option<RecordDigest>,
    /// The party that the record claims to be from.
    pub issuer: Option<String>,
    /// The STIX type, as far as it is shown; `key-record` for a key record.
    pub object_type: Option<String>,
    /// The STIX id.
    pub object_id: Option<String>,
    /// When the object was made, in its author's spelling.
    pub created: Option<String>,
    /// When this version was made, in its author's spelling.
    pub modified: Option<String>,
    /// What its author calls it, cut if it is long.
    pub name: Option<String>,
}

impl View for Records {
    fn name(&self) -> &'static str {
        "records/7"
    }

    fn tables(&self) -> &'static str {
        &TABLES
    }

    fn take(&mut self, connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
        let text = seen.body.and_then(|body| body.split_at_checked(SALT_BYTES)).map(|(_, text)| text);
        let read = || text.and_then(|text| Unverified::read(text).ok()?.claimed_content().ok());
        let record = seen.record.map(Cow::Borrowed).or_else(|| read().map(Cow::Owned));
        if let Some(record) = &record {
            cases::take(connection, seen, record)?;
        }
        let row = record.as_deref().map(of_record).or_else(|| text.and_then(read_other)).unwrap_or_default();
        insert(connection, seen.row, &row)
    }

    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
        // Taken away and put in anew: overwriting what is deleted covers rows, and an index entry of each.
        let Some(place) = find_row(connection, place)? else { return Ok(()) };
        let mut statement = connection.prepare_cached("DELETE FROM records WHERE place = ?1")?;
        statement.execute([place])?;
        cases::erase(connection, place)?;
        insert(connection, place, &Row::default())
    }
}

fn read_other(text: &[u8]) -> Option<Row> {
    read_key_record(text).or_else(|| read_message(text))
}

fn read_message(text: &[u8]) -> Option<Row> {
    let message = UnverifiedMessage::read(text).ok()?;
    let claims = message.claims();
    Some(Row {
        record_digest: Some(RecordDigest::from_octets(*claims.digest().octets())),
        issuer: Some(claims.issuer().to_string()),
        object_type: Some(AGREEMENT_MESSAGE.to_owned()),
        created: claims.content().text("time").map(str::to_owned),
        ..Row::default()
    })
}

fn of_record(record: &Record) -> Row {
    let text = |name| record.object().text(name).map(str::to_owned);
    let name = record.object().text("name").map(|name| name.chars().take(MAX_NAME_CHARACTERS).collect());
    Row {
        index: 0,
        record_digest: Some(record.digest()),
        issuer: Some(record.issuer().to_string()),
        object_type: text("type"),
        object_id: text("id"),
        created: text("created"),
        modified: text("modified"),
        name,
    }
}

fn read_key_record(text: &[u8]) -> Option<Row> {
    let envelope = Envelope::read(text, MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).ok()?;
    let record = KeyRecord::read_envelope(&envelope).ok()?;
    Some(Row {
        record_digest: Some(RecordDigest::from_octets(*record.digest().octets())),
        issuer: Some(record.party().to_string()),
        object_type: Some(KEY_RECORD.to_owned()),
        created: Some(record.created().to_string()),
        ..Row::default()
    })
}

fn insert(connection: &Connection, place: i64, row: &Row) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached("INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    let digest = row.record_digest.map(|digest| *digest.octets());
    let values =
        params![place, digest, row.issuer, row.object_type, row.object_id, row.created, row.modified, row.name];
    statement.execute(values).map(drop)
}

/// The first entry of a log that holds a record.
///
/// # Errors
/// [`StoreError::Views`], also if the store was opened without this view.
pub fn find(store: &LocalStore, log: &LogName, digest: &RecordDigest) -> Result<Option<u64>, StoreError> {
    let sql =
        concat!("SELECT place FROM records WHERE digest = ?1 AND ", rows_of_log!("?2"), " ORDER BY place LIMIT 1");
    store.ask(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_row(params![*digest.octets(), log.as_str()], |row| row.get::<_, i64>(0));
        Ok(found.optional()?.map(index_of))
    })
}

/// Entries of a log from an index on.
///
/// # Errors
/// [`StoreError::Views`], also if the store was opened without this view.
pub fn list(store: &LocalStore, log: &LogName, from: u64, limit: usize) -> Result<Vec<Row>, StoreError> {
    let sql = concat!(
        "SELECT place, digest, issuer, type, id, created, modified, name FROM records WHERE ",
        rows_of_log!("?1"),
        " AND place >= (SELECT number << 40 | ?2 FROM log WHERE name = ?1) ORDER BY place LIMIT ?3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    store.ask(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![log.as_str(), row_of(0, from), limit], read_row)?;
        rows.collect()
    })
}

/// The entries of a log whose records have one of these types, in the order in which they were logged.
///
/// # Errors
/// [`StoreError::Views`], also if the store was opened without this view.
pub fn of_types(store: &LocalStore, log: &LogName, types: &[&str]) -> Result<Vec<u64>, StoreError> {
    store.ask(|connection| {
        let sql = concat!("SELECT place FROM records WHERE type = ?2 AND ", rows_of_log!("?1"));
        let mut statement = connection.prepare_cached(sql)?;
        let mut found = Vec::new();
        for object_type in types {
            let rows = statement.query_map(params![log.as_str(), object_type], |row| row.get::<_, i64>(0))?;
            for index in rows {
                found.push(index_of(index?));
            }
        }
        found.sort_unstable();
        Ok(found)
    })
}

/// The entries of a log whose records are labels on a record, in the order in which they were logged: by what their bodies claim. None is
/// left out, since each may hold the record back.
///
/// # Errors
/// [`StoreError::Views`], also if the store was opened without this view.
pub fn labels_on(store: &LocalStore, log: &LogName, record: &RecordDigest) -> Result<Vec<u64>, StoreError> {
    store.ask(|connection| {
        let sql =
            concat!("SELECT place FROM records_labels WHERE about = ?2 AND ", rows_of_log!("?1"), " ORDER BY place");
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![log.as_str(), *record.octets()], |row| row.get::<_, i64>(0))?;
        rows.map(|index| Ok(index_of(index?))).collect()
    })
}

/// The entries of a log whose records are versions of one object, in the order in which they were logged.
///
/// # Errors
/// [`StoreError::Views`], also if the store was opened without this view.
pub fn of_object(store: &LocalStore, log: &LogName, id: &str) -> Result<Vec<u64>, StoreError> {
    store.ask(|connection| {
        let sql = concat!("SELECT place FROM records WHERE id = ?2 AND ", rows_of_log!("?1"), " ORDER BY place");
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![log.as_str(), id], |row| row.get::<_, i64>(0))?;
        rows.map(|row| row.map(index_of)).collect()
    })
}

/// As [`of_object`], with what the view knows of each.
///
/// # Errors
/// [`StoreError::Views`], likewise.
pub fn rows_of_object(store: &LocalStore, log: &LogName, id: &str) -> Result<Vec<Row>, StoreError> {
    store.ask(|connection| {
        let sql = concat!(
            "SELECT place, digest, issuer, type, id, created, modified, name FROM records WHERE id = ?2 AND ",
            rows_of_log!("?1"),
            " ORDER BY place"
        );
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![log.as_str(), id], read_row)?;
        rows.collect()
    })
}

fn read_row(row: &rusqlite::Row<'_>) -> Result<Row, rusqlite::Error> {
    Ok(Row {
        index: index_of(row.get(0)?),
        record_digest: row.get::<_, Option<[u8; 32]>>(1)?.map(RecordDigest::from_octets),
        issuer: row.get(2)?,
        object_type: row.get(3)?,
        object_id: row.get(4)?,
        created: row.get(5)?,
        modified: row.get(6)?,
        name: row.get(7)?,
    })
}
