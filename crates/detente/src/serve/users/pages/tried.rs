//! What was tried against something, as several pages have it.

use incident::{Countermeasure, CountermeasureText, Outcome};
use pages::{Block, Inline, Row, Say, Table};
use record::stix::StixId;
use storage::views::cases;

use super::shared::{cut, word};
use super::{Asked, Made};
use crate::cases::{Cases, Links};
use crate::node;
use crate::operations::sight::Sight;

/// Countermeasures that one page lists. Nobody reads more at once.
const MAX_ROWS: usize = 50;

/// The countermeasures that somebody says were tried against one of these, as far as they are for this account; none if there are none.
pub(super) fn block(
    asked: &Asked<'_>,
    (sight, cases): (&Sight<'_>, &Cases<'_>),
    links: &Links,
    against: &[StixId],
) -> Made<Option<Block>> {
    let head = &["case-tried-what", "case-tried-outcome", "case-tried-measured", "incidents-by"];
    let mut table = Table::new("case-tried-caption", head, "case-tried-none");
    let all = against.iter().flat_map(|id| links.graph.countermeasures_of(id));
    for tried in all.take(MAX_ROWS) {
        table.rows.extend(row(asked, (sight, cases), &tried.id)?);
    }
    let is_empty = table.rows.is_empty();
    Ok((!is_empty).then(|| Block::section("tried", "case-tried", vec![table.into()])))
}

/// The newest version of a countermeasure that is for this account.
fn row(asked: &Asked<'_>, (sight, all): (&Sight<'_>, &Cases<'_>), id: &StixId) -> Made<Option<Row>> {
    let places = cases::of_object(asked.store(), id.as_str()).map_err(node::fail)?;
    let (found, _unread) = all.open(&places)?;
    let mut newest = None;
    for one in &found {
        let Some(seen) = sight.seen(one)? else { continue };
        let Ok(read) = Countermeasure::of_shown(seen.record.content().object()) else { continue };
        let time = read.object().text("modified").map(str::to_owned);
        if newest.as_ref().is_none_or(|(known, _, _)| *known < time) {
            newest = Some((time, seen, read));
        }
    }
    let Some((_, seen, read)) = newest else { return Ok(None) };
    let facts = read.facts();
    let text = |name| facts.text(name).map(|text| Inline::content(cut(text))).into_iter().collect::<Vec<_>>();
    let title = facts.text(CountermeasureText::Name).map_or(Say::Word("no-title"), Say::content);
    let outcome = facts.outcome.map(|outcome| word("outcome", Outcome::name(outcome)).into());
    let cells = vec![
        vec![Inline::link(format!("/records/{}", seen.record.digest()), title)],
        outcome.into_iter().collect(),
        text(CountermeasureText::Measured),
        vec![asked.name(seen.record.content().issuer()).into()],
    ];
    Ok(Some(Row::new(cells)))
}
