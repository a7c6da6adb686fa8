//! `detente duties`: what can be asked about whom one must tell, by when, with what.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use duties::About;
use policy::explain::Language;
use record::time::Timestamp;

use super::duty_forms::FormCommand;

/// What can be done with duties of reporting.
#[derive(Debug, Subcommand)]
pub(crate) enum DutiesCommand {
    /// Say which duties an incident brings about, by when each falls, and what is not known yet
    ///
    /// Nothing is guessed: a fact that nobody gave is unknown, and an answer that hangs on it names it. What the law leaves open is
    /// told as disputed. `--explain` gives every step with where it is written. Rules are not legal advice.
    Check(DutiesCheckArguments),
    /// Say which duties each kind of incident would bring about, before one happens
    ///
    /// Give who you are and what the system is with --set or --facts, as `duties facts --about actor` and `--about system` list them.
    Preview(DutiesPreviewArguments),
    /// List the facts that duties hang on, with their questions
    Facts(DutiesFactsArguments),
    /// List the rule packs, when their law was read, and their duties
    List(DutiesListArguments),
    /// Show a pack, or one duty: trigger, deadlines, recipient, sources
    Show(DutiesShowArguments),
    /// Reports for authorities: fill them from what is known, file them, show what was filed
    #[command(subcommand)]
    Form(FormCommand),
    /// Check files of rule packs, each fault with its line, and say what a careful author would look at again
    Lint(DutiesLintArguments),
    /// Run the vignettes of rule packs, and scenarios over all of them
    Test(DutiesTestArguments),
}

/// Which rules hold: the shipped ones, and files beside or in place of them.
#[derive(Debug, Args)]
pub(crate) struct PackArguments {
    /// A rule pack to use besides; one with the id of a shipped pack takes its place. May be given many times
    #[arg(long = "pack", value_name = "FILE")]
    pub(crate) packs: Vec<PathBuf>,
}

/// What is known of the case, and from which day it is looked at.
#[derive(Debug, Args)]
pub(crate) struct KnownArguments {
    /// A file of facts: {"harm.deaths": 1, "actor.role": "provider"}
    #[arg(long, value_name = "FILE")]
    pub(crate) facts: Option<PathBuf>,
    /// A fact, such as harm.deaths=1 or time.aware=2026-07-01T03:10Z; it counts before the file. May be given many times
    #[arg(long = "set", value_name = "FACT=VALUE")]
    pub(crate) set: Vec<String>,
    /// The moment from which it is looked at; now, if not given
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesCheckArguments {
    /// An incident of the node: its id, or the digest of one of its versions. What it says is read as facts
    #[arg(value_name = "INCIDENT", requires = "dir", allow_hyphen_values = true)]
    pub(crate) incident: Option<String>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) known: KnownArguments,
    /// What would be otherwise with this fact, such as harm.deaths=0; may be given many times
    #[arg(long = "suppose", value_name = "FACT=VALUE")]
    pub(crate) suppose: Vec<String>,
    /// Explain one duty step by step: PACK/DUTY
    #[arg(long, value_name = "DUTY")]
    pub(crate) explain: Option<String>,
    /// Name also what is not due, and what is not in force
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) packs: PackArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesPreviewArguments {
    #[command(flatten)]
    pub(crate) known: KnownArguments,
    #[command(flatten)]
    pub(crate) packs: PackArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesFactsArguments {
    /// Only those about this: actor, system, incident, time, filing
    #[arg(long, value_name = "WHAT")]
    pub(crate) about: Option<About>,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesListArguments {
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) packs: PackArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesShowArguments {
    /// A pack, or a duty: PACK or PACK/DUTY
    #[arg(value_name = "PACK")]
    pub(crate) name: String,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) packs: PackArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesLintArguments {
    /// Files of rule packs
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesTestArguments {
    /// Files of rule packs; the shipped ones, if none is given
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// A file of a scenario, which is asked of all packs at once; may be given many times
    #[arg(long = "scenario", value_name = "FILE")]
    pub(crate) scenarios: Vec<PathBuf>,
}
