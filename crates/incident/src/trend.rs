//! Counts of incidents by a coded field over time, and bursts in them.
//!
//! One invariant: **nothing is imputed.** What an incident does not say stands in a row of its own, and an incident whose time
//! is not known as exactly as a period asks stands in no period; both are counted aloud. A burst is one of *records that are
//! here*: that more was written down is not that more happened.

mod correction;
mod field;
mod period;
mod scan;

use std::collections::{BTreeMap, BTreeSet};

pub use correction::benjamini_hochberg;
pub use field::{Coded, CodedField};
pub use period::{Grain, NotAPeriod, Period};
pub use scan::{Burst, MAX_SCANNED_EVENTS, MIN_SCANNED_EVENTS, REPLICATIONS, Scan, scan};

use crate::moment::{Moment, Precision};

/// Periods of one table: a hundred years of months. One wrong date must not make a table that nobody can read.
pub const MAX_PERIODS: usize = 1_200;

/// Rows of one table. ISO 3166-1 has some 250 countries.
pub const MAX_ROWS: usize = 4_096;

/// What a trend is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Asked {
    /// How long a period is.
    pub grain: Grain,
    /// The first period that counts; the first one that has anything, if absent.
    pub from: Option<Period>,
    /// The last period that counts; the last one that has anything, if absent.
    pub until: Option<Period>,
    /// What "as many as elsewhere" means for a burst.
    pub against: Baseline,
}

impl Asked {
    /// All of time, against even days.
    #[must_use]
    pub const fn per(grain: Grain) -> Self {
        Self { grain, from: None, until: None, against: Baseline::Days }
    }
}

/// What a burst stands out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a page has to name each of them")]
pub enum Baseline {
    /// The same number each day. A year in which more of everything is reported is a burst.
    Days,
    /// The same share of all incidents of the period. Only what grows faster than the rest is a burst.
    All,
}

/// One incident as a trend sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Counted {
    /// When.
    pub when: Option<Moment>,
    /// What it says in the field; empty if it says nothing.
    pub values: BTreeSet<String>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TrendRow {
    /// The value; `None` for incidents that do not say.
    pub value: Option<String>,
    /// Incidents of each period.
    pub counts: Vec<u32>,
    /// Incidents whose time is not here, or not exact enough for a period.
    pub undated: u32,
    /// The strongest burst, if this row was looked at: values with at least [`MIN_SCANNED_EVENTS`] dated incidents are.
    pub burst: Option<Burst>,
}

/// A table of counts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trend {
    /// The periods, without gaps.
    pub periods: Vec<Period>,
    /// A row for each value, in the order of their codes, and the one of incidents that do not say, last.
    pub rows: Vec<TrendRow>,
    /// Every incident once, whatever it says: a row of values counts an incident with two values in two rows.
    pub all: TrendRow,
    /// Dated incidents before `from` or after `until`.
    pub outside: u32,
}

/// There is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrendError {
    /// Too many periods between the first and the last incident.
    #[error("from {first} to {last} are more than {MAX_PERIODS} periods; name a narrower time, or longer periods")]
    Wide {
        /// The first period.
        first: Period,
        /// The last one.
        last: Period,
    },
    /// Too many values.
    #[error("the field has more than {MAX_ROWS} values; count by a field with fewer")]
    ManyRows,
}

/// Counts incidents by value and period, and looks for bursts.
///
/// # Errors
/// [`TrendError`] if the table would be too big to be read.
pub fn trend(incidents: &[Counted], asked: &Asked) -> Result<Trend, TrendError> {
    let placed: Vec<(Option<Period>, &Counted)> =
        incidents.iter().map(|one| (one.when.as_ref().and_then(|when| place(when, asked.grain)), one)).collect();
    let periods = periods(placed.iter().filter_map(|(period, _)| *period), asked)?;
    let mut table =
        Table { first: periods.first().copied(), rows: BTreeMap::new(), all: empty(None, periods.len()), outside: 0 };
    placed.iter().for_each(|(period, one)| table.count(*period, one));
    if table.rows.len() > MAX_ROWS {
        return Err(TrendError::ManyRows);
    }
    let mut trend = Trend { periods, rows: table.in_order(), all: table.all, outside: table.outside };
    trend.find_bursts(asked.against);
    Ok(trend)
}

/// The period of a moment; none if it is not known as exactly as that.
fn place(when: &Moment, grain: Grain) -> Option<Period> {
    let is_exact = when.precision().is_none_or(|precision| precision >= grain.least_precision());
    if is_exact { Period::of(when.instant(), grain) } else { None }
}

fn periods(found: impl Iterator<Item = Period>, asked: &Asked) -> Result<Vec<Period>, TrendError> {
    let inside = |period: &Period| {
        asked.from.is_none_or(|from| *period >= from) && asked.until.is_none_or(|until| *period <= until)
    };
    let found: Vec<Period> = found.filter(inside).collect();
    let first = asked.from.or_else(|| found.iter().min().copied());
    let last = asked.until.or_else(|| found.iter().max().copied());
    let (Some(first), Some(last)) = (first, last) else { return Ok(Vec::new()) };
    let row: Vec<Period> = first.up_to(last).take(MAX_PERIODS.saturating_add(1)).collect();
    if row.len() > MAX_PERIODS { Err(TrendError::Wide { first, last }) } else { Ok(row) }
}

struct Table {
    first: Option<Period>,
    rows: BTreeMap<Option<String>, TrendRow>,
    all: TrendRow,
    outside: u32,
}

fn empty(value: Option<String>, periods: usize) -> TrendRow {
    TrendRow { value, counts: vec![0; periods], undated: 0, burst: None }
}

impl Table {
    fn count(&mut self, period: Option<Period>, one: &Counted) {
        let slot = match period {
            None => None,
            Some(period) => match self.slot(period) {
                Some(slot) => Some(slot),
                None => return self.outside = self.outside.saturating_add(1),
            },
        };
        self.all.add(slot);
        let length = self.all.counts.len();
        let values: Vec<Option<String>> = match one.values.is_empty() {
            true => vec![None],
            false => one.values.iter().cloned().map(Some).collect(),
        };
        for value in values {
            self.rows.entry(value.clone()).or_insert_with(|| empty(value, length)).add(slot);
        }
    }

    fn slot(&self, period: Period) -> Option<usize> {
        let slot = usize::try_from(period.since(self.first?)?).ok()?;
        (slot < self.all.counts.len()).then_some(slot)
    }

    /// Values by their codes, and what says nothing last, where it is looked for.
    fn in_order(&mut self) -> Vec<TrendRow> {
        let unsaid = self.rows.remove(&None);
        std::mem::take(&mut self.rows).into_values().chain(unsaid).collect()
    }
}

impl TrendRow {
    fn add(&mut self, slot: Option<usize>) {
        let place = match slot {
            Some(slot) => self.counts.get_mut(slot),
            None => Some(&mut self.undated),
        };
        if let Some(place) = place {
            *place = place.saturating_add(1);
        }
    }

    /// Dated incidents.
    #[must_use]
    pub fn dated(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

impl Trend {
    /// Looks at each value by itself, then corrects for having looked at many.
    fn find_bursts(&mut self, against: Baseline) {
        let weights: Vec<u64> = match against {
            Baseline::Days => self.periods.iter().map(|period| period.days()).collect(),
            Baseline::All => self.all.counts.iter().map(|count| u64::from(*count)).collect(),
        };
        let values = self.rows.iter_mut().filter(|row| row.value.is_some());
        let mut looked_at: Vec<(&mut TrendRow, Scan)> = values
            .filter_map(|row| {
                let found = scan(&row.counts, &weights)?;
                Some((row, found))
            })
            .collect();
        let corrected = benjamini_hochberg(&looked_at.iter().map(|(_, found)| found.p).collect::<Vec<_>>());
        for ((row, found), q) in looked_at.iter_mut().zip(corrected) {
            row.burst = Some(Burst::new(found, q));
        }
        self.all.burst = scan(&self.all.counts, &self.periods.iter().map(|one| one.days()).collect::<Vec<_>>())
            .map(|found| Burst::new(&found, found.p));
    }
}

impl Grain {
    const fn least_precision(self) -> Precision {
        match self {
            Self::Month | Self::Quarter => Precision::Month,
            Self::Year => Precision::Year,
        }
    }
}
