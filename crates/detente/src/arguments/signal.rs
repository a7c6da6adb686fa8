//! `detente signal`, `detente sighting` and `detente scan`: misuse signals.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use incident::Moment;
use matching::signal::KeyId;
use record::digest::PartyId;
use record::stix::StixId;
use record::time::Timestamp;

use super::NodeArguments;
use super::incident::PreviewArguments;
use crate::scanning::{ContentKind, FileDigest, ValueKind};

/// What can be done with signals.
#[derive(Debug, Subcommand)]
pub(crate) enum SignalCommand {
    /// Sign a signal of misuse, so that others can find the same
    ///
    /// A text, a keyword, a rule, a picture, a file, or a package that does not exist. It is signed and logged, and goes nowhere
    /// by itself: `detente release` sends it to whom an agreement names. A hash of a picture is not anonymous, since a picture
    /// that looks like the original can be made from it.
    New(Box<SignalNewArguments>),
    /// Sign the signals of a file: rules of the Agent Threat Rules project, prompts, keywords, the tensors of a model
    ///
    /// As many as fit stand in one record. What cannot be read or run is named, and the others are taken.
    Import(SignalImportArguments),
    /// List the signals that are here: ours, and those that came in feeds
    List(SignalListArguments),
    /// Show a signal: whose it is, how it stands, what is looked for, who saw it
    Show(SignalShowArguments),
    /// Take own signals back, for good
    ///
    /// Whoever has them stops finding them once the record reaches him: release it where the signals went.
    Retract(SignalRetractArguments),
    /// Look for a party's signals however fast they come, or for a signal however often it is found
    ///
    /// A feed that brings more than 100,000 signals in an hour waits for a person, and so does a signal that is found more than 10,000
    /// times in an hour. Look at what came first: `detente signal list --author PARTY`. It holds at this node, until --undo.
    Allow(SignalAllowArguments),
    /// Keep what is never flagged: content that is harmless although a signal finds it
    #[command(subcommand)]
    Harmless(SignalHarmlessCommand),
}

/// What can be done with content that is harmless.
#[derive(Debug, Subcommand)]
pub(crate) enum SignalHarmlessCommand {
    /// Never flag this content, nor what is nearly the same
    ///
    /// Its keys are kept, and none of its words. It holds at this node alone: tell the author of a wrong signal with
    /// `detente clarify ask`.
    Add(SignalHarmlessAddArguments),
    /// List what is never flagged
    List(SignalHarmlessListArguments),
    /// Flag it again
    Remove(SignalHarmlessRemoveArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SignalAllowArguments {
    /// The party, or the id of the signal; `PARTY/SIGNAL` where several parties have one of this id
    #[arg(value_name = "PARTY|SIGNAL", allow_hyphen_values = true)]
    pub(crate) who: String,
    /// Whose the signal is, where several parties have one of this id
    #[arg(long, value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) author: Option<PartyId>,
    /// Hold it to the limit again
    #[arg(long)]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) preview: DecisionPreviewArguments,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// A decision of this node that is looked at before it is made.
#[derive(Debug, Args)]
pub(crate) struct DecisionPreviewArguments {
    /// Only say what it would change
    #[arg(long)]
    pub(crate) preview: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SignalHarmlessAddArguments {
    /// The content; `-` for standard input
    #[arg(value_name = "FILE", required_unless_present = "sha256")]
    pub(crate) file: Option<PathBuf>,
    /// The SHA-256 of a picture or a file, instead of its content: exactly this file is harmless then
    #[arg(long, value_name = "SHA-256", conflicts_with_all = ["file", "kind"])]
    pub(crate) sha256: Option<FileDigest>,
    /// What it is taken for; if not said, what it begins like
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<ContentKind>,
    /// Why it is harmless: it stands beside every match that is not flagged for it
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) preview: DecisionPreviewArguments,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SignalHarmlessListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SignalHarmlessRemoveArguments {
    /// Its number in the list
    #[arg(value_name = "NUMBER")]
    pub(crate) number: u16,
    /// When it was decided, as the list says: if another one has this number now, nothing is removed
    #[arg(long, value_name = "TIME")]
    pub(crate) decided_at: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) preview: DecisionPreviewArguments,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// Kinds of signals that are computed of a text or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewKind {
    /// A text that was given to a model
    Prompt,
    /// What texts of one family have in common
    PromptFamily,
    /// A text that spreads what is false
    Disinformation,
    /// What a tool, a server of tools or a skill says of itself
    Tool,
    /// A file of a model's weights
    ModelFile,
    /// A part of such a file
    ModelShard,
    /// A file of a data set
    DataSetFile,
    /// A part of such a file
    DataSetShard,
}

/// How much of a text its recipients see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shows {
    /// The text
    Open,
    /// Digests of it, by which the same and nearly the same text is found
    Digest,
}

/// How the patterns of a rule go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Together {
    /// One is enough
    Any,
    /// All have to be found
    All,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(crate) struct SignalNewArguments {
    /// A short title of the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: String,
    /// A text, as it was found; `-` for standard input
    #[arg(long, value_name = "FILE", group = "what")]
    pub(crate) text: Option<PathBuf>,
    /// A word or phrase
    #[arg(long, value_name = "WORDS", group = "what")]
    pub(crate) keyword: Option<String>,
    /// A regular expression; may be given many times for one rule
    #[arg(long = "rule", value_name = "PATTERN", group = "what")]
    pub(crate) patterns: Vec<String>,
    /// A picture in JPEG or PNG
    #[arg(long, value_name = "FILE", group = "what")]
    pub(crate) image: Option<PathBuf>,
    /// A file of weights or data: its digest is signed
    #[arg(long, value_name = "FILE", group = "what")]
    pub(crate) file: Option<PathBuf>,
    /// The name of a package that does not exist
    #[arg(long, value_name = "NAME", group = "what", requires = "ecosystem")]
    pub(crate) package: Option<String>,
    /// Where it would be looked for, such as pypi
    #[arg(long, value_name = "NAME")]
    pub(crate) ecosystem: Option<String>,
    /// A file with one account, domain or address in its first line: found by whoever has the common key, and shown to nobody
    #[arg(long, value_name = "FILE", group = "what", requires_all = ["value_kind", "key", "key_id"])]
    pub(crate) value: Option<PathBuf>,
    /// What kind of value it is
    #[arg(long, value_enum, value_name = "KIND", requires = "value")]
    pub(crate) value_kind: Option<ValueKind>,
    /// The file with the key that the parties have in common
    #[arg(long, value_name = "FILE", requires = "value")]
    pub(crate) key: Option<PathBuf>,
    /// The name of that key, by which the parties tell keys apart
    #[arg(long, value_name = "NAME", requires = "value")]
    pub(crate) key_id: Option<KeyId>,
    /// What kind of text or file it is; a prompt or a model's file, if not said
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<NewKind>,
    /// How much of a text is shown
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Shows::Open)]
    pub(crate) shows: Shows,
    /// How the patterns of a rule go together
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Together::Any)]
    pub(crate) combine: Together,
    /// For a part of a file: the key of the whole, as `signal show` says it
    #[arg(long, value_name = "KEY")]
    pub(crate) part_of: Option<String>,
    #[command(flatten)]
    pub(crate) about: SignalAboutArguments,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

/// What is said of a signal.
#[derive(Debug, Args)]
pub(crate) struct SignalAboutArguments {
    /// A name for signals that belong together
    #[arg(long, value_name = "TEXT")]
    pub(crate) family: Option<String>,
    /// What it was taken from: a product, a collection, a report
    #[arg(long, value_name = "TEXT")]
    pub(crate) source: Option<String>,
    /// How it was found
    #[arg(long, value_name = "TEXT")]
    pub(crate) how: Option<String>,
    /// How sure you are, 0 to 100
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) confidence: Option<u8>,
    /// Until when it holds, such as 2027-06-30
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Moment>,
}

/// Forms of files of signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignalForm {
    /// Rules of the Agent Threat Rules project: a list in JSON, or one rule in YAML
    Atr,
    /// Prompts: one JSON object with a `text` on a line
    Prompts,
    /// Keywords: one on a line
    Keywords,
    /// Weights of a model as safetensors: the file, and each of its tensors, so that a copy that was packed anew is found
    Weights,
}

#[derive(Debug, Args)]
pub(crate) struct SignalImportArguments {
    /// The file; `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What it holds
    #[arg(long, value_enum)]
    pub(crate) form: SignalForm,
    /// A short title of the records
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: String,
    /// How much of prompts is shown
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Shows::Open)]
    pub(crate) shows: Shows,
    #[command(flatten)]
    pub(crate) about: SignalAboutArguments,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct SignalListArguments {
    /// Only those of this party
    #[arg(long, value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) author: Option<PartyId>,
    /// Only those of this kind, such as "prompt" or "rule"
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// How many at most
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(crate) limit: u16,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SignalShowArguments {
    /// Its id
    #[arg(value_name = "SIGNAL")]
    pub(crate) id: StixId,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SignalRetractArguments {
    /// Their ids
    #[arg(value_name = "SIGNAL", required = true)]
    pub(crate) signals: Vec<StixId>,
    /// Why, in a few words that recipients read
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

/// What can be done with sightings.
#[derive(Debug, Subcommand)]
pub(crate) enum SightingCommand {
    /// Say that a signal was found in something
    ///
    /// It says neither in what nor whose that was. It is signed and logged; `detente release` sends it to the signal's author.
    New(SightingNewArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SightingNewArguments {
    /// The signal's id
    #[arg(value_name = "SIGNAL")]
    pub(crate) signal: StixId,
    /// Whose signal it is, if several parties have one of this id
    #[arg(long, value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) author: Option<PartyId>,
    /// How often it was found
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=999_999_999))]
    pub(crate) count: u32,
    /// When it was first found; now, if not said
    #[arg(long, value_name = "TIME")]
    pub(crate) first: Option<Moment>,
    /// When it was last found; now, if not said
    #[arg(long, value_name = "TIME")]
    pub(crate) last: Option<Moment>,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArguments {
    /// What is scanned; `-` for standard input
    #[arg(value_name = "FILE", required_unless_present = "serve")]
    pub(crate) files: Vec<PathBuf>,
    /// The files hold accounts, domains or addresses, one on a line: each is looked for by the common key
    #[arg(long, value_enum, value_name = "KIND", requires_all = ["key", "key_id"], conflicts_with_all = ["kind", "serve"])]
    pub(crate) values: Option<ValueKind>,
    /// The file with the key that the parties have in common
    #[arg(long, value_name = "FILE", requires = "values")]
    pub(crate) key: Option<PathBuf>,
    /// The name of that key
    #[arg(long, value_name = "NAME", requires = "values")]
    pub(crate) key_id: Option<KeyId>,
    /// Answer programs of this machine in place of reading files: `POST /api/v1/scan` at this address, without TLS
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["files", "kind"])]
    pub(crate) serve: Option<String>,
    /// With --serve, end when standard input ends
    #[arg(long, requires = "serve")]
    pub(crate) until_stdin_ends: bool,
    /// What it is taken for; if not said, a JPEG or PNG is an image, UTF-8 is text, and of anything else the digest is looked up
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<ContentKind>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
