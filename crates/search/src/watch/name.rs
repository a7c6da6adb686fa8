//! Names of standing searches.

use std::fmt;
use std::str::FromStr;

use crate::limits::MAX_RULE_NAME_BYTES;

/// The name of a standing search: letters, digits, hyphens and underscores, so that it can be typed without quotes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleName(Box<str>);

impl RuleName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for RuleName {
    type Err = BadName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let begins = name.chars().next().is_some_and(char::is_alphanumeric);
        let is_plain = name.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '_'));
        if begins && is_plain && name.len() <= MAX_RULE_NAME_BYTES { Ok(Self(name.into())) } else { Err(BadName) }
    }
}

/// A text cannot name a standing search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has letters, digits, hyphens and underscores, begins with a letter or digit, and is at most {MAX_RULE_NAME_BYTES} octets long"
)]
#[non_exhaustive]
pub struct BadName;
