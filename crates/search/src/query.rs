//! What is searched for. A query exists only as it was parsed, in one form, so that printing it and parsing it again gives the
//! same query.

mod parse;
mod print;
mod value;

use std::fmt;
use std::str::FromStr;

use incident::Moment;

use crate::field::Field;
use crate::limits::MAX_QUERY_CHARACTERS;

/// A query: words, phrases, fields, dates, and how they are joined.
///
/// `crane "red line" -drill severity>=serious-hazard country:NL,DE after:2026-01 (lang:en OR lang:zh)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query(pub(crate) Node);

impl Query {
    /// The texts that are searched for, for whoever marks them in an answer. What is excluded is not among them.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let mut found = Vec::new();
        self.0.collect_texts(&mut found);
        found.into_iter()
    }
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let characters: Vec<char> = text.chars().take(MAX_QUERY_CHARACTERS.saturating_add(1)).collect();
        if characters.len() > MAX_QUERY_CHARACTERS {
            let problem = format!("the query is longer than {MAX_QUERY_CHARACTERS} characters; shorten it");
            return Err(QueryError { column: MAX_QUERY_CHARACTERS.saturating_add(1), problem });
        }
        parse::parse(&characters).map(Self)
    }
}

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// One thing to find.
    Term(Term),
    /// Leaves out what its part finds, which is no exclusion itself.
    Not(Box<Self>),
    /// All of two or more, none of which is such a list itself.
    All(Vec<Self>),
    /// Any of two or more, none of which is such a list itself.
    Any(Vec<Self>),
}

/// One thing to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// A word or phrase anywhere in the texts.
    Text(String),
    /// A word or phrase within a field: any of several.
    Named(Field, Vec<String>),
    /// A code of a field: any of several.
    Coded(Field, Vec<String>),
    /// A count.
    Number(Field, Comparison, u64),
    /// A time.
    Time(Field, Comparison, Moment),
    /// Dated at the beginning of a moment or later.
    After(Moment),
    /// Dated before the beginning of a moment.
    Before(Moment),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    AtLeast,
    AtMost,
    Above,
    Below,
}

impl Comparison {
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => ":",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
        }
    }
}

impl Node {
    /// The one form of an exclusion: what is left out twice is asked for.
    pub(crate) fn not(self) -> Self {
        if let Self::Not(inner) = self { *inner } else { Self::Not(Box::new(self)) }
    }

    /// The one form of a list.
    pub(crate) fn all(parts: Vec<Self>) -> Option<Self> {
        let flat = parts.into_iter().flat_map(|part| if let Self::All(inner) = part { inner } else { vec![part] });
        one_or(flat.collect(), Self::All)
    }

    /// The one form of a choice.
    pub(crate) fn any(parts: Vec<Self>) -> Option<Self> {
        let flat = parts.into_iter().flat_map(|part| if let Self::Any(inner) = part { inner } else { vec![part] });
        one_or(flat.collect(), Self::Any)
    }

    fn collect_texts<'q>(&'q self, found: &mut Vec<&'q str>) {
        match self {
            Self::Term(Term::Text(text)) => found.push(text),
            Self::Term(Term::Named(_, texts)) => found.extend(texts.iter().map(String::as_str)),
            Self::Term(_) | Self::Not(_) => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.collect_texts(found)),
        }
    }
}

fn one_or(mut parts: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Option<Node> {
    if parts.len() > 1 { Some(many(parts)) } else { parts.pop() }
}

/// A text is no query. It names the place and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at column {column} of the query: {problem}")]
#[non_exhaustive]
pub struct QueryError {
    /// The character at which it went wrong, the first being 1.
    pub column: usize,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

impl fmt::Display for Query {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::node(&self.0, out)
    }
}
