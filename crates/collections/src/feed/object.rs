//! One object of a feed, or of several that one partner reads, in all its versions.

use interop::export::known_version;
use record::Unverified;
use record::json::{self, Json};
use record::label::Marks;
use record::time::Timestamp;
use rusqlite::{Connection, params};
use storage::views::index_of;

use super::marks;
use super::sight::{Moment, Sight};
use crate::collection::log_of;
use crate::emitted::{self, Emitted};
use crate::view::put;

/// Members of a feed read everything in it.
const UNMARKED: i64 = 0;

/// What is kept of one release.
pub(super) struct Row {
    pub(super) log: i64,
    /// Its place in its feed.
    pub(super) index: i64,
    pub(super) added: i64,
    object_type: String,
    issuer: String,
    digest: [u8; 32],
    version: i64,
    showing: String,
    taken_back: Option<i64>,
    /// What marks what is shown, since when: first as it was released.
    marks: Vec<(i64, Marks)>,
}

impl Row {
    /// The times of what happened to it.
    pub(super) fn times(&self) -> impl Iterator<Item = i64> {
        self.marks.iter().map(|(at, _)| *at).chain(self.taken_back)
    }

    /// The times from which it is not to be read as before: taken back, or more closely marked.
    pub(super) fn closed(&self) -> impl Iterator<Item = i64> {
        let pairs = self.marks.iter().zip(self.marks.iter().skip(1));
        pairs.filter(|((_, was), (_, is))| !was.covers(is)).map(|(_, (at, _))| *at).chain(self.taken_back)
    }

    /// Whether it was in a feed by then.
    pub(super) const fn is_before(&self, log: i64, at: i64) -> bool {
        self.log == log && self.added < at
    }

    fn stands(&self, at: i64) -> bool {
        self.taken_back.is_none_or(|taken| taken > at)
    }

    fn marks_at(&self, at: i64) -> Option<&Marks> {
        self.marks.iter().rev().find(|(since, _)| *since <= at).map(|(_, marks)| marks)
    }
}

/// Makes the rows of an object anew from what was released of it, so that they are the same whenever they are made. What was
/// emitted before something was taken back is read no more, in no version.
pub(super) fn emit(connection: &Connection, sight: &Sight, id: &str) -> Result<(), rusqlite::Error> {
    let sql = "DELETE FROM collections_shown WHERE log = ?1 AND id = ?2";
    let _rows = connection.prepare_cached(sql)?.execute(params![sight.number, known_version(id)])?;
    let rows = rows(connection, sight, id)?;
    let since = sight.since(&rows);
    let mut last: Option<Emitted> = None;
    for moment in sight.moments(&rows).into_iter().filter(|moment| moment.at >= since) {
        let next = shown_at(id, (&rows, sight), moment);
        if let Some(next) = &next
            && !last.is_some_and(|last| same_but_for_time(&last.json, &next.json))
        {
            put(connection, (sight.number, UNMARKED), moment.shown, next)?;
        }
        last = next;
    }
    Ok(())
}

/// What was released of an object to this audience, and counts.
fn rows(connection: &Connection, sight: &Sight, id: &str) -> Result<Vec<Row>, rusqlite::Error> {
    let sql = "SELECT place, added, type, issuer, digest, version, showing, taken_back, marks FROM collections_entry
        WHERE id = ?1 AND place >= ?2 << 40 AND place < (?2 + 1) << 40 AND counted IS NOT NULL ORDER BY place";
    let mut statement = connection.prepare_cached(sql)?;
    let mut all = Vec::new();
    for log in sight.logs() {
        let rows = statement.query_map(params![id, log], |row| Ok((row.get::<_, i64>(0)?, read(row)?)))?;
        for row in rows {
            let (place, mut row) = row?;
            row.marks.extend(marks::later(connection, place)?);
            all.push(row);
        }
    }
    all.sort_by_key(|row| row.added);
    Ok(all)
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row, rusqlite::Error> {
    let (place, added, marks): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(8)?);
    Ok(Row {
        log: log_of(place),
        index: i64::try_from(index_of(place)).unwrap_or(i64::MAX),
        added,
        object_type: row.get(2)?,
        issuer: row.get(3)?,
        digest: row.get(4)?,
        version: row.get(5)?,
        showing: row.get(6)?,
        taken_back: row.get(7)?,
        marks: vec![(added, marks::read(&marks))],
    })
}

/// An object as it stood at a moment: of its newest version what was released of it and not taken back; revoked, if nothing is left.
/// None where nothing of it is, or ever was, in what is read at that moment.
///
/// It belongs to whoever's record of it was released first: another party that is relayed must not put its own in that place.
fn shown_at(id: &str, (rows, sight): (&[Row], &Sight), moment: Moment) -> Option<Emitted> {
    let at = moment.at;
    let is_here = |row: &&Row| row.added <= at && sight.reads(row.log, at);
    let issuer = &rows.iter().find(is_here)?.issuer;
    let here: Vec<&Row> = rows.iter().filter(is_here).filter(|row| row.issuer == *issuer).collect();
    let standing = standing(&here, at);
    let modified = Timestamp::from_micros(moment.shown);
    let Some(newest) = standing.iter().max_by_key(|row| (row.version, row.added)) else {
        let last = here.iter().max_by_key(|row| (row.version, row.added))?;
        return Some(emitted::revoked(id, &last.object_type, modified));
    };
    let together: Vec<&Row> = standing.iter().copied().filter(|row| row.digest == newest.digest).collect();
    let marks = together.iter().filter_map(|row| row.marks_at(at).cloned()).reduce(|all, one| all.join(&one));
    let showings: Vec<Unverified> =
        together.iter().filter_map(|row| Unverified::read(row.showing.as_bytes()).ok()).collect();
    emitted::of_releases(&showings, &marks?, modified)
}

/// What stands of each feed: of the newest version there what was not taken back, for an older one is superseded.
fn standing<'r>(here: &[&'r Row], at: i64) -> Vec<&'r Row> {
    let newest_of = |log: i64| here.iter().filter(|row| row.log == log).max_by_key(|row| (row.version, row.added));
    let counts = |row: &&&Row| row.stands(at) && newest_of(row.log).is_some_and(|newest| newest.digest == row.digest);
    here.iter().filter(counts).copied().collect()
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
