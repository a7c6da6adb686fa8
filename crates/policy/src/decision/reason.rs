//! Why something stays at home.

use record::digest::AgreementDigest;

use crate::agreement::ClauseId;

/// One reason, as a value. What it means in words is for [`crate::explain`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Nobody has labelled it, or its markings are not known here.
    Unlabelled,
    /// The label's audience does not hold the recipient. An empty audience holds nobody.
    NotInAudience,
    /// A tag that no policy knows.
    UnknownTag {
        /// The tag.
        tag: String,
    },
    /// A floor of this node.
    Floor {
        /// Its name.
        floor: String,
    },
    /// A clause that forbids.
    ForbiddenBy {
        /// The agreement it stands in, which may be another than the one asked for.
        agreement: AgreementDigest,
        /// The clause.
        clause: ClauseId,
    },
    /// No clause of the agreement permits it.
    NoClause,
    /// The clause permits it, but not for this purpose.
    Purpose {
        /// The clause.
        clause: ClauseId,
    },
    /// More persons must approve.
    Approvals {
        /// The clause that asks for them.
        clause: ClauseId,
        /// How many it asks for.
        needed: u8,
        /// How many count.
        have: u8,
    },
    /// Whoever proposed it cannot approve it.
    ProposerApproves,
    /// An approval was given for something else: record, fields, recipients, labels, clause or policies are not what they were.
    ApprovalMismatch,
    /// An approval was given too long ago, or is dated too far ahead.
    ApprovalExpired,
    /// The budget of this category is used up for one of the recipients.
    OverBudget {
        /// The clause that sets it.
        clause: ClauseId,
        /// What is counted.
        category: String,
        /// Where the counter stands.
        stands: i64,
        /// The most at which it may stand.
        at_most: i64,
    },
    /// A counter cannot be counted on.
    CounterOverflow {
        /// What is counted.
        category: String,
    },
    /// The agreement is not known here, or not signed by all.
    NotInForce,
    /// The agreement begins later.
    NotYet,
    /// The agreement has ended.
    Expired,
    /// A party has suspended it.
    Suspended,
    /// This node is no party of it.
    NotAParty,
    /// The clause named does not exist, or does not run from here to all others.
    NoSuchClause,
    /// The clause does not show it.
    DroppedByClause {
        /// The clause.
        clause: ClauseId,
    },
    /// The clause shows the coarse twin instead.
    TwinInstead {
        /// The clause.
        clause: ClauseId,
    },
    /// The clause would show the coarse twin, and the author signed none.
    TwinMissing {
        /// The clause.
        clause: ClauseId,
    },
    /// The proposer keeps it back.
    KeptBack,
    /// Version and predecessor go along only where that version is in the same feed.
    History,
    /// Nothing beside the core would be left.
    NothingLeft,
    /// The entry of the feed, which names every place that goes, would be longer than an entry may be.
    EntryTooLong {
        /// How many octets it could have.
        bytes: usize,
    },
    /// An agreement with a recipient may be in force, and this build cannot read what it forbids.
    UnreadAgreement {
        /// The agreement.
        agreement: AgreementDigest,
    },
    /// A policy failed while it was evaluated. That is never skipped.
    PolicyFailed,
}

impl Reason {
    /// A short word that never changes: what worked examples, receipts and programs compare.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Unlabelled => "unlabelled".to_owned(),
            Self::NotInAudience => "not-in-audience".to_owned(),
            Self::UnknownTag { .. } => "unknown-tag".to_owned(),
            Self::Floor { floor } => format!("floor:{floor}"),
            Self::ForbiddenBy { clause, .. } => format!("forbidden-by:{clause}"),
            Self::NoClause => "no-clause".to_owned(),
            Self::Purpose { .. } => "purpose".to_owned(),
            Self::Approvals { .. } => "approvals".to_owned(),
            Self::ProposerApproves => "proposer-approves".to_owned(),
            Self::ApprovalMismatch => "approval-mismatch".to_owned(),
            Self::ApprovalExpired => "approval-expired".to_owned(),
            Self::OverBudget { .. } => "over-budget".to_owned(),
            Self::CounterOverflow { .. } => "counter-overflow".to_owned(),
            Self::NotInForce => "not-in-force".to_owned(),
            Self::NotYet => "not-yet".to_owned(),
            Self::Expired => "expired".to_owned(),
            Self::Suspended => "suspended".to_owned(),
            Self::NotAParty => "not-a-party".to_owned(),
            Self::NoSuchClause => "no-such-clause".to_owned(),
            Self::DroppedByClause { clause } => format!("dropped-by:{clause}"),
            Self::TwinInstead { clause } => format!("twin-instead:{clause}"),
            Self::TwinMissing { clause } => format!("twin-missing:{clause}"),
            Self::KeptBack => "kept-back".to_owned(),
            Self::History => "history".to_owned(),
            Self::NothingLeft => "nothing-left".to_owned(),
            Self::EntryTooLong { .. } => "entry-too-long".to_owned(),
            Self::UnreadAgreement { .. } => "unread-agreement".to_owned(),
            Self::PolicyFailed => "policy-failed".to_owned(),
        }
    }
}
