//! A harbour whose cranes are steered by an AI system: invented, with invented parties.

use incident::{
    Country, EventKind, Facts, Harm, HarmState, HarmType, Incident, List, Moment, Place, Range, Severity,
    SubmitterRole, Text, TimeName,
};
use record::digest::{PartyId, RecordDigest};
use record::json::{self, Map};
use record::stix::StixId;
use record::time::Timestamp;

/// The crane's case.
pub(crate) const CRANE: &str = "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f01";

/// Minutes into the first day of the story.
pub(crate) fn at(minute: i64) -> Timestamp {
    let day: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
    Timestamp::from_micros(day.micros() + minute * 60_000_000)
}

pub(crate) fn id(text: &str) -> StixId {
    text.parse().unwrap()
}

pub(crate) fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

pub(crate) const fn party(number: u8) -> PartyId {
    PartyId::from_octets([number; 32])
}

pub(crate) const fn digest(number: u8) -> RecordDigest {
    RecordDigest::from_octets([number; 32])
}

pub(crate) fn map(text: &str) -> Map {
    json::parse(text.as_bytes()).unwrap().as_object().unwrap().clone()
}

/// What the harbour says on the first day.
pub(crate) fn crane_facts() -> Facts {
    let mut facts = Facts::default()
        .with_text(Text::Name, "A crane set a container down where people stood")
        .with_text(Text::Description, "The steering took reflective vests for lane marks.")
        .with_text(Text::AiInvolvement, "perception chose the place by itself")
        .with_text(Text::System, "Yard Pilot")
        .with_text(Text::SystemVersion, "4.2")
        .with_text(Text::Model, "lane-net")
        .with_list(List::HarmTypes, &["injury"])
        .with_moment(TimeName::Occurred, &moment("2026-06-30"))
        .with_moment(TimeName::Aware, &moment("2026-07-01T00:20Z"));
    facts.event_kind = Some(EventKind::Incident);
    facts.severity = Some(Severity::SeriousIncident);
    facts.submitter_role = Some(SubmitterRole::Deployer);
    facts.place = Some(Place::in_country("NL".parse::<Country>().unwrap()).at("Quay 7"));
    let range = Range::new(Some(2), Some(5)).unwrap();
    facts.harms = vec![Harm::new(HarmType::Physical).that(HarmState::Occurred).of(range, "people")];
    facts
}

/// The crane's case as its first report has it.
pub(crate) fn crane() -> Incident {
    Incident::new(&id(CRANE), at(30), &crane_facts()).unwrap()
}
