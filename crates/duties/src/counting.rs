//! Counting time as packs say: from an instant, so long, in a zone, by a rule.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Zoned};
use record::time::Timestamp;
use record::words;

use crate::pack::Source;
use crate::text::Both;
use crate::zone::Zone;

words! {
    /// Where a period of days or longer ends.
    Ends, "end of a period" {
        /// After so many times 24 hours, whatever the clocks do.
        Elapsed = "elapsed",
        /// With the last day; the day of the event is not counted.
        EndOfDay = "end_of_day",
        /// At the wall-clock time at which it began.
        SameTime = "same_time",
    }
}

words! {
    /// What a period is counted in.
    Unit, "unit of a period" {
        /// Days of the calendar.
        Days = "days",
        /// Hours.
        Hours = "hours",
        /// Minutes.
        Minutes = "minutes",
        /// Months of the calendar.
        Months = "months",
        /// Weeks.
        Weeks = "weeks",
        /// Days on which work is done.
        WorkingDays = "working_days",
    }
}

words! {
    /// A day of the week.
    DayOfWeek, "day of the week" {
        /// Friday.
        Friday = "friday",
        /// Monday.
        Monday = "monday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
        /// Thursday.
        Thursday = "thursday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
    }
}

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Within {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// Days on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calendar {
    /// Its id in the pack.
    pub id: String,
    /// Whose days these are.
    pub label: Both,
    /// The days of each week.
    pub weekend: BTreeSet<DayOfWeek>,
    /// The years whose holidays are listed.
    pub years: BTreeSet<i16>,
    /// The holidays.
    pub(crate) holidays: BTreeSet<Date>,
    /// Where they are written.
    pub source: Arc<Source>,
}

/// A rule of counting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counting {
    /// Its id in the pack.
    pub id: String,
    /// The rule in words.
    pub label: Both,
    /// Where periods of days or longer end.
    pub ends: Ends,
    /// Whether minutes and hours run only from the next full hour.
    pub is_event_hour_excluded: bool,
    /// Whether a period that ends on a closed day goes on to the next working day.
    pub is_extended: bool,
    /// How many working days a period of that many days or more holds at least.
    pub least_working_days: u32,
    /// Which days are closed.
    pub calendar: Option<Arc<Calendar>>,
    /// Where it is written.
    pub source: Arc<Source>,
}

/// When a period ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Counted {
    /// The instant. What is done at that instant is in time.
    pub due: Timestamp,
    /// Years that the period touches and whose holidays the pack does not list.
    pub calendar_missing: BTreeSet<i16>,
}

/// Days of the longest closed stretch that is walked over: longer, and a calendar that closes every day would never end.
const MAX_CLOSED_DAYS: u32 = 400;

/// Counts a period. `None` beyond the years that the calendar of the machine has, or if a calendar is closed for good.
pub(crate) fn count(from: Timestamp, within: Within, rule: &Counting, zone: &Zone) -> Option<Counted> {
    match within.unit {
        Unit::Minutes => hours(from, within.count, 60, rule, zone),
        Unit::Hours => hours(from, within.count, 3600, rule, zone),
        Unit::Days | Unit::Weeks | Unit::Months | Unit::WorkingDays => days(from, within, rule, zone),
    }
}

fn hours(from: Timestamp, count: u32, seconds: i64, rule: &Counting, zone: &Zone) -> Option<Counted> {
    let start = if rule.is_event_hour_excluded { next_hour(from, zone)? } else { from };
    let micros = i64::from(count).checked_mul(seconds)?.checked_mul(1_000_000)?;
    let due = Timestamp::from_micros(start.micros().checked_add(micros)?);
    Some(Counted { due, calendar_missing: BTreeSet::new() })
}

/// The hour in which something happens is not counted, be it its first instant.
fn next_hour(from: Timestamp, zone: &Zone) -> Option<Timestamp> {
    let local = zoned(from, zone)?;
    let into = SignedDuration::from_mins(local.minute().into())
        + SignedDuration::from_secs(local.second().into())
        + SignedDuration::from_nanos(local.subsec_nanosecond().into());
    let next = local.timestamp().checked_sub(into).ok()?.checked_add(SignedDuration::from_hours(1)).ok()?;
    Some(Timestamp::from_micros(next.as_microsecond()))
}

fn zoned(at: Timestamp, zone: &Zone) -> Option<Zoned> {
    Some(jiff::Timestamp::from_microsecond(at.micros()).ok()?.to_zoned(zone.zone().clone()))
}

/// The day of an instant in a zone.
pub(crate) fn day_of(at: Timestamp, zone: &Zone) -> Option<Date> {
    Some(zoned(at, zone)?.date())
}

fn days(from: Timestamp, within: Within, rule: &Counting, zone: &Zone) -> Option<Counted> {
    let local = zoned(from, zone)?;
    let first = local.date();
    let mut walk = Walk { rule, touched: BTreeSet::new() };
    let last = walk.last(first, within)?;
    let due = match rule.ends {
        Ends::Elapsed if last == walk.plain(first, within)? => elapsed(from, within)?,
        Ends::Elapsed | Ends::SameTime => instant(&last.to_datetime(local.time()).to_zoned(zone.zone().clone()).ok()?),
        Ends::EndOfDay => instant(&last.tomorrow().ok()?.to_zoned(zone.zone().clone()).ok()?),
    };
    Some(Counted { due, calendar_missing: walk.touched })
}

fn instant(zoned: &Zoned) -> Timestamp {
    Timestamp::from_micros(zoned.timestamp().as_microsecond())
}

fn elapsed(from: Timestamp, within: Within) -> Option<Timestamp> {
    let days = i64::from(within.count).checked_mul(if within.unit == Unit::Weeks { 7 } else { 1 })?;
    let micros = days.checked_mul(24 * 3600 * 1_000_000)?;
    Some(Timestamp::from_micros(from.micros().checked_add(micros)?))
}

/// Walks over days, and notes the years whose holidays it would have needed.
struct Walk<'r> {
    rule: &'r Counting,
    touched: BTreeSet<i16>,
}

impl Walk<'_> {
    /// The last day of a period that begins on a day.
    fn last(&mut self, first: Date, within: Within) -> Option<Date> {
        if within.unit == Unit::WorkingDays {
            return self.working(first, within.count);
        }
        let last = self.plain(first, within)?;
        let last = if self.rule.is_extended { self.open_from(last)? } else { last };
        self.with_least(first, last, within)
    }

    fn plain(&self, first: Date, within: Within) -> Option<Date> {
        let span = jiff::Span::new();
        let span = match within.unit {
            Unit::Weeks => span.try_weeks(within.count).ok()?,
            Unit::Months => span.try_months(within.count).ok()?,
            Unit::Days | Unit::WorkingDays | Unit::Hours | Unit::Minutes => span.try_days(within.count).ok()?,
        };
        first.checked_add(span).ok()
    }

    /// The day after so many working days, the first not counted.
    fn working(&mut self, first: Date, count: u32) -> Option<Date> {
        let mut day = first;
        for _ in 0..count {
            day = self.open_from(day.tomorrow().ok()?)?;
        }
        Some(day)
    }

    /// The first day from this one on that is not closed.
    fn open_from(&mut self, day: Date) -> Option<Date> {
        let mut day = day;
        for _ in 0..MAX_CLOSED_DAYS {
            if !self.is_closed(day) {
                return Some(day);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// A period of so many days or more is prolonged until it holds so many working days.
    fn with_least(&mut self, first: Date, last: Date, within: Within) -> Option<Date> {
        let least = self.rule.least_working_days;
        if least == 0 || !is_as_long_as(within, least) {
            return Some(last);
        }
        let enough = self.working(first, least)?;
        Some(last.max(enough))
    }

    fn is_closed(&mut self, day: Date) -> bool {
        let Some(calendar) = &self.rule.calendar else { return false };
        if !calendar.years.contains(&day.year()) {
            self.touched.insert(day.year());
        }
        calendar.weekend.contains(&DayOfWeek::of(day.weekday())) || calendar.holidays.contains(&day)
    }
}

const fn is_as_long_as(within: Within, days: u32) -> bool {
    let each = match within.unit {
        Unit::Days | Unit::WorkingDays => 1,
        Unit::Weeks => 7,
        Unit::Months => 28,
        Unit::Hours | Unit::Minutes => 0,
    };
    within.count.saturating_mul(each) >= days
}

impl DayOfWeek {
    const fn of(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}
