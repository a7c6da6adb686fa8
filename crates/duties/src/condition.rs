//! Conditions over facts, and what they say with what is known.

mod read;
mod words;

use std::sync::Arc;

use incident::Country;
use record::time::Timestamp;

use crate::dictionary::{Fact, FactIndex};
use crate::facts::Facts;
use crate::pack::{Definition, Question};
use crate::truth::Truth;
use crate::value::Value;

pub(crate) use read::{Terms, question, read};
pub(crate) use words::leaf_words;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// Every one of them.
    All(Vec<Self>),
    /// At least one of them.
    Any(Vec<Self>),
    /// Not that.
    Not(Box<Self>),
    /// A test of one fact.
    Leaf(Leaf),
    /// A definition.
    Term(Arc<Definition>),
    /// A question that the law leaves open.
    Question(Arc<Question>),
}

/// A test of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leaf {
    /// The fact's place in the dictionary.
    pub index: FactIndex,
    /// The fact.
    pub fact: Arc<Fact>,
    /// What is asked of it.
    pub test: Test,
}

/// What is asked of a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Test {
    /// The boolean is this.
    Is(bool),
    /// The code is one of these bits.
    CodeIn(u64),
    /// The country is one of these.
    CountryIn(Arc<[Country]>),
    /// The codes hold one of these bits.
    HasCode(u64),
    /// The countries hold one of these.
    HasCountry(Arc<[Country]>),
    /// The number compares so.
    Compare(Comparison, u64),
    /// The instant has come, or has not.
    Happened(bool),
    /// The instant is at or after this.
    From(Timestamp),
    /// The instant is before this.
    Before(Timestamp),
}

record::words! {
    /// How a number compares.
    Comparison, "comparison" {
        /// So much or more.
        AtLeast = "at_least",
        /// So much or less.
        AtMost = "at_most",
        /// Less.
        LessThan = "less_than",
        /// More.
        MoreThan = "more_than",
    }
}

/// What was seen of a condition.
#[derive(Debug, Default)]
pub(crate) struct Seen<'c> {
    /// The tests that leave it undetermined.
    pub(crate) open: Vec<&'c Leaf>,
    /// How many parts of it were looked at.
    pub(crate) parts: u64,
}

/// How open questions are read: one bit for each question of the pack, set where it is answered yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reading(pub(crate) u32);

impl Reading {
    /// The bit of a question.
    pub(crate) fn bit(question: &Question) -> u32 {
        1_u32.wrapping_shl(question.place.into())
    }

    pub(crate) fn is_yes(self, question: &Question) -> bool {
        self.0 & Self::bit(question) != 0
    }
}

impl Condition {
    /// What it says with what is known, open questions read so.
    pub(crate) fn truth(&self, facts: &Facts, reading: Reading) -> Truth {
        match self {
            Self::All(parts) => Truth::all(parts.iter().map(|part| part.truth(facts, reading))),
            Self::Any(parts) => Truth::any(parts.iter().map(|part| part.truth(facts, reading))),
            Self::Not(part) => part.truth(facts, reading).negated(),
            Self::Leaf(leaf) => leaf.truth(facts),
            Self::Term(definition) => definition.when.truth(facts, reading),
            Self::Question(question) => Truth::of(reading.is_yes(question)),
        }
    }

    /// Every test in it, definitions included, with repetitions.
    pub(crate) fn leaves<'c>(&'c self, found: &mut Vec<&'c Leaf>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.leaves(found)),
            Self::Not(part) => part.leaves(found),
            Self::Leaf(leaf) => found.push(leaf),
            Self::Term(definition) => definition.when.leaves(found),
            Self::Question(_) => {}
        }
    }

    /// How many parts it has, definitions counted by what they stand for.
    pub(crate) fn parts(&self) -> u64 {
        let inner = match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::parts).fold(0, u64::saturating_add),
            Self::Not(part) => part.parts(),
            Self::Term(definition) => definition.when.parts(),
            Self::Leaf(_) | Self::Question(_) => 0,
        };
        inner.saturating_add(1)
    }

    /// Every open question in it, definitions included.
    pub(crate) fn questions<'c>(&'c self, found: &mut Vec<&'c Arc<Question>>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.questions(found)),
            Self::Not(part) => part.questions(found),
            Self::Leaf(_) => {}
            Self::Term(definition) => definition.when.questions(found),
            Self::Question(question) if found.iter().any(|known| known.place == question.place) => {}
            Self::Question(question) => found.push(question),
        }
    }

    /// Every definition in it, those within definitions included.
    pub(crate) fn terms<'c>(&'c self, found: &mut Vec<&'c Arc<Definition>>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.terms(found)),
            Self::Not(part) => part.terms(found),
            Self::Leaf(_) | Self::Question(_) => {}
            Self::Term(definition) => {
                found.push(definition);
                definition.when.terms(found);
            }
        }
    }

    /// What it says, as [`Condition::truth`]; and the tests that leave it undetermined: those that are undetermined themselves,
    /// and whose part is.
    pub(crate) fn open<'c>(&'c self, facts: &Facts, reading: Reading, seen: &mut Seen<'c>) -> Truth {
        let before = seen.open.len();
        seen.parts = seen.parts.saturating_add(1);
        let truth = match self {
            Self::All(parts) => open_parts(parts, Truth::False, facts, reading, seen),
            Self::Any(parts) => open_parts(parts, Truth::True, facts, reading, seen),
            Self::Not(part) => part.open(facts, reading, seen).negated(),
            Self::Term(definition) => definition.when.open(facts, reading, seen),
            Self::Question(question) => Truth::of(reading.is_yes(question)),
            Self::Leaf(leaf) => {
                seen.open.push(leaf);
                leaf.truth(facts)
            }
        };
        if truth != Truth::Unknown {
            seen.open.truncate(before);
        }
        truth
    }
}

/// Looks at the parts of a conjunction or disjunction until one decides it.
fn open_parts<'c>(
    parts: &'c [Condition],
    deciding: Truth,
    facts: &Facts,
    reading: Reading,
    seen: &mut Seen<'c>,
) -> Truth {
    let mut whole = deciding.negated();
    for part in parts {
        match part.open(facts, reading, seen) {
            truth if truth == deciding => return deciding,
            Truth::Unknown => whole = Truth::Unknown,
            Truth::True | Truth::False => {}
        }
    }
    whole
}

impl Leaf {
    /// What it says with what is known.
    pub(crate) fn truth(&self, facts: &Facts) -> Truth {
        facts.get(self.index).map_or(Truth::Unknown, |value| self.test.truth(value))
    }
}

impl Test {
    /// A value of another type than the test's leaves it undetermined; reading a pack has refused such a test.
    pub(crate) fn truth(&self, value: &Value) -> Truth {
        match (self, value) {
            (Self::Is(wanted), Value::Boolean(truth)) => Truth::of(wanted == truth),
            (Self::CodeIn(bits), Value::Code(place)) => Truth::of(bits & crate::value::bit(*place) != 0),
            (Self::CountryIn(list), Value::Country(country)) => Truth::of(names(list, *country)),
            (Self::HasCode(bits), Value::Codes { has, is_complete }) => {
                Truth::certain(bits & has != 0, bits & has != 0 || !is_complete)
            }
            (Self::HasCountry(list), Value::Countries { has, is_complete }) => {
                let holds = has.iter().any(|country| names(list, *country));
                Truth::certain(holds, holds || !is_complete)
            }
            (Self::Compare(comparison, bound), Value::Number { low, high }) => comparison.truth(*bound, *low, *high),
            (Self::Happened(wanted), Value::NotYet) => Truth::of(!wanted),
            (Self::Happened(wanted), Value::Instant(_)) => Truth::of(*wanted),
            (Self::From(_) | Self::Before(_), Value::NotYet) => Truth::False,
            (Self::From(bound), Value::Instant(span)) => Truth::certain(span.first >= *bound, span.last >= *bound),
            (Self::Before(bound), Value::Instant(span)) => Truth::certain(span.last < *bound, span.first < *bound),
            _ => Truth::Unknown,
        }
    }
}

/// Whether a list of countries, sorted as it was read, names one. A pack may list every country in each of many tests.
pub(crate) fn names(list: &[Country], country: Country) -> bool {
    list.binary_search(&country).is_ok()
}

impl Comparison {
    fn truth(self, bound: u64, low: u64, high: u64) -> Truth {
        match self {
            Self::AtLeast => Truth::certain(low >= bound, high >= bound),
            Self::MoreThan => Truth::certain(low > bound, high > bound),
            Self::AtMost => Truth::certain(high <= bound, low <= bound),
            Self::LessThan => Truth::certain(high < bound, low < bound),
        }
    }
}
