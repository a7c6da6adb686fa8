//! Clocks, as their events in the log say.

use duties::clock::{Clock, ClockEvent, ClockId, Clocks};
use duties::kept::{CLOCK_TYPE, KeptClock};
use record::digest::RecordDigest;
use record::json::Map;
use record::stix::StixId;
use record::time::Timestamp;

use super::DutyBook;
use super::fold::with_clocks;
use crate::outcome::{Done, Failure};

/// A clock, and the last record that says something of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClockRow {
    pub(crate) clock: Clock,
    pub(crate) last: RecordDigest,
}

impl ClockRow {
    /// The clock as it stands at a moment.
    pub(crate) fn to_json(&self, now: Timestamp) -> Map {
        self.clock.to_json(now).with("record", self.last.to_string())
    }
}

/// An event, and the record that says it.
pub(crate) type Said = (RecordDigest, ClockEvent);

/// The events that records say, in their order. A record that cannot be read says none.
pub(crate) fn events_of(records: &[(RecordDigest, record::Signed<record::Record>)]) -> Vec<Said> {
    let kept = records
        .iter()
        .filter_map(|(digest, record)| Some((*digest, KeptClock::of_shown(record.content().object()).ok()?)));
    kept.flat_map(|(digest, kept)| kept.events.into_iter().map(move |event| (digest, event))).collect()
}

/// Folds events. One that cannot follow those before it is passed over, as every reader does.
fn fold(said: &[Said]) -> (Clocks, Vec<(ClockId, RecordDigest)>) {
    let (mut clocks, mut last) = (Clocks::new(), std::collections::BTreeMap::new());
    for (digest, event) in said {
        if clocks.take(event).is_ok() {
            let _before = last.insert(event.clock.clone(), *digest);
        }
    }
    (clocks, last.into_iter().collect())
}

fn rows(said: &[Said], now: Timestamp) -> Vec<ClockRow> {
    let (clocks, last) = fold(said);
    let row = |(id, last): (ClockId, RecordDigest)| Some(ClockRow { clock: clocks.get(&id)?.clone(), last });
    let mut rows: Vec<ClockRow> = last.into_iter().filter_map(row).collect();
    rows.sort_by_cached_key(|row| row.clock.urgency(now));
    rows
}

impl DutyBook<'_> {
    /// Every event of the clocks of an incident, in the order of the log.
    pub(crate) fn events(&self, incident: &StixId) -> Done<Vec<Said>> {
        Ok(events_of(&self.naming(incident.as_str(), CLOCK_TYPE)?))
    }

    /// The clocks of an incident, to be asked by stage.
    pub(crate) fn clocks(&self, incident: &StixId) -> Done<Clocks> {
        Ok(fold(&self.events(incident)?).0)
    }

    /// The clocks of an incident, the most urgent first.
    pub(crate) fn clocks_of(&self, incident: &StixId, now: Timestamp) -> Done<Vec<ClockRow>> {
        Ok(rows(&self.events(incident)?, now))
    }

    /// All clocks, the most urgent first.
    pub(crate) fn all_clocks(&self, now: Timestamp) -> Done<Vec<ClockRow>> {
        with_clocks(self.cases, |fold| fold.rows(|_| true, now))
    }

    /// The clocks of which something has still to be filed, the most urgent first.
    pub(crate) fn open_clocks(&self, now: Timestamp) -> Done<Vec<ClockRow>> {
        with_clocks(self.cases, |fold| fold.rows(Clock::is_open, now))
    }

    /// One clock with its events.
    pub(crate) fn clock(&self, incident: &StixId, stage: &str, now: Timestamp) -> Done<(ClockRow, Vec<Said>)> {
        let mut events = self.events(incident)?;
        let id = ClockId::new(incident.as_str(), stage);
        let row = rows(&events, now).into_iter().find(|row| row.clock.id == id).ok_or_else(|| {
            Failure::input(format!("incident {incident} has no clock of {stage}"))
                .advise(format!("`detente duties clock list --incident {incident}` shows those that it has"))
        })?;
        events.retain(|(_, event)| event.clock == id);
        Ok((row, events))
    }
}
