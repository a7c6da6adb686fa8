//! Which collections there are.

use record::digest::PartyId;
use rusqlite::{Connection, OptionalExtension as _};
use storage::views::INDEX_BITS;
use storage::{LocalStore, LogName, StoreError};

use crate::audience;

/// What names of logs begin with into which feeds of peers are read.
pub(crate) const PULLED: &str = "pulled-";

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "whoever shows them must think of each")]
pub enum Collection {
    /// The records of this node's own party, whole. What is read of it depends on the reader.
    Own,
    /// What we released to one partner under all agreements with it that are in force, joined: one object for each id.
    Partner(PartyId),
    /// What a feed of ours released: the log is the feed's.
    Released(LogName),
    /// What a peer released to us and was believed: the log is the one into which its feed is read.
    Received(LogName),
}

impl Collection {
    /// The collection of a log; none of one that makes no collection.
    #[must_use]
    pub fn of_log(log: &LogName) -> Option<Self> {
        match log.as_str() {
            name if name == LogName::node().as_str() => Some(Self::Own),
            name if name.starts_with(PULLED) => Some(Self::Received(log.clone())),
            _ if log.is_feed() => Some(Self::Released(log.clone())),
            _ => None,
        }
    }

    /// The log that it is made of; none of what is made of several.
    #[must_use]
    pub fn log(&self) -> Option<LogName> {
        match self {
            Self::Own => Some(LogName::node()),
            Self::Partner(_) => None,
            Self::Released(log) | Self::Received(log) => Some(log.clone()),
        }
    }

    /// Whether its rows have markings, which decide who reads them.
    pub(crate) const fn is_marked(&self) -> bool {
        matches!(self, Self::Own)
    }

    /// The number under which its rows lie: of its log, or of its partner. None if there is no such log or partner, or the log is of
    /// another kind than the collection says.
    pub(crate) fn number(&self, connection: &Connection) -> Result<Option<i64>, rusqlite::Error> {
        match self {
            Self::Partner(partner) => audience::number_of(connection, *partner),
            Self::Own | Self::Released(_) | Self::Received(_) => self.number_of_log(connection),
        }
    }

    fn number_of_log(&self, connection: &Connection) -> Result<Option<i64>, rusqlite::Error> {
        let log = self.log().filter(|log| Self::of_log(log).as_ref() == Some(self));
        log.map_or(Ok(None), |log| number_of(connection, log.as_str()))
    }
}

/// The number that the store has for a log.
pub(crate) fn number_of(connection: &Connection, log: &str) -> Result<Option<i64>, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT number FROM log WHERE name = ?1")?;
    statement.query_row([log], |row| row.get(0)).optional()
}

/// The number of the log in which a row lies.
pub(crate) const fn log_of(place: i64) -> i64 {
    place >> INDEX_BITS
}

/// The collections of logs that there are: ours first, then those of feeds, by name. Those of partners are not among them, since who
/// is one follows from agreements.
///
/// # Errors
/// [`StoreError::Views`].
pub fn known(store: &LocalStore) -> Result<Vec<Collection>, StoreError> {
    let names: Vec<String> = store.ask(|connection| {
        let mut statement = connection.prepare_cached("SELECT name FROM log")?;
        statement.query_map([], |row| row.get(0))?.collect()
    })?;
    let logs = names.iter().filter_map(|name| name.parse().ok());
    let mut known: Vec<_> = logs.filter_map(|log| Collection::of_log(&log)).collect();
    known.sort_unstable();
    Ok(known)
}
