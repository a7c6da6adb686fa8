//! Signs that stand for letters: `!gn+r€ a|| pr3v!ous`.
//!
//! A word with signs is compared with all words of signals that have its letters where it has them. Each that fits votes for the
//! letters that the signs would be, the more the fewer fit and the more frequent it is. A sign with a clear majority is read
//! so everywhere, then fewer words fit, and the next vote is clearer. Whoever uses a table is so read by his own table, and
//! nobody has to know it. What a sign looks like is a hint: the first reading takes it, the second does not.

mod reader;

use text::{Folded, NormaliserVersion, is_unspaced};

use reader::{Reader, Shapes};

use crate::lexicon::{Lexicon, MAX_LETTERS};

/// Words with signs that a text has to have: fewer change no match.
const MIN_WORDS: usize = 3;

/// Words with signs that vote. A text of two thousand characters has some hundreds.
const MAX_VOTERS: usize = 240;

/// In an honest word these stand between letters.
const INSIDE_WORDS: [char; 7] = ['\'', '’', '-', '.', '/', ',', '_'];

/// Around an honest word stand these.
const AROUND_WORDS: [char; 16] = ['.', ',', ';', ':', '!', '?', '"', '\'', '“', '”', '‘', '’', '(', ')', '[', ']'];

/// A word of the text.
enum Token {
    /// It stays as it is.
    Plain(String),
    /// Letters, and signs that may be letters.
    Signed(Vec<Part>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Letter(u8),
    Sign(char),
    /// A sign that the normaliser takes for a letter: whoever wrote it may have meant another.
    Guess(char, u8),
}

/// The text with signs read as letters, in two ways; none if hardly any word has signs.
pub(super) fn read(text: &str, version: NormaliserVersion, lexicon: &Lexicon) -> Vec<String> {
    let tokens: Vec<Token> = text.split_whitespace().map(|token| Token::new(token, version)).collect();
    let signed: Vec<&[Part]> = tokens.iter().filter_map(Token::signed).collect();
    if signed.iter().filter(|parts| has_sign_inside(parts)).count() < MIN_WORDS {
        return Vec::new();
    }
    let voters = signed.get(..MAX_VOTERS).unwrap_or(&signed);
    let read = |shapes| {
        let reader = Reader::taught(voters, shapes, lexicon);
        tokens.iter().map(|token| token.written(&reader)).collect::<Vec<_>>().join(" ")
    };
    [Shapes::Hint, Shapes::Ignored].map(read).into()
}

impl Token {
    fn new(token: &str, version: NormaliserVersion) -> Self {
        let parts: Vec<Part> = token.chars().filter_map(|character| Part::new(character, version)).collect();
        let signs = parts.iter().filter(|part| part.sign().is_some()).count();
        let is_word = signs > 0 && (2..=2 * MAX_LETTERS).contains(&parts.len());
        if is_word && !token.chars().any(is_unspaced) { Self::Signed(parts) } else { Self::Plain(token.to_owned()) }
    }

    fn signed(&self) -> Option<&[Part]> {
        match self {
            Self::Plain(_) => None,
            Self::Signed(parts) => Some(parts),
        }
    }

    fn written(&self, reader: &Reader<'_>) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Signed(parts) => reader.written(parts),
        }
    }
}

impl Part {
    fn new(character: char, version: NormaliserVersion) -> Option<Self> {
        match version.fold(character) {
            Folded::Nothing | Folded::Space => None,
            Folded::Letter(letter) if character.is_ascii() => u8::try_from(letter).ok().map(Self::Letter),
            Folded::Letter(letter) => u8::try_from(letter).ok().map(|letter| Self::Guess(character, letter)),
            Folded::Other(sign) => Some(Self::Sign(sign)),
        }
    }

    const fn sign(self) -> Option<char> {
        match self {
            Self::Letter(_) => None,
            Self::Sign(sign) | Self::Guess(sign, _) => Some(sign),
        }
    }
}

fn has_sign_inside(parts: &[Part]) -> bool {
    let inside = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    inside.iter().any(|part| part.sign().is_some_and(|sign| !INSIDE_WORDS.contains(&sign)))
}

/// The parts between what stands around honest words.
fn without_ends(parts: &[Part]) -> &[Part] {
    let is_around = |part: &&Part| part.sign().is_some_and(|sign| AROUND_WORDS.contains(&sign));
    let start = parts.iter().take_while(is_around).count();
    let end = parts.len() - parts.iter().rev().take_while(is_around).count();
    parts.get(start..end).unwrap_or_default()
}
