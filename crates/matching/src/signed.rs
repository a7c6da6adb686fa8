//! Signals, sightings and withdrawals as records.
//!
//! Up to [`crate::signal::MAX_MEMBERS`] signals are the members of one record: a STIX `grouping`. A sighting is a STIX `sighting` of
//! its own, and a withdrawal a small record of its own, so that it travels alone and is read by whoever has the signals. Whose a
//! signal is follows from who signed the record, and from nothing that stands in it.

mod batch;
mod retraction;
mod sighting;

use record::json::{Json, Map};
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::{Record, Signed};

pub use batch::{BATCH_TYPE, Batch, Member, NewBatch};
pub use retraction::{MAX_RETRACTED, RETRACTION_TYPE, Retraction};
pub use sighting::{SIGHTING_TYPE, Sighting};

use crate::signal::SignalError;

/// Octets of a title or a reason.
pub const MAX_TITLE_BYTES: usize = 1_000;

/// The head of an object of ours.
fn head(object_type: &str, id: &StixId, created: Timestamp, title: &str) -> Result<Map, SignalError> {
    if title.trim().is_empty() || title.len() > MAX_TITLE_BYTES {
        return Err(SignalError::new(
            "name",
            format!("should say in a few words what this is, in at most {MAX_TITLE_BYTES} octets"),
        ));
    }
    if id.object_type() != object_type {
        return Err(SignalError::new("id", format!("should be that of a `{object_type}`")));
    }
    Ok(Map::new()
        .with("type", object_type)
        .with("spec_version", "2.1")
        .with("id", id.as_str())
        .with("created", created.to_string())
        .with("modified", created.to_string())
        .with("name", title))
}

fn whole(object: Map) -> Result<StixObject, SignalError> {
    StixObject::from_map(object).map_err(|error| SignalError::new("object", error.to_string()))
}

fn check_type(record: &Signed<Record>, object_type: &str) -> Result<(), SignalError> {
    let is_it = record.content().object().text("type") == Some(object_type);
    if is_it { Ok(()) } else { Err(SignalError::new("type", format!("should be `{object_type}`"))) }
}

fn ids(ids: &[StixId]) -> Json {
    Json::Array(ids.iter().map(|id| Json::text(id.as_str())).collect())
}

/// The ids of signals that a record shows.
fn shown_ids(object: &Map) -> Result<Vec<StixId>, SignalError> {
    let wrong = || SignalError::new("object_refs", "should be a list of ids of signals");
    let list = object.get("object_refs").and_then(Json::as_array).ok_or_else(wrong)?;
    let read = |id: &Json| id.as_str().and_then(|id| id.parse().ok()).filter(is_signal);
    list.iter().map(|id| read(id).ok_or_else(wrong)).collect()
}

fn is_signal(id: &StixId) -> bool {
    id.object_type() == crate::signal::SIGNAL_TYPE
}

fn time(object: &Map, name: &'static str) -> Result<Option<Timestamp>, SignalError> {
    let Some(value) = object.get(name) else { return Ok(None) };
    let time = value.as_str().and_then(|text| text.parse().ok());
    time.map(Some).ok_or_else(|| SignalError::new(name, "should be a UTC timestamp such as 2026-07-01T03:10:00.000Z"))
}
