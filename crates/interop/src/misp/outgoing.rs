//! An incident as an event.

use incident::{Moment, Precision, TimeName};
use record::json::{Json, Map};
use record::label::{Marks, Recipients};
use record::time::Timestamp;
use uuid::Uuid;

use super::attribute_type::AttributeType;
use super::audience::Sender;
use super::event::{Analysis, Attribute, Category, Day, Event, EventTag, Object, ThreatLevel};
use super::incoming::TAXONOMY;
use super::marks::{handling_tags, is_handling};
use super::template::{ID, INCIDENT, MODEL, OURS, REFERENCE, Template, Written};
use super::write::{AS_EVENT, REPORTS};
use crate::error::FieldError;
use crate::losses::Losses;

/// What stands where MISP asks for a title and the incident has none.
pub(super) const NO_NAME: &str = "[no name]";

/// Octets of one value: MISP keeps values in columns of this size, and cuts what is longer without a word.
const VALUE_BYTES_MAX: usize = 65_535;

/// Members that become something else than attributes.
const PLACED: [&str; 9] = [
    "type",
    "spec_version",
    "id",
    "created",
    "modified",
    "created_by_ref",
    "extensions",
    "external_references",
    "extension_type",
];

/// The id of an incident's event, the same at every writing: a UUID of version 5 (RFC 9562) over the incident's id.
#[must_use]
pub fn event_id(incident: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("detente:misp:event:{incident}").as_bytes())
}

/// Writes an incident as an event. Its marks become tags; without marks it has no TLP tag, and whoever takes it in has to ask.
///
/// # Errors
/// [`FieldError`] if the object shows no id or no times: an event needs both.
pub fn event_of(
    incident: &Map,
    marks: Option<&Marks>,
    sender: &Sender,
    losses: &mut Losses,
) -> Result<Event, FieldError> {
    let id =
        incident.text("id").ok_or_else(|| FieldError::new("id", "is missing, and the event's id follows from it"))?;
    let timestamp_s = seconds(incident, "modified")?;
    let mut writing = Writing { uuid: event_id(id), timestamp_s, losses, placed: PLACED.to_vec() };
    let name = said(incident, "name");
    if name.is_none() {
        writing.losses.note("name", "MISP asks for a title; the incident has none", NO_NAME);
    }
    let objects = writing.objects(incident, id);
    let mut tags = marks.map(handling_tags).unwrap_or_default();
    tags.extend(taxonomy_tags(incident));
    writing.note_marks(marks);
    Ok(Event {
        uuid: writing.uuid,
        info: name.map_or(NO_NAME, str::trim).to_owned(),
        date: writing.day(incident)?,
        timestamp_s,
        publish_timestamp_s: Some(timestamp_s),
        is_published: true,
        threat_level: ThreatLevel::Undefined,
        analysis: Analysis::Initial,
        distribution: Some(sender.audience.distribution()),
        sharing_group: None,
        creator: Some(sender.creator.clone()),
        tags,
        galaxies: Vec::new(),
        attributes: Vec::new(),
        objects,
        extra: sender.audience.sharing_group().map_or_else(Map::new, |group| Map::new().with("SharingGroup", group)),
    })
}

/// Adds a report of STIX about the incident: its name, and its description as the text. It goes where the event goes; that the event's
/// marks hold for it too is for the caller to see to.
///
/// # Errors
/// [`FieldError`] if the report shows no id, name or time.
pub fn add_report(event: &mut Event, report: &Map) -> Result<(), FieldError> {
    let text = |name: &'static str| said(report, name).ok_or_else(|| FieldError::new(name, "is missing or empty"));
    let uuid = Uuid::new_v5(&event.uuid, text("id")?.as_bytes());
    let row = Map::new()
        .with("uuid", uuid.to_string())
        .with("name", text("name")?.trim())
        .with("content", said(report, "description").unwrap_or_default())
        .with("distribution", AS_EVENT)
        .with("timestamp", seconds(report, "modified")?.to_string())
        .with("deleted", Json::Bool(false));
    let before = event.extra.get(REPORTS).and_then(Json::as_array).unwrap_or_default();
    let all = before.iter().cloned().chain([Json::Object(row)]).collect();
    event.extra.set(REPORTS, Json::Array(all));
    Ok(())
}

/// Microseconds of a second.
const MICROS: i64 = 1_000_000;

fn seconds(incident: &Map, name: &str) -> Result<i64, FieldError> {
    let time: Option<Timestamp> = incident.text(name).and_then(|text| text.parse().ok());
    time.map(|time| time.micros().div_euclid(MICROS)).ok_or_else(|| FieldError::new(name, "is missing or no time"))
}

/// A text that says something.
fn said<'i>(incident: &'i Map, name: &str) -> Option<&'i str> {
    incident.text(name).filter(|text| !text.trim().is_empty())
}

fn own(incident: &Map) -> Option<&Map> {
    incident.get("extensions")?.as_object()?.get(incident::extension_id())?.as_object()
}

fn own_text<'i>(incident: &'i Map, name: &str) -> Option<&'i str> {
    own(incident).and_then(|own| said(own, name))
}

fn precision(incident: &Map, name: &str) -> Option<Precision> {
    own(incident)?.get("precision")?.as_object()?.text(name)?.parse().ok()
}

fn references(incident: &Map) -> impl Iterator<Item = &Map> {
    let list = incident.get("external_references").and_then(Json::as_array).unwrap_or_default();
    list.iter().filter_map(Json::as_object)
}

/// References to taxonomies are the tags that they were. One that says what may be done is none: only a label says that, and
/// whoever wrote the incident could otherwise lower it.
fn taxonomy_tags(incident: &Map) -> impl Iterator<Item = EventTag> {
    references(incident).filter_map(taxonomy_tag).map(EventTag::new)
}

fn taxonomy_tag(reference: &Map) -> Option<&str> {
    reference.text("source_name").filter(|name| *name == TAXONOMY)?;
    reference.text("external_id").filter(|name| reference.len() == 2 && !is_handling(name))
}

/// An event as it is put together.
struct Writing<'l> {
    uuid: Uuid,
    timestamp_s: i64,
    losses: &'l mut Losses,
    /// Members that have a place.
    placed: Vec<&'static str>,
}

impl Writing<'_> {
    fn objects(&mut self, incident: &Map, id: &str) -> Vec<Object> {
        let mut objects = Vec::new();
        if let Some(name) = said(incident, "name") {
            objects.push(self.incident(incident, name));
        }
        objects.extend(self.model(incident));
        let mut ours = self.object(&OURS);
        self.add(&mut ours, ID, &Written::Plain, AttributeType::TEXT, id);
        self.properties(&mut ours, incident);
        references(incident).enumerate().for_each(|(slot, reference)| self.reference(&mut ours, slot, reference));
        objects.push(ours);
        objects
    }

    /// MISP's own object of an incident.
    fn incident(&mut self, incident: &Map, name: &str) -> Object {
        let mut object = self.object(&INCIDENT);
        let severity = own_text(incident, "severity");
        let all = [
            ("name", "name", Some(name)),
            ("description", "description", said(incident, "description")),
            ("criticality", "severity", severity),
        ];
        for (relation, property, text) in all {
            if let Some(text) = text
                && self.add(&mut object, relation, &Written::Plain, AttributeType::TEXT, text)
            {
                self.placed.push(property);
            }
        }
        object
    }

    /// MISP's own object of a model, which asks for both.
    fn model(&mut self, incident: &Map) -> Option<Object> {
        let (name, version) = (own_text(incident, "model")?, own_text(incident, "model_version")?);
        if name.len().max(version.len()) > VALUE_BYTES_MAX {
            return None;
        }
        let mut object = self.object(&MODEL);
        self.add(&mut object, "model-name", &Written::Plain, AttributeType::TEXT, name);
        self.add(&mut object, "model-version", &Written::Plain, AttributeType::TEXT, version);
        self.placed.extend(["model", "model_version"]);
        Some(object)
    }

    /// Every property that has no other place.
    fn properties(&mut self, ours: &mut Object, incident: &Map) {
        let known: Vec<&str> = incident::property_names().chain(["lang"]).collect();
        let members = incident.iter().chain(own(incident).into_iter().flat_map(Map::iter));
        for (name, value) in members {
            if self.placed.contains(&name) || (name == "precision" && self.precisions_are_told(incident)) {
                continue;
            }
            if known.contains(&name) {
                self.property(ours, incident, name, value);
            } else {
                self.losses.note(name, "no place in an event of MISP", &value.to_text());
            }
        }
        let foreign = incident.get("extensions").and_then(Json::as_object).into_iter().flat_map(Map::iter);
        for (id, value) in foreign.filter(|(id, _)| *id != incident::extension_id()) {
            self.losses.note(id, "an extension that is not ours", &value.to_text());
        }
    }

    /// Whether each precision is told by the time that it is of.
    fn precisions_are_told(&self, incident: &Map) -> bool {
        let Some(all) = own(incident).and_then(|own| own.get("precision")?.as_object()) else { return true };
        let is_told = |name: &str| own_text(incident, name).is_some() && precision(incident, name).is_some();
        all.names().all(is_told)
    }

    fn property(&mut self, ours: &mut Object, incident: &Map, name: &str, value: &Json) {
        let is_time = TimeName::ALL.iter().any(|time| time.name() == name);
        match value {
            Json::String(text) if is_time => {
                let (written, text) = time(text, precision(incident, name));
                self.add(ours, name, &written, AttributeType::TEXT, &text);
            }
            Json::String(text) => {
                self.add(ours, name, &Written::Plain, AttributeType::TEXT, text);
            }
            Json::Array(elements) if !elements.is_empty() && elements.iter().all(|one| one.as_str().is_some()) => {
                for (slot, element) in elements.iter().enumerate() {
                    let text = element.as_str().unwrap_or_default();
                    self.add(ours, name, &Written::Element(slot), AttributeType::TEXT, text);
                }
            }
            Json::Number(_) if value.as_integer().is_some() => {
                self.add(ours, name, &Written::Json, AttributeType::COUNTER, &value.to_text());
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
                self.add(ours, name, &Written::Json, AttributeType::TEXT, &value.to_text());
            }
        }
    }

    /// A reference: the address or the id is the value, and the rest its comment.
    fn reference(&mut self, ours: &mut Object, slot: usize, reference: &Map) {
        if taxonomy_tag(reference).is_some() {
            return;
        }
        let chosen =
            ["url", "external_id", "source_name"].into_iter().find_map(|name| Some((name, said(reference, name)?)));
        let Some((name, value)) = chosen else {
            self.losses.note("external_references", "says no source", &Json::Object(reference.clone()).to_text());
            return;
        };
        let is_cve = name == "external_id" && reference.text("source_name") == Some("cve");
        let attribute_type = match name {
            "url" => AttributeType::LINK,
            _ if is_cve => AttributeType::VULNERABILITY,
            _ => AttributeType::TEXT,
        };
        let mut rest = reference.clone();
        let _value = rest.remove(name);
        let comment = format!("{name} {}", Json::Object(rest).to_text());
        self.push(ours, REFERENCE, comment, attribute_type, value, slot);
    }

    fn object(&self, template: &Template) -> Object {
        Object {
            uuid: Uuid::new_v5(&self.uuid, template.name.as_bytes()),
            name: template.name.to_owned(),
            meta_category: template.meta_category.to_owned(),
            description: template.description.to_owned(),
            template_uuid: Some(template.uuid),
            template_version: Some(template.version),
            comment: String::new(),
            is_deleted: false,
            timestamp_s: Some(self.timestamp_s),
            attributes: Vec::new(),
            extra: Map::new(),
        }
    }

    fn add(&mut self, to: &mut Object, relation: &str, written: &Written, kind: AttributeType, value: &str) -> bool {
        let slot = if let Written::Element(slot) = written { *slot } else { 0 };
        self.push(to, relation, written.comment(), kind, value, slot)
    }

    /// Adds an attribute, unless MISP would not keep it as it is.
    fn push(
        &mut self,
        to: &mut Object,
        relation: &str,
        comment: String,
        kind: AttributeType,
        value: &str,
        slot: usize,
    ) -> bool {
        if value.len().max(comment.len()) > VALUE_BYTES_MAX {
            self.losses.note(relation, "longer than the 65,535 octets that MISP keeps of a value", value);
            return false;
        }
        let kept = value.trim();
        if kept.is_empty() {
            self.losses.note(relation, "MISP keeps no empty value", "");
            return false;
        }
        if kept != value {
            self.losses.note(relation, "MISP takes white space off the ends of a value", value);
        }
        let is_outside = kind == AttributeType::LINK || kind == AttributeType::VULNERABILITY;
        to.attributes.push(Attribute {
            uuid: Uuid::new_v5(&to.uuid, format!("{relation}/{slot}").as_bytes()),
            attribute_type: kind,
            category: if is_outside { Category::ExternalAnalysis } else { Category::Other },
            value: kept.to_owned(),
            comment,
            is_for_detection: false,
            is_deleted: false,
            // Two incidents are not of one event because both are of one kind.
            is_uncorrelated: !is_outside,
            timestamp_s: Some(self.timestamp_s),
            object_relation: Some(relation.to_owned()),
            tags: Vec::new(),
            galaxies: Vec::new(),
            extra: Map::new(),
        });
        true
    }

    /// The day that MISP asks for: when it occurred, if that is known to the day.
    fn day(&mut self, incident: &Map) -> Result<Day, FieldError> {
        let is_coarse = |one: Precision| matches!(one, Precision::Year | Precision::Month);
        let occurred =
            own_text(incident, "occurred").filter(|_| !precision(incident, "occurred").is_some_and(is_coarse));
        let is_known = occurred.is_some();
        let text = occurred.or_else(|| incident.text("created")).and_then(|text| text.get(..10)).unwrap_or_default();
        if !is_known {
            self.losses.note(
                "occurred",
                "MISP asks for a day and none is known; that of the object's creation stands there",
                text,
            );
        }
        text.parse().map_err(|error: super::NotADay| FieldError::new("created", error.to_string()))
    }

    fn note_marks(&mut self, marks: Option<&Marks>) {
        let Some(marks) = marks else {
            return self.losses.note(
                "label",
                "there is none, so the event has no TLP tag; whoever takes it in has to ask",
                "",
            );
        };
        if *marks.recipients() != Recipients::Anyone {
            self.losses.note("recipients", "a tag of MISP cannot name who may receive it; send it to nobody else", "");
        }
        if !marks.origins().is_empty() {
            self.losses.note("origins", "a tag of MISP cannot name from whom it came", "");
        }
    }
}

/// A time as exact as it is, and what its form does not tell.
fn time(text: &str, precision: Option<Precision>) -> (Written, String) {
    let Ok(lexical) = text.parse() else { return (Written::Plain, text.to_owned()) };
    let moment = Moment::new(lexical, precision);
    let short = moment.to_string();
    let is_told = short.parse::<Moment>().is_ok_and(|again| again == moment);
    if is_told { (Written::Plain, short) } else { (Written::Precision(precision), text.to_owned()) }
}
