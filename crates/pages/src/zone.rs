//! Moments as a page shows them: in UTC, and in the reader's own time.

use record::time::Timestamp;

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// The farthest offsets that are in use anywhere, in minutes.
const OFFSETS_MINUTES: std::ops::RangeInclusive<i64> = -720..=840;

/// The reader's time, as an offset from UTC that he chose. Offsets and no names of places: a node carries no tables of clocks that
/// are changed by law, so whoever has summer time changes his setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone(i64);

impl Zone {
    /// UTC.
    pub const UTC: Self = Self(0);

    /// Reads `+08:00`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (sign, rest) = match text.as_bytes().first()? {
            b'+' => (1, text.get(1..)?),
            b'-' => (-1, text.get(1..)?),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let number = |text: &str| (text.len() == 2).then(|| text.parse::<i64>().ok()).flatten();
        let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
        let offset = sign * (hours * 60 + minutes);
        OFFSETS_MINUTES.contains(&offset).then_some(Self(offset))
    }

    /// The moment in UTC, to the minute: `2026-11-30 06:01 UTC`.
    #[must_use]
    pub fn utc(moment: Timestamp) -> String {
        format!("{} UTC", minute(moment))
    }

    /// The same moment in this zone; none if that is UTC.
    #[must_use]
    pub fn own(self, moment: Timestamp) -> Option<String> {
        let shifted = moment.micros().checked_add(self.0.checked_mul(MINUTE)?)?;
        (self != Self::UTC).then(|| format!("{} {self}", minute(Timestamp::from_micros(shifted))))
    }

    /// Every whole and half hour that is in use.
    pub fn all() -> impl Iterator<Item = Self> {
        OFFSETS_MINUTES.step_by(30).map(Self)
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, minutes) = if self.0 < 0 { ('-', -self.0) } else { ('+', self.0) };
        write!(out, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// A moment to the minute, without its zone.
fn minute(moment: Timestamp) -> String {
    let text = moment.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{day} {}", time.get(..5).unwrap_or(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_both_times() {
        let moment: Timestamp = "2026-11-30T18:30:59.000Z".parse().unwrap();
        assert_eq!(Zone::utc(moment), "2026-11-30 18:30 UTC");
        let beijing = Zone::read("+08:00").unwrap();
        assert_eq!(beijing.own(moment).as_deref(), Some("2026-12-01 02:30 +08:00"));
        assert_eq!(Zone::UTC.own(moment), None);
    }

    #[test]
    fn what_is_no_offset_is_none() {
        for text in ["", "08:00", "+8:00", "+15:00", "-13:00", "+08:60", "+aa:00", "Z"] {
            assert_eq!(Zone::read(text), None, "{text}");
        }
        assert_eq!(Zone::all().count(), 53);
    }
}
