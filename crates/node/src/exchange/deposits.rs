//! Deposits: sealed bodies that this node keeps for members of other parties' agreements, and bodies of ours that it hands in.
//!
//! What is kept, that it is kept, and the statement of it are one commit: a depositary that crashes has either stated nothing
//! or can show the octets.

use std::collections::BTreeSet;

use policy::control::{Deposit, Deposited, Sentence};
use policy::feed::ReadEntry;
use protocol::exchange::HandIn;
use record::digest::{BodyDigest, PartyId, sha256};
use record::entropy::Entropy;
use record::json::{Json, Map};
use record::key_record::BundleKey;
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use storage::views::Seen;
use storage::{Body, LocalStore, LogName, NewEntry, Place, Store as _};

use super::notebook::{signed, unsigned};
use super::sender::{OwnFeed, Sender};
use super::{Agreements, ExchangeError, Own, batch, commit, heard, size, statements};

/// The log in which sealed bodies lie.
pub const DEPOSITS: &str = "deposits";

/// How long a statement that nothing was handed in stands for the same question, in milliseconds: whoever asks every minute
/// must not fill our log. Ten minutes: a sender that hands in late is told from one that never does.
pub const DENIAL_STANDS_MS: u64 = 10 * 60 * 1000;

/// Entries of a feed that are looked through at once for what is to be handed in.
const AT_ONCE: usize = 256;

pub(crate) const TABLES: &str = "
    CREATE TABLE exchange_deposits (idx INTEGER PRIMARY KEY, peer TEXT NOT NULL, about TEXT NOT NULL, entry INTEGER NOT NULL,
        feed TEXT NOT NULL, sealed TEXT NOT NULL, bytes INTEGER NOT NULL, place INTEGER NOT NULL);
    CREATE INDEX exchange_deposits_by_about ON exchange_deposits (about, entry);
";

/// What became of a body that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a peer is told each of them")]
pub enum Depositing {
    /// It lies here, by the statement at this leaf of ours.
    Kept(u64),
    /// There is no room: so many octets are kept for this peer, of so many.
    Full {
        /// Octets that are kept.
        kept: u64,
        /// Octets that may be.
        allowed: u64,
    },
}

/// A body that a member asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lying {
    /// Our statement that it lies here.
    pub leaf: u64,
    /// The sealed octets.
    pub sealed: Vec<u8>,
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
    if let Some((leaf, _)) = lying_at(store, of)? {
        return Ok(Depositing::Kept(leaf));
    }
    let (bytes, kept) = (handed.sealed().len() as u64, bytes_of(store, &peer)?);
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
    let note = Map::new()
        .with("kind", "deposit")
        .with("peer", peer.to_string())
        .with("feed", of.feed.as_str())
        .with("entry", Json::count(of.index))
        .with("about", about(of))
        .with("sealed", handed.digest().to_string())
        .with("bytes", Json::count(bytes))
        .with("place", Json::count(place));
    let batch = heard::note(batch, own, note)?;
    let stated = Sentence::Deposit(Deposit::new(of.clone(), handed.digest(), bytes));
    let committed = commit(store, statements::state(store, own, batch, stated, now)?)?;
    Ok(Depositing::Kept(committed.entries.last().map_or(0, |place| place.index)))
}

/// A body that lies here for a member, handed in by its sender; none if there is none, or it was erased.
///
/// # Errors
/// [`ExchangeError`].
pub fn lying(store: &LocalStore, of: &Deposited) -> Result<Option<Lying>, ExchangeError> {
    let Some((leaf, place)) = lying_at(store, of)? else { return Ok(None) };
    let body = store.bodies(&[Place::new(log()?, place)])?.pop();
    let Some(Body::Kept(body)) = body else { return Ok(None) };
    Ok(body.split_first_chunk::<32>().map(|(_, sealed)| Lying { leaf, sealed: sealed.to_vec() }))
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

/// Octets that are kept for what a peer handed in.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn bytes_of(store: &LocalStore, peer: &PartyId) -> Result<u64, ExchangeError> {
    let sql = "SELECT ifnull(SUM(bytes), 0) FROM exchange_deposits WHERE peer = ?1";
    Ok(unsigned(store.ask(|it| it.prepare_cached(sql)?.query_row([peer.to_string()], |row| row.get(0)))?))
}

/// Our statement of a deposit, and where its octets lie.
fn lying_at(store: &LocalStore, of: &Deposited) -> Result<Option<(u64, u64)>, ExchangeError> {
    let (about, entry) = (about(of), signed(of.index));
    let sql = "SELECT place FROM exchange_deposits WHERE about = ?1 AND entry = ?2 AND feed = ?3 AND peer = ?4
        ORDER BY idx LIMIT 1";
    let values = params![about, entry, of.feed, of.sender.to_string()];
    let place = store.ask(|it| it.prepare_cached(sql)?.query_row(values, |row| row.get::<_, i64>(0)).optional())?;
    let Some(place) = place else { return Ok(None) };
    let leaves = statements::leaves(store, "deposit", Some(&about))?;
    let stated = statements::OwnStatement::at(store, &leaves)?;
    let is_it = |one: &statements::OwnStatement| matches!(&one.stated.sentence, Sentence::Deposit(deposit) if deposit.of == *of);
    Ok(stated.into_iter().find(is_it).map(|one| (one.leaf, unsigned(place))))
}

pub(crate) fn take_note(connection: &Connection, seen: &Seen<'_>, note: &Map) -> Result<bool, rusqlite::Error> {
    if note.text("kind") != Some("deposit") {
        return Ok(false);
    }
    let text = |name: &str| note.text(name).unwrap_or_default();
    let count = |name: &str| note.get(name).and_then(Json::as_integer).unwrap_or(0);
    let sql = "INSERT INTO exchange_deposits VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (idx, about) = (signed(seen.place.index), text("about"));
    let (entry, feed, sealed) = (count("entry"), text("feed"), text("sealed"));
    let row = params![idx, text("peer"), about, entry, feed, sealed, count("bytes"), count("place")];
    connection.prepare_cached(sql)?.execute(row).map(|_| true)
}

pub(crate) fn erase(connection: &Connection, index: u64) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached("DELETE FROM exchange_deposits WHERE idx = ?1")?;
    statement.execute([signed(index)]).map(drop)
}

fn log() -> Result<LogName, ExchangeError> {
    DEPOSITS.parse().map_err(|error| heard::notes(&error))
}

/// A release of ours whose body a member's depositary does not have yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undeposited {
    /// What is to be handed in.
    pub of: Deposited,
    log: LogName,
}

impl Sender {
    /// What is to be handed in to a depositary for a member, of the entries of an agreement's feeds from these on, at most 256
    /// entries of each; and from where to look next time, by the feed's origin.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn undeposited(
        &self,
        (own, member, depositary): (&Own, PartyId, PartyId),
        from: &dyn Fn(&str) -> u64,
        agreements: &dyn Agreements,
        now: Timestamp,
    ) -> Result<Vec<(String, u64, Vec<Undeposited>)>, ExchangeError> {
        let in_force = agreements.of_member(&member, now);
        let with_it = in_force.into_iter().filter(|one| agreements.depositary(one) == Some(depositary));
        let mut found = Vec::new();
        for feed in self.feeds(&with_it.collect::<Vec<_>>())? {
            let from = from(&feed.listed.origin);
            if from < feed.size {
                let (next, of) = self.undeposited_of(&feed, (own.party(), member, depositary), from)?;
                found.push((feed.listed.origin, next, of));
            }
        }
        Ok(found)
    }

    fn undeposited_of(
        &self,
        feed: &OwnFeed,
        (own, member, depositary): (PartyId, PartyId, PartyId),
        from: u64,
    ) -> Result<(u64, Vec<Undeposited>), ExchangeError> {
        let depositary = depositary.to_string();
        let entries = self.store.entries(&feed.log, from, AT_ONCE)?;
        let next = from.saturating_add(entries.len() as u64);
        let taken_back = self.taken_back(&feed.log, from)?;
        let mut lacking = Vec::new();
        for (index, entry) in (from..).zip(entries) {
            let Ok(ReadEntry::Release(release)) = ReadEntry::read(&entry) else { continue };
            let entry = (feed.listed.origin.clone(), index);
            let of = Deposited::new(entry, BodyDigest::from_octets(release.body), (own, member));
            if !taken_back.contains(&index) && !has_stated(&self.store, &depositary, &of)? {
                lacking.push(Undeposited { of, log: feed.log.clone() });
            }
        }
        Ok((next, lacking))
    }

    /// Releases that entries from an index on recall, or say to be erased: they are given to nobody new.
    fn taken_back(&self, log: &LogName, mut from: u64) -> Result<BTreeSet<u64>, ExchangeError> {
        let mut taken_back = BTreeSet::new();
        loop {
            let entries = self.store.entries(log, from, AT_ONCE)?;
            if entries.is_empty() {
                return Ok(taken_back);
            }
            from = from.saturating_add(entries.len() as u64);
            for entry in &entries {
                match ReadEntry::read(entry) {
                    Ok(ReadEntry::Recall(recall)) => drop(taken_back.insert(recall.index)),
                    Ok(ReadEntry::Erased(erased)) => drop(taken_back.insert(erased.index)),
                    Ok(ReadEntry::Release(_) | ReadEntry::Marks(_) | ReadEntry::Close { .. } | _) | Err(_) => {}
                }
            }
        }
    }

    /// The body, sealed for its member; none if it was erased meanwhile.
    ///
    /// # Errors
    /// [`ExchangeError::Keys`] if it cannot be sealed.
    pub fn seal(
        &self,
        undeposited: &Undeposited,
        key: &BundleKey,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Option<HandIn>, ExchangeError> {
        let of = &undeposited.of;
        let body = self.store.bodies(&[Place::new(undeposited.log.clone(), of.index)])?.pop();
        let Some(Body::Kept(body)) = body else { return Ok(None) };
        let sealed = HandIn::seal(of.clone(), key, &body, now, entropy);
        sealed.map(Some).map_err(|error| ExchangeError::Keys { problem: error.to_string() })
    }
}

/// Whether a depositary has stated that it keeps a body.
fn has_stated(store: &LocalStore, depositary: &str, of: &Deposited) -> Result<bool, ExchangeError> {
    let sql =
        "SELECT 1 FROM exchange_statements WHERE peer = ?1 AND kind = 'deposit' AND about = ?2 AND size = ?3 LIMIT 1";
    let values = params![depositary, about(of), signed(of.index)];
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional())?.is_some())
}
