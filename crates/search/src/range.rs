//! Numbers and times as tokens, so that a range is a handful of them.
//!
//! A number has one token for itself and one for each of its beginnings in base 16. A range is cut into the largest such
//! blocks that lie inside it: at most thirty for each digit, and exact. Counts are mostly small: one has the tokens of its own
//! digits alone. So ranges are met by the same intersection of lists as
//! words, and by no pass over a table.

use incident::{Moment, Precision};
use record::time::Timestamp;

use crate::field::{Field, FieldKind};
use crate::limits::MAX_NUMBER;

/// Microseconds of a minute, an hour, a day.
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Days from the first day of the year 1 to 1970: what lies before counts as that day.
const DAYS_BEFORE_1970: i64 = 719_162;

/// Bits of one digit.
const DIGIT_BITS: u32 = 4;

/// A line of ordered values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// What stands before its tokens.
    tag: &'static str,
    /// Digits in base 16.
    digits: u32,
    /// Whether values are mostly small: then one has the tokens of its own digits alone, and one for how many these are.
    is_small: bool,
}

impl Line {
    /// The day that a record counts under.
    pub(crate) const DATE: Self = Self { tag: "xx", digits: 5, is_small: false };

    /// That of a field; days and counts have no line in common.
    pub(crate) const fn of(field: Field) -> Self {
        let is_small = matches!(field.kind(), FieldKind::Number);
        let digits = if is_small { 10 } else { 8 };
        Self { tag: field.tag(), digits, is_small }
    }

    /// The largest value of so many digits.
    const fn max_of(digits: u32) -> u64 {
        (1 << (digits * DIGIT_BITS)) - 1
    }

    const fn max(self) -> u64 {
        Self::max_of(self.digits)
    }

    /// The tokens of a value.
    pub(crate) fn tokens(self, value: u64) -> Vec<String> {
        let value = value.min(self.max());
        let digits = if self.is_small { digits_of(value) } else { self.digits };
        let length = self.is_small.then(|| self.length(digits));
        (0..digits).map(|level| self.token(digits, level, value >> (level * DIGIT_BITS))).chain(length).collect()
    }

    /// The tokens one of which every value from `low` to `high` has, both included, and no other value.
    pub(crate) fn cover(self, low: u64, high: u64) -> Vec<String> {
        let high = high.min(self.max());
        let mut found = Vec::new();
        if !self.is_small {
            self.cover_within(self.digits, (low, high), &mut found);
            return found;
        }
        for digits in 1..=self.digits {
            let least = if digits == 1 { 0 } else { Self::max_of(digits.saturating_sub(1)).saturating_add(1) };
            let (first, last) = (least.max(low), Self::max_of(digits).min(high));
            if (first, last) == (least, Self::max_of(digits)) {
                found.push(self.length(digits));
            } else {
                self.cover_within(digits, (first, last), &mut found);
            }
        }
        found
    }

    /// The same of values that have so many digits.
    fn cover_within(self, digits: u32, (mut low, mut high): (u64, u64), found: &mut Vec<String>) {
        for level in 0..digits {
            if low > high {
                return;
            }
            let is_last = level.saturating_add(1) == digits;
            // Blocks that do not fill the next larger one are taken at either end.
            while low <= high && (is_last || low & 15 != 0) {
                found.push(self.token(digits, level, low));
                low = low.saturating_add(1);
            }
            while low <= high && high & 15 != 15 {
                found.push(self.token(digits, level, high));
                let Some(next) = high.checked_sub(1) else { return };
                high = next;
            }
            if low > high {
                return;
            }
            low >>= DIGIT_BITS;
            high >>= DIGIT_BITS;
        }
    }

    fn token(self, digits: u32, level: u32, beginning: u64) -> String {
        if self.is_small {
            format!("n{}{digits:x}{level}p{beginning:x}", self.tag)
        } else {
            format!("r{}{level}p{beginning:x}", self.tag)
        }
    }

    /// The token of all values that have so many digits.
    fn length(self, digits: u32) -> String {
        format!("n{}{digits:x}", self.tag)
    }
}

fn digits_of(value: u64) -> u32 {
    value.checked_ilog2().unwrap_or(0).div_euclid(DIGIT_BITS).saturating_add(1)
}

/// The day of an instant, from 1970 on.
pub(crate) fn day(time: Timestamp) -> i32 {
    let day = time.micros().div_euclid(DAY);
    let (first, last) = (-DAYS_BEFORE_1970, 0xf_ffff - DAYS_BEFORE_1970);
    i32::try_from(day.clamp(first, last)).unwrap_or(0)
}

/// The day of a value on the line of days; the last one for what lies beyond it.
pub(crate) fn day_of_value(value: u64) -> i32 {
    let value = i64::try_from(value.min(Line::DATE.max())).unwrap_or(0);
    i32::try_from(value.saturating_sub(DAYS_BEFORE_1970)).unwrap_or(0)
}

/// The first instant of a day.
pub(crate) fn first_instant(day: i32) -> Timestamp {
    Timestamp::from_micros(i64::from(day).saturating_mul(DAY))
}

/// The value of a day on the line of days.
pub(crate) fn day_value(day: i32) -> u64 {
    u64::try_from(i64::from(day).saturating_add(DAYS_BEFORE_1970)).unwrap_or(0)
}

/// The value of an instant on a line of times: minutes.
pub(crate) fn minute_value(micros: i64) -> u64 {
    let minutes = micros.div_euclid(MINUTE).saturating_add(DAYS_BEFORE_1970 * 24 * 60);
    u64::try_from(minutes).unwrap_or(0)
}

/// A count as it is told apart.
pub(crate) fn number_value(count: u64) -> u64 {
    count.min(MAX_NUMBER)
}

/// From when to when a moment lasts, the end not included, in microseconds: a month for `2026-07`.
pub(crate) fn span(moment: &Moment) -> (i64, i64) {
    let start = moment.instant().micros();
    let end = match moment.precision() {
        Some(Precision::Year) => start_of_year_after(moment),
        Some(Precision::Month) => start_of_month_after(moment),
        Some(Precision::Day) => start.saturating_add(DAY),
        Some(Precision::Hour) => start.saturating_add(HOUR),
        _ => start.saturating_add(MINUTE),
    };
    (start, end.max(start))
}

fn start_of_year_after(moment: &Moment) -> i64 {
    let year = moment.time().text().get(..4).and_then(|year| year.parse::<u32>().ok());
    start_of(year.unwrap_or(0).saturating_add(1), 1)
}

fn start_of_month_after(moment: &Moment) -> i64 {
    let number = |from, to| moment.time().text().get(from..to).and_then(|it| it.parse::<u32>().ok()).unwrap_or(0);
    let (year, month) = (number(0, 4), number(5, 7));
    if month == 12 { start_of(year.saturating_add(1), 1) } else { start_of(year, month.saturating_add(1)) }
}

/// Beyond the year 9999 there is no timestamp, and nothing comes after it.
fn start_of(year: u32, month: u32) -> i64 {
    let text = format!("{year:04}-{month:02}-01T00:00:00Z");
    text.parse::<Timestamp>().map_or(i64::MAX, Timestamp::micros)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_cover_holds_its_range_and_nothing_else() {
        for is_small in [false, true] {
            let line = Line { tag: "zz", digits: 3, is_small };
            for (low, high) in
                [(0, 0), (0, 4095), (1, 4094), (17, 18), (15, 16), (100, 3000), (256, 511), (5, 4), (4000, 9999)]
            {
                let cover: BTreeSet<_> = line.cover(low, high).into_iter().collect();
                for value in 0..4096 {
                    let is_in = line.tokens(value).iter().any(|token| cover.contains(token));
                    assert_eq!(is_in, (low..=high).contains(&value), "{value} in {low}..={high}");
                }
                assert!(cover.len() <= 90, "{low}..={high}: {}", cover.len());
            }
        }
    }

    #[test]
    fn a_small_number_has_few_tokens() {
        let line = Line::of(Field::Injured);
        assert_eq!((line.tokens(0).len(), line.tokens(15).len(), line.tokens(16).len()), (2, 2, 3));
        assert_eq!(line.cover(0, u64::MAX).len(), 10);
    }

    #[test]
    fn a_month_lasts_until_the_next() {
        let micros = |text: &str| text.parse::<Timestamp>().unwrap().micros();
        for (text, end) in
            [("2024-02", "2024-03-01T00:00:00Z"), ("2024-12", "2025-01-01T00:00:00Z"), ("2024", "2025-01-01T00:00:00Z")]
        {
            assert_eq!(span(&text.parse().unwrap()).1, micros(end), "{text}");
        }
    }
}
