//! Meta objects (STIX 2.1 section 7), and the markings whose definitions are fixed.

use super::vocabularies as words;
use super::{Class, Form, Kind, ObjectType, Rule, TIME, Targets, may, must};
use crate::stix::check::{extension_definition, marking_definition};

pub(super) const TYPES: &[ObjectType] = &[
    ObjectType {
        name: "language-content",
        class: Class::LanguageContent,
        section: "7.1",
        properties: &[
            must("object_ref", Kind::Identifier(&Targets::NotBundle)),
            may("object_modified", TIME),
            must("contents", Kind::Translations),
        ],
        rules: &[],
        extensions: &[],
        identifying: &[],
    },
    ObjectType {
        name: "marking-definition",
        class: Class::Marking,
        section: "7.2.1",
        properties: &[may("name", Kind::Text), may("definition_type", Kind::Text), may("definition", Kind::Any)],
        rules: &[Rule::Special(marking_definition)],
        extensions: &[],
        identifying: &[],
    },
    ObjectType {
        name: "extension-definition",
        class: Class::ExtensionDefinition,
        section: "7.3.1",
        properties: &[
            must("name", Kind::Text),
            may("description", Kind::Text),
            must("schema", Kind::Text),
            must("version", Kind::Text),
            must("extension_types", Kind::List(&Kind::Enumeration(&words::EXTENSION_TYPES))),
            may("extension_properties", Kind::List(&Kind::Form(Form::PropertyName))),
        ],
        rules: &[Rule::Recommends("description"), Rule::Special(extension_definition)],
        extensions: &[],
        identifying: &[],
    },
];

/// The markings of the Traffic Light Protocol.
pub(in crate::stix) mod tlp {
    /// The extension in which OASIS writes TLP 2.0, see the extension definition of that id.
    pub(in crate::stix) const TLP_2: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

    /// The property of it that names the level.
    pub(in crate::stix) const TLP_2_LEVEL: &str = "tlp_2_0";

    /// The time that stands in the fixed definitions of TLP 1 (STIX 2.1 section 7.2.1.4).
    pub(in crate::stix) const TLP_1_CREATED: &str = "2017-01-20T00:00:00.000Z";

    /// Id, level and name of the definitions of TLP 1.
    pub(in crate::stix) const TLP_1_MARKINGS: [(&str, &str, &str); 4] = [
        ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "white", "TLP:WHITE"),
        ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green", "TLP:GREEN"),
        ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber", "TLP:AMBER"),
        ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red", "TLP:RED"),
    ];
}
