//! What annotators say of an incident, side by side, and how far they agree.

use incident::labels::{Annotator, FieldRow, Pinned, Rater, RaterName, Said};
use incident::taxonomy::{Taxonomy, Value};
use pages::{Block, Inline, Row, Say, Table, Tone};

use super::super::Made;
use super::super::shared::{parted, record_link};
use super::Scene;

pub(super) fn blocks(scene: &Scene<'_>) -> Made<Option<Block>> {
    let labels = scene.sight.labels(&scene.cases(), &scene.seen.case.id)?;
    let (id, mut blocks) = (&scene.seen.case.id, Vec::new());
    for pinned in labels.said.pinned(id) {
        let rows = labels.said.rows(id, pinned);
        let taxonomy = Taxonomy::neutral().ok().filter(|known| Pinned::of(known) == *pinned);
        let head = &["case-labels-field", "case-labels-said"];
        let mut table = Table::new(caption(pinned), head, "case-labels-none");
        table.rows.extend(rows.iter().map(|row| field(scene, taxonomy.as_ref(), row)));
        blocks.push(table.into());
        blocks.push(agreement(scene, &rows));
    }
    blocks.extend(labels.is_cut.then(|| Block::notice(Tone::Watch, "case-labels-cut")));
    Ok((!blocks.is_empty()).then(|| Block::section("labels", "case-labels", blocks)))
}

fn field(scene: &Scene<'_>, taxonomy: Option<&Taxonomy>, row: &FieldRow<'_>) -> Row {
    let mut name = vec![Inline::Text(super::forms::field_words(row.field))];
    name.extend(row.is_disputed().then(|| Inline::tag(Tone::Watch, "case-differ")));
    let said = row.said.iter().map(|(rater, said)| one(scene, taxonomy, row.field, rater, said));
    let row_tone = if row.is_disputed() { Tone::Watch } else { Tone::Calm };
    Row::new(vec![name, parted(said)]).toned(row_tone)
}

fn one(scene: &Scene<'_>, taxonomy: Option<&Taxonomy>, field: &str, rater: &Rater, said: &Said<'_>) -> Vec<Inline> {
    let values = said.values.iter().map(|code| vec![Inline::Strong(words(taxonomy, field, code))]);
    let mut line = parted(values);
    line.push(self::rater(rater));
    line.push(Inline::Text(scene.asked.name(rater.author)));
    line.extend(said.confidence.map(|percent| Inline::sign(format!("{percent} %"))));
    line.push(record_link(said.statement));
    line
}

/// Whom a label names.
pub(super) fn rater(rater: &Rater) -> Inline {
    match &rater.name {
        RaterName::Known(Annotator::Person(name) | Annotator::Party(name)) => Inline::content(name.as_str()),
        RaterName::Known(Annotator::Program { name, version }) => Inline::sign(format!("{name} {version}")),
        RaterName::Withheld(_) => Inline::Text(Say::Word("case-annotator-withheld")),
    }
}

/// In the words of which taxonomy.
pub(super) fn caption(pinned: &Pinned) -> Say {
    Say::with("case-labels-caption", "taxonomy", format!("{} {}", pinned.taxonomy, pinned.version))
}

/// What a value is called in both languages, where the taxonomy is the one that this program has.
fn words(taxonomy: Option<&Taxonomy>, field: &str, code: &str) -> Say {
    let fields = taxonomy.into_iter().flat_map(|taxonomy| &taxonomy.fields);
    let mut values = fields.filter(|known| known.code == field).flat_map(|known| &known.values);
    values.find(|value| value.code == code).map_or_else(|| Say::sign(code), value_words)
}

pub(super) fn value_words(value: &Value) -> Say {
    Say::Both([value.name_en.clone(), value.name_zh.clone()])
}

/// How far annotators agree: over the fields that two or more of them labelled.
fn agreement(scene: &Scene<'_>, rows: &[FieldRow<'_>]) -> Block {
    let both = rows.iter().filter(|row| row.said.len() > 1).count();
    let disputed = rows.iter().filter(|row| row.said.len() > 1 && row.is_disputed()).count();
    if both == 0 {
        return Block::line("case-labels-single");
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX).into();
    let values = vec![("agreed", number(both.saturating_sub(disputed))), ("fields", number(both))];
    let kappa = Inline::link(format!("{}/agreement", scene.path()), "case-kappa");
    Block::Line(vec![Inline::Text(Say::With("case-labels-agree", values)), kappa])
}
