//! What else belongs to a case: other incidents, reports of it, and what was tried against it.

use incident::links::{LinkStatement, LinkWord};
use pages::{Block, Inline, Row, Say, Table, Tone};
use record::stix::StixId;

use super::super::shared::{case_link, cut, record_link, title};
use super::super::{Made, tried};
use super::Scene;
use crate::cases::Links;

/// Links and countermeasures that the page lists. Nobody decides over more at once.
const MAX_ROWS: usize = 50;

pub(super) fn blocks(scene: &Scene<'_>, links: &Links) -> Made<Vec<Block>> {
    let mut blocks = Vec::new();
    blocks.extend(statements(scene, links)?);
    let id = std::slice::from_ref(&scene.seen.case.id);
    blocks.extend(tried::block(scene.asked, (&scene.sight, &scene.cases()), links, id)?);
    Ok(blocks)
}

/// The statements that name this incident.
pub(super) fn here<'l>(scene: &Scene<'_>, links: &'l Links) -> Vec<&'l LinkStatement> {
    let id = &scene.seen.case.id;
    let names_it = |one: &&LinkStatement| one.link.iter().any(|link| link.from() == id || link.to() == id);
    let mut here: Vec<_> = links.statements.iter().filter(names_it).collect();
    here.sort_by_key(|one| (std::cmp::Reverse(one.time), one.digest));
    here.truncate(MAX_ROWS);
    here
}

fn statements(scene: &Scene<'_>, links: &Links) -> Made<Option<Block>> {
    let here = here(scene, links);
    let head = &["case-link-says", "case-link-other", "incidents-by", "case-link-when", "case-link-why"];
    let mut table = Table::new("case-links-caption", head, "case-links-none");
    for one in &here {
        table.rows.extend(row(scene, links, one)?);
    }
    let mut blocks = vec![table.into()];
    let (beyond, goes_on) = links.graph.beyond(&scene.seen.case.id);
    blocks.extend((!beyond.is_empty() || goes_on).then(|| Block::line("case-links-beyond")));
    blocks.extend(links.is_cut.then(|| Block::notice(Tone::Watch, "case-links-cut")));
    Ok((!here.is_empty()).then(|| Block::section("links", "case-links", blocks)))
}

fn row(scene: &Scene<'_>, links: &Links, one: &LinkStatement) -> Made<Option<Row>> {
    let Some(link) = &one.link else { return Ok(None) };
    let is_from = *link.from() == scene.seen.case.id;
    let other = if is_from { link.to() } else { link.from() };
    let mut says = vec![Inline::Text(link_words(link.word(), is_from))];
    says.extend((!links.holds(one.digest)).then(|| Inline::tag(Tone::Calm, "case-link-taken-back")));
    let cells = vec![
        says,
        vec![named(scene, other)?],
        vec![scene.asked.name(one.author).into()],
        vec![Inline::Time(one.time), record_link(one.digest)],
        vec![Inline::content(cut(links.reason(one.digest).unwrap_or_default()))],
    ];
    Ok(Some(Row::new(cells)))
}

/// What a link says, read from this incident.
pub(super) fn link_words(link: LinkWord, is_from: bool) -> Say {
    let end = if is_from { "" } else { "-this" };
    Say::known("link", &format!("{}{end}", link.name()))
}

/// What an end of a link is called: an incident by its title, anything else by its id.
fn named(scene: &Scene<'_>, id: &StixId) -> Made<Inline> {
    if id.object_type() != incident::INCIDENT_TYPE {
        return Ok(Inline::code(id));
    }
    let other = scene.sight.case(&scene.cases(), id)?;
    Ok(case_link(id, other.as_ref().and_then(|other| title(scene.asked, other))))
}
