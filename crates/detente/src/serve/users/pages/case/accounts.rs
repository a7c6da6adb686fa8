//! What several parties say of one case, side by side. Nothing is averaged: where two differ, both stand.

use incident::{Account, Comparison, Saying, side_by_side};
use pages::{Block, Inline, Row, Say, Table, Tone};

use super::super::Made;
use super::super::shared::{parted, record_link, short_of, word};
use super::Scene;
use super::facts::{PRECISION, property};
use crate::cases::Links;

/// Accounts that stand side by side: more do not fit on any screen, and the rest is one page further at the other incident.
const MAX_SIDE_BY_SIDE: usize = 4;

pub(super) fn blocks(scene: &Scene<'_>, links: &Links) -> Made<Option<Block>> {
    let accounts = accounts(scene, links)?;
    if accounts.len() < 2 {
        return Ok(None);
    }
    let shown = accounts.get(..MAX_SIDE_BY_SIDE).unwrap_or(&accounts);
    let mut table = Table::new("case-accounts-caption", &["case-property"], "case-accounts-same");
    table.head.extend(shown.iter().map(|account| scene.asked.name(account.author)));
    let mut blocks = vec![Block::List(shown.iter().map(|account| line(scene, account)).collect())];
    let rows = side_by_side(shown).into_iter().filter(|row| row.property != PRECISION).map(|row| {
        let says = row.says.iter().map(|saying| match saying {
            Saying::Says(value) => short_of(row.property, value),
            Saying::Silent => vec![Inline::Text(Say::Word("case-silent"))],
            Saying::NotShown => vec![Inline::Text(Say::Word("case-not-shown"))],
        });
        let mut name = vec![Inline::Text(property(row.property))];
        name.extend((row.comparison == Comparison::Differ).then(|| Inline::tag(Tone::Watch, "case-differ")));
        Row::new(std::iter::once(name).chain(says).collect()).toned(if row.comparison == Comparison::Differ {
            Tone::Watch
        } else {
            Tone::Calm
        })
    });
    blocks.push(table.rows(rows).into());
    if accounts.len() > shown.len() {
        blocks.push(Block::line(Say::count("case-accounts-more", accounts.len().saturating_sub(shown.len()))));
    }
    Ok(Some(Block::section("accounts", "case-accounts", blocks)))
}

fn line(scene: &Scene<'_>, account: &Account) -> Vec<Inline> {
    let role = account.role().map(|role| vec![Inline::Text(word("role", role.name()))]).unwrap_or_default();
    parted([vec![scene.asked.name(account.author).into()], role, vec![record_link(account.digest)]])
}

/// The accounts of this incident, and of those that are one with it, as far as each is for this account.
fn accounts(scene: &Scene<'_>, links: &Links) -> Made<Vec<Account>> {
    let (own, id) = (scene.asked.open.party(), &scene.seen.case.id);
    let mut accounts = scene.seen.case.accounts(own);
    for other in links.graph.same(id).iter().filter(|other| *other != id) {
        let other = scene.sight.case(&scene.cases(), other)?;
        accounts.extend(other.iter().flat_map(|other| other.case.accounts(own)));
    }
    Ok(accounts)
}
