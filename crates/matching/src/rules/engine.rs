//! One pattern, run in bounded time.
//!
//! A lazy automaton reads the text once. What it may remember is bounded; where that is not enough, and where a word boundary
//! stands beside a letter that is not of ASCII, it gives up. Then a slow machine runs, whose steps are the size of the program
//! times the length of the text, and only as far as the caller's [`Work`] reaches. So whoever writes a pattern that is slow on
//! purpose gets nothing but his own rules set aside for that text, which is told.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{BuildError, Compiler, NFA, WhichCaptures};
use regex_automata::{Input, MatchErrorKind};
use regex_syntax::hir::Hir;

/// Octets that the automaton of one pattern may use to remember states while it runs.
const MAX_STATE_BYTES: usize = 512 * 1024;

/// Octets of remembered states that are kept for the next text: three thousand patterns keep at most some 400 MB.
const MAX_SPARE_BYTES: usize = 128 * 1024;

/// How often the states may be forgotten and made anew before the automaton gives up,
const MIN_CLEARS: usize = 3;

/// if it has not read so many octets for each state.
const MIN_BYTES_PER_STATE: usize = 10;

/// Octets of program times octets of text that the slow machine may take for one pattern: some tenths of a second where
/// everything is as bad as it can be.
pub(super) const MAX_PATTERN_WORK: u64 = 1 << 29;

/// The same for all patterns of one source on one text.
const MAX_SOURCE_WORK: u64 = 1 << 33;

/// Octets that the automata of one source may read of one text, however fast they are: 512 patterns on the longest text, and more
/// than there are on an ordinary one.
const MAX_SOURCE_OCTETS: u64 = 1 << 27;

/// Patterns of one source of which the automaton may give up on one text, before the rest of that source is not run on it. Nobody
/// needs such a pattern.
const MAX_GIVEN_UP: u32 = 2;

/// How much slow work is left for one source on one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    left: u64,
    octets_left: u64,
    given_up: u32,
}

impl Default for Work {
    fn default() -> Self {
        Self { left: MAX_SOURCE_WORK, octets_left: MAX_SOURCE_OCTETS, given_up: 0 }
    }
}

impl Work {
    /// False if nothing more is run.
    fn begin(&mut self, text: &str) -> bool {
        let octets = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let is_enough = octets <= self.octets_left && self.given_up <= MAX_GIVEN_UP;
        if is_enough {
            self.octets_left -= octets;
        }
        is_enough
    }

    /// False if there is not so much left.
    const fn spend(&mut self, work: u64) -> bool {
        let is_enough = work <= MAX_PATTERN_WORK && work <= self.left;
        if is_enough {
            self.left -= work;
        }
        is_enough
    }
}

/// What came of running a pattern on a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is not there.
    Absent,
    /// It is there. Where looking for its beginning would take too long, the range is empty and stands at its end.
    Found(Range<usize>),
    /// Nobody knows: it would take too long.
    TooMuch,
}

/// What the automaton says.
enum Fast {
    Absent,
    Ends(usize),
    Unknown,
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Engine {
    bytes: usize,
    fast: Option<DFA>,
    slow: PikeVM,
    /// What was remembered for the last text.
    spare: Mutex<Option<Box<Cache>>>,
}

impl Engine {
    /// Compiles a pattern within so many octets.
    pub(super) fn new(pattern: &Hir, most_bytes: usize) -> Result<Self, Box<BuildError>> {
        let config = NFA::config().nfa_size_limit(Some(most_bytes)).which_captures(WhichCaptures::Implicit);
        let program = Compiler::new().configure(config).build_from_hir(pattern).map_err(Box::new)?;
        let config = DFA::config()
            .cache_capacity(MAX_STATE_BYTES)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(MIN_CLEARS))
            .minimum_bytes_per_state(Some(MIN_BYTES_PER_STATE))
            .unicode_word_boundary(true);
        // Without the automaton the slow machine does everything, as far as its work reaches.
        let fast = DFA::builder().configure(config).build_from_nfa(program.clone()).ok();
        let slow = PikeVM::new_from_nfa(program.clone()).map_err(Box::new)?;
        Ok(Self { bytes: program.memory_usage(), fast, slow, spare: Mutex::new(None) })
    }

    /// Octets of the program.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn run(&self, text: &str, work: &mut Work) -> Outcome {
        if !work.begin(text) {
            return Outcome::TooMuch;
        }
        match self.run_fast(text, work) {
            Fast::Absent => Outcome::Absent,
            Fast::Ends(end) => Outcome::Found(self.before(text, end, work).unwrap_or(end..end)),
            Fast::Unknown if work.spend(self.work_for(text.len())) => {
                self.run_slow(text, text.len()).map_or(Outcome::Absent, Outcome::Found)
            }
            Fast::Unknown => Outcome::TooMuch,
        }
    }

    /// Where it is first found, whatever that takes.
    pub(super) fn find(&self, text: &str) -> Option<Range<usize>> {
        self.run_slow(text, text.len())
    }

    fn run_fast(&self, text: &str, work: &mut Work) -> Fast {
        let Some(fast) = &self.fast else { return Fast::Unknown };
        let spare = self.spare.try_lock().ok().and_then(|mut spare| spare.take());
        let mut cache = spare.unwrap_or_else(|| Box::new(fast.create_cache()));
        let found = fast.try_search_fwd(&mut cache, &Input::new(text));
        if cache.memory_usage() <= MAX_SPARE_BYTES {
            *self.spare.lock().unwrap_or_else(PoisonError::into_inner) = Some(cache);
        }
        match found {
            Ok(None) => Fast::Absent,
            Ok(Some(end)) => Fast::Ends(end.offset()),
            Err(error) => {
                // A letter that it does not know is nobody's fault; running out of states is.
                work.given_up += u32::from(!matches!(error.kind(), MatchErrorKind::Quit { .. }));
                Fast::Unknown
            }
        }
    }

    fn before(&self, text: &str, end: usize, work: &mut Work) -> Option<Range<usize>> {
        if work.spend(self.work_for(end)) { self.run_slow(text, end) } else { None }
    }

    /// The text beyond the end is looked at, as a boundary may stand there, and not read.
    fn run_slow(&self, text: &str, end: usize) -> Option<Range<usize>> {
        let mut cache = self.slow.create_cache();
        self.slow.find(&mut cache, Input::new(text).range(..end)).map(|found| found.range())
    }

    fn work_for(&self, octets: usize) -> u64 {
        u64::try_from(self.bytes.saturating_mul(octets)).unwrap_or(u64::MAX)
    }
}
