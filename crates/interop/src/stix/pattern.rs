//! Patterns (STIX 2.1 section 9): the whole language, read into a tree.
//!
//! A [`Pattern`] exists only if its text follows the grammar and means something: constants are of their type, what AND joins
//! can be one object, a qualifier stands once. The text itself is not kept; what is written from the tree reads back as the
//! same tree.

mod parse;
mod scan;
mod write;

use std::fmt;
use std::str::FromStr;

/// Words that stand as names only in apostrophes.
const KEYWORDS: [&str; 19] = [
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "WITHIN",
    "REPEATS",
    "TIMES",
    "true",
    "false",
];

/// Whether the language uses a word itself.
fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    observation: Observation,
}

/// What must be observed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Observation {
    /// `[ ... ]`: one observation with an object for which this holds.
    One(Comparison),
    /// Several, joined by the same operator, from left to right.
    Joined(Join, Vec<Self>),
    /// In parentheses.
    Grouped(Box<Self>),
    /// With a limit in time or number.
    Qualified(Box<Self>, Qualifier),
}

/// What joins observations, from loose to tight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Join {
    /// The second not before the first.
    FollowedBy,
    /// Either.
    Or,
    /// Both.
    And,
}

/// A limit on observations.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Qualifier {
    /// All of them within so many seconds, as they were written.
    Within(Box<str>),
    /// At least so many times.
    Repeats(i64),
    /// Not before the first time and before the second, as they were written.
    Between(Box<str>, Box<str>),
}

/// What holds of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Comparison {
    /// One test.
    Test(Test),
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// In parentheses.
    Grouped(Box<Self>),
}

/// A test of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Test {
    /// Which property.
    pub path: Path,
    /// Whether `NOT` stands before it.
    pub is_negated: bool,
    /// Against what.
    pub condition: Condition,
}

/// What a property is tested against.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Condition {
    /// That it is there.
    Exists,
    /// A constant.
    Compare(Operator, Constant),
    /// One of these.
    In(Vec<Constant>),
    /// A text with `%` and `_` as in SQL.
    Like(String),
    /// A regular expression (PCRE).
    Matches(String),
    /// A network that it lies in.
    Subset(String),
    /// A network that lies in it.
    Superset(String),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A constant (section 9.2).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Constant {
    /// `true` or `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, as it was written.
    Float(Box<str>),
    /// `'...'`
    Text(String),
    /// `h'...'`, in the letters of its author.
    Hex(Box<str>),
    /// `b'...'` in base64, without line breaks.
    Binary(Box<str>),
    /// `t'...'`, as it was written.
    Time(Box<str>),
}

/// A path to a property (section 9.7): `file:hashes.'SHA-256'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    object_type: String,
    steps: Vec<Step>,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the grammar has these forms")]
pub enum Step {
    /// A property or key.
    Name(String),
    /// The element with this index, from 0.
    Slot(i64),
    /// Some element.
    Some,
}

impl Pattern {
    /// What must be observed.
    #[must_use]
    pub const fn observation(&self) -> &Observation {
        &self.observation
    }

    /// Every path of it, in order.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        self.observation.paths(&mut paths);
        paths
    }
}

impl Observation {
    fn paths<'p>(&'p self, paths: &mut Vec<&'p Path>) {
        match self {
            Self::One(comparison) => comparison.paths(paths),
            Self::Joined(_, parts) => parts.iter().for_each(|part| part.paths(paths)),
            Self::Grouped(inside) | Self::Qualified(inside, _) => inside.paths(paths),
        }
    }
}

impl Comparison {
    fn paths<'p>(&'p self, paths: &mut Vec<&'p Path>) {
        match self {
            Self::Test(test) => paths.push(&test.path),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.paths(paths)),
            Self::Grouped(inside) => inside.paths(paths),
        }
    }
}

impl Path {
    /// The type before the colon.
    #[must_use]
    pub fn object_type(&self) -> &str {
        &self.object_type
    }

    /// The steps after it; the first is a name.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The property of the object itself.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        self.steps.first().and_then(Step::name)
    }
}

impl Step {
    /// The name, if it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse::pattern(text).map(|observation| Self { observation })
    }
}

/// A text is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {column}: {reason} (STIX 2.1 section {section})")]
#[non_exhaustive]
pub struct PatternError {
    /// The character, counted from 1, up to which it could be read.
    pub column: usize,
    /// What is wrong, and what could stand there.
    pub reason: String,
    /// The section of the standard.
    pub section: &'static str,
    /// True if the text does not follow the grammar; false if it follows it and means nothing.
    pub is_grammar: bool,
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.observation.fmt(out)
    }
}
