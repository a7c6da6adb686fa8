//! `detente rebuild`: every view and all that is published, made anew.

use std::time::Instant;

use super::log::Signing;
use crate::arguments::RebuildArguments;
use crate::home::Home;
use crate::node;
use crate::outcome::Done;
use crate::report::Report;
use crate::searching;

/// Seconds between two lines of progress.
const PROGRESS_SECONDS: u64 = 2;

pub(crate) fn run(arguments: &RebuildArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.node.dir)?;
    // Opened to read: views need no signature, so neither a lost passphrase nor the guard stands in their way.
    let store = node::open_to_read(&home, &home.history()?)?;
    let mut told = Instant::now();
    let mut frames = 0;
    let rebuilt = store.rebuild(&mut |done, all| {
        frames = done;
        if told.elapsed().as_secs() >= PROGRESS_SECONDS {
            report.line(format!("{done} of {all} frames"));
            told = Instant::now();
        }
    });
    rebuilt.map_err(node::fail)?;
    searching::drop_index(&home)?;
    drop(store);
    report.fact("frames", super::log::number(frames));
    report.line(
        "Views and published files were made anew from the segments. The search index is made anew by the next search.",
    );
    let published = Signing::open(&arguments.node).and_then(|node| node.store.publish().map_err(node::fail));
    if let Err(failure) = published {
        report.warn(&format!("what was not published before is not published yet: {}", failure.message));
    }
    Ok(())
}
