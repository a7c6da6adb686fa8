//! `detente countermeasure`: what was tried, and whether it worked.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use incident::{Moment, Outcome, Setting};
use record::stix::StixId;

use super::incident::PreviewArguments;
use super::{NodeArguments, WhyArguments};

fn spaced<T: std::str::FromStr>(text: &str) -> Result<T, T::Err> {
    text.replace('-', " ").parse()
}

/// What can be done with countermeasures.
#[derive(Debug, Subcommand)]
pub(crate) enum CountermeasureCommand {
    /// Write down what was tried, and whether it worked; signed and logged
    ///
    /// An outcome other than `not yet known` says how it was measured. Say with --against what it was tried against, or later
    /// with `countermeasure link`.
    New(Box<CountermeasureNewArguments>),
    /// List the countermeasures that are here: ours, and those that came
    List(CountermeasureListArguments),
    /// Show a countermeasure, and what it was tried against
    Show(CountermeasureShowArguments),
    /// Say against which incident or signal it was tried
    ///
    /// A signed statement of this party; `incident unlink` takes it back.
    Link(CountermeasureLinkArguments),
}

#[derive(Debug, Args)]
pub(crate) struct CountermeasureNewArguments {
    /// A short title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: String,
    /// What was tried
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// How it is done
    #[arg(long, value_name = "TEXT")]
    pub(crate) steps: Option<String>,
    /// Whether it worked: worked, partly, failed, not-yet-known
    #[arg(long, value_name = "OUTCOME", value_parser = spaced::<Outcome>)]
    pub(crate) outcome: Option<Outcome>,
    /// How that was measured, and what came out
    #[arg(long, value_name = "TEXT")]
    pub(crate) measured: Option<String>,
    /// Where it was tested: production, trial, laboratory, simulation
    #[arg(long, value_name = "SETTING")]
    pub(crate) setting: Option<Setting>,
    /// On which system, and where
    #[arg(long = "where", value_name = "TEXT")]
    pub(crate) tested_where: Option<String>,
    /// Who tested it
    #[arg(long = "by", value_name = "TEXT")]
    pub(crate) tested_by: Option<String>,
    /// When the test began, such as 2026-06-30
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Moment>,
    /// When the test ended
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Moment>,
    /// What else it did
    #[arg(long, value_name = "TEXT")]
    pub(crate) side_effects: Option<String>,
    /// Under which conditions it holds
    #[arg(long, value_name = "TEXT")]
    pub(crate) conditions: Option<String>,
    #[command(flatten)]
    pub(crate) preview: PreviewArguments,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CountermeasureListArguments {
    /// Only those tried against this incident or signal, or against an incident that is one with it
    #[arg(long, value_name = "ID")]
    pub(crate) against: Option<StixId>,
    /// Only those with this outcome
    #[arg(long, value_name = "OUTCOME", value_parser = spaced::<Outcome>)]
    pub(crate) outcome: Option<Outcome>,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CountermeasureShowArguments {
    /// Its id
    #[arg(value_name = "COUNTERMEASURE")]
    pub(crate) id: StixId,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CountermeasureLinkArguments {
    /// Its id
    #[arg(value_name = "COUNTERMEASURE")]
    pub(crate) id: StixId,
    /// The incident, indicator or batch of signals that it was tried against
    #[arg(value_name = "ID")]
    pub(crate) against: StixId,
    #[command(flatten)]
    pub(crate) why: WhyArguments,
}
