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
//! What is compiled is bounded for a pattern, a rule, a record, an author and a bank; what running costs is bounded for the rules
//! of one source on one text. What is beyond a bound is named.

mod atr;
mod budget;
mod engine;
mod index;
mod literals;
mod yaml;

use std::fmt;
use std::sync::Arc;

use regex_syntax::ast;

pub use atr::{AtrRule, MAX_FILE_BYTES, MAX_FILE_RULES, NotAnAtrRule, read_atr_json, read_atr_yaml};
pub use budget::{Budget, MAX_RECORD_PROGRAM_BYTES, MAX_RULE_PROGRAM_BYTES};
use engine::{Engine, Outcome, Work};
pub use index::{MAX_RULE_TEXT_BYTES, MAX_UNFILTERED, RuleHit, RuleHits, RuleIndex};
use literals::Clause;

/// Octets of one pattern. The longest of the ATR rules has 4,000.
pub const MAX_PATTERN_BYTES: usize = 16 * 1024;

/// Patterns of one rule. The ATR rule with the most has 30.
pub const MAX_PATTERNS: usize = 64;

/// Octets of a compiled pattern: what bounds its time on a text.
pub const MAX_PROGRAM_BYTES: usize = 4 * 1024 * 1024;

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
    /// What is compiled is too large.
    #[error("the compiled pattern has more than {MAX_PROGRAM_BYTES} octets; use shorter repetitions")]
    TooLarge,
    /// What is compiled of the whole rule is too large.
    #[error(
        "the compiled patterns of this rule together have more than {MAX_RULE_PROGRAM_BYTES} octets; make several rules of it"
    )]
    RuleTooLarge,
    /// What is compiled of the whole record is too large.
    #[error(
        "the compiled rules of this record together have more than {MAX_RECORD_PROGRAM_BYTES} octets; put them into several records"
    )]
    RecordTooLarge,
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

/// One pattern, compiled.
#[derive(Clone)]
pub struct Pattern {
    written: Arc<str>,
    engine: Arc<Engine>,
    /// Of each clause one literal has to occur. None of them: the pattern runs on every text.
    clauses: Vec<Clause>,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pattern({})", self.written.escape_debug())
    }
}

impl Pattern {
    /// Compiles a pattern by itself.
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
        let parsed = regex_syntax::ParserBuilder::new().nest_limit(MAX_NESTING).build().parse(text);
        let parsed = parsed.map_err(|error| refused(&error))?;
        let engine = budget.compile(&parsed)?;
        let found = ORDINARY.iter().filter(|ordinary| engine.run(ordinary, &mut Work::default()) != Outcome::Absent);
        if found.count() * 2 > ORDINARY.len() {
            return Err(PatternError::MatchesEverything);
        }
        Ok(Self { written: text.into(), engine: Arc::new(engine), clauses: literals::clauses(&parsed) })
    }

    /// The pattern as its author wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Octets of what was compiled.
    #[must_use]
    pub fn program_bytes(&self) -> usize {
        self.engine.bytes()
    }

    /// Whether it runs on every text, because nothing that it finds has to hold a literal.
    #[must_use]
    pub const fn is_unfiltered(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Where it is first found in a text, in octets, whatever that takes. An index of rules bounds it.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<std::ops::Range<usize>> {
        self.engine.find(text)
    }

    fn run(&self, text: &str, work: &mut Work) -> Outcome {
        self.engine.run(text, work)
    }
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
    /// Compiles a rule by itself, whole or not at all.
    ///
    /// # Errors
    /// [`SetAside`] with every pattern that cannot be run.
    pub fn new(combine: Combine, patterns: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, SetAside> {
        Self::within(combine, patterns, &mut Budget::of_record())
    }

    /// Compiles a rule of a record, as far as the record's budget reaches.
    ///
    /// # Errors
    /// As [`Rule::new`].
    pub fn within(
        combine: Combine,
        patterns: impl IntoIterator<Item: AsRef<str>>,
        budget: &mut Budget,
    ) -> Result<Self, SetAside> {
        budget.begin_rule();
        Self::of_patterns(combine, patterns.into_iter().map(|pattern| Pattern::within(pattern.as_ref(), budget)))
    }

    /// Octets of what was compiled.
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
