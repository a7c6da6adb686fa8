//! What is known, and where it comes from.

use access::Right;
use duties::{Language, value_words};
use pages::{Block, Inline, Row, Say, Table};
use record::digest::RecordDigest;

use super::super::Asked;
use super::super::shared::record_link;
use super::words::both;
use crate::duty_book::{DutyBook, Gathered, Source};

/// Every fact with its source; where a page asks about single ones, a way to change it for whoever may.
pub(super) fn blocks(asked: &Asked<'_>, book: &DutyBook<'_>, gathered: &Gathered, path: Option<&str>) -> Vec<Block> {
    let dictionary = book.packs().dictionary();
    let rows = gathered.facts.known().filter_map(|(index, value)| {
        let fact = dictionary.fact(index)?;
        let words = [Language::English, Language::Chinese].map(|language| value_words(value, fact, language));
        let mut what = vec![Inline::Text(both(&fact.label))];
        let change = path.filter(|_| asked.may(Right::Duties));
        what.extend(change.map(|path| Inline::link(format!("{path}?fact={}#questions", fact.id), "duties-change")));
        let source = gathered.sources.get(&fact.id);
        let mut from = source.map(|source| from(asked, source)).unwrap_or_default();
        if let Some(by) = source.and_then(|source| gathered.said_by(source)) {
            from.extend([Inline::Text(Say::Word("duties-said-by")), Inline::content(by)]);
        }
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
    let record = |digest: RecordDigest| kept_link(asked, digest);
    match *source {
        Source::Incident(digest) => vec![word("duties-from-incident"), record_link(digest)],
        Source::Profile(digest) => std::iter::once(word("duties-from-profile")).chain(record(digest)).collect(),
        Source::Answered(digest) => std::iter::once(word("duties-from-answered")).chain(record(digest)).collect(),
        Source::Filed(digest) => std::iter::once(word("duties-from-filed")).chain(record(digest)).collect(),
        Source::Typed => vec![word("duties-from-typed")],
    }
}

/// The way to a record that is kept about duties. Nobody labels those, so it is there for whoever sees what is not labelled.
pub(super) fn kept_link(asked: &Asked<'_>, record: RecordDigest) -> Option<Inline> {
    asked.caller().roles().is_some_and(|roles| roles.reads(None)).then(|| record_link(record))
}
