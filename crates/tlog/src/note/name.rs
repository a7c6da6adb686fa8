//! Names of keys.

use std::fmt;
use std::str::FromStr;

use crate::limits::MAX_NAME_BYTES;

/// A key's name: not empty, without Unicode spaces and `+` (C2SP signed-note, "Format"). Best a URL without its scheme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName(String);

impl KeyName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = BadName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let bad = name.chars().any(|it| it.is_whitespace() || it < ' ' || it == '+');
        if bad || name.is_empty() || name.len() > MAX_NAME_BYTES {
            return Err(BadName { name: name.chars().take(MAX_NAME_BYTES).collect() });
        }
        Ok(Self(name.to_owned()))
    }
}

/// A text that is no key name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` cannot be a key's name: 1 to 255 octets without spaces and `+` are wanted", name.escape_debug())]
#[non_exhaustive]
pub struct BadName {
    /// The text, cut if it is long.
    pub name: String,
}
