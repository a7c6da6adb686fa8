//! Months, quarters and years in UTC.

use std::fmt;
use std::str::FromStr;

use record::time::Timestamp;
use record::words;

words! {
    /// How long a period is.
    Grain, "length of a period" {
        /// A calendar month.
        Month = "month",
        /// A quarter of a calendar year.
        Quarter = "quarter",
        /// A calendar year.
        Year = "year",
    }
}

impl Grain {
    const fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

const MONTHS_OF_YEAR: i32 = 12;

/// A calendar period in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    grain: Grain,
    /// Periods since the beginning of the year 0.
    number: i32,
}

impl Period {
    /// The period that holds an instant; none outside the years 0 to 9999.
    #[must_use]
    pub fn of(instant: Timestamp, grain: Grain) -> Option<Self> {
        let text = instant.to_string();
        Self::at(text.get(..4)?.parse().ok()?, text.get(5..7)?.parse().ok()?, grain)
    }

    fn at(year: i32, month: i32, grain: Grain) -> Option<Self> {
        let is_month = (1..=MONTHS_OF_YEAR).contains(&month) && (0..=9999).contains(&year);
        let months = year.checked_mul(MONTHS_OF_YEAR)?.checked_add(month)?.checked_sub(1)?;
        is_month.then(|| Self { grain, number: months.div_euclid(grain.months()) })
    }

    /// Its length.
    #[must_use]
    pub const fn grain(self) -> Grain {
        self.grain
    }

    /// How many periods lie between another one of the same length and this one; negative if this one is before.
    pub(super) fn since(self, first: Self) -> Option<i32> {
        if self.grain == first.grain { self.number.checked_sub(first.number) } else { None }
    }

    /// This period and all after it, to the last one.
    pub(super) fn up_to(self, last: Self) -> impl Iterator<Item = Self> {
        (self.number..=last.number).map(move |number| Self { grain: self.grain, number })
    }

    fn first_month(self) -> (i32, i32) {
        let months = self.number.saturating_mul(self.grain.months());
        (months.div_euclid(MONTHS_OF_YEAR), months.rem_euclid(MONTHS_OF_YEAR))
    }

    /// Its days.
    #[must_use]
    pub fn days(self) -> u64 {
        let (year, first) = self.first_month();
        (first..first.saturating_add(self.grain.months())).map(|month| days_of(year, month)).sum()
    }
}

/// Days of a month, counted from 0, in the Gregorian calendar.
const fn days_of(year: i32, month: i32) -> u64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 if is_leap => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// `2026-07`, `2026-Q3` or `2026`.
impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.first_month();
        match self.grain {
            Grain::Month => write!(out, "{year:04}-{:02}", month.saturating_add(1)),
            Grain::Quarter => write!(out, "{year:04}-Q{}", month.saturating_div(3).saturating_add(1)),
            Grain::Year => write!(out, "{year:04}"),
        }
    }
}

/// A text is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period is written 2026-07, 2026-Q3 or 2026")]
#[non_exhaustive]
pub struct NotAPeriod;

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let number = |text: &str| -> Option<i32> {
            text.bytes().all(|octet| octet.is_ascii_digit()).then(|| text.parse().ok()).flatten()
        };
        let read = match text.split_once('-') {
            None if text.len() == 4 => number(text).and_then(|year| Self::at(year, 1, Grain::Year)),
            Some((year, rest)) if year.len() == 4 && rest.len() == 2 => {
                number(year).and_then(|year| match rest.strip_prefix('Q') {
                    Some(quarter) => {
                        let month = number(quarter)?.checked_mul(3)?.checked_sub(2)?;
                        Self::at(year, month, Grain::Quarter)
                    }
                    None => Self::at(year, number(rest)?, Grain::Month),
                })
            }
            None | Some(_) => None,
        };
        read.ok_or(NotAPeriod)
    }
}
