//! What is shown of our own records, read and written.

use std::collections::BTreeMap;

use rusqlite::{ToSql, params};

use super::{Event, Ids, Own};
use crate::marking::Marking;

/// What is shown of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) added: i64,
    pub(super) marking: Marking,
}

impl Row {
    /// Fewer read it from now on. Where nobody does but those who read everything, and who have had it since it was logged, it
    /// stands there again: what it went through does not show, since an erasure may have taken the reasons.
    pub(super) fn narrow(&mut self, logged: Event, marking: Marking) {
        if marking == Marking::closed() {
            self.added = logged.at;
        }
        self.marking = marking;
    }
}

/// What is shown of records, by their index.
pub(super) type Shown = BTreeMap<i64, Row>;

/// A key beside all times for what is on its way from one time to another, or is not shown yet.
pub(super) const fn aside(idx: i64) -> i64 {
    idx.saturating_add(1).saturating_neg()
}

impl Own<'_> {
    pub(super) fn ids(&self, sql: &str, of: &dyn ToSql) -> Result<Ids, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_map([of], |row| row.get(0))?.collect()
    }

    /// What is shown of these objects.
    pub(super) fn shown(&self, ids: &Ids) -> Result<Shown, rusqlite::Error> {
        let sql = "SELECT idx, added, marking FROM collections_held WHERE id = ?1 AND is_ours AND added >= 0";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut shown = Shown::new();
        for id in ids {
            let mut rows = statement.query([id])?;
            while let Some(row) = rows.next()? {
                let marking = Marking::of_column(row.get(2)?).unwrap_or(Marking::UNLABELLED);
                let _none = shown.insert(row.get(0)?, Row { added: row.get(1)?, marking });
            }
        }
        Ok(shown)
    }

    /// Writes down what changed. What moves is put aside first, so that no time is taken while another still has it.
    pub(super) fn keep(&self, before: &Shown, after: &Shown) -> Result<(), rusqlite::Error> {
        let changed = || after.iter().filter(|(idx, row)| before.get(idx) != Some(row));
        for (idx, _) in changed() {
            let sql = "UPDATE collections_shown SET added = ?2
                WHERE added = (SELECT added FROM collections_held WHERE idx = ?1)";
            let _rows = self.connection.prepare_cached(sql)?.execute([*idx, aside(*idx)])?;
        }
        for (idx, row) in changed() {
            let (added, marking) = (self.free_from(row.added)?, row.marking.to_column());
            let sql = "UPDATE collections_shown SET added = ?2, marking = ?3 WHERE added = ?1";
            let _rows = self.connection.prepare_cached(sql)?.execute([aside(*idx), added, marking])?;
            let sql = "UPDATE collections_held SET added = ?2, marking = ?3 WHERE idx = ?1";
            let _rows = self.connection.prepare_cached(sql)?.execute([*idx, added, marking])?;
        }
        Ok(())
    }

    /// The first time from this one on that nothing has. It is this one, unless a body was erased on which more records hung than an
    /// entry has room for, and no erasure of ours told of it: then the view is the same but for such times.
    fn free_from(&self, mut added: i64) -> Result<i64, rusqlite::Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM collections_shown WHERE added = ?1)";
        let mut statement = self.connection.prepare_cached(sql)?;
        while statement.query_row([added], |row| row.get(0))? {
            added = added.saturating_add(1);
        }
        Ok(added)
    }

    /// Deletes all that came from an entry.
    pub(super) fn delete(&self, idx: i64) -> Result<(), rusqlite::Error> {
        for sql in [
            "DELETE FROM collections_shown WHERE added = (SELECT added FROM collections_held WHERE idx = ?1)",
            "DELETE FROM collections_held WHERE idx = ?1",
            "DELETE FROM collections_lowered WHERE label = (SELECT digest FROM collections_label WHERE idx = ?1)",
            "DELETE FROM collections_label WHERE idx = ?1",
            "DELETE FROM collections_lowered WHERE idx = ?1",
            "DELETE FROM collections_derived WHERE idx = ?1",
            "DELETE FROM collections_gone WHERE idx = ?1",
        ] {
            let _rows = self.connection.prepare_cached(sql)?.execute(params![idx])?;
        }
        Ok(())
    }
}
