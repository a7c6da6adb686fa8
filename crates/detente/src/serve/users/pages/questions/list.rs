//! The list: what waits first, the nearest deadline first.

use pages::{Block, Inline, Page, Row, Say, Table};
use record::time::Timestamp;

use super::super::{Asked, Made, act};
use super::{about, asking, seen, state};
use crate::clarifications::{Clarification, State};
use crate::operations::sight::Sight;

/// Most rows of questions that are settled.
const MAX_SETTLED: usize = 100;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let sight = asked.sight()?;
    let page = Page::new("questions-title").and(act::done(asked.ask));
    // Whoever comes from a record's page wants to ask about it.
    let page = page.and(asking::block(asked, &sight)?);
    let (mut open, mut settled): (Vec<_>, Vec<_>) =
        seen(asked, &sight)?.into_iter().partition(|one| is_open(one, asked.ask.now));
    open.sort_by_key(|one| one.question.deadline);
    settled.sort_by_key(|one| std::cmp::Reverse(one.question.deadline));
    settled.truncate(MAX_SETTLED);
    let (theirs, ours): (Vec<_>, Vec<_>) = open.into_iter().partition(|one| !one.is_ours);
    let page = page
        .with(part(asked, &sight, ("theirs", "questions-theirs", "questions-theirs-none"), &theirs)?)
        .with(part(asked, &sight, ("ours", "questions-ours", "questions-ours-none"), &ours)?)
        .with(part(asked, &sight, ("settled", "questions-settled", "questions-settled-none"), &settled)?);
    Ok(page.with(Block::line("questions-how-to-ask")))
}

/// Whether somebody still has to do something.
fn is_open(one: &Clarification, now: Timestamp) -> bool {
    matches!(one.state(now), State::Unsent | State::Waiting | State::Silent)
}

fn part(
    asked: &Asked<'_>,
    sight: &Sight<'_>,
    (id, title, empty): (&'static str, &'static str, &'static str),
    all: &[Clarification],
) -> Made<Block> {
    let head = ["question-question", "question-about", "question-with", "question-deadline", "question-state"];
    let rows = all.iter().map(|one| row(asked, sight, one)).collect::<Made<Vec<_>>>()?;
    Ok(Block::section(id, title, vec![Table::new(title, &head, empty).rows(rows).into()]))
}

fn row(asked: &Asked<'_>, sight: &Sight<'_>, one: &Clarification) -> Made<Row> {
    let (words, tone) = state(one, one.state(asked.ask.now));
    let asks = one.question.asks.as_ref().map(|text| asked.language().choose(text));
    let asks = asks.map_or(Say::Word("question-withheld"), |text| Say::content(shortened(text)));
    let cells = vec![
        vec![Inline::link(format!("/questions/{}", one.question.digest), asks)],
        vec![about(asked, sight, one)?],
        one.with.map(|party| Inline::Text(asked.name(party))).into_iter().collect(),
        vec![Inline::Time(one.question.deadline)],
        vec![Inline::tag(tone, words)],
    ];
    Ok(Row::new(cells).toned(tone))
}

/// Most characters of a question in a row.
const MAX_ASKS_CHARACTERS: usize = 100;

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(MAX_ASKS_CHARACTERS).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
