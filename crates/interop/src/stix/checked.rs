//! Objects that passed the check, and those that did not.

use record::json::{Json, Map};

use super::check::findings;
use super::code::Level;
use super::finding::Finding;
use crate::error::{At, RowError};
use crate::rejects::Rejects;
use crate::rows::RawRow;

/// An object of STIX 2.1 that breaks no rule of the standard. Only the check makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedObject {
    members: Map,
    advice: Vec<Finding>,
}

/// Something that stood where an object should, and is none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    content: Content,
    findings: Vec<Finding>,
}

/// What is in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// An object that can be mended member by member.
    Object(Map),
    /// Octets that could not be taken apart.
    Octets(Vec<u8>),
}

/// Checks an object.
///
/// # Errors
/// The object itself, with everything that is wrong with it.
pub fn check(members: Map) -> Result<CheckedObject, Quarantined> {
    let findings = findings(&members);
    if findings.iter().any(|finding| finding.level() == Level::Must) {
        return Err(Quarantined { content: Content::Object(members), findings });
    }
    Ok(CheckedObject { members, advice: findings })
}

impl CheckedObject {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.members.text("id").unwrap_or_default()
    }

    /// The type.
    #[must_use]
    pub fn object_type(&self) -> &str {
        self.members.text("type").unwrap_or_default()
    }

    /// What the standard recommends and this object does otherwise.
    #[must_use]
    pub fn advice(&self) -> &[Finding] {
        &self.advice
    }

    /// All properties in their order, unknown ones too.
    #[must_use]
    pub const fn as_map(&self) -> &Map {
        &self.members
    }

    /// All properties in their order.
    #[must_use]
    pub fn into_map(self) -> Map {
        self.members
    }

    /// Adds advice that follows from the objects around it.
    pub(super) fn advise(&mut self, finding: Finding) {
        self.advice.push(finding);
    }
}

impl Quarantined {
    pub(super) const fn octets(octets: Vec<u8>, findings: Vec<Finding>) -> Self {
        Self { content: Content::Octets(octets), findings }
    }

    /// Everything that was found, advice too.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The id, as far as there is one.
    #[must_use]
    pub fn id(&self) -> &str {
        self.object().and_then(|members| members.text("id")).unwrap_or_default()
    }

    /// The object, if it can be mended member by member; none if it can only be replaced.
    #[must_use]
    pub const fn object(&self) -> Option<&Map> {
        match &self.content {
            Content::Object(members) => Some(members),
            Content::Octets(_) => None,
        }
    }

    /// Changes some members and checks again: a member of the patch replaces, null takes away, and objects are changed member
    /// by member (RFC 7396).
    ///
    /// # Errors
    /// The object as it is after the patch, with what is still wrong.
    pub fn mend(self, patch: &Map) -> Result<CheckedObject, Self> {
        let mut members = match self.content {
            Content::Object(members) => members,
            Content::Octets(_) => Map::new(),
        };
        merge(&mut members, patch);
        check(members)
    }

    /// Takes another object in its place and checks it.
    ///
    /// # Errors
    /// The other object, with everything that is wrong with it.
    pub fn replace(self, members: Map) -> Result<CheckedObject, Self> {
        check(members)
    }

    /// Writes it into a file of rejected rows, which can be mended by hand and read again.
    pub(super) fn reject(&self, at: At, rejects: &mut Rejects) {
        let reasons = self.findings.iter().filter(|finding| finding.level() == Level::Must);
        let reason = reasons.map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let error = RowError { at, column: None, field: String::new(), reason };
        let raw = match &self.content {
            Content::Object(members) => RawRow { at, octets: &[], cells: Ok(members.clone()) },
            Content::Octets(octets) => RawRow { at, octets, cells: Err(error.clone()) },
        };
        rejects.push(&raw, &error);
    }
}

/// RFC 7396 section 2. A patch is parsed JSON, so how deep it nests is bounded.
fn merge(members: &mut Map, patch: &Map) {
    for (name, value) in patch.iter() {
        match value {
            Json::Null => drop(members.remove(name)),
            Json::Object(inside) => {
                let mut merged = members.get(name).and_then(Json::as_object).cloned().unwrap_or_default();
                merge(&mut merged, inside);
                members.set(name, merged);
            }
            Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => members.set(name, value.clone()),
        }
    }
}
