//! What marks what was released, and since when.

use record::digest::RecordDigest;
use record::json::{self, Json};
use record::label::{Label, Marks, Pap, Place, Tlp};
use rusqlite::{Connection, params};

/// Each entry that says which marks hold from then on for what an earlier one shows. Nothing of it comes from a body.
pub(super) const TABLES: &str = "
    CREATE TABLE collections_marks (entry INTEGER PRIMARY KEY, place INTEGER NOT NULL, at INTEGER NOT NULL,
        marks TEXT NOT NULL);
    CREATE INDEX collections_marks_by_place ON collections_marks (place, at);
";

/// Marks as they are kept.
pub(super) fn written(marks: &Marks) -> String {
    Json::from(Label::new(nothing(), Place::Whole, marks.clone()).to_map()).to_text()
}

/// What was kept. What cannot be read asks for everything.
pub(super) fn read(text: &str) -> Marks {
    let label = match json::parse(text.as_bytes()) {
        Ok(Json::Object(map)) => Label::from_map(&map).ok(),
        _ => None,
    };
    label.map_or_else(|| Marks::new(Tlp::Red, Pap::Red), |label| label.marks().clone())
}

/// Keeps what an entry says.
pub(super) fn keep(
    connection: &Connection,
    (entry, place): (i64, i64),
    at: i64,
    marks: &Marks,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO collections_marks VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![entry, place, at, written(marks)]).map(drop)
}

/// What was said of an entry after it, in order.
pub(super) fn later(connection: &Connection, place: i64) -> Result<Vec<(i64, Marks)>, rusqlite::Error> {
    let sql = "SELECT at, marks FROM collections_marks WHERE place = ?1 ORDER BY at";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([place], |row| Ok((row.get(0)?, read(&row.get::<_, String>(1)?))))?;
    rows.collect()
}

/// A label is about a record, and marks are not.
const fn nothing() -> RecordDigest {
    RecordDigest::from_octets([0; 32])
}
