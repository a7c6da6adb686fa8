//! `detente rebuild`: every view and all that is published, made anew.

use std::time::Instant;

use super::log::Signing;
use crate::arguments::RebuildArguments;
use crate::node;
use crate::outcome::Done;
use crate::report::Report;

/// Seconds between two lines of progress.
const PROGRESS_SECONDS: u64 = 2;

pub(crate) fn run(arguments: &RebuildArguments, report: &mut Report) -> Done {
    let node = Signing::open(&arguments.node)?;
    let mut told = Instant::now();
    let mut frames = 0;
    let rebuilt = node.store.rebuild(&mut |done, all| {
        frames = done;
        if told.elapsed().as_secs() >= PROGRESS_SECONDS {
            report.line(format!("{done} of {all} frames"));
            told = Instant::now();
        }
    });
    rebuilt.map_err(node::fail)?;
    node.store.publish().map_err(node::fail)?;
    report.fact("frames", super::log::number(frames));
    report.line("Views and published files were made anew from the segments.");
    Ok(())
}
