//! `detente release`: what can be asked about releases.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use policy::agreement::ClauseId;
use policy::explain::Language;
use policy::feed::RecallReason;
use policy::vocabulary::Purpose;
use record::digest::{AgreementDigest, RecordDigest};

use super::{NodeArguments, SendingArguments};

/// What can be done with releases.
#[derive(Debug, Subcommand)]
pub(crate) enum ReleaseCommand {
    /// Who could receive this, with which fields, and why not the rest?
    ///
    /// Tries every agreement in force and every clause that permits. Nothing is moved or logged.
    WhatIf(WhatIfArguments),
    /// Propose a release: decide, and log the decision with its private receipt
    Propose(ProposeArguments),
    /// Approve a proposal as a second person
    ///
    /// The approval binds to exactly this record, these fields, labels, recipients, clause and policies. If one of them
    /// changes, it does not count.
    Approve(ApproveArguments),
    /// Publish a proposal into the feed of its agreement
    ///
    /// It is decided anew; entry, receipt and counters are committed together, or nothing is.
    Publish(PublishArguments),
    /// Announce a record that is too big for an urgent frame, in a small record of its own
    ///
    /// The alert names the record's digest, how urgent it is, and why. It is signed, logged, labelled and proposed under an
    /// agreement like every record; the record itself is released by itself. If the clause asks for no second person, `--yes`
    /// sends it at once, in an urgent frame.
    Alert(AlertArguments),
    /// List proposals and what became of them
    List(ReleaseListArguments),
    /// Explain a decision from its private receipt, and decide again to see that it comes out the same
    Explain(ExplainArguments),
    /// Take a release back: its recipients are asked to delete it
    Recall(RecallArguments),
}

#[derive(Debug, Args)]
pub(crate) struct WhatIfArguments {
    /// The record: a file, or the digest of one that the log holds
    #[arg(value_name = "RECORD", allow_hyphen_values = true)]
    pub(crate) record: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Only under this agreement
    #[arg(long, value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: Option<AgreementDigest>,
    /// For this purpose; else each clause is tried with the first of its own
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Option<Purpose>,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct ProposeArguments {
    /// The record: a file, or the digest of one that the log holds
    #[arg(value_name = "RECORD", allow_hyphen_values = true)]
    pub(crate) record: String,
    /// The agreement: all its other parties would receive it
    #[arg(long, value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: AgreementDigest,
    /// The clause; the first that permits, if not given
    #[arg(long, value_name = "CLAUSE")]
    pub(crate) clause: Option<ClauseId>,
    /// What the recipients want it for
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Purpose,
    /// A place to keep back, whatever the clause shows; may be given many times
    #[arg(long, value_name = "PLACE")]
    pub(crate) hide: Vec<String>,
    /// Who proposes
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ApproveArguments {
    /// The proposal, as `detente release list` shows it
    #[arg(value_name = "PROPOSAL", allow_hyphen_values = true)]
    pub(crate) proposal: RecordDigest,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Do it; without this, only show what would go
    #[arg(long)]
    pub(crate) yes: bool,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct PublishArguments {
    /// The proposal, as `detente release list` shows it
    #[arg(value_name = "PROPOSAL", allow_hyphen_values = true)]
    pub(crate) proposal: RecordDigest,
    /// Send it ahead of its proof, in a frame that the slowest line brings in seconds. It waits for nothing that another
    /// release would wait for: only the way to the recipients is shorter
    #[arg(long)]
    pub(crate) urgent: bool,
    /// Of a relayed record: the proof that its author logged it
    #[arg(long, value_name = "FILE", requires = "quorum")]
    pub(crate) author_proof: Option<PathBuf>,
    /// Of a relayed record: the policy file that names the witnesses whom this node believes (C2SP tlog-policy)
    #[arg(long, value_name = "FILE")]
    pub(crate) quorum: Option<PathBuf>,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AlertArguments {
    /// The record that is announced: a file, or the digest of one that the log holds
    #[arg(value_name = "RECORD", allow_hyphen_values = true)]
    pub(crate) record: String,
    /// How soon somebody must look
    #[arg(long, value_enum)]
    pub(crate) urgency: Urgency,
    /// Why, in a language and few words, such as en="weights are leaking"; may be given once for each language
    #[arg(long = "reason", value_name = "LANGUAGE=TEXT")]
    pub(crate) reasons: Vec<String>,
    #[command(flatten)]
    pub(crate) sending: SendingArguments,
}

/// How soon somebody must look at what is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Urgency {
    /// Within minutes
    Minutes,
    /// Within hours
    Hours,
    /// Within days
    Days,
}

impl Urgency {
    /// The word in a record.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ReleaseListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The proposal, or the digest of another private receipt of a decision
    #[arg(value_name = "RECEIPT", allow_hyphen_values = true)]
    pub(crate) receipt: RecordDigest,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct RecallArguments {
    /// The proposal that was published
    #[arg(value_name = "PROPOSAL", allow_hyphen_values = true)]
    pub(crate) proposal: RecordDigest,
    /// Why: error, legal, over-shared, source-withdrew or superseded
    #[arg(long, value_name = "REASON")]
    pub(crate) reason: RecallReason,
    /// Who takes it back
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Do it; without this, only say what would change
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}
