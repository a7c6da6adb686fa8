//! Views: what can be asked for quickly, in an SQL database that follows the segments and can be remade from them.
//!
//! The database is never synced by a commit. It holds the place in the segments up to which it has read, in the same
//! transaction as what it made of them, so after a crash it goes on from wherever it is. Whatever it points at is checked
//! against the segments when it is read.

pub mod cases;
mod index;
pub mod records;
mod view;

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction};

pub(crate) use index::EntryPlace;
pub use view::{INDEX_BITS, Seen, View, find_row, index_of, row_of};

use crate::batch::LogName;
use crate::body_keys::BodyKeys;
use crate::disk::{Disk, DiskError};
use crate::frame::{BatchMeta, Change};
use crate::handed::{HandOver, Reading};
use crate::layout::{StoreId, VIEWS};
use crate::segment::{Cursor, Located};
use crate::store::StoreError;

/// Octets of bodies and metas that one transaction takes in before it ends: bounds its memory and how long a reader waits.
const MAX_PASS_BYTES: u64 = 32 * 1024 * 1024;

/// Statements that stay compiled: more than all views together use for an entry, so that none is compiled for each.
const MAX_STATEMENTS: usize = 128;

/// The database of views.
pub(crate) struct Views {
    connection: Mutex<Connection>,
    views: Mutex<Vec<Box<dyn View>>>,
    store: StoreId,
    /// Where it lies; none if in memory.
    path: Option<PathBuf>,
    /// Whether the write-ahead log may still hold rows that were erased.
    is_unclean: AtomicBool,
    /// Frames that it has read, or fewer: nobody else writes to it while this process has the directory.
    read: AtomicU64,
    /// What was committed just now.
    hand_over: Option<Arc<HandOver>>,
}

impl fmt::Debug for Views {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Views")
    }
}

/// Where frames and bodies come from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'store> {
    pub(crate) disk: &'store dyn Disk,
    pub(crate) store: StoreId,
    pub(crate) keys: &'store BodyKeys,
}

/// An entry that a pass has read, for the publisher.
pub(crate) type Followed<'pass> = dyn FnMut(u32, u64, &[u8]) -> Result<(), StoreError> + 'pass;

impl Views {
    /// Opens the database, in memory if there is no path. What this build cannot read is made anew and then followed from
    /// the first frame.
    pub(crate) fn open(
        disk: &dyn Disk,
        store: StoreId,
        views: Vec<Box<dyn View>>,
        hand_over: Option<Arc<HandOver>>,
    ) -> Result<Self, StoreError> {
        let opened = Self::open_alone(disk, store, views)?;
        Ok(Self { hand_over, ..opened })
    }

    fn open_alone(disk: &dyn Disk, store: StoreId, views: Vec<Box<dyn View>>) -> Result<Self, StoreError> {
        let Some(path) = disk.views_path() else { return Self::in_memory(store, views) };
        if path.parent().is_some_and(|folder| !folder.exists()) {
            disk.make_folder(VIEWS)?;
        }
        let connection = open_or_remake(&path, store, &views)?;
        Ok(Self::of(connection, store, views, Some(path)))
    }

    fn in_memory(store: StoreId, views: Vec<Box<dyn View>>) -> Result<Self, StoreError> {
        let connection = prepared(Connection::open_in_memory().map_err(said)?, store, &views)?;
        Ok(Self::of(connection, store, views, None))
    }

    fn of(connection: Connection, store: StoreId, views: Vec<Box<dyn View>>, path: Option<PathBuf>) -> Self {
        // A process that died between an erasure and its cleaning left that to us.
        let is_unclean = AtomicBool::new(true);
        let (connection, views) = (Mutex::new(connection), Mutex::new(views));
        Self { connection, views, store, path, is_unclean, read: AtomicU64::new(0), hand_over: None }
    }

    /// How far the views have read.
    pub(crate) fn cursor(&self) -> Result<Cursor, StoreError> {
        index::cursor(&self.lock(), self.store)
    }

    /// Reads frames up to a number into the views, one pass of bounded size. True if there is more.
    pub(crate) fn follow(
        &self,
        source: Source<'_>,
        below: u64,
        followed: &mut Followed<'_>,
    ) -> Result<bool, StoreError> {
        if below <= self.read.load(Ordering::Acquire) && self.is_clean() {
            return Ok(false);
        }
        let mut connection = self.lock();
        self.clean(&connection)?;
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction().map_err(said)?;
        let mut cursor = index::cursor(&transaction, self.store)?;
        let start = cursor.number;
        let (mut bytes, mut erased, mut named) = (0_u64, false, Vec::new());
        while bytes < MAX_PASS_BYTES {
            let Some((located, behind)) = cursor.next(source.disk, source.store, below)? else { break };
            let hand_over = self.hand_over.as_deref();
            let (transaction, views, named) = (&transaction, &mut *views, &mut named);
            let mut pass = Pass { transaction, views, source, hand_over, named, followed };
            erased |= pass.take(&located)?;
            bytes = bytes.saturating_add(located.end().saturating_sub(located.offset));
            cursor = behind;
        }
        if cursor.number == start {
            self.read.store(start, Ordering::Release);
            return Ok(false);
        }
        index::set_cursor(&transaction, self.store, &cursor)?;
        // Set before the commit: whatever becomes of it, there may be something to clean.
        self.is_unclean.fetch_or(erased, Ordering::Relaxed);
        transaction.commit().map_err(said)?;
        self.read.store(cursor.number, Ordering::Release);
        self.clean(&connection)?;
        Ok(cursor.number < below)
    }

    /// Where an entry lies; none if the views have not read so far, or there is none.
    pub(crate) fn entry(&self, log: u32, index: u64) -> Result<Option<EntryPlace>, StoreError> {
        index::entry(&self.lock(), log, index)
    }

    /// Where entries lie from an index on.
    pub(crate) fn entries(&self, log: u32, from: u64, limit: usize) -> Result<Vec<EntryPlace>, StoreError> {
        index::entries(&self.lock(), log, from, limit)
    }

    /// Where a receipt lies.
    pub(crate) fn receipt(&self, digest: &[u8; 32]) -> Result<Option<index::ReceiptPlace>, StoreError> {
        index::receipt(&self.lock(), digest)
    }

    /// Asks a view in its own words.
    pub(crate) fn ask<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        question(&self.lock()).map_err(said)
    }

    /// Drops all that the views hold and the space that it took.
    pub(crate) fn drop_all(&self) -> Result<(), StoreError> {
        let mut connection = self.lock();
        self.read.store(0, Ordering::Release);
        self.hand_over.iter().for_each(|hand_over| hand_over.clear());
        let views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        // In its place, so that what was in it is overwritten; only a file that is damaged itself is given up.
        let remade = remake(&connection, self.store, &views);
        if remade.is_ok() && index::is_intact(&connection) {
            return Ok(());
        }
        let Some(path) = &self.path else { return remade };
        *connection = Connection::open_in_memory().map_err(said)?;
        *connection = make_anew(path, self.store, &views)?;
        Ok(())
    }

    /// Leaves nothing of deleted rows: not in free pages, which `secure_delete` has overwritten, and not in the write-ahead
    /// log. While another process reads the database this must wait, and is tried again at every turn.
    fn clean(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.is_unclean.load(Ordering::Relaxed) {
            self.is_unclean.store(!clean(connection)?, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether nothing of erased rows may still lie in the write-ahead log.
    pub(crate) fn is_clean(&self) -> bool {
        !self.is_unclean.load(Ordering::Relaxed)
    }

    /// A digest over every row of every table: the same for the same frames, whenever they were read.
    pub(crate) fn digest(&self) -> Result<[u8; 32], StoreError> {
        index::digest(&self.lock()).map_err(said)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolls it back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Frames that a database of views has read; none if it cannot tell.
pub(crate) fn frames_read(path: &Path, store: StoreId) -> Option<u64> {
    let connection = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    Some(index::cursor(&connection, store).ok()?.number)
}

/// Whether a database of views holds what the segments up to a frame make of it: none if it does, or why it was not looked
/// at.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn compare(
    path: &Path,
    views: Vec<Box<dyn View>>,
    source: Source<'_>,
    frames: u64,
) -> Result<Option<String>, String> {
    let connection = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE);
    let connection = connection.map_err(|error| error.to_string())?;
    if let Err(error) = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        && is_closed_to_us(&error)
    {
        return Ok(Some("their database can be read by a user alone who may write beside it".to_owned()));
    }
    let found = index::cursor(&connection, source.store).map_err(|error| error.to_string())?;
    if found.number != frames {
        return Ok(Some(format!("they have read {} frames of {frames}", found.number)));
    }
    let fresh = Views::in_memory(source.store, views).map_err(|error| error.to_string())?;
    while fresh.follow(source, frames, &mut |_, _, _| Ok(())).map_err(|error| error.to_string())? {}
    let wanted = fresh.digest().map_err(|error| error.to_string())?;
    let digest = index::digest(&connection);
    // Erasures that came after these frames show in what was made of them just now.
    if frames_read(path, source.store).is_some_and(|read| read != frames) {
        return Ok(Some("the node went on writing meanwhile".to_owned()));
    }
    match digest {
        Ok(found) if found == wanted => Ok(None),
        Ok(_) => Err("it does not hold what follows from the segments".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the database says that it may not write: its write-ahead log needs that even of readers.
fn is_closed_to_us(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly};
    error.sqlite_error_code().is_some_and(|code| [CannotOpen, PermissionDenied, ReadOnly].contains(&code))
}

/// One frame on its way into the views.
struct Pass<'pass, 'follow> {
    transaction: &'pass Transaction<'pass>,
    views: &'pass mut Vec<Box<dyn View>>,
    source: Source<'pass>,
    hand_over: Option<&'pass HandOver>,
    /// Names of logs that this pass has looked up.
    named: &'pass mut Vec<(u32, LogName)>,
    followed: &'pass mut Followed<'follow>,
}

impl Pass<'_, '_> {
    /// True if the frame erases something.
    fn take(&mut self, located: &Located) -> Result<bool, StoreError> {
        let Change::Commit { opens, batches, .. } = &located.meta.change else { return Ok(false) };
        opens.iter().try_for_each(|log| index::add_log(self.transaction, log))?;
        let mut place = InFrame { entry: 0, body_offset: located.body_offset() };
        let mut erased = false;
        for batch in batches {
            self.take_batch(located, batch, &mut place)?;
            erased |= !batch.erasures.is_empty();
        }
        Ok(erased)
    }

    fn take_batch(&mut self, located: &Located, batch: &BatchMeta, at: &mut InFrame) -> Result<(), StoreError> {
        for entry in &batch.entries {
            let body_offset = at.body_offset;
            let range = located.entry_places.get(at.entry).copied();
            let Some(range) = range else { return Err(failed("an entry without a place")) };
            at.entry = at.entry.saturating_add(1);
            let place = EntryPlace {
                log: entry.log,
                index: entry.index,
                segment: located.segment,
                offset: located.meta_offset().saturating_add(u64::try_from(range.start).unwrap_or(u64::MAX)),
                length: range.length,
                digest: range.digest,
                body_offset,
            };
            index::add_entry(self.transaction, &place)?;
            (self.followed)(entry.log, entry.index, &entry.entry)?;
            if let Some(body) = &entry.body {
                at.body_offset = at.body_offset.saturating_add(u64::from(body.bytes));
            }
            self.show(located, entry, body_offset)?;
        }
        for receipt in &batch.receipts {
            index::add_receipt(self.transaction, receipt, located.segment, at.body_offset)?;
            at.body_offset = at.body_offset.saturating_add(u64::from(receipt.body.bytes));
        }
        for erasure in &batch.erasures {
            let log = index::log_name(self.transaction, erasure.log)?;
            let place = crate::batch::Place::new(log, erasure.index);
            self.views.iter_mut().try_for_each(|view| view.erase(self.transaction, &place)).map_err(said)?;
        }
        Ok(())
    }

    /// The name of a log. Names are never given again, so one that was read once stays.
    fn name(&mut self, number: u32) -> Result<LogName, StoreError> {
        if let Some((_, name)) = self.named.iter().find(|(known, _)| *known == number) {
            return Ok(name.clone());
        }
        let name = index::log_name(self.transaction, number)?;
        self.named.push((number, name.clone()));
        Ok(name)
    }

    /// Shows an entry to the views that want bodies.
    fn show(&mut self, located: &Located, entry: &crate::frame::EntryMeta, body_offset: u64) -> Result<(), StoreError> {
        if self.views.is_empty() {
            return Ok(());
        }
        let log = self.name(entry.log)?;
        let place = crate::batch::Place::new(log, entry.index);
        let handed = self.hand_over.and_then(|hand_over| hand_over.take((entry.log, entry.index)));
        let (body, reading) = match (handed, &entry.body) {
            (Some(handed), Some(_)) => (Some(handed.body), handed.reading),
            (_, Some(body)) => {
                (crate::bodies::read(self.source, located.segment, body_offset, body)?, Reading::default())
            }
            (_, None) => (None, Reading::default()),
        };
        let seen = Seen {
            place: &place,
            row: row_of(entry.log, entry.index),
            time: located.meta.time,
            entry: &entry.entry,
            body: body.as_deref(),
            record: reading.record.as_deref(),
            read: reading.entry.as_deref(),
        };
        self.views.iter_mut().try_for_each(|view| view.take(self.transaction, &seen)).map_err(said)
    }
}

struct InFrame {
    entry: usize,
    body_offset: u64,
}

fn open_or_remake(path: &Path, store: StoreId, views: &[Box<dyn View>]) -> Result<Connection, StoreError> {
    let opened = Connection::open(path).map_err(said).and_then(|connection| prepared(connection, store, views));
    // What a crash or a bit flip made unreadable is remade: it is a view.
    opened
        .or_else(|error| if matches!(error, StoreError::Disk(_)) { Err(error) } else { make_anew(path, store, views) })
}

fn make_anew(path: &Path, store: StoreId, views: &[Box<dyn View>]) -> Result<Connection, StoreError> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _absent = std::fs::remove_file(name);
    }
    prepared(Connection::open(path).map_err(said)?, store, views)
}

fn prepared(connection: Connection, store: StoreId, views: &[Box<dyn View>]) -> Result<Connection, StoreError> {
    connection.execute_batch(index::SETTINGS).map_err(said)?;
    connection.set_prepared_statement_cache_capacity(MAX_STATEMENTS);
    // Without it a statement is compiled anew for each value that it is asked with: there are no statistics to gain from.
    let _is_set = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(said)?;
    if !index::is_current(&connection, store, views) {
        remake(&connection, store, views)?;
    }
    Ok(connection)
}

fn remake(connection: &Connection, store: StoreId, views: &[Box<dyn View>]) -> Result<(), StoreError> {
    index::make(connection, store, views).map_err(said)?;
    clean(connection).map(drop)
}

/// Folds the write-ahead log in and empties it. False if another process still reads from it.
fn clean(connection: &Connection) -> Result<bool, StoreError> {
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    busy.map(|busy| busy == 0).map_err(said)
}

/// What the database said. That the machine does not let it work now is no fault of what it holds: it is not made anew then.
pub(crate) fn said(error: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, PermissionDenied, ReadOnly};
    let kind = match error.sqlite_error_code() {
        Some(DiskFull) => ErrorKind::StorageFull,
        Some(DatabaseBusy | DatabaseLocked) => ErrorKind::ResourceBusy,
        Some(CannotOpen | PermissionDenied | ReadOnly) => ErrorKind::PermissionDenied,
        _ => return failed(error),
    };
    let problem = error.to_string();
    StoreError::Disk(DiskError { operation: "use", path: "views/views.sqlite".to_owned(), kind, problem })
}

/// A failure of the views' database.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(failed)` takes an error as it comes")]
pub(crate) fn failed(error: impl ToString) -> StoreError {
    StoreError::Views { problem: error.to_string() }
}
