//! Classifications by any number of annotators, and how far they agree.
//!
//! One invariant: **nothing here chooses between annotators.** Disagreement is a table; there is no majority label.

mod kappa;
mod statement;
mod table;

pub use crate::taking_back::{VoidReason, Voided};
pub use kappa::{Agreement, KappaError, MAX_LABELS, cohen, fleiss};
pub use statement::{
    CLASSIFICATION_TYPE, Classification, ClassificationStatement, MAX_FIELDS, MAX_VALUES, Pinned, Values,
};
pub use table::{Classifications, FieldRow, Rater, RaterName, Said};

/// Who labelled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a label without one of these has no author")]
pub enum Annotator {
    /// A person.
    Person(String),
    /// A party as a whole.
    Party(String),
    /// A program, and its version.
    Program {
        /// Its name.
        name: String,
        /// Its version, without which its labels cannot be compared.
        version: String,
    },
}

/// A taxonomy of that version has no such value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` has no value `{value}` in {taxonomy} {version}")]
#[non_exhaustive]
pub struct NoSuchValue {
    /// The taxonomy's name.
    pub taxonomy: String,
    /// The taxonomy's version.
    pub version: String,
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
}
