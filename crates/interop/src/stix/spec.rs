//! What the standard says of each type, as tables.
//!
//! Everything that can be said of a type in the form "this property, of this kind, with this rule" is said here and nowhere
//! else. What needs more than that is a function that a table names.

mod common;
mod domain;
mod file;
mod host;
mod meta;
mod network;
mod relationships;
mod vocabularies;

use record::json::Map;

use super::check::Check;

pub(super) use common::{COMMON_NAMES, RESERVED_NAMES, common};
pub(super) use meta::tlp;
pub(super) use relationships::{is_for_all, is_suggested};
pub(super) use vocabularies::{EXTENSION_TYPES, HASHES};

/// The groups of types that share their common properties (STIX 2.1 section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Domain,
    Relationship,
    Observable,
    Marking,
    LanguageContent,
    ExtensionDefinition,
}

/// A type of object.
#[derive(Debug)]
pub(super) struct ObjectType {
    pub(super) name: &'static str,
    pub(super) class: Class,
    /// The section of its properties.
    pub(super) section: &'static str,
    pub(super) properties: &'static [Property],
    pub(super) rules: &'static [Rule],
    /// The extensions that the standard itself defines for it.
    pub(super) extensions: &'static [&'static Structure],
    /// From which properties its deterministic id follows.
    pub(super) identifying: &'static [&'static str],
}

/// Members that belong together: an object inside another, or an extension.
#[derive(Debug)]
pub(super) struct Structure {
    pub(super) name: &'static str,
    pub(super) section: &'static str,
    pub(super) properties: &'static [Property],
    pub(super) rules: &'static [Rule],
}

/// A property.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) kind: Kind,
}

/// What a property may hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    Boolean,
    Integer {
        least: i64,
        most: i64,
    },
    Number {
        least: i32,
        most: i32,
    },
    Time(Precision),
    Identifier(&'static Targets),
    /// As an identifier, of which the standard says what it names without saying MUST.
    AdvisedIdentifier(&'static Targets),
    Hex,
    Binary,
    Hashes(HashNames),
    Dictionary(&'static Self),
    /// Any value that the standard's types allow.
    Any,
    Enumeration(&'static Vocabulary),
    Vocabulary(&'static Vocabulary),
    Form(Form),
    Structure(&'static Structure),
    List(&'static Self),
    /// An integer or a text.
    IntegerOrText,
    /// A text or a list of texts.
    TextOrTexts,
    /// The names and members of extensions.
    Extensions,
    /// Objects of the deprecated container.
    Container,
    /// Translations, by language.
    Translations,
}

/// How exact a time must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    Any,
    AtLeastMilliseconds,
    Seconds,
}

/// Which names of hashes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HashNames {
    /// Others than those of the vocabulary earn advice.
    Open,
    /// Only those of the vocabulary.
    Listed,
}

/// Texts that follow another standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    SpecVersion,
    TypeName,
    PropertyName,
    Url,
    EmailAddress,
    DomainName,
    Ipv4,
    Ipv6,
    MacAddress,
    Cpe,
    Language,
    CharacterSet,
    MediaType,
    RelationshipType,
    RegistryKey,
    Country,
    ProductName,
    PriorityClass,
    ProtocolName,
    HyphenatedName,
}

/// What an identifier may name.
#[derive(Debug)]
pub(super) enum Targets {
    /// Any object.
    Any,
    /// These types and no others.
    Types(&'static [&'static str]),
    /// A domain object, or one of a type that the standard does not have.
    Domain,
    /// A domain or observable object, or one of a type that the standard does not have.
    DomainOrObservable,
    /// An observable object, or one of a type that the standard does not have.
    Observable,
    /// Any object; a bundle is none.
    NotBundle,
}

/// A list of terms.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub(super) name: &'static str,
    pub(super) section: &'static str,
    pub(super) terms: &'static [&'static str],
}

/// What holds between properties.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    AtLeastOne(&'static [&'static str]),
    ExactlyOne(&'static [&'static str]),
    /// Where the first stands, the others stand.
    Requires(&'static str, &'static [&'static str]),
    /// The first is a time not before the second.
    NotBefore(&'static str, &'static str),
    /// The first is a time after the second.
    After(&'static str, &'static str),
    /// Where the first has this value, the second may not stand.
    Forbids(&'static str, bool, &'static str),
    /// Where the first has this value, the second stands.
    Demands(&'static str, bool, &'static str),
    /// At least one property of its own.
    Content,
    /// It should be there.
    Recommends(&'static str),
    /// It is in the standard for older readers alone.
    Deprecates(&'static str),
    /// What a table cannot say.
    Special(fn(&mut Check<'_>, &Map)),
}

const fn must(name: &'static str, kind: Kind) -> Property {
    Property { name, is_required: true, kind }
}

const fn may(name: &'static str, kind: Kind) -> Property {
    Property { name, is_required: false, kind }
}

const INTEGER: Kind =
    Kind::Integer { least: -record::limits::MAX_SAFE_INTEGER, most: record::limits::MAX_SAFE_INTEGER };
const NATURAL: Kind = Kind::Integer { least: 0, most: record::limits::MAX_SAFE_INTEGER };
const TIME: Kind = Kind::Time(Precision::Any);
const TEXTS: Kind = Kind::List(&Kind::Text);

/// The types of the standard.
pub(super) fn object_types() -> impl Iterator<Item = &'static ObjectType> {
    [domain::TYPES, meta::TYPES, file::TYPES, network::TYPES, host::TYPES].into_iter().flatten()
}

/// The type of a name, if the standard has it.
pub(super) fn object_type(name: &str) -> Option<&'static ObjectType> {
    object_types().find(|object_type| object_type.name == name)
}

/// A property that the standard requires of a type, beside those that every type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Required {
    /// Its name.
    pub name: &'static str,
    /// Whether any text may stand in it.
    pub is_text: bool,
}

/// What the standard requires of a type, beside the common properties; nothing of a type that it does not have.
pub fn required(object_type: &str) -> impl Iterator<Item = Required> + use<> {
    let known = self::object_type(object_type).map(|known| known.properties).unwrap_or_default();
    known.iter().filter(|property| property.is_required).map(|property| Required {
        name: property.name,
        // Words of a vocabulary are advice: any other text is valid there.
        is_text: matches!(property.kind, Kind::Text | Kind::Vocabulary(_)),
    })
}
