//! The view: what each log says, and the objects that it makes.

use interop::export::known_version;
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::views::{Seen, View};
use storage::{LogName, Place};

use crate::audience::{self, AUDIENCES};
use crate::collection::Collection;
use crate::emitted::Emitted;
use crate::feed::{self, Feed, HEARD};
use crate::own;

/// The time of addition is the key of what is shown, so it is one clock for all collections. `written` is the version as it stands
/// in the object; the object itself is last, so that nothing of it is read where it is not asked for.
const TABLES: &str = "
    CREATE TABLE collections_clock (one INTEGER PRIMARY KEY CHECK (one = 1), free INTEGER NOT NULL);
    CREATE TABLE collections_shown (added INTEGER PRIMARY KEY, log INTEGER NOT NULL, marking INTEGER NOT NULL,
        id TEXT NOT NULL, type TEXT NOT NULL, version INTEGER NOT NULL, written TEXT NOT NULL, spec TEXT NOT NULL,
        object TEXT NOT NULL);
    CREATE INDEX collections_shown_by_marking ON collections_shown (log, marking);
    CREATE INDEX collections_shown_by_type ON collections_shown (log, marking, type);
    CREATE INDEX collections_shown_by_id ON collections_shown (log, id, version, added, marking);
";

/// Makes the rows.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Collections;

impl Collections {
    /// The view.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl View for Collections {
    fn name(&self) -> &'static str {
        "collections/4"
    }

    fn tables(&self) -> &'static str {
        static ALL: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| format!("{TABLES}{}{}{}", *feed::TABLES, own::TABLES, audience::TABLES));
        &ALL
    }

    fn take(&mut self, connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
        match Collection::of_log(&seen.place.log) {
            Some(Collection::Own) => own::take(connection, seen),
            Some(Collection::Released(_)) => Feed::of(connection, seen).take(seen),
            Some(Collection::Received(_)) => Feed::read(connection, seen).take(seen),
            Some(Collection::Partner(_)) => Ok(()),
            None if seen.place.log.as_str() == AUDIENCES => audience::take(connection, seen),
            None if seen.place.log.as_str() == HEARD => feed::judge(connection, seen),
            None => Ok(()),
        }
    }

    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
        if place.log == LogName::node() {
            return own::erase(connection, place);
        }
        if place.log.as_str() == HEARD {
            return feed::unjudge(connection, place.index);
        }
        if place.log.as_str() == AUDIENCES {
            return audience::erase(connection, place.index);
        }
        if Collection::of_log(&place.log).is_some() { feed::erase(connection, place) } else { Ok(()) }
    }
}

/// A time that nothing has, later than all before it and no earlier than the commit. So many microseconds behind it stay free.
///
/// Every entry of the logs that make collections has its time, whether its body is still there or not: a view that is made anew must
/// give the same times to the rest.
pub(crate) fn next_time(connection: &Connection, committed: i64, room: i64) -> Result<i64, rusqlite::Error> {
    let free: Option<i64> = connection
        .prepare_cached("SELECT free FROM collections_clock WHERE one = 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let at = free.map_or(committed, |free| committed.max(free));
    keep_free(connection, at.saturating_add(room))?;
    Ok(at)
}

/// Nothing that comes later has an earlier time than this.
pub(crate) fn keep_free(connection: &Connection, until: i64) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO collections_clock VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET free = max(free, ?1)";
    connection.prepare_cached(sql)?.execute([until]).map(drop)
}

/// Shows an object.
pub(crate) fn put(
    connection: &Connection,
    (log, marking): (i64, i64),
    added: i64,
    it: &Emitted,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO collections_shown VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let (version, written) = (it.version.instant().micros(), it.version.text());
    let (id, json) = (known_version(&it.id), with_known_identities(&it.json));
    let row = params![added, log, marking, id, it.object_type, version, written, it.spec_version, json];
    connection.prepare_cached(sql)?.execute(row).map(drop)
}

/// What a reference to an identity begins with, as a text of JSON.
const IDENTITY: &str = "\"identity--";

/// Letters of a UUID.
const UUID_LETTERS: usize = 36;

/// The object with identities that other software takes, wherever they stand in it.
fn with_known_identities(json: &str) -> String {
    let (mut known, mut rest) = (String::with_capacity(json.len()), json);
    while let Some((before, after)) = rest.split_once(IDENTITY) {
        known.push_str(before);
        let (uuid, tail) = after.split_at_checked(UUID_LETTERS).unwrap_or((after, ""));
        known.push('"');
        known.push_str(&known_version(&format!("identity--{uuid}")));
        rest = tail;
    }
    known.push_str(rest);
    known
}

#[cfg(test)]
mod tests {
    use super::with_known_identities;

    #[test]
    fn identities_of_parties_are_written_as_others_read_them_and_nothing_else_is_touched() {
        let ours = r#"{"id":"identity--2a15dfaa-0044-8c51-b4a4-3df118ae06ce","by":["identity--2a15dfaa-0044-8c51-b4a4-3df118ae06ce"]}"#;
        let known = with_known_identities(ours);
        assert_eq!(known.matches("identity--2a15dfaa-0044-8c51").count(), 0, "{known}");
        assert_eq!((known.len(), known.matches("identity--").count()), (ours.len(), 2));
        for other in [
            "{}",
            r#"{"id":"identity--short"}"#,
            r#"{"id":"identity--a15dfaa0-0044-4c51-b4a4-3df118ae06ce"}"#,
            "\"identity--安",
        ] {
            assert_eq!(with_known_identities(other), other);
        }
    }
}
