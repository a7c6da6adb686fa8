//! Rules: regular expressions that run in linear time, and only where their literals occur.
//!
//! A rule may come from a rival. So its patterns are compiled by an engine whose time grows with the text and never
//! exponentially, within limits on the size of what is compiled; what the engine has not (look-around, references back) is
//! named and the whole rule is set aside, because half a rule says something that its author did not. A rule that would be found
//! in any text is refused.
//!
//! Most rules are not run on most texts: whatever a pattern finds has to hold certain literals, one automaton looks for those of
//! all patterns at once, and a pattern is run only if all that it needs was there.

mod atr;
mod index;
mod literals;
mod yaml;

use std::fmt;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast;

pub use atr::{AtrRule, MAX_FILE_BYTES, NotAnAtrRule, read_atr_json, read_atr_yaml};
pub use index::{MAX_RULE_TEXT_BYTES, MAX_UNFILTERED, RuleHit, RuleHits, RuleIndex};
use literals::Clause;

/// Octets of one pattern. The longest of the ATR rules has 4,000.
pub const MAX_PATTERN_BYTES: usize = 16 * 1024;

/// Patterns of one rule. The ATR rule with the most has 30.
pub const MAX_PATTERNS: usize = 64;

/// Octets of a compiled pattern: what bounds its time on a text, and what a million rules of a flood would cost to keep.
pub const MAX_PROGRAM_BYTES: usize = 4 * 1024 * 1024;

/// Octets that one pattern may use to remember states while it runs.
const MAX_STATE_BYTES: usize = 512 * 1024;

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
    regex: Regex,
    /// Of each clause one literal has to occur. None of them: the pattern runs on every text.
    clauses: Vec<Clause>,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pattern({})", self.regex.as_str().escape_debug())
    }
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`PatternError`] if it cannot be run whole and in bounded time, or is found in any text.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        if text.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::TooLong { octets: text.len() });
        }
        let parsed = regex_syntax::ParserBuilder::new().nest_limit(MAX_NESTING).build().parse(text);
        let clauses = literals::clauses(&parsed.map_err(|error| refused(&error))?);
        let built = RegexBuilder::new(text)
            .size_limit(MAX_PROGRAM_BYTES)
            .dfa_size_limit(MAX_STATE_BYTES)
            .nest_limit(MAX_NESTING)
            .build();
        let regex = built.map_err(|error| {
            let is_too_large = matches!(error, regex::Error::CompiledTooBig(_));
            let reason = last_line(&error.to_string());
            if is_too_large { PatternError::TooLarge } else { PatternError::Syntax { reason } }
        })?;
        let found = ORDINARY.iter().filter(|ordinary| regex.is_match(ordinary)).count();
        if found * 2 > ORDINARY.len() {
            return Err(PatternError::MatchesEverything);
        }
        Ok(Self { regex, clauses })
    }

    /// The pattern as its author wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether it runs on every text, because nothing that it finds has to hold a literal.
    #[must_use]
    pub const fn is_unfiltered(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Where it is first found in a text, in octets.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<std::ops::Range<usize>> {
        self.regex.find(text).map(|found| found.range())
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
    /// Compiles a rule, whole or not at all.
    ///
    /// # Errors
    /// [`SetAside`] with every pattern that cannot be run.
    pub fn new(combine: Combine, patterns: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, SetAside> {
        Self::of_patterns(combine, patterns.into_iter().map(|pattern| Pattern::new(pattern.as_ref())))
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
