//! The worked examples, tried on this node under its floors.

use pages::{Block, Inline, Row, Say, Table, Tone};
use policy::agreement::{Agreement, Expected, Reproduced, Reproduction};

use super::super::case::property;
use super::super::shared::parted;
use super::super::{Asked, Made};
use crate::holdings::Holdings;
use crate::outcome::Failure;

/// What comes out here.
pub(super) fn of(asked: &Asked<'_>, agreement: &Agreement) -> Made<Reproduction> {
    let floors = Holdings::read(asked.store(), asked.home)?.floors()?;
    Ok(agreement.reproduce(&floors).map_err(Failure::refused)?)
}

pub(super) fn block(asked: &Asked<'_>, agreement: &Agreement, tried: &Reproduction) -> Block {
    let rows = tried.examples.iter().map(|one| row(asked, agreement, one));
    let head = ["agreement-example", "agreement-example-here", "agreement-example-expected", "agreement-example-holds"];
    let table = Table::new("agreement-examples-caption", &head, "agreement-examples-none").rows(rows);
    Block::section("examples", "agreement-examples", vec![table.into()])
}

fn row(asked: &Asked<'_>, agreement: &Agreement, one: &Reproduced) -> Row {
    let example = agreement.examples().iter().find(|example| example.id == one.id);
    let title = example.map_or("", |example| asked.language().choose(&example.title));
    let (word, tone) =
        if one.holds() { ("agreement-example-yes", Tone::Good) } else { ("agreement-example-otherwise", Tone::Grave) };
    let cells = vec![
        vec![Inline::sign(one.id.as_str()), Inline::content(title)],
        outcome(&one.found),
        outcome(&one.expected),
        vec![Inline::tag(tone, word)],
    ];
    Row::new(cells).toned(if one.holds() { Tone::Calm } else { Tone::Grave })
}

fn outcome(expected: &Expected) -> Vec<Inline> {
    match expected {
        Expected::Permitted { clause, shown } => {
            let goes = Say::with("agreement-example-goes", "clause", clause.to_string());
            let fields = parted(shown.iter().map(|name| vec![Inline::Text(property(name))]));
            std::iter::once(Inline::Text(goes)).chain(fields).collect()
        }
        Expected::Refused { because } => vec![Inline::Text("agreement-example-stays".into()), Inline::code(because)],
    }
}
