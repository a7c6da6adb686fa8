//! Alarms: what a peer was caught at, kept with its evidence.

use protocol::exchange::Caught;
use record::digest::PartyId;
use record::json::{Json, Map};
use record::time::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use storage::LocalStore;

use super::{ExchangeError, Own, batch, commit, heard, notebook::unsigned};

/// An alarm as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alarm {
    /// Its number: the index of its note.
    pub number: u64,
    /// Whom it is about.
    pub peer: String,
    /// The word for it.
    pub kind: String,
    /// The feed, if it is about one.
    pub feed: String,
    /// 0: it may pass; 1: grave; 2: proved to anybody.
    pub weight: u64,
    /// What is wrong.
    pub text: String,
    /// What can be shown to others, if anything.
    pub evidence: Option<String>,
    /// When it was raised.
    pub time: Timestamp,
    /// Who has dealt with it; none while nobody has.
    pub closed: Option<Closed>,
}

/// That an alarm was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Closed {
    /// What was found, or done.
    pub note: String,
    /// By whom.
    pub by: String,
    /// When.
    pub time: Timestamp,
}

/// Most characters of the note beside a closed alarm: a paragraph. What is longer belongs into a record.
pub const MAX_CLOSING_CHARACTERS: usize = 1_000;

const ALARMS: &str =
    "SELECT a.idx, a.peer, a.kind, a.feed, a.weight, a.text, a.evidence, a.time, c.note, c.person, c.time
    FROM exchange_alarms a LEFT JOIN exchange_closed c ON c.alarm = a.idx ORDER BY a.idx";

impl Alarm {
    fn of(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            number: unsigned(row.get(0)?),
            peer: row.get(1)?,
            kind: row.get(2)?,
            feed: row.get(3)?,
            weight: unsigned(row.get(4)?),
            text: row.get(5)?,
            evidence: row.get(6)?,
            time: Timestamp::from_micros(row.get(7)?),
            closed: Closed::of(row)?,
        })
    }
}

impl Closed {
    fn of(row: &Row<'_>) -> Result<Option<Self>, rusqlite::Error> {
        let Some(note) = row.get(8)? else { return Ok(None) };
        Ok(Some(Self { note, by: row.get(9)?, time: Timestamp::from_micros(row.get(10)?) }))
    }
}

/// Every alarm, in the order in which they were raised.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn list(store: &LocalStore) -> Result<Vec<Alarm>, ExchangeError> {
    Ok(store.ask(|it| it.prepare_cached(ALARMS)?.query_map([], Alarm::of)?.collect())?)
}

/// Keeps an alarm, unless the same one is kept already: whoever asks again every minute must not be told every minute. Answers
/// whether it is new. One that was dealt with is raised anew only with other evidence than before.
///
/// # Errors
/// [`ExchangeError`].
pub fn raise(store: &LocalStore, own: &Own, peer: PartyId, feed: &str, caught: &Caught) -> Result<bool, ExchangeError> {
    let (text, kind) = (caught.to_string(), caught.kind());
    let sql = "SELECT 1 FROM exchange_alarms a WHERE peer = ?1 AND feed = ?2 AND kind = ?3 AND text = ?4
        AND (ifnull(evidence, '') = ?5 OR NOT EXISTS (SELECT 1 FROM exchange_closed c WHERE c.alarm = a.idx)) LIMIT 1";
    let values = params![peer.to_string(), feed, kind, text, caught.evidence().unwrap_or_default()];
    let is_known = store.ask(|it| it.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional())?;
    if is_known.is_some() {
        return Ok(false);
    }
    let mut note = Map::new()
        .with("kind", "alarm")
        .with("peer", peer.to_string())
        .with("alarm", kind)
        .with("feed", feed)
        .with("weight", Json::count(caught.weight() as i64))
        .with("text", text);
    if let Some(evidence) = caught.evidence() {
        note = note.with("evidence", evidence);
    }
    let _committed = commit(store, heard::note(batch(own)?, own, note)?)?;
    Ok(true)
}

/// Notes that an alarm was dealt with, by whom and how. It stays, with its evidence.
///
/// # Errors
/// [`ExchangeError`].
pub fn close(store: &LocalStore, own: &Own, number: u64, note: &str, by: &str) -> Result<(), ExchangeError> {
    let map = Map::new().with("kind", "closed").with("alarm", Json::count(number)).with("note", note).with("by", by);
    commit(store, heard::note(batch(own)?, own, map)?).map(drop)
}
