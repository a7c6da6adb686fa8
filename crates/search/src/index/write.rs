//! Records go in and out of the index.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use record::digest::sha256;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::rows::{self, Standing};
use super::{Index, Place, Position, signed};
use crate::document::{Content, Document, Lines, Named, Packer};
use crate::error::SearchError;

/// Octets of lines that wait for the full-text table: what a large transaction may hold in memory.
const MAX_WAITING_BYTES: usize = 32 * 1024 * 1024;

/// A batch on its way into the index. Dropped without [`Writer::commit`], it leaves nothing.
///
/// The full-text table writes out what it holds whenever a row comes that is not above the one before, so lines wait here and go
/// in by their rows. All of it is in one transaction.
#[derive(Debug)]
pub struct Writer<'i> {
    transaction: Transaction<'i>,
    waiting: BTreeMap<i64, Change>,
    waiting_bytes: usize,
    logs: BTreeMap<String, i64>,
    packer: Packer,
    has_erased: bool,
}

/// What becomes of a row of the full-text table.
#[derive(Debug, Default)]
struct Change {
    /// What it has, if it has anything.
    gone: Option<Lines>,
    /// What it is to have.
    come: Option<Lines>,
}

impl<'i> Writer<'i> {
    pub(super) fn begin(index: &'i mut Index) -> Result<Self, SearchError> {
        let transaction = index.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Self {
            transaction,
            waiting: BTreeMap::new(),
            waiting_bytes: 0,
            logs: BTreeMap::new(),
            packer: Packer::new(),
            has_erased: false,
        })
    }

    /// How far a log has been read, this batch included.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn position(&self, log: &str) -> Result<Position, SearchError> {
        super::position(&self.transaction, log)
    }

    /// Takes in a record. One whose place has been read is passed over.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn take(&mut self, place: &Place, document: &Document) -> Result<(), SearchError> {
        let at = rows::place(self.log_number(&place.log)?, place.index)?;
        if self.is_taken(at)? {
            return Ok(());
        }
        let row = self.new_row(document.named.day)?;
        let family = family(&document.named);
        let shadowed = self.shadow(document, family)?;
        self.add_document(at, row, document, (family, shadowed))?;
        self.change(row, None, Some(rows::shadowed(lines_at(row, document), shadowed)))
    }

    fn add_document(
        &mut self,
        at: i64,
        row: i64,
        document: &Document,
        (family, shadowed): (i64, bool),
    ) -> Result<(), SearchError> {
        let content = self.packer.pack(&document.content)?;
        let sql = "INSERT INTO document VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let named = &document.named;
        let _one = self.transaction.prepare_cached(sql)?.execute(params![
            at,
            row,
            named.digest.octets(),
            named.author.octets(),
            rows::object_value(named.object.as_deref()),
            family,
            document.modified,
            length(&document.content),
            shadowed,
            content
        ])?;
        let _one = self.transaction.prepare_cached("INSERT INTO place VALUES (?1, ?2)")?.execute([row, at])?;
        Ok(())
    }

    /// The next row of a day, or of the one before where it is full.
    fn new_row(&self, day: i32) -> Result<i64, SearchError> {
        let mut day = day;
        loop {
            let row = rows::last_of_day(&self.transaction, day)?.saturating_add(1);
            if rows::day_of(row) == day {
                return Ok(row);
            }
            day = day.checked_sub(1).ok_or_else(|| SearchError::TooMany { problem: "every day is full".to_owned() })?;
        }
    }

    /// Whether another version stands before a new one. If not, the new one stands before that other.
    fn shadow(&mut self, document: &Document, family: i64) -> Result<bool, SearchError> {
        let versions = self.versions(&document.named, family)?;
        let Some(front) = versions.into_iter().find(|version| !version.shadowed) else { return Ok(false) };
        // Of one version shown twice, what shows more is found; of two that show alike, the one that came first.
        if (document.modified, length(&document.content)) <= (front.modified, front.length) {
            return Ok(true);
        }
        self.set_shadowed(front.place, true)?;
        Ok(false)
    }

    /// What is here of one object by one author, or of one record without an id.
    fn versions(&self, named: &Named, family: i64) -> Result<Vec<Version>, SearchError> {
        let sql = "SELECT place, modified, length, shadowed FROM document \
                   WHERE family = ?1 AND author = ?2 AND object IS ?3 AND (?3 IS NOT NULL OR digest = ?4)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let object = rows::object_value(named.object.as_deref());
        let values = params![family, named.author.octets(), object, named.digest.octets()];
        let versions = statement.query_map(values, |row| {
            Ok(Version { place: row.get(0)?, modified: row.get(1)?, length: row.get(2)?, shadowed: row.get(3)? })
        })?;
        Ok(versions.collect::<Result<_, _>>()?)
    }

    fn set_shadowed(&mut self, place: i64, shadowed: bool) -> Result<(), SearchError> {
        let Some(found) = rows::under(&self.transaction, place)? else { return Ok(()) };
        let lines = rows::shadowed(found.content.lines(&found.named), shadowed);
        self.change(found.row, Some(found.lines()), Some(lines))?;
        let sql = "UPDATE document SET shadowed = ?2 WHERE place = ?1";
        let _one = self.transaction.prepare_cached(sql)?.execute(params![place, shadowed])?;
        Ok(())
    }

    /// Takes away whatever came from an entry: its body was erased. True if there was something.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn erase(&mut self, place: &Place) -> Result<bool, SearchError> {
        let Some(found) = rows::at(&self.transaction, place)? else { return Ok(false) };
        self.change(found.row, Some(found.lines()), None)?;
        for (sql, under) in
            [("DELETE FROM document WHERE place = ?1", found.place), ("DELETE FROM place WHERE row = ?1", found.row)]
        {
            let _one = self.transaction.prepare_cached(sql)?.execute([under])?;
        }
        self.has_erased = true;
        if !found.shadowed {
            self.promote(&found)?;
        }
        Ok(true)
    }

    /// The next version in line comes to the front.
    fn promote(&mut self, gone: &Standing) -> Result<(), SearchError> {
        let versions = self.versions(&gone.named, gone.family)?;
        // Of equal ones, the one that came first.
        let next =
            versions.iter().max_by_key(|version| (version.modified, version.length, std::cmp::Reverse(version.place)));
        next.map_or(Ok(()), |version| self.set_shadowed(version.place, false))
    }

    /// Says how far a log has been read.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn passed(&mut self, log: &str, position: &Position) -> Result<(), SearchError> {
        let number = self.log_number(log)?;
        let mut statement = self.transaction.prepare_cached("UPDATE log SET next = ?2, mark = ?3 WHERE number = ?1")?;
        let _one = statement.execute(params![number, signed(position.next), position.mark])?;
        Ok(())
    }

    /// Ends the batch.
    ///
    /// # Errors
    /// [`SearchError`]; then nothing of the batch is in the index.
    pub fn commit(mut self) -> Result<(), SearchError> {
        self.apply()?;
        self.transaction.commit()?;
        Ok(())
    }

    /// Whether the batch took rows away, so that [`Index::clean`] has to follow it.
    #[must_use]
    pub const fn has_erased(&self) -> bool {
        self.has_erased
    }

    fn is_taken(&self, place: i64) -> Result<bool, SearchError> {
        let mut statement = self.transaction.prepare_cached("SELECT 1 FROM document WHERE place = ?1")?;
        Ok(statement.exists([place])?)
    }

    /// The number of a log, which gets one if it has none.
    fn log_number(&mut self, log: &str) -> Result<i64, SearchError> {
        if let Some(number) = self.logs.get(log) {
            return Ok(*number);
        }
        let number = if let Some(number) = rows::log_number(&self.transaction, log)? {
            number
        } else {
            let sql = "INSERT INTO log (name, next, mark) VALUES (?1, 0, zeroblob(32))";
            let _one = self.transaction.execute(sql, [log])?;
            self.transaction.last_insert_rowid()
        };
        let _new = self.logs.insert(log.to_owned(), number);
        Ok(number)
    }

    /// Notes what becomes of a row. What the table has of it was noted with the first change.
    fn change(&mut self, row: i64, gone: Option<Lines>, come: Option<Lines>) -> Result<(), SearchError> {
        let octets = |lines: &Option<Lines>| {
            lines.as_ref().map_or(0, |lines| lines.body.len().saturating_add(lines.title.len()))
        };
        self.waiting_bytes = self.waiting_bytes.saturating_add(octets(&gone)).saturating_add(octets(&come));
        match self.waiting.entry(row) {
            Entry::Vacant(vacant) => drop(vacant.insert(Change { gone, come })),
            Entry::Occupied(mut changed) => changed.get_mut().come = come,
        }
        if self.waiting_bytes > MAX_WAITING_BYTES { self.apply() } else { Ok(()) }
    }

    /// Tells the full-text table, by rising rows. A table without texts has to be told what goes: the same content gives the same
    /// lines for as long as the normal form has one name, and the index is of one normal form.
    fn apply(&mut self) -> Result<(), SearchError> {
        self.waiting_bytes = 0;
        let mut take_away = self
            .transaction
            .prepare_cached("INSERT INTO words (words, rowid, body, title) VALUES ('delete', ?1, ?2, ?3)")?;
        let mut add = self.transaction.prepare_cached("INSERT INTO words (rowid, body, title) VALUES (?1, ?2, ?3)")?;
        for (row, change) in std::mem::take(&mut self.waiting) {
            if let Some(lines) = change.gone {
                let _one = take_away.execute(params![row, lines.body, lines.title])?;
            }
            if let Some(lines) = change.come {
                let _one = add.execute(params![row, lines.body, lines.title])?;
            }
        }
        Ok(())
    }
}

/// The lines of a document under the day of its row.
fn lines_at(row: i64, document: &Document) -> Lines {
    let day = rows::day_of(row);
    if day == document.named.day {
        return document.lines.clone();
    }
    document.content.lines(&Named { day, ..document.named.clone() })
}

/// A version of an object.
struct Version {
    place: i64,
    modified: i64,
    length: i64,
    shadowed: bool,
}

/// Octets of a text, by which of two showings of one record the fuller one is known.
fn length(content: &Content) -> i64 {
    i64::try_from(content.text.len()).unwrap_or(i64::MAX)
}

/// Versions are of one object if one author gives them one id: nobody's version hides another's. Here is where to look for them;
/// two families may have one number.
fn family(named: &Named) -> i64 {
    let whole = match &named.object {
        Some(id) => sha256(&[b"detente/search-family/v1\0", named.author.octets(), id.as_bytes()]),
        None => sha256(&[b"detente/search-record/v1\0", named.digest.octets()]),
    };
    whole.first_chunk().map_or(0, |octets| i64::from_be_bytes(*octets))
}

impl Index {
    /// Leaves nothing of rows that were taken away: they were overwritten where they stood, and the write-ahead log is folded in
    /// and emptied. False while another process still reads.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn clean(&self) -> Result<bool, SearchError> {
        clean(&self.connection)
    }
}

fn clean(connection: &Connection) -> Result<bool, SearchError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}
