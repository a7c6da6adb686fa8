//! Handling tags.

use std::fmt;
use std::str::FromStr;

use crate::limits::MAX_TAG_BYTES;

/// A named reason for care: `export-controlled`, `personal-data:health`.
///
/// Lower-case words of letters and digits joined by single hyphens, with or without a namespace of the same form and a
/// colon before them; at most [`MAX_TAG_BYTES`] octets. What a tag asks is for floors and agreements to say.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Box<str>);

impl Tag {
    /// The whole tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the colon.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.0.split_once(':').map(|(namespace, _)| namespace)
    }
}

impl FromStr for Tag {
    type Err = NotATag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (namespace, name) = text.split_once(':').map_or((None, text), |(before, after)| (Some(before), after));
        let fits = text.len() <= MAX_TAG_BYTES && namespace.is_none_or(is_words) && is_words(name);
        if fits { Ok(Self(text.into())) } else { Err(NotATag { text: text.chars().take(MAX_TAG_BYTES).collect() }) }
    }
}

fn is_words(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9'));
    text.split('-').all(is_word)
}

impl fmt::Display for Tag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Tag({})", self.0)
    }
}

/// A text is not a handling tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a tag such as export-controlled or personal-data:health", text.escape_debug())]
#[non_exhaustive]
pub struct NotATag {
    /// What stood there, cut to [`MAX_TAG_BYTES`] characters.
    pub text: String,
}
