//! A STIX 2.1 bundle.

use record::json::{Json, Map, parse};
use uuid::Uuid;

use super::Written;
use crate::losses::Losses;
use crate::stix::{CheckedObject, Level, bundle_text, check};

/// The definition of our extension, as it is published.
const DEFINITION: &[u8] = include_bytes!("../../../../data/schemas/ai-incident.extension.json");

/// Who is named as the author of our extension's definition.
const DEFINED_BY: &str = "Détente";

/// What stands where STIX asks for a name and the incident has none.
const NO_NAME: &str = "[no name]";

/// The last version of UUIDs that the validators of STIX 2.1 know.
const NEWEST_KNOWN_VERSION: usize = 5;

/// A party whose objects are in the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Author {
    /// Its STIX identity.
    pub identity: String,
    /// Its party id.
    pub party: String,
    /// Its name; empty if it is not known here.
    pub name: String,
}

impl Author {
    /// A party.
    #[must_use]
    pub fn new(identity: &str, party: &str, name: &str) -> Self {
        Self { identity: identity.to_owned(), party: party.to_owned(), name: name.to_owned() }
    }
}

/// Writes a bundle of incidents with their authors and the definition of our extension. `id` is that of the bundle, and `now`
/// stands in what is made for it. What the check of STIX 2.1 refuses has no place in it, and is told.
#[must_use]
pub fn bundle(id: &str, now: &str, authors: &[Author], incidents: &[Map]) -> Written {
    let mut losses = Losses::new();
    let mut objects: Vec<Map> = authors.iter().map(|author| identity(author, now)).collect();
    objects.extend(definition(now));
    objects.extend(incidents.iter().map(|incident| readable(incident, &mut losses)));
    let checked: Vec<_> = objects.into_iter().filter_map(|object| valid(object, &mut losses)).collect();
    Written { text: bundle_text(id, &checked), losses }
}

/// The object, if others can read it.
fn valid(object: Map, losses: &mut Losses) -> Option<CheckedObject> {
    let id = object.text("id").unwrap_or_default().to_owned();
    let refused = match check(object) {
        Ok(checked) => return Some(checked),
        Err(refused) => refused,
    };
    let reasons = refused.findings().iter().filter(|finding| finding.level() == Level::Must);
    let reasons = reasons.map(ToString::to_string).collect::<Vec<_>>().join("; ");
    losses.note("(object)", &format!("the object breaks STIX 2.1 and was left out: {reasons}"), &id);
    None
}

fn identity(author: &Author, now: &str) -> Map {
    let name = if author.name.is_empty() { author.party.as_str() } else { author.name.as_str() };
    let reference = Map::new().with("source_name", "detente").with("external_id", author.party.as_str());
    Map::new()
        .with("type", "identity")
        .with("spec_version", "2.1")
        .with("id", known_version(&author.identity))
        .with("created", now)
        .with("modified", now)
        .with("name", name)
        .with("identity_class", "organization")
        .with("external_references", Json::Array(vec![Json::Object(reference)]))
}

/// The definition, and the identity that it names.
fn definition(now: &str) -> Vec<Map> {
    let Ok(Json::Object(definition)) = parse(DEFINITION) else { return Vec::new() };
    let by = definition.text("created_by_ref").unwrap_or_default().to_owned();
    let identity = Map::new()
        .with("type", "identity")
        .with("spec_version", "2.1")
        .with("id", by)
        .with("created", definition.text("created").unwrap_or(now))
        .with("modified", definition.text("modified").unwrap_or(now))
        .with("name", DEFINED_BY)
        .with("identity_class", "organization");
    vec![identity, definition]
}

/// The incident as other software takes it.
fn readable(incident: &Map, losses: &mut Losses) -> Map {
    let mut object = incident.clone();
    if object.text("name").is_none_or(|name| name.trim().is_empty()) {
        object.set("name", NO_NAME);
        losses.note("name", "STIX asks for a name; the incident has none", NO_NAME);
    }
    if let Some(by) = incident.text("created_by_ref") {
        let known = known_version(by);
        if known != by {
            losses.note(
                "created_by_ref",
                "the party's identity is a UUID of version 8, which validators of STIX 2.1 refuse; in this file it is one of version 5",
                by,
            );
        }
        object.set("created_by_ref", known);
    }
    object
}

/// An id that validators of STIX 2.1 take: they know UUIDs up to version 5 (RFC 4122), and a party's identity is of version 8 (RFC
/// 9562). It follows from the one that it stands for, so that it is the same wherever it is written.
#[must_use]
pub fn known_version(id: &str) -> String {
    let uuid = id.split_once("--").and_then(|(_, uuid)| Uuid::parse_str(uuid).ok());
    match uuid {
        Some(uuid) if uuid.get_version_num() > NEWEST_KNOWN_VERSION => {
            let object_type = id.split_once("--").map_or("identity", |(object_type, _)| object_type);
            format!("{object_type}--{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("detente:{id}").as_bytes()))
        }
        _ => id.to_owned(),
    }
}
