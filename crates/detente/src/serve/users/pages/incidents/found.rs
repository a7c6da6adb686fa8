//! What a search finds: hits of which this account may see all, newest first and not ranked, since a rank tells how rare a word
//! is, also in what is not shown.

use pages::{Block, Inline, Row, Say, Table, Tone};
use search::{Ask, Cursor, Hit, Query};

use super::super::{Asked, Made};
use super::Filter;
use crate::command::search::caught;
use crate::operations::sight::Sight;
use crate::report::Report;
use crate::searching;

/// Hits that a page shows. Whoever needs more adds a word.
const MAX_HITS: usize = 50;

/// Hits that are looked through for one page: whoever may see little must not cost much.
const MAX_LOOKED_THROUGH: usize = 1_000;

/// Hits that are asked of the index at once.
const STEP: usize = 100;

/// The cursor before every hit, newest first.
const NEWEST: &str = "d7fffffffffffffff";

pub(super) fn blocks(asked: &Asked<'_>, sight: &Sight<'_>, filter: &Filter, words: &str) -> Made<Vec<Block>> {
    let query: Query = match filter.query(words).parse() {
        Ok(query) => query,
        Err(error) => return Ok(vec![wrong(&error)]),
    };
    let (hits, is_cut) = read(asked, sight, &query)?;
    let shown = hits.iter().take(MAX_HITS).map(row);
    let head = &["incidents-what", "incidents-found-text", "incidents-day"];
    let mut blocks = vec![Table::new("incidents-found-caption", head, "incidents-found-none").rows(shown).into()];
    if hits.len() > MAX_HITS {
        blocks.push(Block::notice(Tone::Calm, Say::count("incidents-found-more", MAX_HITS)));
    } else if is_cut {
        blocks.push(Block::notice(Tone::Watch, "incidents-cut"));
    }
    Ok(blocks)
}

fn wrong(error: &search::QueryError) -> Block {
    let line = vec![Inline::Strong(Say::Word("incidents-search-wrong")), Inline::content(error.to_string())];
    Block::Notice(Tone::Grave, line)
}

/// The first hits that the account may see, one more than is shown; and whether enough was looked through before.
fn read(asked: &Asked<'_>, sight: &Sight<'_>, query: &Query) -> Made<(Vec<Hit>, bool)> {
    let (reading, index) = (asked.reading(), caught(asked.home, asked.store(), &Report::keeping())?.index);
    let (mut hits, mut at, mut looked) = (Vec::new(), NEWEST.parse::<Cursor>().ok(), 0_usize);
    loop {
        let page = index.search(&Ask::new(query, STEP).going_on(at)).map_err(|error| searching::fail(&error))?;
        for hit in page.hits {
            looked = looked.saturating_add(1);
            if reading.sees(sight, &hit)? {
                hits.push(hit);
            }
        }
        at = page.next;
        if at.is_none() || hits.len() > MAX_HITS || looked >= MAX_LOOKED_THROUGH {
            return Ok((hits, at.is_some()));
        }
    }
}

fn row(hit: &Hit) -> Row {
    let incident = hit.object.as_deref().filter(|id| id.starts_with("incident--"));
    let to = incident.map_or_else(|| format!("/records/{}", hit.digest), |id| format!("/incidents/{id}"));
    let title = if hit.title.is_empty() { Say::Word("no-title") } else { Say::content(hit.title.as_str()) };
    let day: String = hit.date().to_string().chars().take(10).collect();
    Row::new(vec![vec![Inline::link(to, title)], vec![Inline::content(hit.snippet.as_str())], vec![Inline::sign(day)]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_begins_before_every_hit() {
        assert!(NEWEST.parse::<Cursor>().is_ok());
    }
}
