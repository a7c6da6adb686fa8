//! Identifiers of STIX objects (STIX 2.1 section 2.9).

use std::fmt;
use std::str::FromStr;

use crate::limits::MAX_NAME_BYTES;

/// `type--UUID`, with a UUID of any version in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StixId(Box<str>);

impl StixId {
    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type before the UUID.
    #[must_use]
    pub fn object_type(&self) -> &str {
        split(&self.0).map_or("", |(object_type, _)| object_type)
    }

    /// The UUID's text.
    #[must_use]
    pub fn uuid(&self) -> &str {
        split(&self.0).map_or("", |(_, uuid)| uuid)
    }
}

/// A UUID holds no two hyphens in a row, so the last pair is the one between.
fn split(text: &str) -> Option<(&str, &str)> {
    text.rsplit_once("--")
}

/// STIX 2.1 sections 3.1 and 11.2: `a` to `z`, digits and single hyphens, a letter first, 3 to 250 characters.
pub(super) fn is_type(text: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    (3..=MAX_NAME_BYTES).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(fits)
        && !text.contains("--")
}

/// `8-4-4-4-12` lower-case hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'));
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.split('-').all(hex)
}

impl FromStr for StixId {
    type Err = NotAStixId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = split(text).is_some_and(|(object_type, uuid)| is_type(object_type) && is_uuid(uuid));
        if fits { Ok(Self(text.into())) } else { Err(NotAStixId { text: text.chars().take(300).collect() }) }
    }
}

impl fmt::Display for StixId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for StixId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "StixId({})", self.0)
    }
}

/// A text is not the id of a STIX object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not an id such as incident--0b21bb40-6ef3-4fc3-9c1b-3ad2a7ef3ed0", text.escape_debug())]
#[non_exhaustive]
pub struct NotAStixId {
    /// What stood there, cut to 300 characters.
    pub text: String,
}
