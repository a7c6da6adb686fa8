//! A label as a record: a STIX object of its own type, whose seven fields stand in the kind's extension.

use super::{Label, LabelError};
use crate::json::Map;
use crate::kind::Kind;
use crate::record::Record;
use crate::stix::{StixError, StixId, StixObject};
use crate::time::Timestamp;

/// The STIX `type` of a label, which the kind's table is found by.
const LABEL_TYPE: &str = "detente-label";
/// STIX 2.1 section 7.3: the extension defines a new type of object.
const NEW_TYPE: (&str, &str) = ("extension_type", "new-sdo");

fn extension_id() -> &'static str {
    Kind::of(LABEL_TYPE).and_then(|kind| kind.extension).unwrap_or_default()
}

impl Label {
    /// The object of a label record, ready to be signed.
    ///
    /// # Errors
    /// [`StixError`] if `id` is not of the type `detente-label`.
    pub fn to_object(&self, id: &StixId, created: Timestamp) -> Result<StixObject, StixError> {
        let (name, value) = NEW_TYPE;
        let fields = self.to_map().with(name, value);
        let object = Map::new()
            .with("type", LABEL_TYPE)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", created.to_string())
            .with("modified", created.to_string())
            .with("extensions", Map::new().with(extension_id(), fields));
        StixObject::from_map(object)
    }

    /// The label that a record is. Who put it on is the record's issuer.
    ///
    /// # Errors
    /// [`LabelError::NotALabel`] for a record of another type, or one that withholds its type; otherwise as
    /// [`Label::from_map`]: a label of which anything is withheld asks nothing definite.
    pub fn of_record(record: &Record) -> Result<Self, LabelError> {
        if record.object().text("type") != Some(LABEL_TYPE) {
            return Err(LabelError::NotALabel);
        }
        let mut fields = record.extension().cloned().ok_or(LabelError::NotALabel)?;
        let (name, _) = NEW_TYPE;
        fields.remove(name);
        Self::from_map(&fields)
    }
}
