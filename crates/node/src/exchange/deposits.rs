//! Deposits: sealed bodies that this node keeps for members of other parties' agreements; in [`handing`], bodies of ours that it
//! hands in elsewhere.
//!
//! What is kept, that it is kept, and the statement of it are one commit: a depositary that crashes has either stated nothing
//! or can show the octets.

mod handing;

use policy::control::{Deposit, Deposited, Sentence};
use protocol::exchange::HandIn;
use record::digest::{PartyId, sha256};
use record::json::{Json, Map};
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::views::Seen;
use storage::{Body, LocalStore, LogName, NewEntry, Place, Store as _};

use super::notebook::{signed, unsigned};
use super::{ExchangeError, Own, batch, commit, heard, size, statements};

pub use handing::{Due, Undeposited};

/// The log in which sealed bodies lie.
pub const DEPOSITS: &str = "deposits";

/// How long a statement that nothing was handed in stands for the same question, in milliseconds: whoever asks every minute
/// must not fill our log. Ten minutes: a sender that hands in late is told from one that never does.
pub const DENIAL_STANDS_MS: u64 = 10 * 60 * 1000;

/// How long what is handed in is kept, in milliseconds. 400 days: longer than any yearly review, in which a dispute about what
/// was sent in the last period still finds it; and no node keeps for ever what others laid there.
pub const KEPT_MS: u64 = 400 * 24 * 60 * 60 * 1000;

/// Bodies that are deleted in one commit.
const DELETED_AT_ONCE: i64 = 256;

pub(crate) const TABLES: &str = "
    CREATE TABLE exchange_deposits (idx INTEGER PRIMARY KEY, peer TEXT NOT NULL, about TEXT NOT NULL, entry INTEGER NOT NULL,
        feed TEXT NOT NULL, sealed TEXT NOT NULL, bytes INTEGER NOT NULL, place INTEGER NOT NULL, until INTEGER NOT NULL,
        is_deleted INTEGER NOT NULL);
    CREATE INDEX exchange_deposits_by_about ON exchange_deposits (about, entry);
    CREATE INDEX exchange_deposits_by_place ON exchange_deposits (place);
";

/// What became of a body that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a peer is told each of them")]
pub enum Depositing {
    /// It lies here, by the statement at this leaf of ours.
    Kept(u64),
    /// It lay here and is deleted: its sender took it back, or its days were over.
    Deleted,
    /// There is no room: so many octets are kept for this peer, of so many.
    Full {
        /// Octets that are kept.
        kept: u64,
        /// Octets that may be.
        allowed: u64,
    },
}

/// What there is of a body that a member asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a member is told each of them")]
pub enum Lying {
    /// It lies here.
    Here {
        /// Our statement that it does.
        leaf: u64,
        /// The sealed octets.
        sealed: Vec<u8>,
    },
    /// It was handed in, and is deleted.
    Deleted {
        /// Its sender's statement that takes it back, opened; none if its days are over.
        withdrawn: Option<String>,
    },
    /// Nothing was handed in.
    Nothing,
}

/// A body that was handed in to this node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DepositRow {
    /// Who handed it in.
    pub sender: String,
    /// The body and its member, `BODY/MEMBER`.
    pub about: String,
    /// The feed's origin.
    pub feed: String,
    /// The entry that releases it.
    pub entry: u64,
    /// Sealed octets.
    pub bytes: u64,
    /// Until when they are kept.
    pub until: Timestamp,
    /// Whether they are deleted.
    pub is_deleted: bool,
}

/// What a statement about a deposit is listed under, beside the index of the entry: the body and whom it is for.
pub(crate) fn about(of: &Deposited) -> String {
    format!("{}/{}", of.body, of.member)
}

/// Keeps a body for a member. The same body that is handed in again, sealed anew, is not kept twice.
///
/// The caller asks one at a time: between looking and keeping nobody else may come.
///
/// # Errors
/// [`ExchangeError`].
pub fn deposit(
    store: &LocalStore,
    own: &Own,
    (peer, allowed_bytes): (PartyId, u64),
    handed: &HandIn,
    now: Timestamp,
) -> Result<Depositing, ExchangeError> {
    let of = handed.of();
    if let Some(row) = row_of(store, of)? {
        return if row.is_deleted { Ok(Depositing::Deleted) } else { Ok(Depositing::Kept(row.stated_at(store, of)?)) };
    }
    let (bytes, kept) = (handed.sealed().len() as u64, bytes_of(store, &peer, now)?);
    if kept.saturating_add(bytes) > allowed_bytes {
        return Ok(Depositing::Full { kept, allowed: allowed_bytes });
    }
    let (log, salt) = (log()?, own.random()?);
    let leaf = sha256(&[b"detente/deposit/v1\0", &salt, handed.sealed()]);
    let entry = NewEntry::with_body(log.clone(), leaf.to_vec(), [salt.as_slice(), handed.sealed()].concat());
    let place = size(store, &log)?;
    let batch = batch(own)?.open(log.clone(), &format!("detente/deposits/{}", own.party())).entry(entry);
    // The note says where the octets lie, so nothing else may come between.
    let batch = if place == 0 { batch } else { batch.expect(log, place) };
    let until = Timestamp::from_micros(now.micros().saturating_add(signed(KEPT_MS).saturating_mul(1_000)));
    let note = Map::new()
        .with("kind", "deposit")
        .with("peer", peer.to_string())
        .with("feed", of.feed.as_str())
        .with("entry", Json::count(of.index))
        .with("about", about(of))
        .with("sealed", handed.digest().to_string())
        .with("bytes", Json::count(bytes))
        .with("place", Json::count(place))
        .with("until", until.to_string());
    let batch = heard::note(batch, own, note)?;
    let stated = Sentence::Deposit(Deposit::new(of.clone(), handed.digest(), bytes, until));
    let committed = commit(store, statements::state(store, own, batch, stated, now)?)?;
    Ok(Depositing::Kept(committed.entries.last().map_or(0, |place| place.index)))
}

/// What there is of a body for a member, handed in by its sender.
///
/// # Errors
/// [`ExchangeError`].
pub fn lying(store: &LocalStore, of: &Deposited) -> Result<Lying, ExchangeError> {
    let Some(row) = row_of(store, of)? else { return Ok(Lying::Nothing) };
    let body = store.bodies(&[Place::new(log()?, row.place)])?.pop();
    let sealed = match &body {
        Some(Body::Kept(body)) => body.split_first_chunk::<32>().map(|(_, sealed)| sealed.to_vec()),
        _ => None,
    };
    match sealed {
        Some(sealed) => Ok(Lying::Here { leaf: row.stated_at(store, of)?, sealed }),
        None => Ok(Lying::Deleted { withdrawn: withdrawn(store, of)? }),
    }
}

/// The sender's statement that takes back what it handed in, opened.
fn withdrawn(store: &LocalStore, of: &Deposited) -> Result<Option<String>, ExchangeError> {
    let sql = "SELECT opened FROM exchange_statements
        WHERE peer = ?1 AND kind = 'deposit-withdrawn' AND about = ?2 AND size = ?3 AND root = ?4 LIMIT 1";
    let values = params![of.sender.to_string(), about(of), signed(of.index), of.feed];
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional())?)
}

/// Whether this node took a body in from its sender, which may be deleted since.
pub(crate) fn was_handed_in(store: &LocalStore, of: &Deposited) -> Result<bool, ExchangeError> {
    Ok(row_of(store, of)?.is_some())
}

/// Deletes what is kept and need not be: what its sender took back, and what was kept to its day. Answers how many.
///
/// A crash leaves each of them whole or gone. What was said of them stays.
///
/// # Errors
/// [`ExchangeError`].
pub fn delete_due(store: &LocalStore, own: &Own, now: Timestamp) -> Result<usize, ExchangeError> {
    let sql = "SELECT place FROM exchange_deposits AS kept WHERE is_deleted = 0 AND (until <= ?1 OR EXISTS (
            SELECT 1 FROM exchange_statements AS said WHERE said.peer = kept.peer AND said.kind = 'deposit-withdrawn'
                AND said.about = kept.about AND said.size = kept.entry AND said.root = kept.feed))
        ORDER BY place LIMIT ?2";
    let values = params![now.micros(), DELETED_AT_ONCE];
    let due: Vec<i64> = store.ask(|it| it.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect())?;
    if due.is_empty() {
        return Ok(0);
    }
    let log = log()?;
    let places = due.iter().map(|place| Place::new(log.clone(), unsigned(*place)));
    let _committed = commit(store, places.fold(batch(own)?, |batch, place| batch.erase(place)))?;
    Ok(due.len())
}

/// Everything that was handed in here, in the order in which it came.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn deposits(store: &LocalStore) -> Result<Vec<DepositRow>, ExchangeError> {
    let sql = "SELECT peer, about, feed, entry, bytes, until, is_deleted FROM exchange_deposits ORDER BY idx";
    let row = |row: &rusqlite::Row<'_>| {
        Ok(DepositRow {
            sender: row.get(0)?,
            about: row.get(1)?,
            feed: row.get(2)?,
            entry: unsigned(row.get(3)?),
            bytes: unsigned(row.get(4)?),
            until: Timestamp::from_micros(row.get(5)?),
            is_deleted: row.get(6)?,
        })
    };
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_map([], row)?.collect())?)
}

/// States that nothing was handed in, and answers the statement's leaf. One that was made a moment ago stands.
///
/// # Errors
/// [`ExchangeError`].
pub fn deny(store: &LocalStore, own: &Own, of: &Deposited, now: Timestamp) -> Result<u64, ExchangeError> {
    let last = statements::leaves(store, "no-deposit", Some(&about(of)))?;
    for one in statements::OwnStatement::at(store, &last)?.iter().rev() {
        let age_ms = protocol::exchange::timing::elapsed_ms(one.stated.time, now);
        if one.stated.sentence == Sentence::NoDeposit(of.clone()) && age_ms < DENIAL_STANDS_MS {
            return Ok(one.leaf);
        }
    }
    let batch = statements::state(store, own, batch(own)?, Sentence::NoDeposit(of.clone()), now)?;
    Ok(commit(store, batch)?.entries.last().map_or(0, |place| place.index))
}

/// Octets that a peer has laid here, whose days are not over. What it took back counts too: its octets stay in their segment, and
/// whoever handed in and took back in turn would fill the disk.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn bytes_of(store: &LocalStore, peer: &PartyId, now: Timestamp) -> Result<u64, ExchangeError> {
    let sql = "SELECT ifnull(SUM(bytes), 0) FROM exchange_deposits WHERE peer = ?1 AND until > ?2";
    let values = params![peer.to_string(), now.micros()];
    Ok(unsigned(store.ask(|it| it.prepare_cached(sql)?.query_row(values, |row| row.get(0)))?))
}

/// Where the octets of a deposit lie, or lay.
struct Laid {
    place: u64,
    is_deleted: bool,
}

fn row_of(store: &LocalStore, of: &Deposited) -> Result<Option<Laid>, ExchangeError> {
    let sql =
        "SELECT place, is_deleted FROM exchange_deposits WHERE about = ?1 AND entry = ?2 AND feed = ?3 AND peer = ?4
        ORDER BY idx LIMIT 1";
    let values = params![about(of), signed(of.index), of.feed, of.sender.to_string()];
    let read = |row: &rusqlite::Row<'_>| Ok(Laid { place: unsigned(row.get(0)?), is_deleted: row.get(1)? });
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_row(values, read).optional())?)
}

impl Laid {
    /// The leaf of our statement of it, which was committed with the octets.
    fn stated_at(&self, store: &LocalStore, of: &Deposited) -> Result<u64, ExchangeError> {
        let leaves = statements::leaves(store, "deposit", Some(&about(of)))?;
        let stated = statements::OwnStatement::at(store, &leaves)?;
        let is_it = |one: &statements::OwnStatement| matches!(&one.stated.sentence, Sentence::Deposit(deposit) if deposit.of == *of);
        let found = stated.into_iter().find(is_it).map(|one| one.leaf);
        found.ok_or_else(|| heard::notes(&format!("no statement about the body at {} of `{DEPOSITS}`", self.place)))
    }
}

pub(crate) fn take_note(connection: &Connection, seen: &Seen<'_>, note: &Map) -> Result<bool, rusqlite::Error> {
    if note.text("kind") != Some("deposit") {
        return Ok(false);
    }
    let text = |name: &str| note.text(name).unwrap_or_default();
    let count = |name: &str| note.get(name).and_then(Json::as_integer).unwrap_or(0);
    let sql = "INSERT INTO exchange_deposits VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)";
    let until = text("until").parse::<Timestamp>().map_or(i64::MAX, Timestamp::micros);
    let (idx, about) = (signed(seen.place.index), text("about"));
    let (entry, feed, sealed) = (count("entry"), text("feed"), text("sealed"));
    let row = params![idx, text("peer"), about, entry, feed, sealed, count("bytes"), count("place"), until];
    connection.prepare_cached(sql)?.execute(row).map(|_| true)
}

/// The octets at a place are erased. What was noted of them stays, so that nobody is told that nothing was handed in.
pub(crate) fn body_is_gone(connection: &Connection, place: u64) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached("UPDATE exchange_deposits SET is_deleted = 1 WHERE place = ?1")?;
    statement.execute([signed(place)]).map(drop)
}

pub(crate) fn erase(connection: &Connection, index: u64) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached("DELETE FROM exchange_deposits WHERE idx = ?1")?;
    statement.execute([signed(index)]).map(drop)
}

fn log() -> Result<LogName, ExchangeError> {
    DEPOSITS.parse().map_err(|error| heard::notes(&error))
}
