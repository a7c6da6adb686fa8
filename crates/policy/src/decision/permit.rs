//! What a decision is.

use record::digest::{AgreementDigest, PartyId, RecordDigest, sha256};
use record::json::{self, Json, Map};
use record::label::Marks;
use record::path::Path;

use super::approval::Binding;
use super::exposure::Movement;
use super::reason::Reason;
use crate::agreement::{ClauseId, Obligations};
use crate::vocabulary::Purpose;

/// A place that stays behind, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// The place.
    pub path: Path,
    /// Why: at least one reason.
    pub reasons: Vec<Reason>,
}

impl Dropped {
    pub(super) const fn new(path: Path, reasons: Vec<Reason>) -> Self {
        Self { path, reasons }
    }
}

/// What may go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permit {
    /// The record.
    pub record: RecordDigest,
    /// The agreement.
    pub agreement: AgreementDigest,
    /// The clause.
    pub clause: ClauseId,
    /// Who receives it.
    pub recipients: Vec<PartyId>,
    /// What for.
    pub purpose: Purpose,
    /// The places that go along. None at all is a sealed release.
    pub shown: Vec<Path>,
    /// The places that do not.
    pub dropped: Vec<Dropped>,
    /// The marks of what goes.
    pub marks: Marks,
    /// What is owed.
    pub obligations: Obligations,
    /// Persons beside the proposer who must have approved.
    pub approvals_needed: u8,
    /// Labels of the record as they were.
    pub labels_digest: [u8; 32],
    /// Policies as they were.
    pub policies_digest: [u8; 32],
}

impl Permit {
    /// What an approval binds to: anything else approved is something else.
    #[must_use]
    pub fn binding(&self) -> Binding {
        let list = |items: Vec<String>| Json::Array(items.into_iter().map(Json::text).collect());
        let digest = |octets: &[u8; 32]| record::base64url::encode(octets);
        let map = Map::new()
            .with("agreement", self.agreement.to_string())
            .with("clause", self.clause.as_str())
            .with("fields", list(self.shown.iter().map(ToString::to_string).collect()))
            .with("labels", digest(&self.labels_digest))
            .with("policies", digest(&self.policies_digest))
            .with("purpose", self.purpose.name())
            .with("recipients", list(self.recipients.iter().map(ToString::to_string).collect()))
            .with("record", self.record.to_string());
        let octets = json::canonical(&Json::from(map)).unwrap_or_default();
        Binding::from_octets(sha256(&[b"detente/approval/v1\0", &octets]))
    }
}

/// What may not go, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// Why: at least one reason.
    pub reasons: Vec<Reason>,
    /// What would go if the reasons were gone that a person of this node can remove: approvals, or a budget of next month.
    pub would_be: Option<Box<Permit>>,
}

/// One or the other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a release is permitted or refused")]
pub enum Outcome {
    /// It may go.
    Permitted(Box<Permit>),
    /// It stays.
    Refused(Refusal),
}

/// A decision with what it would move.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// Whether it may go.
    pub outcome: Outcome,
    /// The counters that publishing moves.
    pub movements: Vec<Movement>,
}

impl Decision {
    pub(super) fn refused(reasons: Vec<Reason>) -> Self {
        Self { outcome: Outcome::Refused(Refusal { reasons, would_be: None }), movements: Vec::new() }
    }

    /// What may go, if it may.
    #[must_use]
    pub fn permit(&self) -> Option<&Permit> {
        match &self.outcome {
            Outcome::Permitted(permit) => Some(permit),
            Outcome::Refused(_) => None,
        }
    }

    /// What goes, or would go once approved.
    #[must_use]
    pub fn proposal(&self) -> Option<&Permit> {
        match &self.outcome {
            Outcome::Permitted(permit) => Some(permit),
            Outcome::Refused(refusal) => refusal.would_be.as_deref(),
        }
    }

    /// Why it stays; empty if it may go.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match &self.outcome {
            Outcome::Permitted(_) => &[],
            Outcome::Refused(refusal) => &refusal.reasons,
        }
    }
}
