//! Objects that an incident becomes: two of misp-objects where the data fits, and one of ours for the rest.
//!
//! The rest stands in an object, because MISP refuses a second attribute of the same type and value unless it is in one: a
//! developer that is also the deployer would vanish.

use uuid::Uuid;

/// A template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) name: &'static str,
    pub(super) uuid: Uuid,
    pub(super) version: i64,
    pub(super) meta_category: &'static str,
    pub(super) description: &'static str,
}

/// MISP's incident.
pub(super) const INCIDENT: Template = Template {
    name: "incident",
    uuid: Uuid::from_u128(0x3859_7424_f9bb_4865_9b4b_8191_72df_0334),
    version: 1,
    meta_category: "misc",
    description: "Incident object template as described in STIX 2.1 Incident object and its core extension.",
};

/// MISP's model of an AI system. It asks for a name and a version.
pub(super) const MODEL: Template = Template {
    name: "ai-model-component",
    uuid: Uuid::from_u128(0xe516_2e7f_ca79_49b4_b997_9873_521f_05d9),
    version: 1,
    meta_category: "file",
    description: "AI model component entry for an AI SBOM.",
};

/// Ours: each attribute's relation is a property of our extension (docs/incident.md).
pub(super) const OURS: Template = Template {
    name: "detente-incident",
    uuid: Uuid::from_u128(0x6d3c_0b6e_52a1_5c0e_9b1f_2f1d_64a7_83c5),
    version: 1,
    meta_category: "misc",
    description: "Properties of an AI incident for which no object of misp-objects has a place.",
};

/// Relations of our object that are no properties.
pub(super) const ID: &str = "id";
pub(super) const REFERENCE: &str = "external_reference";

/// How a value of our object is written, which its comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// As it is.
    Plain,
    /// One element of a list.
    Element(usize),
    /// JSON.
    Json,
    /// A time with a precision that its form does not tell; none if its author said none.
    Precision(Option<incident::Precision>),
}

const ELEMENT: &str = "element ";
const JSON: &str = "json";
const PRECISION: &str = "precision ";
const NONE: &str = "none";

impl Written {
    pub(super) fn comment(&self) -> String {
        match self {
            Self::Plain => String::new(),
            Self::Element(slot) => format!("{ELEMENT}{slot}"),
            Self::Json => JSON.to_owned(),
            Self::Precision(precision) => format!("{PRECISION}{}", precision.map_or(NONE, incident::Precision::name)),
        }
    }

    pub(super) fn of_comment(comment: &str) -> Option<Self> {
        if let Some(slot) = comment.strip_prefix(ELEMENT) {
            return slot.parse().ok().map(Self::Element);
        }
        match comment.strip_prefix(PRECISION) {
            Some(NONE) => return Some(Self::Precision(None)),
            Some(name) => return name.parse().ok().map(|precision| Self::Precision(Some(precision))),
            None => {}
        }
        match comment {
            "" => Some(Self::Plain),
            JSON => Some(Self::Json),
            _ => None,
        }
    }
}
