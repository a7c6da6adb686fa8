//! `detente taxii`: servers of others that are read into quarantine.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::NodeArguments;
use crate::quarantine::SourceName;
use crate::quarantine::source::{FINGERPRINT_BYTES, fingerprint};

/// What can be done with servers of TAXII 2.1.
#[derive(Debug, Subcommand)]
pub(crate) enum TaxiiCommand {
    /// Name a server to read from
    ///
    /// Nothing is asked of it yet. It is only ever asked itself, whatever it points to, and its credentials go nowhere else.
    Add(TaxiiAddArguments),
    /// Show the servers, what was pulled from them and when
    List(TaxiiDirArguments),
    /// Show what a server offers to read
    Collections(TaxiiNameArguments),
    /// Read what is new into quarantine
    ///
    /// A run that was cut off goes on from there, page by page. What is here already, by id and version, is passed over. A node that
    /// runs does this by itself for servers with --every-minutes.
    Pull(TaxiiPullArguments),
    /// Show what lies in quarantine, with what the checker says of it
    Show(TaxiiShowArguments),
    /// Make records of objects that a person accepts
    ///
    /// Without --yes it only says what would be signed. The objects stay as their authors wrote them, under their own ids; this
    /// party signs that it took them, and a note beside them says from where. What breaks a rule of STIX is never taken.
    Take(TaxiiTakeArguments),
    /// Forget a server, with everything of it that was not taken
    Remove(TaxiiRemoveArguments),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("credentials"))]
#[command(group = ArgGroup::new("trust"))]
pub(crate) struct TaxiiAddArguments {
    /// What to call it here: small letters, digits and hyphens
    #[arg(value_name = "NAME")]
    pub(crate) name: SourceName,
    /// Its discovery, mostly `https://HOST/taxii2/`, or one of its API roots
    // Read later: an error of the parser would repeat it, and a password may stand in it by mistake.
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Read this collection, by id or alias; may be given many times. Without it, all that may be read
    #[arg(long = "collection", value_name = "ID")]
    pub(crate) collections: Vec<String>,
    /// The name to sign in with
    #[arg(long, value_name = "NAME", requires = "password_file", conflicts_with = "token_file")]
    pub(crate) user: Option<String>,
    /// The password: the first line of this file. It is copied into the node's directory, mode 0600
    #[arg(long, value_name = "FILE", requires = "user", group = "credentials")]
    pub(crate) password_file: Option<PathBuf>,
    /// A token instead: the first line of this file. It is copied in the same way
    #[arg(long, value_name = "FILE", group = "credentials")]
    pub(crate) token_file: Option<PathBuf>,
    /// Let a running node pull it so often
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=44_640))]
    pub(crate) every_minutes: Option<u32>,
    /// Believe the certificates of this PEM file, and no other authority
    #[arg(long, value_name = "FILE", group = "trust")]
    pub(crate) ca: Option<PathBuf>,
    /// Believe the one certificate with this SHA-256, whatever name, date and issuer it has
    #[arg(long, value_name = "SHA256", group = "trust", value_parser = fingerprint)]
    pub(crate) fingerprint: Option<[u8; FINGERPRINT_BYTES]>,
    /// Ask API roots at this other origin too, such as `https://taxii.example:8443`, with the same credentials; may be given many times
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub(crate) allow_origins: Vec<String>,
    /// Speak http without TLS to another machine: whoever is on the way reads all of it, the password too, and can change it
    #[arg(long)]
    pub(crate) insecure_http: bool,
    /// Say all of this anew of a server that is named already. What was pulled stays
    #[arg(long)]
    pub(crate) replace: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct TaxiiDirArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct TaxiiNameArguments {
    /// The server
    #[arg(value_name = "NAME")]
    pub(crate) name: SourceName,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true))]
pub(crate) struct TaxiiPullArguments {
    /// The server
    #[arg(value_name = "NAME", group = "which")]
    pub(crate) name: Option<SourceName>,
    /// Every server, one after another
    #[arg(long, group = "which")]
    pub(crate) all: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct TaxiiShowArguments {
    /// The server
    #[arg(value_name = "NAME")]
    pub(crate) name: SourceName,
    /// Only what is not sound, each with its reasons
    #[arg(long, conflicts_with = "id")]
    pub(crate) bad: bool,
    /// The versions of this object that lie here, whole
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Begin behind this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0, conflicts_with = "id")]
    pub(crate) after: u64,
    /// Show so many
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) limit: u16,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(crate) struct TaxiiTakeArguments {
    /// The server
    #[arg(value_name = "NAME")]
    pub(crate) name: SourceName,
    /// The ids of the objects; every version that lies here is taken, the oldest first
    #[arg(value_name = "ID", group = "what")]
    pub(crate) ids: Vec<String>,
    /// Every object that breaks no rule
    #[arg(long, group = "what")]
    pub(crate) all_sound: bool,
    /// Sign and log them; without it the command only says what it would do
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct TaxiiRemoveArguments {
    /// The server
    #[arg(value_name = "NAME")]
    pub(crate) name: SourceName,
    /// Do it; without it the command only says what would be lost
    #[arg(long)]
    pub(crate) yes: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
