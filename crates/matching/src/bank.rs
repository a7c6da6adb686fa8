//! All signals that are in force, and what they find.
//!
//! A bank is a row of segments that never change, a small fresh one that is built anew whenever a signal comes, and for every
//! signal what is known of it now. So a new signal is found at once, and one that was taken back is not found any more from the
//! moment its state is changed; the segments follow when they are put together the next time. A copy of a bank shares its
//! segments: whoever scans keeps the one that he has while another is made.

mod content;
mod flood;
mod harmless;
mod looked;
mod matched;
mod names;
mod recent;
mod segment;

use std::collections::BTreeMap;
use std::sync::Arc;

use record::stix::StixId;
use record::time::Timestamp;

pub use content::{Content, Prepared};
pub use flood::{Limit, Meter};
pub use harmless::{HARMLESS_ESTIMATE, HARMLESS_RADIUS, Harmless, HarmlessBank};
pub use looked::{Caveat, Scan, Suppressed};
pub use matched::{Match, Method, Thresholds};
pub use recent::{Late, RECENT_CONTENTS, Recent, Seen};
use segment::{Numbered, Segment};

use crate::lexicon::Lexicon;
use crate::signal::{Signal, State, Target};

/// Signals of the fresh segment. Building one of as many takes some milliseconds; more are sealed.
pub const MAX_FRESH: usize = 2_048;

/// Sealed segments. Each is asked by every scan; beyond this many the smaller ones are put together.
pub const MAX_SEGMENTS: usize = 8;

/// Octets of open texts from which words are taken anew with every signal. Beyond that they are taken when a segment is sealed:
/// a disguise of a signal is then read a little later than the signal itself.
const MAX_EAGER_WORDS_BYTES: usize = 1024 * 1024;

/// Signals of one author in one hour before his feed waits for a person: a poisoned feed must not drown what others found.
pub const FEED_LIMIT: Limit = Limit::per_hour(100_000);

/// Matches of one signal in one hour before it waits for a person: a signal that is found so often is either wrong or news.
pub const SIGNAL_LIMIT: Limit = Limit::per_hour(10_000);

/// What is known of a signal now.
#[derive(Debug, Clone)]
struct Standing {
    sequence: u64,
    state: State,
    valid_until: Option<Timestamp>,
}

/// What became of a signal that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taken {
    /// It is found from now on.
    InForce,
    /// It is kept and cannot be found in content: it is private, or a rule that is set aside.
    NotMatchable,
    /// Its author sent too many. It is not found until a person lets his feed in again.
    Quarantined,
    /// Another author has this id. An id is its author's for good.
    ForeignId,
}

/// All signals that are in force.
#[derive(Debug, Clone)]
pub struct Bank {
    sealed: Vec<Arc<Segment>>,
    fresh: Arc<Segment>,
    standing: BTreeMap<StixId, (Arc<str>, Standing)>,
    next_sequence: u64,
    lexicon: Arc<Lexicon>,
    harmless: Arc<HarmlessBank>,
    feeds: Meter<Arc<str>>,
    found: Meter<StixId>,
    /// How near things have to be.
    pub thresholds: Thresholds,
}

impl Default for Bank {
    fn default() -> Self {
        Self {
            sealed: Vec::new(),
            fresh: Arc::default(),
            standing: BTreeMap::new(),
            next_sequence: 0,
            lexicon: Arc::default(),
            harmless: Arc::default(),
            feeds: Meter::new(FEED_LIMIT),
            found: Meter::new(SIGNAL_LIMIT),
            thresholds: Thresholds::default(),
        }
    }
}

impl Bank {
    /// The same bank with other limits on what one author may send and how often one signal may be found.
    #[must_use]
    pub fn with_limits(mut self, feed: Limit, signal: Limit) -> Self {
        (self.feeds, self.found) = (Meter::new(feed), Meter::new(signal));
        self
    }

    /// Takes signals of one author. A signal with the id of an earlier one of his replaces it.
    pub fn add(&mut self, author: &str, signals: Vec<Arc<Signal>>, now: Timestamp) -> Vec<Taken> {
        let author: Arc<str> = author.into();
        let mut new = Vec::new();
        let taken = signals.into_iter().map(|signal| self.take(&author, signal, now, &mut new)).collect();
        let mut entries = self.live(&self.fresh);
        entries.extend(new);
        self.renew(entries);
        taken
    }

    fn take(&mut self, author: &Arc<str>, signal: Arc<Signal>, now: Timestamp, new: &mut Vec<Arc<Numbered>>) -> Taken {
        if self.standing.get(&signal.id).is_some_and(|(owner, _)| owner != author) {
            return Taken::ForeignId;
        }
        if !self.feeds.count(author, now) {
            return Taken::Quarantined;
        }
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        let standing = Standing { sequence, state: signal.state, valid_until: signal.valid_until };
        self.standing.insert(signal.id.clone(), (author.clone(), standing));
        if !signal.is_matchable() {
            return Taken::NotMatchable;
        }
        new.push(Arc::new(Numbered { sequence, author: author.clone(), signal }));
        Taken::InForce
    }

    /// Changes what is known of a signal: it was confirmed, disputed, taken back. It holds at once. False if there is no such signal.
    pub fn set_state(&mut self, id: &StixId, state: State) -> bool {
        let standing = self.standing.get_mut(id);
        standing.map(|(_, standing)| standing.state = state).is_some()
    }

    /// What is known of a signal, and whose it is.
    #[must_use]
    pub fn state(&self, id: &StixId) -> Option<(&str, State)> {
        self.standing.get(id).map(|(author, standing)| (author.as_ref(), standing.state))
    }

    /// Sets what is never flagged.
    pub fn set_harmless(&mut self, harmless: HarmlessBank) {
        self.harmless = Arc::new(harmless);
    }

    /// Lets an author's feed in again.
    pub fn release_feed(&mut self, author: &str) -> bool {
        self.feeds.release(&author.into())
    }

    /// Lets a signal be found again that was found too often.
    pub fn release_signal(&mut self, id: &StixId) -> bool {
        self.found.release(id)
    }

    /// Signals that wait because they were found too often.
    pub fn quarantined(&self) -> impl Iterator<Item = &StixId> {
        self.found.stopped()
    }

    /// How many signals can be found, those that were taken back among them until their segment is put together anew.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments().map(Segment::len).sum()
    }

    /// Whether nothing can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Segments, the fresh one among them.
    #[must_use]
    pub fn segment_count(&self) -> usize {
        self.segments().count()
    }

    fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.sealed.iter().map(Arc::as_ref).chain([self.fresh.as_ref()])
    }

    fn is_live(&self, entry: &Numbered) -> bool {
        let standing = self.standing.get(&entry.signal.id);
        standing.is_some_and(|(_, standing)| standing.sequence == entry.sequence && standing.state != State::Retracted)
    }

    fn live(&self, segment: &Segment) -> Vec<Arc<Numbered>> {
        segment.entries().iter().filter(|entry| self.is_live(entry)).cloned().collect()
    }

    fn renew(&mut self, entries: Vec<Arc<Numbered>>) {
        if entries.len() <= MAX_FRESH {
            self.fresh = Arc::new(Segment::new(entries));
        } else {
            self.sealed.push(Arc::new(Segment::new(entries)));
            self.fresh = Arc::default();
            self.put_together();
            self.learn_words();
        }
        if self.text_bytes() <= MAX_EAGER_WORDS_BYTES {
            self.learn_words();
        }
    }

    /// Puts the smaller half of the segments together when there are too many, so that each signal is built into a new segment
    /// about as often as the bank doubles.
    fn put_together(&mut self) {
        if self.sealed.len() <= MAX_SEGMENTS {
            return;
        }
        self.sealed.sort_by_key(|segment| std::cmp::Reverse(segment.len()));
        let small = self.sealed.split_off(MAX_SEGMENTS / 2);
        let mut entries: Vec<Arc<Numbered>> = small.iter().flat_map(|segment| self.live(segment)).collect();
        entries.sort_by_key(|entry| entry.sequence);
        self.sealed.push(Arc::new(Segment::new(entries)));
    }

    fn texts(&self) -> impl Iterator<Item = &Arc<Numbered>> {
        self.segments().flat_map(Segment::entries).filter(|entry| self.is_live(entry))
    }

    fn text_bytes(&self) -> usize {
        let bytes =
            |entry: &Arc<Numbered>| if let Target::Text { text } = &entry.signal.target { text.len() } else { 0 };
        self.segments().flat_map(Segment::entries).map(bytes).sum()
    }

    fn learn_words(&mut self) {
        let normal: Vec<String> = self.texts().filter_map(|entry| entry.signal.normal_words()).collect();
        self.lexicon = Arc::new(Lexicon::new(normal.iter()));
    }
}
