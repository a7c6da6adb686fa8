//! Reading an event: strictly as a whole, and leniently part by part.
//!
//! A part that is wrong is left aside with its place, its reason and itself, and the others are read.

use record::json::{Json, Map, parse_within};
use uuid::Uuid;

use super::Limits;
use super::event::{Analysis, Attribute, Distribution, Event, EventTag, Galaxy, Object, Organisation, ThreatLevel};
use super::taking::{Taking, Wrong};

/// A part of an event that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftAside {
    /// Where it stands, as a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong with it.
    pub reason: String,
    /// It, to be mended.
    pub kept: Json,
}

/// An event that cannot be taken at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", if pointer.is_empty() { String::new() } else { format!("`{}` ", pointer.escape_debug()) })]
#[non_exhaustive]
pub struct EventError {
    /// Where it is wrong, as a JSON Pointer; empty if that is the whole.
    pub pointer: String,
    /// What is wrong.
    pub reason: String,
}

impl EventError {
    fn new(pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), reason: reason.into() }
    }
}

/// An event, and what of it was left aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventRead {
    /// The event.
    pub event: Event,
    /// What was left aside.
    pub left_aside: Vec<LeftAside>,
}

/// Reads one event: `{"Event": ...}`, the event by itself, or a `response` of exactly one.
///
/// # Errors
/// [`EventError`] if it is no event, or more than one.
pub fn read_event(octets: &[u8], limits: &Limits) -> Result<EventRead, EventError> {
    let mut all = read_events(octets, limits)?;
    match (all.pop(), all.is_empty()) {
        (Some(event), true) => event,
        (Some(_), false) => Err(EventError::new("", "holds several events, and one was expected")),
        (None, _) => Err(EventError::new("", "holds no event")),
    }
}

/// Reads the events of an answer of MISP: `{"response": [...]}`, a list, or one event. Each is taken or refused by itself.
///
/// # Errors
/// [`EventError`] if it is none of these.
pub fn read_events(octets: &[u8], limits: &Limits) -> Result<Vec<Result<EventRead, EventError>>, EventError> {
    let parsed = parse_within(octets, limits.event_bytes).map_err(|error| EventError::new("", error.to_string()))?;
    let (pointer, value) = match parsed {
        Json::Object(mut members) => match members.remove("response") {
            Some(response) => ("/response", response),
            None => ("", Json::Object(members)),
        },
        other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) => ("", other),
    };
    match value {
        Json::Object(members) => Ok(vec![read_members(&members, limits)]),
        Json::Array(elements) => Ok(elements.iter().map(|element| read_element(element, limits)).collect()),
        other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => {
            Err(EventError::new(pointer, format!("should be an event or a list of them, not {}", other.form())))
        }
    }
}

fn read_element(element: &Json, limits: &Limits) -> Result<EventRead, EventError> {
    let members = element.as_object();
    members.map_or_else(
        || Err(EventError::new("", format!("should be an event, not {}", element.form()))),
        |members| read_members(members, limits),
    )
}

/// Reads an event that is parsed: the object that holds `Event`, or the event by itself.
///
/// # Errors
/// [`EventError`] if it is no event.
pub fn read_members(members: &Map, limits: &Limits) -> Result<EventRead, EventError> {
    let (at, members) = match members.get("Event") {
        None => ("", members),
        Some(Json::Object(members)) => ("/Event", members),
        Some(other) => return Err(EventError::new("/Event", format!("should be an object, not {}", other.form()))),
    };
    let mut reading = Reading { limits, aside: Vec::new(), attributes: 0 };
    let event =
        reading.event(at, members).map_err(|wrong| EventError::new(format!("{at}/{}", wrong.name), wrong.reason))?;
    Ok(EventRead { event, left_aside: reading.aside })
}

/// What has been read so far.
struct Reading<'l> {
    limits: &'l Limits,
    aside: Vec<LeftAside>,
    attributes: usize,
}

impl Reading<'_> {
    fn event(&mut self, at: &str, members: &Map) -> Result<Event, Wrong> {
        let mut taking = Taking::of(members);
        let info = taking.needed("info")?;
        self.check_size("info", &info)?;
        Ok(Event {
            uuid: taking.needed_as("uuid")?,
            info,
            date: taking.needed_as("date")?,
            timestamp_s: taking.integer("timestamp")?.ok_or_else(|| Wrong::new("timestamp", "is missing"))?,
            publish_timestamp_s: taking.integer("publish_timestamp")?,
            is_published: taking.flag("published")?.unwrap_or(false),
            threat_level: number(&mut taking, "threat_level_id", ThreatLevel::of_number)?
                .unwrap_or(ThreatLevel::Undefined),
            analysis: number(&mut taking, "analysis", Analysis::of_number)?.unwrap_or(Analysis::Initial),
            distribution: number(&mut taking, "distribution", Distribution::of_number)?,
            sharing_group: taking.integer("sharing_group_id")?.filter(|number| *number != 0),
            creator: taking.members("Orgc")?.map(|members| organisation(&members)).transpose()?,
            tags: self.tags(at, &mut taking)?,
            galaxies: self.galaxies(at, &mut taking)?,
            attributes: self.attributes(at, &mut taking)?,
            objects: self.objects(at, &mut taking)?,
            extra: taking.rest(),
        })
    }

    fn attributes(&mut self, at: &str, taking: &mut Taking) -> Result<Vec<Attribute>, Wrong> {
        let elements = taking.list("Attribute")?;
        self.attributes = self.attributes.saturating_add(elements.len());
        if self.attributes > self.limits.attributes {
            let most = self.limits.attributes;
            return Err(Wrong::new("Attribute", format!("brings the attributes of the event above {most}; split it")));
        }
        Ok(self.each(&format!("{at}/Attribute"), elements, Self::attribute))
    }

    fn attribute(&mut self, at: &str, members: &Map) -> Result<Attribute, Wrong> {
        let mut taking = Taking::of(members);
        let value = taking.needed("value")?;
        self.check_size("value", &value)?;
        Ok(Attribute {
            uuid: taking.needed_as("uuid")?,
            attribute_type: taking.needed_as("type")?,
            category: taking.needed_as("category")?,
            value,
            comment: taking.text("comment")?.unwrap_or_default(),
            is_for_detection: taking.flag("to_ids")?.unwrap_or(false),
            is_deleted: taking.flag("deleted")?.unwrap_or(false),
            is_uncorrelated: taking.flag("disable_correlation")?.unwrap_or(false),
            timestamp_s: taking.integer("timestamp")?,
            object_relation: taking.text("object_relation")?,
            tags: self.tags(at, &mut taking)?,
            galaxies: self.galaxies(at, &mut taking)?,
            extra: taking.rest(),
        })
    }

    fn objects(&mut self, at: &str, taking: &mut Taking) -> Result<Vec<Object>, Wrong> {
        let elements = taking.list("Object")?;
        if elements.len() > self.limits.objects {
            return Err(Wrong::new(
                "Object",
                format!("has more than {} elements; split the event", self.limits.objects),
            ));
        }
        Ok(self.each(&format!("{at}/Object"), elements, Self::object))
    }

    fn object(&mut self, at: &str, members: &Map) -> Result<Object, Wrong> {
        let mut taking = Taking::of(members);
        Ok(Object {
            uuid: taking.needed_as("uuid")?,
            name: taking.needed("name")?,
            meta_category: taking.text("meta-category")?.unwrap_or_default(),
            description: taking.text("description")?.unwrap_or_default(),
            template_uuid: taking.parsed("template_uuid")?,
            template_version: taking.integer("template_version")?,
            comment: taking.text("comment")?.unwrap_or_default(),
            is_deleted: taking.flag("deleted")?.unwrap_or(false),
            timestamp_s: taking.integer("timestamp")?,
            attributes: self.attributes(at, &mut taking)?,
            extra: taking.rest(),
        })
    }

    fn tags(&mut self, at: &str, taking: &mut Taking) -> Result<Vec<EventTag>, Wrong> {
        let elements = taking.list("Tag")?;
        if elements.len() > self.limits.tags {
            return Err(Wrong::new("Tag", format!("has more than {} elements", self.limits.tags)));
        }
        // A tag may be what restricts: one that cannot be read must not vanish, so its owner goes with it.
        elements.iter().map(|element| tag(at, element)).collect()
    }

    fn galaxies(&mut self, at: &str, taking: &mut Taking) -> Result<Vec<Galaxy>, Wrong> {
        let elements = taking.list("Galaxy")?;
        Ok(self.each(&format!("{at}/Galaxy"), elements, |_, _, members| Ok(Galaxy(members.clone()))))
    }

    /// The elements that can be taken; the others are left aside.
    fn each<T>(
        &mut self,
        at: &str,
        elements: Vec<Json>,
        read: impl Fn(&mut Self, &str, &Map) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for (slot, element) in elements.into_iter().enumerate() {
            let pointer = format!("{at}/{slot}");
            let taken = element.as_object().map(|members| read(self, &pointer, members));
            match taken.unwrap_or_else(|| Err(Wrong::new("", format!("should be an object, not {}", element.form())))) {
                Ok(one) => all.push(one),
                Err(wrong) => self.leave(pointer, &wrong, element),
            }
        }
        all
    }

    fn leave(&mut self, pointer: String, wrong: &Wrong, kept: Json) {
        let inside = if wrong.name.is_empty() { String::new() } else { format!("`{}` ", wrong.name) };
        // What was left aside inside it is in it.
        self.aside.retain(|aside| !aside.pointer.starts_with(&format!("{pointer}/")));
        self.aside.push(LeftAside { pointer, reason: format!("{inside}{}", wrong.reason), kept });
    }

    fn check_size(&self, name: &'static str, text: &str) -> Result<(), Wrong> {
        let most = self.limits.value_bytes;
        if text.len() > most { Err(Wrong::new(name, format!("has more than {most} octets"))) } else { Ok(()) }
    }
}

fn number<T>(taking: &mut Taking, name: &'static str, of_number: fn(i64) -> Option<T>) -> Result<Option<T>, Wrong> {
    let number = taking.integer(name)?;
    number.map(|number| of_number(number).ok_or_else(|| Wrong::new(name, format!("has no value {number}")))).transpose()
}

fn organisation(members: &Map) -> Result<Organisation, Wrong> {
    let mut taking = Taking::of(members);
    let inside = |wrong: Wrong| Wrong::new("Orgc", format!("`{}` {}", wrong.name, wrong.reason));
    let uuid: Option<Uuid> = taking.parsed("uuid").map_err(inside)?;
    let name = taking.needed("name").map_err(inside)?;
    Ok(Organisation { uuid, name, extra: taking.rest() })
}

fn tag(at: &str, element: &Json) -> Result<EventTag, Wrong> {
    let wrong = |reason: String| Wrong::new("Tag", format!("of `{at}` {reason}"));
    let members = element.as_object().ok_or_else(|| wrong(format!("should hold objects, not {}", element.form())))?;
    let mut taking = Taking::of(members);
    let inside = |error: Wrong| wrong(format!("holds one whose `{}` {}", error.name, error.reason));
    Ok(EventTag {
        name: taking.needed("name").map_err(inside)?,
        colour: taking.text("colour").map_err(inside)?,
        is_local: taking.flag("local").map_err(inside)?.unwrap_or(false),
        is_exportable: taking.flag("exportable").map_err(inside)?.unwrap_or(true),
        relationship_type: taking.text("relationship_type").map_err(inside)?.unwrap_or_default(),
        extra: taking.rest(),
    })
}
