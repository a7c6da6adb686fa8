//! How much went to whom: where the counters of a release stand, and where they stand after it.

use pages::{Block, Inline, Row, Say, Table, Tone};
use policy::agreement::Counted;
use policy::decision::{Exposure, Permit, Subject, counter_name};
use record::time::Timestamp;

use super::super::Asked;

/// A table of the budget's counters; none if the clause sets no budget. `exposure` says where they stood before.
pub(super) fn block(asked: &Asked<'_>, permit: &Permit, exposure: &Exposure, time: Timestamp) -> Option<Block> {
    let budget = permit.obligations.budget.as_ref()?;
    let by = if budget.counted == Counted::Members { Subject::members(&permit.shown) } else { 1 };
    let rows = permit.recipients.iter().map(|to| {
        let before = exposure.get(&counter_name(*to, budget, budget.per, time)).copied().unwrap_or(0);
        let after = before.saturating_add(by);
        let tone = if after > budget.at_most { Tone::Grave } else { Tone::Calm };
        let cells = vec![
            vec![asked.name(*to).into()],
            vec![Inline::content(budget.category.as_str()), Say::known("release-per", budget.per.name()).into()],
            vec![Inline::sign(before)],
            vec![Inline::sign(after)],
            vec![Inline::sign(budget.at_most)],
        ];
        Row::new(cells).toned(tone)
    });
    let head = ["release-recipients", "release-counted", "release-before", "release-after", "release-at-most"];
    let table = Table::new("release-counters", &head, "release-counters-none").rows(rows);
    Some(Block::section("counters", "release-counters", vec![table.into()]))
}
