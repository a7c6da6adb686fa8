//! `detente demo`: the main job, done for real on this machine, over real public incidents told in our own words.
//!
//! Nothing here is prepared: every key is made, every record signed and every attack tried while you watch. What the story
//! claims, it checks; one claim that does not hold makes the exit code 1.

mod agreement;
mod cast;
mod ending;
mod exchange;
mod intake;
mod interrupt;
mod log;
mod nodes;
mod records;
mod reporting;
mod snapshot;
mod steps;
mod story;

use std::path::Path;

use crate::arguments::DemoArguments;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use cast::Cast;
use interrupt::Interrupt;
use nodes::Nodes;
use story::Story;

/// Name of the file by which a later run knows that it may empty a directory.
const MARKER: &str = ".detente-demo";

pub(crate) fn run(arguments: &DemoArguments, report: &mut Report) -> Done {
    let interrupt = Interrupt::watch()?;
    arguments.data.as_deref().map_or(Ok(()), snapshot::check)?;
    prepare(&arguments.dir)?;
    let mut story = Story::new(&arguments.dir, report);
    let cast = Cast::begin(&arguments.dir, interrupt, &mut story)?;
    records::tell(&cast, &mut story)?;
    log::tell(&cast, &mut story)?;
    intake::tell(&cast, &mut story)?;
    reporting::tell(&cast, &mut story)?;
    let agreed = agreement::tell(&cast, &mut story)?;
    let nodes = Nodes::begin(&cast, &story, arguments.fast)?;
    exchange::tell(&cast, &mut story, &nodes, &agreed)?;
    arguments.data.as_deref().map_or(Ok(()), |data| snapshot::tell(&cast, &mut story, data))?;
    cast.interrupt.check()?;
    if arguments.headless { story.table() } else { ending::tell(&cast, &mut story, nodes) }
}

/// Empties the directory of an earlier demonstration, or makes a new one. Any other directory is left alone.
fn prepare(dir: &Path) -> Done {
    let cannot = |error: std::io::Error| Failure::environment(format!("cannot use `{}`: {error}", dir.display()));
    if dir.exists() {
        let is_ours = dir.join(MARKER).is_file();
        let is_empty = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
        if !is_ours && !is_empty {
            return Err(Failure::environment(format!("`{}` holds something else", dir.display()))
                .advise("choose another directory with --dir"));
        }
        std::fs::remove_dir_all(dir).map_err(cannot)?;
    }
    std::fs::create_dir_all(dir).map_err(cannot)?;
    std::fs::write(dir.join(MARKER), "This directory belongs to `detente demo`, which empties it.\n").map_err(cannot)
}
