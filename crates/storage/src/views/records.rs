//! A view of the records in logs: what each says of itself, to be listed and found.
//!
//! A body is 32 octets of salt and a record's text, or a key record's. It was checked when it was taken in; here nothing is
//! verified again, and what cannot be read is passed over.

use record::Unverified;
use record::digest::{KeyRecordDigest, PartyId};
use record::json::{self, Json, Map};
use record::jws::{Envelope, MediaType};
use record::limits::MAX_KEY_RECORD_BYTES;
use rusqlite::{Connection, Row, params};

use super::View;
use super::view::Seen;
use crate::batch::Place;

/// Octets of the salt before a record's text.
pub const SALT_BYTES: usize = 32;

/// What the view calls the type of a key record, which is no STIX object.
pub const KEY_RECORD: &str = "key-record";

/// The view of records. It keeps nothing but its tables.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Records;

/// One record, as it says of itself. A property that it withholds is none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordRow {
    /// Its log.
    pub log: String,
    /// Its index there.
    pub index: u64,
    /// The record digest, or that of the key record, in base64url.
    pub digest: String,
    /// The party that signed it.
    pub issuer: String,
    /// The STIX type, or [`KEY_RECORD`].
    pub object_type: Option<String>,
    /// The STIX id.
    pub id: Option<String>,
    /// When its author made the object, as written.
    pub created: Option<String>,
    /// When its author changed it last, as written.
    pub modified: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

impl Records {
    /// The view.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }

    /// Rows from a place of a log on, in the order of the log: at most `limit`.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn list(connection: &Connection, log: &str, from: u64, limit: u32) -> Result<Vec<RecordRow>, rusqlite::Error> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE log = ?1 AND idx >= ?2 ORDER BY idx LIMIT ?3");
        let mut statement = connection.prepare_cached(&sql)?;
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        statement.query_map(params![log, from, limit], read_row)?.collect()
    }

    /// Every row of a record digest in base64url: one for each entry that holds it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn find(connection: &Connection, digest: &str) -> Result<Vec<RecordRow>, rusqlite::Error> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE digest = ?1 ORDER BY log, idx");
        connection.prepare_cached(&sql)?.query_map([digest], read_row)?.collect()
    }
}

const COLUMNS: &str = "log, idx, digest, issuer, type, id, created, modified, name";

impl View for Records {
    fn name(&self) -> &'static str {
        "records/1"
    }

    fn tables(&self) -> &'static str {
        "CREATE TABLE record (log TEXT NOT NULL, idx INTEGER NOT NULL, digest TEXT NOT NULL, issuer TEXT NOT NULL, type TEXT,
             id TEXT, created TEXT, modified TEXT, name TEXT, PRIMARY KEY (log, idx)) WITHOUT ROWID;
         CREATE INDEX record_digest ON record (digest);
         CREATE INDEX record_id ON record (id);"
    }

    fn take(&mut self, connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
        let text = seen.body.and_then(|body| body.get(SALT_BYTES..));
        let Some(row) =
            text.and_then(|text| read_record(seen.place, text).or_else(|| read_key_record(seen.place, text)))
        else {
            return Ok(());
        };
        let sql = "INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let index = signed(row.index);
        let RecordRow { log, index: _, digest, issuer, object_type, id, created, modified, name } = row;
        let values = params![log, index, digest, issuer, object_type, id, created, modified, name];
        connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
        let mut statement = connection.prepare_cached("DELETE FROM record WHERE log = ?1 AND idx = ?2")?;
        statement.execute(params![place.log.as_str(), signed(place.index)]).map(drop)
    }
}

fn read_record(place: &Place, text: &[u8]) -> Option<RecordRow> {
    let record = Unverified::read(text).ok()?.claimed_content().ok()?;
    let object = record.object();
    let shown = |name: &str| object.text(name).map(str::to_owned);
    Some(RecordRow {
        object_type: shown("type"),
        id: shown("id"),
        created: shown("created"),
        modified: shown("modified"),
        name: shown("name"),
        ..empty(place, record.digest().to_string(), record.issuer().to_string())
    })
}

fn read_key_record(place: &Place, text: &[u8]) -> Option<RecordRow> {
    let envelope = Envelope::read(text, MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).ok()?;
    let Json::Object(claims) = json::parse(envelope.payload()).ok()? else { return None };
    let digest = KeyRecordDigest::of(envelope.payload());
    let party = claims.text("party").map_or_else(|| PartyId::of(digest).to_string(), str::to_owned);
    let created = created(&claims);
    let object_type = Some(KEY_RECORD.to_owned());
    Some(RecordRow { object_type, created, ..empty(place, digest.to_string(), party) })
}

fn created(claims: &Map) -> Option<String> {
    claims.text("created").map(str::to_owned)
}

fn empty(place: &Place, digest: String, issuer: String) -> RecordRow {
    let (log, index) = (place.log.to_string(), place.index);
    RecordRow { log, index, digest, issuer, object_type: None, id: None, created: None, modified: None, name: None }
}

fn read_row(row: &Row<'_>) -> Result<RecordRow, rusqlite::Error> {
    Ok(RecordRow {
        log: row.get(0)?,
        index: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
        digest: row.get(2)?,
        issuer: row.get(3)?,
        object_type: row.get(4)?,
        id: row.get(5)?,
        created: row.get(6)?,
        modified: row.get(7)?,
        name: row.get(8)?,
    })
}

fn signed(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
