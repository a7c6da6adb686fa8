//! Days and instants as packs write them.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use record::time::Timestamp;

/// A day of the calendar, in whatever zone it is used: `2026-08-02`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    pub(crate) const fn new(date: Date) -> Self {
        Self(date)
    }

    pub(crate) const fn date(self) -> Date {
        self.0
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Days from this one to another.
    pub(crate) fn days_until(self, other: Self) -> Option<i32> {
        Some((other.0 - self.0).get_days())
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_shaped = text.len() == 10 && text.bytes().all(|octet| octet.is_ascii_digit() || octet == b'-');
        let date = is_shaped.then(|| text.parse().ok()).flatten();
        date.map(Self).ok_or_else(|| NotADay { text: text.chars().take(32).collect() })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// A text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a day such as 2026-08-02", text.escape_debug())]
#[non_exhaustive]
pub struct NotADay {
    /// What stood there.
    pub text: String,
}

/// An instant that is known, or known to lie within a span: both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Span {
    /// The earliest it can be.
    pub first: Timestamp,
    /// The latest it can be.
    pub last: Timestamp,
}

/// Microseconds of the units in which an instant may be written.
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Span {
    /// A known instant.
    #[must_use]
    pub const fn exact(instant: Timestamp) -> Self {
        Self { first: instant, last: instant }
    }

    /// Between two instants.
    #[must_use]
    pub const fn between(first: Timestamp, last: Timestamp) -> Self {
        Self { first, last }
    }

    /// Reads `2026-07-01T03:10:00Z`, or less of it: `2026-07-01T03:10Z`, `2026-07-01T03Z`, `2026-07-01`, `2026-07`, `2026`; or two
    /// instants with a slash between them, as it is written.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('/') {
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            return (first <= last).then_some(Self { first, last });
        }
        if let Ok(instant) = text.parse() {
            return Some(Self::exact(instant));
        }
        if let Some((first, last)) = text.split_once('/') {
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            return (first <= last).then_some(Self { first, last });
        }
        let local = text.strip_suffix('Z').unwrap_or(text);
        match (local.len(), text.ends_with('Z')) {
            (16, true) => Self::lasting(&format!("{local}:00Z"), MINUTE),
            (13, true) => Self::lasting(&format!("{local}:00:00Z"), HOUR),
            (10, false) => Self::lasting(&format!("{local}T00:00:00Z"), DAY),
            (7, false) => Self::months(&format!("{local}-01"), 1),
            (4, false) => Self::months(&format!("{local}-01-01"), 12),
            _ => None,
        }
    }

    fn lasting(from: &str, micros: i64) -> Option<Self> {
        let first: Timestamp = from.parse().ok()?;
        let last = first.micros().checked_add(micros)?.checked_sub(1)?;
        Some(Self { first, last: Timestamp::from_micros(last) })
    }

    fn months(first_day: &str, months: i64) -> Option<Self> {
        let first: Day = first_day.parse().ok()?;
        let after = first.0.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?;
        let start: Timestamp = format!("{first}T00:00:00Z").parse().ok()?;
        let end: Timestamp = format!("{after}T00:00:00Z").parse().ok()?;
        Some(Self { first: start, last: Timestamp::from_micros(end.micros().checked_sub(1)?) })
    }

    /// True if the instant is known exactly.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.first == self.last
    }
}

/// `2026-07-01T03:10:00Z`, or both ends with a slash between them.
impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&spell(self.first))?;
        if self.is_exact() { Ok(()) } else { write!(out, "/{}", spell(self.last)) }
    }
}

/// An instant without a fraction that says nothing.
#[must_use]
pub fn spell(instant: Timestamp) -> String {
    let text = instant.to_string();
    text.strip_suffix(".000000Z").map_or_else(|| text.clone(), |seconds| format!("{seconds}Z"))
}
