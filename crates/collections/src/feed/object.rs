//! One object of a feed, in all its versions.

use interop::export::known_version;
use record::Unverified;
use record::json::{self, Json};
use record::time::Timestamp;
use rusqlite::{Connection, params};

use crate::emitted::{self, Emitted};
use crate::view::put;

/// Members of a feed read everything in it.
const UNMARKED: i64 = 0;

/// What is kept of one release.
struct Row {
    added: i64,
    object_type: String,
    issuer: String,
    digest: [u8; 32],
    version: i64,
    showing: String,
    taken_back: Option<i64>,
}

/// Makes the rows of an object anew from what was released of it, so that they are the same whenever they are made. What was
/// emitted before something was taken back is read no more, in no version.
pub(super) fn emit(connection: &Connection, log: i64, id: &str) -> Result<(), rusqlite::Error> {
    let sql = "DELETE FROM collections_shown WHERE log = ?1 AND id = ?2";
    let _rows = connection.prepare_cached(sql)?.execute(params![log, known_version(id)])?;
    let rows = rows(connection, log, id)?;
    let since = rows.iter().filter_map(|row| row.taken_back).max().unwrap_or(i64::MIN);
    let mut times: Vec<i64> =
        rows.iter().flat_map(|row| [Some(row.added), row.taken_back]).flatten().filter(|at| *at >= since).collect();
    times.sort_unstable();
    let mut last: Option<Emitted> = None;
    for at in times {
        let Some(next) = shown_at(id, &rows, at) else { continue };
        if !last.is_some_and(|last| same_but_for_time(&last.json, &next.json)) {
            put(connection, (log, UNMARKED), at, &next)?;
        }
        last = Some(next);
    }
    Ok(())
}

/// What was released of an object, and counts. It belongs to whoever's record of it was released first: another party that is
/// relayed must not put its own in that place.
fn rows(connection: &Connection, log: i64, id: &str) -> Result<Vec<Row>, rusqlite::Error> {
    let sql = "SELECT added, type, issuer, digest, version, showing, taken_back FROM collections_entry
        WHERE id = ?1 AND place >= ?2 << 40 AND place < (?2 + 1) << 40 AND counted IS NOT NULL ORDER BY place";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![id, log], |row| {
        Ok(Row {
            added: row.get(0)?,
            object_type: row.get(1)?,
            issuer: row.get(2)?,
            digest: row.get(3)?,
            version: row.get(4)?,
            showing: row.get(5)?,
            taken_back: row.get(6)?,
        })
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let first = rows.first().map(|row| row.issuer.clone());
    Ok(rows.into_iter().filter(|row| Some(&row.issuer) == first.as_ref()).collect())
}

/// An object as it stood at a time: of its newest version what was released of it and not taken back; revoked, if nothing is left
/// of that version, for an older one is superseded.
fn shown_at(id: &str, rows: &[Row], at: i64) -> Option<Emitted> {
    let here: Vec<&Row> = rows.iter().filter(|row| row.added <= at).collect();
    let newest = here.iter().max_by_key(|row| (row.version, row.added))?;
    let stands = |row: &&&Row| row.digest == newest.digest && row.taken_back.is_none_or(|taken| taken > at);
    let standing: Vec<Unverified> =
        here.iter().filter(stands).filter_map(|row| Unverified::read(row.showing.as_bytes()).ok()).collect();
    let modified = Timestamp::from_micros(at);
    if standing.is_empty() {
        return Some(emitted::revoked(id, &newest.object_type, modified));
    }
    emitted::of_releases(&standing, modified)
}

fn same_but_for_time(one: &str, other: &str) -> bool {
    let timeless = |text: &str| match json::parse(text.as_bytes()) {
        Ok(Json::Object(mut map)) => {
            let _modified = map.remove("modified");
            Some(map)
        }
        _ => None,
    };
    let (one, other) = (timeless(one), timeless(other));
    one.is_some() && one == other
}
