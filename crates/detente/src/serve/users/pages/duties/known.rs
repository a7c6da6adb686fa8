//! What is known, and where it comes from.

use access::Right;
use duties::{Language, value_words};
use pages::{Block, Inline, Row, Say, Table};
use record::digest::RecordDigest;

use super::super::Asked;
use super::words::both;
use crate::duty_book::{DutyBook, Gathered, Source};

/// Every fact with its source; a way to change it for whoever may.
pub(super) fn blocks(asked: &Asked<'_>, book: &DutyBook<'_>, gathered: &Gathered, path: &str) -> Vec<Block> {
    let dictionary = book.packs().dictionary();
    let rows = gathered.facts.known().filter_map(|(index, value)| {
        let fact = dictionary.fact(index)?;
        let words = [Language::English, Language::Chinese].map(|language| value_words(value, fact, language));
        let mut what = vec![Inline::Text(both(&fact.label))];
        let change = format!("{path}?fact={}#questions", fact.id);
        what.extend(asked.may(super::book::ANSWERS).then(|| Inline::link(change, "duties-change")));
        let from = gathered.sources.get(&fact.id).map(|source| from(asked, source)).unwrap_or_default();
        Some(Row::new(vec![what, vec![Inline::Text(Say::Both(words))], from]))
    });
    let table =
        Table::new("duties-known-caption", &["duties-fact", "duties-value", "duties-from"], "duties-known-none");
    let mut blocks = vec![table.rows(rows).into()];
    let left_out = gathered.left_out.iter().map(|(what, why)| vec![Inline::code(what), Inline::content(why.as_str())]);
    let left_out: Vec<_> = left_out.collect();
    blocks
        .extend((!left_out.is_empty()).then(|| Block::Fold(Say::Word("duties-left-out"), vec![Block::List(left_out)])));
    blocks
}

/// Where a fact comes from, and the record that says it.
fn from(asked: &Asked<'_>, source: &Source) -> Vec<Inline> {
    let word = |key| Inline::Text(Say::Word(key));
    let record = |digest: &RecordDigest| {
        asked.may(Right::Read).then(|| Inline::link(format!("/records/{digest}"), "record-link"))
    };
    match source {
        Source::Incident(digest) => std::iter::once(word("duties-from-incident")).chain(record(digest)).collect(),
        Source::Profile(digest) => std::iter::once(word("duties-from-profile")).chain(record(digest)).collect(),
        Source::Answered(digest) => std::iter::once(word("duties-from-answered")).chain(record(digest)).collect(),
        Source::Filed(digest) => std::iter::once(word("duties-from-filed")).chain(record(digest)).collect(),
        Source::Typed => vec![word("duties-from-typed")],
    }
}
