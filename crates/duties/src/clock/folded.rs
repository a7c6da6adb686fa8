//! Many clocks, folded from their events as these come.

use std::collections::BTreeMap;

use record::json::{Json, Map};
use record::time::Timestamp;

use super::{Clock, ClockEvent, ClockEventError, ClockId, ClockState, Filing, Missed};
use crate::day::spell;

/// Clocks by what they are the clocks of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks(BTreeMap<ClockId, Clock>);

impl Clocks {
    /// No clock yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next event, in the order of the log.
    ///
    /// # Errors
    /// [`ClockEventError`] if it cannot follow: then it changes nothing, and the clocks go on without it.
    pub fn take(&mut self, event: &ClockEvent) -> Result<(), ClockEventError> {
        if let Some(clock) = self.0.get_mut(&event.clock) {
            return clock.follow(event);
        }
        drop(self.0.insert(event.clock.clone(), Clock::first(event)?));
        Ok(())
    }

    /// The clock of a stage for an incident.
    #[must_use]
    pub fn get(&self, id: &ClockId) -> Option<&Clock> {
        self.0.get(id)
    }

    /// All of them, by incident and stage.
    pub fn iter(&self) -> impl Iterator<Item = &Clock> {
        self.0.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Clock {
    /// Where it stands in a list, the most urgent first: what is late by its moment, what runs by its moment, and then what has ended.
    #[must_use]
    pub fn urgency(&self, now: Timestamp) -> (u8, Timestamp, ClockId) {
        let rank = match self.state(now) {
            ClockState::Late => 0,
            ClockState::Running | ClockState::Acknowledged => 1,
            ClockState::Filed | ClockState::Displaced | ClockState::Withdrawn => 2,
        };
        (rank, self.due.first, self.id.clone())
    }

    /// True if something has still to be filed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.end.is_none() && !self.is_filed
    }

    /// Microseconds until its moment; less than nothing once it has passed.
    #[must_use]
    pub const fn left_micros(&self, now: Timestamp) -> i64 {
        self.due.first.micros().saturating_sub(now.micros())
    }

    /// The clock as it stands at a moment: ids, digests and moments.
    #[must_use]
    pub fn to_json(&self, now: Timestamp) -> Map {
        let map = Map::new()
            .with("incident", self.id.incident.as_str())
            .with("stage", self.id.stage.as_str())
            .with("state", self.state(now).name())
            .with("started", self.started.to_string())
            .with("due", self.due.to_string())
            .with("acknowledged_by", self.acknowledged_by.as_deref().map_or(Json::Null, Json::text))
            .with("filings", Json::Array(self.filings.iter().map(filing).collect()))
            .with("missed", Json::Array(self.missed.iter().map(missed).collect()))
            .with("was_ever_late", Json::Bool(self.was_ever_late()))
            .with("moved", Json::count(self.dues.len().saturating_sub(1)));
        let map = if self.is_open() {
            map.with("left_seconds", Json::count(self.left_micros(now).div_euclid(1_000_000)))
        } else {
            map
        };
        match (&self.ended_by, &self.ended_for) {
            (Some(by), Some(why)) => map.with("ended_by", by.as_str()).with("ended_for", why.as_str()),
            _ => map,
        }
    }
}

fn filing(filing: &Filing) -> Json {
    Map::new()
        .with("at", spell(filing.at))
        .with("version", filing.version.as_str())
        .with("due", filing.due.to_string())
        .with("in_time", Json::Bool(filing.is_in_time()))
        .with("amendment", Json::Bool(filing.is_amendment))
        .into()
}

fn missed(missed: &Missed) -> Json {
    let map = Map::new().with("due", spell(missed.due)).with("seen", spell(missed.observed));
    map.with("contradicted_at", missed.contradicted_at.map_or(Json::Null, |at| Json::text(spell(at)))).into()
}
