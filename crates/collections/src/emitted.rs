//! From a record to an object that other software reads.

use interop::stix::required;
use record::json::{Json, Map};
use record::label::{Marks, Tlp};
use record::time::{LexicalTime, Timestamp};
use record::{Record, Unverified};

/// The extension under which a shown object says what it is.
pub const SHOWN: &str = "extension-definition--5f0a9c1e-7c55-4f0b-9b8e-2a6d1c3e4f70";

/// What stands in a text that STIX requires and the release withholds.
pub const WITHHELD: &str = "[withheld]";

/// The version of STIX of an object that does not say which.
const SPEC_VERSION: &str = "2.1";

/// An object as its audience sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Emitted {
    pub(crate) id: String,
    pub(crate) object_type: String,
    pub(crate) version: LexicalTime,
    pub(crate) spec_version: String,
    pub(crate) json: String,
}

/// A record of our own, for our own: the object as it was signed. A note of ours in it would make two
/// objects of one id and one version that differ, wherever both arrive: here, and by import of what was read here.
///
/// None for a record that shows no type or id: what is sealed is in no collection. `added` is the version of an object that has
/// none.
pub(crate) fn of_own(record: &Record, added: Timestamp) -> Option<Emitted> {
    let object = record.object();
    let (id, object_type) = (object.text("id")?.to_owned(), object.text("type")?.to_owned());
    let written = ["modified", "created"].iter().find_map(|name| object.text(name)?.parse().ok());
    let version = written.unwrap_or_else(|| LexicalTime::from(added));
    let spec_version = object.text("spec_version").unwrap_or(SPEC_VERSION).to_owned();
    Some(Emitted { id, object_type, version, spec_version, json: Json::from(object.clone()).to_text() })
}

/// What releases of one record show together, as an object of this version, under the marks that hold for all of it. None for a record
/// that shows no type or id: what is sealed is in no collection.
pub(crate) fn of_releases(releases: &[Unverified], marks: &Marks, modified: Timestamp) -> Option<Emitted> {
    let (first, rest) = releases.split_first()?;
    // A union that is longer than any record is none: then what was released last stands by itself.
    let united = rest.iter().try_fold(first.clone(), |all, one| all.united_with(one).ok());
    let record = united.as_ref().or(releases.last())?.claimed_content().ok()?;
    let (id, object_type) = (record.object().text("id")?.to_owned(), record.object().text("type")?.to_owned());
    let mut object = record.object().clone();
    let mut missing = fill(&mut object, &object_type);
    let spec_version = object.text("spec_version").unwrap_or(SPEC_VERSION).to_owned();
    object.set("spec_version", spec_version.as_str());
    object.set("modified", modified.to_string());
    if !object.contains("created") {
        object.set("created", modified.to_string());
        missing.push(Json::text("created"));
    }
    mark(&mut object, marks.tlp());
    let json = Json::from(with_note(object, &record, (missing, marks))).to_text();
    Some(Emitted { id, object_type, version: LexicalTime::from(modified), spec_version, json })
}

/// Puts the level on an object, where it does not ask as much itself: the stricter holds, and an object has one level of TLP.
fn mark(object: &mut Map, tlp: Tlp) {
    let refs = object.get("object_marking_refs").and_then(Json::as_array).unwrap_or_default();
    let level = |marking: &Json| marking.as_str().and_then(Tlp::from_marking_id);
    if refs.iter().filter_map(level).max() >= Some(tlp) {
        return;
    }
    let others = refs.iter().filter(|marking| level(marking).is_none()).cloned();
    let marked = others.chain([Json::text(tlp.marking_id())]).collect();
    object.set("object_marking_refs", Json::Array(marked));
}

/// The marks of a shown object: those that its feeds say hold for what is shown. None of one that says none.
#[must_use]
pub fn marks_shown(object: &Map) -> Option<Marks> {
    let note = object.get("extensions")?.as_object()?.get(SHOWN)?.as_object()?;
    let marks = Marks::new(note.text("tlp")?.parse().ok()?, note.text("pap")?.parse().ok()?);
    let tags = note.get("tags").and_then(Json::as_array).unwrap_or_default();
    let tags: Option<Vec<_>> = tags.iter().map(|tag| tag.as_str()?.parse().ok()).collect();
    Some(marks.with_tags(tags?))
}

/// Puts [`WITHHELD`] where the standard requires a text that is not shown. Returns all that it requires and that is not shown: a
/// time or a list of references cannot be made up.
fn fill(object: &mut Map, object_type: &str) -> Vec<Json> {
    let lacking: Vec<_> = required(object_type).filter(|one| !object.contains(one.name)).collect();
    lacking.iter().filter(|one| one.is_text).for_each(|one| object.set(one.name, WITHHELD));
    lacking.iter().map(|one| Json::text(one.name)).collect()
}

/// Says what the object is: a showing, of which record, and what its author signed as `modified`. How much is withheld nobody can
/// tell, since digests that stand for nothing are among the others; so every showing says that something may be.
fn with_note(object: Map, record: &Record, (missing, marks): (Vec<Json>, &Marks)) -> Map {
    let note = Map::new()
        .with("extension_type", "property-extension")
        .with("record", record.digest().to_string())
        .with("withheld", Json::Bool(true))
        .with("tlp", marks.tlp().name())
        .with("pap", marks.pap().name());
    let tags: Vec<Json> = marks.tags().iter().map(|tag| Json::text(tag.as_str())).collect();
    let note = if tags.is_empty() { note } else { note.with("tags", Json::Array(tags)) };
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
        .with("spec_version", SPEC_VERSION)
        .with("id", id)
        .with("created", modified.to_string())
        .with("modified", modified.to_string())
        .with("revoked", Json::Bool(true));
    let mut missing = fill(&mut object, object_type);
    missing.push(Json::text("created"));
    let note = Map::new().with("extension_type", "property-extension").with("withheld", Json::Bool(true));
    let object = object.with("extensions", Map::new().with(SHOWN, note.with("missing", Json::Array(missing))));
    Emitted {
        id: id.to_owned(),
        object_type: object_type.to_owned(),
        version: LexicalTime::from(modified),
        spec_version: SPEC_VERSION.to_owned(),
        json: Json::from(object).to_text(),
    }
}
