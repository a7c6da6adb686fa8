//! Rows of records as they stand in the tables.

use record::digest::{PartyId, RecordDigest};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Place;
use crate::document::{Content, Lines, Named, unpacked};
use crate::error::SearchError;

/// Bits of a place that are the entry's index; those before are the log's number.
const INDEX_BITS: u32 = 40;

/// The largest index of an entry, and the largest number of a log.
const MAX_INDEX: i64 = (1 << INDEX_BITS) - 1;
const MAX_LOG: i64 = (1 << (62 - INDEX_BITS)) - 1;

/// Bits of a row's number that are its arrival within its day; those before are its day. More bits would make every list longer.
/// Of more than a million records of one day the others count under the day before.
const ARRIVAL_BITS: u32 = 20;

/// A record as it stands.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) place: i64,
    pub(super) row: i64,
    pub(super) shadowed: bool,
    pub(super) family: i64,
    pub(super) named: Named,
    pub(super) content: Content,
}

impl Standing {
    /// The lines that the full-text table has of it.
    pub(super) fn lines(&self) -> Lines {
        shadowed(self.content.lines(&self.named), self.shadowed)
    }
}

/// The lines of a record that stands behind another, or does not.
pub(super) fn shadowed(lines: Lines, shadowed: bool) -> Lines {
    if !shadowed {
        return lines;
    }
    Lines { body: format!("{} {}", crate::token::SHADOWED, lines.body), title: lines.title }
}

/// The first and the last row of days, both included.
pub(super) fn of_days((first, last): (i32, i32)) -> (i64, i64) {
    let first_of = |day: i64| day << ARRIVAL_BITS;
    (first_of(i64::from(first)), first_of(i64::from(last).saturating_add(1)).saturating_sub(1))
}

/// The day of a row.
pub(super) fn day_of(row: i64) -> i32 {
    i32::try_from(row >> ARRIVAL_BITS).unwrap_or(0)
}

/// What an entry stands under.
pub(super) fn place(log: i64, index: u64) -> Result<i64, SearchError> {
    let index = i64::try_from(index).ok().filter(|index| *index <= MAX_INDEX);
    let (Some(index), true) = (index, (0..=MAX_LOG).contains(&log)) else {
        return Err(SearchError::TooMany { problem: "a log has more entries than can be searched".to_owned() });
    };
    Ok((log << INDEX_BITS) | index)
}

/// The index of the entry that stands under a place.
pub(super) fn index_of(place: i64) -> u64 {
    u64::try_from(place & MAX_INDEX).unwrap_or(0)
}

/// The number of a log, if anything was read of it.
pub(super) fn log_number(connection: &Connection, log: &str) -> Result<Option<i64>, SearchError> {
    let mut statement = connection.prepare_cached("SELECT number FROM log WHERE name = ?1")?;
    Ok(statement.query_row([log], |row| row.get(0)).optional()?)
}

/// The name of the log of a place.
pub(super) fn log_of(connection: &Connection, place: i64) -> Result<String, SearchError> {
    let mut statement = connection.prepare_cached("SELECT name FROM log WHERE number = ?1")?;
    Ok(statement.query_row([place >> INDEX_BITS], |row| row.get(0))?)
}

/// The record of an entry.
pub(super) fn at(connection: &Connection, place_of: &Place) -> Result<Option<Standing>, SearchError> {
    let Some(number) = log_number(connection, &place_of.log)? else { return Ok(None) };
    under(connection, place(number, place_of.index)?)
}

/// The record under a place.
pub(super) fn under(connection: &Connection, place: i64) -> Result<Option<Standing>, SearchError> {
    Ok(between(connection, place, place)?.pop())
}

/// The record of a row; none if it is gone, which another process may have done just now.
pub(super) fn of_row(connection: &Connection, row: i64) -> Result<Option<Standing>, SearchError> {
    let mut statement = connection.prepare_cached("SELECT place FROM place WHERE row = ?1")?;
    let place: Option<i64> = statement.query_row([row], |found| found.get(0)).optional()?;
    place.map_or(Ok(None), |place| under(connection, place))
}

/// The row of the record under a place; none if it is gone.
pub(super) fn row_of(connection: &Connection, place: i64) -> Result<Option<i64>, SearchError> {
    let mut statement = connection.prepare_cached("SELECT row FROM document WHERE place = ?1")?;
    Ok(statement.query_row([place], |row| row.get(0)).optional()?)
}

/// The records between two places, both included.
pub(super) fn between(connection: &Connection, first: i64, last: i64) -> Result<Vec<Standing>, SearchError> {
    let sql = "SELECT place, row, shadowed, family, digest, author, object, content FROM document WHERE place BETWEEN ?1 AND ?2 \
               ORDER BY place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![first, last])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn read(found: &Row<'_>) -> Result<Standing, SearchError> {
    let row = found.get(1)?;
    let named = Named {
        digest: RecordDigest::from_octets(found.get(4)?),
        author: PartyId::from_octets(found.get(5)?),
        object: object_of(found.get(6)?),
        day: day_of(row),
    };
    let content: Vec<u8> = found.get(7)?;
    Ok(Standing {
        place: found.get(0)?,
        row,
        shadowed: found.get(2)?,
        family: found.get(3)?,
        named,
        content: unpacked(&content)?,
    })
}

/// The last row of a day, or what stands before its first.
pub(super) fn last_of_day(connection: &Connection, day: i32) -> Result<i64, SearchError> {
    let (first, last) = of_days((day, day));
    let sql = "SELECT max(row) FROM place WHERE row BETWEEN ?1 AND ?2";
    let found: Option<i64> = connection.prepare_cached(sql)?.query_row(params![first, last], |row| row.get(0))?;
    Ok(found.unwrap_or_else(|| first.saturating_sub(1)))
}

/// An object's id: sixteen octets where it is of the common form.
pub(super) fn object_value(id: Option<&str>) -> Value {
    let Some(id) = id else { return Value::Null };
    let octets = id.strip_prefix(COMMON_TYPE).and_then(octets_of);
    octets.filter(|octets| id_of(octets) == id).map_or_else(|| Value::Text(id.to_owned()), Value::Blob)
}

fn object_of(value: Value) -> Option<String> {
    match value {
        Value::Blob(octets) => Some(id_of(&octets)),
        Value::Text(id) => Some(id),
        Value::Null | Value::Integer(_) | Value::Real(_) => None,
    }
}

/// What ids of the common form begin with.
const COMMON_TYPE: &str = "incident--";

fn octets_of(uuid: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = uuid
        .chars()
        .filter(|it| *it != '-')
        .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
        .collect::<Option<_>>()?;
    Some(digits.chunks_exact(2).filter_map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect())
}

fn id_of(octets: &[u8]) -> String {
    let mut id = COMMON_TYPE.to_owned();
    for (at, octet) in octets.iter().enumerate() {
        id.push_str(if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" });
        id.extend([octet >> 4, octet & 15].into_iter().filter_map(|half| char::from_digit(u32::from(half), 16)));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_comes_back_as_it_was() {
        for (id, is_short) in [
            ("incident--0b0c6f0e-9f5e-4d7a-8123-0123456789ab", true),
            ("incident--0B0C6F0E-9F5E-4D7A-8123-0123456789AB", false),
            ("incident--0b0c6f0e9f5e4d7a81230123456789ab", false),
            ("incident--", true),
            ("incident--0b0c6f0e-9", false),
            ("x-other--0b0c6f0e-9f5e-4d7a-8123-0123456789ab", false),
            ("", false),
        ] {
            let value = object_value(Some(id));
            assert_eq!(matches!(value, Value::Blob(_)), is_short, "{id}");
            assert_eq!(object_of(value).as_deref(), Some(id));
        }
        assert_eq!(object_of(object_value(None)), None);
    }

    #[test]
    fn rows_of_days_hold_each_day_and_no_other() {
        for day in [i32::MIN, -719_162, -1, 0, 1, 20_000, i32::MAX] {
            let (first, last) = of_days((day, day));
            assert_eq!((day_of(first), day_of(last), last - first), (day, day, (1 << ARRIVAL_BITS) - 1));
        }
    }
}
