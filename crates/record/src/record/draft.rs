//! What an author wants to say, and who the author is.

use super::RecordError;
use crate::digest::{KeyRecordDigest, PartyId, RecordDigest};
use crate::json::{Json, Map};
use crate::kind::{self, Kind};
use crate::limits::{MAX_DIGESTS, MAX_SAFE_INTEGER};
use crate::stix::StixObject;
use crate::suite::PrivateKey;

/// The party that signs, with the private keys that its key record requires for records.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Author<'k> {
    /// The party.
    pub party: PartyId,
    /// The key record in force.
    pub key_record: KeyRecordDigest,
    /// One key for each required suite.
    pub keys: &'k [&'k PrivateKey],
}

impl<'k> Author<'k> {
    /// A party with its keys.
    #[must_use]
    pub const fn new(party: PartyId, key_record: KeyRecordDigest, keys: &'k [&'k PrivateKey]) -> Self {
        Self { party, key_record, keys }
    }
}

/// A record before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub(super) object: Map,
    pub(super) version: i64,
    pub(super) previous: Option<RecordDigest>,
    pub(super) members: Vec<Map>,
}

impl Draft {
    /// The first version of an object.
    #[must_use]
    pub fn new(object: StixObject) -> Self {
        Self { object: object.into_map(), version: 1, previous: None, members: Vec::new() }
    }

    /// A later version, with the digest of the one before it.
    ///
    /// # Errors
    /// [`RecordError::BadAside`] if `version` is below 2, since the first version has no predecessor, or beyond 2^53 - 1.
    pub fn after(object: StixObject, version: i64, previous: RecordDigest) -> Result<Self, RecordError> {
        if !(2..=MAX_SAFE_INTEGER).contains(&version) {
            return Err(RecordError::BadAside { name: "version" });
        }
        Ok(Self { version, previous: Some(previous), ..Self::new(object) })
    }

    /// The same with members, each of which discloses as a whole: a batch.
    ///
    /// # Errors
    /// [`RecordError::TooManyMembers`] beyond [`MAX_DIGESTS`], and [`RecordError::RepeatedMember`].
    pub fn with_members(mut self, members: Vec<StixObject>) -> Result<Self, RecordError> {
        if members.len() > MAX_DIGESTS {
            return Err(RecordError::TooManyMembers { count: members.len() });
        }
        let mut ids: Vec<_> = members.iter().map(|member| member.id().to_string()).collect();
        ids.sort_unstable();
        if let Some([id, _]) = ids.array_windows().find(|[one, next]| one == next) {
            return Err(RecordError::RepeatedMember { id: id.clone() });
        }
        self.members = members.into_iter().map(StixObject::into_map).collect();
        Ok(self)
    }

    /// The object that will be signed.
    #[must_use]
    pub const fn object(&self) -> &Map {
        &self.object
    }

    /// The kind's table, if the object's type has one.
    #[must_use]
    pub fn kind(&self) -> Option<&'static Kind> {
        self.object.text("type").and_then(Kind::of)
    }

    /// The coarse twins that the kind declares and the object has originals for, in the table's order.
    #[must_use]
    pub fn twins(&self) -> Map {
        let declared = self.kind().into_iter().flat_map(|kind| kind.twins.iter().map(move |twin| (kind, twin)));
        let present = declared.filter_map(|(kind, twin)| {
            let original = kind::original(kind, twin, &self.object)?;
            Some((twin.name, twin.rule.apply(original)?))
        });
        present.collect()
    }

    /// The identity that stands in `created_by_ref`, which is set to the signer's own where there is none.
    pub(super) fn attribute_to(&mut self, party: &PartyId) {
        if !self.object.contains("created_by_ref") && self.object.contains("created") {
            self.object.set("created_by_ref", Json::text(party.identity()));
        }
    }
}
