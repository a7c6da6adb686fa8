//! JSON under the strict profile of the record format.
//!
//! The profile is I-JSON (RFC 7493) made checkable: no duplicate keys, no lone surrogates, no integer beyond 2^53 - 1, a
//! bounded depth. Whatever two readers could understand differently is refused with its name and place. Order of members
//! and the spelling of decimals are kept, so that nothing changes on a round trip.

mod canonical;
mod error;
mod map;
mod parse;
mod write;

pub use canonical::{CanonicalError, canonical};
pub use error::{ParseError, ParseErrorKind, Position};
pub use map::Map;
pub(crate) use parse::parse_disclosure;
pub use parse::{parse, parse_within};
pub(crate) use write::write_string;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "JSON has these six forms and will have no other")]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, see [`Number`].
    Number(Number),
    /// A string of Unicode scalar values.
    String(String),
    /// An array.
    Array(Vec<Self>),
    /// An object without duplicate keys.
    Object(Map),
}

/// A JSON number: an exact integer, or a decimal in its own spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a number is one or the other")]
pub enum Number {
    /// An integer within ±(2^53 - 1), written without fraction or exponent.
    #[non_exhaustive]
    Integer(i64),
    /// Anything else that is a finite double, byte for byte as its author wrote it. Only the parser makes one: its text is
    /// written as it stands.
    #[non_exhaustive]
    Decimal(Box<str>),
}

impl Json {
    /// A string value.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// An integer value; `None` beyond ±(2^53 - 1).
    #[must_use]
    pub fn integer(value: i64) -> Option<Self> {
        let safe = -crate::limits::MAX_SAFE_INTEGER..=crate::limits::MAX_SAFE_INTEGER;
        safe.contains(&value).then_some(Self::Number(Number::Integer(value)))
    }

    /// A size, count or index; null beyond 2^53 - 1, which none of them reaches.
    #[must_use]
    pub fn count(value: impl TryInto<i64>) -> Self {
        value.try_into().ok().and_then(Self::integer).unwrap_or(Self::Null)
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The value, if this is an integer.
    #[must_use]
    pub const fn as_integer(&self) -> Option<i64> {
        if let Self::Number(Number::Integer(value)) = self { Some(*value) } else { None }
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The members, if this is an object.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Map> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The word for this form in messages.
    #[must_use]
    pub const fn form(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl From<Map> for Json {
    fn from(members: Map) -> Self {
        Self::Object(members)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}
