//! An event as an incident.
//!
//! Who may see it where it came from is told in the reference to it, and permits nothing here. What an event gives to search for is
//! no fact of an incident: it is handed over beside it, and the report of losses says so.

mod ours;

use std::collections::BTreeSet;

use incident::reference::{CrossReference, Database};
use incident::{Severity, TimeName};
use record::json::{Json, Map};

use super::event::{Attribute, Category, Event, Object, ThreatLevel};
use super::marks::{Verdict, is_handling, verdict};
use super::observable::{CHAT_PROMPT, Observable};
use super::outgoing::NO_NAME;
use super::read::{EventRead, LeftAside, read_members};
use super::tag::MachineTag;
use super::taxonomy::{Standing, Taxonomies};
use super::template::{INCIDENT, MODEL, OURS};
use super::{Limits, SOURCE};
use crate::building::Building;
use crate::error::FieldError;

/// The `source_name` of a reference that is a tag of a taxonomy.
pub(super) const TAXONOMY: &str = "MISP taxonomy";

/// The properties that this reader sets of events that others made. What our own object holds comes on top, event by event.
pub(crate) const PROPERTIES: [&str; 9] = [
    "name",
    "description",
    "occurred",
    "precision",
    "severity",
    "model",
    "model_version",
    "affected_parties",
    "external_references",
];

/// References that one event's links, weaknesses and tags may become. An incident takes some two hundred; the event's own and
/// those that people add need room too.
const REFERENCES_MAX: usize = 120;

/// What an event brings beside the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Beside {
    /// What may be done with the incident, or that it waits.
    pub verdict: Verdict,
    /// What it gives to search for.
    pub observables: Vec<Observable>,
    /// Parts that were not taken.
    pub left_aside: Vec<LeftAside>,
}

/// Builds the incident of an event.
pub(crate) fn build(cells: &Map, taxonomies: &Taxonomies, building: &mut Building) -> Result<Beside, FieldError> {
    let EventRead { event, left_aside } = read_members(cells, &Limits::USUAL)
        .map_err(|error| FieldError::new(error.pointer.trim_start_matches('/'), error.reason))?;
    building.source_id = event.uuid.to_string();
    provenance(&event, building)?;
    if event.info != NO_NAME {
        building.top_text("name", "info", &event.info)?;
    }
    let mut incoming = Incoming { event: &event, taxonomies, observables: Vec::new() };
    incoming.date(building)?;
    incoming.objects(building)?;
    for attribute in &event.attributes {
        incoming.attribute(attribute, None, building);
    }
    incoming.tags(building);
    incoming.losses(building);
    let observables = incoming.observables;
    Ok(Beside { verdict: verdict(&event), observables, left_aside })
}

/// The reference to the event: whose it is, and whom it was meant for there.
fn provenance(event: &Event, building: &mut Building) -> Result<(), FieldError> {
    let mut told = vec![match &event.creator {
        Some(creator) => {
            format!("by {}{}", creator.name, creator.uuid.map(|uuid| format!(" ({uuid})")).unwrap_or_default())
        }
        None => "by an organisation that it does not name".to_owned(),
    }];
    told.push(if event.is_published { "published there" } else { "not published there" }.to_owned());
    if let Some(distribution) = event.distribution {
        told.push(format!("distribution there: {}", distribution.name()));
    }
    if let Some(group) = event.sharing_group {
        told.push(format!("sharing group {group} there"));
    }
    let asked = handling_names(event);
    if !asked.is_empty() {
        told.push(format!("asked there: {}", asked.into_iter().collect::<Vec<_>>().join(", ")));
    }
    let reference = Map::new().with("source_name", SOURCE).with("external_id", event.uuid.to_string());
    building.reference(reference.with("description", told.join("; ")), "Orgc")
}

/// The tags that say what may be done, of the event and its parts. They belong to what is compared at the next reading, so that an
/// event whose tags alone have changed is labelled anew.
fn handling_names(event: &Event) -> BTreeSet<&str> {
    let parts = event.standing_attributes().flat_map(|one| &one.tags);
    event.tags.iter().chain(parts).map(|tag| tag.name.as_str()).filter(|name| is_handling(name)).collect()
}

/// An event that is being read into an incident.
struct Incoming<'e> {
    event: &'e Event,
    taxonomies: &'e Taxonomies,
    observables: Vec<Observable>,
}

impl Incoming<'_> {
    fn is_ours(&self) -> bool {
        self.event.standing_objects().any(|object| object.name == OURS.name)
    }

    /// MISP's core format: the day on which it occurred. Ours says that by itself, since it may not be known.
    fn date(&self, building: &mut Building) -> Result<(), FieldError> {
        if self.is_ours() { Ok(()) } else { building.time(TimeName::Occurred, "date", self.event.date.as_str()) }
    }

    fn objects(&mut self, building: &mut Building) -> Result<(), FieldError> {
        for object in self.event.standing_objects() {
            match object.name.as_str() {
                name if name == OURS.name => ours::ours(object, building)?,
                name if name == INCIDENT.name => self.incident(object, building)?,
                name if name == MODEL.name => self.model(object, building)?,
                _ => self.other(object, building),
            }
        }
        Ok(())
    }

    /// MISP's own object of an incident.
    fn incident(&mut self, object: &Object, building: &mut Building) -> Result<(), FieldError> {
        for attribute in object.attributes.iter().filter(|attribute| !attribute.is_deleted) {
            match attribute.object_relation.as_deref() {
                Some("name") if attribute.value == self.event.info => {}
                Some("description") if !building.top.contains("description") => {
                    building.top_text("description", "incident/description", &attribute.value)?;
                }
                Some("criticality") if attribute.value.parse::<Severity>().is_ok() => {
                    building.own_text("severity", "incident/criticality", &attribute.value)?;
                }
                _ => self.attribute(attribute, Some(object), building),
            }
        }
        Ok(())
    }

    /// MISP's own object of a model. Of several, the first: which of them it was is for a person to say.
    fn model(&mut self, object: &Object, building: &mut Building) -> Result<(), FieldError> {
        let is_first = !building.own.contains("model") && !building.own.contains("model_version");
        for attribute in object.attributes.iter().filter(|attribute| !attribute.is_deleted) {
            match attribute.object_relation.as_deref() {
                Some("model-name") if is_first => {
                    building.own_text("model", "ai-model-component/model-name", &attribute.value)?;
                }
                Some("model-version") if is_first => {
                    building.own_text("model_version", "ai-model-component/model-version", &attribute.value)?;
                }
                _ => self.attribute(attribute, Some(object), building),
            }
        }
        Ok(())
    }

    fn other(&mut self, object: &Object, building: &mut Building) {
        for attribute in &object.attributes {
            let is_model = object.name == CHAT_PROMPT && attribute.object_relation.as_deref() == Some("model");
            // The first model that a prompt was for; MISP's object of models says more.
            let is_free = !attribute.is_deleted && !building.own.contains("model");
            let is_taken =
                is_model && is_free && building.own_text("model", "ai-chat-prompt/model", &attribute.value).is_ok();
            if !is_taken {
                self.attribute(attribute, Some(object), building);
            }
        }
    }

    /// An attribute of an event that others made: a reference, somebody who was hit, something to search for, or nothing.
    fn attribute(&mut self, attribute: &Attribute, object: Option<&Object>, building: &mut Building) {
        if attribute.is_deleted {
            return;
        }
        let kind = attribute.attribute_type.name();
        let field = object
            .map_or_else(|| format!("Attribute/{kind}"), |object| format!("{}/{}", object.name, relation(attribute)));
        if object.is_none() && self.is_placed(attribute, &field, building) {
            return;
        }
        match Observable::of(attribute, object.map(|object| object.name.as_str())) {
            Some(observable) => {
                self.observables.push(observable);
                building.losses.note(
                    &field,
                    "something to search for, and no fact of an incident; it is handed over beside it",
                    &attribute.value,
                );
            }
            None => building.losses.note(&field, "no property for it", &attribute.value),
        }
    }

    /// Whether it has a place in the incident. What would act on its reader has none, and does not take the event with it.
    fn is_placed(&self, attribute: &Attribute, field: &str, building: &mut Building) -> bool {
        let value = attribute.value.as_str();
        let is_full = building.references.len() >= REFERENCES_MAX;
        let placed = match attribute.attribute_type.name() {
            "target-org" => add_affected(building, field, value),
            _ if is_full => return false,
            "link" => page(attribute, building, field),
            "url" if attribute.category == Category::ExternalAnalysis => page(attribute, building, field),
            "vulnerability" if CrossReference::new(Database::Cve, value).is_ok() => {
                building.cross(Database::Cve, value, None, field)
            }
            "weakness" => building.reference(Map::new().with("source_name", "cwe").with("external_id", value), field),
            _ => return false,
        };
        if let Err(error) = &placed {
            building.notes.push((error.field.clone(), error.reason.clone()));
        }
        placed.is_ok()
    }

    /// Tags: taxonomies about AI under their own names, techniques of ATLAS as references.
    fn tags(&self, building: &mut Building) {
        let galaxies = self.event.galaxies.iter().flat_map(super::Galaxy::tag_names);
        let on_event = self.event.tags.iter().map(|tag| tag.name.as_str());
        let on_parts = self.event.standing_attributes().flat_map(|one| one.tags.iter().map(|tag| tag.name.as_str()));
        for name in on_event.chain(galaxies).chain(on_parts).filter(|name| !is_handling(name)) {
            self.tag(name, building);
        }
    }

    fn tag(&self, name: &str, building: &mut Building) {
        let tag: Option<MachineTag> = name.parse().ok();
        if let Some(id) = tag.as_ref().and_then(atlas_id)
            && building.references.len() < REFERENCES_MAX
            && building.cross(Database::Atlas, id, None, "Tag").is_ok()
        {
            return;
        }
        match tag {
            Some(tag) if self.taxonomies.is_kept(&tag.namespace) => self.classified(name, &tag, building),
            Some(tag) => building.losses.note(
                &format!("Tag/{}", tag.namespace),
                "a tag of a taxonomy that is not about AI",
                name,
            ),
            None => building.losses.note("Tag", "free text, whose meaning is its author's", name),
        }
    }

    fn classified(&self, name: &str, tag: &MachineTag, building: &mut Building) {
        if self.taxonomies.standing(tag) == Standing::Unknown {
            let reason = format!("the tag `{}` is not in the taxonomy {}", name.escape_debug(), tag.namespace);
            building.notes.push(("Tag".to_owned(), reason));
        }
        let reference = Map::new().with("source_name", TAXONOMY).with("external_id", name);
        let is_full = building.references.len() >= REFERENCES_MAX;
        if is_full || building.reference(reference, "Tag").is_err() {
            building.losses.note(
                &format!("Tag/{}", tag.namespace),
                "more references than an incident takes, or text that would act on its reader",
                name,
            );
        }
    }

    fn losses(&self, building: &mut Building) {
        let losses = &mut building.losses;
        if self.event.threat_level != ThreatLevel::Undefined {
            losses.note(
                "threat_level_id",
                "how dangerous an attacker is, and not how severe the harm",
                self.event.threat_level.name(),
            );
        }
        if !self.is_ours() {
            losses.note(
                "analysis",
                "how far its author's work is, and not the stage of an incident",
                self.event.analysis.name(),
            );
        }
        losses.rest(&self.event.extra, &[], &why);
        let parts = self.event.all_attributes().map(|attribute| &attribute.extra);
        for extra in parts.chain(self.event.objects.iter().map(|object| &object.extra)) {
            losses.rest(extra, &[], &why);
        }
    }
}

fn relation(attribute: &Attribute) -> &str {
    attribute.object_relation.as_deref().unwrap_or(attribute.attribute_type.name())
}

fn why(field: &str) -> &'static str {
    match field.split('/').next().unwrap_or_default() {
        "distribution" | "sharing_group_id" | "SharingGroup" => {
            "who may see it where it came from; it permits nothing here"
        }
        "id" | "org_id" | "orgc_id" | "event_id" | "object_id" | "attribute_count" => {
            "a number of the MISP that it came from"
        }
        "Org" | "event_creator_email" => "who held it, which is not who made it",
        "Sighting" => "who saw it, when; sightings are records of their own here",
        _ => "no property for it",
    }
}

/// A page about it, under the words that stand beside it.
fn page(attribute: &Attribute, building: &mut Building, field: &str) -> Result<(), FieldError> {
    let beside = attribute.comment.trim();
    // The name of a known database without an id in it would be a malformed reference.
    let is_free = !beside.is_empty() && Database::of_source_name(beside).is_none();
    let name = if is_free { beside } else { attribute.value.as_str() };
    building.reference(Map::new().with("source_name", name).with("url", attribute.value.as_str()), field)
}

fn add_affected(building: &mut Building, field: &str, value: &str) -> Result<(), FieldError> {
    let known = building.own.get("affected_parties").and_then(Json::as_array).unwrap_or_default().to_vec();
    let mut all: Vec<&str> = known.iter().filter_map(Json::as_str).collect();
    all.push(value);
    building.own_list("affected_parties", field, &all)
}

/// The id in a tag such as `misp-galaxy:mitre-atlas-attack-pattern="LLM Jailbreak - AML.T0054"`.
fn atlas_id(tag: &MachineTag) -> Option<&str> {
    let is_atlas = tag.is_of("misp-galaxy") && tag.predicate.starts_with("mitre-atlas-");
    let (_, id) = tag.value.as_deref().filter(|_| is_atlas)?.rsplit_once(" - ")?;
    CrossReference::new(Database::Atlas, id).is_ok().then_some(id)
}
