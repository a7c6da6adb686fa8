//! The view of exchange: how far each feed was read, what was stated, what was cosigned, what is wrong.

use std::borrow::Cow;
use std::collections::BTreeMap;

use policy::belief::{Delivery, Knowledge};
use policy::control::{Sentence, Stated};
use policy::feed::ReadEntry;
use record::digest::{BodyDigest, RecordDigest};
use record::json::{Json, Map};
use record::message::UnverifiedStatement;
use record::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use storage::views::{Seen, View, index_of};
use storage::{LocalStore, LogName, Place, rows_of_log};

use super::deposits::{self, DEPOSITS};
use super::heard::{self, HEARD};
use super::{ExchangeError, hits, urgent};

const OWN_TABLES: &str = "
    CREATE TABLE exchange_feeds (peer TEXT NOT NULL, feed TEXT NOT NULL, agreement TEXT NOT NULL, epoch INTEGER NOT NULL,
        size INTEGER NOT NULL, root TEXT NOT NULL, node TEXT NOT NULL, checkpoint TEXT NOT NULL, head TEXT NOT NULL,
        heard INTEGER NOT NULL, leaf INTEGER NOT NULL, ahead INTEGER, idx INTEGER NOT NULL,
        PRIMARY KEY (peer, feed)) WITHOUT ROWID;
    CREATE TABLE exchange_statements (idx INTEGER PRIMARY KEY, peer TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,
        size INTEGER NOT NULL, root TEXT NOT NULL, time TEXT NOT NULL, opened TEXT NOT NULL);
    CREATE INDEX exchange_statements_by_about ON exchange_statements (peer, kind, about);
    CREATE TABLE exchange_named (peer TEXT NOT NULL, key_record TEXT NOT NULL, leaf INTEGER NOT NULL,
        idx INTEGER NOT NULL, PRIMARY KEY (peer, key_record)) WITHOUT ROWID;
    CREATE TABLE exchange_cosigned (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root TEXT NOT NULL,
        checkpoint TEXT NOT NULL, idx INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE exchange_heads (idx INTEGER PRIMARY KEY, origin TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL,
        checkpoint TEXT NOT NULL, is_refused INTEGER NOT NULL);
    CREATE INDEX exchange_heads_by_origin ON exchange_heads (origin, size);
    CREATE TABLE exchange_judged (peer TEXT NOT NULL, feed TEXT NOT NULL, idx INTEGER NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL, is_proved INTEGER NOT NULL, PRIMARY KEY (peer, feed, idx, first)) WITHOUT ROWID;
    CREATE TABLE exchange_unsaid (peer TEXT NOT NULL, feed TEXT NOT NULL, entry INTEGER NOT NULL, body TEXT NOT NULL,
        leaf INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (peer, feed, entry)) WITHOUT ROWID;
    CREATE TABLE exchange_closed (alarm INTEGER PRIMARY KEY, note TEXT NOT NULL, person TEXT NOT NULL, time INTEGER NOT NULL,
        idx INTEGER NOT NULL);
    CREATE TABLE exchange_alarms (idx INTEGER PRIMARY KEY, peer TEXT NOT NULL, kind TEXT NOT NULL, feed TEXT NOT NULL,
        weight INTEGER NOT NULL, text TEXT NOT NULL, evidence TEXT, time INTEGER NOT NULL);
    CREATE TABLE exchange_bodies (place INTEGER PRIMARY KEY, digest BLOB NOT NULL, record BLOB NOT NULL,
        is_own INTEGER NOT NULL);
    CREATE INDEX exchange_bodies_by_digest ON exchange_bodies (digest) WHERE is_own;
    CREATE INDEX exchange_bodies_by_record ON exchange_bodies (record) WHERE is_own;
    CREATE TABLE exchange_own (idx INTEGER PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, size INTEGER NOT NULL,
        node_size INTEGER NOT NULL, time INTEGER NOT NULL);
    CREATE INDEX exchange_own_by_about ON exchange_own (kind, about, idx);
";

/// Makes the rows.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Notebook;

impl Notebook {
    /// The view.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// How far a feed of a peer was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedState {
    /// The sender.
    pub peer: String,
    /// The feed's origin.
    pub feed: String,
    /// The agreement.
    pub agreement: String,
    /// The epoch.
    pub epoch: u32,
    /// Entries taken in.
    pub size: u64,
    /// The root over them.
    pub root: String,
    /// The newest head of the sender's node log.
    pub node: String,
    /// The newest checkpoint of the feed.
    pub checkpoint: String,
    /// The newest head statement, opened.
    pub head: String,
    /// When that came, by our clock.
    pub heard: Timestamp,
    /// The leaf of that statement.
    pub leaf: u64,
    /// Since when the feed shows entries that no head statement tells of; none if it shows none.
    pub ahead: Option<Timestamp>,
}

/// A statement that came from a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// Who made it.
    pub peer: String,
    /// The word for what it says.
    pub kind: String,
    /// The feed, or the record, that it is about.
    pub about: String,
    /// How many entries it speaks of.
    pub size: u64,
    /// Their root; of a deposit, the feed.
    pub root: String,
    /// When it was made, by its author's clock.
    pub time: String,
    /// The statement, opened.
    pub opened: String,
}

/// An entry of a feed that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival {
    /// Its index.
    pub index: u64,
    /// The record that it releases.
    pub record: String,
}

impl View for Notebook {
    fn name(&self) -> &'static str {
        "exchange/8"
    }

    fn tables(&self) -> &'static str {
        static TABLES: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| format!("{OWN_TABLES}{}{}{}", urgent::TABLES, deposits::TABLES, hits::TABLES));
        &TABLES
    }

    fn take(&mut self, connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
        let log = seen.place.log.as_str();
        if log == HEARD {
            let Some(note) = seen.body.and_then(heard::read) else { return Ok(()) };
            return take_note(connection, seen, &note);
        }
        if log == LogName::node().as_str() {
            return seen.body.map_or(Ok(()), |body| take_own(connection, seen, body));
        }
        take_entry(connection, seen)
    }

    fn erase(&mut self, connection: &Connection, place: &Place) -> Result<(), rusqlite::Error> {
        if place.log.as_str() == DEPOSITS {
            return deposits::body_is_gone(connection, place.index);
        }
        if place.log.as_str() != HEARD {
            return Ok(());
        }
        for table in [
            "exchange_feeds",
            "exchange_statements",
            "exchange_named",
            "exchange_cosigned",
            "exchange_heads",
            "exchange_judged",
            "exchange_unsaid",
            "exchange_alarms",
            "exchange_closed",
            "exchange_hits",
        ] {
            let mut statement = connection.prepare_cached(&format!("DELETE FROM {table} WHERE idx = ?1"))?;
            let _rows = statement.execute([signed(place.index)])?;
        }
        deposits::erase(connection, place.index)?;
        urgent::erase(connection, place.index)
    }
}

/// An entry of a feed, ours or one that was read: what it releases.
fn take_entry(connection: &Connection, seen: &Seen<'_>) -> Result<(), rusqlite::Error> {
    let read = seen.read.map(Cow::Borrowed).or_else(|| ReadEntry::read(seen.entry).ok().map(Cow::Owned));
    let Some(ReadEntry::Release(release)) = read.as_deref() else { return Ok(()) };
    let mut statement = connection.prepare_cached("INSERT INTO exchange_bodies VALUES (?1, ?2, ?3, ?4)")?;
    let row = params![seen.row, release.body, release.record.octets(), seen.place.log.is_feed()];
    statement.execute(row).map(drop)
}

/// A statement of our own.
fn take_own(connection: &Connection, seen: &Seen<'_>, body: &[u8]) -> Result<(), rusqlite::Error> {
    let text = body.split_first_chunk::<32>().map(|(_, text)| text);
    let Some(Ok(statement)) = text.map(UnverifiedStatement::read) else { return Ok(()) };
    let Ok(stated) = Stated::from_map(statement.claims().content()) else { return Ok(()) };
    let facts = Facts::of(&stated);
    let mut insert = connection.prepare_cached("INSERT INTO exchange_own VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let idx = signed(seen.place.index);
    let row = params![idx, facts.kind, facts.about, signed(facts.size), signed(facts.node_size), stated.time.micros()];
    insert.execute(row).map(drop)
}

/// What a statement is listed by.
pub(crate) struct Facts {
    pub(crate) kind: &'static str,
    pub(crate) about: String,
    pub(crate) size: u64,
    pub(crate) root: String,
    pub(crate) node_size: u64,
}

impl Facts {
    pub(crate) fn of(stated: &Stated) -> Self {
        let facts = |kind, about: String, size, root: String| Self { kind, about, size, root, node_size: 0 };
        match &stated.sentence {
            Sentence::Head(head) => {
                Self { node_size: head.node_size, ..facts("head", head.feed.clone(), head.size, head.root.to_string()) }
            }
            Sentence::Acknowledgement(read) => {
                facts("acknowledgement", read.feed.clone(), read.size, read.root.to_string())
            }
            Sentence::RecallAnswer(answer) => facts("recall-answer", answer.feed.clone(), answer.index, String::new()),
            Sentence::Silence(silence) => facts("silence", silence.question.to_string(), 0, String::new()),
            Sentence::Deposit(deposit) => {
                let of = &deposit.of;
                facts("deposit", deposits::about(of), of.index, of.feed.clone())
            }
            // One showing may lie in two feeds at one index under one digest: the feed is in the place of a root.
            Sentence::NoDeposit(of) => facts("no-deposit", deposits::about(of), of.index, of.feed.clone()),
            Sentence::DepositWithdrawn(of) => {
                facts("deposit-withdrawn", deposits::about(of), of.index, of.feed.clone())
            }
        }
    }
}

fn take_note(connection: &Connection, seen: &Seen<'_>, note: &Map) -> Result<(), rusqlite::Error> {
    if urgent::take_note(connection, seen, note)? || deposits::take_note(connection, seen, note)? {
        return Ok(());
    }
    let text = |name: &str| note.text(name).unwrap_or_default();
    let count = |name: &str| note.get(name).and_then(Json::as_integer).unwrap_or(0);
    let (idx, time) = (signed(seen.place.index), seen.time.micros());
    let peer = text("peer");
    match text("kind") {
        "head" => {
            let sql = "INSERT OR REPLACE INTO exchange_feeds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
                ?11, ?12, ?13)";
            let row = params![
                peer,
                text("feed"),
                text("agreement"),
                count("epoch"),
                count("size"),
                text("root"),
                text("node"),
                text("checkpoint"),
                text("head"),
                time,
                count("leaf"),
                note.get("ahead").and_then(Json::as_integer).map(|seconds| seconds.saturating_mul(1_000_000)),
                idx
            ];
            let _rows = connection.prepare_cached(sql)?.execute(row)?;
            judge(connection, note, idx)?;
            note_erasures(connection, note, idx)?;
            name_key(connection, (peer, text("key_record")), count("key_leaf"), idx)
        }
        "checkpoint" => {
            let sql = "UPDATE exchange_feeds SET node = ?3, checkpoint = ?4, ahead = ?5 WHERE peer = ?1 AND feed = ?2";
            let ahead = note.get("ahead").and_then(Json::as_integer).map(|seconds| seconds.saturating_mul(1_000_000));
            let row = params![peer, text("feed"), text("node"), text("checkpoint"), ahead];
            connection.prepare_cached(sql)?.execute(row).map(drop)
        }
        "statement" => {
            let sql = "INSERT INTO exchange_statements VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let (kind, about) = (text("statement"), text("about"));
            let row = params![idx, peer, kind, about, count("size"), text("root"), text("time"), text("opened")];
            let _rows = connection.prepare_cached(sql)?.execute(row)?;
            name_key(connection, (peer, text("key_record")), count("key_leaf"), idx)
        }
        "cosigned" => {
            let sql = "INSERT OR REPLACE INTO exchange_cosigned VALUES (?1, ?2, ?3, ?4, ?5)";
            let row = params![text("origin"), count("size"), text("root"), text("checkpoint"), idx];
            let _rows = connection.prepare_cached(sql)?.execute(row)?;
            keep_head(connection, note, idx, false)
        }
        "refused" => keep_head(connection, note, idx, true),
        "hit" => hits::take_note(connection, seen, note),
        "closed" => {
            let sql = "INSERT OR REPLACE INTO exchange_closed VALUES (?1, ?2, ?3, ?4, ?5)";
            let row = params![count("alarm"), text("note"), text("by"), time, idx];
            connection.prepare_cached(sql)?.execute(row).map(drop)
        }
        "alarm" => {
            let sql = "INSERT INTO exchange_alarms VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let (kind, feed) = (text("alarm"), text("feed"));
            let row = params![idx, peer, kind, feed, count("weight"), text("text"), note.text("evidence"), time];
            connection.prepare_cached(sql)?.execute(row).map(drop)
        }
        _ => Ok(()),
    }
}

/// Whether the records that came with a package are proved, run by run: mostly it is one of all entries.
fn judge(connection: &Connection, note: &Map, idx: i64) -> Result<(), rusqlite::Error> {
    let (peer, feed) = (note.text("peer").unwrap_or_default(), note.text("feed").unwrap_or_default());
    let sql = "INSERT OR REPLACE INTO exchange_judged VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut insert = connection.prepare_cached(sql)?;
    for (name, is_proved) in [("proved", true), ("signed", false)] {
        let entries = note.get(name).and_then(Json::as_array).unwrap_or_default();
        for (first, last) in runs(entries.iter().filter_map(Json::as_integer)) {
            let _rows = insert.execute(params![peer, feed, idx, first, last, is_proved])?;
        }
    }
    Ok(())
}

/// What the sender said to be erased without an entry, less what entries say by now.
fn note_erasures(connection: &Connection, note: &Map, idx: i64) -> Result<(), rusqlite::Error> {
    let list = |name: &str| note.get(name).and_then(Json::as_array).unwrap_or_default();
    let (peer, feed) = (note.text("peer").unwrap_or_default(), note.text("feed").unwrap_or_default());
    let leaf = note.get("leaf").and_then(Json::as_integer).unwrap_or(0);
    for claim in list("unsaid").iter().filter_map(Json::as_object) {
        let entry = claim.get("index").and_then(Json::as_integer).unwrap_or(0);
        let sql = "INSERT OR IGNORE INTO exchange_unsaid VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = params![peer, feed, entry, claim.text("body").unwrap_or_default(), leaf, idx];
        let _rows = connection.prepare_cached(sql)?.execute(row)?;
    }
    for entry in list("said").iter().filter_map(Json::as_integer) {
        let sql = "DELETE FROM exchange_unsaid WHERE peer = ?1 AND feed = ?2 AND entry = ?3";
        let _rows = connection.prepare_cached(sql)?.execute(params![peer, feed, entry])?;
    }
    Ok(())
}

/// Entries whose bodies the sender said to be erased under an older head statement than this one, and which no entry names.
pub(crate) fn unsaid(
    store: &LocalStore,
    peer: &str,
    feed: &str,
    leaf: u64,
) -> Result<Vec<(u64, BodyDigest)>, ExchangeError> {
    let sql = "SELECT entry, body FROM exchange_unsaid WHERE peer = ?1 AND feed = ?2 AND leaf < ?3 ORDER BY entry";
    let read = |row: &Row<'_>| Ok((unsigned(row.get(0)?), row.get::<_, String>(1)?));
    let rows: Vec<(u64, String)> =
        store.ask(|it| it.prepare_cached(sql)?.query_map(params![peer, feed, signed(leaf)], read)?.collect())?;
    rows.into_iter().map(|(entry, body)| Ok((entry, body.parse().map_err(|error| heard::notes(&error))?))).collect()
}

/// Numbers that follow one another, as the first and the last of them.
fn runs(numbers: impl Iterator<Item = i64>) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    runs
}

/// A head of another's log that was brought to be cosigned.
fn keep_head(connection: &Connection, note: &Map, idx: i64, is_refused: bool) -> Result<(), rusqlite::Error> {
    let text = |name: &str| note.text(name).unwrap_or_default();
    let size = note.get("size").and_then(Json::as_integer).unwrap_or(0);
    let sql = "INSERT INTO exchange_heads VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let row = params![idx, text("origin"), size, text("root"), text("checkpoint"), is_refused];
    connection.prepare_cached(sql)?.execute(row).map(drop)
}

/// The first note that names a key record counts.
fn name_key(
    connection: &Connection,
    (peer, key_record): (&str, &str),
    leaf: i64,
    idx: i64,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT OR IGNORE INTO exchange_named VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![peer, key_record, leaf, idx]).map(drop)
}

pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

impl FeedState {
    fn of(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            peer: row.get(0)?,
            feed: row.get(1)?,
            agreement: row.get(2)?,
            epoch: row.get(3)?,
            size: unsigned(row.get(4)?),
            root: row.get(5)?,
            node: row.get(6)?,
            checkpoint: row.get(7)?,
            head: row.get(8)?,
            heard: Timestamp::from_micros(row.get(9)?),
            leaf: unsigned(row.get(10)?),
            ahead: row.get::<_, Option<i64>>(11)?.map(Timestamp::from_micros),
        })
    }

    /// How far a feed of a peer was read; none if it never was.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn find(store: &LocalStore, peer: &str, feed: &str) -> Result<Option<Self>, ExchangeError> {
        let sql = "SELECT * FROM exchange_feeds WHERE peer = ?1 AND feed = ?2";
        Ok(store.ask(|it| it.prepare_cached(sql)?.query_row(params![peer, feed], Self::of).optional())?)
    }

    /// All feeds that were read.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn all(store: &LocalStore) -> Result<Vec<Self>, ExchangeError> {
        let sql = "SELECT * FROM exchange_feeds ORDER BY peer, feed";
        Ok(store.ask(|it| it.prepare_cached(sql)?.query_map([], Self::of)?.collect())?)
    }

    /// Of each record that this feed brought, whether it was proved when it came, by its entry; the others are only signed. Of
    /// what an earlier build read, nothing is known.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn judgements(&self, store: &LocalStore) -> Result<BTreeMap<u64, bool>, ExchangeError> {
        let sql =
            "SELECT first, last, is_proved FROM exchange_judged WHERE peer = ?1 AND feed = ?2 ORDER BY idx, first";
        let read = |row: &Row<'_>| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?), row.get(2)?));
        let values = params![self.peer, self.feed];
        let runs: Vec<(u64, u64, bool)> = store.ask(|it| it.prepare_cached(sql)?.query_map(values, read)?.collect())?;
        Ok(runs
            .into_iter()
            .flat_map(|(first, last, is_proved)| (first..=last).map(move |it| (it, is_proved)))
            .collect())
    }

    /// The newest head of a peer's node log that any of its feeds showed.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn node_of(store: &LocalStore, peer: &str) -> Result<Option<String>, ExchangeError> {
        let sql = "SELECT node FROM exchange_feeds WHERE peer = ?1 ORDER BY idx DESC LIMIT 1";
        Ok(store.ask(|it| it.prepare_cached(sql)?.query_row([peer], |row| row.get(0)).optional())?)
    }
}

impl Received {
    /// Every statement that came, in order.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn all(store: &LocalStore) -> Result<Vec<Self>, ExchangeError> {
        let sql = "SELECT peer, kind, about, size, root, time, opened FROM exchange_statements ORDER BY idx";
        let read = |row: &Row<'_>| {
            Ok(Self {
                peer: row.get(0)?,
                kind: row.get(1)?,
                about: row.get(2)?,
                size: unsigned(row.get(3)?),
                root: row.get(4)?,
                time: row.get(5)?,
                opened: row.get(6)?,
            })
        };
        Ok(store.ask(|it| it.prepare_cached(sql)?.query_map([], read)?.collect())?)
    }
}

impl Received {
    /// What it says; none if a later build of this program wrote it down.
    #[must_use]
    pub fn sentence(&self) -> Option<Sentence> {
        let opened = protocol::exchange::Opened::read(self.opened.as_bytes()).ok()?;
        Stated::from_map(opened.claims().content()).ok().map(|stated| stated.sentence)
    }
}

impl Arrival {
    /// What a feed released, in order.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn of_log(store: &LocalStore, log: &LogName) -> Result<Vec<Self>, ExchangeError> {
        let sql = concat!("SELECT place, record FROM exchange_bodies WHERE ", rows_of_log!("?1"), " ORDER BY place");
        let read = |row: &Row<'_>| {
            let record = RecordDigest::from_octets(row.get(1)?).to_string();
            Ok(Self { index: index_of(row.get(0)?), record })
        };
        Ok(store.ask(|it| it.prepare_cached(sql)?.query_map([log.as_str()], read)?.collect())?)
    }

    /// Where feeds of ours released a record: the feed's log, and the entry.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn of_own(store: &LocalStore, record: &str) -> Result<Vec<(LogName, u64)>, ExchangeError> {
        let Ok(record) = record.parse::<RecordDigest>() else { return Ok(Vec::new()) };
        let sql = "SELECT log.name, place FROM exchange_bodies CROSS JOIN log ON log.number = place >> 40
            WHERE is_own AND record = ?1 ORDER BY log.name, place";
        let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, index_of(row.get(1)?)));
        let rows: Vec<_> = store.ask(|it| it.prepare_cached(sql)?.query_map([record.octets()], read)?.collect())?;
        let named = rows.into_iter().map(|(log, index)| log.parse().map(|log| (log, index)));
        named.collect::<Result<_, _>>().map_err(|error| heard::notes(&error))
    }

    /// The entry of a feed of ours whose body has a digest.
    pub(crate) fn by_body(store: &LocalStore, log: &LogName, body: &[u8; 32]) -> Result<Option<u64>, ExchangeError> {
        let sql = concat!(
            "SELECT place FROM exchange_bodies WHERE is_own AND digest = ?2 AND ",
            rows_of_log!("?1"),
            " ORDER BY place LIMIT 1"
        );
        let found = store.ask(|it| {
            let mut statement = it.prepare_cached(sql)?;
            statement.query_row(params![log.as_str(), body], |row| row.get::<_, i64>(0)).optional()
        })?;
        Ok(found.map(index_of))
    }
}

/// Which key records of a party were named to us, and when.
///
/// # Errors
/// [`ExchangeError`].
pub fn knowledge(store: &LocalStore, peer: &str) -> Result<Knowledge, ExchangeError> {
    let sql = "SELECT key_record, leaf, idx FROM exchange_named WHERE peer = ?1 ORDER BY idx";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, unsigned(row.get(1)?), unsigned(row.get(2)?)));
    let named: Vec<_> = store.ask(|it| it.prepare_cached(sql)?.query_map([peer], read)?.collect())?;
    let mut knowledge = Knowledge::new();
    for (key_record, leaf, delivery) in named {
        let key_record = key_record.parse().map_err(|error| heard::notes(&error))?;
        knowledge.name(key_record, Delivery::new(delivery), leaf);
    }
    Ok(knowledge)
}

/// The newest statement of our own of a kind about something: its leaf, the size that it states, and when.
pub(crate) fn latest(
    store: &LocalStore,
    kind: &str,
    about: &str,
) -> Result<Option<(u64, u64, Timestamp)>, ExchangeError> {
    let sql = "SELECT idx, size, time FROM exchange_own WHERE kind = ?1 AND about = ?2 ORDER BY idx DESC LIMIT 1";
    let read = |row: &Row<'_>| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?), Timestamp::from_micros(row.get(2)?)));
    Ok(store.ask(|it| it.prepare_cached(sql)?.query_row(params![kind, about], read).optional())?)
}
