//! Instants, and the spelling that their author gave them.

use std::fmt;
use std::str::FromStr;

use crate::excerpt::excerpt;

/// Microseconds of UTC since 1970-01-01T00:00:00Z: an ordering key, never a replacement for what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// An instant from microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The calendar year in UTC.
    #[must_use]
    pub fn year(self) -> Option<i16> {
        let instant = jiff::Timestamp::from_microsecond(self.0).ok()?;
        Some(instant.to_zoned(jiff::tz::TimeZone::UTC).year())
    }
}

/// Written with six digits of fraction, as STIX and our feeds do.
impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => write!(out, "{instant:.6}"),
            Err(_) => write!(out, "{} microseconds", self.0),
        }
    }
}

/// RFC 3339 in UTC as STIX 2.1 section 2.16 has it: upper-case `T` and `Z`, any number of fraction digits.
///
/// Digits beyond microseconds are dropped from the key; a leap second orders as the second before it.
impl FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotATimestamp { text: excerpt(text) };
        let (shape, fraction) = split_fraction(text).ok_or_else(wrong)?;
        let micros = fraction.map_or(Ok(0), micros_of).map_err(|()| wrong())?;
        let whole: jiff::Timestamp = shape.parse().map_err(|_| wrong())?;
        whole.as_microsecond().checked_add(micros).map(Self).ok_or_else(wrong)
    }
}

/// `2026-07-01T03:10:00.123Z` -> (`2026-07-01T03:10:00Z`, `123`).
fn split_fraction(text: &str) -> Option<(String, Option<&str>)> {
    let local = text.strip_suffix('Z')?;
    let (seconds, fraction) = local.split_once('.').map_or((local, None), |(s, f)| (s, Some(f)));
    let fits = seconds.len() == 19
        && seconds.bytes().enumerate().all(|(place, octet)| match place {
            4 | 7 => octet == b'-',
            10 => octet == b'T',
            13 | 16 => octet == b':',
            _ => octet.is_ascii_digit(),
        });
    fits.then(|| (format!("{seconds}Z"), fraction))
}

fn micros_of(fraction: &str) -> Result<i64, ()> {
    if fraction.is_empty() || fraction.len() > 64 || !fraction.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(());
    }
    let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
    six.parse().map_err(|_| ())
}

/// A text is not a timestamp of STIX 2.1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a UTC timestamp such as 2026-07-01T03:10:00Z", text.escape_debug())]
#[non_exhaustive]
pub struct NotATimestamp {
    /// What stood there.
    pub text: String,
}

/// An instant together with the text that an author wrote for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexicalTime {
    text: String,
    instant: Timestamp,
}

impl LexicalTime {
    /// The author's own spelling, byte for byte.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The instant it means.
    #[must_use]
    pub const fn instant(&self) -> Timestamp {
        self.instant
    }
}

impl FromStr for LexicalTime {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self { instant: text.parse()?, text: text.to_owned() })
    }
}

impl From<Timestamp> for LexicalTime {
    fn from(instant: Timestamp) -> Self {
        Self { text: instant.to_string(), instant }
    }
}
