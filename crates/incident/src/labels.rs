//! Labels by any number of annotators, and how far they agree.
//!
//! One invariant: **nothing here chooses between annotators.** Disagreement is a table; there is no majority label.

mod kappa;

use std::collections::BTreeMap;

pub use kappa::{Agreement, KappaError, MAX_LABELS, cohen, fleiss};

use crate::taxonomy::Taxonomy;

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

/// What one annotator says about one field of one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The incident's id.
    pub incident: String,
    /// Who says so.
    pub annotator: Annotator,
    /// The taxonomy's name.
    pub taxonomy: String,
    /// The taxonomy's version.
    pub version: String,
    /// The field.
    pub field: String,
    /// The value.
    pub value: String,
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

impl Label {
    /// A label that pins the taxonomy it was read from.
    ///
    /// # Errors
    /// If the taxonomy has no such value.
    pub fn new(
        incident: &str,
        annotator: Annotator,
        taxonomy: &Taxonomy,
        field: &str,
        value: &str,
    ) -> Result<Self, NoSuchValue> {
        let (name, version) = (taxonomy.name.clone(), taxonomy.version.clone());
        let (field, value) = (field.to_owned(), value.to_owned());
        if !taxonomy.has(&field, &value) {
            return Err(NoSuchValue { taxonomy: name, version, field, value });
        }
        Ok(Self { incident: incident.to_owned(), annotator, taxonomy: name, version, field, value })
    }
}

/// Who said what about a field of an incident, under one taxonomy and version: a row for each annotator, a later label of the
/// same annotator in place of an earlier one. Labels of another version are not in it, since their words may mean something else.
#[must_use]
pub fn said<'label>(
    labels: &'label [Label],
    taxonomy: &Taxonomy,
    incident: &str,
    field: &str,
) -> BTreeMap<&'label Annotator, &'label str> {
    let pinned = |label: &&Label| label.taxonomy == taxonomy.name && label.version == taxonomy.version;
    let asked = labels.iter().filter(pinned).filter(|label| label.incident == incident && label.field == field);
    asked.map(|label| (&label.annotator, label.value.as_str())).collect()
}
