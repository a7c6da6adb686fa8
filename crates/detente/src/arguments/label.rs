//! `detente label` and `detente floor`: what can be asked about handling.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use policy::explain::Language;
use record::digest::{PartyId, RecordDigest};
use record::label::{Pap, Tag, Tlp};

use super::NodeArguments;

/// What can be done with labels.
#[derive(Debug, Subcommand)]
pub(crate) enum LabelCommand {
    /// Put a label on a record or a place in it
    ///
    /// Labels join: whatever one of them asks, holds. What nobody has labelled is not released. The label is signed and
    /// logged.
    Put(LabelPutArguments),
    /// Show the labels on a record, and what is in force on each of its fields
    List(LabelListArguments),
    /// Lower a label that this party put on
    ///
    /// Only a label's own author can lower it, with a reason and the name of who decided. Signed and logged.
    Lower(LabelLowerArguments),
}

/// The marks of a label.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("audience").multiple(false))]
pub(crate) struct MarksArguments {
    /// How far it may be passed on: clear, green, amber, amber+strict, red
    #[arg(long, value_name = "LEVEL")]
    pub(crate) tlp: Tlp,
    /// What may be done with it: clear, green, amber, red
    #[arg(long, value_name = "LEVEL", default_value = "clear")]
    pub(crate) pap: Pap,
    /// A reason for care, such as export-controlled or personal-data:health; may be given many times. `detente floor list`
    /// shows them all
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<Tag>,
    /// A party that the content comes from; may be given many times
    #[arg(long = "origin", value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) origins: Vec<PartyId>,
    /// A party that may receive it, and no other that is not named; may be given many times
    #[arg(long = "recipient", value_name = "PARTY", allow_hyphen_values = true, group = "audience")]
    pub(crate) recipients: Vec<PartyId>,
    /// Nobody may receive it
    #[arg(long, group = "audience")]
    pub(crate) nobody: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LabelPutArguments {
    /// The record: a file, or the digest of one that the log holds
    #[arg(value_name = "RECORD", allow_hyphen_values = true)]
    pub(crate) record: String,
    /// The place, such as `description` or `/aside/occurred_year`; the whole record, if not given
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Option<String>,
    #[command(flatten)]
    pub(crate) marks: MarksArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct LabelListArguments {
    /// The record: a file, or the digest of one that the log holds
    #[arg(value_name = "RECORD", allow_hyphen_values = true)]
    pub(crate) record: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct LabelLowerArguments {
    /// The digest of the label's own record, as `detente label list` shows it
    #[arg(value_name = "LABEL", allow_hyphen_values = true)]
    pub(crate) label: RecordDigest,
    #[command(flatten)]
    pub(crate) marks: MarksArguments,
    /// Why it may be lowered
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Who decided it
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

/// What can be done with floors.
#[derive(Debug, Subcommand)]
pub(crate) enum FloorCommand {
    /// List the floors, what each keeps at home, and which are switched off by whom and why
    List(FloorListArguments),
    /// Switch a floor off
    ///
    /// From then on agreements alone decide about what it kept at home. The reason and the name are signed and logged.
    Off(FloorSwitchArguments),
    /// Switch a floor on again
    On(FloorSwitchArguments),
}

#[derive(Debug, Args)]
pub(crate) struct FloorListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    /// Print each floor's policy too
    #[arg(long)]
    pub(crate) policies: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FloorSwitchArguments {
    /// The floor's name
    #[arg(value_name = "FLOOR")]
    pub(crate) floor: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The administrator who decides
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Do it; without this, only say what would change
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

/// What can be done with partners.
#[derive(Debug, Subcommand)]
pub(crate) enum PartnerCommand {
    /// Take in the profile of a party whose keys were checked by a way that you trust
    Add(PartnerAddArguments),
    /// List the parties whose keys this node believes
    List(PartnerListArguments),
}

#[derive(Debug, Args)]
pub(crate) struct PartnerAddArguments {
    /// The party's profile file
    #[arg(value_name = "PROFILE")]
    pub(crate) profile: PathBuf,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PartnerListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
