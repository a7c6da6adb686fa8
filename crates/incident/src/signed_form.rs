//! How a statement stands in its record: the object's head, and its own fields in its kind's extension.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use record::Record;
use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::kind::Kind;
use record::path::Path;
use record::signed::Signed;
use record::stix::{StixId, StixObject};
use record::time::Timestamp;

use crate::concern;
use crate::error::PropertyError;

/// Digests that one statement takes back: a whole day's work at the desk.
pub(crate) const TAKES_BACK_MAX: usize = 256;

/// What is shown of a statement.
pub(crate) struct Shown<'r> {
    pub(crate) created: Timestamp,
    pub(crate) top: &'r Map,
    pub(crate) fields: &'r Map,
}

impl<'r> Shown<'r> {
    /// # Errors
    /// [`PropertyError`] if it is of another type, or its time or its fields are not shown.
    pub(crate) fn of(record: &'r Signed<Record>, object_type: &str) -> Result<Self, PropertyError> {
        let content = record.content();
        if content.object().text("type") != Some(object_type) {
            return Err(PropertyError::new("type", format!("should be `{object_type}`")));
        }
        let created = content.object().text("created").and_then(|text| text.parse().ok());
        let created =
            created.ok_or_else(|| PropertyError::new("created", "is not shown; ask for the whole statement"))?;
        let fields = content.extension().ok_or_else(|| PropertyError::new("extensions", "is not shown"))?;
        Ok(Self { created, top: content.object(), fields })
    }

    /// A withheld `takes_back` looks like one that was never there, so a statement always carries it.
    pub(crate) fn takes_back(&self) -> Result<BTreeSet<RecordDigest>, PropertyError> {
        let wrong = |reason: &str| PropertyError::new("takes_back", reason);
        let list = self.fields.get("takes_back").and_then(Json::as_array);
        let list = list.ok_or_else(|| wrong("is missing or not shown; an empty list takes nothing back"))?;
        if list.len() > TAKES_BACK_MAX {
            return Err(wrong("names more than 256 statements; make several of it"));
        }
        let digests = list.iter().map(|digest| digest.as_str().and_then(|text| text.parse().ok()));
        digests.map(|digest| digest.ok_or_else(|| wrong("should hold digests of records"))).collect()
    }
}

/// The id of a kind's own extension.
pub(crate) fn extension_of(object_type: &str) -> &'static str {
    Kind::of(object_type).and_then(|kind| kind.extension).unwrap_or_default()
}

/// A text that cannot be absent.
pub(crate) fn text<'m>(fields: &'m Map, name: &str) -> Result<&'m str, PropertyError> {
    fields.text(name).ok_or_else(|| PropertyError::new(name, "is missing or not shown; ask for all of it"))
}

/// A value that is read from such a text.
pub(crate) fn parse<T: FromStr<Err: Display>>(fields: &Map, name: &str) -> Result<T, PropertyError> {
    text(fields, name)?.parse().map_err(|error: T::Err| PropertyError::new(name, error.to_string()))
}

/// Digests as a list.
pub(crate) fn digests(digests: &BTreeSet<RecordDigest>) -> Json {
    Json::Array(digests.iter().map(|digest| Json::text(digest.to_string())).collect())
}

/// An object of a type that our extension brings, ready to be signed.
///
/// # Errors
/// [`PropertyError`] if the id is of another type, or a text would act on its reader.
pub(crate) fn new_object(
    object_type: &str,
    id: &StixId,
    created: Timestamp,
    fields: Map,
) -> Result<StixObject, PropertyError> {
    refuse_concerns(&fields)?;
    let mut own = Map::new().with("extension_type", "new-sdo");
    own = fields.into_iter().fold(own, |own, (name, value)| own.with(name, value));
    let object = Map::new()
        .with("type", object_type)
        .with("spec_version", "2.1")
        .with("id", id.as_str())
        .with("created", created.to_string())
        .with("modified", created.to_string())
        .with("extensions", Map::new().with(extension_of(object_type), own));
    StixObject::from_map(object).map_err(|error| PropertyError::new("id", error.to_string()))
}

/// A text that would act on its reader is named, and never changed in silence.
pub(crate) fn refuse_concerns(fields: &Map) -> Result<(), PropertyError> {
    match concern::concerns(fields, &Path::object_root()).into_iter().next() {
        Some(concern) => {
            let place = concern.place.as_str().trim_start_matches("/object/");
            Err(PropertyError::new(place, concern.what.to_string()))
        }
        None => Ok(()),
    }
}
