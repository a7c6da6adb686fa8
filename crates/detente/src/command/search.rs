//! `detente search`: find records by words, fields and dates.

use std::path::Path;
use std::time::{Duration, Instant};

use record::json::{Json, Map};
use search::{Ask, Cursor, Hit, Hits, Index, Order, Query, Total};
use storage::LocalStore;

use super::log::number;
use crate::arguments::SearchArguments;
use crate::home::Home;
use crate::node;
use crate::operations::asked;
use crate::outcome::{Done, Exit, Failure};
use crate::report::Report;
use crate::searching::{self, Behind, Caught};

/// How long a search reads what is new before it answers, in milliseconds. What is left is read by the next one, or by a running
/// node; the answer says how much that is.
const CATCH_UP_MS: u64 = 10_000;

pub(crate) fn run(arguments: &SearchArguments, report: &mut Report) -> Done {
    let query = parsed(&arguments.query)?;
    let home = Home::open(&arguments.dir)?;
    let index = current(&home, report)?;
    let ask =
        Ask::new(&query, usize::from(arguments.limit)).going_on(arguments.before).with_versions(arguments.all_versions);
    let hits = if asked::is_anything_hidden() {
        shown(&index, ask, usize::MAX, &mut |hit| Ok(asked::is_shown(&to_map(hit))))?
    } else {
        index.search(&ask).map_err(|error| searching::fail(&error))?
    };
    say(&hits, report);
    report.data("query", query.to_string());
    report.data("hits", Json::Array(hits.hits.iter().map(|hit| Json::from(to_map(hit))).collect()));
    report.data("next", hits.next.map_or(Json::Null, |cursor| Json::from(cursor.to_string())));
    Ok(())
}

/// The fewest hits that are read at once where some are not shown: each reading looks the words up anew.
const LEAST_STEP: usize = 16;

/// A page of the hits that are shown, newest first, and whether there is another one: by those that are shown alone, as far as
/// `most` hits reach. Behind so many, a page may be short, or empty, and go on.
pub(crate) fn shown(
    index: &Index,
    ask: Ask<'_>,
    most: usize,
    is_shown: &mut dyn FnMut(&Hit) -> Done<bool>,
) -> Done<Hits> {
    let (limit, mut looked, mut behind) = (ask.limit, 0_usize, None);
    let (mut kept, mut at): (Vec<Hit>, Option<Cursor>) = (Vec::new(), ask.before);
    loop {
        let mut step = ask.plainly(true).going_on(at);
        step.limit = limit.saturating_sub(kept.len()).saturating_add(1).max(LEAST_STEP);
        let mut page = index.search(&step).map_err(|error| searching::fail(&error))?;
        for hit in std::mem::take(&mut page.hits) {
            if looked >= most {
                return Ok(only(page, kept, at));
            }
            (looked, at) = (looked.saturating_add(1), Some(hit.behind));
            if !is_shown(&hit)? {
                continue;
            }
            if kept.len() >= limit {
                return Ok(only(page, kept, behind));
            }
            behind = at;
            kept.push(hit);
        }
        if page.next.is_none() {
            return Ok(only(page, kept, None));
        }
        at = page.next;
    }
}

fn only(mut page: Hits, kept: Vec<Hit>, next: Option<Cursor>) -> Hits {
    page.total = Total::MoreThan(kept.len());
    (page.hits, page.next) = (kept, next);
    page
}

/// A query, or where it is wrong.
pub(super) fn parsed(text: &str) -> Done<Query> {
    let pointed = |column: usize| format!("{text}\n{}^", " ".repeat(column.saturating_sub(1)));
    text.parse().map_err(|error: search::QueryError| {
        Failure::arguments(&error).advise(format!("docs/search.md has examples. The place:\n{}", pointed(error.column)))
    })
}

/// The index, brought up to the logs; or as it stands, if another process keeps them to itself.
fn current(home: &Home, report: &mut Report) -> Done<Index> {
    match node::open_to_read(home, &home.history()?) {
        Ok(store) => {
            let caught = caught(home, &store, report)?;
            tell_behind(caught.behind, home.dir(), report);
            Ok(caught.index)
        }
        Err(failure) if failure.exit == Exit::Environment => {
            let Some(index) = searching::as_it_stands(home)? else { return Err(failure) };
            report
                .warn(&format!("what came last may be missing, since the log cannot be read now: {}", failure.message));
            report.data("behind", Json::Null);
            Ok(index)
        }
        Err(failure) => Err(failure),
    }
}

/// The index of an open store after it has followed for a while.
pub(crate) fn caught(home: &Home, store: &LocalStore, report: &Report) -> Done<Caught> {
    let end = Instant::now().checked_add(Duration::from_millis(CATCH_UP_MS));
    let caught = searching::catch_up(home, store, &|| end.is_some_and(|end| Instant::now() >= end))?;
    if let Some(reason) = &caught.remade {
        report.warn(&format!("the search index was of no use and is made anew from the log: {reason}"));
    }
    Ok(caught)
}

fn tell_behind(behind: Behind, dir: &Path, report: &mut Report) {
    report.data("behind", number(behind.0));
    if behind.0 > 0 {
        report.warn(&format!(
            "{} entries of the log are not searched yet. The same command reads on where it stopped; so does: detente serve --dir {}",
            behind.0,
            dir.display()
        ));
    }
}

fn say(hits: &Hits, report: &mut Report) {
    let order = match hits.order {
        Order::ByRank => "best first",
        Order::ByDate => "newest first",
    };
    let (words, total) = match hits.total {
        Total::Exact(found) => {
            (format!("{found} records, {order}"), Map::new().with("exact", Json::count(found as u64)))
        }
        Total::MoreThan(least) => {
            let words = format!("more than {least} records, too many to rank: {order}");
            (words, Map::new().with("more_than", Json::count(least as u64)))
        }
    };
    report.line(words);
    report.data("total", total);
    report.data("order", if hits.order == Order::ByRank { "rank" } else { "date" });
    for hit in &hits.hits {
        let older = if hit.shadowed { "  (an older version, or shown in part)" } else { "" };
        report.line(format!("\n{}  {}  {}{older}", date(hit), hit.digest, crate::report::one_line(&hit.title)));
        report.line(format!("    {}", crate::report::one_line(&hit.snippet)));
    }
    if let Some(cursor) = hits.next {
        report.line(format!("\nthere are more: add --before {cursor}"));
    }
}

fn date(hit: &Hit) -> String {
    hit.date().to_string().chars().take(10).collect()
}

/// A hit as a program reads it.
pub(crate) fn to_map(hit: &Hit) -> Map {
    Map::new()
        .with("record_digest", hit.digest.to_string())
        .with("id", hit.object.as_deref().map_or(Json::Null, Json::from))
        .with("date", date(hit))
        .with("title", hit.title.as_str())
        .with("snippet", hit.snippet.as_str())
        .with("log", hit.place.log.as_str())
        .with("index", number(hit.place.index))
        .with("is_older", Json::Bool(hit.shadowed))
}
