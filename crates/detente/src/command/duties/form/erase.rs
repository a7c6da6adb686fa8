//! `detente duties form erase`: the words of a filing go, and what proves that it was filed stays.

use record::json::Json;

use super::show::filing;
use crate::arguments::FormEraseArguments;
use crate::command::incident::Desk;
use crate::command::log::{Erasing, erase, index_of};
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;

/// What an erased filing leaves behind.
const STAYS: [&str; 4] = [
    "the digest of the filing, which its clock names, and whether it was filed in time",
    "its place in the log, and the record that says that it was erased, when and why",
    "the facts that were answered about the incident, and the incident itself unless it was erased",
    "whatever was written to files, printed, or handed to an authority",
];

pub(super) fn run(arguments: &FormEraseArguments, report: &mut Report) -> Done {
    let (desk, home) = (Desk::open(&arguments.node)?, Home::open(&arguments.node.dir)?);
    let kept = filing(desk.cases(), &arguments.filing)?;
    let gone = || Failure::input(format!("filing {} is not in this node's log", arguments.filing));
    let index = index_of(&desk.node.store, &arguments.filing)?.ok_or_else(gone)?;
    report.fact("incident", kept.document.incident.as_str());
    report.fact("stage", format!("{}/{}", kept.document.duty, kept.document.stage));
    report.line("\nWhat stays:");
    STAYS.iter().for_each(|line| report.line(format!("  {line}")));
    report.data("stays", Json::Array(STAYS.iter().map(|line| Json::text(*line)).collect()));
    let (reason, is_meant) = (arguments.reason.as_str(), arguments.yes);
    let erasing = Erasing { node: &desk.node, home: &home, index, reason, is_meant };
    // It was found by its digest as a filing of ours: nothing that leaves the node depends on one.
    erase(&erasing, |_| Ok(()), report)
}
