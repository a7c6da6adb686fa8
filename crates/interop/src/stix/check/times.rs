//! Times (STIX 2.1 section 2.16).

use record::json::Map;
use record::time::Timestamp;

use super::Check;
use crate::stix::code::Code;
use crate::stix::spec::Precision;

/// Digits of a fraction that stand for milliseconds.
const MILLISECOND_DIGITS: usize = 3;

/// An instant of any precision: microseconds, and the digits beyond them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant {
    micros: Timestamp,
    beyond: String,
}

/// The instant of a text, if it is one.
pub(super) fn instant(text: &str) -> Option<Instant> {
    let micros = text.parse().ok()?;
    let fraction = fraction(text).chars().skip(6).collect::<String>();
    Some(Instant { micros, beyond: fraction.trim_end_matches('0').to_owned() })
}

fn fraction(text: &str) -> &str {
    text.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('Z'))
}

impl Check<'_> {
    pub(super) fn time(&mut self, text: &str, precision: Precision) {
        if instant(text).is_none() {
            return self.note(Code::Time, "2.16", text, "");
        }
        let digits = fraction(text).len();
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
