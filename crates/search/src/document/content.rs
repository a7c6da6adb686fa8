//! What is kept of a record, and the tokens that follow from it.
//!
//! Tokens are made from what is kept and from nothing else, so that a row can be taken out of the database exactly as it was put
//! in. Whoever changes what becomes of a content changes the version of the index.

use std::collections::BTreeSet;

use record::digest::{PartyId, RecordDigest};

use crate::field::{Field, FieldKind};
use crate::range::{Line, day_value};
use crate::token::{self, EVERY};

/// What is told of a record beside its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) author: PartyId,
    pub(crate) digest: RecordDigest,
    pub(crate) object: Option<String>,
    /// The day that it counts under.
    pub(crate) day: i32,
}

/// What is kept of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) title: String,
    pub(crate) text: String,
    /// The values of its fields.
    pub(crate) facts: Vec<(Field, String)>,
}

/// The tokens of a record, as the database takes them in: of its fields and text, and of its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) body: String,
    pub(crate) title: String,
}

impl Content {
    /// The tokens. Fields stand before the text: what stands early has shorter places, and there no token comes twice.
    pub(crate) fn lines(&self, named: &Named) -> Lines {
        let (title, text) = (token::normal(&self.title), token::normal(&self.text));
        let mut lines = Lines { body: self.codes(named).join(" "), title: String::new() };
        token::push_words(text.as_str(), &mut lines.body);
        token::push_words(title.as_str(), &mut lines.title);
        lines
    }

    /// The tokens of all fields.
    fn codes(&self, named: &Named) -> Vec<String> {
        let mut tokens = vec![EVERY.to_owned()];
        tokens.push(token::code_token(Field::Author, &named.author.to_string()));
        tokens.push(token::code_token(Field::Digest, &named.digest.to_string()));
        tokens.extend(named.object.as_deref().map(|id| token::code_token(Field::Id, id)));
        tokens.extend(Line::DATE.tokens(day_value(named.day)));
        let mut seen = BTreeSet::new();
        for (field, value) in &self.facts {
            let phrase = tokens_of(*field, value);
            // Two codes may begin alike. The words of a name stand in their order, as often as they do.
            let is_name = matches!(field.kind(), FieldKind::Name);
            tokens.extend(phrase.into_iter().filter(|token| is_name || seen.insert(token.clone())));
        }
        tokens
    }
}

fn tokens_of(field: Field, value: &str) -> Vec<String> {
    let number = || value.parse().unwrap_or(0);
    match (field.kind(), field) {
        (FieldKind::Name, _) => token::name_phrase(field, value),
        (FieldKind::Number | FieldKind::Time, _) => Line::of(field).tokens(number()),
        (FieldKind::Code, Field::Industry) => coded(field, beginnings(value)),
        (FieldKind::Code, Field::Lang) => coded(field, languages(value)),
        (FieldKind::Code, _) => coded(field, std::iter::once(value)),
    }
}

fn coded<'c, I: Iterator<Item = &'c str>>(field: Field, codes: I) -> Vec<String> {
    codes.map(|code| token::code_token(field, code)).collect()
}

/// `J6201` is also found as `J620`, `J62` and `J`.
fn beginnings(code: &str) -> impl Iterator<Item = &str> {
    (1..=code.len()).filter_map(|end| code.get(..end))
}

/// `zh-hans-cn` is also found as `zh-hans` and `zh`.
fn languages(tag: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(tag), |tag| tag.rsplit_once('-').map(|(before, _)| before))
}

/// The tokens of one record, for queries that are tried on it alone.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    /// Fields with text, and title: no phrase runs over from one to the other, nor from a field to the text, whose tokens begin
    /// with other letters.
    columns: [Vec<String>; 2],
    all: BTreeSet<String>,
}

impl Tokens {
    /// From the lines that the database is given.
    pub(crate) fn new(lines: &Lines) -> Self {
        let columns = [&lines.body, &lines.title]
            .map(|line| line.split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect::<Vec<_>>());
        let all = columns.iter().flatten().cloned().collect();
        Self { columns, all }
    }

    pub(crate) fn has(&self, token: &str) -> bool {
        self.all.contains(token)
    }

    pub(crate) fn has_phrase(&self, phrase: &[String]) -> bool {
        let is_whole = |column: &Vec<String>| column.windows(phrase.len()).any(|here| here == phrase);
        match phrase {
            [] => false,
            [one] => self.has(one),
            many => many.iter().all(|token| self.has(token)) && self.columns.iter().any(is_whole),
        }
    }
}
