//! Statements of our own beside heads and acknowledgements: answers to recalls, and that a question was not answered.

use policy::control::{Sentence, Stated};
use record::message::UnverifiedStatement;
use record::time::Timestamp;
use rusqlite::params;
use storage::{Batch, Body, LocalStore, LogName, Place, Store as _};

use super::notebook::{signed, unsigned};
use super::own::{entry, key_in_force};
use super::{ExchangeError, Own};

/// A statement that this node has logged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnStatement {
    /// Its leaf in the node log.
    pub leaf: u64,
    /// What it says.
    pub stated: Stated,
}

impl OwnStatement {
    /// Every statement of ours of a kind, in order: `recall-answer` or `silence`. `about` narrows it to one feed, or to one
    /// question.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn all(store: &LocalStore, kind: &str, about: Option<&str>) -> Result<Vec<Self>, ExchangeError> {
        Self::at(store, &leaves(store, kind, about)?)
    }

    /// Our statements at these leaves.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn at(store: &LocalStore, leaves: &[u64]) -> Result<Vec<Self>, ExchangeError> {
        let places: Vec<_> = leaves.iter().map(|leaf| Place::new(LogName::node(), *leaf)).collect();
        let bodies = store.bodies(&places)?;
        let read = places.iter().zip(bodies).filter_map(|(place, body)| {
            let Body::Kept(body) = body else { return None };
            let (_, text) = body.split_first_chunk::<32>()?;
            let statement = UnverifiedStatement::read(text).ok()?;
            let stated = Stated::from_map(statement.claims().content()).ok()?;
            Some(Self { leaf: place.index, stated })
        });
        Ok(read.collect())
    }

    /// When we first stated that we had read a feed beyond an entry: it had come by then.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn read_by(store: &LocalStore, feed: &str, index: u64) -> Result<Option<Timestamp>, ExchangeError> {
        let sql = "SELECT MIN(time) FROM exchange_own WHERE kind = 'acknowledgement' AND about = ?1 AND size > ?2";
        let found: Option<i64> =
            store.ask(|it| it.prepare_cached(sql)?.query_row(params![feed, signed(index)], |row| row.get(0)))?;
        Ok(found.map(Timestamp::from_micros))
    }
}

/// That this node has read a feed of a peer and acknowledged it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedRead {
    /// The leaf of the acknowledgement in the node log.
    pub leaf: u64,
    /// When.
    pub time: Timestamp,
    /// Whose feed, and under which agreement; none if the feed is not known by now, or is told of by two peers.
    pub of: Option<(String, String)>,
}

/// The feeds that were read, by the leaves of their acknowledgements from one on and below another, in order.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn feeds_read(store: &LocalStore, from: u64, below: u64) -> Result<Vec<FeedRead>, ExchangeError> {
    let sql = "SELECT o.idx, o.time, min(f.peer), min(f.agreement), count(f.peer)
        FROM exchange_own o LEFT JOIN exchange_feeds f ON f.feed = o.about
        WHERE o.idx >= ?1 AND o.idx < ?2 AND o.kind = 'acknowledgement' GROUP BY o.idx ORDER BY o.idx";
    let read = |row: &rusqlite::Row<'_>| {
        let (peer, agreement): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let of = peer.zip(agreement).filter(|_| row.get::<_, i64>(4).is_ok_and(|count| count == 1));
        Ok(FeedRead { leaf: unsigned(row.get(0)?), time: Timestamp::from_micros(row.get(1)?), of })
    };
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_map([signed(from), signed(below)], read)?.collect())?)
}

/// The leaves of our statements of a kind, about one thing or all, in order.
pub(crate) fn leaves(store: &LocalStore, kind: &str, about: Option<&str>) -> Result<Vec<u64>, ExchangeError> {
    let sql = "SELECT idx FROM exchange_own WHERE kind = ?1 AND about = ifnull(?2, about) ORDER BY idx";
    let found: Vec<i64> =
        store.ask(|it| it.prepare_cached(sql)?.query_map(params![kind, about], |row| row.get(0))?.collect())?;
    Ok(found.into_iter().map(unsigned).collect())
}

/// Adds a statement of ours to a batch.
///
/// # Errors
/// [`ExchangeError::Keys`], [`ExchangeError::Entropy`].
pub fn state(
    store: &LocalStore,
    own: &Own,
    batch: Batch,
    sentence: Sentence,
    now: Timestamp,
) -> Result<Batch, ExchangeError> {
    let statement = own.state(sentence, now, key_in_force(store, own)?)?;
    Ok(batch.entry(entry(&statement, &own.random()?)))
}

/// Logs a statement of ours by itself.
///
/// # Errors
/// [`ExchangeError`].
pub fn state_alone(store: &LocalStore, own: &Own, sentence: Sentence, now: Timestamp) -> Result<(), ExchangeError> {
    let batch = state(store, own, super::batch(own)?, sentence, now)?;
    super::commit(store, batch).map(drop)
}
