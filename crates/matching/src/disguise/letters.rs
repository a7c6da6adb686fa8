//! Signs that stand for letters: `!gn+r€ a|| pr3v!ous`.
//!
//! A word with signs is compared with all words of signals that have its letters where it has them. Each that fits votes for the
//! letters that the signs would be, the more the fewer fit and the more frequent it is. A sign with a clear majority is read
//! so everywhere, then fewer words fit, and the next vote is clearer. Whoever uses a table is so read by his own table, and
//! nobody has to know it.

use std::collections::BTreeMap;

use text::{Folded, NormaliserVersion, is_unspaced};

use super::INSIDE_WORDS;
use crate::lexicon::{Lexicon, MAX_LETTERS};

/// Rounds of voting. In the fifth hardly a vote changes.
const ROUNDS: usize = 5;

/// Words with signs that a text has to have: fewer change no match.
const MIN_WORDS: usize = 3;

/// Words with signs that vote. A text of two thousand characters has some hundreds.
const MAX_VOTERS: usize = 240;

/// Words that may fit, for a vote to be worth anything.
const MAX_FITTING: usize = 48;

/// What all words that fit have together to vote with.
const BALLOT: u64 = 10_000;

/// A sign is read as a letter that has so many of a hundred of its votes,
const PLURALITY_PERCENT: u64 = 25;

/// and so many of a hundred of those of the next letter.
const LEAD_PERCENT: u64 = 140;

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

/// What each sign was voted to be.
type Votes = BTreeMap<char, BTreeMap<u8, u64>>;
type Alphabet = BTreeMap<char, u8>;

/// The text with signs read as letters; none if hardly any word has signs.
pub(super) fn read(text: &str, version: NormaliserVersion, lexicon: &Lexicon) -> Option<String> {
    let tokens: Vec<Token> = text.split_whitespace().map(|token| Token::new(token, version)).collect();
    let signed = || tokens.iter().filter_map(Token::signed);
    if signed().filter(|parts| has_sign_inside(parts)).count() < MIN_WORDS {
        return None;
    }
    let mut alphabet = Alphabet::new();
    for _ in 0..ROUNDS {
        let mut votes = Votes::new();
        signed().take(MAX_VOTERS).for_each(|parts| vote(parts, &alphabet, lexicon, &mut votes));
        let next = elected(&votes);
        if next == alphabet {
            break;
        }
        alphabet = next;
    }
    Some(tokens.iter().map(|token| token.written(&alphabet, lexicon)).collect::<Vec<_>>().join(" "))
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

    fn written(&self, alphabet: &Alphabet, lexicon: &Lexicon) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Signed(parts) => match best(parts, alphabet, lexicon) {
                Some(word) => String::from_utf8_lossy(&word).into_owned(),
                None => parts.iter().map(|part| part.letter(alphabet).map_or(' ', char::from)).collect(),
            },
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

    fn letter(self, alphabet: &Alphabet) -> Option<u8> {
        match self {
            Self::Letter(letter) => Some(letter),
            Self::Sign(sign) => alphabet.get(&sign).copied(),
            Self::Guess(sign, letter) => Some(alphabet.get(&sign).copied().unwrap_or(letter)),
        }
    }
}

fn has_sign_inside(parts: &[Part]) -> bool {
    let inside = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    inside.iter().any(|part| part.sign().is_some_and(|sign| !INSIDE_WORDS.contains(&sign)))
}

/// Signs at the ends may be punctuation, so there a word votes only if what is between them is none by itself.
fn vote(parts: &[Part], alphabet: &Alphabet, lexicon: &Lexicon, votes: &mut Votes) {
    let inner = without_ends(parts);
    let as_read: Option<Vec<u8>> = inner.iter().map(|part| part.letter(alphabet)).collect();
    let is_word = as_read.is_some_and(|word| lexicon.knows(&word));
    let stretch = if is_word { inner } else { parts };
    let mut signs: Vec<char> = stretch.iter().filter_map(|part| part.sign()).collect();
    signs.sort_unstable();
    signs.dedup();
    for sign in signs {
        if !vote_on(sign, stretch, alphabet, lexicon, votes) {
            vote_on(sign, inner, alphabet, lexicon, votes);
        }
    }
}

/// Votes on one sign as if nothing were known of it, so that an early mistake is outvoted later. False if no word fits.
fn vote_on(sign: char, stretch: &[Part], alphabet: &Alphabet, lexicon: &Lexicon, votes: &mut Votes) -> bool {
    let read = |part: &Part| if part.sign() == Some(sign) { None } else { part.letter(alphabet) };
    let pattern: Vec<Option<u8>> = stretch.iter().map(read).collect();
    if pattern.len() > MAX_LETTERS || pattern.iter().all(Option::is_none) {
        return false;
    }
    let fitting: Vec<(&[u8], u32)> = lexicon.fitting(&pattern).take(MAX_FITTING + 1).collect();
    if fitting.len() <= MAX_FITTING {
        count(sign, stretch, &fitting, votes);
    }
    !fitting.is_empty()
}

/// One more than it occurs: a word that occurs twice is not twice as likely as one that occurs once.
fn count(sign: char, stretch: &[Part], fitting: &[(&[u8], u32)], votes: &mut Votes) {
    let weight = |count: u32| u64::from(count) + 1;
    let all: u64 = fitting.iter().map(|(_, count)| weight(*count)).sum();
    let counts = votes.entry(sign).or_default();
    for (word, count) in fitting {
        // The more words fit the less the whole ballot says.
        let share = BALLOT * weight(*count) / all.max(1) / u64::try_from(fitting.len()).unwrap_or(1);
        let letters = stretch.iter().zip(*word).filter(|(part, _)| part.sign() == Some(sign));
        letters.for_each(|(_, letter)| *counts.entry(*letter).or_default() += share);
    }
}

fn letters_of(parts: &[Part], alphabet: &Alphabet) -> Option<Vec<Option<u8>>> {
    (parts.len() <= MAX_LETTERS).then(|| parts.iter().map(|part| part.letter(alphabet)).collect())
}

fn elected(votes: &Votes) -> Alphabet {
    votes.iter().filter_map(|(sign, counts)| Some((*sign, winner(counts)?))).collect()
}

fn winner(counts: &BTreeMap<u8, u64>) -> Option<u8> {
    let all: u64 = counts.values().sum();
    let (letter, most) = counts.iter().max_by_key(|(_, count)| **count)?;
    let next = counts.iter().filter(|(other, _)| *other != letter).map(|(_, count)| *count).max().unwrap_or(0);
    (most * 100 >= all * PLURALITY_PERCENT && most * 100 >= next * LEAD_PERCENT).then_some(*letter)
}

/// The word that parts of a token stand for: all of them or those between punctuation, if they are a word as they are read; then
/// what fits best.
fn best(parts: &[Part], alphabet: &Alphabet, lexicon: &Lexicon) -> Option<Vec<u8>> {
    let inner = without_ends(parts);
    let as_read = |parts: &[Part]| -> Option<Vec<u8>> {
        let word: Vec<u8> = parts.iter().map(|part| part.letter(alphabet)).collect::<Option<_>>()?;
        lexicon.knows(&word).then_some(word)
    };
    let fits = |parts: &[Part]| -> Option<Vec<u8>> {
        let pattern = letters_of(parts, alphabet)?;
        pattern.iter().flatten().next()?;
        lexicon.fitting(&pattern).next().map(|(word, _)| word.to_vec())
    };
    as_read(parts).or_else(|| as_read(inner)).or_else(|| fits(parts)).or_else(|| fits(inner))
}

/// The parts between what stands around honest words.
fn without_ends(parts: &[Part]) -> &[Part] {
    let is_around = |part: &&Part| part.sign().is_some_and(|sign| AROUND_WORDS.contains(&sign));
    let start = parts.iter().take_while(is_around).count();
    let end = parts.len() - parts.iter().rev().take_while(is_around).count();
    parts.get(start..end).unwrap_or_default()
}
