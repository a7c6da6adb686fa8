//! Forms of texts that a pattern can describe: the pattern stands in the document, the check in the reader.

use record::digest::RecordDigest;
use record::stix::StixId;
use record::time::Timestamp;

use crate::limits::MAX_TEXT_CHARACTERS;

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Any text.
    Any,
    /// A digest or a party's id: 32 octets in base64url, in their one spelling.
    Digest,
    /// An instant in UTC.
    Instant,
    /// The id of a STIX object.
    StixId,
    /// A decimal number of up to 15 digits, as text: in a path or a cursor.
    Number,
    /// A text that nobody should see on a screen or in a log, such as a password.
    Secret,
}

impl Form {
    /// The pattern (ECMA 262, as JSON Schema has it); none if there is none.
    #[must_use]
    pub const fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::Secret => None,
            // The last character holds four bits: others would be a second spelling.
            Self::Digest => Some("^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"),
            // Days and hours that every month and day has: a few others are refused although they fit.
            Self::Instant => Some(concat!(
                "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T",
                "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?Z$"
            )),
            Self::StixId => {
                Some("^[a-z](?:-?[a-z0-9])+--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
            }
            Self::Number => Some("^(?:0|[1-9][0-9]{0,14})$"),
        }
    }

    /// The fewest and the most characters of such a text.
    #[must_use]
    pub const fn length(self) -> (usize, usize) {
        match self {
            Self::Any => (1, MAX_TEXT_CHARACTERS),
            Self::Secret => (1, 1024),
            Self::Digest => (43, 43),
            Self::Instant => (20, MAX_INSTANT_BYTES),
            Self::StixId => (MIN_STIX_ID_BYTES, MAX_STIX_ID_BYTES),
            Self::Number => (1, 15),
        }
    }

    /// The `format` of JSON Schema, which readers may check and people understand.
    #[must_use]
    pub const fn format(self) -> Option<&'static str> {
        match self {
            Self::Instant => Some("date-time"),
            Self::Secret => Some("password"),
            Self::Any | Self::Digest | Self::StixId | Self::Number => None,
        }
    }

    /// What it is called in problems: English and Simplified Chinese.
    #[must_use]
    pub const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Any | Self::Secret => ["a text", "文本"],
            Self::Digest => ["a digest of 43 characters", "43 个字符的摘要"],
            Self::Instant => ["a time in UTC such as 2026-07-01T03:10:00Z", "UTC 时间,例如 2026-07-01T03:10:00Z"],
            Self::StixId => ["the id of a STIX object", "STIX 对象标识"],
            Self::Number => ["a number", "数字"],
        }
    }

    /// Whether a text has this form.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Any | Self::Secret => true,
            Self::Digest => text.parse::<RecordDigest>().is_ok(),
            Self::Instant => !text.contains(":60") && text.parse::<Timestamp>().is_ok(),
            Self::StixId => text.parse::<StixId>().is_ok_and(|id| !id.object_type().ends_with('-')),
            Self::Number => is_number(text),
        }
    }
}

/// Octets of an instant: nine digits of fraction, no more than the pattern has.
const MAX_INSTANT_BYTES: usize = "2026-07-01T03:10:00.123456789Z".len();

/// Octets of the id of an object whose type is as short as a type may be: three letters.
const MIN_STIX_ID_BYTES: usize = 3 + 2 + 36;

/// Octets of the longest id.
const MAX_STIX_ID_BYTES: usize = record::limits::MAX_NAME_BYTES + 2 + 36;

fn is_number(text: &str) -> bool {
    let is_decimal = (1..=15).contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_digit());
    is_decimal && (text == "0" || !text.starts_with('0'))
}
