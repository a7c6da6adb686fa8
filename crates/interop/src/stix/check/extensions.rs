//! Extensions of an object (STIX 2.1 sections 3.2, 3.10 and 7.3), and translations (section 7.1).

use record::json::{Json, Map};

use super::identifiers::parts;
use super::{Check, names};
use crate::stix::code::Code;
use crate::stix::spec::{EXTENSION_TYPES, ObjectType, object_types};

/// The kinds of extension that make a new type.
const NEW_TYPES: [&str; 3] = ["new-sdo", "new-sco", "new-sro"];

/// How the names of extensions end that the standard defines, or somebody under its older rules.
const SUFFIX: &str = "-ext";

impl<'o> Check<'o> {
    pub(super) fn extensions(&mut self, value: &'o Json, known: Option<&'static ObjectType>) {
        let Some(extensions) = self.object_of(value, "a dictionary of extensions", "3.2") else { return };
        for (name, value) in extensions.iter() {
            self.under(name, |check| check.extension(name, value, known));
        }
    }

    fn extension(&mut self, name: &str, value: &'o Json, known: Option<&'static ObjectType>) {
        let is_defined = parts(name).is_some_and(|(object_type, _)| object_type == "extension-definition");
        let is_named = name.ends_with(SUFFIX) && names::is_type(name);
        if !is_defined && !is_named {
            self.note(Code::ExtensionKey, "3.2", name, "");
        }
        let Some(members) = self.object_of(value, "an object", "3.2") else { return };
        if is_defined {
            return self.defined_extension(members, known);
        }
        let own = known.and_then(|known| known.extensions.iter().find(|extension| extension.name == name));
        match own {
            Some(structure) => self.structure(structure, members),
            None => self.foreign_extension(name, members),
        }
    }

    /// An extension with a definition of its own (section 7.3).
    fn defined_extension(&mut self, members: &'o Map, known: Option<&'static ObjectType>) {
        match members.get("extension_type") {
            None => self.note(Code::Missing, "7.3", "extension_type", ""),
            Some(value) => self.under("extension_type", |check| check.extension_type(value, known)),
        }
        for (name, value) in members.iter().filter(|(name, _)| *name != "extension_type") {
            self.under(name, |check| {
                if !names::is_property(name) {
                    check.note(Code::PropertyName, "7.3.2", name, "");
                }
                check.foreign_value(value);
            });
        }
    }

    fn extension_type(&mut self, value: &Json, known: Option<&'static ObjectType>) {
        let Some(text) = self.text(value) else { return };
        if !EXTENSION_TYPES.terms.contains(&text) {
            self.note(Code::Enumeration, EXTENSION_TYPES.section, text, EXTENSION_TYPES.name);
        }
        if let Some(known) = known.filter(|_| NEW_TYPES.contains(&text)) {
            self.note(Code::ExtensionRedefines, "7.3", known.name, "");
        }
    }

    /// A name that ends as those of the standard do, and is of another type or of nobody's.
    fn foreign_extension(&mut self, name: &str, members: &Map) {
        let is_elsewhere = object_types().any(|known| known.extensions.iter().any(|extension| extension.name == name));
        let section = if is_elsewhere { "3.10" } else { "11.3" };
        self.note(Code::ExtensionForeign, section, name, "");
        for (name, value) in members.iter() {
            self.under(name, |check| {
                check.name(name);
                check.foreign_value(value);
            });
        }
    }

    /// Translations of an object's texts, by language.
    pub(super) fn translations(&mut self, value: &Json) {
        let Some(languages) = self.object_of(value, "a dictionary of languages", "7.1.1") else { return };
        for (tag, value) in languages.iter() {
            self.under(tag, |check| {
                check.language(tag, "7.1.1");
                check.translation(value);
            });
        }
    }

    fn translation(&mut self, value: &Json) {
        let Some(members) = self.object_of(value, "an object", "7.1.1") else { return };
        for (name, value) in members.iter() {
            self.under(name, |check| {
                if !names::is_property(name) {
                    check.note(Code::PropertyName, "3.1", name, "");
                }
                check.foreign_value(value);
            });
        }
    }
}
