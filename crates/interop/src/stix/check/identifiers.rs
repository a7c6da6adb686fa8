//! Identifiers (STIX 2.1 section 2.9) and what they name (section 3.3).

use record::json::{Json, Map};
use uuid::{Uuid, Variant};

use super::names;
use super::{Check, Types};
use crate::stix::code::Code;
use crate::stix::finding::Findings;
use crate::stix::spec::{Class, ObjectType, Targets, object_type};

/// Versions of UUIDs in RFC 4122, which the standard cites.
const CITED_VERSIONS: std::ops::RangeInclusive<usize> = 1..=5;

/// Versions that RFC 9562 added when it replaced RFC 4122.
const NEWER_VERSIONS: std::ops::RangeInclusive<usize> = 6..=8;

/// Type and UUID of an identifier.
pub(in crate::stix) fn parts(text: &str) -> Option<(&str, Uuid)> {
    let (object_type, uuid) = text.rsplit_once("--")?;
    // The library also takes UUIDs without hyphens, in braces and as URNs.
    let is_hyphenated = uuid.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let uuid = Uuid::parse_str(uuid).ok().filter(|_| is_hyphenated)?;
    let known = CITED_VERSIONS.contains(&uuid.get_version_num()) || NEWER_VERSIONS.contains(&uuid.get_version_num());
    let fits = names::is_type(object_type) && uuid.get_variant() == Variant::RFC4122 && known;
    fits.then_some((object_type, uuid))
}

impl<'o> Check<'o> {
    /// An identifier that names something; in a container a local name.
    pub(super) fn identifier(&mut self, text: &str, targets: &'static Targets, wrong: Code) {
        if let Some(types) = self.local {
            return self.local_name(text, types, targets);
        }
        let Some((named, uuid)) = parts(text) else { return self.note(Code::Identifier, "2.9", text, "") };
        if uuid.to_string() != text.rsplit_once("--").map_or("", |(_, uuid)| uuid) {
            self.note(Code::UuidCase, "2.9", text, "");
        }
        if NEWER_VERSIONS.contains(&uuid.get_version_num()) {
            self.note(Code::UuidNewer, "2.9", text, "");
        }
        if !targets.take(named) {
            self.note(wrong, "3.3", text, &targets.told());
        }
    }

    /// STIX 2.1 section 2.9: such names are valid within their container alone.
    fn local_name(&mut self, text: &str, types: &Types<'_>, targets: &'static Targets) {
        match types.get(text) {
            // Markings lie outside the container.
            None if parts(text).is_some_and(|(named, _)| targets.take(named)) => {}
            None => self.note(Code::Unresolved, "2.9", text, ""),
            Some(Some(named)) if !targets.take(named) => self.note(Code::Reference, "3.3", text, &targets.told()),
            Some(_) => {}
        }
    }

    /// The object's own identifier against its type.
    pub(super) fn identity(&mut self, name: &str) {
        if !names::is_type(name) {
            return;
        }
        let found = self.object.text("id").and_then(parts);
        if let Some((in_id, _)) = found.filter(|(in_id, _)| *in_id != name) {
            self.under("id", |check| check.note(Code::IdentifierType, "2.9", in_id, name));
        }
        let observable = object_type(name).map_or_else(
            || self.announces(&["new-sco"]),
            |known| known.class == Class::Observable && !known.identifying.is_empty(),
        );
        let wanted = if observable { 5 } else { 4 };
        if found.is_some_and(|(_, uuid)| uuid.get_version_num() != wanted) {
            self.under("id", |check| check.note(Code::UuidRecommended, "2.9", &wanted.to_string(), ""));
        }
    }

    /// An id that follows from nothing must be random.
    pub(super) fn deterministic(&mut self, known: &'static ObjectType) {
        let is_required =
            |name: &str| known.properties.iter().any(|property| property.name == name && property.is_required);
        let follows = known.identifying.iter().any(|name| is_required(name) || self.object.contains(name));
        if known.class != Class::Observable || follows {
            return;
        }
        let version = self.object.text("id").and_then(parts).map(|(_, uuid)| uuid.get_version_num());
        if version.is_some_and(|version| version != 4) {
            self.under("id", |check| check.note(Code::UuidRandom, "2.9", "", ""));
        }
    }

    /// STIX 2.1 section 2.13: objects with local names.
    pub(super) fn container(&mut self, value: &'o Json) {
        let Some(objects) = value.as_object().filter(|objects| !objects.is_empty()) else {
            return self.wrong_form("a dictionary of objects", value, "2.13");
        };
        let type_of = |value: &'o Json| value.as_object().and_then(|object| object.text("type"));
        let types: Types<'_> = objects.iter().map(|(name, value)| (name, type_of(value))).collect();
        for (name, value) in objects.iter() {
            let findings = std::mem::take(&mut self.findings);
            self.findings = contained(findings, &types, name, value);
        }
    }
}

/// Checks one object of a container. Its rules look at it, and not at the object around the container.
fn contained(findings: Findings, types: &Types<'_>, name: &str, value: &Json) -> Findings {
    let empty = Map::new();
    let object = value.as_object().unwrap_or(&empty);
    let mut check = Check::new(findings, object, Some(types));
    check.under(name, |check| match object.text("type").map(object_type) {
        _ if value.as_object().is_none() => check.wrong_form("an object", value, "2.13"),
        None => check.note(Code::Missing, "2.13", "type", ""),
        Some(Some(known)) if known.class == Class::Observable => check.known(known),
        Some(Some(known)) => check.note(Code::Reference, "2.13", known.name, &Targets::Observable.told()),
        Some(None) => check.unknown(object.text("type").unwrap_or_default()),
    });
    check.findings
}

impl Targets {
    /// Whether an object of this type may be named.
    fn take(&self, named: &str) -> bool {
        let class = object_type(named).map(|known| known.class);
        let is_core = matches!(class, None | Some(Class::Domain | Class::Observable)) && named != "bundle";
        match self {
            Self::Any => true,
            Self::Types(types) => types.contains(&named),
            Self::Domain => is_core && class != Some(Class::Observable),
            Self::Observable => is_core && class != Some(Class::Domain),
            Self::DomainOrObservable => is_core,
            Self::NotBundle => named != "bundle",
        }
    }

    /// What may be named, in words.
    fn told(&self) -> String {
        match self {
            Self::Any => "an object".to_owned(),
            Self::Types(types) => types.join(" | "),
            Self::Domain => "a domain object".to_owned(),
            Self::Observable => "a cyber-observable object".to_owned(),
            Self::DomainOrObservable => "a domain object or a cyber-observable object".to_owned(),
            Self::NotBundle => "a STIX object".to_owned(),
        }
    }
}
