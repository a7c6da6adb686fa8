//! Times (STIX 2.1 section 2.16).

use record::json::Map;

use super::Check;
use crate::stix::code::Code;
use crate::stix::spec::Precision;

/// Digits of a fraction that stand for milliseconds.
const MILLISECOND_DIGITS: usize = 3;

/// Octets of a time without its fraction and the `Z`.
const SECONDS_LENGTH: usize = 19;

/// An instant of any precision, in the order of time: what is written to the second, and the fraction without zeros at its end.
///
/// Years up to 9999 are taken whole, since `9999-12-31T23:59:59Z` is how some write *for ever*.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::stix) struct Instant<'t> {
    seconds: &'t str,
    fraction: &'t str,
}

/// The instant of a text, if it is one (RFC 3339 in UTC, with `T` and `Z` in upper case).
pub(in crate::stix) fn instant(text: &str) -> Option<Instant<'_>> {
    let (seconds, rest) = text.split_at_checked(SECONDS_LENGTH)?;
    let fraction = match rest.strip_suffix('Z')? {
        "" => "",
        rest => rest.strip_prefix('.').filter(|digits| !digits.is_empty() && is_digits(digits))?,
    };
    is_date(seconds).then(|| Instant { seconds, fraction: fraction.trim_end_matches('0') })
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_digit())
}

/// `2026-07-01T03:10:00` on a day that the calendar has. A leap second ends a day.
fn is_date(text: &str) -> bool {
    let has_shape = text.bytes().enumerate().all(|(place, octet)| match place {
        4 | 7 => octet == b'-',
        10 => octet == b'T',
        13 | 16 => octet == b':',
        _ => octet.is_ascii_digit(),
    });
    let number =
        |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok()).unwrap_or(u16::MAX);
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    let is_leap_second = (hour, minute, second) == (23, 59, 60);
    has_shape
        && (1..=days(number(0, 4), number(5, 7))).contains(&number(8, 10))
        && hour < 24
        && minute < 60
        && (second < 60 || is_leap_second)
}

/// Days of a month; none of a month that there is not.
const fn days(year: u16, month: u16) -> u16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    }
}

/// How many digits the fraction has.
fn fraction_length(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.trim_end_matches('Z').len())
}

impl Check<'_> {
    pub(super) fn time(&mut self, text: &str, precision: Precision) {
        if instant(text).is_none() {
            return self.note(Code::Time, "2.16", text, "");
        }
        let digits = fraction_length(text);
        match precision {
            Precision::AtLeastMilliseconds if digits < MILLISECOND_DIGITS => {
                self.note(Code::TimePrecision, "3.2", text, "exact to the millisecond at least");
            }
            Precision::Seconds if digits > 0 => self.note(Code::TimePrecision, "6.7.6", text, "exact to the second"),
            Precision::Any | Precision::AtLeastMilliseconds | Precision::Seconds => {}
        }
    }

    /// One time against another. What is no time was told before.
    pub(super) fn order(&mut self, members: &Map, later: &str, earlier: &str, is_strict: bool, section: &'static str) {
        let time = |name| members.text(name).and_then(instant);
        let (Some(second), Some(first)) = (time(later), time(earlier)) else { return };
        let code = if is_strict { Code::TimeAfter } else { Code::TimeOrder };
        if second < first || (is_strict && second == first) {
            self.under(later, |check| check.note(code, section, later, earlier));
        }
    }
}
