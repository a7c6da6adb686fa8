//! Reading a peer's feed: files come from a source, the protocol says what follows, and each package is one commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use policy::belief::{Delivery, Doubt, Quorum};
use policy::control::{Acknowledgement, Sentence};
use policy::feed::ReadEntry;
use protocol::exchange::timing::{elapsed_ms, is_frozen};
use protocol::exchange::{
    Absence, Arrived, Caught, Content, FeedKnown, Files, Known, ListedFeed, Package, Peer, Resource, Ring, Seen, Step,
    pull,
};
use record::digest::PartyId;
use record::json::{Json, Map};
use record::time::Timestamp;
use storage::NewEntry;
use tlog::checkpoint::SignedCheckpoint;

use super::carried::stands_by_itself;
use super::intake::pulled;
use super::notebook::{FeedState, unsaid};
use super::statements;
use super::{ExchangeError, Own, Shared, alarms, batch, commit, heard, size};

/// Steps for one package before a peer is taken to lead us in circles: each asks for at least one file more, and a tree is
/// eight tiles high.
const MAX_STEPS: usize = 64;

/// Where files come from.
pub trait Source {
    /// Fetches files, each put or said to be lacking.
    ///
    /// # Errors
    /// [`Unreachable`]: what came until then is kept, and the rest asked for again later.
    fn fetch(&mut self, wanted: &BTreeSet<Resource>, files: &mut Files) -> Result<(), Unreachable>;

    /// Takes in a peer's profile file. The keys in it are those that the ring has afterwards.
    fn learn(&mut self, peer: PartyId, profile: &[u8]);

    /// The keys that are known now.
    fn ring(&self) -> Arc<dyn Ring + Send + Sync>;

    /// What time it is.
    fn now(&self) -> Timestamp;
}

/// A source does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the peer was not reached: {problem}")]
#[non_exhaustive]
pub struct Unreachable {
    /// What happened.
    pub problem: String,
}

impl Unreachable {
    /// A source that did not answer.
    #[must_use]
    pub const fn new(problem: String) -> Self {
        Self { problem }
    }
}

/// What reading a feed came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Pulled {
    /// Entries that were taken in now.
    pub entries: u64,
    /// Entries that were taken in ever.
    pub size: u64,
    /// Leaves of our acknowledgements, to be delivered opened.
    pub acknowledged: Vec<u64>,
    /// What was found wrong; each is an alarm now.
    pub caught: Vec<Caught>,
    /// What is still lacking, if anything is: witnesses, or the line.
    pub waiting: Option<String>,
    /// Whether that is cosignatures: then neither the peer nor the line is at fault, and it may be over in a moment.
    pub lacks_witnesses: bool,
    /// The feed's checkpoint as it was shown.
    pub checkpoint: Option<SignedCheckpoint>,
    /// Entries whose record counts, proved in its author's log.
    pub proven: Vec<u64>,
    /// Entries whose record is signed, and lacks something.
    pub doubted: Vec<u64>,
}

impl Pulled {
    /// What came to it together, if the same feed was read again.
    #[must_use]
    pub fn followed_by(mut self, later: Self) -> Self {
        self.entries = self.entries.saturating_add(later.entries);
        (self.size, self.waiting, self.lacks_witnesses) = (later.size, later.waiting, later.lacks_witnesses);
        self.checkpoint = later.checkpoint.or(self.checkpoint);
        self.acknowledged.extend(later.acknowledged);
        self.caught.extend(later.caught);
        self.proven.extend(later.proven);
        self.doubted.extend(later.doubted);
        self
    }
}

/// A reader's side of exchange.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reader<'r> {
    /// The store.
    pub store: &'r Shared,
    /// Who we are.
    pub own: &'r Own,
    /// Whose cosignatures we rely on.
    pub quorum: &'r Quorum,
    /// How often the sender of the feed that is read must speak, in milliseconds.
    pub head_every_ms: u64,
    /// Whether the files were carried: then no key answers for them, and only what the sender signed is an alarm.
    pub is_carried: bool,
    /// Heads of senders' logs that other readers saw.
    pub seen_by_others: Vec<SignedCheckpoint>,
}

impl<'r> Reader<'r> {
    /// A reader.
    #[must_use]
    pub const fn new(store: &'r Shared, own: &'r Own, quorum: &'r Quorum, head_every_ms: u64) -> Self {
        Self { store, own, quorum, head_every_ms, is_carried: false, seen_by_others: Vec::new() }
    }

    /// The same for files that somebody carried.
    #[must_use]
    pub fn carried(self) -> Self {
        Self { is_carried: true, ..self }
    }

    /// With heads that other readers saw, so that two histories do not pass.
    #[must_use]
    pub fn with_seen_by_others(self, heads: Vec<SignedCheckpoint>) -> Self {
        Self { seen_by_others: heads, ..self }
    }

    /// Reads a feed to where its head statement ends, package by package.
    ///
    /// # Errors
    /// [`ExchangeError`]: what was committed before stays.
    pub fn pull(&self, peer: PartyId, feed: &ListedFeed, source: &mut dyn Source) -> Result<Pulled, ExchangeError> {
        let mut pulled = Pulled::default();
        if FeedState::all(self.store)?.iter().any(|state| state.feed == feed.origin && state.peer != peer.to_string()) {
            let problem = "it lists a feed that is another party's".to_owned();
            self.alarm(peer, feed, Caught::Malformed { resource: Resource::Feeds, problem }, &mut pulled)?;
            return Ok(pulled);
        }
        loop {
            let state = FeedState::find(self.store, &peer.to_string(), &feed.origin)?;
            let known = self.known(&peer, state.as_ref())?;
            pulled.size = known.feed.size;
            let step = match self.settle(peer, feed, &known, source)? {
                Ok(step) => step,
                Err(unreachable) => {
                    pulled.waiting = Some(unreachable.to_string());
                    return Ok(pulled);
                }
            };
            match step {
                Step::Package(package) => {
                    if !self.take(peer, (feed, state.as_ref()), *package, source.now(), &mut pulled)? {
                        return Ok(pulled);
                    }
                }
                Step::UpToDate(seen) => {
                    self.refresh(peer, feed, (state.as_ref(), &known.feed), *seen, source.now(), &mut pulled)?;
                    return Ok(pulled);
                }
                Step::Pending(doubt) => {
                    (pulled.waiting, pulled.lacks_witnesses) = (Some(doubt.to_string()), true);
                    return Ok(pulled);
                }
                Step::Caught(caught) => {
                    self.alarm(peer, feed, *caught, &mut pulled)?;
                    return Ok(pulled);
                }
                Step::Fetch(_) => {
                    let (what, got, limit) = ("rounds of files for one package", MAX_STEPS as u64, MAX_STEPS as u64);
                    self.alarm(peer, feed, Caught::Budget { what, got, limit }, &mut pulled)?;
                    return Ok(pulled);
                }
            }
        }
    }

    /// Takes steps until one needs no files.
    fn settle(
        &self,
        party: PartyId,
        feed: &ListedFeed,
        known: &Known,
        source: &mut dyn Source,
    ) -> Result<Result<Step, Unreachable>, ExchangeError> {
        let mut files = Files::new();
        super::urgent::offer(self.store, &party, feed, &mut files)?;
        let delivery = Delivery::new(size(self.store, &heard::log()?)?);
        let mut step = Step::Fetch(BTreeSet::new());
        for _ in 0..MAX_STEPS {
            let ring = source.ring();
            let peer = Peer { party, ring: &*ring, quorum: self.quorum, delivery };
            step = pull(known, feed, &peer, &files);
            let Step::Fetch(wanted) = &step else { break };
            if let Err(unreachable) = source.fetch(wanted, &mut files) {
                return Ok(Err(unreachable));
            }
            if wanted.contains(&Resource::Profile)
                && let Some(profile) = files.get(&Resource::Profile)
            {
                let profile = profile.to_vec();
                source.learn(party, &profile);
            }
        }
        Ok(Ok(step))
    }

    fn known(&self, peer: &PartyId, state: Option<&FeedState>) -> Result<Known, ExchangeError> {
        let checkpoint = |text: &str| SignedCheckpoint::parse(text.as_bytes()).map_err(|error| heard::notes(&error));
        let node = FeedState::node_of(self.store, &peer.to_string())?;
        let node = node.map(|text| checkpoint(&text)).transpose()?;
        let others = self.seen_by_others.clone();
        let Some(state) = state else {
            return Ok(Known::new(node, None, FeedKnown::default()).with_seen_by_others(others));
        };
        let root = state.root.parse().map_err(|error| heard::notes(&error))?;
        let known = Known::new(node, Some(checkpoint(&state.checkpoint)?), FeedKnown::new(state.size, root));
        Ok(known.with_head(state.leaf).with_seen_by_others(others))
    }

    /// Commits a package: entries, bodies, the note of its heads, and our acknowledgement, in one frame. False if it ends
    /// at an entry whose body is lacking: what stands behind it waits, and so does our acknowledgement.
    fn take(
        &self,
        peer: PartyId,
        (feed, state): (&ListedFeed, Option<&FeedState>),
        package: Package,
        now: Timestamp,
        pulled_so_far: &mut Pulled,
    ) -> Result<bool, ExchangeError> {
        let whole = package.entries.len();
        let mut taken: Vec<Arrived> = Vec::with_capacity(whole);
        let mut lacking = None;
        for arrived in package.entries {
            if let Content::Lacking(caught) = arrived.content {
                lacking = Some(*caught);
                break;
            }
            note_content(&arrived, pulled_so_far);
            taken.push(arrived);
        }
        let (mut doubted, mut entries) = (Vec::new(), 0_u64);
        let reached = if lacking.is_some() { self.cut(peer, feed, &taken)? } else { package.reached };
        if !taken.is_empty() {
            let log = pulled(feed)?;
            let note = head_note((peer, feed), reached, &package.seen, ahead(state, &package.seen, now));
            let note = with_erasures(with_judgements(note, &taken), &taken);
            let mut batch =
                batch(self.own)?.open(log.clone(), &format!("detente/pulled/{}/{}", self.own.party(), feed.name()));
            doubted.extend(taken.iter().filter_map(|arrived| doubt_of(peer, arrived)));
            for arrived in taken.drain(..) {
                entries = entries.saturating_add(1);
                batch = batch.entry(kept(self.own, &log, arrived)?);
            }
            batch = heard::note(batch, self.own, note)?;
            let read = Acknowledgement::new(feed.origin.clone(), reached.size, reached.root);
            let committed = commit(
                self.store,
                statements::state(self.store, self.own, batch, Sentence::Acknowledgement(read), now)?,
            )?;
            let leaf = committed.entries.last().map_or(0, |place| place.index);
            pulled_so_far.acknowledged.push(leaf);
            pulled_so_far.entries = pulled_so_far.entries.saturating_add(entries);
        }
        pulled_so_far.size = reached.size;
        pulled_so_far.checkpoint = Some(package.seen.feed.clone());
        for (index, doubt) in doubted {
            let about = format!("the record of entry {index}");
            self.alarm(peer, feed, Caught::Disbelieved { about, doubt }, pulled_so_far)?;
        }
        self.warn(peer, feed, (state, &package.seen), now, pulled_so_far)?;
        self.look_for_erasures(peer, feed, &package.seen, pulled_so_far)?;
        match lacking {
            Some(caught) => self.alarm(peer, feed, caught, pulled_so_far).map(|()| false),
            None => Ok(true),
        }
    }

    /// How far the entries reach that can be taken in, when one behind them is lacking its body.
    fn cut(&self, peer: PartyId, feed: &ListedFeed, taken: &[Arrived]) -> Result<FeedKnown, ExchangeError> {
        use storage::Store as _;
        let log = pulled(feed)?;
        let state = FeedState::find(self.store, &peer.to_string(), &feed.origin)?;
        let before = state.map_or(0, |state| state.size);
        let mut tree = tlog::frontier::Frontier::new();
        let mut from = 0;
        while from < before {
            let entries = self.store.entries(&log, from, 4_096)?;
            if entries.is_empty() {
                return Err(ExchangeError::Notes {
                    problem: format!("only {from} of {before} entries of {log} are here"),
                });
            }
            from = from.saturating_add(entries.len() as u64);
            for one in &entries {
                let _size = tree.append(tlog::Hash::leaf(one)).map_err(|error| heard::notes(&error))?;
            }
        }
        for one in taken {
            let _size = tree.append(tlog::Hash::leaf(&one.octets)).map_err(|error| heard::notes(&error))?;
        }
        Ok(FeedKnown::new(tree.size(), tree.root()))
    }

    /// Notes a head statement that is new and tells of nothing new: the sender is alive.
    fn refresh(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        (state, reached): (Option<&FeedState>, &FeedKnown),
        seen: Seen,
        now: Timestamp,
        so_far: &mut Pulled,
    ) -> Result<(), ExchangeError> {
        // A checkpoint that shows what no statement tells of is kept, so that it can be seen how long that lasts.
        let since = ahead(state, &seen, now);
        let is_new = state.is_none_or(|state| seen.head.verified().log_place().index() > state.leaf);
        if is_new || since.is_some() != state.is_some_and(|state| state.ahead.is_some()) {
            let note = head_note((peer, feed), *reached, &seen, since);
            // What is no news does not count as a sign of life.
            let note = if is_new { note } else { note.with("kind", "checkpoint") };
            let _committed = commit(self.store, heard::note(batch(self.own)?, self.own, note)?)?;
        }
        self.warn(peer, feed, (state, &seen), now, so_far)?;
        self.look_for_erasures(peer, feed, &seen, so_far)?;
        so_far.checkpoint = Some(seen.feed);
        Ok(())
    }

    /// Raises an alarm for each body that the sender said to be erased, once all is read that a later head statement tells of and no
    /// entry says so. Under the statement in force when it said so, an honest sender may have erased only since.
    fn look_for_erasures(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        seen: &Seen,
        so_far: &mut Pulled,
    ) -> Result<(), ExchangeError> {
        if so_far.size < seen.stated().map_or(0, |head| head.size) {
            return Ok(());
        }
        let leaf = seen.head.verified().log_place().index();
        for (index, body) in unsaid(self.store, &peer.to_string(), &feed.origin, leaf)? {
            self.alarm(peer, feed, Caught::MissingBody { index, body: *body.octets() }, so_far)?;
        }
        Ok(())
    }

    /// A feed may run ahead of its head statements for an interval, and no longer.
    fn warn(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        (state, seen): (Option<&FeedState>, &Seen),
        now: Timestamp,
        so_far: &mut Pulled,
    ) -> Result<(), ExchangeError> {
        let Some(since) = ahead(state, seen, now) else { return Ok(()) };
        if elapsed_ms(since, now) <= self.head_every_ms {
            return Ok(());
        }
        for warning in seen.warnings.iter().cloned() {
            self.alarm(peer, feed, warning, so_far)?;
        }
        Ok(())
    }

    /// Raises an alarm for each feed from which nothing new has come for too long.
    ///
    /// `since` is when this node began to listen; `every_ms` is the interval of a feed, and none where its
    /// agreement is not in force, or is held back.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn check_fresh(
        &self,
        since: Timestamp,
        every_ms: &dyn Fn(&FeedState) -> Option<u64>,
        now: Timestamp,
    ) -> Result<Vec<(PartyId, String)>, ExchangeError> {
        let mut frozen = Vec::new();
        for state in FeedState::all(self.store)? {
            // While we did not listen, nobody was silent; and under an agreement that is held back nobody need speak.
            let heard = state.heard.max(since);
            if every_ms(&state).is_none_or(|every_ms| !is_frozen(heard, every_ms, now)) {
                continue;
            }
            let peer: PartyId = state.peer.parse().map_err(|error| heard::notes(&error))?;
            let caught = Caught::Frozen { since: state.heard };
            if alarms::raise(self.store, self.own, peer, &state.feed, &caught)? {
                frozen.push((peer, state.feed));
            }
        }
        Ok(frozen)
    }

    fn alarm(
        &self,
        peer: PartyId,
        feed: &ListedFeed,
        caught: Caught,
        pulled: &mut Pulled,
    ) -> Result<(), ExchangeError> {
        if !self.is_carried || stands_by_itself(&caught) {
            let _new = alarms::raise(self.store, self.own, peer, &feed.origin, &caught)?;
        }
        pulled.caught.push(caught);
        Ok(())
    }
}

/// Since when a feed has shown entries that no head statement tells of. What was seen before and is still untold counts from
/// then; what came just now may only be between a commit and the statement that follows it.
fn ahead(state: Option<&FeedState>, seen: &Seen, now: Timestamp) -> Option<Timestamp> {
    let stated = seen.stated().map_or(0, |head| head.size);
    if seen.feed.claims().size() <= stated {
        return None;
    }
    let shown_before = state.and_then(|state| SignedCheckpoint::parse(state.checkpoint.as_bytes()).ok());
    let is_old = shown_before.is_some_and(|before| before.claims().size() > stated);
    state.and_then(|state| state.ahead).filter(|_| is_old).or(Some(now))
}

fn note_content(arrived: &Arrived, pulled: &mut Pulled) {
    match arrived.content {
        Content::Record(_) => pulled.proven.push(arrived.index),
        Content::Doubted(..) => pulled.doubted.push(arrived.index),
        Content::None | Content::Erased | Content::SaidErased(_) | Content::Lacking(_) => {}
    }
}

/// Which of the records taken in are proved, and which only signed.
fn with_judgements(note: Map, taken: &[Arrived]) -> Map {
    let places = |is_one: fn(&Content) -> bool| {
        Json::Array(taken.iter().filter(|one| is_one(&one.content)).map(|one| Json::count(one.index)).collect())
    };
    note.with("proved", places(|content| matches!(content, Content::Record(_))))
        .with("signed", places(|content| matches!(content, Content::Doubted(..))))
}

/// Bodies that the sender said to be erased while no entry did, and entries that say so now.
fn with_erasures(note: Map, taken: &[Arrived]) -> Map {
    let claims = taken.iter().filter_map(|one| {
        let Content::SaidErased(body) = &one.content else { return None };
        Some(Map::new().with("index", Json::count(one.index)).with("body", body.to_string()).into())
    });
    let said = taken.iter().filter_map(|one| match &one.entry {
        ReadEntry::Erased(erased) => Some(Json::count(erased.index)),
        ReadEntry::Release(_) | ReadEntry::Recall(_) | ReadEntry::Marks(_) | ReadEntry::Close { .. } | _ => None,
    });
    let lists: [(&str, Vec<Json>); 2] = [("unsaid", claims.collect()), ("said", said.collect())];
    // Mostly there are none.
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    lists.fold(note, |note, (name, list)| note.with(name, Json::Array(list)))
}

/// The doubt about a record of the sender's own that does not count: its keys, or where it says that they were taken back, are
/// wrong. Of a record that is relayed the author is in doubt, and not who relays it.
fn doubt_of(peer: PartyId, arrived: &Arrived) -> Option<(u64, Box<Doubt>)> {
    let Content::Doubted(doubt, _) = &arrived.content else { return None };
    (author_of(arrived) == Some(peer)).then(|| (arrived.index, doubt.clone()))
}

/// The author that a body in doubt claims.
fn author_of(arrived: &Arrived) -> Option<PartyId> {
    let Content::Doubted(_, body) = &arrived.content else { return None };
    Some(record::Unverified::read(body).ok()?.claimed_issuer())
}

/// An entry as it is kept: its octets, and its record under a salt beside them.
fn kept(own: &Own, log: &storage::LogName, arrived: Arrived) -> Result<NewEntry, ExchangeError> {
    let Arrived { octets, entry, content, .. } = arrived;
    let kept = match content {
        Content::Record(verified) => NewEntry::with_record(log.clone(), octets, &own.random()?, verified.into_record()),
        Content::Doubted(_, body) => {
            NewEntry::with_body(log.clone(), octets, [own.random()?.as_slice(), &body].concat())
        }
        Content::None | Content::Erased | Content::SaidErased(_) | Content::Lacking(_) => {
            NewEntry::bare(log.clone(), octets)
        }
    };
    Ok(kept.read_as(entry))
}

fn head_note((peer, feed): (PartyId, &ListedFeed), reached: FeedKnown, seen: &Seen, ahead: Option<Timestamp>) -> Map {
    let key = seen.head.told().stated().key;
    let map = Map::new()
        .with("kind", "head")
        .with("peer", peer.to_string())
        .with("feed", feed.origin.as_str())
        .with("agreement", feed.agreement.to_string())
        .with("epoch", Json::count(feed.epoch))
        .with("size", Json::count(reached.size))
        .with("root", reached.root.to_string())
        .with("node", seen.node.to_string())
        .with("checkpoint", seen.feed.to_string())
        .with("head", String::from_utf8_lossy(&seen.head.to_opened()).into_owned())
        .with("key_record", key.key_record.to_string())
        .with("key_leaf", Json::count(key.leaf))
        .with("leaf", Json::count(seen.head.verified().log_place().index()));
    match ahead {
        Some(since) => map.with("ahead", Json::count(u64::try_from(since.micros() / 1_000_000).unwrap_or(0))),
        None => map,
    }
}

/// Why a file is not to be had, by the status of an answer.
#[must_use]
pub fn absence(status: u16) -> Option<Absence> {
    match status {
        404 => Some(Absence::NotThere),
        410 => Some(Absence::Erased),
        401 | 403 => Some(Absence::Refused),
        _ => None,
    }
}
