//! All signals that are in force, and what they find.
//!
//! A bank is a row of segments that never change, a small fresh one that is built anew whenever a signal comes, and for every
//! signal what is known of it now. So a new signal is found at once, and one that was taken back is not found any more from the
//! moment its state is changed; the segments follow when they are put together the next time. A copy of a bank shares its
//! segments and what is known of signals: whoever scans keeps the one that he has while another is made. Both count together how
//! often each signal is found.
//!
//! A signal is its author's: the same id of two authors is two signals, and nobody keeps another from his own. What an author took
//! back never comes again, in whatever order his records come; a withdrawal is heard even from a feed that waits for a person.

mod allotment;
mod authors;
mod content;
mod flood;
mod harmless;
mod looked;
mod matched;
mod names;
mod recent;
mod ruled;
mod segment;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use record::stix::StixId;
use record::time::Timestamp;

use allotment::Allotment;
pub use allotment::{MAX_AUTHOR_STATES, MAX_AUTHOR_UNFILTERED, MAX_BANK_STATES, NotRun};
use authors::Authors;
pub use authors::{MAX_AUTHOR_SIGNALS, MAX_TOMBSTONES};
pub use content::{Content, Prepared};
pub use flood::{Limit, Meter};
pub use harmless::{HARMLESS_ESTIMATE, HARMLESS_RADIUS, Harmless, HarmlessBank};
pub use looked::{Caveat, MAX_MATCHES, Scan, Suppressed};
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

/// A signal, named by whose it is and by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct SignalName {
    /// Whose it is: the party that signed the record.
    pub author: Arc<str>,
    /// Its id among those of its author.
    pub id: StixId,
}

impl SignalName {
    /// A signal of an author.
    #[must_use]
    pub fn new(author: &str, id: StixId) -> Self {
        Self { author: author.into(), id }
    }
}

/// What became of a signal that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taken {
    /// It is found from now on.
    InForce,
    /// It is kept and cannot be found in content: it is private, or a rule that is set aside.
    NotMatchable,
    /// It is kept and not run: the rules of its author, or of all, would cost too much. [`Bank::not_run`] says which bound. It runs as
    /// soon as there is room.
    RuleRefused,
    /// Its author sent too many in an hour, or has too many in force. It is not found until a person lets his feed in again and it is
    /// sent once more.
    Quarantined,
    /// It is a version that its author replaced, or the one that is here.
    NotNewer,
    /// Its author takes it back with this version. It is not found any more.
    Retracted,
    /// Its author took it back before. What was taken back does not come again; a new signal has a new id.
    WasRetracted,
}

/// What came in one record.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "records bring signals, or take them back, or are erased")]
pub enum Arrival {
    /// Signals.
    Signals {
        /// Who signed the record.
        author: Arc<str>,
        /// What it holds.
        signals: Vec<Arc<Signal>>,
        /// When it came here, by the clock of whoever hands it over: what an author sends in an hour is counted by it. The time that
        /// the author gives is his to choose, and is no such time. Where nobody kept when it came, the time now is the honest one
        /// for what is new, and [`MAX_AUTHOR_SIGNALS`] bounds the rest.
        at: Timestamp,
    },
    /// Signals that are taken back.
    Retracted {
        /// Who signed the record.
        author: Arc<str>,
        /// Which of his.
        signals: Vec<StixId>,
    },
    /// Versions of signals that went with their record, which was erased. Nobody took the signals back: the same version may come again,
    /// or a newer one. But an author who narrowed a signal, or let it end, did not mean the version before to stand again.
    Gone {
        /// Whose they were.
        author: Arc<str>,
        /// Which of his, and of when each version was.
        versions: Vec<(StixId, Timestamp)>,
    },
}

/// For whom there is no limit.
#[derive(Debug, Clone, Default)]
struct Allowed {
    authors: BTreeSet<Arc<str>>,
    signals: BTreeSet<SignalName>,
}

/// All signals that are in force.
#[derive(Debug, Clone)]
pub struct Bank {
    sealed: Vec<Arc<Segment>>,
    fresh: Arc<Segment>,
    authors: Authors,
    rules: Allotment,
    next_sequence: u64,
    seed: u64,
    lexicon: Arc<Lexicon>,
    harmless: Arc<HarmlessBank>,
    /// Octets of the texts of which words were taken.
    learnt_bytes: usize,
    own: Option<Arc<str>>,
    allowed: Arc<Allowed>,
    most_of_author: usize,
    feeds: Meter<Arc<str>>,
    /// What copies of this bank found, counted together: whoever scans holds another copy than the one that grows.
    found: Arc<Mutex<Meter<SignalName>>>,
    /// How near things have to be.
    pub thresholds: Thresholds,
}

impl Bank {
    /// An empty bank. The seed is a random number that nobody else knows: without it somebody could choose keywords that fill one
    /// place of a table and make every text slow.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            sealed: Vec::new(),
            fresh: Arc::default(),
            authors: Authors::new(seed),
            rules: Allotment::new(),
            next_sequence: 0,
            seed,
            lexicon: Arc::default(),
            harmless: Arc::default(),
            learnt_bytes: 0,
            own: None,
            allowed: Arc::default(),
            most_of_author: MAX_AUTHOR_SIGNALS,
            feeds: Meter::new(FEED_LIMIT),
            found: Arc::new(Mutex::new(Meter::new(SIGNAL_LIMIT))),
            thresholds: Thresholds::default(),
        }
    }

    /// The same bank with other limits on what one author may send and how often one signal may be found.
    #[must_use]
    pub fn with_limits(mut self, feed: Limit, signal: Limit) -> Self {
        (self.feeds, self.found) = (Meter::new(feed), Arc::new(Mutex::new(Meter::new(signal))));
        self
    }

    /// The same bank with another limit on how many signals of one author are in force.
    #[must_use]
    pub const fn with_most_of_author(mut self, signals: usize) -> Self {
        self.most_of_author = signals;
        self
    }

    /// The same bank without a limit on what this author sends, and with room for his rules before others': one's own signals are no
    /// flood. Said before any signal is taken in.
    #[must_use]
    pub fn with_own(mut self, author: &str) -> Self {
        self.own = Some(author.into());
        self
    }

    /// The same bank, which goes on counting what another has counted: it was made anew of the same signals.
    #[must_use]
    pub fn counting_on(mut self, before: &Self) -> Self {
        self.found = Arc::clone(&before.found);
        self
    }

    /// The same bank without a limit on what these send: a person looked at what came. Said before any signal is taken in.
    #[must_use]
    pub fn with_allowed(mut self, authors: BTreeSet<Arc<str>>) -> Self {
        Arc::make_mut(&mut self.allowed).authors = authors;
        self
    }

    /// Sets which signals are found without a limit, and no others: a person looked at what was found.
    pub fn set_allowed_signals(&mut self, signals: BTreeSet<SignalName>) {
        Arc::make_mut(&mut self.allowed).signals = signals;
    }

    /// Takes signals of one author: whoever signed the record. One with the id of an earlier one of his replaces it, if it is a
    /// later version.
    pub fn add(&mut self, author: &str, signals: Vec<Arc<Signal>>, now: Timestamp) -> Vec<Taken> {
        self.take_in(vec![Arrival::Signals { author: author.into(), signals, at: now }])
    }

    /// Takes what came in many records at once: what is built of it is built once. Says of each signal that came what became of it.
    pub fn take_in(&mut self, arrivals: Vec<Arrival>) -> Vec<Taken> {
        let (mut new, mut taken, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        for arrival in arrivals {
            match arrival {
                Arrival::Signals { author, signals, at } => {
                    self.rules.pass(at);
                    for signal in signals {
                        let is_rule = matches!(signal.target, Target::Rule { .. });
                        rules.extend(is_rule.then(|| (taken.len(), SignalName::new(&author, signal.id.clone()))));
                        taken.push(self.take(&author, signal, at, &mut new));
                    }
                }
                Arrival::Retracted { author, signals } => {
                    for id in &signals {
                        let _was_here = self.take_back(&author, id);
                    }
                }
                Arrival::Gone { author, versions } => {
                    for (id, version) in &versions {
                        if self.authors.outdate(&author, id, *version) {
                            self.rules.remove(&author, id);
                        }
                    }
                }
            }
        }
        if !new.is_empty() {
            let mut entries = self.live(&self.fresh);
            entries.extend(new.into_iter().filter(|entry| self.is_live(entry)));
            self.renew(entries);
        }
        self.deal_rules();
        self.note_refused(&mut taken, rules);
        taken
    }

    fn take(&mut self, author: &Arc<str>, signal: Arc<Signal>, now: Timestamp, new: &mut Vec<Arc<Numbered>>) -> Taken {
        // Before anything is counted: whoever sends too much can still withdraw what he sent.
        if signal.state == State::Retracted {
            self.take_back(author, &signal.id);
            return Taken::Retracted;
        }
        if let Some(refused) = self.authors.refusal(author, &signal) {
            return refused;
        }
        let is_limited = self.own.as_ref() != Some(author) && !self.allowed.authors.contains(author);
        if is_limited && self.authors.is_full(author, &signal.id, self.most_of_author) {
            self.feeds.stop(author.clone());
        }
        if is_limited && !self.feeds.count(author, now) {
            return Taken::Quarantined;
        }
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.authors.put(author, &signal, sequence);
        let (is_matchable, entry) = (signal.is_matchable(), Numbered { sequence, author: author.clone(), signal });
        let entry = Arc::new(entry);
        if !self.rules.put(&entry) && is_matchable {
            new.push(entry);
        }
        if is_matchable { Taken::InForce } else { Taken::NotMatchable }
    }

    /// Takes a signal back, as its author says. It holds at once and for good, also of a signal that has not come yet. An author who
    /// takes back more unknown signals than [`MAX_TOMBSTONES`] waits for a person: none of them can come meanwhile. True if there was
    /// such a signal.
    pub fn retract(&mut self, author: &str, id: &StixId) -> bool {
        let was_here = self.take_back(&author.into(), id);
        self.deal_rules();
        was_here
    }

    fn take_back(&mut self, author: &Arc<str>, id: &StixId) -> bool {
        let (was_here, is_flood) = self.authors.retract(author, id);
        self.rules.remove(author, id);
        if is_flood {
            self.feeds.stop(author.clone());
        }
        was_here
    }

    /// Changes what is known of a signal: it was confirmed, disputed, taken back. It holds at once. False if its author has no such
    /// signal, or took it back.
    pub fn set_state(&mut self, author: &str, id: &StixId, state: State) -> bool {
        if state == State::Retracted {
            return self.retract(author, id);
        }
        let is_set = self.authors.set_state(author, id, state);
        if is_set {
            self.rules.set_state(author, id, state);
            self.deal_rules();
        }
        is_set
    }

    /// What is known of a signal; none if its author has no such signal and took none back.
    #[must_use]
    pub fn state(&self, author: &str, id: &StixId) -> Option<State> {
        self.authors.get(author, id).filter(|standing| standing.is_known()).map(|standing| standing.state)
    }

    /// Sets what is never flagged.
    pub fn set_harmless(&mut self, harmless: HarmlessBank) {
        self.harmless = Arc::new(harmless);
    }

    /// Lets an author's feed in again.
    pub fn release_feed(&mut self, author: &str) -> bool {
        self.feeds.release(&author.into())
    }

    /// Lets a signal be found again that was found too often, by this bank and all its copies.
    #[must_use]
    pub fn release_signal(&self, signal: &SignalName) -> bool {
        self.found().release(signal)
    }

    /// Authors whose feeds wait for a person.
    pub fn quarantined_feeds(&self) -> impl Iterator<Item = &str> {
        self.feeds.stopped().map(Arc::as_ref)
    }

    /// Signals that wait because they were found too often.
    #[must_use]
    pub fn quarantined(&self) -> Vec<SignalName> {
        self.found().stopped().cloned().collect()
    }

    /// What is counted stays true if somebody panicked while he held it: each count is changed in one step.
    fn found(&self) -> MutexGuard<'_, Meter<SignalName>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many signals can be found, those that were taken back among them until their segment is put together anew.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments().map(Segment::len).sum::<usize>() + self.rules.len()
    }

    /// Whether nothing can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Segments, the fresh one and those of rules among them.
    #[must_use]
    pub fn segment_count(&self) -> usize {
        self.segments().count() + self.rules.segments().count()
    }

    fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.sealed.iter().map(Arc::as_ref).chain([self.fresh.as_ref()])
    }

    fn is_live(&self, entry: &Numbered) -> bool {
        let standing = self.authors.get(&entry.author, &entry.signal.id);
        standing.is_some_and(|known| known.sequence == Some(entry.sequence) && known.state != State::Retracted)
    }

    fn live(&self, segment: &Segment) -> Vec<Arc<Numbered>> {
        segment.entries().iter().filter(|entry| self.is_live(entry)).cloned().collect()
    }

    fn renew(&mut self, entries: Vec<Arc<Numbered>>) {
        let is_sealed = entries.len() > MAX_FRESH;
        let segment = Arc::new(Segment::new(entries, self.seed));
        if is_sealed {
            self.sealed.push(segment);
            self.fresh = Arc::default();
            self.put_together();
        } else {
            self.fresh = segment;
        }
        let bytes = self.text_bytes();
        // Taken anew each time a fifth has come, so that each text is read some five times however many there are.
        let has_grown = bytes * 4 >= self.learnt_bytes * 5;
        if bytes <= MAX_EAGER_WORDS_BYTES || (is_sealed && has_grown) {
            self.learn();
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
        self.sealed.push(Arc::new(Segment::new(entries, self.seed)));
    }

    fn texts(&self) -> impl Iterator<Item = &Arc<Numbered>> {
        self.segments().flat_map(Segment::entries).filter(|entry| self.is_live(entry))
    }

    fn text_bytes(&self) -> usize {
        self.segments().map(Segment::text_bytes).sum()
    }

    /// Takes the words of all open texts anew, by which disguises are read. It happens by itself, and a little late where there
    /// are many texts; whoever has taken in all that there is does it once.
    pub fn learn(&mut self) {
        self.learnt_bytes = self.text_bytes();
        let normal: Vec<String> = self.texts().filter_map(|entry| entry.signal.normal_words()).collect();
        self.lexicon = Arc::new(Lexicon::new(normal.iter(), self.seed));
    }
}
