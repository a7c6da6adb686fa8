//! From text to a query.
//!
//! ```text
//! choice = list *( "OR" list )
//! list   = 1*( [ "-" ] part )
//! part   = "(" choice ")" | text | field sign value *( "," value )
//! text   = a bare word, or anything between quotes
//! ```
//! Full-width signs and the quotes of Chinese are taken like plain ones, so that nobody has to switch keyboards.

use super::value::{self, AFTER, BEFORE, Spelled, check_text};
use super::{Comparison, Node, QueryError, Term};
use crate::field::Field;
use crate::limits::{MAX_DEPTH, MAX_TERMS};

/// Words that join; in quotes they are words like others.
pub(super) const KEYWORDS: [&str; 3] = ["AND", "OR", "NOT"];

/// Whether a text can stand without quotes.
pub(super) fn is_bare(text: &str) -> bool {
    let begins = text.chars().next().is_some_and(char::is_alphanumeric);
    begins && text.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '\''))
}

pub(super) fn parse(characters: &[char]) -> Result<Node, QueryError> {
    let mut parser = Parser { characters, at: 0, terms: 0 };
    let node = parser.choice(0)?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.error("this bracket closes nothing; take it away, or put it into quotes")),
    }
}

struct Parser<'t> {
    characters: &'t [char],
    at: usize,
    terms: usize,
}

type Parsed<T> = Result<T, QueryError>;

/// A sign as the plain keyboard has it.
const fn plain(character: char) -> char {
    match character {
        '：' => ':',
        '，' => ',',
        '（' => '(',
        '）' => ')',
        '＞' => '>',
        '＜' => '<',
        '＝' => '=',
        '－' => '-',
        '＂' => '"',
        other => other,
    }
}

/// What closes a quotation that is opened so.
const fn closing(opening: char) -> Option<[char; 2]> {
    match opening {
        '"' => Some(['"', '"']),
        '“' | '”' => Some(['”', '“']),
        '「' => Some(['」', '」']),
        _ => None,
    }
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | ':' | '<' | '>' | '=') || closing(character).is_some()
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied().map(plain)
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(next)
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.at = self.at.saturating_add(1);
        }
        is_there
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at = self.at.saturating_add(1);
        }
    }

    fn column(&self) -> usize {
        self.at.saturating_add(1)
    }

    fn error(&self, problem: impl Into<String>) -> QueryError {
        QueryError { column: self.column(), problem: problem.into() }
    }

    /// The keyword that stands here.
    fn keyword(&self) -> Option<&'static str> {
        KEYWORDS.into_iter().find(|word| {
            let end = self.at.saturating_add(word.len());
            let is_word = self.characters.get(self.at..end).is_some_and(|here| here.iter().copied().eq(word.chars()));
            is_word && self.characters.get(end).is_none_or(|next| ends_word(plain(*next)))
        })
    }

    fn take_keyword(&mut self, wanted: &str) -> bool {
        let is_there = self.keyword() == Some(wanted);
        if is_there {
            self.at = self.at.saturating_add(wanted.len());
        }
        is_there
    }

    fn choice(&mut self, depth: usize) -> Parsed<Node> {
        if depth > MAX_DEPTH {
            return Err(self.error(format!("brackets stand in more than {MAX_DEPTH} brackets; make two queries of it")));
        }
        let mut parts = vec![self.list(depth)?];
        while self.take_keyword("OR") {
            parts.push(self.list(depth)?);
        }
        Node::any(parts).ok_or_else(|| self.nothing())
    }

    fn list(&mut self, depth: usize) -> Parsed<Node> {
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            if !parts.is_empty() && self.take_keyword("AND") {
                parts.push(self.signed(depth)?);
            } else if self.peek().is_none_or(|next| next == ')') || self.keyword() == Some("OR") {
                return Node::all(parts).ok_or_else(|| self.nothing());
            } else {
                parts.push(self.signed(depth)?);
            }
        }
    }

    fn nothing(&self) -> QueryError {
        self.error("something to search for should stand here: a word, a \"phrase\", or FIELD:VALUE")
    }

    fn signed(&mut self, depth: usize) -> Parsed<Node> {
        self.skip_space();
        if matches!(self.keyword(), Some("AND" | "OR")) {
            return Err(self.nothing());
        }
        if self.keyword() == Some("NOT") {
            return Err(self.error("leave out with a hyphen: -word; to find the word itself write \"NOT\""));
        }
        if !self.take('-') {
            return self.part(depth);
        }
        if self.peek().is_none_or(|next| next.is_whitespace() || matches!(next, ')' | '-')) {
            return Err(self.error("what is left out should stand right behind the hyphen: -word"));
        }
        Ok(self.part(depth)?.not())
    }

    fn part(&mut self, depth: usize) -> Parsed<Node> {
        if self.take('(') {
            let inner = self.choice(depth.saturating_add(1))?;
            return if self.take(')') { Ok(inner) } else { Err(self.error("a closing bracket is missing here")) };
        }
        self.terms = self.terms.saturating_add(1);
        if self.terms > MAX_TERMS {
            return Err(self.error(format!("a query asks for at most {MAX_TERMS} things; make two queries of it")));
        }
        self.term().map(Node::Term)
    }

    fn term(&mut self) -> Parsed<Term> {
        let column = self.column();
        if let Some(text) = self.quoted()? {
            return self.text((column, text));
        }
        let word = self.run(|next| !ends_word(next));
        match self.sign()? {
            Some(sign) => self.field((column, word), sign),
            None if word.is_empty() => Err(self.nothing()),
            None => self.text((column, word)),
        }
    }

    fn text(&self, (column, text): Spelled) -> Parsed<Term> {
        check_text(column, &text).map_err(|(column, problem)| QueryError { column, problem })?;
        Ok(Term::Text(text))
    }

    fn field(&mut self, (column, name): Spelled, sign: (usize, Comparison)) -> Parsed<Term> {
        let lower = name.to_ascii_lowercase();
        let field = lower.parse::<Field>();
        let is_bound = [AFTER, BEFORE].contains(&lower.as_str());
        if field.is_err() && !is_bound {
            let known: Vec<_> =
                [AFTER, BEFORE].into_iter().chain(Field::ALL.iter().map(|field| field.name())).collect();
            let problem = format!(
                "there is no field `{}`; fields are {}. To find the text itself, put it into quotes",
                name.escape_debug(),
                known.join(", ")
            );
            return Err(QueryError { column, problem });
        }
        let values = self.values()?;
        let wrong = |(column, problem)| QueryError { column, problem };
        match field {
            Ok(field) => value::term(field, sign, &values).map_err(wrong),
            Err(_) if sign.1 == Comparison::Equal => value::bound(&lower, &values).map_err(wrong),
            Err(_) => Err(wrong((sign.0, format!("write {lower}:DATE")))),
        }
    }

    fn values(&mut self) -> Parsed<Vec<Spelled>> {
        let mut values = Vec::new();
        loop {
            let column = self.column();
            let value = match self.quoted()? {
                Some(text) => text,
                None => self.run(|next| next == ':' || next != ',' && !ends_word(next)),
            };
            if value.is_empty() {
                return Err(QueryError { column, problem: "a value should stand here".to_owned() });
            }
            if values.len() >= MAX_TERMS {
                return Err(self.error(format!("a list has at most {MAX_TERMS} values")));
            }
            values.push((column, value));
            if !self.take(',') {
                return Ok(values);
            }
        }
    }

    /// The sign of a comparison, with its column.
    fn sign(&mut self) -> Parsed<Option<(usize, Comparison)>> {
        let column = self.column();
        let sign = match self.peek() {
            Some(':' | '=') => {
                self.at = self.at.saturating_add(1);
                Comparison::Equal
            }
            Some('>') => self.compared(Comparison::Above, Comparison::AtLeast),
            Some('<') => self.compared(Comparison::Below, Comparison::AtMost),
            _ => return Ok(None),
        };
        Ok(Some((column, sign)))
    }

    fn compared(&mut self, strict: Comparison, or_equal: Comparison) -> Comparison {
        self.at = self.at.saturating_add(1);
        if self.take('=') { or_equal } else { strict }
    }

    fn run(&mut self, goes_on: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&goes_on) {
            self.at = self.at.saturating_add(1);
        }
        self.characters.get(start..self.at).unwrap_or_default().iter().collect()
    }

    /// What stands between quotes here. A backslash takes the next character as it is.
    fn quoted(&mut self) -> Parsed<Option<String>> {
        let Some(closing) = self.peek().and_then(closing) else { return Ok(None) };
        let opened = self.column();
        self.at = self.at.saturating_add(1);
        let mut text = String::new();
        while let Some(character) = self.characters.get(self.at).copied() {
            self.at = self.at.saturating_add(1);
            if closing.contains(&plain(character)) {
                return Ok(Some(text));
            }
            let escaped = if character == '\\' { self.next_raw() } else { Some(character) };
            text.extend(escaped);
        }
        Err(QueryError { column: opened, problem: "this quotation is not closed".to_owned() })
    }

    fn next_raw(&mut self) -> Option<char> {
        let raw = self.characters.get(self.at).copied();
        let _passed = self.next();
        raw
    }
}
