//! The properties that types share (STIX 2.1 section 3.2), and the structures that stand in them.

use super::{Class, Form, HashNames, Kind, Precision, Property, Rule, Structure, TEXTS, Targets, may, must};
use crate::stix::check::{granular, reference};

/// Names that no property may have (STIX 2.1 section 3.8). The standard writes the third in the singular, the published schemas in
/// the plural.
pub(in crate::stix) const RESERVED_NAMES: [&str; 5] =
    ["severity", "username", "phone_number", "phone_numbers", "action"];

/// The names of all common properties.
pub(in crate::stix) const COMMON_NAMES: [&str; 15] = [
    "type",
    "spec_version",
    "id",
    "created_by_ref",
    "created",
    "modified",
    "revoked",
    "labels",
    "confidence",
    "lang",
    "external_references",
    "object_marking_refs",
    "granular_markings",
    "defanged",
    "extensions",
];

const TYPE: Property = must("type", Kind::Form(Form::TypeName));
const ID: Property = must("id", Kind::Identifier(&Targets::Any));
const VERSION: Property = must("spec_version", Kind::Form(Form::SpecVersion));
const CREATED: Property = must("created", Kind::Time(Precision::AtLeastMilliseconds));
const MODIFIED: Property = must("modified", Kind::Time(Precision::AtLeastMilliseconds));
const IDENTITY: Kind = Kind::AdvisedIdentifier(&Targets::Types(&["identity"]));
const BY: Property = may("created_by_ref", IDENTITY);
const REVOKED: Property = may("revoked", Kind::Boolean);
const LABELS: Property = may("labels", TEXTS);
const CONFIDENCE: Property = may("confidence", Kind::Integer { least: 0, most: 100 });
const LANG: Property = may("lang", Kind::Form(Form::Language));
const REFERENCES: Property = may("external_references", Kind::List(&Kind::Structure(&EXTERNAL_REFERENCE)));
const MARKINGS: Property = may("object_marking_refs", Kind::List(&MARKING_ID));
const GRANULAR: Property = may("granular_markings", Kind::List(&Kind::Structure(&GRANULAR_MARKING)));
const EXTENSIONS: Property = may("extensions", Kind::Extensions);

const MARKING_ID: Kind = Kind::Identifier(&Targets::Types(&["marking-definition"]));

const CORE: [Property; 14] = [
    TYPE, VERSION, ID, CREATED, MODIFIED, BY, REVOKED, LABELS, CONFIDENCE, LANG, REFERENCES, MARKINGS, GRANULAR,
    EXTENSIONS,
];
const OBSERVABLE: [Property; 7] = [
    TYPE,
    ID,
    may("spec_version", Kind::Form(Form::SpecVersion)),
    MARKINGS,
    GRANULAR,
    may("defanged", Kind::Boolean),
    EXTENSIONS,
];
const MARKING: [Property; 9] = [TYPE, VERSION, ID, CREATED, BY, REFERENCES, MARKINGS, GRANULAR, EXTENSIONS];
const LANGUAGE_CONTENT: [Property; 13] =
    [TYPE, VERSION, ID, CREATED, MODIFIED, BY, REVOKED, LABELS, CONFIDENCE, REFERENCES, MARKINGS, GRANULAR, EXTENSIONS];
const EXTENSION_DEFINITION: [Property; 11] = [
    TYPE,
    VERSION,
    ID,
    CREATED,
    MODIFIED,
    must("created_by_ref", IDENTITY),
    REVOKED,
    LABELS,
    REFERENCES,
    MARKINGS,
    GRANULAR,
];

/// The common properties of a class.
pub(in crate::stix) const fn common(class: Class) -> &'static [Property] {
    match class {
        Class::Domain | Class::Relationship => &CORE,
        Class::Observable => &OBSERVABLE,
        Class::Marking => &MARKING,
        Class::LanguageContent => &LANGUAGE_CONTENT,
        Class::ExtensionDefinition => &EXTENSION_DEFINITION,
    }
}

const EXTERNAL_REFERENCE: Structure = Structure {
    name: "external-reference",
    section: "2.5",
    properties: &[
        must("source_name", Kind::Text),
        may("description", Kind::Text),
        may("url", Kind::Form(Form::Url)),
        may("hashes", Kind::Hashes(HashNames::Listed)),
        may("external_id", Kind::Text),
    ],
    rules: &[Rule::AtLeastOne(&["description", "url", "external_id"]), Rule::Special(reference)],
};

const GRANULAR_MARKING: Structure = Structure {
    name: "granular-marking",
    section: "7.2.3",
    properties: &[may("lang", Kind::Form(Form::Language)), may("marking_ref", MARKING_ID), must("selectors", TEXTS)],
    rules: &[Rule::ExactlyOne(&["lang", "marking_ref"]), Rule::Special(granular)],
};
