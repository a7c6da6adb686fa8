//! `detente duties form`: reports for authorities, filled from what is known, and what was filed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use policy::explain::Language;
use record::digest::RecordDigest;

use super::NodeArguments;

/// What can be done with forms of reports.
#[derive(Debug, Subcommand)]
pub(crate) enum FormCommand {
    /// List the forms, what each was made from, and the stages that each was made for
    List(FormListArguments),
    /// Fill a form for a stage of a duty, as a draft: nothing is signed or logged
    ///
    /// The content comes from the incident, from the facts that are known and from the answer about the duty; what nothing says is
    /// listed with the question that would settle it, and never made up. --write adds what only a person can say.
    Fill(FormFillArguments),
    /// File a report: freeze it, sign it and log it, and stop the clock of its stage
    ///
    /// Without --yes it says what would be frozen. A report in which something is missing that has to be said is refused, unless
    /// --incomplete says why it goes out all the same. It is kept by this node; sending it to the authority remains yours to do.
    File(FormFileArguments),
    /// Show a report as it was filed, octet for octet
    Show(FormShowArguments),
    /// List what was filed about an incident
    Filings(FormFilingsArguments),
    /// Erase the words of a filing; that something was filed, and when, stays
    ///
    /// Without --yes it says what would go and what stays. This cannot be undone.
    Erase(FormEraseArguments),
}

#[derive(Debug, Args)]
pub(crate) struct FormListArguments {
    /// Only those that fit a stage, the closest first: PACK/DUTY/STAGE
    #[arg(long = "for", value_name = "STAGE")]
    pub(crate) stage: Option<String>,
    /// Name every field: what it asks, where its content comes from, and when it has to be filled
    #[arg(long)]
    pub(crate) fields: bool,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FilingFormat {
    /// A page for reading and printing
    Html,
    /// Data, with where each thing comes from
    Json,
    /// Printed by a Chromium of this machine; at the machine alone
    Pdf,
}

/// Which report, and what goes into it.
#[derive(Debug, Args)]
pub(crate) struct FilledArguments {
    /// The incident's id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The stage of a duty: PACK/DUTY/STAGE, as `duties check --json` and `duties show` name them
    #[arg(value_name = "STAGE")]
    pub(crate) stage: String,
    /// The form, or at the machine a file of one; if not given, the one that was made for the stage
    #[arg(long, value_name = "FORM")]
    pub(crate) form: Option<String>,
    /// The language of the report: en or zh-Hans; if not given, the one that the duty wants
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<Language>,
    /// Nothing more will follow: what may wait until the last report has to be said now
    #[arg(long)]
    pub(crate) last: bool,
    /// What only a person can say, such as contact="A. Officer, +31 0 000"; may be given many times
    #[arg(long = "write", value_name = "FIELD=TEXT")]
    pub(crate) write: Vec<String>,
    /// A file of the same: {"contact": "A. Officer, +31 0 000"}; what --write says counts before it
    #[arg(long, value_name = "FILE")]
    pub(crate) written: Option<PathBuf>,
    /// A file of facts that count before what is kept: {"harm.deaths": 1}
    #[arg(long, value_name = "FILE")]
    pub(crate) facts: Option<PathBuf>,
}

/// Where a report is written.
#[derive(Debug, Args)]
pub(crate) struct FilingOutArguments {
    /// Write it here; how, follows from the name: FILE.html, FILE.json, FILE.pdf
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How it is written, whatever the file is called
    #[arg(long = "as", value_name = "FORMAT", requires = "out")]
    pub(crate) format: Option<FilingFormat>,
}

#[derive(Debug, Args)]
pub(crate) struct FormFillArguments {
    #[command(flatten)]
    pub(crate) filled: FilledArguments,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) out: FilingOutArguments,
}

#[derive(Debug, Args)]
pub(crate) struct FormFileArguments {
    #[command(flatten)]
    pub(crate) filled: FilledArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
    #[command(flatten)]
    pub(crate) out: FilingOutArguments,
    /// Who files it
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why it goes out although something is missing that has to be said; it stands in the report
    #[arg(long, value_name = "REASON")]
    pub(crate) incomplete: Option<String>,
    /// Sign and log it; without this only say what would be frozen
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FormShowArguments {
    /// The digest of the filing
    #[arg(value_name = "FILING", allow_hyphen_values = true)]
    pub(crate) filing: RecordDigest,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) out: FilingOutArguments,
}

#[derive(Debug, Args)]
pub(crate) struct FormFilingsArguments {
    /// The incident's id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct FormEraseArguments {
    /// The digest of the filing
    #[arg(value_name = "FILING", allow_hyphen_values = true)]
    pub(crate) filing: RecordDigest,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
    /// Why; this is logged in a record that says which entry was erased
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Do it; without this only say what would be erased
    #[arg(long)]
    pub(crate) yes: bool,
}
