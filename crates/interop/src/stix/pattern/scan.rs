//! A pattern's text as tokens.

use super::{Constant, PatternError};
use crate::stix::check::{instant, is_base64};
use crate::stix::limits::MAX_PATTERN_BYTES;

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name, with hyphens where it has any.
    Word(String),
    /// A constant; `true` and `false` are words.
    Constant(Constant),
    /// One or two signs.
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// The signs of the grammar, the longer ones first.
const SIGNS: [&str; 18] =
    ["==", "!=", "<>", "<=", ">=", "=", "<", ">", "[", "]", "(", ")", ":", ".", ",", "*", "{", "}"];

/// Reads tokens one after another.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    text: &'t str,
    offset: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self, PatternError> {
        if text.len() > MAX_PATTERN_BYTES {
            let reason = format!("the pattern has more than {MAX_PATTERN_BYTES} octets; cut it into several");
            return Err(PatternError { column: 1, reason, section: "9.4", is_grammar: true });
        }
        Ok(Self { text, offset: 0 })
    }

    /// Octets before the next token. What is no token is skipped.
    pub(super) fn place(&mut self) -> Result<usize, PatternError> {
        loop {
            let rest = self.rest();
            let blank = rest.len().saturating_sub(rest.trim_start().len());
            self.offset = self.offset.saturating_add(blank);
            if !self.comment()? && blank == 0 {
                return Ok(self.offset);
            }
        }
    }

    /// The grammar has comments as C has them.
    fn comment(&mut self) -> Result<bool, PatternError> {
        let rest = self.rest();
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            let Some(end) = rest.find("*/") else { return Err(self.error(self.offset, "the comment is never closed")) };
            end.saturating_add(2)
        } else {
            return Ok(false);
        };
        self.offset = self.offset.saturating_add(length);
        Ok(true)
    }

    /// The next token.
    pub(super) fn token(&mut self) -> Result<Token, PatternError> {
        let place = self.place()?;
        let rest = self.rest();
        match rest.chars().next() {
            None => Ok(Token::End),
            Some('\'') => self.quoted().map(|text| Token::Constant(Constant::Text(text))),
            Some(first) if first.is_ascii_alphabetic() || first == '_' => self.word(),
            Some(first) if first.is_ascii_digit() || first == '-' || is_fraction(rest) => self.number(),
            Some('+') => Err(self.error(place, "a number is written without a plus sign")),
            Some(_) => self.sign(),
        }
    }

    fn sign(&mut self) -> Result<Token, PatternError> {
        let Some(sign) = SIGNS.iter().find(|sign| self.rest().starts_with(**sign)) else {
            return Err(self.error(self.offset, "this character cannot stand here"));
        };
        self.offset = self.offset.saturating_add(sign.len());
        Ok(Token::Sign(sign))
    }

    fn word(&mut self) -> Result<Token, PatternError> {
        let place = self.offset;
        let word = self.take(|character| character.is_ascii_alphanumeric() || character == '_' || character == '-');
        if !self.rest().starts_with('\'') || !matches!(word, "t" | "h" | "b") {
            return Ok(Token::Word(word.to_owned()));
        }
        let inside = self.quoted()?;
        let constant = match word {
            "t" => instant(&inside).is_some().then(|| Constant::Time(inside.as_str().into())),
            "h" => is_octets(&inside).then(|| Constant::Hex(inside.into())),
            _ => binary(&inside),
        };
        constant.map(Token::Constant).ok_or_else(|| self.error(place, "this constant is not of its kind"))
    }

    /// A text in apostrophes, of which only they and the backslash are escaped.
    fn quoted(&mut self) -> Result<String, PatternError> {
        let begin = self.offset;
        let mut out = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => {
                    self.offset = begin.saturating_add(at).saturating_add(1);
                    return Ok(out);
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('\'' | '\\'))) => out.push(escaped),
                    _ => {
                        let place = begin.saturating_add(at);
                        return Err(self.error(place, "after a backslash stands an apostrophe or a backslash"));
                    }
                },
                other => out.push(other),
            }
        }
        Err(self.error(begin, "the text is never closed; an apostrophe should stand at its end"))
    }

    fn number(&mut self) -> Result<Token, PatternError> {
        let place = self.offset;
        let spelling = self.take(|character| character.is_ascii_digit() || character == '.' || character == '-');
        let digits = spelling.strip_prefix('-').unwrap_or(spelling);
        let is_digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
        let constant = match digits.split_once('.') {
            Some((whole, fraction)) if is_digits(whole) && is_digits(fraction) && !fraction.is_empty() => {
                Some(Constant::Float(spelling.into()))
            }
            Some(_) => None,
            None if digits.is_empty() || !is_digits(digits) || (digits.starts_with('0') && digits.len() > 1) => None,
            None => spelling
                .parse()
                .ok()
                .and_then(record::json::Json::integer)
                .and_then(|value| value.as_integer().map(Constant::Integer)),
        };
        constant.map(Token::Constant).ok_or_else(|| self.error(place, "this is no number, or one beyond 2^53 - 1"))
    }

    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !fits(character)).unwrap_or(rest.len());
        self.offset = self.offset.saturating_add(length);
        rest.get(..length).unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// An error of the grammar at an octet.
    pub(super) fn error(&self, place: usize, reason: &str) -> PatternError {
        self.fault(place, reason, "9.4", true)
    }

    /// What follows the grammar and means nothing.
    pub(super) fn meaningless(&self, place: usize, reason: &str, section: &'static str) -> PatternError {
        self.fault(place, reason, section, false)
    }

    fn fault(&self, place: usize, reason: &str, section: &'static str, is_grammar: bool) -> PatternError {
        let before = self.text.get(..place).unwrap_or(self.text);
        let column = before.chars().count().saturating_add(1);
        PatternError { column, reason: reason.to_owned(), section, is_grammar }
    }
}

/// Whether a number without digits before its point begins here.
fn is_fraction(rest: &str) -> bool {
    let after = rest.strip_prefix('.').and_then(|rest| rest.chars().next());
    after.is_some_and(|next| next.is_ascii_digit())
}

fn is_octets(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|octet| octet.is_ascii_hexdigit())
}

/// Line breaks in base64 are passed over (section 9.2).
fn binary(text: &str) -> Option<Constant> {
    let joined: String = text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    is_base64(&joined).then(|| Constant::Binary(joined.into()))
}
