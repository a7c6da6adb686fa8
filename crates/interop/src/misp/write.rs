//! An event as MISP's JSON: whole, or as it stands in a feed.

use record::json::{Json, Map};

use super::audience::Audience;
use super::event::{Attribute, Event, EventTag, Galaxy, Object, Organisation};

/// What of an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Everything, what is not known here too.
    Whole,
    /// What a feed holds: no ids of one machine, no people, nothing that is not known here.
    Feed,
}

/// What a feed takes over of members that have no type here: attachments, times of sightings, and references among objects.
const FEED_EXTRA: [&str; 5] = ["data", "first_seen", "last_seen", "ObjectReference", "extends_uuid"];

/// The member in which an event has reports in words.
pub(super) const REPORTS: &str = "EventReport";

/// What MISP calls the distribution of a part that goes wherever its event goes, and nowhere else.
pub(super) const AS_EVENT: &str = "5";

impl Event {
    /// The event with all that it holds, inside `Event`.
    #[must_use]
    pub fn to_map(&self) -> Map {
        Map::new().with("Event", event(self, Form::Whole))
    }

    /// The event as a feed for an audience holds it. Whom it was meant for where it came from is left behind.
    #[must_use]
    pub fn to_feed_map(&self, audience: &Audience) -> Map {
        let mut map = event(self, Form::Feed).with("distribution", number(audience.distribution().number()));
        if let Some(group) = audience.sharing_group() {
            map.set("SharingGroup", group);
        }
        Map::new().with("Event", map)
    }
}

/// Numbers are text, as MISP itself writes them.
fn number(value: i64) -> String {
    value.to_string()
}

fn event(event: &Event, form: Form) -> Map {
    let mut map = Map::new()
        .with("uuid", event.uuid.to_string())
        .with("info", event.info.as_str())
        .with("date", event.date.as_str())
        .with("threat_level_id", number(event.threat_level.number()))
        .with("analysis", number(event.analysis.number()))
        .with("timestamp", number(event.timestamp_s))
        .with("published", Json::Bool(event.is_published));
    if let Some(seconds) = event.publish_timestamp_s {
        map.set("publish_timestamp", number(seconds));
    }
    if let Some(distribution) = event.distribution.filter(|_| form == Form::Whole) {
        map.set("distribution", number(distribution.number()));
    }
    if let Some(group) = event.sharing_group.filter(|_| form == Form::Whole) {
        map.set("sharing_group_id", number(group));
    }
    if let Some(creator) = &event.creator {
        map.set("Orgc", organisation(creator, form));
    }
    lists(&mut map, event, form);
    with_extra(&mut map, &event.extra, form);
    map
}

fn lists(map: &mut Map, event: &Event, form: Form) {
    map.set("Tag", tags(&event.tags, form));
    set_galaxies(map, &event.galaxies, form);
    map.set("Attribute", each(&event.attributes, |one| attribute(one, form)));
    map.set("Object", each(&event.objects, |one| object(one, form)));
}

fn each<T>(all: &[T], write: impl Fn(&T) -> Map) -> Json {
    Json::Array(all.iter().map(|one| Json::Object(write(one))).collect())
}

fn attribute(attribute: &Attribute, form: Form) -> Map {
    let mut map = Map::new()
        .with("uuid", attribute.uuid.to_string())
        .with("type", attribute.attribute_type.name())
        .with("category", attribute.category.name())
        .with("value", attribute.value.as_str())
        .with("comment", attribute.comment.as_str())
        .with("to_ids", Json::Bool(attribute.is_for_detection))
        .with("deleted", Json::Bool(attribute.is_deleted))
        .with("disable_correlation", Json::Bool(attribute.is_uncorrelated));
    set_time(&mut map, attribute.timestamp_s);
    if let Some(relation) = &attribute.object_relation {
        map.set("object_relation", relation.as_str());
    }
    if !attribute.tags.is_empty() {
        map.set("Tag", tags(&attribute.tags, form));
    }
    set_galaxies(&mut map, &attribute.galaxies, form);
    with_extra(&mut map, &attribute.extra, form);
    map
}

fn object(object: &Object, form: Form) -> Map {
    let mut map = Map::new()
        .with("uuid", object.uuid.to_string())
        .with("name", object.name.as_str())
        .with("meta-category", object.meta_category.as_str())
        .with("description", object.description.as_str());
    if let Some(template) = object.template_uuid {
        map.set("template_uuid", template.to_string());
    }
    if let Some(version) = object.template_version {
        map.set("template_version", number(version));
    }
    map.set("comment", object.comment.as_str());
    map.set("deleted", Json::Bool(object.is_deleted));
    set_time(&mut map, object.timestamp_s);
    map.set("Attribute", each(&object.attributes, |one| attribute(one, form)));
    with_extra(&mut map, &object.extra, form);
    map
}

fn set_time(map: &mut Map, seconds: Option<i64>) {
    if let Some(seconds) = seconds {
        map.set("timestamp", number(seconds));
    }
}

fn set_galaxies(map: &mut Map, galaxies: &[Galaxy], form: Form) {
    // A feed says the same by tags.
    if form == Form::Whole && !galaxies.is_empty() {
        map.set("Galaxy", each(galaxies, |galaxy| galaxy.0.clone()));
    }
}

fn organisation(organisation: &Organisation, form: Form) -> Map {
    let mut map = Map::new().with("name", organisation.name.as_str());
    if let Some(uuid) = organisation.uuid {
        map.set("uuid", uuid.to_string());
    }
    with_extra(&mut map, &organisation.extra, form);
    map
}

/// The tags; a feed does not take those that may not leave.
pub(super) fn tags(tags: &[EventTag], form: Form) -> Json {
    let kept: Vec<EventTag> = tags.iter().filter(|tag| form == Form::Whole || tag.is_exportable).cloned().collect();
    each(&kept, |one| tag(one, form))
}

/// The colour of a tag that has none.
const NO_COLOUR: &str = "#ffffff";

fn tag(tag: &EventTag, form: Form) -> Map {
    let colour = tag.colour.as_deref().or(if form == Form::Feed { Some(NO_COLOUR) } else { None });
    let mut map = Map::new();
    if let Some(colour) = colour {
        map.set("colour", colour);
    }
    map.set("local", Json::Bool(tag.is_local));
    map.set("name", tag.name.as_str());
    map.set("relationship_type", tag.relationship_type.as_str());
    if form == Form::Whole {
        map.set("exportable", Json::Bool(tag.is_exportable));
    }
    with_extra(&mut map, &tag.extra, form);
    map
}

fn with_extra(map: &mut Map, extra: &Map, form: Form) {
    for (name, value) in extra.iter().filter(|(name, _)| form == Form::Whole || FEED_EXTRA.contains(name)) {
        map.set(name, value.clone());
    }
    if let Some(reports) = extra.get(REPORTS).and_then(Json::as_array).filter(|_| form == Form::Feed) {
        map.set(REPORTS, Json::Array(reports.iter().filter_map(Json::as_object).map(as_event).collect()));
    }
}

/// A report in words as a feed holds it: for whoever has the event. Whom it was meant for where it came from is left behind.
fn as_event(report: &Map) -> Json {
    let taken = ["uuid", "name", "content", "timestamp", "deleted"];
    let taken = taken.iter().filter_map(|name| Some((*name, report.get(name)?.clone())));
    Json::Object(taken.collect::<Map>().with("distribution", AS_EVENT))
}
