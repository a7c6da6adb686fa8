//! What a query asks of tokens: printed for the database, or met by one record's tokens.

use crate::document::Tokens;
use crate::query::{Comparison, Node, Query, Term};
use crate::range::{Line, day, day_of_value, day_value, minute_value, number_value, span};
use crate::token::{self, EVERY, NONE};

/// Days from the first to the last.
pub(crate) const ALL_DAYS: (i32, i32) = (i32::MIN, i32::MAX);

/// A query in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Tokens in a row.
    Phrase(Vec<String>),
    /// Any of these tokens.
    AnyOf(Vec<String>),
    /// From one value of a line to another, both included; nothing if the first lies above the second.
    Range(Line, u64, u64),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Plan {
    pub(crate) fn of(query: &Query) -> Self {
        Self::of_node(&query.0)
    }

    fn of_node(node: &Node) -> Self {
        match node {
            Node::Term(term) => Self::of_term(term),
            Node::Not(inner) => Self::Not(Box::new(Self::of_node(inner))),
            Node::All(parts) => Self::all(parts.iter().map(Self::of_node)),
            Node::Any(parts) => Self::Any(parts.iter().map(Self::of_node).collect()),
        }
    }

    /// All of several. Two bounds of one line are one range: a list of blocks that lie between costs less to meet than two lists
    /// that reach from the one end to the other.
    fn all(parts: impl Iterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for part in parts {
            let Self::Range(line, low, high) = part else {
                all.push(part);
                continue;
            };
            let same = all.iter_mut().find_map(|one| one.bounds_of(line));
            match same {
                Some((least, most)) => (*least, *most) = ((*least).max(low), (*most).min(high)),
                None => all.push(part),
            }
        }
        Self::All(all)
    }

    /// The bounds of a range of a line.
    fn bounds_of(&mut self, wanted: Line) -> Option<(&mut u64, &mut u64)> {
        let Self::Range(line, low, high) = self else { return None };
        (*line == wanted).then_some((low, high))
    }

    /// The plan without the bounds of its date, and the days that they leave: rows stand by days, so the database need not look
    /// further.
    pub(crate) fn apart_from_days(self) -> (Self, (i32, i32)) {
        let parts = if let Self::All(parts) = self { parts } else { vec![self] };
        let is_date = |part: &Self| matches!(part, Self::Range(line, _, _) if *line == Line::DATE);
        let (dates, rest): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_date);
        let mut days = ALL_DAYS;
        for date in dates {
            if let Self::Range(_, low, high) = date {
                days = (days.0.max(day_of_value(low)), days.1.min(day_of_value(high)));
            }
        }
        (Self::All(rest), days)
    }

    fn of_term(term: &Term) -> Self {
        match term {
            Term::Text(text) => Self::Phrase(token::tokens(text)),
            Term::Named(field, texts) => {
                Self::Any(texts.iter().map(|text| Self::Phrase(token::name_phrase(*field, text))).collect())
            }
            Term::Coded(field, codes) => {
                Self::AnyOf(codes.iter().map(|code| token::code_token(*field, code)).collect())
            }
            Term::Number(field, comparison, number) => {
                let value = number_value(*number);
                covered(Line::of(*field), *comparison, value, value)
            }
            Term::Time(field, comparison, moment) => {
                let (start, end) = span(moment);
                covered(Line::of(*field), *comparison, minute_value(start), minute_value(end.saturating_sub(1)))
            }
            Term::After(moment) => covered_days(Comparison::AtLeast, moment),
            Term::Before(moment) => covered_days(Comparison::Below, moment),
        }
    }

    /// The query as FTS5 takes it. Every token is made of small letters and digits and stands in quotes.
    pub(crate) fn to_fts(&self) -> String {
        let mut out = String::new();
        self.print(&mut out);
        out
    }

    fn print(&self, out: &mut String) {
        match self {
            Self::Phrase(tokens) if tokens.is_empty() => quote(NONE, out),
            Self::Phrase(tokens) => quote(&tokens.join(" "), out),
            Self::AnyOf(tokens) if tokens.is_empty() => quote(NONE, out),
            Self::AnyOf(tokens) => joined(tokens, " OR ", out, |token, out| quote(token, out)),
            Self::Range(line, low, high) => Self::AnyOf(line.cover(*low, *high)).print(out),
            Self::Not(inner) => {
                out.push('(');
                quote(EVERY, out);
                out.push_str(" NOT ");
                inner.print(out);
                out.push(')');
            }
            Self::Any(parts) => joined(parts, " OR ", out, Self::print),
            Self::All(parts) => Self::print_all(parts, out),
        }
    }

    fn print_all(parts: &[Self], out: &mut String) {
        let (excluded, wanted): (Vec<_>, Vec<_>) = parts.iter().partition(|part| matches!(part, Self::Not(_)));
        out.push('(');
        if wanted.is_empty() {
            quote(EVERY, out);
        } else {
            joined(&wanted, " AND ", out, |part, out| part.print(out));
        }
        for part in excluded {
            out.push_str(" NOT ");
            if let Self::Not(inner) = part {
                inner.print(out);
            }
        }
        out.push(')');
    }

    /// Whether a record's tokens meet it: the same answer as the database gives.
    pub(crate) fn is_met_by(&self, tokens: &Tokens) -> bool {
        match self {
            Self::Phrase(phrase) => tokens.has_phrase(phrase),
            Self::AnyOf(any) => any.iter().any(|token| tokens.has(token)),
            Self::Range(line, low, high) => line.cover(*low, *high).iter().any(|token| tokens.has(token)),
            Self::Not(inner) => !inner.is_met_by(tokens),
            Self::All(parts) => parts.iter().all(|part| part.is_met_by(tokens)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met_by(tokens)),
        }
    }

    /// The phrases by which hits are ranked: words that are asked for, no codes, nothing that is left out.
    pub(crate) fn ranking(&self, found: &mut Vec<String>) {
        match self {
            Self::Phrase(tokens) if !tokens.is_empty() => {
                let mut phrase = String::new();
                quote(&tokens.join(" "), &mut phrase);
                found.push(phrase);
            }
            Self::Phrase(_) | Self::AnyOf(_) | Self::Range(..) | Self::Not(_) => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.ranking(found)),
        }
    }
}

fn covered(line: Line, comparison: Comparison, first: u64, last: u64) -> Plan {
    let (low, high) = match comparison {
        Comparison::Equal => (first, last),
        Comparison::AtLeast => (first, u64::MAX),
        Comparison::AtMost => (0, last),
        Comparison::Above => (last.saturating_add(1), u64::MAX),
        Comparison::Below => first.checked_sub(1).map_or((1, 0), |before| (0, before)),
    };
    Plan::Range(line, low, high)
}

fn covered_days(comparison: Comparison, moment: &incident::Moment) -> Plan {
    let day = day_value(first_day(moment));
    covered(Line::DATE, comparison, day, day)
}

fn first_day(moment: &incident::Moment) -> i32 {
    day(moment.instant())
}

fn quote(token: &str, out: &mut String) {
    out.push('"');
    out.push_str(token);
    out.push('"');
}

fn joined<T>(parts: &[T], between: &str, out: &mut String, print: impl Fn(&T, &mut String)) {
    out.push('(');
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            out.push_str(between);
        }
        print(part, out);
    }
    out.push(')');
}
