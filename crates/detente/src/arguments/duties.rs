//! `detente duties`: what can be asked about whom one must tell, by when, with what.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use duties::About;
use policy::explain::Language;
use record::digest::RecordDigest;
use record::time::Timestamp;

use super::NodeArguments;
use super::duty_forms::FormCommand;
use super::incident::PreviewArguments;

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
    /// Keep facts about an incident, say which duties change, and set its clocks; signed and logged
    ///
    /// What is answered counts before what the incident says, and before who we are (`duties profile`). Of each fact the last answer
    /// holds; --take-back makes it unknown again. See what would change with --preview.
    Answer(DutiesAnswerArguments),
    /// Keep who we are and what our system is, for every incident; or show it
    Profile(DutiesProfileArguments),
    /// Adopt a rule pack: it counts from now on, in place of the shipped one of its id
    ///
    /// A file is signed and logged as ours first. A record has to be signed by us or by a party whose keys are here. Every vignette of
    /// all packs together has to come out as it says. The incidents whose answers change are named; their clocks are set anew.
    Adopt(DutiesAdoptArguments),
    /// Drop a pack that was adopted: the shipped one of its id counts again, if there is one
    Drop(DutiesDropArguments),
    /// The clocks of duties: by when something has to be filed, who has taken it on, what was filed, what was missed
    #[command(subcommand)]
    Clock(DutiesClockCommand),
}

/// What can be done with clocks of duties.
#[derive(Debug, Subcommand)]
pub(crate) enum DutiesClockCommand {
    /// Set, move, displace and withdraw clocks as the facts ask; nothing is logged if nothing changes
    ///
    /// It happens by itself after an answer, after a new version of an incident that has clocks or facts, after a filing, and when packs change.
    Set(DutiesClockSetArguments),
    /// List clocks, the most urgent first
    List(DutiesClockListArguments),
    /// Show a clock, with all that happened to it and the records that say so
    Show(DutiesClockShowArguments),
    /// Take a clock on: the second person is not told any more because nobody did
    Acknowledge(DutiesClockActArguments),
    /// Withdraw a clock: it was found not to be due
    Withdraw(DutiesClockWithdrawArguments),
    /// Say that something was filed outside Détente's own forms
    ///
    /// What counts is when it is said here. Name the record of what was filed by its digest: so it can be proved later that it was there
    /// in time, without showing it.
    Filed(DutiesClockFiledArguments),
    /// Write the deadlines as a calendar (RFC 5545), for any program that reads one
    ///
    /// It holds ids and links, and nothing of any case: calendars are kept on other people's servers.
    Calendar(DutiesClockCalendarArguments),
    /// Write what proves to somebody outside when something was set, filed or missed: records with their proofs, in a folder
    ///
    /// The records of the clock hold ids, digests and moments. What was filed is sealed: that it was logged can be checked, and nothing
    /// of it is in the file. A record of the clock may tell of other stages of the same incident that were set with it.
    Prove(DutiesClockProveArguments),
}

#[derive(Debug, Args)]
pub(crate) struct DutiesAnswerArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    #[command(flatten)]
    pub(crate) said: SaidArguments,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

/// What is said of facts.
#[derive(Debug, Args)]
pub(crate) struct SaidArguments {
    /// Facts, such as harm.deaths=1 or time.aware=2026-07-01T03:10Z
    #[arg(value_name = "FACT=VALUE")]
    pub(crate) facts: Vec<String>,
    /// A file of facts: {"harm.deaths": 1}
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// A fact that is unknown again; may be given many times
    #[arg(long = "take-back", value_name = "FACT")]
    pub(crate) take_back: Vec<String>,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// The language of the answer: en or zh-Hans
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    pub(crate) language: Language,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesProfileArguments {
    #[command(flatten)]
    pub(crate) said: SaidArguments,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesAdoptArguments {
    /// A file of a rule pack, or the digest of a record of one
    #[arg(value_name = "PACK")]
    pub(crate) pack: PathBuf,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesDropArguments {
    /// The id of the pack
    #[arg(value_name = "PACK")]
    pub(crate) pack: String,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesClockSetArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesClockListArguments {
    /// Only those of this incident
    #[arg(long, value_name = "INCIDENT")]
    pub(crate) incident: Option<String>,
    /// Only those that stand so: acknowledged, displaced, filed, late, running, withdrawn
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<duties::clock::ClockState>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesClockShowArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The stage: PACK/DUTY/STAGE
    #[arg(value_name = "STAGE")]
    pub(crate) stage: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesClockActArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The stage: PACK/DUTY/STAGE
    #[arg(value_name = "STAGE")]
    pub(crate) stage: String,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesClockWithdrawArguments {
    #[command(flatten)]
    pub(crate) act: DutiesClockActArguments,
    /// The record that says why, by its digest; never a reason in words
    #[arg(long, value_name = "RECORD", allow_hyphen_values = true)]
    pub(crate) because: RecordDigest,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesClockFiledArguments {
    #[command(flatten)]
    pub(crate) act: DutiesClockActArguments,
    /// The record of what was filed, by its digest
    #[arg(long, value_name = "DIGEST", allow_hyphen_values = true)]
    pub(crate) version: RecordDigest,
}

#[derive(Debug, Args)]
pub(crate) struct DutiesClockCalendarArguments {
    /// The address of the node's site, for links
    #[arg(long, value_name = "URL", default_value = "https://localhost")]
    pub(crate) site: String,
    /// Where the calendar is written
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
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
    /// The node's directory: then who we are is taken from there, and the packs that it adopted count
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
    /// The node's directory: then who we are is taken from there, and the packs that it adopted count
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
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
    /// The node's directory: then the packs that it adopted are among them
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
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

#[derive(Debug, Args)]
pub(crate) struct DutiesClockProveArguments {
    /// The incident: its id, or the digest of one of its versions
    #[arg(value_name = "INCIDENT", allow_hyphen_values = true)]
    pub(crate) incident: String,
    /// The stage: PACK/DUTY/STAGE
    #[arg(value_name = "STAGE")]
    pub(crate) stage: String,
    /// The folder that is made
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
