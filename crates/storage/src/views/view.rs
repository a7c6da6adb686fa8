//! What a view is, for the crates above.

use policy::feed::ReadEntry;
use record::Record;
use record::time::Timestamp;
use rusqlite::Connection;

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
