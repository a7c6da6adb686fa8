//! One pattern, run in bounded time.
//!
//! A lazy automaton reads the text once. What it may remember is bounded; where that is not enough it gives up. Then a slow machine
//! runs, whose steps are the size of the program times the length of the text, and only as far as the caller's [`Work`] reaches.
//! So whoever writes a pattern that is slow on purpose gets nothing but his own rules set aside for that text, which is told.
//!
//! Nothing is compiled before it is run for the first time: of a thousand rules a text meets the literals of some tens, and
//! whoever reads records to take one back runs none.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{Compiler, NFA, WhichCaptures};
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::Hir;

use super::alphabet::{Alphabet, Letters, Written};
use super::size;

/// Octets that the automaton of one pattern may use to remember states while it runs.
const MAX_STATE_BYTES: usize = 512 * 1024;

/// Octets of remembered states of one automaton that are kept for the next text: as many as one may use, and what comes beside them.
/// Six patterns of the ATR rules use all of it, and making them anew for each text takes thirty times as long as reading it.
const MAX_SPARE_BYTES: usize = 2 * MAX_STATE_BYTES;

/// and of all automata of this process.
const MAX_ALL_SPARE_BYTES: usize = 128 * 1024 * 1024;

/// What is kept now.
static SPARE_BYTES: AtomicUsize = AtomicUsize::new(0);

/// How often the states may be forgotten and made anew before the automaton gives up,
const MIN_CLEARS: usize = 3;

/// if it has not read so many octets for each state.
const MIN_BYTES_PER_STATE: usize = 10;

/// Octets of the compiled program for each state of the pattern, and some more for the smallest. The patterns of the ATR rules have
/// some 60; one whose classes are in tatters on purpose has more, and is not run.
const BYTES_PER_STATE: usize = 128;
const MIN_PROGRAM_BYTES: usize = 16 * 1024;

/// Octets of program times octets of text that the slow machine may take for one pattern: some tenths of a second where
/// everything is as bad as it can be.
const MAX_PATTERN_WORK: u64 = 1 << 29;

/// The same for all patterns of one source on one text.
const MAX_SOURCE_WORK: u64 = 1 << 33;

/// Octets that the automata of one source may read of one text, however fast they are: 512 patterns on the longest text, and more
/// than there are on an ordinary one.
const MAX_SOURCE_OCTETS: u64 = 1 << 27;

/// What reading a part of a text costs at the least, in octets: beginning there takes as long.
const MIN_PART_OCTETS: usize = 256;

/// What looking at one place of a literal costs, in octets that are read.
const PLACE_OCTETS: usize = 8;

/// Patterns of one source of which the automaton may give up on one text, before the rest of that source is not run on it. Nobody
/// needs such a pattern.
const MAX_GIVEN_UP: u32 = 2;

/// How much slow work is left for one source on one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    left: u64,
    octets_left: u64,
    given_up: u32,
    /// Whether that counts the pattern which runs now.
    is_counted: bool,
}

impl Default for Work {
    fn default() -> Self {
        Self { left: MAX_SOURCE_WORK, octets_left: MAX_SOURCE_OCTETS, given_up: 0, is_counted: false }
    }
}

impl Work {
    /// Without bounds, for one pattern alone.
    const fn endless() -> Self {
        Self { left: u64::MAX, octets_left: u64::MAX, given_up: 0, is_counted: false }
    }

    /// Begins with a pattern, whose places in the text are looked at first. False if nothing more is run.
    pub(super) fn begin_pattern(&mut self, places: usize) -> bool {
        self.is_counted = false;
        self.take(places.saturating_mul(PLACE_OCTETS))
    }

    /// The automaton of the pattern gave up, in however many parts of the text.
    const fn give_up(&mut self) {
        if !self.is_counted {
            self.given_up += 1;
            self.is_counted = true;
        }
    }

    /// False if nothing more is run.
    fn begin(&mut self, octets: usize) -> bool {
        self.take(octets.max(MIN_PART_OCTETS))
    }

    fn take(&mut self, octets: usize) -> bool {
        let octets = u64::try_from(octets).unwrap_or(u64::MAX);
        let is_enough = octets <= self.octets_left && self.given_up <= MAX_GIVEN_UP;
        if is_enough {
            self.octets_left -= octets;
        }
        is_enough
    }

    /// False if there is not so much left.
    const fn spend(&mut self, work: u64) -> bool {
        let is_endless = self.left == u64::MAX;
        let is_enough = is_endless || (work <= MAX_PATTERN_WORK && work <= self.left);
        if is_enough && !is_endless {
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

/// A pattern, compiled when it is first run.
#[derive(Debug, Default)]
pub(super) struct Engine {
    /// None if it cannot be compiled within what its states may take.
    program: OnceLock<Option<Box<Program>>>,
}

impl Engine {
    /// Compiles the pattern if nobody has yet, and says whether it can be run.
    pub(super) fn compile(&self, written: &str) -> bool {
        self.program(written).is_some()
    }

    /// Octets of what was compiled.
    pub(super) fn bytes(&self) -> usize {
        self.program.get().and_then(Option::as_ref).map_or(0, |program| program.bytes)
    }

    /// Looks for it in a part of a text, in characters of it. Beyond the part nothing is found, and it is looked at as far as boundaries
    /// stand there.
    pub(super) fn run(&self, written: &str, text: &mut Letters<'_>, within: Range<usize>, work: &mut Work) -> Outcome {
        if !work.begin(within.len()) {
            return Outcome::TooMuch;
        }
        let Some(program) = self.program(written) else { return Outcome::TooMuch };
        match program.run(written, &text.write(&program.alphabet, within.clone()), work) {
            Outcome::Found(range) => Outcome::Found(text.place(range, &within)),
            other @ (Outcome::Absent | Outcome::TooMuch) => other,
        }
    }

    /// Where it is first found, whatever that takes.
    pub(super) fn find(&self, written: &str, text: &str) -> Option<Range<usize>> {
        match self.run(written, &mut Letters::new(text), 0..text.chars().count(), &mut Work::endless()) {
            Outcome::Found(range) => Some(range),
            Outcome::Absent | Outcome::TooMuch => None,
        }
    }

    fn program(&self, written: &str) -> Option<&Program> {
        self.program.get_or_init(|| Program::new(written).map(Box::new)).as_deref()
    }
}

/// What is compiled of a pattern. It reads letters and not characters.
#[derive(Debug)]
struct Program {
    bytes: usize,
    alphabet: Alphabet,
    forward: Option<Automaton>,
    slow: PikeVM,
    /// From the end of what was found to its beginning: compiled when something is found.
    backward: OnceLock<Option<Automaton>>,
}

impl Program {
    fn new(written: &str) -> Option<Self> {
        let parsed = super::parse(written).ok()?;
        let (alphabet, letters) = Alphabet::of(&parsed).ok()?;
        let program = compiled(&letters, Direction::Forward)?;
        let bytes = program.memory_usage();
        // Without the automaton the slow machine does everything, as far as its work reaches.
        let forward = Automaton::new(program.clone(), Direction::Forward);
        let slow = PikeVM::new_from_nfa(program).ok()?;
        Some(Self { bytes, alphabet, forward, slow, backward: OnceLock::new() })
    }

    fn run(&self, written: &str, text: &Written<'_>, work: &mut Work) -> Outcome {
        let input = text.input();
        let found = self
            .forward
            .as_ref()
            .map_or(Err(GaveUp), |automaton| automaton.with(|dfa, cache| dfa.try_search_fwd(cache, &input)));
        match found {
            Ok(None) => Outcome::Absent,
            Ok(Some(end)) => Outcome::Found(self.start(written, &input, end)..end),
            Err(GaveUp) => {
                work.give_up();
                self.run_slow(&input, work)
            }
        }
    }

    fn run_slow(&self, input: &Input<'_>, work: &mut Work) -> Outcome {
        let cost = u64::try_from(self.bytes.saturating_mul(input.get_range().len())).unwrap_or(u64::MAX);
        if !work.spend(cost) {
            return Outcome::TooMuch;
        }
        let mut cache = self.slow.create_cache();
        self.slow.find(&mut cache, input.clone()).map_or(Outcome::Absent, |found| Outcome::Found(found.range()))
    }

    /// Where it begins; the end itself if that automaton gives up.
    fn start(&self, written: &str, input: &Input<'_>, end: usize) -> usize {
        let backward = self.backward.get_or_init(|| {
            let letters = Alphabet::of(&super::parse(written).ok()?).ok()?.1;
            Automaton::new(compiled(&letters, Direction::Backward)?, Direction::Backward)
        });
        let input = input.clone().range(input.start()..end).anchored(Anchored::Yes);
        let found = backward.as_ref().map(|automaton| automaton.with(|dfa, cache| dfa.try_search_rev(cache, &input)));
        found.and_then(Result::ok).flatten().unwrap_or(end)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

/// None beyond what as many states may take.
fn compiled(letters: &Hir, direction: Direction) -> Option<NFA> {
    let most = size::states(letters).saturating_mul(BYTES_PER_STATE).max(MIN_PROGRAM_BYTES);
    let config =
        NFA::config().utf8(false).reverse(direction == Direction::Backward).nfa_size_limit(Some(most)).which_captures(
            if direction == Direction::Forward { WhichCaptures::Implicit } else { WhichCaptures::None },
        );
    Compiler::new().configure(config).build_from_hir(letters).ok()
}

/// The automaton ran out of states.
struct GaveUp;

/// A lazy automaton, with what it remembered for the last text.
#[derive(Debug)]
struct Automaton {
    dfa: DFA,
    spare: Mutex<Option<Box<Cache>>>,
}

impl Automaton {
    fn new(program: NFA, direction: Direction) -> Option<Self> {
        let config = DFA::config()
            .cache_capacity(MAX_STATE_BYTES)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(MIN_CLEARS))
            .minimum_bytes_per_state(Some(MIN_BYTES_PER_STATE))
            .match_kind(if direction == Direction::Forward { MatchKind::LeftmostFirst } else { MatchKind::All });
        let dfa = DFA::builder().configure(config).build_from_nfa(program).ok()?;
        Some(Self { dfa, spare: Mutex::new(None) })
    }

    fn with<E>(
        &self,
        search: impl FnOnce(&DFA, &mut Cache) -> Result<Option<regex_automata::HalfMatch>, E>,
    ) -> Result<Option<usize>, GaveUp> {
        let mut cache = self.take().unwrap_or_else(|| Box::new(self.dfa.create_cache()));
        let found = search(&self.dfa, &mut cache);
        // One that gave up would give up at once from then on.
        if found.is_ok() {
            self.keep(cache);
        }
        found.map(|found| found.map(|found| found.offset())).map_err(|_| GaveUp)
    }

    /// Another thread may run the same pattern: each has states of its own, and the last that comes back are kept.
    fn take(&self) -> Option<Box<Cache>> {
        let cache = self.spare.try_lock().ok()?.take()?;
        SPARE_BYTES.fetch_sub(cache.memory_usage(), Ordering::Relaxed);
        Some(cache)
    }

    fn keep(&self, cache: Box<Cache>) {
        let bytes = cache.memory_usage();
        let Ok(mut spare) = self.spare.try_lock() else { return };
        let is_room = SPARE_BYTES.load(Ordering::Relaxed).saturating_add(bytes) <= MAX_ALL_SPARE_BYTES;
        if bytes <= MAX_SPARE_BYTES && is_room && spare.is_none() {
            SPARE_BYTES.fetch_add(bytes, Ordering::Relaxed);
            *spare = Some(cache);
        }
    }
}

impl Drop for Automaton {
    fn drop(&mut self) {
        let _dropped = self.take();
    }
}
