//! `detente log migrate`: from the layout of an earlier build to this one's.

use storage::Store as _;

use super::open_keys;
use crate::arguments::LogMigrateArguments;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{head_sources, key_log, node};

pub(super) fn run(arguments: &LogMigrateArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.node.dir)?;
    report.fact("layout", format!("{}", storage::layout::LAYOUT));
    let history = home.history()?;
    let has_store = node::has_store(home.dir())?;
    // A migration that was cut off leaves a store without a log.
    if has_store && key_log::is_begun(&node::open_to_read(&home, &history)?)? {
        report.line("The directory has this build's layout already. Nothing was changed.");
        return Ok(());
    }
    // No earlier build had these: this directory had a log, and lost it. Another under the same name is a second history.
    if !head_sources::read(&home)?.is_empty() {
        return Err(Failure::refused("nothing was signed: somebody remembers this party's log, and it is not here").advise(
            "restore `layout` and `segments` from the newest backup. If there is none, this log has ended: begin a new party \
             and tell the others why",
        ));
    }
    if !arguments.never_logged {
        return Err(Failure::refused("nothing was changed: this directory has no log, and a second one would be evidence of a fork")
            .advise(
                "if this party has ever logged, restore `layout` and `segments` from the newest backup. If an earlier build \
                 made it and it never logged, say so: --never-logged",
            ));
    }
    let (history, keys) = open_keys(&home, &arguments.node)?;
    let known = home.known()?;
    let profile = known.profile().ok_or_else(|| Failure::input("profile.json holds no profile"))?;
    let store = if has_store {
        node::open_guarded(&home, &history, &keys)?.0
    } else {
        node::create(home.dir(), &history, keys)?
    };
    key_log::begin(&store, &history, profile)?;
    report.fact("entries", super::number(store.heads().map_err(node::fail)?.first().map_or(0, |head| head.size)));
    report.line("The node has a log now; its key records and its profile are the first entries.");
    Ok(())
}
