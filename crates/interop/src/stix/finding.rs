//! What was found in an object, and where.

use std::fmt;

use record::json::Map;

use super::code::{Code, Level};
use super::limits::{MAX_FINDINGS, MAX_QUOTED_CHARACTERS};
use super::phrases::chinese;

/// One fault or piece of advice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind it is of.
    pub code: Code,
    /// Where in the object, as a JSON pointer (RFC 6901); empty for the whole.
    pub pointer: String,
    /// The section of STIX 2.1 that says so, or the name of another standard.
    pub section: &'static str,
    /// What is particular: values cut short, names.
    details: [String; 2],
}

impl Finding {
    /// Whether it makes the object invalid.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.code.level()
    }

    /// The sentence in English: what is wrong, and what to do.
    #[must_use]
    pub fn english(&self) -> String {
        let [first, second] = &self.details;
        filled(self.code.english(), first, second)
    }

    /// The same in Chinese. Values and the standard's own words stay as they are.
    #[must_use]
    pub fn chinese(&self) -> String {
        let [first, second] = &self.details;
        filled(self.code.chinese(), chinese(first), chinese(second))
    }

    /// For reports of machines.
    #[must_use]
    pub fn to_json(&self) -> Map {
        Map::new()
            .with("level", self.level().name())
            .with("code", self.code.name())
            .with("pointer", self.pointer.as_str())
            .with("section", self.section)
            .with("message", self.english())
            .with("message_zh", self.chinese())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "(whole)" } else { self.pointer.as_str() };
        let standard =
            if self.section.starts_with(|first: char| first.is_ascii_digit()) { "STIX 2.1 section " } else { "" };
        write!(out, "{}: {} [{}, {standard}{}]", place.escape_debug(), self.english(), self.code, self.section)
    }
}

/// A sentence with what is particular in its places. That is foreign text and may itself hold `{1}`, so the places are cut out
/// first.
fn filled(sentence: &str, first: &str, second: &str) -> String {
    let mut out = String::with_capacity(sentence.len().saturating_add(first.len()));
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(if after.starts_with('0') { first } else { second });
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// Collects findings, and knows where the check is.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Finding>,
    pointer: String,
}

impl Findings {
    /// Goes one step deeper; what comes back is for [`Self::leave`].
    pub(super) fn enter(&mut self, step: &str) -> usize {
        let length = self.pointer.len();
        self.pointer.push('/');
        for character in step.chars() {
            match character {
                '~' => self.pointer.push_str("~0"),
                '/' => self.pointer.push_str("~1"),
                other => self.pointer.push(other),
            }
        }
        length
    }

    /// Goes back up.
    pub(super) fn leave(&mut self, length: usize) {
        self.pointer.truncate(length);
    }

    /// Notes something where the check is. Values are cut short; beyond the limit nothing more is noted.
    pub(super) fn add(&mut self, code: Code, section: &'static str, details: [&str; 2]) {
        if self.found.len() < MAX_FINDINGS {
            let details = details.map(quoted);
            self.found.push(Finding { code, pointer: self.pointer.clone(), section, details });
        }
    }

    /// Everything that was found.
    pub(super) fn finish(self) -> Vec<Finding> {
        self.found
    }
}

/// A finding about a whole, made outside a check.
pub(super) fn whole(code: Code, section: &'static str, details: [&str; 2]) -> Finding {
    Finding { code, pointer: String::new(), section, details: details.map(quoted) }
}

/// Foreign text on one line, cut short, with nothing in it that a terminal would act upon.
fn quoted(text: &str) -> String {
    let mut out: String = text.chars().take(MAX_QUOTED_CHARACTERS).flat_map(one_line).collect();
    if text.chars().nth(MAX_QUOTED_CHARACTERS).is_some() {
        out.push('…');
    }
    out
}

fn one_line(character: char) -> impl Iterator<Item = char> {
    let escaped = character.is_control() || text::bidi_controls(&character.to_string()).next().is_some();
    let plain = (!escaped).then_some(character);
    plain.into_iter().chain(escaped.then(|| character.escape_unicode()).into_iter().flatten())
}
