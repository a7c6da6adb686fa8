//! What is signed beside the object: version, predecessor, coarse twins, members of a batch.

use super::RecordError;
use crate::digest::RecordDigest;
use crate::json::{Json, Map};
use crate::kind;
use crate::stix::{self, StixId};

/// The shown claims beside the object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aside {
    pub(super) version: Option<i64>,
    pub(super) previous: Option<RecordDigest>,
    pub(super) twins: Map,
    pub(super) members: Vec<Map>,
    pub(super) unknown: Map,
}

impl Aside {
    /// Which version of its object this record is, from 1.
    #[must_use]
    pub const fn version(&self) -> Option<i64> {
        self.version
    }

    /// The digest of the version before.
    #[must_use]
    pub const fn previous(&self) -> Option<RecordDigest> {
        self.previous
    }

    /// The shown coarse twins by name. Where the original is shown too, they agree.
    #[must_use]
    pub const fn twins(&self) -> &Map {
        &self.twins
    }

    /// The shown members of a batch, each a whole STIX object.
    #[must_use]
    pub fn members(&self) -> &[Map] {
        &self.members
    }

    /// The member with this id: a member is addressed as (record digest, member id).
    #[must_use]
    pub fn member(&self, id: &StixId) -> Option<&Map> {
        self.members.iter().find(|member| member.text("id") == Some(id.as_str()))
    }

    /// Claims that this build does not know, kept as they came: a later one may declare more twins. Nothing checks them.
    #[must_use]
    pub const fn unknown(&self) -> &Map {
        &self.unknown
    }

    /// Reads the resolved claims.
    pub(super) fn read(claims: Map) -> Result<Self, RecordError> {
        let mut aside = Self::default();
        for (name, value) in claims {
            match name.as_str() {
                "version" => aside.version = Some(version(&value)?),
                "previous" => aside.previous = Some(previous(&value)?),
                "members" => aside.members = members(value)?,
                _ if kind::twin(&name).is_some() => aside.twins.set(name, value),
                _ => aside.unknown.set(name, value),
            }
        }
        aside.check_order()?;
        Ok(aside)
    }

    /// The first version has no predecessor. A later one may withhold its own.
    fn check_order(&self) -> Result<(), RecordError> {
        match (self.version, self.previous) {
            (Some(1), Some(_)) => Err(RecordError::FirstVersionHasPrevious),
            _ => Ok(()),
        }
    }
}

fn version(value: &Json) -> Result<i64, RecordError> {
    value.as_integer().filter(|version| *version >= 1).ok_or(RecordError::BadAside { name: "version" })
}

fn previous(value: &Json) -> Result<RecordDigest, RecordError> {
    let digest = value.as_str().and_then(|text| text.parse().ok());
    digest.ok_or(RecordError::BadAside { name: "previous" })
}

fn members(value: Json) -> Result<Vec<Map>, RecordError> {
    let Json::Array(elements) = value else { return Err(RecordError::BadAside { name: "members" }) };
    let mut members: Vec<Map> = Vec::with_capacity(elements.len());
    for element in elements {
        let Json::Object(member) = element else { return Err(RecordError::BadAside { name: "members" }) };
        let object = stix::StixObject::from_map(member)?;
        if members.iter().any(|earlier| earlier.text("id") == Some(object.id().as_str())) {
            return Err(RecordError::RepeatedMember { id: object.id().to_string() });
        }
        members.push(object.into_map());
    }
    Ok(members)
}
