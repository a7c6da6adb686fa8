//! What a node serves to its peers, and the head statements by which it is held to it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use policy::control::{FeedHead, Sentence};
use protocol::exchange::timing::{interval_ms, is_head_due};
use protocol::exchange::{AddCheckpoint, FeedName, ListedFeed, LogId, Resource, listing};
use record::digest::{AgreementDigest, KeyRecordDigest, PartyId};
use record::key_history::KeyHistory;
use record::time::Timestamp;
use storage::{Body, CommitError, LocalStore, LogName, Place, Store as _};
use tlog::checkpoint::SignedCheckpoint;
use tlog::log_proof::LogProof;
use tlog::note::NoteSignature;
use tlog::proof::{consistency, inclusion};
use tlog::tile::TilePath;
use tlog::tiled::{TileReader, TiledTree};

use super::notebook::{Arrival, latest};
use super::own::leaf_of_key;
use super::statements;
use super::{ExchangeError, Own, Shared, batch, commit, heard, size};

/// How often a batch of head statements is tried when others commit at the same moment.
const TRIES: usize = 16;

/// Which agreements permit what, now. Asked at each request, so that a suspension stops a transfer in the middle.
pub trait Agreements: Send + Sync {
    /// The agreements in force, and held back by nobody, that have this party as a member.
    fn of_member(&self, party: &PartyId, now: Timestamp) -> Vec<AgreementDigest>;

    /// All agreements in force, held back or not.
    fn all(&self, now: Timestamp) -> Vec<AgreementDigest>;

    /// Who keeps the bodies that are released under an agreement, sealed for their readers; none if nobody does.
    fn depositary(&self, agreement: &AgreementDigest) -> Option<PartyId>;

    /// How often an agreement has its members state the heads of their feeds, in minutes; none if its text is not here.
    fn head_every_minutes(&self, agreement: &AgreementDigest) -> Option<u32>;
}

/// What a peer is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has its status code, and means something else to the peer")]
pub enum Answer {
    /// The file.
    Octets(Vec<u8>),
    /// There is none, or none for this peer: which of the two is not told.
    NotThere,
    /// It was erased.
    Erased,
}

/// A sender's side of exchange.
pub struct Sender {
    pub(super) store: Shared,
    profile: Vec<u8>,
    /// The key records in it, read when they are first needed.
    history: OnceLock<KeyHistory>,
    /// The newest node checkpoint with the cosignatures of witnesses.
    pub(super) cosigned: Mutex<Option<SignedCheckpoint>>,
    /// Leaves of the largest head of the node log that was shown: nothing smaller is shown after it.
    shown: AtomicU64,
    /// Cosignatures of members on checkpoints of feeds, by origin and size.
    members: Mutex<BTreeMap<(String, u64), Vec<NoteSignature>>>,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Sender")
    }
}

/// What a sender has shown, and who has cosigned it.
#[derive(Debug, Clone)]
pub struct Shown {
    size: u64,
    cosigned: Option<SignedCheckpoint>,
    members: BTreeMap<(String, u64), Vec<NoteSignature>>,
}

/// A feed of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnFeed {
    pub(crate) log: LogName,
    pub(crate) listed: ListedFeed,
    pub(crate) size: u64,
    pub(crate) root: tlog::Hash,
}

impl Sender {
    /// A sender with its profile file.
    #[must_use]
    pub const fn new(store: Shared, profile: Vec<u8>) -> Self {
        Self {
            store,
            profile,
            history: OnceLock::new(),
            cosigned: Mutex::new(None),
            shown: AtomicU64::new(0),
            members: Mutex::new(BTreeMap::new()),
        }
    }

    /// The feeds of these agreements.
    pub(crate) fn feeds(&self, agreements: &[AgreementDigest]) -> Result<Vec<OwnFeed>, ExchangeError> {
        let mut feeds = Vec::new();
        for agreement in agreements {
            for epoch in 0.. {
                let log = LogName::feed(*agreement, epoch);
                let Some(head) = self.store.head_of(&log) else { break };
                let listed = ListedFeed::new(head.origin, *agreement, epoch);
                feeds.push(OwnFeed { log, listed, size: head.size, root: head.root });
            }
        }
        Ok(feeds)
    }

    /// The feeds that a peer may read now.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn feeds_of(
        &self,
        peer: &PartyId,
        agreements: &dyn Agreements,
        now: Timestamp,
    ) -> Result<Vec<ListedFeed>, ExchangeError> {
        let mut listed = Vec::new();
        // A feed is told of once a head statement about it can be had: before that there is nothing to read.
        for feed in self.feeds(&agreements.of_member(peer, now))? {
            if self.shown_leaf(&feed)?.is_some() {
                listed.push(feed.listed);
            }
        }
        Ok(listed)
    }

    /// States the heads of all feeds whose head has moved, or whose last statement is an interval old. Answers how many. The
    /// interval is that of each feed's agreement; `at_most_ms` can only shorten it.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn state_heads(
        &self,
        own: &Own,
        agreements: &dyn Agreements,
        at_most_ms: Option<u64>,
        now: Timestamp,
    ) -> Result<usize, ExchangeError> {
        for _ in 0..TRIES {
            match self.try_state_heads(own, agreements, at_most_ms, now) {
                Err(ExchangeError::Commit(CommitError::Moved { .. })) => {}
                other => return other,
            }
        }
        Err(ExchangeError::Notes { problem: "the log grew at every try to state heads".to_owned() })
    }

    fn try_state_heads(
        &self,
        own: &Own,
        agreements: &dyn Agreements,
        at_most_ms: Option<u64>,
        now: Timestamp,
    ) -> Result<usize, ExchangeError> {
        let node_size = size(&self.store, &LogName::node())?;
        let mut batch = batch(own)?.expect(LogName::node(), node_size);
        let mut stated = 0;
        for feed in self.feeds(&agreements.all(now))? {
            let last = latest(&self.store, "head", &feed.listed.origin)?;
            let is_same = last.is_some_and(|(_, size, _)| size == feed.size);
            let every_ms = interval_ms(agreements.head_every_minutes(&feed.listed.agreement), at_most_ms);
            if is_same && !is_head_due(last.map(|(_, _, time)| time), every_ms, now) {
                continue;
            }
            let of = (feed.listed.agreement, feed.listed.epoch);
            let head = FeedHead::new(feed.listed.origin.clone(), of, (feed.size, feed.root), node_size);
            // The feed must still be as stated when this is committed.
            batch = statements::state(
                &self.store,
                own,
                batch.expect(feed.log.clone(), feed.size),
                Sentence::Head(head),
                now,
            )?;
            stated += 1;
        }
        if stated > 0 {
            let _committed = commit(&self.store, batch)?;
            self.store.publish()?;
        }
        Ok(stated)
    }

    /// What this sender has shown and what others have cosigned, for the next one of the same node.
    #[must_use]
    pub fn shown(&self) -> Shown {
        let size = self.shown.load(Ordering::Relaxed);
        Shown { size, cosigned: lock(&self.cosigned).clone(), members: lock(&self.members).clone() }
    }

    /// Goes on from what a sender of the same node has shown: nothing smaller is shown after it.
    pub fn show(&self, before: &Shown) {
        *lock(&self.cosigned) = before.cosigned.clone();
        *lock(&self.members) = before.members.clone();
        let _none = self.shown.fetch_max(before.size, Ordering::Relaxed);
    }

    /// Keeps what witnesses cosigned. An answer that comes late takes nothing back: readers would see a shorter log.
    pub fn set_cosigned(&self, signed: SignedCheckpoint) {
        let mut cosigned = lock(&self.cosigned);
        let shown = self.shown.load(Ordering::Relaxed);
        if signed.claims().size() >= shown {
            *cosigned = Some(signed);
        }
    }

    /// Keeps a member's cosignature on a checkpoint of a feed, which the caller has checked.
    pub fn add_member(&self, origin: &str, size: u64, signature: NoteSignature) {
        let mut members = lock(&self.members);
        // Only the newest size of a feed is served with cosignatures.
        members.retain(|(of, at), _| of != origin || *at >= size);
        let known = members.entry((origin.to_owned(), size)).or_default();
        // One line for each key: whoever sends more must not crowd others out.
        known.retain(|one| (one.name(), one.key_id()) != (signature.name(), signature.key_id()));
        known.push(signature);
    }

    /// Answers a peer: `None` is whoever has not shown a key that is known here.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn answer(
        &self,
        peer: Option<&PartyId>,
        resource: &Resource,
        agreements: &dyn Agreements,
        now: Timestamp,
    ) -> Result<Answer, ExchangeError> {
        let octets = match (resource, peer) {
            (Resource::Profile, _) => Some(self.profile.clone()),
            (Resource::KeyProof(digest), _) => self.key_proof(digest)?,
            (Resource::Feeds, Some(peer)) => Some(listing::write(&self.feeds_of(peer, agreements, now)?)),
            (Resource::Checkpoint(LogId::Node), Some(_)) => self.node_head()?.map(|head| head.to_string().into_bytes()),
            (Resource::Tile(LogId::Node, path), Some(_)) => self.store.published_tile(&LogName::node(), *path)?,
            (Resource::Checkpoint(LogId::Feed(name)) | Resource::Tile(LogId::Feed(name), _), Some(peer))
            | (Resource::Head(name) | Resource::Body(name, _), Some(peer)) => {
                let Some(feed) = self.feed(name, &agreements.of_member(peer, now))? else {
                    return Ok(Answer::NotThere);
                };
                return self.of_feed(&feed, resource);
            }
            (_, None) => None,
        };
        Ok(octets.map_or(Answer::NotThere, Answer::Octets))
    }

    pub(super) fn feed(
        &self,
        name: &FeedName,
        agreements: &[AgreementDigest],
    ) -> Result<Option<OwnFeed>, ExchangeError> {
        Ok(self.feeds(agreements)?.into_iter().find(|feed| feed.listed.name() == *name))
    }

    fn of_feed(&self, feed: &OwnFeed, resource: &Resource) -> Result<Answer, ExchangeError> {
        let octets = match resource {
            Resource::Checkpoint(_) => self.feed_head(feed)?.map(|head| head.to_string().into_bytes()),
            Resource::Tile(_, path) => self.store.published_tile(&feed.log, *path)?,
            Resource::Head(_) => self.opened_head(feed)?,
            Resource::Body(_, digest) => return self.body(feed, digest),
            Resource::Profile | Resource::Feeds | Resource::KeyProof(_) => None,
        };
        Ok(octets.map_or(Answer::NotThere, Answer::Octets))
    }

    pub(super) fn feed_head(&self, feed: &OwnFeed) -> Result<Option<SignedCheckpoint>, ExchangeError> {
        let Some(mut signed) = self.store.published(&feed.log)? else { return Ok(None) };
        let key = (feed.listed.origin.clone(), signed.claims().size());
        for signature in lock(&self.members).get(&key).into_iter().flatten() {
            // A note that is full serves without the rest.
            let _full = signed.add(signature.clone());
        }
        Ok(Some(signed))
    }

    fn body(&self, feed: &OwnFeed, digest: &[u8; 32]) -> Result<Answer, ExchangeError> {
        let Some(index) = Arrival::by_body(&self.store, &feed.log, digest)? else { return Ok(Answer::NotThere) };
        let mut bodies = self.store.bodies(&[Place::new(feed.log.clone(), index)])?;
        Ok(match bodies.pop() {
            Some(Body::Kept(body)) => Answer::Octets(body),
            Some(Body::Erased) => Answer::Erased,
            _ => Answer::NotThere,
        })
    }

    /// The newest head of the node log that is shown: cosigned, if witnesses have come so far.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn node_head(&self) -> Result<Option<SignedCheckpoint>, ExchangeError> {
        let published = self.store.published(&LogName::node())?;
        let cosigned = lock(&self.cosigned).clone();
        let head = cosigned.or(published);
        let size = head.as_ref().map_or(0, |head| head.claims().size());
        let _before = self.shown.fetch_max(size, Ordering::Relaxed);
        Ok(head)
    }

    /// The newest head statement of a feed, opened, as soon as a shown head of the node log covers it and the feed shows what
    /// it tells of; the one before that until then. Logs are published one after the other.
    fn opened_head(&self, feed: &OwnFeed) -> Result<Option<Vec<u8>>, ExchangeError> {
        self.shown_leaf(feed)?.map_or(Ok(None), |index| self.opened(index))
    }

    fn shown_leaf(&self, feed: &OwnFeed) -> Result<Option<u64>, ExchangeError> {
        let Some(head) = self.node_head()? else { return Ok(None) };
        let Some(shown) = self.store.published(&feed.log)? else { return Ok(None) };
        covered(&self.store, &feed.listed.origin, head.claims().size(), shown.claims().size())
    }

    /// A statement of our own, opened.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn opened(&self, index: u64) -> Result<Option<Vec<u8>>, ExchangeError> {
        Ok(self.own_opened(index)?.map(|opened| opened.to_octets()))
    }

    pub(super) fn own_body(&self, index: u64) -> Result<Option<OwnBody>, ExchangeError> {
        let body = self.store.bodies(&[Place::new(LogName::node(), index)])?.pop();
        let Some(Body::Kept(body)) = body else { return Ok(None) };
        Ok(body.split_first_chunk::<32>().map(|(salt, text)| OwnBody { salt: *salt, text: text.to_vec() }))
    }

    pub(super) fn own_history(&self) -> Result<&KeyHistory, ExchangeError> {
        if let Some(history) = self.history.get() {
            return Ok(history);
        }
        let history = crate::exchange::intake::history_of_profile(&self.profile)
            .ok_or_else(|| ExchangeError::Notes { problem: "our own profile does not read".to_owned() })?;
        Ok(self.history.get_or_init(|| history))
    }

    /// The proof of a leaf of the node log under the newest head that is shown; none if that does not cover it yet.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn prove(&self, index: u64, salt: [u8; 32]) -> Result<Option<LogProof>, ExchangeError> {
        let Some(head) = self.node_head()? else { return Ok(None) };
        self.prove_under(head, index, salt)
    }

    /// The proof of a leaf under the newest head that is published, whoever has cosigned it: enough for a record of our own.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn prove_to_ourselves(&self, index: u64, salt: [u8; 32]) -> Result<Option<LogProof>, ExchangeError> {
        let Some(head) = self.store.published(&LogName::node())? else { return Ok(None) };
        self.prove_under(head, index, salt)
    }

    pub(super) fn prove_under(
        &self,
        head: SignedCheckpoint,
        index: u64,
        salt: [u8; 32],
    ) -> Result<Option<LogProof>, ExchangeError> {
        let claims = head.claims();
        if index >= claims.size() {
            return Ok(None);
        }
        let mut tree = self.tree(&LogName::node(), claims.size(), claims.root())?;
        let hashes = inclusion(&mut tree, index, claims.size()).map_err(|error| heard::notes(&error))?;
        Ok(Some(LogProof::new(Some(salt.to_vec()), index, hashes, head)))
    }

    /// What a witness is asked to cosign: the newest head that is published, with the proof that it continues the size which
    /// the witness remembers. None before anything was published, or if it remembers more.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn to_witness(&self, remembered: u64) -> Result<Option<AddCheckpoint>, ExchangeError> {
        let Some(head) = self.store.published(&LogName::node())? else { return Ok(None) };
        let size = head.claims().size();
        if remembered > size {
            return Ok(None);
        }
        if remembered == 0 || remembered == size {
            return Ok(Some(AddCheckpoint::new(remembered, Vec::new(), head)));
        }
        let mut tree = self.tree(&LogName::node(), size, head.claims().root())?;
        let proof = consistency(&mut tree, remembered, size).map_err(|error| heard::notes(&error))?;
        Ok(Some(AddCheckpoint::new(remembered, proof, head)))
    }

    /// The tree of one of our logs, from what it has published.
    pub(crate) fn tree(
        &self,
        log: &LogName,
        size: u64,
        root: &tlog::Hash,
    ) -> Result<TiledTree<PublishedTiles>, ExchangeError> {
        let tiles = PublishedTiles { store: Shared::clone(&self.store), log: log.clone() };
        TiledTree::open(tiles, size, root).map_err(|error| heard::notes(&error))
    }

    fn key_proof(&self, digest: &KeyRecordDigest) -> Result<Option<Vec<u8>>, ExchangeError> {
        let Some(index) = leaf_of_key(&self.store, digest)? else { return Ok(None) };
        let Some(OwnBody { salt, .. }) = self.own_body(index)? else { return Ok(None) };
        Ok(self.prove(index, salt)?.map(|proof| proof.to_string().into_bytes()))
    }
}

/// What lies beside a leaf of our node log.
pub(super) struct OwnBody {
    pub(super) salt: [u8; 32],
    pub(super) text: Vec<u8>,
}

/// The tiles that one of our logs has published.
pub(crate) struct PublishedTiles {
    store: Shared,
    log: LogName,
}

impl TileReader for PublishedTiles {
    type Error = String;

    fn read(&mut self, path: TilePath) -> Result<Vec<u8>, String> {
        let found = self.store.published_tile(&self.log, path).map_err(|error| error.to_string())?;
        found.ok_or_else(|| format!("{path} is not published"))
    }
}

/// The newest head statement about a feed that lies below a size of the node log, and tells of no more than is shown.
fn covered(store: &LocalStore, feed: &str, below: u64, shown: u64) -> Result<Option<u64>, ExchangeError> {
    use rusqlite::OptionalExtension as _;
    let sql = "SELECT idx FROM exchange_own WHERE kind = 'head' AND about = ?1 AND idx < ?2 AND size <= ?3
        ORDER BY idx DESC LIMIT 1";
    let values = rusqlite::params![feed, super::notebook::signed(below), super::notebook::signed(shown)];
    let found = store.ask(|it| it.prepare_cached(sql)?.query_row(values, |row| row.get::<_, i64>(0)).optional())?;
    Ok(found.map(super::notebook::unsigned))
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
