//! In whose name an event is written, and for whom.

use record::json::{Json, Map};
use uuid::Uuid;

use super::event::{Distribution, Organisation};
use crate::error::FieldError;

/// A sharing group of MISP: never empty, since a MISP once took an empty one for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingGroup {
    uuid: Uuid,
    name: String,
    members: Vec<Organisation>,
}

/// A sharing group without members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sharing group needs an organisation at least; an empty one is nobody, and some take it for everybody")]
#[non_exhaustive]
pub struct NoOrganisation;

impl SharingGroup {
    /// A group.
    ///
    /// # Errors
    /// [`NoOrganisation`] without members.
    pub fn new(uuid: Uuid, name: &str, members: Vec<Organisation>) -> Result<Self, NoOrganisation> {
        if members.is_empty() { Err(NoOrganisation) } else { Ok(Self { uuid, name: name.to_owned(), members }) }
    }

    fn to_map(&self) -> Map {
        let member = |one: &Organisation| {
            let organisation = Map::new().with("name", one.name.as_str());
            let uuid = one.uuid.map_or(Json::Null, |uuid| Json::text(uuid.to_string()));
            let member = Map::new().with("extend", Json::Bool(false));
            Json::Object(member.with("Organisation", organisation.with("uuid", uuid)))
        };
        Map::new()
            .with("uuid", self.uuid.to_string())
            .with("name", self.name.as_str())
            .with("roaming", Json::Bool(false))
            .with("SharingGroupOrg", Json::Array(self.members.iter().map(member).collect()))
            .with("SharingGroupServer", Json::Array(Vec::new()))
    }
}

/// Whom the receiving MISP may show it to. Only these two: the others would have others decide.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "nothing wider may leave")]
pub enum Audience {
    /// The organisation that takes it in, and nobody else.
    OwnOrganisation,
    /// The members of a group.
    Group(SharingGroup),
}

impl Audience {
    pub(super) const fn distribution(&self) -> Distribution {
        match self {
            Self::OwnOrganisation => Distribution::Organisation,
            Self::Group(_) => Distribution::SharingGroup,
        }
    }

    pub(super) fn sharing_group(&self) -> Option<Map> {
        match self {
            Self::OwnOrganisation => None,
            Self::Group(group) => Some(group.to_map()),
        }
    }
}

/// In whose name an event is written, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sender {
    /// Who made the incident.
    pub creator: Organisation,
    /// For whom the event is.
    pub audience: Audience,
}

impl Sender {
    /// A party, by its STIX identity. Its organisation has the UUID that the identity has in a bundle: ours is of version 8, which
    /// MISP refuses as validators of STIX do.
    ///
    /// # Errors
    /// [`FieldError`] if the identity is none.
    pub fn new(identity: &str, name: &str, audience: Audience) -> Result<Self, FieldError> {
        let known = crate::export::known_version(identity);
        let uuid = known.split_once("--").and_then(|(_, uuid)| Uuid::parse_str(uuid).ok());
        let uuid = uuid.ok_or_else(|| FieldError::new("created_by_ref", "is no STIX identity"))?;
        Ok(Self { creator: Organisation::new(uuid, name), audience })
    }
}
