//! Urgent frames in a store: which entries of ours are urgent, which frames came, and what became of each.

use policy::belief::Delivery;
use protocol::exchange::timing::{INTERVALS_TO_ALARM, elapsed_ms};
use protocol::exchange::urgent::{BadFrame, BadShortProof, Frame, Refused, ShortProof, Urgent};
use protocol::exchange::{Caught, FalseFrame, Files, ListedFeed, Peer, Resource, Ring};
use record::base64url;
use record::digest::PartyId;
use record::json::{Json, Map};
use record::time::Timestamp;
use rusqlite::{Connection, Row, params};
use storage::views::Seen;
use storage::{Batch, LocalStore, LogName, Store as _};
use tlog::Hash;

use super::intake::pulled;
use super::notebook::{FeedState, signed, unsigned};
use super::reader::Reader;
use super::{ExchangeError, Own, alarms, batch, commit, heard, size};

/// Frames of one feed that are kept without being proved, false ones for ever. A sender that is honest has one or two under
/// way; one that is not can fill this once.
pub const MAX_UNPROVED: usize = 64;

pub(super) const TABLES: &str = "
    CREATE TABLE exchange_urgent_own (log TEXT NOT NULL, idx INTEGER NOT NULL, note INTEGER NOT NULL,
        PRIMARY KEY (log, idx)) WITHOUT ROWID;
    CREATE TABLE exchange_urgent (peer TEXT NOT NULL, feed TEXT NOT NULL, idx INTEGER NOT NULL, record TEXT NOT NULL,
        frame TEXT NOT NULL, state TEXT NOT NULL, missing TEXT NOT NULL, time INTEGER NOT NULL, note INTEGER NOT NULL,
        PRIMARY KEY (peer, feed, idx)) WITHOUT ROWID;
";

/// What is known of a record that came in an urgent frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a person must be told what each of them means")]
pub enum UrgentState {
    /// Its signature holds. No log has shown it.
    Signed,
    /// Its leaf is proved in its author's log by some of the required suites, with a quorum's cosignatures.
    Early,
    /// The feed has it, and the record counts.
    Proven,
    /// The feed has it, and the record does not count.
    Doubted,
    /// The feed has another entry there.
    Contradicted,
    /// No entry came there for three intervals.
    Absent,
}

/// Each state with its word.
const STATES: [(UrgentState, &str); 6] = [
    (UrgentState::Signed, "signed"),
    (UrgentState::Early, "early"),
    (UrgentState::Proven, "proven"),
    (UrgentState::Doubted, "doubted"),
    (UrgentState::Contradicted, "contradicted"),
    (UrgentState::Absent, "absent"),
];

impl UrgentState {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("signed", |(_, word)| *word)
    }

    fn of(word: &str) -> Self {
        STATES.iter().find(|(_, known)| *known == word).map_or(Self::Signed, |(state, _)| *state)
    }

    /// Whether the feed has not spoken yet.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Signed | Self::Early)
    }

    /// Whether the feed may still settle it: what was late may come after all.
    const fn is_open(self) -> bool {
        matches!(self, Self::Signed | Self::Early | Self::Absent)
    }

    /// Whether it takes one of the places for frames that no entry of the feed bears out.
    const fn takes_a_place(self) -> bool {
        matches!(self, Self::Signed | Self::Early | Self::Absent | Self::Contradicted)
    }
}

/// A frame that came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CameUrgent {
    /// Its sender.
    pub peer: String,
    /// The feed's origin.
    pub feed: String,
    /// The index of its entry.
    pub index: u64,
    /// The record that it released.
    pub record: String,
    /// What is known of it.
    pub state: UrgentState,
    /// Suites that had not signed when it was proved early.
    pub missing: String,
    /// When it came.
    pub time: Timestamp,
    text: String,
}

/// What became of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever asks goes on in another way after each")]
pub enum TakenUrgent {
    /// It is kept: signed, proof pending.
    Kept {
        /// The index of its entry.
        index: u64,
    },
    /// The same is kept already, or the feed was read beyond it meanwhile.
    Known,
    /// It is not taken.
    Refused(String),
}

const COLUMNS: &str = "peer, feed, idx, record, state, missing, time, frame";

impl CameUrgent {
    fn of(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            peer: row.get(0)?,
            feed: row.get(1)?,
            index: unsigned(row.get(2)?),
            record: row.get(3)?,
            state: UrgentState::of(&row.get::<_, String>(4)?),
            missing: row.get(5)?,
            time: Timestamp::from_micros(row.get(6)?),
            text: row.get(7)?,
        })
    }

    /// The frames of a feed that came, in the order of their entries.
    ///
    /// # Errors
    /// [`ExchangeError::Store`].
    pub fn of_feed(store: &LocalStore, peer: &str, feed: &str) -> Result<Vec<Self>, ExchangeError> {
        let sql = format!("SELECT {COLUMNS} FROM exchange_urgent WHERE peer = ?1 AND feed = ?2 ORDER BY idx");
        Ok(store.ask(|it| it.prepare_cached(&sql)?.query_map(params![peer, feed], Self::of)?.collect())?)
    }

    /// The frame. None if what is kept does not read, as after it was erased.
    #[must_use]
    pub fn frame(&self) -> Option<Frame> {
        Frame::read(&base64url::decode(&self.text).ok()?).ok()
    }
}

/// Takes a note of this part into the view. False if it is none.
pub(super) fn take_note(connection: &Connection, seen: &Seen<'_>, note: &Map) -> Result<bool, rusqlite::Error> {
    let text = |name: &str| note.text(name).unwrap_or_default();
    let (index, place) = (note.get("index").and_then(Json::as_integer).unwrap_or(0), signed(seen.place.index));
    match text("kind") {
        "urgent-own" => {
            let sql = "INSERT OR IGNORE INTO exchange_urgent_own VALUES (?1, ?2, ?3)";
            let _rows = connection.prepare_cached(sql)?.execute(params![text("log"), index, place])?;
        }
        "urgent" => {
            let sql = "INSERT OR IGNORE INTO exchange_urgent VALUES (?1, ?2, ?3, ?4, ?5, 'signed', '', ?6, ?7)";
            let of = (text("peer"), text("feed"), text("record"), text("frame"));
            let row = params![of.0, of.1, index, of.2, of.3, seen.time.micros(), place];
            let _rows = connection.prepare_cached(sql)?.execute(row)?;
        }
        "urgent-state" => {
            let sql = "UPDATE exchange_urgent SET state = ?4, missing = ?5 WHERE peer = ?1 AND feed = ?2 AND idx = ?3";
            let row = params![text("peer"), text("feed"), index, text("state"), text("missing")];
            let _rows = connection.prepare_cached(sql)?.execute(row)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Takes what a note brought out of the view again.
pub(super) fn erase(connection: &Connection, note: u64) -> Result<(), rusqlite::Error> {
    for table in ["exchange_urgent_own", "exchange_urgent"] {
        let mut statement = connection.prepare_cached(&format!("DELETE FROM {table} WHERE note = ?1"))?;
        let _rows = statement.execute([signed(note)])?;
    }
    Ok(())
}

/// Notes in the batch that releases an entry that it is urgent. Nobody else sees the note: that a frame is served is all that
/// it does.
///
/// # Errors
/// [`ExchangeError`].
pub fn mark_urgent(batch: Batch, own: &Own, log: &LogName, index: u64) -> Result<Batch, ExchangeError> {
    let note = Map::new().with("kind", "urgent-own").with("log", log.as_str()).with("index", Json::count(index));
    heard::note(batch, own, note)
}

/// The first urgent entry of a feed of ours, from an index on.
pub(super) fn first_own(store: &LocalStore, log: &LogName, from: u64) -> Result<Option<u64>, ExchangeError> {
    let sql = "SELECT MIN(idx) FROM exchange_urgent_own WHERE log = ?1 AND idx >= ?2";
    let values = params![log.as_str(), signed(from)];
    let found: Option<i64> = store.ask(|it| it.prepare_cached(sql)?.query_row(values, |row| row.get(0)))?;
    Ok(found.map(unsigned))
}

/// Puts the bodies that frames brought among the files of a reading: nothing is fetched twice.
pub(super) fn offer(
    store: &LocalStore,
    peer: &PartyId,
    feed: &ListedFeed,
    files: &mut Files,
) -> Result<(), ExchangeError> {
    let came = CameUrgent::of_feed(store, &peer.to_string(), &feed.origin)?;
    for frame in came.iter().filter(|one| one.state.is_pending()).filter_map(CameUrgent::frame) {
        files.put(Resource::Body(feed.name(), frame.release().body), frame.body().to_vec());
    }
    Ok(())
}

/// From which index on a reader asks for urgent entries of a feed.
///
/// # Errors
/// [`ExchangeError::Store`].
pub fn next_urgent(store: &LocalStore, peer: &str, feed: &str) -> Result<u64, ExchangeError> {
    let size = FeedState::find(store, peer, feed)?.map_or(0, |state| state.size);
    let came = CameUrgent::of_feed(store, peer, feed)?;
    // Whoever sends a false index far ahead hides nothing but frames of its own.
    let newest = came.iter().filter(|one| one.state.is_pending()).map(|one| one.index.saturating_add(1)).max();
    Ok(size.max(newest.unwrap_or(0)))
}

impl Reader<'_> {
    /// Takes in an urgent frame, if it holds: kept as signed, proof pending.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn take_urgent(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        octets: &[u8],
        ring: &dyn Ring,
    ) -> Result<TakenUrgent, ExchangeError> {
        let frame = match Frame::read(octets) {
            Ok(frame) => frame,
            Err(bad) => return self.refuse(peer, feed, why_bad(&bad), bad.to_string()),
        };
        let size_read = FeedState::find(self.store, &peer.to_string(), &feed.origin)?.map_or(0, |state| state.size);
        let delivery = Delivery::new(size(self.store, &heard::log()?)?);
        let reader = Peer { party: peer, ring, quorum: self.quorum, delivery };
        let urgent = match frame.check(feed, size_read, &reader) {
            Ok(urgent) => urgent,
            Err(Refused::AlreadyRead { .. }) => return Ok(TakenUrgent::Known),
            Err(refused) => return self.refuse(peer, feed, why_refused(&refused), refused.to_string()),
        };
        let came = CameUrgent::of_feed(self.store, &peer.to_string(), &feed.origin)?;
        if let Some(before) = came.iter().find(|one| one.index == urgent.frame.index()) {
            return self.same_or_false(peer, feed, before, &urgent);
        }
        if came.iter().filter(|one| one.state.takes_a_place()).count() >= MAX_UNPROVED {
            return Ok(TakenUrgent::Refused(format!(
                "{MAX_UNPROVED} frames of this feed wait for their proof already"
            )));
        }
        self.keep(peer, feed, &urgent, octets)
    }

    fn keep(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        urgent: &Urgent,
        octets: &[u8],
    ) -> Result<TakenUrgent, ExchangeError> {
        let index = urgent.frame.index();
        let note = note_of("urgent", peer, &feed.origin, index)
            .with("record", urgent.signed.digest().to_string())
            .with("frame", base64url::encode(octets));
        let _committed = commit(self.store, heard::note(batch(self.own)?, self.own, note)?)?;
        Ok(TakenUrgent::Kept { index })
    }

    /// Two frames for one index are either one, or the sender says two things.
    fn same_or_false(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        before: &CameUrgent,
        urgent: &Urgent,
    ) -> Result<TakenUrgent, ExchangeError> {
        let kept = before.frame().map(|frame| Hash::leaf(frame.entry()));
        let told = Hash::leaf(urgent.frame.entry());
        if kept.is_none_or(|kept| kept == told) {
            return Ok(TakenUrgent::Known);
        }
        let caught = false_frame(&urgent.frame, kept, None);
        let _new = alarms::raise(self.store, self.own, peer, &feed.origin, &caught)?;
        Ok(TakenUrgent::Refused(caught.to_string()))
    }

    /// What no honest node sends is an alarm. Its text has nothing in it that the sender can choose, so that there are few.
    fn refuse(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        why: Option<&'static str>,
        told: String,
    ) -> Result<TakenUrgent, ExchangeError> {
        if let Some(why) = why {
            let _new = alarms::raise(self.store, self.own, peer, &feed.origin, &Caught::BadFrame { why })?;
        }
        Ok(TakenUrgent::Refused(told))
    }

    /// Takes in a short proof of an entry whose frame is kept. Says which required suites are still missing.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn take_short_proof(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        (index, octets): (u64, &[u8]),
        ring: &dyn Ring,
    ) -> Result<Result<String, String>, ExchangeError> {
        let came = CameUrgent::of_feed(self.store, &peer.to_string(), &feed.origin)?;
        let kept = came.iter().find(|one| one.index == index && one.state.is_pending());
        let (Some(frame), Some(history)) = (kept.and_then(CameUrgent::frame), ring.history(&peer)) else {
            return Ok(Err("it waits for no proof any more".to_owned()));
        };
        let proof = ShortProof::read(octets).and_then(|proof| proof.check(&frame, feed, history, self.quorum));
        let early = match proof {
            Ok(early) => early,
            Err(bad) => {
                if is_of_no_honest_node(&bad) {
                    let why = "its short proof is built as none is";
                    let _new = alarms::raise(self.store, self.own, peer, &feed.origin, &Caught::BadFrame { why })?;
                }
                return Ok(Err(bad.to_string()));
            }
        };
        let missing: Vec<_> = early.missing.iter().map(ToString::to_string).collect();
        let missing = missing.join(", ");
        self.note_state((peer, &feed.origin, index), UrgentState::Early, &missing)?;
        Ok(Ok(missing))
    }

    /// Holds the frames that came against what the feed has shown, after a reading that came to its end. `doubted` are the
    /// entries of that reading whose records do not count.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn settle_urgent(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        doubted: &[u64],
        now: Timestamp,
    ) -> Result<Vec<Caught>, ExchangeError> {
        let came = CameUrgent::of_feed(self.store, &peer.to_string(), &feed.origin)?;
        let Some(state) = FeedState::find(self.store, &peer.to_string(), &feed.origin)? else { return Ok(Vec::new()) };
        let mut caught = Vec::new();
        for one in came.iter().filter(|one| one.state.is_open()) {
            let Some(frame) = one.frame() else { continue };
            let told = Hash::leaf(frame.entry());
            let shown = self.shown_entry(feed, one.index, state.size)?;
            let outcome = match shown {
                Some(shown) if shown != told => UrgentState::Contradicted,
                Some(_) if doubted.contains(&one.index) => UrgentState::Doubted,
                Some(_) => UrgentState::Proven,
                None if one.state.is_pending() && is_overdue(one.time, self.head_every_ms, now) => UrgentState::Absent,
                None => continue,
            };
            if matches!(outcome, UrgentState::Contradicted | UrgentState::Absent) {
                let false_one = false_frame(&frame, shown, Some(&state.checkpoint));
                let _new = alarms::raise(self.store, self.own, peer, &feed.origin, &false_one)?;
                caught.push(false_one);
            }
            self.note_state((peer, &feed.origin, one.index), outcome, &one.missing)?;
        }
        Ok(caught)
    }

    fn shown_entry(&self, feed: &ListedFeed, index: u64, size: u64) -> Result<Option<Hash>, ExchangeError> {
        if index >= size {
            return Ok(None);
        }
        let entries = self.store.entries(&pulled(feed)?, index, 1)?;
        Ok(entries.first().map(|entry| Hash::leaf(entry)))
    }

    fn note_state(
        &self,
        (peer, feed, index): (PartyId, &str, u64),
        state: UrgentState,
        missing: &str,
    ) -> Result<(), ExchangeError> {
        let note = note_of("urgent-state", peer, feed, index).with("state", state.word()).with("missing", missing);
        commit(self.store, heard::note(batch(self.own)?, self.own, note)?).map(drop)
    }
}

fn note_of(kind: &str, peer: PartyId, feed: &str, index: u64) -> Map {
    let map = Map::new().with("kind", kind).with("peer", peer.to_string());
    map.with("feed", feed).with("index", Json::count(index))
}

fn is_overdue(since: Timestamp, every_ms: u64, now: Timestamp) -> bool {
    elapsed_ms(since, now) > every_ms.saturating_mul(INTERVALS_TO_ALARM)
}

fn false_frame(frame: &Frame, shown: Option<Hash>, checkpoint: Option<&str>) -> Caught {
    let (index, told) = (frame.index(), Hash::leaf(frame.entry()));
    Caught::FalseFrame(Box::new(FalseFrame::new((index, told), shown, frame.sealed(), checkpoint.map(str::to_owned))))
}

/// A newer build may write another version, and a proof with many cosignatures may be long.
const fn is_of_no_honest_node(bad: &BadShortProof) -> bool {
    let BadShortProof::Octets(frame) = bad else { return false };
    !matches!(frame, BadFrame::Version { .. } | BadFrame::TooLong { .. })
}

/// What of a frame that does not read no honest node sends.
const fn why_bad(bad: &BadFrame) -> Option<&'static str> {
    match bad {
        // A newer build may know it.
        BadFrame::Version { .. } => None,
        BadFrame::TooLong { .. } | BadFrame::Bomb => Some("it is longer than any"),
        BadFrame::OtherBody => Some("it does not make the body that its entry names"),
        BadFrame::Shape | BadFrame::NoRelease | BadFrame::NoRecord | _ => Some("it is built as none is"),
    }
}

const fn why_refused(refused: &Refused) -> Option<&'static str> {
    match refused {
        Refused::OtherFeed | Refused::OtherAgreement => Some("it is about another feed or agreement"),
        Refused::OtherAuthor { .. } => Some("it tells of another party's record"),
        Refused::OtherLeaf => Some("the leaf that it names does not commit to its record"),
        Refused::Ended(_) => Some("its record is signed by a key that was taken back"),
        // Keys that came after our copy of the profile make an honest peer look like a stranger; a reading asks for them.
        Refused::AlreadyRead { .. } | Refused::UnknownParty | Refused::Signature(_) | _ => None,
    }
}
