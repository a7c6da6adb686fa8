//! Records go in and out of the index.

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::{Index, Place, Position, signed, unsigned};
use crate::document::Document;
use crate::error::SearchError;
use crate::token::{self, SHADOWED};

/// Bits of a row's number that are its sequence; those before are its day.
const SEQUENCE_BITS: u32 = 32;

/// A batch on its way into the index. Dropped without [`Writer::commit`], it leaves nothing.
#[derive(Debug)]
pub struct Writer<'i> {
    transaction: Transaction<'i>,
    sequence: u32,
    has_erased: bool,
}

/// A row as it stands.
struct Row {
    row: i64,
    family: [u8; 16],
    shadowed: bool,
    title: String,
    text: String,
    codes: String,
}

impl<'i> Writer<'i> {
    pub(super) fn begin(index: &'i mut Index) -> Result<Self, SearchError> {
        let transaction = index.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last: Vec<u8> =
            transaction.query_row("SELECT value FROM about WHERE name = 'sequence'", [], |row| row.get(0))?;
        let sequence = last.first_chunk().map_or(0, |octets| u32::from_be_bytes(*octets));
        Ok(Self { transaction, sequence, has_erased: false })
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
        if self.row_at(place)?.is_some() {
            return Ok(());
        }
        self.sequence = self.sequence.checked_add(1).ok_or_else(|| SearchError::TooMany {
            problem: "the index has numbered four billion records; make it anew with: detente rebuild".to_owned(),
        })?;
        let row = (i64::from(document.day) << SEQUENCE_BITS) | i64::from(self.sequence);
        let shadowed = self.shadow(document)?;
        let codes = coded(&document.codes, shadowed);
        self.add_words(row, [&document.title_tokens, &document.text_tokens, &codes])?;
        let sql = "INSERT INTO document VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let _one = statement.execute(params![
            row,
            place.log,
            signed(place.index),
            document.digest.octets(),
            document.object,
            document.family,
            document.modified,
            shadowed,
            document.title,
            document.text,
            codes
        ])?;
        Ok(())
    }

    /// Whether another version stands before a new one. If not, the new one stands before that other.
    fn shadow(&self, document: &Document) -> Result<bool, SearchError> {
        let sql = "SELECT row, modified, length(CAST(text AS BLOB)) FROM document WHERE family = ?1 AND shadowed = 0";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let front = statement.query_row(params![document.family], |row| {
            Ok((row.get::<_, i64>(0)?, (row.get::<_, i64>(1)?, unsigned(row.get(2)?))))
        });
        let Some((row, before)) = front.optional()? else { return Ok(false) };
        // Of one version shown twice, what shows more is found; of two that show alike, the one that came first.
        let new = (document.modified, u64::try_from(document.text.len()).unwrap_or(u64::MAX));
        if new <= before {
            return Ok(true);
        }
        self.set_shadowed(row, true)?;
        Ok(false)
    }

    fn set_shadowed(&self, row: i64, shadowed: bool) -> Result<(), SearchError> {
        let Some(found) = self.row(row)? else { return Ok(()) };
        let codes = coded(&found.codes, shadowed);
        self.take_words_away(&found)?;
        let lines = found.lines();
        let [title, text] = &lines;
        self.add_words(row, [title, text, &codes])?;
        let mut statement =
            self.transaction.prepare_cached("UPDATE document SET shadowed = ?2, codes = ?3 WHERE row = ?1")?;
        let _one = statement.execute(params![row, shadowed, codes])?;
        Ok(())
    }

    /// Takes away whatever came from an entry: its body was erased. True if there was something.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn erase(&mut self, place: &Place) -> Result<bool, SearchError> {
        let Some(row) = self.row_at(place)? else { return Ok(false) };
        let Some(found) = self.row(row)? else { return Ok(false) };
        self.take_words_away(&found)?;
        let _one = self.transaction.prepare_cached("DELETE FROM document WHERE row = ?1")?.execute([row])?;
        self.has_erased = true;
        if !found.shadowed {
            self.promote(&found.family)?;
        }
        Ok(true)
    }

    /// The next version in line comes to the front.
    fn promote(&self, family: &[u8; 16]) -> Result<(), SearchError> {
        let sql = "SELECT row FROM document WHERE family = ?1 \
                   ORDER BY modified DESC, length(CAST(text AS BLOB)) DESC, row & 4294967295 LIMIT 1";
        let next: Option<i64> =
            self.transaction.prepare_cached(sql)?.query_row(params![family], |row| row.get(0)).optional()?;
        next.map_or(Ok(()), |row| self.set_shadowed(row, false))
    }

    /// Says how far a log has been read.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn passed(&self, log: &str, position: &Position) -> Result<(), SearchError> {
        let mut statement = self.transaction.prepare_cached("INSERT OR REPLACE INTO position VALUES (?1, ?2, ?3)")?;
        let _one = statement.execute(params![log, signed(position.next), position.mark])?;
        Ok(())
    }

    /// Ends the batch.
    ///
    /// # Errors
    /// [`SearchError`]; then nothing of the batch is in the index.
    pub fn commit(self) -> Result<(), SearchError> {
        let sequence = self.sequence.to_be_bytes();
        let _one = self.transaction.execute("UPDATE about SET value = ?1 WHERE name = 'sequence'", [sequence])?;
        self.transaction.commit()?;
        Ok(())
    }

    /// Whether the batch took rows away, so that [`Index::clean`] has to follow it.
    #[must_use]
    pub const fn has_erased(&self) -> bool {
        self.has_erased
    }

    fn row_at(&self, place: &Place) -> Result<Option<i64>, SearchError> {
        let mut statement = self.transaction.prepare_cached("SELECT row FROM document WHERE log = ?1 AND idx = ?2")?;
        Ok(statement.query_row(params![place.log, signed(place.index)], |row| row.get(0)).optional()?)
    }

    fn row(&self, row: i64) -> Result<Option<Row>, SearchError> {
        let sql = "SELECT row, family, shadowed, title, text, codes FROM document WHERE row = ?1";
        let found = self.transaction.prepare_cached(sql)?.query_row([row], |row| {
            Ok(Row {
                row: row.get(0)?,
                family: row.get(1)?,
                shadowed: row.get(2)?,
                title: row.get(3)?,
                text: row.get(4)?,
                codes: row.get(5)?,
            })
        });
        Ok(found.optional()?)
    }

    fn add_words(&self, row: i64, [title, text, codes]: [&str; 3]) -> Result<(), SearchError> {
        let sql = "INSERT INTO words (rowid, title, text, codes) VALUES (?1, ?2, ?3, ?4)";
        let _one = self.transaction.prepare_cached(sql)?.execute(params![row, title, text, codes])?;
        Ok(())
    }

    /// A table without texts has to be told what goes. The same text gives the same tokens for as long as the normal form has
    /// one name, and the index is of one normal form.
    fn take_words_away(&self, found: &Row) -> Result<(), SearchError> {
        let sql = "INSERT INTO words (words, rowid, title, text, codes) VALUES ('delete', ?1, ?2, ?3, ?4)";
        let lines = found.lines();
        let [title, text] = &lines;
        let _one = self.transaction.prepare_cached(sql)?.execute(params![found.row, title, text, found.codes])?;
        Ok(())
    }
}

impl Row {
    fn lines(&self) -> [String; 2] {
        [&self.title, &self.text].map(|text| token::line_of(token::normal(text).as_str()))
    }
}

/// The codes of a row that stands behind another, or does not.
fn coded(codes: &str, shadowed: bool) -> String {
    let kept = codes.strip_suffix(SHADOWED).map_or(codes, str::trim_end);
    if shadowed { format!("{kept} {SHADOWED}") } else { kept.to_owned() }
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
