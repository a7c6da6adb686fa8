//! Searches that stand: each new record that one of them finds makes one alert.
//!
//! Rules and alerts are primary state, in a file of their own. They are no records: what a party watches for tells what it
//! fears, nobody outside has to be able to check it, and it must be possible to let go of it without a trace. An alert holds a
//! digest and a place and no word of the record, so there is nothing in it to erase.

mod name;
mod state;

use std::path::Path;

use record::digest::RecordDigest;
use record::time::Timestamp;
use rusqlite::{Connection, params};

pub use name::{BadName, RuleName};

use crate::document::Tokens;
use crate::error::SearchError;
use crate::index::{Index, Place, make_private, signed, unsigned};
use crate::limits::MAX_RULES;
use crate::plan::Plan;
use crate::query::Query;

/// Entries of a log that are tried in one transaction: bounds its memory and what a crash has to repeat.
const MAX_TRIED: u64 = 1_000;

/// A search that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name.
    pub name: RuleName,
    /// What it searches for.
    pub query: Query,
    /// Whether a case is to be opened for what it finds.
    pub open_case: bool,
    /// When it was added: earlier records make no alert.
    pub added: Timestamp,
}

impl Rule {
    /// A rule that opens no case.
    #[must_use]
    pub const fn new(name: RuleName, query: Query, added: Timestamp) -> Self {
        Self { name, query, open_case: false, added }
    }

    /// The same, with or without a case for what it finds.
    #[must_use]
    pub const fn opening_a_case(mut self, open_case: bool) -> Self {
        self.open_case = open_case;
        self
    }
}

/// A record that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alert {
    /// Its number, never given twice.
    pub number: u64,
    /// The rule.
    pub rule: RuleName,
    /// The record.
    pub digest: RecordDigest,
    /// Where it lies.
    pub place: Place,
    /// When it was found.
    pub found: Timestamp,
    /// Whether a case is to be opened for it.
    pub open_case: bool,
    /// When somebody took note of it, and who.
    pub acknowledged: Option<(Timestamp, String)>,
}

/// What one run of all rules did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Round {
    /// Records that at least one rule was tried on.
    pub tried: u64,
    /// The new alerts.
    pub alerts: Vec<Alert>,
}

/// The standing searches of a node.
#[derive(Debug)]
pub struct Watches {
    pub(crate) connection: Connection,
}

impl Watches {
    /// Opens the file, or makes it: readable by its owner alone.
    ///
    /// # Errors
    /// [`SearchError`]. A damaged file is left as it is: nothing could make it anew.
    pub fn open(path: &Path) -> Result<Self, SearchError> {
        make_private(path)?;
        state::open(path).map(|connection| Self { connection })
    }

    /// Adds a rule. It is tried on what the index takes in from now on; false if the name is taken, and nothing changes.
    ///
    /// # Errors
    /// [`SearchError`]; [`SearchError::TooMany`] beyond [`MAX_RULES`].
    pub fn add(&mut self, rule: &Rule, index: &Index) -> Result<bool, SearchError> {
        let rules = self.rules()?;
        if rules.iter().any(|one| one.name == rule.name) {
            return Ok(false);
        }
        if rules.len() >= MAX_RULES {
            let problem = format!("{MAX_RULES} searches stand; remove one, or join two with OR");
            return Err(SearchError::TooMany { problem });
        }
        let positions = index.positions()?;
        let transaction = self.connection.transaction()?;
        let values = params![rule.name.as_str(), rule.query.to_string(), rule.open_case, rule.added.micros()];
        let _one = transaction.execute("INSERT INTO rule VALUES (?1, ?2, ?3, ?4)", values)?;
        for (log, position) in positions {
            state::reach(&transaction, &rule.name, &log, position.next)?;
        }
        transaction.commit()?;
        Ok(true)
    }

    /// The rules, by name.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn rules(&self) -> Result<Vec<Rule>, SearchError> {
        state::rules(&self.connection)
    }

    /// Removes a rule with its alerts. False if there is none of this name.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn remove(&mut self, name: &RuleName) -> Result<bool, SearchError> {
        let transaction = self.connection.transaction()?;
        for table in ["alert", "reached"] {
            let _some = transaction.execute(&format!("DELETE FROM {table} WHERE rule = ?1"), [name.as_str()])?;
        }
        let removed = transaction.execute("DELETE FROM rule WHERE name = ?1", [name.as_str()])?;
        transaction.commit()?;
        Ok(removed > 0)
    }

    /// Tries every rule on every record that the index has taken in since the rule was tried last. Never alerts twice for the
    /// same record and rule, whatever crashed or was made anew between.
    ///
    /// # Errors
    /// [`SearchError`]; what was found before stays found.
    pub fn run(&mut self, index: &Index, now: Timestamp) -> Result<Round, SearchError> {
        let rules: Vec<_> = self.rules()?.into_iter().map(|rule| (Plan::of(&rule.query), rule)).collect();
        let mut round = Round::default();
        for (log, position) in index.positions()? {
            while let Some(from) = state::least_reached(&self.connection, &rules, &log, position.next)? {
                let to = position.next.min(from.saturating_add(MAX_TRIED));
                self.pass(index, &rules, (&log, from, to), now, &mut round)?;
            }
        }
        Ok(round)
    }

    /// Tries the rules on a stretch of a log.
    fn pass(
        &mut self,
        index: &Index,
        rules: &[(Plan, Rule)],
        (log, from, to): (&str, u64, u64),
        now: Timestamp,
        round: &mut Round,
    ) -> Result<(), SearchError> {
        let records = index.between(log, from, to)?;
        let transaction = self.connection.transaction()?;
        let before = round.alerts.len();
        for (plan, rule) in rules {
            let reached = state::reached(&transaction, &rule.name, log)?;
            for record in records.iter().filter(|(at, _, _)| *at >= reached) {
                round.alerts.extend(tried(&transaction, (plan, rule), (log, record), now)?);
            }
            state::reach(&transaction, &rule.name, log, to.max(reached))?;
        }
        if let Err(error) = transaction.commit() {
            round.alerts.truncate(before);
            return Err(error.into());
        }
        round.tried = round.tried.saturating_add(u64::try_from(records.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// The alerts, oldest first: of one rule or of all, also those that somebody took note of or not.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn alerts(&self, rule: Option<&RuleName>, with_acknowledged: bool) -> Result<Vec<Alert>, SearchError> {
        state::alerts(&self.connection, rule, with_acknowledged)
    }

    /// Takes note of an alert. False if there is none of this number; one that was noted before stays as it was.
    ///
    /// # Errors
    /// [`SearchError`].
    pub fn acknowledge(&self, number: u64, by: &str, now: Timestamp) -> Result<bool, SearchError> {
        let sql = "UPDATE alert SET noted = coalesce(noted, ?2), noted_by = coalesce(noted_by, ?3) WHERE number = ?1";
        let found = self.connection.execute(sql, params![signed(number), now.micros(), by])?;
        Ok(found > 0)
    }
}

/// Tries one rule on one record.
fn tried(
    connection: &Connection,
    (plan, rule): (&Plan, &Rule),
    (log, (index, digest, tokens)): (&str, &(u64, [u8; 32], Tokens)),
    now: Timestamp,
) -> Result<Option<Alert>, SearchError> {
    if !plan.is_met_by(tokens) {
        return Ok(None);
    }
    let sql = "INSERT OR IGNORE INTO alert (rule, digest, log, idx, found) VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = params![rule.name.as_str(), digest, log, signed(*index), now.micros()];
    let added = connection.prepare_cached(sql)?.execute(values)?;
    Ok((added > 0).then(|| Alert {
        number: unsigned(connection.last_insert_rowid()),
        rule: rule.name.clone(),
        digest: RecordDigest::from_octets(*digest),
        place: Place { log: log.to_owned(), index: *index },
        found: now,
        open_case: rule.open_case,
        acknowledged: None,
    }))
}
