//! How far the annotators of an incident agree beyond chance: over this incident and every other that they labelled.

use std::collections::BTreeSet;

use incident::labels::{Agreement, CLASSIFICATION_TYPE, ClassificationStatement, Classifications, Pinned, Rater};
use pages::{Block, Inline, Row, Say, Table, Tone};
use storage::views::cases;

use super::super::shared::parted;
use super::super::{Asked, Made};
use super::{Scene, forms, labels};
use crate::node;

/// Statements that are read and judged for one page: each takes a millisecond or two.
const MAX_STATEMENTS: usize = 500;

pub(in super::super) fn page(asked: &Asked<'_>) -> Made {
    let scene = Scene::of(asked)?;
    let here = scene.sight.labels(&scene.cases(), &scene.seen.case.id)?;
    let (all, is_cut) = statements(&scene)?;
    let mut blocks = vec![Block::line("case-agreement-about")];
    for pinned in here.said.pinned(&scene.seen.case.id) {
        let rows = here.said.rows(&scene.seen.case.id, pinned);
        let mut table = Table::new(
            labels::caption(pinned),
            &[
                "case-labels-field",
                "case-agreement-who",
                "case-agreement-items",
                "case-agreement-observed",
                "case-kappa",
            ],
            "case-labels-single",
        );
        for row in rows.iter().filter(|row| row.said.len() > 1) {
            let raters: BTreeSet<Rater> = row.said.keys().cloned().collect();
            table.rows.push(field(&scene, &all, pinned, row.field, &raters));
        }
        blocks.push(table.into());
    }
    if blocks.len() == 1 {
        blocks.push(Block::line("case-labels-none"));
    }
    blocks.extend(is_cut.then(|| Block::notice(Tone::Watch, Say::count("case-agreement-cut", MAX_STATEMENTS))));
    Ok(scene.page("case-agreement").and(blocks))
}

/// The statements of annotators that are here and for this account, and whether there are more.
fn statements(scene: &Scene<'_>) -> Made<(Classifications, bool)> {
    let places = cases::of_type(scene.asked.store(), CLASSIFICATION_TYPE, MAX_STATEMENTS.saturating_add(1));
    let mut places = places.map_err(node::fail)?;
    let is_cut = places.len() > MAX_STATEMENTS;
    places.truncate(MAX_STATEMENTS);
    let mut kept = Vec::new();
    for found in scene.cases().open(&places)?.0 {
        if scene.sight.sees_whole(&found)? {
            kept.extend(ClassificationStatement::of_record(&found.record).ok());
        }
    }
    Ok((Classifications::of(kept), is_cut))
}

/// Two annotators by Cohen's kappa, more by Fleiss'.
fn field(scene: &Scene<'_>, all: &Classifications, pinned: &Pinned, field: &str, raters: &BTreeSet<Rater>) -> Row {
    let mut each = raters.iter();
    let found = match (each.next(), each.next(), each.next()) {
        (Some(one), Some(other), None) => all.between(one, other, pinned, field),
        _ => all.among(raters, pinned, field),
    };
    let names = raters.iter().map(|rater| vec![labels::rater(rater), Inline::Text(scene.asked.name(rater.author))]);
    let mut cells = vec![vec![Inline::Text(forms::field_words(field))], parted(names)];
    match found {
        Ok(found) => cells.extend(numbers(&found)),
        Err(_) => cells.extend([vec![Inline::Text(Say::Word("case-kappa-none"))], Vec::new(), Vec::new()]),
    }
    Row::new(cells)
}

fn numbers(found: &Agreement) -> [Vec<Inline>; 3] {
    let kappa = found
        .kappa
        .map_or(Inline::Text(Say::Word("case-kappa-one-value")), |kappa| Inline::sign(format!("{kappa:.2}")));
    [vec![Inline::sign(found.items)], vec![Inline::sign(format!("{:.0} %", found.observed * 100.0))], vec![kappa]]
}
