//! Trying again, with growing waits.

use super::answer::Answer;
use super::fault::Fault;

/// How often one request is made before it is given up.
pub const MAX_TRIES: u32 = 6;

/// The first wait, in milliseconds. Each further one is twice as long.
const FIRST_WAIT_MS: u64 = 500;

/// The longest wait within a run, in milliseconds. A server that asks for more is left for a later run, so that none of them
/// holds others up.
pub const MAX_WAIT_MS: u64 = 120_000;

/// Days of the months before each, without a leap day.
const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How often the present request was made in vain.
#[derive(Debug, Clone, Default)]
pub(super) struct Tries(u32);

impl Tries {
    pub(super) const fn begin_anew(&mut self) {
        self.0 = 0;
    }

    /// How long to wait after the line broke, in milliseconds.
    pub(super) fn after_break(&mut self, reason: &str) -> Result<u64, Fault> {
        self.wait_ms(None).ok_or_else(|| Fault::Unreachable {
            tries: self.0,
            reason: super::told_within(reason, super::LINE_CHARACTERS),
        })
    }

    /// How long to wait after an answer that asks for patience, in milliseconds.
    pub(super) fn after_answer(&mut self, answer: &Answer) -> Result<u64, Fault> {
        let seconds = answer.retry_after_seconds();
        if let Some(seconds) = seconds.filter(|seconds| seconds.saturating_mul(1_000) > MAX_WAIT_MS) {
            return Err(Fault::Later { seconds });
        }
        self.wait_ms(seconds).ok_or(Fault::Failing { status: answer.status, tries: self.0 })
    }

    fn wait_ms(&mut self, seconds: Option<u64>) -> Option<u64> {
        self.0 = self.0.saturating_add(1);
        let grown = FIRST_WAIT_MS.saturating_mul(1 << self.0.saturating_sub(1).min(16)).min(MAX_WAIT_MS);
        let wait = seconds.map_or(grown, |seconds| seconds.saturating_mul(1_000).max(grown));
        (self.0 < MAX_TRIES).then_some(wait)
    }
}

/// Whether a status means that the same request may succeed later.
pub(super) const fn asks_for_patience(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// Seconds from one HTTP date to another, if both can be read and the second is the later one.
pub(super) fn seconds_between(from: &str, to: &str) -> Option<u64> {
    u64::try_from(posix_seconds(to)?.checked_sub(posix_seconds(from)?)?).ok()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that is still sent (RFC 9110 section 5.6.7).
fn posix_seconds(text: &str) -> Option<i64> {
    let (_, text) = text.split_once(", ")?;
    let text = text.strip_suffix(" GMT")?;
    let mut parts = text.split(' ');
    let day: i64 = digits(parts.next()?, 2)?;
    let name = parts.next()?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    let year: i64 = digits(parts.next()?, 4)?;
    let mut clock = parts.next()?.split(':').map(|part| digits(part, 2));
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let leap_days = |year: i64| year / 4 - year / 100 + year / 400;
    let is_leap = leap_days(year) != leap_days(year.checked_sub(1)?);
    let leap_day = i64::from(is_leap && month >= 2);
    let days = 365 * (year - 1970) + leap_days(year.checked_sub(1)?) - leap_days(1969)
        + DAYS_BEFORE.get(month)?
        + leap_day
        + day
        - 1;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|octet| octet.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let mut tries = Tries::default();
        let waits: Vec<_> = (0..5).map(|_| tries.after_break("reset").unwrap()).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000]);
        assert_eq!(tries.after_break("reset"), Err(Fault::Unreachable { tries: 6, reason: "reset".to_owned() }));
    }

    #[test]
    fn what_a_server_asks_for_is_kept_to_unless_it_is_too_long() {
        let wait = |text: &str| Tries::default().after_answer(&Answer::new(429).with_field("Retry-After", text));
        assert_eq!(wait("7"), Ok(7_000));
        assert_eq!(wait("0"), Ok(500));
        assert_eq!(wait("soon"), Ok(500));
        assert_eq!(wait("86400"), Err(Fault::Later { seconds: 86_400 }));
        assert_eq!(wait("99999999999999999999999"), Ok(500));
    }

    #[test]
    fn a_date_is_measured_by_the_servers_own_clock() {
        let answer =
            |date: &str, until: &str| Answer::new(503).with_field("Date", date).with_field("Retry-After", until);
        let seconds = |date: &str, until: &str| answer(date, until).retry_after_seconds();
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(seconds("Wed, 28 Feb 2024 23:59:59 GMT", "Fri, 01 Mar 2024 00:00:00 GMT"), Some(86_401));
        assert_eq!(seconds("Sun, 28 Feb 2100 23:59:59 GMT", "Mon, 01 Mar 2100 00:00:00 GMT"), Some(1));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT", "Sat, 05 Nov 1994 08:49:37 GMT"), None);
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT", "tomorrow"), None);
        assert_eq!(posix_seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }
}
