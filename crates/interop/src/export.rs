//! Incidents in other people's formats: a STIX bundle, a table of the OECD's 29 criteria, a flat table.

mod bundle;
mod tables;

pub use bundle::{Author, bundle, known_version};
pub use tables::{flat, oecd};

use crate::losses::Losses;

/// A written file, and what had no place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The file.
    pub text: String,
    /// What had no place.
    pub losses: Losses,
}

impl Written {
    /// A written file.
    #[must_use]
    pub const fn new(text: String, losses: Losses) -> Self {
        Self { text, losses }
    }
}
