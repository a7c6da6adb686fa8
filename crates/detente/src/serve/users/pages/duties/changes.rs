//! What answers would change.

use duties::{Change, Dictionary, Packs, Summary};
use pages::{Block, Inline, Say};
use record::time::Timestamp;

use super::asking::Answered;
use super::standing::tag;
use super::words::{both, by_when, facts_words};

/// Changes that are named; more are counted.
const MAX_NAMED: usize = 8;

/// What would be otherwise, and what would be asked then. Nothing, where nothing was typed.
pub(super) fn told(
    packs: &Packs,
    answered: &Answered,
    changes: &[Change],
    (asked_then, now): (&[&str], Timestamp),
) -> Vec<Block> {
    if answered.is_empty() {
        return Vec::new();
    }
    let dictionary: &Dictionary = packs.dictionary();
    let mut lines = answered.faults(dictionary);
    lines.extend(changes.iter().take(MAX_NAMED).map(|change| line(packs, change, now)));
    let more = changes.len().saturating_sub(MAX_NAMED);
    lines.extend((more > 0).then(|| vec![Inline::Text(Say::count("duties-more-changes", more))]));
    let head = if changes.is_empty() { "duties-no-change" } else { "duties-would-change" };
    let mut blocks =
        vec![Block::Line(vec![Inline::Strong(Say::Word(head)), Inline::Text(Say::Word("duties-not-saved"))])];
    blocks.extend((!lines.is_empty()).then_some(Block::List(lines)));
    if !asked_then.is_empty() {
        let mut line = vec![Inline::Text(Say::Word("duties-asked-then"))];
        line.extend(facts_words(dictionary, asked_then));
        blocks.push(Block::Line(line));
    }
    blocks
}

fn line(packs: &Packs, change: &Change, now: Timestamp) -> Vec<Inline> {
    let label =
        packs.duty(&change.duty).map_or_else(|| Inline::code(&change.duty), |(_, duty)| both(&duty.label).into());
    let mut line = vec![label];
    line.extend(word(change.before.as_ref()));
    line.push(Inline::sign("→"));
    line.extend(word(change.after.as_ref()));
    let next = change.after.as_ref().and_then(|summary| summary.due.values().min());
    line.extend(next.map(|due| by_when(now, *due)).unwrap_or_default());
    line
}

fn word(summary: Option<&Summary>) -> Option<Inline> {
    summary.map(|summary| tag(summary.standing, summary.is_disputed))
}
