//! `detente bundle`: what can be asked about exchange by carried files.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use record::digest::PartyId;

use super::NodeArguments;

/// What can be done with bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Write one file for one partner, to be carried by hand
    ///
    /// It holds what that party may read of this node and has not acknowledged, and all that it is owed: messages about
    /// agreements, acknowledgements, cosignatures. It is sealed for that party's bundle key: whoever carries it learns how
    /// long it is and nothing else. What a line would refuse, a bundle does not hold.
    Export(BundleExportArguments),
    /// Take in a bundle, or every bundle of a folder that is for this node
    ///
    /// Each package of entries comes in whole or not at all, and every file proves itself, as over a line. The same bundle may
    /// be taken in again, and an old one after a newer one: nothing happens. The next `bundle export` for its sender carries
    /// the acknowledgement back.
    Import(BundleImportArguments),
}

#[derive(Debug, Args)]
pub(crate) struct BundleExportArguments {
    /// The party that it is for
    #[arg(long = "for", value_name = "PARTY", allow_hyphen_values = true)]
    pub(crate) party: PartyId,
    /// The file, such as stick/harbour-to-hills-1.tar.zst; it must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Everything from the beginning, also what was acknowledged: for a partner that lost its directory
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct BundleImportArguments {
    /// The bundle, or a folder; of a folder those files count whose names end in `.tar.zst`
    #[arg(value_name = "FILE|FOLDER")]
    pub(crate) what: PathBuf,
    #[command(flatten)]
    pub(crate) node: NodeArguments,
}
