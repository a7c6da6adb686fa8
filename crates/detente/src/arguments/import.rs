//! `detente import` and `detente export`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::PassphraseArguments;

/// Databases whose form is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KnownSource {
    /// The AI Incident Database: the folder of a snapshot, or its `incidents.csv`
    Aiid,
    /// The AI Vulnerability Database: reports or vulnerabilities, one JSON object on a line
    Avid,
    /// MITRE ATLAS: the case studies of its YAML file
    Atlas,
    /// MISP: the JSON of an event or of several, or the folder of a feed
    Misp,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").required(true))]
pub(crate) struct ImportArguments {
    /// The file, or the folder of a snapshot; may be left out where only a mapping is checked
    #[arg(value_name = "FILE", required_unless_present = "check")]
    pub(crate) file: Option<PathBuf>,
    /// The database that it comes from
    #[arg(long, value_enum, group = "form")]
    pub(crate) from: Option<KnownSource>,
    /// A mapping file that says what each column becomes (docs/import.md)
    #[arg(long, value_name = "MAPPING", group = "form")]
    pub(crate) mapping: Option<PathBuf>,
    /// Only check the mapping, and the file if one is given; nothing is signed and no node is needed
    #[arg(long)]
    pub(crate) check: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR", required_unless_present = "check")]
    pub(crate) dir: Option<PathBuf>,
    /// Write the rows that were not taken to this file, each with its reason, to be mended and fed again
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    /// A taxonomy of MISP (its `machinetag.json`) to check tags against; may be given many times
    #[arg(long = "taxonomy", value_name = "FILE")]
    pub(crate) taxonomies: Vec<PathBuf>,
    /// Take texts that hold HTML as they stand, where the source writes about HTML
    #[arg(long)]
    pub(crate) keep_html: bool,
    /// Where `import-secret` is lost for good, or rows were imported by an earlier build: begin with a new one, so that every row
    /// becomes an incident once more. Refused where something was erased, which could come back
    #[arg(long)]
    pub(crate) anew: bool,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArguments,
}

/// What a file of incidents is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// A STIX 2.1 bundle, with authors and the definition of our extension
    Stix,
    /// A table of the 29 criteria of the OECD's common reporting framework
    Oecd,
    /// A table with a column for each property
    Csv,
    /// Events of MISP, in one file
    Misp,
    /// The folder of a feed of MISP: its list, its digests, and a file for each event
    MispFeed,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which"))]
pub(crate) struct ExportArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// How the file is written
    #[arg(long = "as", value_enum)]
    pub(crate) form: ExportForm,
    /// The file, or the folder of a feed; an existing one is refused
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The incident of this id; may be given many times. Without it, all incidents of this party
    #[arg(long = "id", value_name = "ID", group = "which")]
    pub(crate) ids: Vec<String>,
    /// Also those of other parties, as far as they showed them to this node
    #[arg(long, group = "which")]
    pub(crate) all: bool,
    /// Write the file; without it the command only says what would be in it
    #[arg(long)]
    pub(crate) yes: bool,
}
