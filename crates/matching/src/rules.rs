//! Rules: regular expressions that run in linear time, and only where their literals occur.
//!
//! A rule may come from a rival. So its patterns are compiled by an engine whose time grows with the text and never
//! exponentially, within limits on the size of what is compiled; what the engine has not (look-around, references back) is
//! named and the whole rule is set aside, because half a rule says something that its author did not. A rule that would be found
//! in any text is refused.
//!
//! Most rules are not run on most texts: whatever a pattern finds has to hold certain literals, one automaton looks for those of
//! all patterns at once, and a pattern is run only if all that it needs was there.
//!
//! How large patterns are is told from how they are written, and bounded for a pattern, a rule, a record, an author and a bank
//! before anything is compiled; each is compiled once, when it is first run. What running costs is bounded for the rules of one
//! source on one text. What is beyond a bound is named.

mod alphabet;
mod atr;
mod budget;
mod engine;
mod index;
mod literals;
mod needs;
mod places;
mod reach;
mod size;
mod syntax;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::Hir;
use regex_syntax::hir::translate::Translator;
use text::xxh64;

use alphabet::{Alphabet, Letters};

pub use atr::{AtrRule, MAX_FILE_BYTES, MAX_FILE_RULES, NotAnAtrRule, read_atr_json, read_atr_yaml};
pub use budget::{Budget, MAX_RECORD_CLASSES, MAX_RECORD_STATES, MAX_RECORD_UNFILTERED, MAX_RULE_STATES};
use engine::{Engine, Outcome, Work};
pub use index::{MAX_RULE_TEXT_BYTES, MAX_UNFILTERED, RuleHit, RuleHits, RuleIndex, RuleText};
use literals::Clause;
use needs::Signs;

use crate::lists::place;

/// Octets of one pattern. The longest of the ATR rules has 4,000.
pub const MAX_PATTERN_BYTES: usize = 16 * 1024;

/// Patterns of one rule. The ATR rule with the most has 30.
pub const MAX_PATTERNS: usize = 64;

/// States of a pattern once its repetitions are unfolded: what bounds its time on a text. The ATR pattern with the most has
/// 12,457.
pub const MAX_PATTERN_STATES: usize = 16_384;

/// Classes of very many characters, such as `\w` and `[^a]`, in one pattern: reading each takes some ten microseconds. One of which
/// the other cases have to be looked for, such as `\p{Lu}` without regard to case, takes a millisecond and counts 65 times. The
/// ATR pattern with the most has 126.
pub const MAX_LARGE_CLASSES: usize = 256;

/// Depth of groups in groups.
const MAX_NESTING: u32 = 64;

/// Ordinary texts. What is found in most of them is found in anything.
const ORDINARY: [&str; 8] = [
    "",
    "x",
    "The meeting was moved to Tuesday at 10:30, please tell the others.",
    "How long do I have to boil two eggs?",
    "明天下午三点开会，请带上报告。",
    "請問附近有沒有好吃的餐廳？",
    "{\"name\": \"list_files\", \"path\": \"notes/2026\"}",
    "Merci beaucoup, à bientôt !",
];

/// Why a pattern is not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It is too long.
    #[error("the pattern has {octets} octets and at most {MAX_PATTERN_BYTES} are read; make several of it")]
    TooLong {
        /// Its length.
        octets: usize,
    },
    /// It looks at what stands before or behind without taking it.
    #[error("the pattern uses look-around, which cannot be run in linear time; write it without")]
    LookAround,
    /// It refers to what a group took.
    #[error("the pattern refers back to a group, which cannot be run in linear time; write it without")]
    ReferenceBack,
    /// It is no pattern.
    #[error("the pattern cannot be read: {reason}")]
    Syntax {
        /// What is wrong with it.
        reason: String,
    },
    /// Unfolded it is too large.
    #[error(
        "the pattern unfolds to {states} states and at most {MAX_PATTERN_STATES} are run; use shorter repetitions, or none in another"
    )]
    TooLarge {
        /// Characters and classes, as often as each is repeated.
        states: usize,
    },
    /// It names too many large classes.
    #[error("the pattern names more than {MAX_LARGE_CLASSES} classes such as `\\w` or `[^a]`; make several of it")]
    TooManyClasses,
    /// It tells too many characters apart.
    #[error(
        "the pattern tells more characters apart than fit into an octet (some 250, or some 60 in words where it asks for boundaries of words); make several of it"
    )]
    TooManyLetters,
    /// It asks for two kinds of boundaries.
    #[error("the pattern asks for boundaries of words both of ASCII and of all scripts; use one of them")]
    MixedBoundaries,
    /// The patterns of the whole rule are too large.
    #[error(
        "the patterns of this rule together unfold to more than {MAX_RULE_STATES} states; make several rules of it"
    )]
    RuleTooLarge,
    /// The rules of the whole record are too large.
    #[error(
        "the rules of this record together unfold to more than {MAX_RECORD_STATES} states or name more than {MAX_RECORD_CLASSES} large classes; put them into several records"
    )]
    RecordTooLarge,
    /// Too many patterns of the record run on every text.
    #[error(
        "more than {MAX_RECORD_UNFILTERED} patterns of this record run on every text, because nothing that they find has to hold a literal; write more of what is looked for"
    )]
    RecordUnfiltered,
    /// It finds something in any text.
    #[error("the pattern is found in any text; say more exactly what is looked for")]
    MatchesEverything,
    /// It is about what a text does not show.
    #[error("the condition is about `{field}`, which a text does not show")]
    NotAboutText {
        /// What it is about.
        field: String,
    },
}

/// How the patterns of a rule go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a rule has one of these two forms")]
pub enum Combine {
    /// One is enough.
    Any,
    /// All have to be found.
    All,
}

/// One pattern. It is compiled when it is first run, and once for all who have the same.
#[derive(Clone)]
pub struct Pattern {
    shared: Arc<Shared>,
}

/// What all who have a pattern share.
struct Shared {
    written: Box<str>,
    large_classes: usize,
    states: usize,
    /// Of each clause one literal has to occur. None of them: the pattern runs on every text.
    clauses: Vec<Clause>,
    /// Of each of these signs one has to occur.
    needs: Vec<Signs>,
    engine: Engine,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pattern({})", self.as_str().escape_debug())
    }
}

impl Pattern {
    /// Reads a pattern by itself.
    ///
    /// # Errors
    /// [`PatternError`] if it cannot be run whole and in bounded time, or is found in any text.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let mut budget = Budget::of_record();
        budget.begin_rule();
        Self::within(text, &mut budget)
    }

    fn within(text: &str, budget: &mut Budget) -> Result<Self, PatternError> {
        if text.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::TooLong { octets: text.len() });
        }
        if let Some(known) = known(text) {
            known.spend(budget)?;
            return Ok(known);
        }
        let mut syntax = syntax(text)?;
        let large_classes = syntax::lighten(&mut syntax);
        budget.classes(large_classes)?;
        let parsed = translated(text, &syntax)?;
        let states = size::states(&parsed);
        budget.states(states)?;
        // Whatever cannot be written in its letters is named now, and not when it is first run.
        let _letters = Alphabet::of(&parsed)?;
        let clauses = literals::clauses(&parsed);
        if clauses.is_empty() {
            budget.unfiltered()?;
        }
        let (needs, engine) = (needs::needs(&parsed), Engine::default());
        let shared = Shared { written: text.into(), large_classes, states, clauses, needs, engine };
        let pattern = Self { shared: Arc::new(shared) };
        if pattern.is_found_in_anything() {
            return Err(PatternError::MatchesEverything);
        }
        keep(&pattern);
        Ok(pattern)
    }

    /// What is known already costs the same: how much a record may hold does not depend on others.
    fn spend(&self, budget: &mut Budget) -> Result<(), PatternError> {
        budget.classes(self.shared.large_classes)?;
        budget.states(self.shared.states)?;
        if self.is_unfiltered() { budget.unfiltered() } else { Ok(()) }
    }

    /// Ordinary texts that lack its literals are not read, and so most patterns are not compiled for this.
    fn is_found_in_anything(&self) -> bool {
        let may_be_in = |folded: &str| {
            self.shared.clauses.iter().all(|clause| clause.literals.iter().any(|literal| folded.contains(literal)))
        };
        let candidates = ORDINARY_FOLDED.iter().zip(ORDINARY).filter(|(folded, _)| may_be_in(folded));
        let candidates: Vec<&str> = candidates.map(|(_, text)| text).collect();
        let is_most = |count: usize| count * 2 > ORDINARY.len();
        is_most(candidates.len()) && is_most(candidates.into_iter().filter(|text| self.find(text).is_some()).count())
    }

    /// The pattern as its author wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shared.written
    }

    /// States that it unfolds to: what it takes to run it, before anything is compiled.
    #[must_use]
    pub fn states(&self) -> usize {
        self.shared.states
    }

    /// Classes of very many characters that it names.
    #[must_use]
    pub fn large_classes(&self) -> usize {
        self.shared.large_classes
    }

    /// Octets of what was compiled; none as long as it was not run.
    #[must_use]
    pub fn program_bytes(&self) -> usize {
        self.shared.engine.bytes()
    }

    /// Compiles it, if nobody has yet. False if its program is larger than its states allow; it is not run then, and a scan says so.
    #[must_use]
    pub fn compile(&self) -> bool {
        self.shared.engine.compile(self.as_str())
    }

    /// Whether it runs on every text, because nothing that it finds has to hold a literal.
    #[must_use]
    pub fn is_unfiltered(&self) -> bool {
        self.shared.clauses.is_empty()
    }

    /// Where it is first found in a text, in octets, whatever that takes. An index of rules bounds it.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<std::ops::Range<usize>> {
        self.shared.engine.find(self.as_str(), text)
    }

    fn clauses(&self) -> &[Clause] {
        &self.shared.clauses
    }

    /// Whether a text with these signs may hold it.
    fn may_be_among(&self, signs: Signs) -> bool {
        needs::are_met(&self.shared.needs, signs)
    }

    /// Looks for it where it can be.
    fn run(&self, text: &mut Letters<'_>, within: std::ops::Range<usize>, work: &mut Work) -> Outcome {
        self.shared.engine.run(self.as_str(), text, within, work)
    }
}

/// Patterns that somebody has, by a hash: a bank that is made anew from the same records compiles nothing again.
static KNOWN: Mutex<BTreeMap<u64, Weak<Shared>>> = Mutex::new(BTreeMap::new());

/// Patterns that nobody has any more are let go when there are so many, and twice as many, and so on.
const MANY_PATTERNS: usize = 4_096;

fn known(text: &str) -> Option<Pattern> {
    let patterns = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let shared = patterns.get(&xxh64(text.as_bytes(), 0)).and_then(Weak::upgrade)?;
    // Two patterns of one hash can be made on purpose; one of them is then compiled by each who has it.
    (*shared.written == *text).then_some(Pattern { shared })
}

fn keep(pattern: &Pattern) {
    let mut patterns = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if patterns.len() >= MANY_PATTERNS && patterns.len().is_power_of_two() {
        patterns.retain(|_, shared| shared.strong_count() > 0);
    }
    patterns.insert(xxh64(pattern.as_str().as_bytes(), 0), Arc::downgrade(&pattern.shared));
}

/// The ordinary texts as literals are looked for in them.
static ORDINARY_FOLDED: LazyLock<[String; 8]> = LazyLock::new(|| ORDINARY.map(literals::folded));

fn parse(text: &str) -> Result<Hir, PatternError> {
    let mut syntax = syntax(text)?;
    let _cost = syntax::lighten(&mut syntax);
    translated(text, &syntax)
}

fn syntax(text: &str) -> Result<Ast, PatternError> {
    let parsed = ast::parse::ParserBuilder::new().nest_limit(MAX_NESTING).build().parse(text);
    parsed.map_err(|error| refused(&error.into()))
}

fn translated(text: &str, syntax: &Ast) -> Result<Hir, PatternError> {
    Translator::new().translate(text, syntax).map_err(|error| refused(&error.into()))
}

fn refused(error: &regex_syntax::Error) -> PatternError {
    let kind = if let regex_syntax::Error::Parse(error) = error { Some(error.kind()) } else { None };
    match kind {
        Some(ast::ErrorKind::UnsupportedLookAround) => PatternError::LookAround,
        Some(ast::ErrorKind::UnsupportedBackreference) => PatternError::ReferenceBack,
        _ => PatternError::Syntax { reason: last_line(&error.to_string()) },
    }
}

/// The engine draws the place under the pattern; what is wrong is in the last line.
fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// A rule whose patterns all run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rule {
    /// How they go together.
    pub combine: Combine,
    /// The patterns.
    pub patterns: Vec<Pattern>,
}

/// A rule that is not run, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rule is set aside: {}", reasons.iter().map(|(slot, reason)| format!("pattern {}: {reason}", slot + 1)).collect::<Vec<_>>().join("; "))]
#[non_exhaustive]
pub struct SetAside {
    /// The places of patterns among those of the rule, and what is wrong with each.
    pub reasons: Vec<(usize, PatternError)>,
}

impl Rule {
    /// Reads a rule by itself, whole or not at all.
    ///
    /// # Errors
    /// [`SetAside`] with every pattern that cannot be run.
    pub fn new(combine: Combine, patterns: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, SetAside> {
        Self::within(combine, patterns, &mut Budget::of_record())
    }

    /// Reads a rule of a record, as far as the record's budget reaches.
    ///
    /// # Errors
    /// As [`Rule::new`].
    pub fn within(
        combine: Combine,
        patterns: impl IntoIterator<Item: AsRef<str>>,
        budget: &mut Budget,
    ) -> Result<Self, SetAside> {
        budget.begin_rule();
        // One more than there may be is read, to say so; a list of a hundred thousand is not.
        let patterns = patterns.into_iter().take(MAX_PATTERNS + 1);
        Self::of_patterns(combine, patterns.map(|pattern| Pattern::within(pattern.as_ref(), budget)))
    }

    /// Compiles what would be compiled when it is first run. False if one of its patterns cannot be.
    #[must_use]
    pub fn compile(&self) -> bool {
        self.patterns.iter().filter(|pattern| pattern.compile()).count() == self.patterns.len()
    }

    /// States that its patterns unfold to.
    #[must_use]
    pub fn states(&self) -> usize {
        self.patterns.iter().map(Pattern::states).fold(0, usize::saturating_add)
    }

    /// Octets of what was compiled of it so far.
    #[must_use]
    pub fn program_bytes(&self) -> usize {
        self.patterns.iter().map(Pattern::program_bytes).sum()
    }

    /// Patterns that run on every text.
    #[must_use]
    pub fn unfiltered(&self) -> usize {
        self.patterns.iter().filter(|pattern| pattern.is_unfiltered()).count()
    }

    fn of_patterns(
        combine: Combine,
        compiled: impl Iterator<Item = Result<Pattern, PatternError>>,
    ) -> Result<Self, SetAside> {
        let (mut patterns, mut reasons) = (Vec::new(), Vec::new());
        for (slot, pattern) in compiled.enumerate() {
            match pattern {
                Ok(pattern) if slot < MAX_PATTERNS => patterns.push(pattern),
                Ok(_) => reasons.push((slot, too_many())),
                Err(reason) => reasons.push((slot, reason)),
            }
        }
        if patterns.is_empty() && reasons.is_empty() {
            reasons.push((0, PatternError::Syntax { reason: "the rule has no pattern".to_owned() }));
        }
        if reasons.is_empty() { Ok(Self { combine, patterns }) } else { Err(SetAside { reasons }) }
    }
}

fn too_many() -> PatternError {
    PatternError::Syntax { reason: format!("a rule has at most {MAX_PATTERNS} patterns; make several of it") }
}
