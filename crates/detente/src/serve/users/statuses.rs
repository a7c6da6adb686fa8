//! What became of each POST, for a day, and which account handed in which object first. A database of its own: if it is lost, a
//! client asks in vain, and later versions of what a program handed in are for those who may write.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use record::digest::RecordDigest;
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use taxii::StatusId;
use taxii::limits::STATUS_KEPT_MS;

use crate::outcome::{Done, Failure};

/// Name of the file.
const FILE: &str = "taxii-statuses.sqlite";

/// Statuses of one caller that are kept, the newest: of full POSTs some 250 MiB, and a client asks within minutes.
const MAX_PER_CALLER: i64 = 256;

/// How often old ones are dropped: at each so many new ones.
const DROP_EVERY: u64 = 256;

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS status (id BLOB PRIMARY KEY, caller TEXT NOT NULL, received INTEGER NOT NULL, text TEXT NOT NULL)
        WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS status_by_time ON status (received);
    CREATE TABLE IF NOT EXISTS handed_in (id TEXT PRIMARY KEY, account TEXT NOT NULL, newest BLOB NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS status_by_caller ON status (caller, received);
";

pub(super) struct Statuses(Mutex<(Connection, u64)>);

impl Statuses {
    /// The database in a node's directory, for its owner alone: statuses name objects. A damaged one is made anew.
    pub(super) fn open(dir: &Path) -> Done<Self> {
        let path = dir.join(FILE);
        let open = || -> Result<Connection, rusqlite::Error> {
            let connection = Connection::open(&path)?;
            connection.execute_batch(TABLES)?;
            Ok(connection)
        };
        let connection = open().or_else(|_| {
            for name in [FILE.to_owned(), format!("{FILE}-wal"), format!("{FILE}-shm")] {
                // What is not there need not go.
                let _gone = std::fs::remove_file(dir.join(name));
            }
            open()
        });
        let connection = connection.map_err(|error| Failure::environment(format!("`{}`: {error}", path.display())))?;
        protect(&path)?;
        Ok(Self(Mutex::new((connection, 0))))
    }

    fn held(&self) -> MutexGuard<'_, (Connection, u64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, caller: &str, id: StatusId, received: Timestamp, text: &str) -> Result<(), String> {
        let mut held = self.held();
        let (connection, count) = &mut *held;
        let put = "INSERT OR REPLACE INTO status VALUES (?1, ?2, ?3, ?4)";
        let row = params![id.octets(), caller, received.micros(), text];
        let _rows = connection.prepare_cached(put).and_then(|mut put| put.execute(row)).map_err(said)?;
        let beyond =
            "DELETE FROM status WHERE caller = ?1 AND received < (SELECT received FROM status WHERE caller = ?1
            ORDER BY received DESC LIMIT 1 OFFSET ?2)";
        let _rows = connection
            .prepare_cached(beyond)
            .and_then(|mut beyond| beyond.execute(params![caller, MAX_PER_CALLER]))
            .map_err(said)?;
        if *count % DROP_EVERY == 0 {
            let before = received.micros().saturating_sub(STATUS_KEPT_MS.saturating_mul(1000));
            let old = "DELETE FROM status WHERE received < ?1";
            let _rows = connection.prepare_cached(old).and_then(|mut old| old.execute([before])).map_err(said)?;
        }
        *count = count.saturating_add(1);
        Ok(())
    }

    /// Notes who handed in these versions last.
    pub(super) fn note_posted(&self, account: &str, new: &[(&str, RecordDigest)]) -> Result<(), String> {
        if new.is_empty() {
            return Ok(());
        }
        let mut held = self.held();
        let batch = held.0.transaction().map_err(said)?;
        for (id, digest) in new {
            let put = "INSERT OR REPLACE INTO handed_in VALUES (?1, ?2, ?3)";
            let row = params![id, account, digest.octets()];
            let _rows = batch.prepare_cached(put).and_then(|mut put| put.execute(row)).map_err(said)?;
        }
        batch.commit().map_err(said)
    }

    /// Whether this version of an object is one that an account handed in.
    pub(super) fn is_posted_by(&self, account: &str, id: &str, newest: &RecordDigest) -> Result<bool, String> {
        let held = self.held();
        let get = "SELECT 1 FROM handed_in WHERE id = ?1 AND account = ?2 AND newest = ?3";
        let mut get = held.0.prepare_cached(get).map_err(said)?;
        get.exists(params![id, account, newest.octets()]).map_err(said)
    }

    /// The status of what this caller posted, while it is kept.
    pub(super) fn get(&self, caller: &str, id: StatusId, now: Timestamp) -> Result<Option<String>, String> {
        let held = self.held();
        let since = now.micros().saturating_sub(STATUS_KEPT_MS.saturating_mul(1000));
        let get = "SELECT text FROM status WHERE id = ?1 AND caller = ?2 AND received >= ?3";
        let mut get = held.0.prepare_cached(get).map_err(said)?;
        get.query_row(params![id.octets(), caller, since], |row| row.get(0)).optional().map_err(said)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "so that `map_err(said)` takes an error as it comes")]
fn said(error: rusqlite::Error) -> String {
    format!("statuses: {error}")
}

#[cfg(unix)]
fn protect(path: &Path) -> Done {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(Failure::environment)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail here")]
const fn protect(_path: &Path) -> Done {
    Ok(())
}
