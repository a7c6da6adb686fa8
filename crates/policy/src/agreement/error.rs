//! What is wrong with an agreement's text.

use record::json::{CanonicalError, ParseError};
use record::language::{LanguageTag, TextError};
use text::InvisibleKind;

use crate::cedar::PolicyError;

/// An agreement's text does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", place(at.as_deref()))]
#[non_exhaustive]
pub struct AgreementError {
    /// The clause or example concerned; none for the agreement as a whole.
    pub at: Option<String>,
    /// What is wrong.
    pub problem: AgreementProblem,
}

fn place(at: Option<&str>) -> String {
    at.map_or_else(String::new, |at| format!("{at}: "))
}

impl AgreementError {
    pub(super) fn at(at: impl Into<String>, problem: impl Into<AgreementProblem>) -> Self {
        Self { at: Some(at.into()), problem: problem.into() }
    }
}

impl From<AgreementProblem> for AgreementError {
    fn from(problem: AgreementProblem) -> Self {
        Self { at: None, problem }
    }
}

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementProblem {
    /// It is not JSON under the profile.
    #[error("the agreement is not JSON: {0}")]
    Json(#[from] ParseError),
    /// It cannot be written canonically.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// A field is missing, unknown, or not what it should be.
    #[error("`{field}` {reason}")]
    Form {
        /// The field.
        field: &'static str,
        /// What it should be.
        reason: String,
    },
    /// A field that agreements do not have. It might change the meaning for a reader who knows it.
    #[error("there is no field `{}` here; remove it", field.escape_debug())]
    Unknown {
        /// The field.
        field: String,
    },
    /// More of something than an agreement holds.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Two things have one name.
    #[error("there are two {what} of the name `{name}`")]
    Twice {
        /// What they are.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A rendition is missing in an authentic language, or there is one in a language that the agreement does not have.
    #[error("the text in {language} {problem}")]
    Rendition {
        /// The language.
        language: LanguageTag,
        /// What is wrong.
        problem: &'static str,
    },
    /// A text is no text by language.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A character that nobody sees, or that changes the order of what is read.
    #[error(
        "the text in {language} holds the {kind:?} character U+{:04X} at octet {offset}: a reader would not see what is signed",
        u32::from(*character)
    )]
    Invisible {
        /// The language.
        language: LanguageTag,
        /// What the character does.
        kind: InvisibleKind,
        /// The character.
        character: char,
        /// Where it stands, in octets of the text.
        offset: usize,
    },
    /// The policy does not hold.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// No facts that there can be make the condition true.
    #[error("this clause never applies: nothing that a record can be makes its policy true")]
    NeverApplies,
    /// The condition asks about so much at once that nobody could try it all.
    #[error(
        "the policy asks about {cases} different cases at once, and at most {limit} are tried: make several clauses of it"
    )]
    TooManyCases {
        /// How many.
        cases: u128,
        /// The limit.
        limit: u128,
    },
    /// The clause shows what it also withholds or replaces.
    #[error("`{name}` is {one} and {other} at once")]
    Contradiction {
        /// The property.
        name: String,
        /// What the transform does with it.
        one: &'static str,
        /// What it also does.
        other: &'static str,
    },
    /// A property has no coarse twin that an author could have signed.
    #[error("`{name}` has no coarse twin: it can be shown or dropped")]
    NoTwin {
        /// The property.
        name: String,
    },
    /// No kind of record has a property of this name.
    #[error("no kind of record has a property `{}`", name.escape_debug())]
    NoProperty {
        /// The name.
        name: String,
    },
    /// The policies were written against other lists of words, or for another engine.
    #[error("the agreement is written for {found}, and this node runs {expected}: both sides must run the same")]
    Engine {
        /// What the agreement names.
        found: String,
        /// What runs here.
        expected: String,
    },
    /// The period is empty.
    #[error("the agreement ends before it begins")]
    EmptyPeriod,
}
