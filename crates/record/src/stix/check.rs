//! The rules for the properties that all STIX objects share (STIX 2.1 section 3.2).

use std::str::FromStr;

use super::scan::Lists;
use super::{Class, StixError, StixId, id};
use crate::json::{Json, Map};
use crate::language::LanguageTag;
use crate::path::Path;
use crate::time::LexicalTime;

/// The common properties that something is decided by, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Core {
    id: Option<StixId>,
    has_type: bool,
    pub(super) created: Option<LexicalTime>,
    pub(super) modified: Option<LexicalTime>,
    pub(super) created_by_ref: Option<StixId>,
    pub(super) lang: Option<LanguageTag>,
}

impl Core {
    /// Reads what is there.
    pub(super) fn read(members: &Map) -> Result<Self, StixError> {
        let object_type = read_type(members)?;
        let core = Self {
            id: read(members, "id", "should be the type, `--`, and a UUID in lower case")?,
            has_type: object_type.is_some(),
            created: read(members, "created", TIME)?,
            modified: read(members, "modified", TIME)?,
            created_by_ref: read(members, "created_by_ref", IDENTITY)?,
            lang: read(members, "lang", "should be a language tag such as `en` or `zh-Hans`")?,
        };
        core.check_author()?;
        core.check_type(object_type)?;
        core.check_order()?;
        Ok(core)
    }

    /// The id, if everything is there that an object of this class must have.
    pub(super) fn complete(&self, class: Class) -> Result<&StixId, StixError> {
        let missing = |property| StixError::Missing { property };
        let id = self.id.as_ref().filter(|_| self.has_type);
        let id = id.ok_or_else(|| missing(if self.has_type { "id" } else { "type" }))?;
        if class != Class::Observable && self.created.is_none() {
            return Err(missing("created"));
        }
        if class == Class::Versioned && self.modified.is_none() {
            return Err(missing("modified"));
        }
        Ok(id)
    }

    fn check_author(&self) -> Result<(), StixError> {
        let is_identity = self.created_by_ref.as_ref().is_none_or(|author| author.object_type() == "identity");
        if is_identity { Ok(()) } else { Err(property("created_by_ref", IDENTITY)) }
    }

    fn check_type(&self, object_type: Option<&str>) -> Result<(), StixError> {
        match (&self.id, object_type) {
            (Some(id), Some(object_type)) if id.object_type() != object_type => {
                Err(StixError::OtherType { in_id: id.object_type().to_owned(), object_type: object_type.to_owned() })
            }
            _ => Ok(()),
        }
    }

    fn check_order(&self) -> Result<(), StixError> {
        match (&self.created, &self.modified) {
            (Some(created), Some(modified)) if modified.instant() < created.instant() => {
                Err(StixError::ModifiedBeforeCreated {
                    created: created.text().to_owned(),
                    modified: modified.text().to_owned(),
                })
            }
            _ => Ok(()),
        }
    }
}

const TIME: &str = "should be a UTC timestamp such as 2026-07-01T03:10:00.000Z";
const IDENTITY: &str = "should be the id of an identity";

fn read_type(members: &Map) -> Result<Option<&str>, StixError> {
    let Some(value) = members.get("type") else { return Ok(None) };
    match value.as_str().filter(|text| id::is_type(text)) {
        Some("bundle") => Err(StixError::Bundle),
        Some(object_type) => Ok(Some(object_type)),
        None => Err(property("type", "should be 3 to 250 of `a` to `z`, digits and single hyphens, a letter first")),
    }
}

fn read<T: FromStr>(members: &Map, name: &str, reason: &'static str) -> Result<Option<T>, StixError> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed.map(Some).ok_or_else(|| property(name, reason))
}

fn property(name: &str, reason: &'static str) -> StixError {
    StixError::Property { place: Path::object(name), reason }
}

/// A property, whether the rule holds for each of its elements, what fits, and what to say otherwise.
struct Shape {
    name: &'static str,
    each: bool,
    fits: fn(&Json) -> bool,
    reason: &'static str,
}

const SHAPES: [Shape; 8] = [
    shape("spec_version", |value| value.as_str() == Some("2.1"), "should be `2.1`, or be left out"),
    shape("revoked", is_boolean, "should be `true` or `false`"),
    shape("defanged", is_boolean, "should be `true` or `false`"),
    shape("confidence", is_confidence, "should be an integer from 0 to 100"),
    list_of("labels", |value| value.as_str().is_some(), "should be a string"),
    list_of("external_references", is_reference, "should be an object with a `source_name`"),
    list_of("object_marking_refs", is_marking, "should be the id of a marking definition"),
    list_of("granular_markings", is_granular, "should be an object with `selectors` and one of `marking_ref`, `lang`"),
];

const fn shape(name: &'static str, fits: fn(&Json) -> bool, reason: &'static str) -> Shape {
    Shape { name, each: false, fits, reason }
}

const fn list_of(name: &'static str, fits: fn(&Json) -> bool, reason: &'static str) -> Shape {
    Shape { name, each: true, fits, reason }
}

/// Checks the properties that nothing in this crate is decided by.
pub(super) fn shapes(members: &Map, lists: Lists) -> Result<(), StixError> {
    for shape in &SHAPES {
        if let Some(value) = members.get(shape.name) {
            shape.check(value)?;
        }
    }
    members.get("extensions").map_or(Ok(()), |value| check_extensions(value, lists))
}

impl Shape {
    fn check(&self, value: &Json) -> Result<(), StixError> {
        if !self.each {
            return if (self.fits)(value) { Ok(()) } else { Err(property(self.name, self.reason)) };
        }
        let elements = value.as_array().ok_or_else(|| property(self.name, "should be a list"))?;
        let wrong = elements.iter().position(|element| !(self.fits)(element));
        wrong.map_or(Ok(()), |slot| {
            Err(StixError::Property { place: Path::object(self.name).slot(slot), reason: self.reason })
        })
    }
}

const fn is_boolean(value: &Json) -> bool {
    matches!(value, Json::Bool(_))
}

fn is_confidence(value: &Json) -> bool {
    value.as_integer().is_some_and(|confidence| (0..=100).contains(&confidence))
}

fn is_reference(value: &Json) -> bool {
    value.as_object().is_some_and(|reference| reference.text("source_name").is_some())
}

fn is_marking(value: &Json) -> bool {
    let id = value.as_str().and_then(|text| text.parse::<StixId>().ok());
    id.is_some_and(|id| id.object_type() == "marking-definition")
}

/// STIX 2.1 section 7.2.3.1: a granular marking names places, and for them either a marking or a language.
fn is_granular(value: &Json) -> bool {
    let Some(marking) = value.as_object() else { return false };
    let selectors = marking.get("selectors").and_then(Json::as_array);
    let selects = selectors.is_some_and(|list| list.iter().all(|selector| selector.as_str().is_some()));
    let says = match (marking.get("marking_ref"), marking.get("lang")) {
        (Some(id), None) => is_marking(id),
        (None, Some(lang)) => lang.as_str().is_some_and(|text| text.parse::<LanguageTag>().is_ok()),
        _ => false,
    };
    selects && says
}

/// STIX 2.1 section 7.3: keys are ids of extension definitions, or names such as `ntfs-ext` that STIX itself defines.
fn check_extensions(value: &Json, lists: Lists) -> Result<(), StixError> {
    let extensions = value.as_object().ok_or_else(|| property("extensions", "should be an object"))?;
    if extensions.is_empty() && lists == Lists::NotEmpty {
        return Err(property("extensions", "should hold an extension, or be left out"));
    }
    let wrong = |name: &str, reason| StixError::Property { place: Path::object("extensions").child(name), reason };
    for (name, extension) in extensions.iter() {
        if !is_extension(name) {
            return Err(wrong(name, "should be named by the id of an extension definition, or end in `-ext`"));
        }
        extension.as_object().ok_or_else(|| wrong(name, "should be an object"))?;
    }
    Ok(())
}

fn is_extension(name: &str) -> bool {
    let defined = name.parse::<StixId>().is_ok_and(|id| id.object_type() == "extension-definition");
    defined || (name.ends_with("-ext") && id::is_type(name))
}
