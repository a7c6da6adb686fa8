//! What a row becomes, and whether it is here already.

use record::json::{Json, Map};
use uuid::Uuid;

/// What is not compared: it says who wrote the object and when, and not what.
const NOT_CONTENT: [&str; 6] = ["type", "spec_version", "id", "created", "modified", "created_by_ref"];

const EXTENSIONS: &str = "extensions";
const REFERENCES: &str = "external_references";

/// The namespace in which a party's imports have their ids. Two parties that import one row make two objects: in STIX an object
/// has one author, and that both are of one event is told by their references.
///
/// The secret is the party's own: an id is seen by whoever is shown the incident, and without it he could try whether it is of
/// the internal case whose number he guesses.
#[must_use]
pub fn namespace(party_identity: &str, secret: &[u8; 32]) -> Uuid {
    let name = [b"detente:import:2:".as_slice(), party_identity.as_bytes(), b":", secret].concat();
    // SHA-1, on which version 5 rests, is fed nothing that another party chooses before the secret.
    Uuid::new_v5(&Uuid::NAMESPACE_URL, &name)
}

/// What an incident says, without id, author and times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    top: Map,
    own: Map,
}

/// How a row stands to a version that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compared {
    /// It says the same.
    Same,
    /// It says something else.
    Different,
}

impl Content {
    pub(crate) const fn new(top: Map, own: Map) -> Self {
        Self { top, own }
    }

    /// The id of the incident that a row of a source becomes, the same at every reading: a UUID of version 5 (RFC 9562) over the
    /// source's name and its id there.
    #[must_use]
    pub fn id(namespace: &Uuid, source: &str, source_id: &str) -> String {
        let name = format!("{source}\0{source_id}");
        format!("{}--{}", incident::INCIDENT_TYPE, Uuid::new_v5(namespace, name.as_bytes()))
    }

    /// Enough of an object to be read as an incident.
    pub(crate) fn probe(&self) -> Map {
        self.fill(Map::new().with("type", incident::INCIDENT_TYPE))
    }

    fn fill(&self, mut object: Map) -> Map {
        for (name, value) in self.top.iter() {
            object.set(name, value.clone());
        }
        if !self.own.is_empty() {
            let mut own = Map::new().with("extension_type", "property-extension");
            self.own.iter().for_each(|(name, value)| own.set(name, value.clone()));
            object.set(EXTENSIONS, Map::new().with(incident::extension_id(), own));
        }
        object
    }

    /// The first version of the object.
    #[must_use]
    pub fn object(&self, id: &str, now: &str) -> Map {
        let object = Map::new().with("type", incident::INCIDENT_TYPE).with("spec_version", "2.1").with("id", id);
        self.fill(object.with("created", now).with("modified", now))
    }

    /// The next version: what the reader may say is as the row has it, and everything else as it stands in the version before.
    /// References that were added here stay.
    #[must_use]
    pub fn next_version(&self, before: &Map, properties: &[String], now: &str) -> Map {
        let mut object = before.clone();
        object.set("modified", now);
        let mut own = own_of(before).cloned().unwrap_or_default();
        for name in properties.iter().filter(|name| *name != REFERENCES) {
            let _old = object.remove(name);
            let _old = own.remove(name);
        }
        for (name, value) in self.top.iter() {
            let value = if name == REFERENCES { joined(before.get(name), value) } else { value.clone() };
            object.set(name, value);
        }
        let mut fresh = Map::new().with("extension_type", "property-extension");
        own.iter().chain(self.own.iter()).for_each(|(name, value)| fresh.set(name, value.clone()));
        set_own(&mut object, fresh, !self.own.is_empty() || own.len() > 1);
        object
    }
}

/// The references of the row, then those that were there and are no longer in it.
fn joined(before: Option<&Json>, row: &Json) -> Json {
    let mut all = row.as_array().unwrap_or_default().to_vec();
    for reference in before.and_then(Json::as_array).unwrap_or_default() {
        if !all.iter().any(|known| same_value(known, reference) || is_told_anew(known, reference)) {
            all.push(reference.clone());
        }
    }
    Json::Array(all)
}

/// Whether two references are to one event of MISP: what the row says of where it came from takes the place of what it said.
fn is_told_anew(row: &Json, held: &Json) -> bool {
    let names = |one: &Json| {
        let members = one.as_object()?;
        Some((members.text("source_name")?.to_owned(), members.text("external_id")?.to_owned()))
    };
    names(row).is_some_and(|(source, id)| source == crate::misp::SOURCE && names(held) == Some((source, id)))
}

fn own_of(object: &Map) -> Option<&Map> {
    object.get(EXTENSIONS)?.as_object()?.get(incident::extension_id())?.as_object()
}

fn set_own(object: &mut Map, own: Map, says_something: bool) {
    let mut all = object.get(EXTENSIONS).and_then(Json::as_object).cloned().unwrap_or_default();
    let _old = all.remove(incident::extension_id());
    if says_something {
        all.set(incident::extension_id(), own);
    }
    let _old = object.remove(EXTENSIONS);
    if !all.is_empty() {
        object.set(EXTENSIONS, all);
    }
}

/// Whether a version says what a row says, as far as its reader has a say. Author and times are not compared, nor the order
/// of members; references need only be there.
#[must_use]
pub fn compare(content: &Content, version: &Map, properties: &[String]) -> Compared {
    let none = Map::new();
    let own = own_of(version).unwrap_or(&none);
    let asked = properties.iter().map(String::as_str).filter(|name| !NOT_CONTENT.contains(name));
    // What a row says beside what its reader always has a say in, since it was once ours.
    let said =
        content.top.names().chain(content.own.names()).filter(|name| !properties.iter().any(|known| known == name));
    let is_same = asked.chain(said).all(|name| {
        let (row, held) =
            (content.top.get(name).or_else(|| content.own.get(name)), version.get(name).or_else(|| own.get(name)));
        match (row, held) {
            (Some(row), Some(held)) if name == REFERENCES => contains(held, row),
            (Some(row), Some(held)) => same_value(row, held),
            (None, Some(_)) => name == REFERENCES,
            (None, None) => true,
            (Some(_), None) => false,
        }
    });
    if is_same { Compared::Same } else { Compared::Different }
}

fn contains(held: &Json, row: &Json) -> bool {
    let held = held.as_array().unwrap_or_default();
    row.as_array().unwrap_or_default().iter().all(|one| held.iter().any(|other| same_value(one, other)))
}

/// Equal but for the order of members.
fn same_value(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => {
            let is_in = |(name, value): (&str, &Json)| other.get(name).is_some_and(|there| same_value(value, there));
            one.len() == other.len() && one.iter().all(is_in)
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_value(one, other))
        }
        _ => one == other,
    }
}
