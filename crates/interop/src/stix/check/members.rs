//! The members of an object: each against its table, and what no table has.

use record::json::{Json, Map};

use super::Check;
use crate::stix::code::Code;
use crate::stix::spec::{COMMON_NAMES, ObjectType, Property, RESERVED_NAMES, Structure};

/// Properties without which an object in a container does: it has a local name instead.
const NOT_IN_CONTAINERS: [&str; 2] = ["id", "spec_version"];

impl<'o> Check<'o> {
    /// The members of a whole object. `known` is its type, if the standard has it.
    pub(super) fn members(
        &mut self,
        members: &'o Map,
        common: &'static [Property],
        section: &'static str,
        known: Option<&'static ObjectType>,
    ) {
        let own = known.map_or(&[] as &[Property], |known| known.properties);
        for (name, value) in members.iter() {
            match find(common, name).or_else(|| find(own, name)) {
                Some(_) if name == "extensions" => self.under(name, |check| check.extensions(value, known)),
                Some(property) => self.property(property, value),
                None => self.foreign(name, value, known.is_some()),
            }
        }
        self.required(members, common, section);
    }

    /// The members of a part of an object.
    pub(super) fn structure(&mut self, structure: &'static Structure, members: &'o Map) {
        for (name, value) in members.iter() {
            match find(structure.properties, name) {
                Some(property) => self.property(property, value),
                None => self.foreign_inside(name, value),
            }
        }
        self.required(members, structure.properties, structure.section);
        self.rules(members, structure.properties, structure.rules, structure.section);
    }

    fn property(&mut self, property: &'static Property, value: &'o Json) {
        let is_local_name = self.local.is_some() && property.name == "id";
        if !is_local_name {
            self.under(property.name, |check| check.value(&property.kind, value));
        }
    }

    /// What must be there and is not.
    pub(super) fn required(&mut self, members: &Map, properties: &[Property], section: &'static str) {
        let in_container = self.local.is_some();
        let missing = properties.iter().filter(|property| property.is_required && !members.contains(property.name));
        for property in missing.filter(|property| !(in_container && NOT_IN_CONTAINERS.contains(&property.name))) {
            self.note(Code::Missing, section, property.name, "");
        }
    }

    /// A property that the type does not have.
    fn foreign(&mut self, name: &str, value: &Json, is_known_type: bool) {
        self.under(name, |check| {
            if COMMON_NAMES.contains(&name) {
                return check.not_applicable(name);
            }
            check.name(name);
            if is_known_type && !check.is_extended {
                check.note(Code::CustomProperty, "11.1", name, "");
            }
            check.foreign_value(value);
        });
    }

    /// A property that a part of an object does not have.
    fn foreign_inside(&mut self, name: &str, value: &Json) {
        self.under(name, |check| {
            check.name(name);
            check.note(Code::CustomProperty, "11.1", name, "");
            check.foreign_value(value);
        });
    }

    fn not_applicable(&mut self, name: &str) {
        let code = if name == "defanged" { Code::Defanged } else { Code::NotApplicable };
        self.note(code, "3.2", name, "");
    }

    /// Of a value whose meaning is not known only this can be said.
    pub(super) fn foreign_value(&mut self, value: &Json) {
        match value {
            Json::Null => self.note(Code::Null, "2", "", ""),
            Json::Array(elements) if elements.is_empty() => self.note(Code::EmptyList, "2.12", "", ""),
            Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {}
        }
    }

    /// The name of a property that somebody chose.
    pub(super) fn name(&mut self, name: &str) {
        if RESERVED_NAMES.contains(&name) {
            self.note(Code::ReservedName, "3.8", name, "");
        } else if !super::names::is_property(name) {
            self.note(Code::PropertyName, "3.1", name, "");
        }
    }
}

fn find(properties: &'static [Property], name: &str) -> Option<&'static Property> {
    properties.iter().find(|property| property.name == name)
}
