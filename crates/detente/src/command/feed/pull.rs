//! `detente feed pull`: one reading of a peer's feeds, without a running node.

use record::json::{Json, Map};

use crate::arguments::FeedPullArguments;
use crate::outcome::{Done, Failure};
use crate::report::Report;
use crate::serve::pull_once;

pub(super) fn run(arguments: &FeedPullArguments, report: &mut Report) -> Done {
    let pulled = pull_once(&arguments.node, arguments.party)?;
    let mut rows = Vec::new();
    for (feed, one) in &pulled {
        report.line(format!("feed {feed}: {} new entries, {} in all", one.entries, one.size));
        let map = Map::new().with("feed", feed.to_string()).with("new", Json::count(one.entries));
        let caught = one.caught.iter().map(|caught| Json::text(caught.to_string())).collect();
        rows.push(Json::from(map.with("size", Json::count(one.size)).with("caught", Json::Array(caught))));
        for caught in &one.caught {
            report.warn(&caught.to_string());
        }
        if let Some(waiting) = &one.waiting {
            report.warn(waiting);
        }
    }
    if pulled.is_empty() {
        report.line("That peer has no feed for this node.");
    }
    report.data("feeds", Json::Array(rows));
    let is_sound = pulled.iter().all(|(_, one)| one.caught.is_empty());
    if is_sound {
        Ok(())
    } else {
        Err(Failure::refused("something is wrong with what this peer sends").advise("detente alarm list --dir DIR"))
    }
}
