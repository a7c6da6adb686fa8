//! `detente agreement`: what can be asked about agreements.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use policy::explain::Language;
use record::digest::AgreementDigest;
use record::label::{Tag, Tlp};
use record::time::Timestamp;

use super::{MarksArguments, NodeArguments};

/// What can be done with agreements.
#[derive(Debug, Subcommand)]
pub(crate) enum AgreementCommand {
    /// Write a draft from one of the templates, in English and Chinese
    ///
    /// The draft is a JSON file that you may edit before you propose it. Nothing is sent or logged.
    Draft(AgreementDraftArguments),
    /// Print an agreement's clauses, what each shows and asks, and what the languages disagree about
    Show(AgreementShowArguments),
    /// Compare two texts, by clause and word, and say what would newly flow
    Diff(AgreementDiffArguments),
    /// Try an agreement's worked examples on this node
    Examples(AgreementExamplesArguments),
    /// Put a text forward: an offer, or with --answers a counter-offer
    ///
    /// The text passes this node's floors like a record, so it needs marks. The signed message is logged and written to a
    /// file for the other parties.
    Propose(AgreementProposeArguments),
    /// Take in messages from other parties
    Take(AgreementTakeArguments),
    /// Accept, verify and sign a text
    ///
    /// Its worked examples are tried on this node first, and its languages compared with the text that it answers or
    /// amends. It is in force once all parties have signed.
    Sign(AgreementSignArguments),
    /// Write all messages of a negotiation once more, for a party that lacks some
    Messages(AgreementMessagesArguments),
    /// List the agreements and how far each has come
    List(AgreementListArguments),
    /// Hold an agreement back: nothing is released under it until you resume
    Suspend(AgreementActArguments),
    /// Take your own suspension back
    Resume(AgreementActArguments),
    /// Take back a text that you put forward and have not signed
    Withdraw(AgreementActArguments),
    /// End an agreement for good, or decline a text
    Terminate(AgreementActArguments),
}

#[derive(Debug, Args)]
pub(crate) struct AgreementDraftArguments {
    /// The template: public-incident, confidential-incident or misuse-signals
    #[arg(long, value_name = "NAME")]
    pub(crate) template: String,
    /// This node's directory: its party is the first
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The profile file of another party; may be given many times
    #[arg(long = "party", value_name = "PROFILE", required = true)]
    pub(crate) parties: Vec<PathBuf>,
    /// The profile file of who keeps each body, sealed for its readers; nobody, if not given
    ///
    /// It is no party of the agreement, and reads nothing. It states what it keeps, so that it can be told later whether a
    /// body could be had.
    #[arg(long, value_name = "PROFILE")]
    pub(crate) depositary: Option<PathBuf>,
    /// When it begins; now, if not given
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// When it ends; a year after it begins, if not given
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Timestamp>,
    /// The time zone whose calendar the parties have in mind, for readers
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) zone: String,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementShowArguments {
    /// A file, or with --dir the digest of a text that this node knows
    #[arg(value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: String,
    /// A node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// The language to print: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    /// Print each clause's policy too
    #[arg(long)]
    pub(crate) policies: bool,
    /// Write the text as JSON, to edit it and propose it again
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementDiffArguments {
    /// The old text: a file, or with --dir a digest
    #[arg(value_name = "OLD", allow_hyphen_values = true)]
    pub(crate) old: String,
    /// The new text: a file, or with --dir a digest
    #[arg(value_name = "NEW", allow_hyphen_values = true)]
    pub(crate) new: String,
    /// A node's directory: its records that would newly flow are named
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// The language to print: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementExamplesArguments {
    /// A file, or the digest of a text that this node knows
    #[arg(value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: String,
    /// The node's directory: its floors hold
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The language to print: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementProposeArguments {
    /// The text
    #[arg(value_name = "FILE")]
    pub(crate) agreement: PathBuf,
    #[command(flatten)]
    pub(crate) marks: MarksArguments,
    /// The digest of the text that this one answers: makes it a counter-offer
    #[arg(long, value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) answers: Option<AgreementDigest>,
    /// Where to write the message for the other parties
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementTakeArguments {
    /// Files of messages
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// A profile file of a party whose keys you have checked; it is remembered
    #[arg(long = "keys", value_name = "PROFILE")]
    pub(crate) profiles: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementSignArguments {
    /// The digest of the text
    #[arg(value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: AgreementDigest,
    /// Where to write the messages for the other parties
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Accept and verify only; sign later
    #[arg(long)]
    pub(crate) accept_only: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementMessagesArguments {
    /// The digest of a text of the negotiation
    #[arg(value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: AgreementDigest,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Where to write them
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The language to print: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct AgreementActArguments {
    /// The digest of the text
    #[arg(value_name = "AGREEMENT", allow_hyphen_values = true)]
    pub(crate) agreement: AgreementDigest,
    /// Why, such as en="A leak is being looked into"; may be given once for each language. It needs --tlp
    #[arg(long = "reason", value_name = "LANGUAGE=TEXT", requires = "tlp")]
    pub(crate) reasons: Vec<String>,
    /// How far the reason may be passed on: clear, green, amber, amber+strict, red
    #[arg(long, value_name = "LEVEL")]
    pub(crate) tlp: Option<Tlp>,
    /// A reason for care in the words of the reason; may be given many times
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<Tag>,
    /// Where to write the message for the other parties
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Do it; without this, only say what would change
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}
