//! How many members of a group must have witnessed.

use std::fmt;

/// The third word of a `group` line, kept as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Threshold {
    /// Every member.
    All,
    /// One member.
    Any,
    /// So many members: at least one, and no more than there are.
    AtLeast(usize),
}

impl Threshold {
    /// Reads the word. Whether a group has so many members is for whoever reads the group.
    pub(super) fn read(word: &str) -> Option<Self> {
        match word {
            "all" => Some(Self::All),
            "any" => Some(Self::Any),
            _ => decimal(word).map(Self::AtLeast),
        }
    }

    /// The members that must have witnessed, out of so many.
    #[must_use]
    pub const fn of(self, members: usize) -> usize {
        match self {
            Self::All => members,
            Self::Any => 1,
            Self::AtLeast(count) => count,
        }
    }
}

/// An ASCII decimal without sign or leading zeroes, so that a policy has one spelling.
fn decimal(word: &str) -> Option<usize> {
    let plain = word.bytes().all(|octet| octet.is_ascii_digit()) && (word == "0" || !word.starts_with('0'));
    plain.then(|| word.parse().ok()).flatten()
}

impl fmt::Display for Threshold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => out.write_str("all"),
            Self::Any => out.write_str("any"),
            Self::AtLeast(count) => write!(out, "{count}"),
        }
    }
}
