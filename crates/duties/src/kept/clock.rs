//! Events of clocks, as they are kept.

use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::{StixError, StixId, StixObject};
use record::time::Timestamp;

use super::object::{Form, MAX_BY_BYTES, incident_of};
use crate::clock::{ClockEvent, Happening, read_event};
use crate::fault::Fault;
use crate::limits::MAX_ID_BYTES;
use crate::reader::{At, Members};

/// The STIX type of events of clocks.
pub const CLOCK_TYPE: &str = "detente-clock";

/// The extension definition of that type.
pub const CLOCK_EXTENSION: &str = "extension-definition--7cdec48e-ecdb-469a-bb70-428e0ca22b47";

/// Events of one record. One evaluation of all shipped packs sets some thirty clocks at most.
pub const MAX_EVENTS_OF_A_RECORD: usize = 64;

const FORM: Form = Form { object_type: CLOCK_TYPE, extension: CLOCK_EXTENSION, members: &["incident", "events"] };

/// What happened to clocks of one incident, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptClock {
    /// The incident's id.
    pub incident: String,
    /// What happened; never empty.
    pub events: Vec<ClockEvent>,
}

impl KeptClock {
    /// Events of clocks of one incident.
    ///
    /// # Errors
    /// Every [`Fault`]: there are none or too many, one is of another incident, or one names by something that is no id or digest.
    pub fn new(incident: impl Into<String>, events: Vec<ClockEvent>) -> Result<Self, Vec<Fault>> {
        let kept = Self { incident: incident.into(), events };
        let map = kept.to_map();
        let object = Map::new().with("type", CLOCK_TYPE).with("extensions", Map::new().with(CLOCK_EXTENSION, map));
        Self::of_shown(&object)
    }

    fn to_map(&self) -> Map {
        let events = self.events.iter().map(ClockEvent::to_json).collect();
        Map::new().with("incident", self.incident.as_str()).with("events", Json::Array(events))
    }

    /// The object, ready to be signed.
    ///
    /// # Errors
    /// [`StixError`] if the id is of another type.
    pub fn to_object(&self, id: &StixId, created: Timestamp) -> Result<StixObject, StixError> {
        FORM.object(id, created, self.to_map())
    }

    /// Reads what is shown of an object.
    ///
    /// # Errors
    /// Every [`Fault`].
    pub fn of_shown(object: &Map) -> Result<Self, Vec<Fault>> {
        FORM.read(object, |members| {
            let incident = incident_of(members)?;
            let events = events(members, &incident)?;
            Some(Self { incident, events })
        })
    }
}

fn events(members: &Members<'_>, incident: &str) -> Option<Vec<ClockEvent>> {
    let list = members.need("events")?;
    let elements = list.list()?;
    if elements.len() > MAX_EVENTS_OF_A_RECORD {
        return list.fault(format!("has more than {MAX_EVENTS_OF_A_RECORD} events; make several records of them"));
    }
    elements.into_iter().map(|at| event(&at, incident)).collect()
}

fn event(at: &At<'_>, incident: &str) -> Option<ClockEvent> {
    let event = read_event(at)?;
    if event.clock.incident != incident {
        return at.fault("is an event of another incident than the record is about");
    }
    if !is_stage(&event.clock.stage) {
        return at.fault("should name its stage as PACK/DUTY/STAGE");
    }
    if event.by.len() > MAX_BY_BYTES {
        return at.fault(format!("names who says so with more than {MAX_BY_BYTES} octets"));
    }
    // Nothing of a case may stand where a digest should.
    let named = match &event.happening {
        Happening::Filed { version: named } | Happening::Withdrawn { because: named } => Some(named),
        Happening::Displaced { by } if !is_path(by, 2) => return at.fault("should name the other duty as PACK/DUTY"),
        Happening::Displaced { .. }
        | Happening::Set { .. }
        | Happening::Acknowledged
        | Happening::Missed { .. }
        | Happening::Reminded { .. }
        | Happening::Escalated => None,
    };
    match named.map(|text| text.parse::<RecordDigest>()) {
        Some(Err(_)) => at.fault("should name a record by its digest"),
        Some(Ok(_)) | None => Some(event),
    }
}

/// Whether a text names a stage: `PACK/DUTY/STAGE`.
pub(crate) fn is_stage(text: &str) -> bool {
    is_path(text, 3)
}

fn is_path(text: &str, parts: usize) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || b"-_.".contains(&octet);
    let is_id = |part: &str| !part.is_empty() && part.len() <= MAX_ID_BYTES && part.bytes().all(fits);
    text.split('/').count() == parts && text.split('/').all(is_id)
}
