//! Kinds of record, as declarations.
//!
//! One table per kind says which properties exist, which arrays disclose element by element, and which coarse twins are
//! signed beside them. Signing, presenting, checking and `docs/kinds.md` all read these tables and nothing else. A table
//! may grow: what it adds holds for records signed afterwards.

mod tables;
mod twin;

pub use tables::{COMMON, KINDS};
pub use twin::{Twin, TwinRule};

use crate::json::Map;

/// What one kind of record is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kind {
    /// The word for it in documents and commands.
    pub name: &'static str,
    /// The STIX `type` of its objects.
    pub object_type: &'static str,
    /// The extension definition that holds its own properties, if it has one.
    pub extension: Option<&'static str>,
    /// What it is for.
    pub about: &'static str,
    /// Its properties beside the common ones.
    pub properties: &'static [Property],
    /// The coarse twins that its author signs beside them.
    pub twins: &'static [Twin],
}

/// One property of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// How it discloses.
    pub discloses: Discloses,
    /// What it says.
    pub about: &'static str,
}

/// Where a property stands in its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "STIX has these two places")]
pub enum Place {
    /// At the object's top, as STIX defines it.
    Core,
    /// In the kind's own extension.
    Extension,
}

/// How a property discloses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a property discloses in one of these two ways")]
pub enum Discloses {
    /// As a whole.
    Alone,
    /// An array whose elements disclose one by one.
    ByElement,
}

impl Kind {
    /// The kind whose objects have this STIX type, if it has a table of its own.
    #[must_use]
    pub fn of(object_type: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.object_type == object_type)
    }
}

/// True if this property is an array that discloses element by element.
#[must_use]
pub fn is_by_element(kind: Option<&Kind>, place: Place, name: &str) -> bool {
    let own = kind.map_or(&[][..], |kind| kind.properties);
    let mut candidates = own.iter().chain(COMMON);
    candidates
        .any(|property| property.discloses == Discloses::ByElement && property.place == place && property.name == name)
}

/// True unless a table declares that a property of this name discloses alone: in the object itself, or in an extension.
///
/// Whoever could show some elements of a marking and withhold others would weaken it under its author's signature. Names
/// that no table knows may be of a later version, and pass.
pub(crate) fn may_be_by_element(extension: Option<&str>, name: &str) -> bool {
    let place = if extension.is_some() { Place::Extension } else { Place::Core };
    let kinds = KINDS.iter().filter(|kind| extension.is_none() || kind.extension == extension);
    let declared = kinds.flat_map(|kind| kind.properties).chain(COMMON);
    let mut declared = declared.filter(|property| property.place == place && property.name == name).peekable();
    declared.peek().is_none() || declared.any(|property| property.discloses == Discloses::ByElement)
}

/// The twin of this name, with the kind that declares it. Names of twins are unique over all kinds.
#[must_use]
pub fn twin(name: &str) -> Option<(&'static Kind, &'static Twin)> {
    KINDS.iter().find_map(|kind| kind.twins.iter().find(|twin| twin.name == name).map(|twin| (kind, twin)))
}

/// The property that a twin coarsens, if the object holds it.
#[must_use]
pub(crate) fn original<'o>(kind: &Kind, twin: &Twin, object: &'o Map) -> Option<&'o crate::json::Json> {
    let declared = kind.properties.iter().find(|property| property.name == twin.of)?;
    match declared.place {
        Place::Core => object.get(twin.of),
        Place::Extension => extension(object, kind.extension?)?.get(twin.of),
    }
}

fn extension<'o>(object: &'o Map, id: &str) -> Option<&'o Map> {
    object.get("extensions")?.as_object()?.get(id)?.as_object()
}
