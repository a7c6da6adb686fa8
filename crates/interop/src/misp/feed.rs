//! A feed: a folder of static files that any MISP subscribes to, over HTTP or from a stick.
//!
//! Whoever calls has decided already what may be in it: events of what was released to one audience. The files come one by
//! one, events first and the list of them last, so that whoever reads while it is written finds no name without a file.

mod reading;

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};
use record::json::{Json, Map};
use uuid::Uuid;

pub use reading::{FeedEntry, FeedFault, FeedRead, read_feed};

use super::attribute_type::AttributeType;
use super::audience::Audience;
use super::event::{Attribute, Event};
use super::write::{Form, tags};

/// The list of events.
pub(super) const MANIFEST: &str = "manifest.json";
/// Digests of values, by which a MISP finds events without fetching them.
pub(super) const HASHES: &str = "hashes.csv";

/// Files of a feed that is read. Public feeds have some thousands of events; a folder with more is somebody's mistake, or meant to
/// cost us.
pub const MAX_FEED_FILES: usize = 100_000;

/// A file of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedFile {
    /// Its name, without a folder.
    pub path: String,
    /// What stands in it.
    pub octets: Vec<u8>,
}

/// Events that cannot be a feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// Two events of one id.
    #[error("the event {0} is there twice; one id is one file")]
    Twice(Uuid),
    /// An event that does not say who made it.
    #[error("the event {0} names no organisation (`Orgc`), and the list of a feed has to")]
    NoCreator(Uuid),
}

/// The files of a feed, in an order that depends on the events alone.
///
/// # Errors
/// [`FeedError`] if the events cannot be one feed.
pub fn feed<'e>(events: &'e [Event], audience: &'e Audience) -> Result<impl Iterator<Item = FeedFile> + 'e, FeedError> {
    let mut by_id: BTreeMap<Uuid, &Event> = BTreeMap::new();
    for event in events {
        if event.creator.is_none() {
            return Err(FeedError::NoCreator(event.uuid));
        }
        if by_id.insert(event.uuid, event).is_some() {
            return Err(FeedError::Twice(event.uuid));
        }
    }
    let ordered: Vec<&Event> = by_id.into_values().collect();
    let lists = ordered.clone();
    let files = ordered
        .into_iter()
        .map(|event| FeedFile { path: format!("{}.json", event.uuid), octets: line(event.to_feed_map(audience)) });
    let last = (0..2_u8).map(move |slot| match slot {
        0 => FeedFile { path: HASHES.to_owned(), octets: hashes(&lists).into_bytes() },
        _ => FeedFile { path: MANIFEST.to_owned(), octets: line(manifest(&lists)) },
    });
    Ok(files.chain(last))
}

fn line(map: Map) -> Vec<u8> {
    format!("{}\n", Json::Object(map).to_text()).into_bytes()
}

fn manifest(events: &[&Event]) -> Map {
    events.iter().fold(Map::new(), |map, event| map.with(event.uuid.to_string(), listed(event)))
}

/// What the list says of an event.
pub(super) fn listed(event: &Event) -> Map {
    let creator = event.creator.as_ref().map(|creator| {
        let uuid = creator.uuid.map_or(Json::Null, |uuid| Json::text(uuid.to_string()));
        Map::new().with("name", creator.name.as_str()).with("uuid", uuid)
    });
    Map::new()
        .with("Orgc", creator.unwrap_or_default())
        .with("Tag", tags(&event.tags, Form::Feed))
        .with("info", event.info.as_str())
        .with("date", event.date.as_str())
        .with("analysis", Json::count(event.analysis.number()))
        .with("threat_level_id", Json::count(event.threat_level.number()))
        .with("timestamp", Json::count(event.timestamp_s))
}

fn hashes(events: &[&Event]) -> String {
    let mut text = String::new();
    for event in events {
        for digest in event.all_attributes().flat_map(value_digests) {
            text.push_str(&format!("{digest},{}\n", event.uuid));
        }
    }
    text
}

/// The digests under which a MISP looks a value up: of each of its parts. MD5 finds, and protects nothing.
pub(super) fn value_digests(attribute: &Attribute) -> Vec<String> {
    let kind: AttributeType = attribute.attribute_type;
    let parts: Vec<&str> =
        if kind.is_composite() { attribute.value.split('|').collect() } else { vec![attribute.value.as_str()] };
    parts.into_iter().map(|part| hexadecimal(&Md5::digest(part.as_bytes()))).collect()
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
