//! The view of erasures: which bodies went, in which order, for what follows the logs beside the store.

use rusqlite::{Connection, params};
use storage::views::{Seen, View};
use storage::{LocalStore, Place, StoreError};

const TABLES: &str = "CREATE TABLE erasures (seq INTEGER PRIMARY KEY, log TEXT NOT NULL, idx INTEGER NOT NULL);";

/// Makes rows of erasures.
#[derive(Debug, Default)]
pub(crate) struct Erasures;

/// An erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Erasure {
    /// Its number, from 1 without a gap.
    pub(crate) number: u64,
    pub(crate) log: String,
    pub(crate) index: u64,
}

impl View for Erasures {
    fn name(&self) -> &'static str {
        "erasures/1"
    }

    fn tables(&self) -> &'static str {
        TABLES
    }

    fn take(&mut self, _: &Connection, _: &Seen<'_>) -> Result<(), rusqlite::Error> {
        Ok(())
    }

    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
        let sql = "INSERT INTO erasures VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM erasures), ?1, ?2)";
        let index = i64::try_from(place.index).unwrap_or(i64::MAX);
        connection.prepare_cached(sql)?.execute(params![place.log.as_str(), index]).map(drop)
    }
}

impl Erasure {
    /// The erasures after a number, in their order.
    pub(crate) fn after(store: &LocalStore, number: u64) -> Result<Vec<Self>, StoreError> {
        let sql = "SELECT seq, log, idx FROM erasures WHERE seq > ?1 ORDER BY seq";
        let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
        store.ask(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([i64::try_from(number).unwrap_or(i64::MAX)], |row| {
                Ok(Self { number: unsigned(row.get(0)?), log: row.get(1)?, index: unsigned(row.get(2)?) })
            })?;
            rows.collect()
        })
    }

    /// How many there are.
    pub(crate) fn count(store: &LocalStore) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM erasures";
        let count: i64 = store.ask(|connection| connection.query_row(sql, [], |row| row.get(0)))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
