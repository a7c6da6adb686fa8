//! The decision: may this leave, to these parties, with which fields, and why not the rest.
//!
//! Labels of each field, floors, clauses in force; then the transform; then the labels of what is left, and all of it again.
//! What comes out is a value with its reasons. It says nothing about whether anything left: that is for
//! [`crate::released`].

mod approval;
mod cache;
mod decide;
mod engine;
mod exposure;
mod judge;
mod permit;
mod reason;
mod received;
mod subject;

pub use approval::{APPROVAL_LASTS_MICROS, Approval, Binding};
pub use cache::Cache;
pub use engine::{Active, Engine};
pub use exposure::{Exposure, Movement, counter_name};
pub use permit::{Decision, Dropped, Outcome, Permit, Refusal};
pub use reason::Reason;
pub use received::{Exceeded, ReceivedExposure};
pub use subject::{Field, FieldRole, Subject};
pub(crate) use subject::{fields_json, marks_json, marks_of, role};

use std::collections::BTreeSet;

use record::digest::AgreementDigest;
use record::path::Path;
use record::time::Timestamp;

use crate::agreement::ClauseId;
use crate::vocabulary::Purpose;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ask {
    /// Under which agreement, and so to whom: to all of its other parties.
    pub agreement: AgreementDigest,
    /// Under which clause; the first that permits, if none is named.
    pub clause: Option<ClauseId>,
    /// What the recipients want it for.
    pub purpose: Purpose,
    /// Places that the proposer keeps back, whatever the clause would show.
    pub hide: BTreeSet<Path>,
    /// Who proposed it.
    pub proposer: String,
    /// Who approved it since.
    pub approvals: Vec<Approval>,
    /// When.
    pub time: Timestamp,
}

impl Ask {
    /// A release of all that a clause shows, that nobody has approved yet.
    #[must_use]
    pub fn new(agreement: AgreementDigest, purpose: Purpose, proposer: &str, time: Timestamp) -> Self {
        let (hide, approvals) = (BTreeSet::new(), Vec::new());
        Self { agreement, clause: None, purpose, hide, proposer: proposer.to_owned(), approvals, time }
    }

    /// The same at another time.
    #[must_use]
    pub fn at(self, time: Timestamp) -> Self {
        Self { time, ..self }
    }

    /// The same under one clause only.
    #[must_use]
    pub fn under(self, clause: ClauseId) -> Self {
        Self { clause: Some(clause), ..self }
    }

    /// The same without these places.
    #[must_use]
    pub fn hiding(self, hide: impl IntoIterator<Item = Path>) -> Self {
        Self { hide: hide.into_iter().collect(), ..self }
    }

    /// The same with approvals.
    #[must_use]
    pub fn approved(self, approvals: impl IntoIterator<Item = Approval>) -> Self {
        Self { approvals: approvals.into_iter().collect(), ..self }
    }
}
