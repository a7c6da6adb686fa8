//! Receipts: what was decided, on which facts, under which policies.
//!
//! The private receipt stays at home. It holds all that the decision looked at, so that whoever has the agreements and floors
//! of that day can decide again and must come to the same octets. The public one goes along with the release and names the
//! private one's digest, so that its holder can later be held to it.

mod read;
mod write;

pub use read::{Opened, ReplayError, open, replay};

use record::digest::{AgreementDigest, sha256};
use record::json::{self, Json, Map};
use record::path::Path;
use record::time::Timestamp;

use crate::agreement::ClauseId;
use crate::decision::{Ask, Decision, Engine, Exposure, Permit, Subject};

/// Octets of the salt before a private receipt: without it nobody can test a guess against its digest.
pub const SALT_BYTES: usize = 32;

/// A private receipt as it is stored: salt, then JCS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateReceipt {
    digest: [u8; 32],
    body: Vec<u8>,
}

impl PrivateReceipt {
    /// Writes down a decision with everything that it looked at.
    #[must_use]
    pub fn of(
        (engine, subject, ask, exposure): (&Engine, &Subject, &Ask, &Exposure),
        decision: &Decision,
        salt: &[u8; SALT_BYTES],
    ) -> Self {
        Self::from_text(salt, &write::text(engine, subject, ask, exposure, decision))
    }

    /// Writes down an act that is no decision: an approval, a publication, a recall.
    #[must_use]
    pub fn of_act(act: Map, salt: &[u8; SALT_BYTES]) -> Self {
        // Text and whole numbers of the profile can always be written.
        let text = json::canonical(&Json::from(act)).unwrap_or_default();
        Self::from_text(salt, &text)
    }

    fn from_text(salt: &[u8; SALT_BYTES], text: &[u8]) -> Self {
        let digest = sha256(&[b"detente/receipt/v1\0", salt, text]);
        Self { digest, body: [salt.as_slice(), text].concat() }
    }

    /// What the public receipt says of it: SHA-256("detente/receipt/v1\0" || salt || JCS).
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Salt and text.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// What goes along with a release.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicReceipt {
    /// The agreement.
    pub agreement: AgreementDigest,
    /// The clause.
    pub clause: ClauseId,
    /// The places shown.
    pub fields: Vec<Path>,
    /// When it was decided.
    pub time: Timestamp,
    /// The digest of the private receipt.
    pub private: [u8; 32],
}

impl PublicReceipt {
    /// The receipt of what a decision permitted at a time, beside this private one.
    pub(crate) fn of(permit: &Permit, time: Timestamp, private: [u8; 32]) -> Self {
        let (agreement, clause, fields) = (permit.agreement, permit.clause.clone(), permit.shown.clone());
        Self { agreement, clause, fields, time, private }
    }

    /// As feed entries hold it.
    #[must_use]
    pub fn to_map(&self) -> Map {
        let fields = self.fields.iter().map(|path| Json::text(path.as_str())).collect();
        Map::new()
            .with("agreement", self.agreement.to_string())
            .with("clause", self.clause.as_str())
            .with("fields", Json::Array(fields))
            .with("receipt", record::base64url::encode(&self.private))
            .with("time", self.time.to_string())
    }

    /// Reads what [`Self::to_map`] wrote. None if a member is missing, of a wrong form, or one too many.
    #[must_use]
    pub fn from_map(map: &Map) -> Option<Self> {
        let fields = map.get("fields")?.as_array()?;
        let fields: Option<Vec<Path>> = fields.iter().map(|path| path.as_str()?.parse().ok()).collect();
        let receipt = Self {
            agreement: map.text("agreement")?.parse().ok()?,
            clause: map.text("clause")?.parse().ok()?,
            fields: fields?,
            time: map.text("time")?.parse().ok()?,
            private: record::base64url::decode_exactly(map.text("receipt")?).ok()?,
        };
        (map.len() == 5).then_some(receipt)
    }
}
