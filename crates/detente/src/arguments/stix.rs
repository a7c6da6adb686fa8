//! `detente stix`: files of other software.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use policy::explain::Language;

/// What can be done with a file of STIX 2.1.
#[derive(Debug, Subcommand)]
pub(crate) enum StixCommand {
    /// Check a bundle, an envelope, a list or one object, object by object
    ///
    /// Each finding has its place, the section of the standard, and what to do. No node is needed, and nothing is signed.
    Check(StixCheckArguments),
}

#[derive(Debug, Args)]
pub(crate) struct StixCheckArguments {
    /// The file; `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Write the objects that break a rule to this file, each with its reasons, to be mended and checked again
    #[arg(long, value_name = "FILE")]
    pub(crate) quarantine: Option<PathBuf>,
    /// The language of the findings: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}
