//! The seven times of an incident, each with how exact it is.

use std::fmt;
use std::str::FromStr;

use record::time::{LexicalTime, Timestamp};
use record::words;

use crate::error::excerpt;

words! {
    /// Which of the seven times. Laws start their clocks at different ones, so none stands for another.
    TimeName, "time" {
        /// The reporting party became aware of it.
        Aware = "aware",
        /// The party determined what it was.
        Determined = "determined",
        /// Anybody first noticed it.
        Discovered = "discovered",
        /// It happened.
        Occurred = "occurred",
        /// Facts first gave a reasonable belief.
        ReasonableBelief = "reasonable_belief",
        /// It was first reported to an authority.
        Reported = "reported",
        /// The system's involvement was first suspected.
        Suspected = "suspected",
    }
}

words! {
    /// How exact a time is, from coarse to fine.
    Precision, "precision" {
        /// Only the year is known.
        Year = "year",
        /// The month is known.
        Month = "month",
        /// The day is known.
        Day = "day",
        /// The hour is known.
        Hour = "hour",
        /// The minute is known.
        Minute = "minute",
        /// The second is known.
        Second = "second",
    }
}

/// A time as its author wrote it, with how exact it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    time: LexicalTime,
    precision: Option<Precision>,
}

impl Moment {
    /// A time. Without a precision its author did not say how exact it is; none is made up.
    #[must_use]
    pub const fn new(time: LexicalTime, precision: Option<Precision>) -> Self {
        Self { time, precision }
    }

    /// The time, with its author's spelling.
    #[must_use]
    pub const fn time(&self) -> &LexicalTime {
        &self.time
    }

    /// The ordering key: where only a year is known, that of its beginning or whatever its author wrote.
    #[must_use]
    pub const fn instant(&self) -> Timestamp {
        self.time.instant()
    }

    /// How exact it is, as far as its author said so.
    #[must_use]
    pub const fn precision(&self) -> Option<Precision> {
        self.precision
    }
}

/// As much of the time as is known: `2024-01` for a month.
impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.time.text();
        let known = |octets: usize| text.get(..octets).unwrap_or(text);
        match self.precision {
            Some(Precision::Year) => out.write_str(known(4)),
            Some(Precision::Month) => out.write_str(known(7)),
            Some(Precision::Day) => out.write_str(known(10)),
            Some(Precision::Hour) => write!(out, "{}Z", known(13)),
            Some(Precision::Minute) => write!(out, "{}Z", known(16)),
            Some(Precision::Second) | None => out.write_str(text),
        }
    }
}

/// `2024`, `2024-01`, `2024-01-15`, `2024-01-15T10Z`, `2024-01-15T10:30Z`, or a whole timestamp: the form says how exact it is.
impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotAMoment { text: excerpt(text) };
        let local = text.strip_suffix('Z');
        let (whole, precision) = match (local, text.len()) {
            (None, 4) => (format!("{text}-01-01T00:00:00Z"), Precision::Year),
            (None, 7) => (format!("{text}-01T00:00:00Z"), Precision::Month),
            (None, 10) => (format!("{text}T00:00:00Z"), Precision::Day),
            (Some(local), 14) => (format!("{local}:00:00Z"), Precision::Hour),
            (Some(local), 17) => (format!("{local}:00Z"), Precision::Minute),
            _ => (text.to_owned(), Precision::Second),
        };
        Ok(Self::new(whole.parse().map_err(|_| wrong())?, Some(precision)))
    }
}

/// A text is no date or time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not a day of the calendar in a form such as 2024, 2024-01, 2024-01-15 or 2024-01-15T10:30Z; correct the day, and give times in UTC",
    text.escape_debug()
)]
#[non_exhaustive]
pub struct NotAMoment {
    /// What stood there.
    pub text: String,
}
