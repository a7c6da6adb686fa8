//! What can go wrong with the index.

use rusqlite::ErrorCode;

/// The index, or the file of standing searches, cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The database is not what was written. An index is made anew; standing searches are restored from a backup.
    #[error("the database is damaged: {problem}")]
    Damaged {
        /// What it said.
        problem: String,
    },
    /// The machine did not do its part: a full disk, a file that may not be written, another process that holds it.
    #[error("the database cannot be used now: {problem}")]
    Unusable {
        /// What it said.
        problem: String,
    },
    /// There is no more room for what was asked.
    #[error("{problem}")]
    TooMany {
        /// What there is too much of, and what to do.
        problem: String,
    },
}

impl SearchError {
    /// Whether making the index anew helps.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }
}

impl From<rusqlite::Error> for SearchError {
    fn from(error: rusqlite::Error) -> Self {
        use ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OperationInterrupted, OutOfMemory, PermissionDenied,
            ReadOnly, SystemIoFailure,
        };
        let of_the_machine = [
            CannotOpen,
            DatabaseBusy,
            DatabaseLocked,
            DiskFull,
            OperationInterrupted,
            OutOfMemory,
            PermissionDenied,
            ReadOnly,
            SystemIoFailure,
        ];
        let problem = error.to_string();
        // What the machine refuses now says nothing of what the file holds.
        match error.sqlite_error_code() {
            Some(code) if of_the_machine.contains(&code) => Self::Unusable { problem },
            _ => Self::Damaged { problem },
        }
    }
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        Self::Unusable { problem: error.to_string() }
    }
}
