//! The view that every store has: where each entry and receipt lies in the segments.

use record::digest::sha256;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::{View, failed, said};
use crate::batch::LogName;
use crate::frame::{LogMeta, ReceiptMeta, SealedMeta};
use crate::layout::StoreId;
use crate::segment::Cursor;
use crate::store::StoreError;

/// Where an entry lies. What lies there says itself which entry it is, so a wrong place is noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryPlace {
    pub(crate) log: u32,
    pub(crate) index: u64,
    pub(crate) segment: u32,
    pub(crate) offset: u64,
    pub(crate) length: usize,
    /// SHA-256 of what lies there.
    pub(crate) digest: [u8; 32],
    pub(crate) body_offset: u64,
}

/// Where a receipt lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceiptPlace {
    pub(crate) segment: u32,
    pub(crate) body_offset: u64,
    pub(crate) body: SealedMeta,
}

/// Write-ahead logging, so that readers do not wait. The disk is synced only when that log is folded in: a crash may cost
/// the last transactions, which are followed again, and never the whole. Deleted rows are overwritten.
pub(crate) const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; \
     PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;";

/// Another version of these tables.
const VERSION: &str = "index/1";

const TABLES: &str = "
    CREATE TABLE views (name TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE position (one INTEGER PRIMARY KEY CHECK (one = 1), segment INTEGER NOT NULL, offset INTEGER NOT NULL,
        number INTEGER NOT NULL, previous BLOB NOT NULL, digest BLOB NOT NULL);
    CREATE TABLE log (number INTEGER PRIMARY KEY, name TEXT NOT NULL, origin TEXT NOT NULL);
    CREATE TABLE entry (log INTEGER NOT NULL, idx INTEGER NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL,
        length INTEGER NOT NULL, digest BLOB NOT NULL, body_offset INTEGER NOT NULL, PRIMARY KEY (log, idx)) WITHOUT ROWID;
    CREATE TABLE receipt (digest BLOB PRIMARY KEY, segment INTEGER NOT NULL, body_offset INTEGER NOT NULL,
        body BLOB NOT NULL) WITHOUT ROWID;
";

/// Whether the tables are those that this build makes, for these views.
pub(crate) fn is_current(connection: &Connection, store: StoreId, views: &[Box<dyn View>]) -> bool {
    let names = || -> Result<Vec<String>, rusqlite::Error> {
        let mut statement = connection.prepare("SELECT name FROM views ORDER BY name")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    let mut wanted: Vec<_> = views.iter().map(|view| view.name().to_owned()).collect();
    wanted.push(VERSION.to_owned());
    wanted.sort_unstable();
    names().is_ok_and(|names| names == wanted) && cursor(connection, store).is_ok()
}

/// Makes all tables, in place of any that are there.
pub(crate) fn make(connection: &Connection, store: StoreId, views: &[Box<dyn View>]) -> Result<(), rusqlite::Error> {
    let transaction = connection.unchecked_transaction()?;
    for table in tables(&transaction)? {
        transaction.execute_batch(&format!("DROP TABLE IF EXISTS \"{}\"", table.replace('"', "\"\"")))?;
    }
    transaction.execute_batch(TABLES)?;
    for view in views {
        transaction.execute_batch(view.tables())?;
    }
    for name in views.iter().map(|view| view.name()).chain([VERSION]) {
        transaction.execute("INSERT INTO views VALUES (?1)", [name])?;
    }
    transaction.commit()?;
    set_cursor(connection, store, &Cursor::START).map_err(|_| rusqlite::Error::InvalidQuery)
}

fn tables(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Whether the database holds together, as far as it can say itself.
pub(crate) fn is_intact(connection: &Connection) -> bool {
    connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0)).is_ok_and(|said| said == "ok")
}

/// How far the views have read. It says whether segments have lost their end, so it is believed only with its digest.
pub(crate) fn cursor(connection: &Connection, store: StoreId) -> Result<Cursor, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT segment, offset, number, previous, digest FROM position WHERE one = 1")
        .map_err(said)?;
    let found = statement.query_row([], |row| {
        let (offset, number) = (unsigned(row, 1)?, unsigned(row, 2)?);
        let cursor = Cursor { segment: row.get(0)?, offset, number, previous: row.get::<_, [u8; 32]>(3)? };
        Ok((cursor, row.get::<_, [u8; 32]>(4)?))
    });
    let (cursor, digest) = found.map_err(said)?;
    if digest == cursor_digest(store, &cursor) { Ok(cursor) } else { Err(failed("their place does not hold")) }
}

pub(crate) fn set_cursor(connection: &Connection, store: StoreId, cursor: &Cursor) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO position (one, segment, offset, number, previous, digest) VALUES (1, ?1, ?2, ?3, ?4, ?5)";
    let digest = cursor_digest(store, cursor);
    let values = params![cursor.segment, signed(cursor.offset), signed(cursor.number), cursor.previous, digest];
    connection.execute(sql, values).map_err(said).map(drop)
}

fn cursor_digest(store: StoreId, cursor: &Cursor) -> [u8; 32] {
    let numbers = [cursor.offset.to_be_bytes(), cursor.number.to_be_bytes()].concat();
    let segment = cursor.segment.to_be_bytes();
    sha256(&[b"detente/views/v1\0", store.octets(), &segment, &numbers, &cursor.previous])
}

pub(crate) fn add_log(connection: &Connection, log: &LogMeta) -> Result<(), StoreError> {
    let sql = "INSERT INTO log (number, name, origin) VALUES ((SELECT count(*) FROM log), ?1, ?2)";
    connection.execute(sql, params![log.name.as_str(), log.origin]).map_err(said).map(drop)
}

pub(crate) fn log_name(connection: &Connection, number: u32) -> Result<LogName, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name FROM log WHERE number = ?1").map_err(said)?;
    let name: String = statement.query_row([number], |row| row.get(0)).map_err(said)?;
    name.parse().map_err(failed)
}

pub(crate) fn add_entry(connection: &Connection, place: &EntryPlace) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)").map_err(said)?;
    let length = u32::try_from(place.length).unwrap_or(u32::MAX);
    let values = params![
        place.log,
        signed(place.index),
        place.segment,
        signed(place.offset),
        length,
        place.digest,
        signed(place.body_offset)
    ];
    statement.execute(values).map_err(said).map(drop)
}

pub(crate) fn add_receipt(
    connection: &Connection,
    receipt: &ReceiptMeta,
    segment: u32,
    body_offset: u64,
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("INSERT OR REPLACE INTO receipt VALUES (?1, ?2, ?3, ?4)").map_err(said)?;
    let values = params![receipt.digest, segment, signed(body_offset), receipt.body.to_octets()];
    statement.execute(values).map_err(said).map(drop)
}

pub(crate) fn entry(connection: &Connection, log: u32, index: u64) -> Result<Option<EntryPlace>, StoreError> {
    Ok(entries(connection, log, index, 1)?.into_iter().find(|place| place.index == index))
}

pub(crate) fn entries(
    connection: &Connection,
    log: u32,
    from: u64,
    limit: usize,
) -> Result<Vec<EntryPlace>, StoreError> {
    let sql = "SELECT log, idx, segment, offset, length, digest, body_offset FROM entry WHERE log = ?1 AND idx >= ?2 \
               ORDER BY idx LIMIT ?3";
    let mut statement = connection.prepare_cached(sql).map_err(said)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![log, signed(from), limit], |row| {
        Ok(EntryPlace {
            log: row.get(0)?,
            index: unsigned(row, 1)?,
            segment: row.get(2)?,
            offset: unsigned(row, 3)?,
            length: usize::try_from(row.get::<_, u32>(4)?).unwrap_or(usize::MAX),
            digest: row.get(5)?,
            body_offset: unsigned(row, 6)?,
        })
    });
    rows.and_then(Iterator::collect).map_err(said)
}

pub(crate) fn receipt(connection: &Connection, digest: &[u8; 32]) -> Result<Option<ReceiptPlace>, StoreError> {
    let sql = "SELECT segment, body_offset, body FROM receipt WHERE digest = ?1";
    let mut statement = connection.prepare_cached(sql).map_err(said)?;
    let found = statement.query_row([digest], |row| Ok((row.get(0)?, unsigned(row, 1)?, row.get(2)?)));
    let found: Option<(u32, u64, Vec<u8>)> = found.optional().map_err(said)?;
    let Some((segment, body_offset, body)) = found else { return Ok(None) };
    let body = SealedMeta::from_octets(&body).map_err(failed)?;
    Ok(Some(ReceiptPlace { segment, body_offset, body }))
}

/// SHA-256 over every value of every row, in the order of tables and of their columns.
pub(crate) fn digest(connection: &Connection) -> Result<[u8; 32], rusqlite::Error> {
    let mut all = Vec::new();
    for table in tables(connection)? {
        all.extend(table_digest(connection, &table)?);
    }
    Ok(sha256(&[&all]))
}

fn table_digest(connection: &Connection, table: &str) -> Result<[u8; 32], rusqlite::Error> {
    let name = table.replace('"', "\"\"");
    let columns = connection.prepare(&format!("SELECT * FROM \"{name}\""))?.column_count();
    let order: Vec<_> = (1..=columns).map(|column| column.to_string()).collect();
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{name}\" ORDER BY {}", order.join(", ")))?;
    let mut rows = statement.query([])?;
    let mut digest = Sha256::new();
    let mut octets = Vec::new();
    push_value(&mut octets, ValueRef::Text(table.as_bytes()));
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            push_value(&mut octets, row.get_ref(column)?);
        }
        digest.update(&octets);
        octets.clear();
    }
    digest.update(&octets);
    Ok(digest.finalize().into())
}

fn push_value(octets: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => push_octets(octets, 0, &[]),
        ValueRef::Integer(number) => push_octets(octets, 1, &number.to_be_bytes()),
        ValueRef::Real(number) => push_octets(octets, 2, &number.to_be_bytes()),
        ValueRef::Text(text) => push_octets(octets, 3, text),
        ValueRef::Blob(blob) => push_octets(octets, 4, blob),
    }
}

fn push_octets(octets: &mut Vec<u8>, kind: u8, value: &[u8]) {
    octets.push(kind);
    octets.extend(value.len().to_be_bytes());
    octets.extend_from_slice(value);
}

/// The database's numbers have a sign. A log of 2^63 entries is never reached.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(row: &Row<'_>, column: usize) -> Result<u64, rusqlite::Error> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}
