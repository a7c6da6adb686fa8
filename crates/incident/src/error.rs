//! What is wrong with a property, and what to do about it.

/// Characters of foreign text that an error quotes: enough to find it by. An error may end in a log.
const EXCERPT_CHARACTERS: usize = 80;

/// A property of an incident does not have the value that the format asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{property}` {reason}")]
#[non_exhaustive]
pub struct PropertyError {
    /// The property, or the element or member of it: `harms/2/low`.
    pub property: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl PropertyError {
    /// Says what is wrong with a property.
    #[must_use]
    pub fn new(property: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { property: property.into(), reason: reason.into() }
    }

    /// The same, for a value inside another property.
    #[must_use]
    pub fn inside(self, outer: &str) -> Self {
        Self { property: format!("{outer}/{}", self.property), reason: self.reason }
    }
}

/// The beginning of a foreign text, with a sign that it goes on.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
