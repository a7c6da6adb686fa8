//! `detente log migrate`: from the layout of an earlier build to this one's.

use storage::Store as _;

use super::open_keys;
use crate::arguments::LogMigrateArguments;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::{key_log, node};

pub(super) fn run(arguments: &LogMigrateArguments, report: &mut Report) -> Done {
    let home = Home::open(&arguments.node.dir)?;
    report.fact("layout", format!("{}", storage::layout::LAYOUT));
    if node::has_store(home.dir())? {
        report.line("The directory has this build's layout already. Nothing was changed.");
        return Ok(());
    }
    let (history, keys) = open_keys(&home, &arguments.node)?;
    let known = home.known()?;
    let profile = known.profile().ok_or_else(|| Failure::input("profile.json holds no profile"))?;
    let store = node::create(home.dir(), &history, keys)?;
    key_log::catch_up(&store, &history, profile)?;
    report.fact("entries", super::number(store.heads().map_err(node::fail)?.first().map_or(0, |head| head.size)));
    report.line("The node has a log now; its key records and its profile are the first entries.");
    Ok(())
}
