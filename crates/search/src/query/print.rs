//! A query as text that parses to the same query.

use std::fmt::{self, Formatter, Write as _};

use super::parse::{KEYWORDS, is_bare};
use super::{Node, Term};

pub(super) fn node(node: &Node, out: &mut Formatter<'_>) -> fmt::Result {
    match node {
        Node::All(parts) => joined(parts, " ", out),
        Node::Any(parts) => joined(parts, " OR ", out),
        single @ (Node::Term(_) | Node::Not(_)) => part(single, out),
    }
}

/// A part of a list: a list within a list stands in brackets.
fn part(one: &Node, out: &mut Formatter<'_>) -> fmt::Result {
    match one {
        Node::Term(one) => term(one, out),
        Node::Not(inner) => {
            out.write_char('-')?;
            part(inner, out)
        }
        list @ (Node::All(_) | Node::Any(_)) => {
            out.write_char('(')?;
            node(list, out)?;
            out.write_char(')')
        }
    }
}

fn joined(parts: &[Node], between: &str, out: &mut Formatter<'_>) -> fmt::Result {
    for (place, one) in parts.iter().enumerate() {
        if place > 0 {
            out.write_str(between)?;
        }
        part(one, out)?;
    }
    Ok(())
}

fn term(term: &Term, out: &mut Formatter<'_>) -> fmt::Result {
    match term {
        Term::Text(words) => text(words, out),
        Term::Named(field, values) | Term::Coded(field, values) => {
            write!(out, "{field}:")?;
            list(values, out)
        }
        Term::Number(field, comparison, number) => write!(out, "{field}{}{number}", comparison.sign()),
        Term::Time(field, comparison, moment) => {
            write!(out, "{field}{}", comparison.sign())?;
            text(&moment.to_string(), out)
        }
        Term::After(moment) => {
            out.write_str("after:")?;
            text(&moment.to_string(), out)
        }
        Term::Before(moment) => {
            out.write_str("before:")?;
            text(&moment.to_string(), out)
        }
    }
}

fn list(values: &[String], out: &mut Formatter<'_>) -> fmt::Result {
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            out.write_char(',')?;
        }
        text(value, out)?;
    }
    Ok(())
}

/// A text bare where nothing in it could be taken for something else, and otherwise in quotes.
fn text(text: &str, out: &mut Formatter<'_>) -> fmt::Result {
    if is_bare(text) && !KEYWORDS.contains(&text) {
        return out.write_str(text);
    }
    out.write_char('"')?;
    for character in text.chars() {
        if matches!(character, '"' | '＂' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(character)?;
    }
    out.write_char('"')
}
