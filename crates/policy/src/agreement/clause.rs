//! Clauses.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use record::language::TaggedText;

use super::terms::{Obligations, Prevails, RoleName, Transform, is_name};
use crate::cedar::{Checked, Effect};
use record::words::UnknownWord;

/// The name of a clause: `2`, `3.1`, `incidents`. Lower-case letters, digits, hyphens and dots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseId(String);

impl ClauseId {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClauseId {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_name(text) { Ok(Self(text.to_owned())) } else { Err(UnknownWord::new("clause", text, &["2", "3.1"])) }
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// One clause, with those below it.
#[derive(Debug, Clone)]
pub struct Clause {
    pub(super) id: ClauseId,
    pub(super) text: TaggedText,
    pub(super) prevails: Option<Prevails>,
    pub(super) operative: Option<Operative>,
    pub(super) below: Vec<Self>,
}

impl Clause {
    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &ClauseId {
        &self.id
    }

    /// Its words, by language.
    #[must_use]
    pub const fn text(&self) -> &TaggedText {
        &self.text
    }

    /// Which rendition decides, if not the one that the agreement names.
    #[must_use]
    pub const fn prevails(&self) -> Option<&Prevails> {
        self.prevails.as_ref()
    }

    /// What nodes run; none for a clause that people alone read.
    #[must_use]
    pub const fn operative(&self) -> Option<&Operative> {
        self.operative.as_ref()
    }

    /// The clauses below.
    #[must_use]
    pub fn below(&self) -> &[Self] {
        &self.below
    }

    /// This clause and all below it, each before its own.
    pub(super) fn with_below(&self) -> Vec<&Self> {
        std::iter::once(self).chain(self.below.iter().flat_map(Self::with_below)).collect()
    }
}

/// The part of a clause that a node runs.
#[derive(Debug, Clone)]
pub struct Operative {
    pub(super) from: BTreeSet<RoleName>,
    pub(super) to: BTreeSet<RoleName>,
    pub(super) policy: Checked,
    pub(super) transform: Transform,
    pub(super) obligations: Obligations,
}

impl Operative {
    /// The roles that may send under it.
    #[must_use]
    pub const fn from(&self) -> &BTreeSet<RoleName> {
        &self.from
    }

    /// The roles that may receive under it.
    #[must_use]
    pub const fn to(&self) -> &BTreeSet<RoleName> {
        &self.to
    }

    /// Its policy.
    #[must_use]
    pub const fn policy(&self) -> &Checked {
        &self.policy
    }

    /// Whether it permits or forbids.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.policy.effect()
    }

    /// Which fields go along. A clause that forbids has the transform that shows everything, and it is never used.
    #[must_use]
    pub const fn transform(&self) -> &Transform {
        &self.transform
    }

    /// What is owed.
    #[must_use]
    pub const fn obligations(&self) -> &Obligations {
        &self.obligations
    }
}
