//! What a text changes in an earlier one, word by word, and what it would newly let out.

use pages::{Block, Inline, Row, Say, Stretch, Table, Tone};
use policy::agreement::{Agreement, ClauseChange, Fate, Redline, Span, Widenings, Words};
use policy::explain::Language;

use super::super::Asked;
use super::super::releases::agreement_link;
use crate::command::agreement::diff::widenings;

/// Cases that are tried for each clause: what a page can wait for. The command tries more.
const MAX_CASES: u128 = 5_000;

pub(super) fn block(asked: &Asked<'_>, old: &Agreement, new: &Agreement) -> Block {
    let redline = Redline::between(old, new);
    let compared = vec![Inline::Text("redline-with".into()), agreement_link(asked, old.digest(), Some(old))];
    let mut blocks = vec![Block::Line(compared)];
    if redline.is_empty() {
        blocks.push(Block::notice(Tone::Good, "redline-same"));
    }
    if !redline.terms.is_empty() {
        let terms = redline.terms.iter().map(|one| vec![both(|language| one.line(language))]);
        blocks.push(Block::List(terms.collect()));
    }
    if !redline.clauses.is_empty() {
        let head = ["agreement-clause", "redline-words", "redline-machine"];
        let rows = redline.clauses.iter().map(row);
        blocks.push(Table::new("redline-caption", &head, "redline-same").rows(rows).into());
    }
    blocks.extend(widened(old, new));
    Block::section("redline", "redline-title", blocks)
}

fn both(line: impl Fn(Language) -> String) -> Inline {
    let [english, chinese] = Language::ALL.map(line);
    Inline::Text(Say::both([&english, &chinese]))
}

fn row(change: &ClauseChange) -> Row {
    let (word, tone) = match change.fate {
        Fate::Added => (Some("redline-added"), Tone::Watch),
        Fate::Removed => (Some("redline-removed"), Tone::Watch),
        Fate::Kept => (None, Tone::Calm),
    };
    let mut name = vec![Inline::sign(&change.id)];
    name.extend(word.map(|word| Inline::tag(tone, word)));
    name.extend(change.moved.as_ref().map(|_| Inline::tag(Tone::Calm, "redline-moved")));
    let words = change.texts.iter().flat_map(|one| [Inline::sign(&one.language), compared(&one.words)]);
    let machine = change.machine.iter().map(|one| both(|language| one.line(language)));
    // A policy that changed under words that did not is what a reader must not miss.
    let tone = if change.machine.is_empty() { tone } else { Tone::Watch };
    Row::new(vec![name, words.collect(), machine.collect()]).toned(tone)
}

fn compared(words: &Words) -> Inline {
    let stretches = words.spans().iter().map(|span| match span {
        Span::Kept(text) => Stretch::Kept(text.clone()),
        Span::Removed(text) => Stretch::Gone(text.clone()),
        Span::Added(text) => Stretch::Come(text.clone()),
    });
    Inline::Compared(stretches.collect())
}

/// What the new text would newly let out.
fn widened(old: &Agreement, new: &Agreement) -> Vec<Block> {
    let found = Widenings::within(old, new, MAX_CASES);
    if found.only_narrows() {
        return vec![Block::notice(Tone::Good, "redline-only-narrows")];
    }
    let [english, chinese] = Language::ALL.map(|language| widenings::lines(&found, language));
    let lines =
        english.iter().zip(&chinese).map(|(english, chinese)| vec![Inline::Text(Say::both([english, chinese]))]);
    let lines = lines.collect();
    vec![Block::notice(Tone::Watch, "redline-widens"), Block::List(lines), Block::line("redline-records")]
}
