//! The record: a STIX object under one signature, shown whole, in part, or not yet.
//!
//! Three steps, each with its own type. A [`Draft`] is what its author wants to say. [`Draft::sign`] makes a
//! [`Signed<Record>`] with everything shown, and [`Signed::present`] one that shows less. A stranger's text becomes
//! [`Unverified`], and only [`Unverified::verify`] makes a [`Signed<Record>`] of it.

mod aside;
mod check;
mod draft;
mod present;
mod sign;
mod unite;
mod verify;

pub use aside::Aside;
pub use check::RecordError;
pub use draft::{Author, Draft};
pub use present::{PresentError, Selection};
pub use sign::SignError;
pub use unite::UniteError;
pub use verify::{Unverified, VerifyError};

use crate::digest::{Commitment, KeyRecordDigest, PartyId, RecordDigest};
use crate::json::Map;
use crate::kind::Kind;
use crate::path::Path;
use crate::sd_jwt::resolve::{DigestSet, Layout};
use crate::signed::Signed;

/// The hash that `_sd_alg` names: the only one of this version.
pub const SD_ALG: &str = "sha-256";

/// What a record shows. Properties that are withheld are absent, and how many they are is known only to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    issuer: PartyId,
    key_record: KeyRecordDigest,
    digest: RecordDigest,
    object: Map,
    aside: Aside,
    layout: Layout,
}

impl Record {
    /// The party that signed.
    #[must_use]
    pub const fn issuer(&self) -> PartyId {
        self.issuer
    }

    /// The key record that the issuer signed under.
    #[must_use]
    pub const fn key_record(&self) -> KeyRecordDigest {
        self.key_record
    }

    /// The record digest: the same whatever is shown.
    #[must_use]
    pub const fn digest(&self) -> RecordDigest {
        self.digest
    }

    /// The shown properties of the STIX object, in their author's order.
    #[must_use]
    pub const fn object(&self) -> &Map {
        &self.object
    }

    /// What is shown of the extension of the record's own kind.
    #[must_use]
    pub fn extension(&self) -> Option<&Map> {
        let id = Kind::of(self.object.text("type")?)?.extension?;
        self.object.get("extensions")?.as_object()?.get(id)?.as_object()
    }

    /// What is shown of the things beside the object.
    #[must_use]
    pub const fn aside(&self) -> &Aside {
        &self.aside
    }

    /// The place of every disclosure that came with the record, in the envelope's order.
    #[must_use]
    pub fn places(&self) -> &[Path] {
        &self.layout.places
    }

    /// Every group of digests that can be seen, with how many of them are shown.
    #[must_use]
    pub fn digest_sets(&self) -> &[DigestSet] {
        &self.layout.sets
    }

    /// The identity that made the object, if another than the signer: then the signer relays it.
    ///
    /// `None` also while `created_by_ref` is withheld.
    #[must_use]
    pub fn relayed_for(&self) -> Option<&str> {
        self.object.text("created_by_ref").filter(|author| *author != self.issuer.identity())
    }
}

impl Signed<Record> {
    /// The record digest.
    #[must_use]
    pub const fn digest(&self) -> RecordDigest {
        self.content().digest
    }

    /// The leaf that commits to this record and its signatures under a fresh random salt.
    #[must_use]
    pub fn commitment(&self, salt: &[u8; 32]) -> Commitment {
        self.commit(salt, self.content().digest)
    }
}
