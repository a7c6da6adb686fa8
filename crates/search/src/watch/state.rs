//! The tables of standing searches.

use std::path::Path;

use record::digest::RecordDigest;
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Alert, Rule, RuleName};
use crate::error::SearchError;
use crate::index::{Place, signed, unsigned};
use crate::plan::Plan;

/// The tables' version.
const VERSION: i64 = 1;

/// Nothing makes these rows anew, so they are on the disk before a command says that they are there.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; \
     PRAGMA busy_timeout = 10000;";

const TABLES: &str = "
    CREATE TABLE rule (name TEXT PRIMARY KEY, query TEXT NOT NULL, open_case INTEGER NOT NULL, added INTEGER NOT NULL)
        WITHOUT ROWID;
    CREATE TABLE reached (rule TEXT NOT NULL, log TEXT NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (rule, log)) WITHOUT ROWID;
    CREATE TABLE alert (number INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, digest BLOB NOT NULL, log TEXT NOT NULL,
        idx INTEGER NOT NULL, found INTEGER NOT NULL, noted INTEGER, noted_by TEXT, UNIQUE (rule, digest));
";

pub(super) fn open(path: &Path) -> Result<Connection, SearchError> {
    let connection = Connection::open(path)?;
    connection.execute_batch(SETTINGS)?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        VERSION => Ok(connection),
        0 => {
            let transaction = connection.unchecked_transaction()?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()?;
            Ok(connection)
        }
        other => {
            let problem =
                format!("it has version {other}, and this build knows {VERSION} alone: use the build that wrote it");
            Err(SearchError::Unusable { problem })
        }
    }
}

/// The rules. A query that this build cannot read any more is named, and stops all: a rule that silently is not tried is worse.
pub(super) fn rules(connection: &Connection) -> Result<Vec<Rule>, SearchError> {
    let mut statement = connection.prepare_cached("SELECT name, query, open_case, added FROM rule ORDER BY name")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?, row.get::<_, i64>(3)?))
    })?;
    let mut rules = Vec::new();
    for row in rows {
        let (name, query, open_case, added) = row?;
        let damaged = |problem: String| SearchError::Damaged { problem: format!("the search `{name}`: {problem}") };
        let query = query.parse().map_err(|error: crate::QueryError| damaged(error.to_string()))?;
        rules.push(Rule { name: named(&name)?, query, open_case, added: Timestamp::from_micros(added) });
    }
    Ok(rules)
}

fn named(name: &str) -> Result<RuleName, SearchError> {
    name.parse().map_err(|error: super::BadName| SearchError::Damaged { problem: error.to_string() })
}

/// The first entry of a log that a rule was not tried on.
pub(super) fn reached(connection: &Connection, rule: &RuleName, log: &str) -> Result<u64, SearchError> {
    let mut statement = connection.prepare_cached("SELECT next FROM reached WHERE rule = ?1 AND log = ?2")?;
    let next = statement.query_row(params![rule.as_str(), log], |row| row.get(0)).optional()?;
    Ok(unsigned(next.unwrap_or(0)))
}

pub(super) fn reach(connection: &Connection, rule: &RuleName, log: &str, next: u64) -> Result<(), SearchError> {
    let mut statement = connection.prepare_cached("INSERT OR REPLACE INTO reached VALUES (?1, ?2, ?3)")?;
    let _one = statement.execute(params![rule.as_str(), log, signed(next)])?;
    Ok(())
}

/// The first entry of a log that some rule was not tried on, if the log has come so far. While an index is made anew its
/// position lies below: then nothing is tried again.
pub(super) fn least_reached(
    connection: &Connection,
    rules: &[(Plan, Rule)],
    log: &str,
    end: u64,
) -> Result<Option<u64>, SearchError> {
    let mut least = None;
    for (_, rule) in rules {
        let reached = reached(connection, &rule.name, log)?;
        least = Some(least.unwrap_or(u64::MAX).min(reached));
    }
    Ok(least.filter(|least| *least < end))
}

pub(super) fn alerts(
    connection: &Connection,
    rule: Option<&RuleName>,
    with_acknowledged: bool,
) -> Result<Vec<Alert>, SearchError> {
    let sql = "SELECT number, rule, digest, log, idx, found, noted, noted_by, \
                   (SELECT open_case FROM rule WHERE name = alert.rule) \
               FROM alert WHERE (?1 IS NULL OR rule = ?1) AND (?2 OR noted IS NULL) ORDER BY number";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![rule.map(RuleName::as_str), with_acknowledged], |row| {
        let noted: Option<i64> = row.get(6)?;
        let by: Option<String> = row.get(7)?;
        let alert = (unsigned(row.get(0)?), row.get::<_, [u8; 32]>(2)?, unsigned(row.get(4)?), row.get::<_, i64>(5)?);
        let noted = noted.map(|time| (Timestamp::from_micros(time), by.unwrap_or_default()));
        Ok((alert, row.get::<_, String>(1)?, row.get::<_, String>(3)?, noted, row.get::<_, Option<bool>>(8)?))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let ((number, digest, index, time), rule, log, acknowledged, open_case) = row?;
        found.push(Alert {
            number,
            rule: named(&rule)?,
            digest: RecordDigest::from_octets(digest),
            place: Place { log, index },
            found: Timestamp::from_micros(time),
            open_case: open_case.unwrap_or(false),
            acknowledged,
        });
    }
    Ok(found)
}
