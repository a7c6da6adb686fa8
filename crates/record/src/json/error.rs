//! What is wrong with a text that should be JSON, and where.

use std::fmt;

/// Why a text is not JSON under the profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The text is longer than the caller's limit.
    #[error("the text is longer than {limit} octets")]
    TooLong {
        /// The limit that was exceeded, in octets.
        limit: usize,
    },
    /// The text is not UTF-8.
    #[error("invalid UTF-8")]
    InvalidUtf8,
    /// The text begins with a byte order mark (RFC 8259 section 8.1 forbids to add one).
    #[error("a byte order mark stands before the value")]
    ByteOrderMark,
    /// The text ends inside a value.
    #[error("the text ends where {expected} should follow")]
    UnexpectedEnd {
        /// What would have been valid here.
        expected: &'static str,
    },
    /// A character that cannot stand here.
    #[error("found `{}` where {expected} should stand", found.escape_default())]
    UnexpectedCharacter {
        /// The character.
        found: char,
        /// What would have been valid here.
        expected: &'static str,
    },
    /// Something follows the value.
    #[error("something follows the end of the value")]
    TrailingData,
    /// Two members of one object have the same name.
    #[error("duplicate key `{key}`")]
    DuplicateKey {
        /// The name that stands twice.
        key: String,
    },
    /// A member name is longer than [`crate::limits::MAX_NAME_BYTES`].
    #[error("a key is longer than {} octets", crate::limits::MAX_NAME_BYTES)]
    KeyTooLong,
    /// An integral number beyond 2^53 - 1, of which readers keep different values.
    #[error("integer beyond ±(2^53 - 1)")]
    IntegerOutOfRange,
    /// A number that no finite double can hold, or that is longer than [`crate::limits::MAX_NUMBER_BYTES`].
    #[error("number out of range")]
    NumberOutOfRange,
    /// A number with a leading zero, a bare point, or another form that JSON does not have.
    #[error("malformed number")]
    MalformedNumber,
    /// Half of a surrogate pair.
    #[error("lone surrogate in a `\\u` escape")]
    LoneSurrogate,
    /// A backslash sequence that JSON does not have.
    #[error("invalid escape sequence")]
    InvalidEscape,
    /// A control character that must be written as an escape.
    #[error("unescaped control character U+{code:04X}")]
    ControlCharacter {
        /// Its code point.
        code: u8,
    },
    /// More values than [`crate::limits::MAX_JSON_VALUES`].
    #[error("more than {} values", crate::limits::MAX_JSON_VALUES)]
    TooManyValues,
    /// Arrays and objects nest deeper than [`crate::limits::MAX_JSON_DEPTH`].
    #[error("nested deeper than {} levels", crate::limits::MAX_JSON_DEPTH)]
    TooDeep,
}

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// Octets before the place.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Character within the line, from 1.
    pub column: usize,
}

impl Position {
    /// The place after `offset` octets of `text`.
    #[must_use]
    pub fn of(text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.iter().filter(|octet| **octet == b'\n').count().saturating_add(1);
        let last = before.rsplit(|octet| *octet == b'\n').next().unwrap_or(before);
        // Continuation octets of UTF-8 are part of the character before them.
        let column = last.iter().filter(|octet| **octet & 0xC0 != 0x80).count().saturating_add(1);
        Self { offset, line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {} column {} (octet {})", self.line, self.column, self.offset)
    }
}

/// A text that is not JSON under the profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at {position}")]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Where it is wrong.
    pub position: Position,
}
