//! What a search finds: hits of which this account may see all, newest first and not ranked, since a rank tells how rare a word
//! is, also in what is not shown.

use pages::{Block, Inline, Row, Say, Table, Tone};
use search::{Ask, Hit, Query};

use super::super::{Asked, Made};
use super::{Filter, PATH};
use crate::command::search::{caught, shown};
use crate::operations::sight::Sight;
use crate::report::Report;

/// Hits of one page.
const MAX_HITS: usize = 25;

/// Hits that are looked through for one page: whoever may see little must not cost much.
const MAX_LOOKED_THROUGH: usize = 400;

pub(super) fn blocks(asked: &Asked<'_>, sight: &Sight<'_>, filter: &Filter, words: &str) -> Made<Vec<Block>> {
    let query: Query = match filter.query(words).parse() {
        Ok(query) => query,
        Err(error) => return Ok(vec![wrong(&error)]),
    };
    let (reading, index) = (asked.reading(), caught(asked.home, asked.store(), &Report::keeping())?.index);
    let before = asked.query("behind").and_then(|mark| mark.parse().ok());
    let ask = Ask::new(&query, MAX_HITS).going_on(before);
    let page = shown(&index, ask, MAX_LOOKED_THROUGH, &mut |hit| reading.sees(sight, hit))?;
    let head = &["incidents-what", "incidents-found-text", "incidents-day"];
    let rows = page.hits.iter().map(row);
    let mut blocks = vec![Table::new("incidents-found-caption", head, "incidents-found-none").rows(rows).into()];
    // A mark of a hit that is not shown would tell of it.
    let last = page.hits.last().map(|hit| hit.behind.to_string());
    match page.next.map(|next| next.to_string()) {
        Some(next) if last.as_ref() == Some(&next) => {
            let query = asked.ask.query.query_with(&[("done", ""), ("behind", &next)]);
            blocks.push(Block::Line(vec![Inline::link(format!("{PATH}?{query}"), "incidents-next")]));
        }
        Some(_) => blocks.push(Block::notice(Tone::Watch, "incidents-cut")),
        None => {}
    }
    Ok(blocks)
}

fn wrong(error: &search::QueryError) -> Block {
    let line = vec![Inline::Strong(Say::Word("incidents-search-wrong")), Inline::content(error.to_string())];
    Block::Notice(Tone::Grave, line)
}

fn row(hit: &Hit) -> Row {
    let incident = hit.object.as_deref().filter(|id| id.starts_with("incident--"));
    let to = incident.map_or_else(|| format!("/records/{}", hit.digest), |id| format!("/incidents/{id}"));
    let title = if hit.title.is_empty() { Say::Word("no-title") } else { Say::content(hit.title.as_str()) };
    let day: String = hit.date().to_string().chars().take(10).collect();
    Row::new(vec![vec![Inline::link(to, title)], vec![Inline::content(hit.snippet.as_str())], vec![Inline::sign(day)]])
}
