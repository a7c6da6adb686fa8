//! From what was released of a record to an object that other software reads.

use record::json::{Json, Map};
use record::time::Timestamp;
use record::{Record, Unverified};

/// The extension under which a shown object says what it is.
pub const SHOWN: &str = "extension-definition--5f0a9c1e-7c55-4f0b-9b8e-2a6d1c3e4f70";

/// What stands in a property that STIX requires and the release withholds.
pub const WITHHELD: &str = "[withheld]";

/// Properties beside the common ones that STIX 2.1 requires of the types of our records, each a text (sections 4.3, 4.6 and 4.14).
const REQUIRED: [(&str, &[&str]); 4] =
    [("course-of-action", &["name"]), ("identity", &["name"]), ("incident", &["name"]), ("report", &["name"])];

/// An object as its audience sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Emitted {
    pub(crate) id: String,
    pub(crate) object_type: String,
    pub(crate) spec_version: String,
    pub(crate) json: String,
}

/// What releases of one record show together, as an object of this version. None for a record that shows no type or id: what is
/// sealed is in no collection.
pub(crate) fn of_releases(releases: &[Unverified], modified: Timestamp) -> Option<Emitted> {
    let (first, rest) = releases.split_first()?;
    // A union that is longer than any record is none: then what was released last stands by itself.
    let united = rest.iter().try_fold(first.clone(), |all, one| all.united_with(one).ok());
    let record = united.as_ref().or(releases.last())?.claimed_content().ok()?;
    let (id, object_type) = (record.object().text("id")?, record.object().text("type")?);
    let mut missing = Vec::new();
    let mut object = record.object().clone();
    for name in required(object_type).iter().filter(|name| !record.object().contains(name)) {
        object.set(*name, WITHHELD);
        missing.push(Json::text(*name));
    }
    let spec_version = record.object().text("spec_version").unwrap_or("2.1").to_owned();
    object.set("spec_version", spec_version.as_str());
    object.set("modified", modified.to_string());
    if !object.contains("created") {
        object.set("created", modified.to_string());
        missing.push(Json::text("created"));
    }
    let (id, object_type) = (id.to_owned(), object_type.to_owned());
    let object = with_note(object, &record, missing);
    Some(Emitted { id, object_type, spec_version, json: Json::from(object).to_text() })
}

fn required(object_type: &str) -> &'static [&'static str] {
    REQUIRED.iter().find(|(name, _)| *name == object_type).map_or(&[], |(_, names)| names)
}

/// Says what the object is: a showing, of which record, and what its author signed as `modified`. How much is withheld nobody can
/// tell, since digests that stand for nothing are among the others; so every showing says that something may be.
fn with_note(object: Map, record: &Record, missing: Vec<Json>) -> Map {
    let note = Map::new()
        .with("extension_type", "property-extension")
        .with("record", record.digest().to_string())
        .with("withheld", Json::Bool(true));
    let note = match record.object().text("modified") {
        Some(signed) => note.with("signed_modified", signed),
        None => note,
    };
    let note = if missing.is_empty() { note } else { note.with("missing", Json::Array(missing)) };
    let mut extensions = object.get("extensions").and_then(Json::as_object).cloned().unwrap_or_default();
    extensions.set(SHOWN, note);
    object.with("extensions", extensions)
}

/// What is left of an object that was taken back: that it was, and nothing that it said (STIX 2.1, section 3.3).
pub(crate) fn revoked(id: &str, object_type: &str, modified: Timestamp) -> Emitted {
    let mut object = Map::new()
        .with("type", object_type)
        .with("spec_version", "2.1")
        .with("id", id)
        .with("created", modified.to_string())
        .with("modified", modified.to_string())
        .with("revoked", Json::Bool(true));
    let names = required(object_type);
    for name in names {
        object.set(*name, WITHHELD);
    }
    let note = Map::new().with("extension_type", "property-extension").with("withheld", Json::Bool(true));
    let missing = names.iter().map(|name| Json::text(*name)).chain([Json::text("created")]).collect();
    let object = object.with("extensions", Map::new().with(SHOWN, note.with("missing", Json::Array(missing))));
    let spec_version = "2.1".to_owned();
    Emitted { id: id.to_owned(), object_type: object_type.to_owned(), spec_version, json: Json::from(object).to_text() }
}
