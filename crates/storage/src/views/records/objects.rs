//! Every object of a type at once, for whoever takes in many and must know which are here.

use rusqlite::params;

use crate::batch::LogName;
use crate::local::LocalStore;
use crate::rows_of_log;
use crate::store::StoreError;
use crate::views::index_of;

/// The ids of all objects of a STIX type by one author, each with the entry of a version, in the order in which they were
/// logged. Each is handed to `take` as it is read, so that what is kept of it is the caller's to choose.
///
/// # Errors
/// [`StoreError::Views`], also if the store was opened without this view.
pub fn ids_of_type(
    store: &LocalStore,
    log: &LogName,
    object_type: &str,
    issuer: &str,
    mut take: impl FnMut(&str, u64),
) -> Result<(), StoreError> {
    let sql = concat!(
        "SELECT id, place FROM records WHERE type = ?1 AND ",
        rows_of_log!("?2"),
        " AND issuer = ?3 AND id IS NOT NULL ORDER BY place"
    );
    store.ask(|connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![object_type, log.as_str(), issuer])?;
        while let Some(row) = rows.next()? {
            take(row.get_ref(0)?.as_str().unwrap_or_default(), index_of(row.get(1)?));
        }
        Ok(())
    })
}
