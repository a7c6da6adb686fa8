//! The Incident Core extension of the OASIS common object repository, as far as its parts are widely written.
//!
//! It is another body's, and its words changed between versions. So its words are kept as they came and not held to a list.

use record::json::{Json, Map};

use crate::error::PropertyError;

const CRITICALITY_MAX: u8 = 100;

/// What the Incident Core extension says. Members that are not named here are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentCore {
    members: Map,
}

impl IncidentCore {
    /// The extension's id.
    pub const EXTENSION: &'static str = "extension-definition--ef765651-680c-498d-9894-99799f2fa126";

    /// The two things that the extension requires: whether it is real (`suspected`, `successful-attempt`, ...), and how far
    /// the inquiry has come (`new`, `open`, `closed`, ...).
    #[must_use]
    pub fn new(determination: &str, investigation_status: &str) -> Self {
        let members = Map::new()
            .with("extension_type", "property-extension")
            .with("determination", determination)
            .with("investigation_status", investigation_status);
        Self { members }
    }

    /// Reads the extension.
    ///
    /// # Errors
    /// [`PropertyError`] for a value of the wrong form.
    pub fn read(members: &Map) -> Result<Self, PropertyError> {
        let wrong = |name: &str, reason: &str| PropertyError::new(format!("{}/{name}", Self::EXTENSION), reason);
        for name in ["determination", "investigation_status", "recoverability"] {
            if members.get(name).is_some_and(|value| value.as_str().is_none()) {
                return Err(wrong(name, "should be a word"));
            }
        }
        let core = Self { members: members.clone() };
        if members.contains("criticality") && core.criticality().is_none() && members.text("criticality").is_none() {
            return Err(wrong("criticality", "should be a whole number from 0 to 100"));
        }
        if members.get("detection_methods").is_some_and(|value| value.as_array().is_none()) {
            return Err(wrong("detection_methods", "should be a list of texts"));
        }
        Ok(core)
    }

    /// Whether it is real.
    #[must_use]
    pub fn determination(&self) -> Option<&str> {
        self.members.text("determination")
    }

    /// How far the inquiry has come.
    #[must_use]
    pub fn investigation_status(&self) -> Option<&str> {
        self.members.text("investigation_status")
    }

    /// What it takes to recover.
    #[must_use]
    pub fn recoverability(&self) -> Option<&str> {
        self.members.text("recoverability")
    }

    /// How much it matters to operations, 0 to 100. Version 1 had a word instead, which is kept and not turned into a number.
    #[must_use]
    pub fn criticality(&self) -> Option<u8> {
        let value = self.members.get("criticality")?.as_integer()?;
        u8::try_from(value).ok().filter(|value| *value <= CRITICALITY_MAX)
    }

    /// How it was found.
    pub fn detection_methods(&self) -> impl Iterator<Item = &str> {
        let list = self.members.get("detection_methods").and_then(Json::as_array);
        list.unwrap_or_default().iter().filter_map(Json::as_str)
    }

    /// How many of which kind of thing or person were touched.
    pub fn impacted_entity_counts(&self) -> impl Iterator<Item = (&str, i64)> {
        let counts = self.members.get("impacted_entity_counts").and_then(Json::as_object);
        counts.into_iter().flat_map(Map::iter).filter_map(|(kind, count)| Some((kind, count.as_integer()?)))
    }

    /// The extension as it stands in an object.
    #[must_use]
    pub fn to_map(&self) -> Map {
        self.members.clone()
    }
}
