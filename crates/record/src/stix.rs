//! STIX 2.1 objects: a typed core, and everything else exactly as its author wrote it.
//!
//! The core is what this crate and its users decide by: type, id, versions, author, language, markings, extensions.
//! Checked are the properties that all STIX objects share (STIX 2.1 section 3.2). What a type asks beyond them is checked
//! where objects come in from outside, because what an older rule would refuse must still be readable.

mod check;
mod error;
mod id;
mod scan;

pub use error::StixError;
pub use id::{NotAStixId, StixId};
pub use scan::{RESERVED, check_reserved};

use crate::json::{Json, Map};
use crate::language::LanguageTag;
use crate::time::LexicalTime;
use check::Core;

/// A complete STIX 2.1 object.
///
/// The members keep their order, their unknown properties and the spelling of their times: an object that is read and
/// written again is the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StixObject {
    members: Map,
    id: StixId,
    core: Core,
}

/// Which common properties an object has (STIX 2.1 section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Domain and relationship objects, and all others that have versions: `created` and `modified` are required.
    Versioned,
    /// Cyber-observable objects: neither is required.
    Observable,
    /// Marking definitions, which cannot change: `created` alone is required.
    Marking,
}

/// The types of cyber-observable objects in STIX 2.1 section 6, sorted.
const OBSERVABLES: [&str; 18] = [
    "artifact",
    "autonomous-system",
    "directory",
    "domain-name",
    "email-addr",
    "email-message",
    "file",
    "ipv4-addr",
    "ipv6-addr",
    "mac-addr",
    "mutex",
    "network-traffic",
    "process",
    "software",
    "url",
    "user-account",
    "windows-registry-key",
    "x509-certificate",
];

impl StixObject {
    /// Takes the members of a complete object.
    ///
    /// # Errors
    /// [`StixError`] with the first rule that the object breaks.
    pub fn from_map(members: Map) -> Result<Self, StixError> {
        scan::check_values(&members, scan::Lists::NotEmpty)?;
        let core = Core::read(&members)?;
        check::shapes(&members, scan::Lists::NotEmpty)?;
        let id = core.complete(class_of(&members))?.clone();
        Ok(Self { members, id, core })
    }

    /// The type: `incident`.
    #[must_use]
    pub fn object_type(&self) -> &str {
        self.id.object_type()
    }

    /// Which common properties this object has.
    #[must_use]
    pub fn class(&self) -> Class {
        class_of(&self.members)
    }

    /// The id, which all versions of the object share.
    #[must_use]
    pub const fn id(&self) -> &StixId {
        &self.id
    }

    /// When its author first made it; none for observables.
    #[must_use]
    pub const fn created(&self) -> Option<&LexicalTime> {
        self.core.created.as_ref()
    }

    /// When its author made this version; none for observables and marking definitions.
    #[must_use]
    pub const fn modified(&self) -> Option<&LexicalTime> {
        self.core.modified.as_ref()
    }

    /// The identity that is said to have made it. That is a claim: whoever signed is another matter.
    #[must_use]
    pub const fn created_by_ref(&self) -> Option<&StixId> {
        self.core.created_by_ref.as_ref()
    }

    /// The language of its text.
    #[must_use]
    pub const fn lang(&self) -> Option<&LanguageTag> {
        self.core.lang.as_ref()
    }

    /// The ids of the markings that apply to the whole object.
    pub fn object_marking_refs(&self) -> impl Iterator<Item = &str> {
        let list = self.members.get("object_marking_refs").and_then(Json::as_array);
        list.unwrap_or_default().iter().filter_map(Json::as_str)
    }

    /// The extensions, by extension id.
    #[must_use]
    pub fn extensions(&self) -> Option<&Map> {
        self.members.get("extensions").and_then(Json::as_object)
    }

    /// Any property.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members.get(name)
    }

    /// All properties in their order.
    #[must_use]
    pub const fn as_map(&self) -> &Map {
        &self.members
    }

    /// All properties in their order.
    #[must_use]
    pub fn into_map(self) -> Map {
        self.members
    }
}

/// Checks what is shown of an object: each property that is there, and their agreement, but not that any is there.
///
/// A list may be empty, since its elements may have been withheld one by one. Elements are counted as shown in errors.
///
/// # Errors
/// [`StixError`] with the first rule that is broken.
pub fn check_shown(members: &Map) -> Result<(), StixError> {
    scan::check_values(members, scan::Lists::AnyLength)?;
    Core::read(members)?;
    check::shapes(members, scan::Lists::AnyLength)
}

/// The class of an object by its `type`, and by its extensions where STIX does not know the type.
#[must_use]
pub fn class_of(members: &Map) -> Class {
    match members.text("type") {
        Some("marking-definition") => Class::Marking,
        Some(name) if OBSERVABLES.contains(&name) || is_new_observable(members) => Class::Observable,
        _ => Class::Versioned,
    }
}

/// True if an extension definition makes this object a cyber-observable of a type that STIX does not know.
fn is_new_observable(members: &Map) -> bool {
    let extensions = members.get("extensions").and_then(Json::as_object);
    let mut kinds = extensions.into_iter().flat_map(Map::iter).filter_map(|(_, value)| value.as_object());
    kinds.any(|extension| extension.text("extension_type") == Some("new-sco"))
}
