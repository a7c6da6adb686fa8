//! The check of one object against the tables.
//!
//! Nothing stops it: every fault of an object is told at once, so that who mends it does so once.

mod extensions;
mod forms;
mod identifiers;
mod language;
mod markings;
mod members;
mod names;
mod rules;
mod special;
mod times;
mod values;

use std::collections::BTreeMap;

use record::json::{Json, Map};

use super::code::Code;
use super::finding::{Finding, Findings};
use super::spec::{Class, ObjectType, common, object_type};

pub(super) use forms::{is_base64, is_hash, is_ipv4, is_ipv6};
pub(super) use identifiers::parts;
pub(super) use markings::{granular, marking_definition};
pub(super) use special::{email_message, extension_definition, indicator, observed, reference, relationship};
pub(super) use times::instant;

/// A check on its way through an object.
#[derive(Debug)]
pub(super) struct Check<'o> {
    findings: Findings,
    /// The whole object: selectors and rules of its parts look at it.
    object: &'o Map,
    /// Whether an extension announces properties at the top level.
    is_extended: bool,
    /// The types of the objects of the same container, where identifiers are local names.
    local: Option<&'o Types<'o>>,
    /// Selectors that were followed so far.
    selectors: usize,
}

/// The objects of a container by their local names, each with its type.
type Types<'o> = BTreeMap<&'o str, Option<&'o str>>;

/// Everything that is to be said of an object.
pub(super) fn findings(object: &Map) -> Vec<Finding> {
    let mut check = Check::new(Findings::default(), object, None);
    check.whole();
    check.findings.finish()
}

impl<'o> Check<'o> {
    fn new(findings: Findings, object: &'o Map, local: Option<&'o Types<'o>>) -> Self {
        let is_extended = announces(object, &["toplevel-property-extension"]);
        Self { findings, object, is_extended, local, selectors: 0 }
    }

    /// Notes something here.
    fn note(&mut self, code: Code, section: &'static str, first: &str, second: &str) {
        self.findings.add(code, section, [first, second]);
    }

    /// Runs a part of the check one step deeper.
    fn under<T>(&mut self, step: &str, check: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.findings.enter(step);
        let came = check(self);
        self.findings.leave(length);
        came
    }

    fn whole(&mut self) {
        let Some(name) = self.type_name() else { return };
        if self.is_other_version() {
            return;
        }
        match object_type(name) {
            Some(known) => self.known(known),
            None => self.unknown(name),
        }
        self.order(self.object, "modified", "created", false, "3.2");
        self.identity(name);
        self.tlp_markings();
    }

    /// The name of the type, without which nothing can be said.
    fn type_name(&mut self) -> Option<&'o str> {
        let object = self.object;
        let Some(value) = object.get("type") else {
            self.note(Code::Missing, "3.2", "type", "");
            return None;
        };
        if object.text("type") == Some("bundle") {
            self.note(Code::NestedBundle, "8", "", "");
            return None;
        }
        let Some(name) = value.as_str() else {
            self.under("type", |check| check.wrong_form("a string", value, "2.15"));
            return None;
        };
        Some(name)
    }

    /// An object of STIX 2.0 follows other rules, and half of what would be found is none of its author's doing.
    fn is_other_version(&mut self) -> bool {
        let version = self.object.text("spec_version").filter(|version| *version == "2.0");
        if let Some(version) = version {
            self.under("spec_version", |check| check.note(Code::OtherVersion, "3.2", version, ""));
        }
        version.is_some()
    }

    fn known(&mut self, known: &'static ObjectType) {
        let object = self.object;
        self.members(object, common(known.class), "3.2", Some(known));
        self.required(object, known.properties, known.section);
        self.rules(object, known.properties, known.rules, known.section);
        self.deterministic(known);
    }

    /// A type that the standard does not have: its common properties and its names are checked, what it means is not.
    fn unknown(&mut self, name: &str) {
        let object = self.object;
        let class = self.class_of_unknown();
        if !self.announces(&["new-sdo", "new-sco", "new-sro"]) {
            self.note(Code::CustomType, "11.2", name, "");
        }
        self.members(object, common(class), "3.2", None);
    }

    /// What its extension says that it is; else what its properties say.
    fn class_of_unknown(&self) -> Class {
        let has_versions = self.object.contains("created") || self.object.contains("modified");
        let is_observable = self.announces(&["new-sco"]) || (!self.announces(&["new-sdo", "new-sro"]) && !has_versions);
        if is_observable { Class::Observable } else { Class::Domain }
    }

    fn announces(&self, types: &[&str]) -> bool {
        announces(self.object, types)
    }
}

/// Whether an extension of the object says that it is of one of these types.
fn announces(object: &Map, types: &[&str]) -> bool {
    let extensions = object.get("extensions").and_then(Json::as_object);
    extensions.into_iter().flat_map(Map::iter).any(|(_, extension)| {
        let said = extension.as_object().and_then(|extension| extension.text("extension_type"));
        said.is_some_and(|said| types.contains(&said))
    })
}
