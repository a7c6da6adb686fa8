//! The misuse signals that a node's logs hold, ready to be matched with.
//!
//! A bank is a view: all of it follows from the logs, our own and those that are read of peers, and from nothing else. It lies in
//! memory, is made when it is first asked for, and follows what is logged. A body that was erased leaves it, since it is made anew
//! then.

mod asked;
mod content;
mod growing;
mod history;
mod keyed;
mod live;
mod picture;
mod remains;
mod settings;
mod sha256;
mod taking;
pub(crate) mod tensors;
#[cfg(test)]
mod tests;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use matching::bank::{Arrival, Bank, SignalName};
use matching::signal::Signal;
use matching::signed::{BATCH_TYPE, RETRACTION_TYPE, SIGHTING_TYPE, Sighting};
use node::exchange::FeedState;
use protocol::exchange::FeedName;
use record::digest::{PartyId, RecordDigest};
use record::entropy::{Entropy as _, SystemEntropy};
use record::stix::StixId;
use record::time::Timestamp;
use storage::views::records::{self, Row};
use storage::{Head, LocalStore, LogName, Place, Store as _};

pub(crate) use asked::{Item, MAX_ITEMS, MAX_NAME_CHARACTERS, Scanned, answer, late_to_map};
pub(crate) use content::{ContentKind, MAX_CONTENT_BYTES, of_octets};
pub(crate) use growing::Growing;
pub(crate) use keyed::{CommonKey, ValueKind};
pub(crate) use live::LiveBank;
pub(crate) use picture::fingerprint;
pub(crate) use remains::Remains;
pub(crate) use settings::{Allowed, FILE as SETTINGS, HarmlessEntry, Settings};
pub(crate) use sha256::FileDigest;
pub(crate) use told::{Telling, caveat, count, method_words};

use crate::cases::verified;
use crate::clock;
use crate::holdings::ERASURE;
use crate::keyring::Keyring;
use crate::node as store_of;
use crate::outcome::{Done, Failure};
use crate::searching::{Erasure, is_read};

/// Entries of a log that are looked at together: some milliseconds, after which others who want the directory have it.
pub(crate) const BATCH_ENTRIES: usize = 2_048;

/// Bodies that are in memory at once.
const BODIES_AT_ONCE: usize = 64;

/// Signals that are built into the bank together: as many as a segment is worth.
const SIGNALS_AT_ONCE: usize = 16_384;

/// Scanners that this process has made.
static MADE: AtomicU64 = AtomicU64::new(0);

/// Kinds of records that a bank is made of.
const TYPES: [&str; 3] = [BATCH_TYPE, RETRACTION_TYPE, SIGHTING_TYPE];

/// What is known of a signal beside what the bank knows.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The record of the newest version.
    pub(crate) record: RecordDigest,
    /// Why it was taken back, if its author did and said so.
    pub(crate) retracted: Option<String>,
    pub(crate) signal: Arc<Signal>,
}

/// Who saw a signal, and how often by their word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sightings {
    pub(crate) parties: BTreeSet<PartyId>,
    pub(crate) count: u64,
}

/// How far a log was read, and the entry that was last, by which a log that went another way is told.
#[derive(Debug, Clone, Default)]
struct Position {
    next: u64,
    last: Vec<u8>,
}

/// Which entries of the feeds that are read were proved, by log.
type Judgements = BTreeMap<LogName, BTreeMap<u64, bool>>;

/// How far is read before others have their turn.
pub(crate) struct Turn<'a> {
    /// Entries of a log that are looked at together.
    pub(crate) entries: usize,
    /// Whether to stop, asked before each such part.
    pub(crate) until: &'a dyn Fn() -> bool,
}

/// A bank, with what it was made of.
///
/// A copy shares what is large: a running node hands one to whoever scans, and goes on with the other. What changes afterwards is
/// copied then, author by author.
#[derive(Clone)]
pub(crate) struct Scanner {
    pub(crate) bank: Bank,
    /// A number that no other scanner of this process has but copies of this one: by it one that was made anew is told.
    made: u64,
    own: PartyId,
    settings: Arc<Settings>,
    known: BTreeMap<Arc<str>, Arc<BTreeMap<StixId, Known>>>,
    /// Signals that were taken back before they came, with the reason.
    retracted: BTreeMap<SignalName, String>,
    /// Versions that went with their records: none that is older stands in their place.
    gone: BTreeMap<SignalName, Timestamp>,
    /// Of each sighting of an author the newest version.
    sightings: Arc<BTreeMap<(PartyId, StixId), Sighting>>,
    /// Members of records that are no signals that this program can read.
    unreadable: usize,
    /// What pages tell beside them.
    history: Arc<history::History>,
    /// Records of feeds that are signed and not proved in their authors' logs: they do not count.
    doubted: BTreeSet<(LogName, u64)>,
    positions: BTreeMap<LogName, Position>,
    erasures: u64,
    arrivals: Vec<Arrival>,
    waiting: usize,
    /// Whether all that was here at the start was read: what comes now comes now, whatever its author says.
    is_following: bool,
}

impl std::fmt::Debug for Scanner {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Scanner of {} signals", self.known().count())
    }
}

impl Scanner {
    /// A bank that has read nothing.
    pub(crate) fn new(own: PartyId, settings: Arc<Settings>) -> Done<Self> {
        let mut seed = [0; 8];
        SystemEntropy::new().fill(&mut seed).map_err(Failure::environment)?;
        Ok(Self {
            bank: settings.apply(Bank::new(u64::from_le_bytes(seed)).with_own(&own.to_string())),
            made: MADE.fetch_add(1, Ordering::Relaxed),
            own,
            settings,
            known: BTreeMap::new(),
            retracted: BTreeMap::new(),
            gone: BTreeMap::new(),
            sightings: Arc::default(),
            unreadable: 0,
            history: Arc::default(),
            doubted: BTreeSet::new(),
            positions: BTreeMap::new(),
            erasures: 0,
            arrivals: Vec::new(),
            waiting: 0,
            is_following: false,
        })
    }

    /// A bank of all that a store holds.
    pub(crate) fn of(store: &LocalStore, ring: &Keyring, own: PartyId, settings: Settings) -> Done<Self> {
        let mut scanner = Self::new(own, Arc::new(settings))?;
        let _changed = scanner.follow(store, ring, &Turn { entries: BATCH_ENTRIES, until: &|| false })?;
        Ok(scanner)
    }

    /// The signals of everybody, by whose they are and by id.
    pub(crate) fn known(&self) -> impl Iterator<Item = (SignalName, &Known)> {
        let named = |author: &str, id: &StixId| SignalName::new(author, id.clone());
        self.known.iter().flat_map(move |(author, all)| all.iter().map(move |(id, known)| (named(author, id), known)))
    }

    pub(crate) fn find(&self, name: &SignalName) -> Option<&Known> {
        self.known.get(&name.author)?.get(&name.id)
    }

    fn forget(&mut self, name: &SignalName) {
        if let Some(all) = self.known.get_mut(&name.author).filter(|all| all.contains_key(&name.id)) {
            Arc::make_mut(all).remove(&name.id);
        }
    }

    fn find_mut(&mut self, name: &SignalName) -> Option<&mut Known> {
        let all = self.known.get_mut(&name.author).filter(|all| all.contains_key(&name.id))?;
        Arc::make_mut(all).get_mut(&name.id)
    }

    /// Who saw this signal.
    pub(crate) fn sightings(&self, name: &SignalName) -> Sightings {
        let mut all = Sightings::default();
        let Ok(author) = name.author.parse::<PartyId>() else { return all };
        for seen in self.sightings.values().filter(|seen| seen.signal == name.id && seen.signal_author == author) {
            all.parties.insert(seen.author);
            all.count = all.count.saturating_add(u64::from(seen.count.unwrap_or(1)));
        }
        all
    }

    /// Members of records that could not be read.
    pub(crate) const fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// Records about signals that are signed and not proved in their authors' logs. Whoever took a key can make such, and so can
    /// whoever relays: they do not count.
    pub(crate) fn doubted(&self) -> usize {
        self.doubted.len()
    }

    /// What came and is not looked for, in words.
    pub(crate) fn left_out(&self) -> Vec<String> {
        let feeds = self.bank.quarantined_feeds().map(|author| {
            format!(
                "signals of {author} that came faster than the limit, or are more than one author may have, wait for a person and are not looked for"
            )
        });
        let counted = [
            (self.unreadable, "members of records are no signals that this program can read"),
            (
                self.doubted.len(),
                "records about signals are only signed, and not proved in their authors' logs: they do not count",
            ),
        ];
        let counted = counted.into_iter().filter(|(count, _)| *count > 0);
        feeds.chain(counted.map(|(count, words)| format!("{count} {words}"))).collect()
    }

    /// Reads on in every log, until the end or until the turn is over. True if anything changed.
    pub(crate) fn follow(&mut self, store: &LocalStore, ring: &Keyring, turn: &Turn<'_>) -> Done<bool> {
        let heads: Vec<Head> =
            store.heads().map_err(store_of::fail)?.into_iter().filter(|head| is_read(&head.log)).collect();
        let erasures = Erasure::count(store).map_err(store_of::fail)?;
        // After the heads: what they cover was judged in the same commit.
        let judged = judgements(store)?;
        let mut has_changed = false;
        let is_proved_now = self.doubted.iter().any(|(log, index)| counts(&judged, log, *index));
        if erasures != self.erasures || is_proved_now || !self.goes_on(store, &heads)? {
            let mut anew = Self::new(self.own, Arc::clone(&self.settings))?;
            anew.bank = anew.bank.counting_on(&self.bank);
            *self = anew;
            self.erasures = erasures;
            has_changed = true;
        }
        for head in &heads {
            while !(turn.until)() && self.position(&head.log) < head.size {
                has_changed |= self.take_batch((store, turn.entries), ring, head, &judged)?;
            }
        }
        self.settle();
        has_changed |= self.bank.let_rules_end(clock::now());
        self.is_following |= self.has_read(&heads);
        Ok(has_changed)
    }

    /// Whether everything up to these heads was read.
    pub(crate) fn has_read(&self, heads: &[Head]) -> bool {
        heads.iter().filter(|head| is_read(&head.log)).all(|head| self.position(&head.log) >= head.size)
    }

    fn position(&self, log: &LogName) -> u64 {
        self.positions.get(log).map_or(0, |position| position.next)
    }

    /// A log that was put back from a backup may have grown another way since.
    fn goes_on(&self, store: &LocalStore, heads: &[Head]) -> Done<bool> {
        for (log, position) in &self.positions {
            let Some(last) = position.next.checked_sub(1) else { continue };
            let size = heads.iter().find(|head| head.log == *log).map_or(0, |head| head.size);
            if position.next > size || entry(store, log, last)? != position.last {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// True if it held anything that concerns signals.
    fn take_batch(
        &mut self,
        (store, entries): (&LocalStore, usize),
        ring: &Keyring,
        head: &Head,
        judged: &Judgements,
    ) -> Done<bool> {
        let from = self.position(&head.log);
        let rows = records::list(store, &head.log, from, entries).map_err(store_of::fail)?;
        let next = rows.last().map_or(head.size, |row| row.index.saturating_add(1));
        let (wanted, doubted): (Vec<u64>, Vec<u64>) = rows
            .iter()
            .filter(|row| is_wanted(row, &head.log))
            .map(|row| row.index)
            .partition(|index| counts(judged, &head.log, *index));
        let has_any = !wanted.is_empty() || !doubted.is_empty();
        self.doubted.extend(doubted.into_iter().map(|index| (head.log.clone(), index)));
        let wanted: Vec<Place> = wanted.into_iter().map(|index| Place::new(head.log.clone(), index)).collect();
        for places in wanted.chunks(BODIES_AT_ONCE) {
            for body in store.bodies(places).map_err(store_of::fail)? {
                // A peer releases what it likes: a body may claim an author who never wrote it.
                if let Ok(record) = verified(ring, &body) {
                    self.take(&record);
                }
            }
            if self.waiting >= SIGNALS_AT_ONCE {
                self.settle();
            }
        }
        let last = entry(store, &head.log, next.saturating_sub(1))?;
        self.positions.insert(head.log.clone(), Position { next, last });
        Ok(has_any)
    }

    fn settle(&mut self) {
        if !self.arrivals.is_empty() {
            let _taken = self.bank.take_in(std::mem::take(&mut self.arrivals));
            self.waiting = 0;
        }
    }
}

/// What was found of every record of the feeds that are read when it came.
fn judgements(store: &LocalStore) -> Done<Judgements> {
    let mut judged = Judgements::new();
    for state in FeedState::all(store).map_err(Failure::environment)? {
        let log = format!("pulled-{}", FeedName::of(&state.feed)).parse().map_err(Failure::input)?;
        judged.insert(log, state.judgements(store).map_err(Failure::environment)?);
    }
    Ok(judged)
}

/// A record of our own log counts; one of a feed counts if it was proved in its author's log, as everywhere else.
fn counts(judged: &Judgements, log: &LogName, index: u64) -> bool {
    *log == LogName::node()
        || judged.get(log).and_then(|entries| entries.get(&index)).is_some_and(|is_proved| *is_proved)
}

/// Of erasures our own alone say what was taken back, and what went.
fn is_wanted(row: &Row, log: &LogName) -> bool {
    let is_own_erasure = |name: &str| name == ERASURE && *log == LogName::node();
    row.object_type.as_deref().is_some_and(|name| TYPES.contains(&name) || is_own_erasure(name))
}

fn entry(store: &LocalStore, log: &LogName, index: u64) -> Done<Vec<u8>> {
    Ok(store.entries(log, index, 1).map_err(store_of::fail)?.pop().unwrap_or_default())
}
