//! The marking definitions of TLP 2.0, for bundles whose objects refer to them.

use record::json::Map;
use record::label::Tlp;

use super::checked::{CheckedObject, check};
use super::spec::tlp::{TLP_2, TLP_2_LEVEL};

/// The time in the definitions that OASIS published.
const CREATED: &str = "2022-10-01T00:00:00.000Z";

/// The definition of a level as OASIS fixed it; none only if our own table of them were wrong, which a test rules out.
#[must_use]
pub fn tlp_marking(level: Tlp) -> Option<CheckedObject> {
    let extension = Map::new().with("extension_type", "property-extension").with(TLP_2_LEVEL, level.name());
    let definition = Map::new()
        .with("type", "marking-definition")
        .with("spec_version", "2.1")
        .with("id", level.marking_id())
        .with("created", CREATED)
        .with("name", format!("TLP:{}", level.name().to_uppercase()))
        .with("extensions", Map::new().with(TLP_2, extension));
    check(definition).ok()
}
