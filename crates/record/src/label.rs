//! Labels: what may be done with a record, or with a place in it.
//!
//! Labels are records of their own, by anyone who holds the record they are about. Inside a node they join: whatever one of
//! them asks, holds. Nothing here lowers a mark; only its own author does, by a signed declassification.

mod error;
mod marks;
mod object;
mod read;
mod set;
mod tag;
mod tlp;

pub use error::LabelError;
pub use marks::{Marks, Recipients};
pub use set::{LabelSet, OtherRecord};
pub use tag::{NotATag, Tag};
pub use tlp::{Pap, Tlp, UnknownLevel, UnknownMarkings, marks_of_markings};

use std::fmt;
use std::str::FromStr;

use crate::digest::RecordDigest;
use crate::json::{Json, Map};
use crate::path::{NotAPath, Path};

/// What one label says: these marks, on this place of this record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    about: RecordDigest,
    at: Place,
    marks: Marks,
}

/// The part of a record that a label is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a label is on a whole or on a part")]
pub enum Place {
    /// All of it, written `*`.
    Whole,
    /// One place and all below it.
    At(Path),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => out.write_str("*"),
            Self::At(path) => path.fmt(out),
        }
    }
}

impl FromStr for Place {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" { Ok(Self::Whole) } else { text.parse().map(Self::At) }
    }
}

impl Label {
    /// A label on a place of the record with this digest.
    #[must_use]
    pub const fn new(about: RecordDigest, at: Place, marks: Marks) -> Self {
        Self { about, at, marks }
    }

    /// The record it is about.
    #[must_use]
    pub const fn about(&self) -> RecordDigest {
        self.about
    }

    /// The part of that record it is on.
    #[must_use]
    pub const fn at(&self) -> &Place {
        &self.at
    }

    /// What it asks.
    #[must_use]
    pub const fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Reads the seven fields `about`, `path`, `tlp`, `pap`, `tags`, `origins`, `recipients`.
    ///
    /// Every field must be there. A label may travel in part like every record, and nobody can tell a field that was
    /// withheld from one that never was: if a missing field meant "no restriction", withholding it would lower the label.
    ///
    /// # Errors
    /// [`LabelError`] for a field that is missing, unknown, or has another value than it may.
    pub fn from_map(fields: &Map) -> Result<Self, LabelError> {
        read::label(fields)
    }

    /// The same seven fields, sets in order.
    #[must_use]
    pub fn to_map(&self) -> Map {
        Map::new()
            .with("about", self.about.to_string())
            .with("path", self.at.to_string())
            .with("tlp", self.marks.tlp().name())
            .with("pap", self.marks.pap().name())
            .with("tags", list(self.marks.tags()))
            .with("origins", list(self.marks.origins()))
            .with(
                "recipients",
                match self.marks.recipients() {
                    Recipients::Anyone => Json::text(read::ANYONE),
                    Recipients::Only(parties) => list(parties),
                },
            )
    }
}

fn list<'a, T: fmt::Display + 'a>(items: impl IntoIterator<Item = &'a T>) -> Json {
    Json::Array(items.into_iter().map(|item| Json::text(item.to_string())).collect())
}
