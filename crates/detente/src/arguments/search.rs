//! `detente search` and `detente watch`: what can be asked about finding.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use search::{Cursor, RuleName};

/// What `detente search` is asked.
#[derive(Debug, Args)]
pub(crate) struct SearchArguments {
    /// What is searched for, in single quotes: 'crane "red line" -drill severity>=serious-hazard country:NL,DE after:2026-01'
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(crate) query: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Hits of one answer
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) limit: u16,
    /// Go on where an answer ended, with the cursor that it named
    #[arg(long, value_name = "CURSOR")]
    pub(crate) before: Option<Cursor>,
    /// Older versions too, and records of which another showing tells more
    #[arg(long)]
    pub(crate) all_versions: bool,
}

/// What can be done with searches that stand.
#[derive(Debug, Subcommand)]
pub(crate) enum WatchCommand {
    /// Add a search that stands: each new record that it finds makes one alert
    ///
    /// Records that are here already make none. The rule is kept in `watch/`, which is no view: back it up.
    Add(WatchAddArguments),
    /// List the searches that stand, with their alerts
    List(WatchListArguments),
    /// Show a search that stands
    Show(WatchNameArguments),
    /// Remove a search with its alerts
    Remove(WatchRemoveArguments),
    /// Try every search on what has come since; a running node does so by itself
    Run(WatchListArguments),
    /// Show alerts that nobody took note of yet
    Hits(WatchHitsArguments),
    /// Take note of alerts, by their numbers
    Ack(WatchAckArguments),
}

#[derive(Debug, Args)]
pub(crate) struct WatchAddArguments {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: RuleName,
    /// What is searched for, as in `detente search`
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(crate) query: String,
    /// Name the commands with which a case is opened, beside each alert
    #[arg(long)]
    pub(crate) open_case: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct WatchListArguments {
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct WatchNameArguments {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: RuleName,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct WatchRemoveArguments {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: RuleName,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Do it; without this only say what would go
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchHitsArguments {
    /// Only those of this search
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<RuleName>,
    /// Those too that somebody took note of
    #[arg(long)]
    pub(crate) all: bool,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct WatchAckArguments {
    /// The numbers of alerts, as `watch hits` shows them
    #[arg(value_name = "NUMBER", required = true)]
    pub(crate) numbers: Vec<u64>,
    /// Who takes note
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// The node's directory
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
