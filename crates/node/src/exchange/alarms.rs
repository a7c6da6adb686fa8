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
}

const COLUMNS: &str = "idx, peer, kind, feed, weight, text, evidence, time";

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
        })
    }
}

/// Every alarm, in the order in which they were raised.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn list(store: &LocalStore) -> Result<Vec<Alarm>, ExchangeError> {
    let sql = format!("SELECT {COLUMNS} FROM exchange_alarms ORDER BY idx");
    Ok(store.ask(|it| it.prepare_cached(&sql)?.query_map([], Alarm::of)?.collect())?)
}

/// Keeps an alarm, unless the same one is kept already: whoever asks again every minute must not be told every minute. Answers whether it is new.
///
/// # Errors
/// [`ExchangeError`].
pub fn raise(store: &LocalStore, own: &Own, peer: PartyId, feed: &str, caught: &Caught) -> Result<bool, ExchangeError> {
    let (text, kind) = (caught.to_string(), caught.kind());
    let sql = "SELECT 1 FROM exchange_alarms WHERE peer = ?1 AND feed = ?2 AND kind = ?3 AND text = ?4 LIMIT 1";
    let values = params![peer.to_string(), feed, kind, text];
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
