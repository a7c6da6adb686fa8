//! The index: a database of its own beside the node's logs, which it follows.
//!
//! All that is searched is in one full-text table without its texts: words, codes, numbers, times and dates are all lists of
//! rows, and any mixture of them is met by walking lists side by side. Rows are numbered by day and, within it, by arrival: so the
//! newest come first by walking them backwards, nothing has to be sorted, and the steps from one row of a list to the next are
//! small numbers, which take few octets. What is shown of a record stands under its place in the log, so that new ones come last
//! and pages are full.

mod ask;
mod rows;
mod write;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

pub use ask::{Ask, Hit, Hits, Order, Total};
pub use write::Writer;

use crate::document::Tokens;
use crate::error::SearchError;
use crate::token;

/// Another version of these tables or tokens: an index of another version is made anew.
const VERSION: &str = "search/3";

/// As the node's views: readers do not wait, a crash costs the last transactions, which are followed again, and deleted rows
/// are overwritten. Without any sync a crash of the machine could leave pages of two times in one file, and an index that is wrong
/// does not show it; measured, a sync at each checkpoint costs next to nothing. Pages hold a dozen records: of small ones a
/// tenth would stay empty. Checkpoints come every 16 MiB.
const SETTINGS: &str = "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -64000; \
     PRAGMA busy_timeout = 10000;";

/// `place` is the log's number and the entry's index, `row` its number in the full-text table. In `document` new rows come last; the
/// tables under a row's number, and the families, are small. What the full-text table gathers in memory fits into the cache of a
/// processor; with less merging than by default it takes in faster, and with more a query looks into fewer lists.
const TABLES: &str = "
    CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE log (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next INTEGER NOT NULL, mark BLOB NOT NULL);
    CREATE TABLE document (place INTEGER PRIMARY KEY, row INTEGER NOT NULL, digest BLOB NOT NULL, author BLOB NOT NULL, object BLOB,
        family INTEGER NOT NULL, modified INTEGER NOT NULL, length INTEGER NOT NULL, shadowed INTEGER NOT NULL, content BLOB NOT NULL);
    CREATE INDEX document_by_family ON document (family);
    CREATE TABLE place (row INTEGER PRIMARY KEY, place INTEGER NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5 (body, title, content = '', tokenize = 'ascii');
    INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
    INSERT INTO words (words, rank) VALUES ('hashsize', 2097152);
    INSERT INTO words (words, rank) VALUES ('automerge', 8);
";

/// Where a record lies: a log of the node, and the entry's index in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a log and an index, and nothing else")]
pub struct Place {
    /// The log's name inside the node.
    pub log: String,
    /// The entry's index.
    pub index: u64,
}

/// How far a log has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a position and what stood before it")]
pub struct Position {
    /// The first index that has not been read.
    pub next: u64,
    /// A digest of the entry before it, by which a log that was put back and grew another way is noticed.
    pub mark: [u8; 32],
}

/// What became of an index when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Opened {
    /// It goes on from where it was.
    Kept,
    /// There was none.
    New,
    /// What was there was of no use, and why. It is empty now and follows the logs from their beginning.
    Remade(String),
}

/// The index of one node.
#[derive(Debug)]
pub struct Index {
    pub(crate) connection: Connection,
}

impl Index {
    /// Opens the index of a store, or makes it: readable by its owner alone. One that is damaged, of another build, or of
    /// another store is made anew, which the answer says.
    ///
    /// # Errors
    /// [`SearchError::Unusable`] if the machine does not let it.
    pub fn open(path: &Path, store: &[u8]) -> Result<(Self, Opened), SearchError> {
        let is_new = !path.exists();
        make_private(path)?;
        let opened =
            Connection::open(path).map_err(SearchError::from).and_then(|connection| Self::kept(connection, store));
        match opened {
            Ok(Ok(index)) => Ok((index, Opened::Kept)),
            Err(error) if !error.is_damage() => Err(error),
            Ok(Err(_)) if is_new => Ok((Self::make_anew(path, store)?, Opened::New)),
            Ok(Err(reason)) => Ok((Self::make_anew(path, store)?, Opened::Remade(reason))),
            Err(error) => Ok((Self::make_anew(path, store)?, Opened::Remade(error.to_string()))),
        }
    }

    /// Opens the index as it stands, and changes nothing: for whoever may not follow the logs now. None if there is none of this
    /// build and store.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn as_it_stands(path: &Path, store: &[u8]) -> Result<Option<Self>, SearchError> {
        if !path.exists() {
            return Ok(None);
        }
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(Self::kept(connection, store)?.ok())
    }

    /// Deletes the index, if there is one. Another process that has it open must open it anew.
    ///
    /// # Errors
    /// [`SearchError::Unusable`].
    pub fn drop_at(path: &Path) -> Result<(), SearchError> {
        for file in files(path) {
            match std::fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// The index if it is of this build and store, or why not.
    fn kept(connection: Connection, store: &[u8]) -> Result<Result<Self, String>, SearchError> {
        connection.execute_batch(SETTINGS)?;
        connection.set_prepared_statement_cache_capacity(64);
        let has_tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if has_tables == 0 {
            return Ok(Err("it is empty".to_owned()));
        }
        let index = Self { connection };
        if index.about("version")? != version().into_bytes() {
            return Ok(Err("another build made it".to_owned()));
        }
        if index.about("store")? != store {
            return Ok(Err("it is of another node's log".to_owned()));
        }
        Ok(Ok(index))
    }

    fn make_anew(path: &Path, store: &[u8]) -> Result<Self, SearchError> {
        Self::drop_at(path)?;
        make_private(path)?;
        let connection = Connection::open(path)?;
        connection.execute_batch(SETTINGS)?;
        connection.set_prepared_statement_cache_capacity(64);
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(TABLES)?;
        let version = version();
        let about: [(&str, &[u8]); 2] = [("version", version.as_bytes()), ("store", store)];
        for (name, value) in about {
            let _one = transaction.execute("INSERT INTO about VALUES (?1, ?2)", params![name, value])?;
        }
        transaction.commit()?;
        Ok(Self { connection })
    }

    fn about(&self, name: &str) -> Result<Vec<u8>, SearchError> {
        let found = self.connection.query_row("SELECT value FROM about WHERE name = ?1", [name], |row| row.get(0));
        Ok(found.optional()?.unwrap_or_default())
    }

    /// How far a log has been read.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn position(&self, log: &str) -> Result<Position, SearchError> {
        position(&self.connection, log)
    }

    /// Every log that has been read, with how far.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn positions(&self) -> Result<Vec<(String, Position)>, SearchError> {
        let mut statement = self.connection.prepare_cached("SELECT name, next, mark FROM log ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, read_position(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Records in the index, older versions among them.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn count(&self) -> Result<u64, SearchError> {
        let count: i64 = self.connection.query_row("SELECT count(*) FROM document", [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Begins to take in a batch of records: all of it becomes visible at once, with the positions up to which it was read.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn writer(&mut self) -> Result<Writer<'_>, SearchError> {
        Writer::begin(self)
    }

    /// The tokens of the records between two positions of a log, in their order, each with its digest.
    pub(crate) fn between(&self, log: &str, from: u64, to: u64) -> Result<Vec<(u64, [u8; 32], Tokens)>, SearchError> {
        let Some(number) = rows::log_number(&self.connection, log)? else { return Ok(Vec::new()) };
        let Some(last) = to.checked_sub(1) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for row in rows::between(&self.connection, rows::place(number, from)?, rows::place(number, last)?)? {
            let index = rows::index_of(row.place);
            found.push((index, *row.named.digest.octets(), Tokens::new(&row.content.lines(&row.named))));
        }
        Ok(found)
    }

    /// What a record is called, and its object's id if that is shown; none if the index does not have it.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn name_of(&self, digest: &[u8; 32], place: &Place) -> Result<Option<(String, Option<String>)>, SearchError> {
        let found = rows::at(&self.connection, place)?.filter(|row| row.named.digest.octets() == digest);
        Ok(found.map(|row| (row.content.title, row.named.object)))
    }
}

/// The tables' version with the normal form's: another one makes other tokens.
fn version() -> String {
    format!("{VERSION} {}", token::NORMALISER.name())
}

pub(crate) fn position(connection: &Connection, log: &str) -> Result<Position, SearchError> {
    let mut statement = connection.prepare_cached("SELECT name, next, mark FROM log WHERE name = ?1")?;
    Ok(statement.query_row([log], read_position).optional()?.unwrap_or_default())
}

fn read_position(row: &rusqlite::Row<'_>) -> Result<Position, rusqlite::Error> {
    Ok(Position { next: unsigned(row.get(1)?), mark: row.get(2)? })
}

pub(crate) fn signed(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(index: i64) -> u64 {
    u64::try_from(index).unwrap_or(0)
}

/// Makes the file for its owner alone before the database opens it; the files that the database puts beside it follow its mode.
pub(crate) fn make_private(path: &Path) -> Result<(), SearchError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let _options = options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = options.mode(0o600).open(path)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    drop(options.open(path)?);
    Ok(())
}

/// The database's files.
fn files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}
