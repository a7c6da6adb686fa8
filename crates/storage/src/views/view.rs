//! What a view is, for the crates above.

use policy::feed::ReadEntry;
use record::Record;
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use crate::batch::Place;

/// Rows that are made from entries and their bodies, and can be made again at any time.
///
/// A view must be a pure function of what it is shown, in the order in which it is shown it: whatever it reads beside its own
/// tables makes a rebuilt view differ. What it holds of a body must go when the entry is erased; the store sees to the free
/// pages.
pub trait View: Send {
    /// Its name and version. Another version drops all views and makes them anew.
    fn name(&self) -> &'static str;

    /// The SQL that makes its tables, each named with a prefix of its own.
    fn tables(&self) -> &'static str;

    /// Takes in an entry. A body that was erased before the view came to it is not there.
    ///
    /// # Errors
    /// Whatever the database says. An entry that the view cannot read is no error: it is passed over.
    fn take(&mut self, connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error>;

    /// Lets go of all that came from an entry's body.
    ///
    /// # Errors
    /// Whatever the database says.
    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error>;
}

/// An entry as a view is shown it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Seen<'entry> {
    /// Where it lies.
    pub place: &'entry Place,
    /// The same in one number, by which rows are kept small: [`row_of`] of the log's number and the index.
    pub row: i64,
    /// When it was committed.
    pub time: Timestamp,
    /// What the log has.
    pub entry: &'entry [u8],
    /// What lies beside it; none if it has no body, or none any more.
    pub body: Option<&'entry [u8]>,
    /// The record in the body, if whoever committed it has read it a moment ago: what reading the body would make.
    pub record: Option<&'entry Record>,
    /// What the entry says, if whoever committed it has read it a moment ago: what reading it would make.
    pub read: Option<&'entry ReadEntry>,
}

/// Bits of a row's number that are the index of its entry: a log of so many entries is never reached.
pub const INDEX_BITS: u32 = 40;

/// Log and index in one number: the number that the store's own table `log` has for the log, and in the lowest
/// [`INDEX_BITS`] bits the index. A name of forty letters in each row and in each of its places in each index made the
/// database nearly twice as large.
#[must_use]
pub fn row_of(log: u32, index: u64) -> i64 {
    let most = (1_u64 << INDEX_BITS).saturating_sub(1);
    i64::from(log) << INDEX_BITS | i64::try_from(index.min(most)).unwrap_or(0)
}

/// The index in such a number.
#[must_use]
pub fn index_of(row: i64) -> u64 {
    u64::try_from(row).unwrap_or(0) & (1_u64 << INDEX_BITS).saturating_sub(1)
}

/// The number for an index of a log; none if the store has no such log.
///
/// # Errors
/// Whatever the database says.
pub fn find_row(connection: &Connection, place: &Place) -> Result<Option<i64>, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT number FROM log WHERE name = ?1")?;
    let number = statement.query_row([place.log.as_str()], |row| row.get(0)).optional()?;
    Ok(number.map(|number: u32| row_of(number, place.index)))
}

/// The condition that a row's number `place` is of the log whose name is a parameter: rows of one log lie side by side.
#[macro_export]
macro_rules! rows_of_log {
    ($name:literal) => {
        concat!(
            "place >= (SELECT number << 40 FROM log WHERE name = ",
            $name,
            ") AND place < (SELECT (number + 1) << 40 FROM log WHERE name = ",
            $name,
            ")"
        )
    };
}
