//! Two wordings of one text, word by word.

use std::fmt;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "words stay, go or come")]
pub enum Span {
    /// Both wordings have it.
    Kept(String),
    /// Only the old one has it.
    Removed(String),
    /// Only the new one has it.
    Added(String),
}

/// Two wordings of one text as one sequence of stretches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    spans: Vec<Span>,
}

impl Words {
    /// The difference between two wordings.
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let (old, new) = (tokens(old), tokens(new));
        let mut spans = Vec::new();
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            if let DiffOp::Equal { old_index, len, .. } = operation {
                spans.extend(stretch(&old, old_index..old_index.saturating_add(len)).map(Span::Kept));
            } else {
                spans.extend(stretch(&old, operation.old_range()).map(Span::Removed));
                spans.extend(stretch(&new, operation.new_range()).map(Span::Added));
            }
        }
        Self { spans }
    }

    /// The stretches in order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// True unless both wordings are one.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.spans.iter().any(|span| !matches!(span, Span::Kept(_)))
    }

    /// The old wording, from the stretches alone.
    #[must_use]
    pub fn old_text(&self) -> String {
        let kept = |span: &'_ Span| match span {
            Span::Kept(text) | Span::Removed(text) => Some(text.clone()),
            Span::Added(_) => None,
        };
        self.spans.iter().filter_map(kept).collect()
    }

    /// The new wording, from the stretches alone.
    #[must_use]
    pub fn new_text(&self) -> String {
        let kept = |span: &'_ Span| match span {
            Span::Kept(text) | Span::Added(text) => Some(text.clone()),
            Span::Removed(_) => None,
        };
        self.spans.iter().filter_map(kept).collect()
    }
}

/// `[-old-]{+new+}` between what stays.
impl fmt::Display for Words {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans.iter().try_for_each(|span| match span {
            Span::Kept(text) => out.write_str(text),
            Span::Removed(text) => write!(out, "[-{text}-]"),
            Span::Added(text) => write!(out, "{{+{text}+}}"),
        })
    }
}

fn stretch(tokens: &[&str], range: Range<usize>) -> Option<String> {
    tokens.get(range).map(<[_]>::concat).filter(|text| !text.is_empty())
}

/// The smallest parts that a reader would exchange: a word, or one character of a script that has no spaces.
///
/// Spaces go with the word that follows, so that words put at a text's end leave the rest as it is.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = rest.split_at_checked(token_len(rest)).unwrap_or((rest, ""));
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn token_len(text: &str) -> usize {
    let spaces: usize = text.chars().take_while(|it| it.is_whitespace()).map(char::len_utf8).sum();
    let mut rest = text.chars().skip_while(|it| it.is_whitespace());
    let first = rest.next();
    let mut len = spaces.saturating_add(first.map_or(0, char::len_utf8));
    if first.is_some_and(is_of_a_word) {
        len = len.saturating_add(rest.take_while(|it| is_of_a_word(*it)).map(char::len_utf8).sum());
    }
    len
}

fn is_of_a_word(character: char) -> bool {
    (character.is_alphanumeric() || is_mark(character)) && !stands_alone(character)
}

/// Marks that belong to the letter before them: combining marks of Latin and of the scripts of South Asia.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5C7 | 0x610..=0x61A | 0x64B..=0x65F | 0x900..=0xDFF)
}

/// Han characters and kana: no spaces stand between their words, so each is matched by itself.
pub(crate) fn stands_alone(character: char) -> bool {
    matches!(
        u32::from(character),
        0x2E80..=0x2FFF | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF
    )
}
