//! Signs that stand for letters: `!gn+r€ a|| pr3v!ous`.
//!
//! A word with signs is completed from the words that signals have. Where one word alone fits, its signs vote for the letters
//! that they stand for; after that each sign is read everywhere as the letter that it was voted, and more words have one
//! alone that fits. Whoever uses a table is so read by his own table.

use std::collections::BTreeMap;

use text::{Folded, NormaliserVersion, is_unspaced};

use crate::lexicon::{Lexicon, MAX_LETTERS, MIN_LETTERS};

/// Rounds of voting. In the third hardly a vote changes.
const ROUNDS: usize = 3;

/// Words with signs that a text has to have: fewer change no match.
const MIN_WORDS: usize = 3;

/// Words with signs that are read: a text of twenty thousand characters has as many.
const MAX_WORDS: usize = 5_000;

/// Words that fit at most, for a vote to be worth anything.
const MAX_FITTING: u32 = 4;

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
}

/// What each sign was voted to be.
type Votes = BTreeMap<char, BTreeMap<u8, u32>>;
type Alphabet = BTreeMap<char, u8>;

/// The text with signs read as letters; none if hardly any word has signs.
pub(super) fn read(text: &str, version: NormaliserVersion, lexicon: &Lexicon) -> Option<String> {
    let tokens: Vec<Token> = text.split_whitespace().map(|token| Token::new(token, version)).collect();
    let signed = || tokens.iter().filter_map(Token::signed).take(MAX_WORDS);
    if signed().filter(|parts| has_sign_inside(parts)).count() < MIN_WORDS {
        return None;
    }
    let mut alphabet = Alphabet::new();
    for _ in 0..ROUNDS {
        let mut votes = Votes::new();
        signed().for_each(|parts| vote(parts, &alphabet, lexicon, &mut votes));
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
        let letters = parts.iter().filter(|part| matches!(part, Part::Letter(_))).count();
        let is_word = letters > 0 && letters < parts.len() && parts.len() <= 2 * MAX_LETTERS;
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
                Some((word, ..)) => String::from_utf8_lossy(&word).into_owned(),
                None => parts.iter().filter_map(|part| part.letter(alphabet)).map(char::from).collect(),
            },
        }
    }
}

impl Part {
    fn new(character: char, version: NormaliserVersion) -> Option<Self> {
        match version.fold(character) {
            Folded::Nothing | Folded::Space => None,
            Folded::Letter(letter) => u8::try_from(letter).ok().map(Self::Letter),
            Folded::Other(sign) => Some(Self::Sign(sign)),
        }
    }

    fn letter(self, alphabet: &Alphabet) -> Option<u8> {
        match self {
            Self::Letter(letter) => Some(letter),
            Self::Sign(sign) => alphabet.get(&sign).copied(),
        }
    }
}

fn has_sign_inside(parts: &[Part]) -> bool {
    let inside = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    // An apostrophe or a hyphen stands inside many an honest word.
    inside.iter().any(|part| matches!(part, Part::Sign(sign) if !matches!(sign, '\'' | '’' | '-' | '.' | '/' | ',')))
}

fn vote(parts: &[Part], alphabet: &Alphabet, lexicon: &Lexicon, votes: &mut Votes) {
    let Some((word, stretch, fitting)) = best(parts, alphabet, lexicon).filter(|(.., fitting)| *fitting <= MAX_FITTING)
    else {
        return;
    };
    for (part, letter) in stretch.iter().zip(&word) {
        if let Part::Sign(sign) = part {
            // The fewer words fit the more a vote is worth.
            *votes.entry(*sign).or_default().entry(*letter).or_default() += MAX_FITTING / fitting.max(1);
        }
    }
}

fn elected(votes: &Votes) -> Alphabet {
    let most = |counts: &BTreeMap<u8, u32>| counts.iter().max_by_key(|(_, count)| **count).map(|(letter, _)| *letter);
    votes.iter().filter_map(|(sign, counts)| Some((*sign, most(counts)?))).collect()
}

/// The word that parts of a token stand for, those parts, and how many words fit. Signs at the ends may be punctuation: without
/// them the rest may be a word as it is.
fn best<'p>(parts: &'p [Part], alphabet: &Alphabet, lexicon: &Lexicon) -> Option<(Vec<u8>, &'p [Part], u32)> {
    let stretches = stretches(parts);
    let whole = stretches.iter().rev().find_map(|stretch| {
        let word: Option<Vec<u8>> = stretch.iter().map(|part| part.letter(alphabet)).collect();
        let word = word.filter(|word| lexicon.knows(word))?;
        Some((word, *stretch, 1))
    });
    whole.or_else(|| {
        let fitting = stretches.iter().filter(|stretch| stretch.len() > MIN_LETTERS).find_map(|stretch| {
            let known: Vec<Option<u8>> = stretch.iter().map(|part| part.letter(alphabet)).collect();
            completed(&known, stretch, lexicon)
        });
        fitting
    })
}

/// With what is known of the alphabet, and if nothing fits so, from the letters alone: an early vote may have been wrong.
fn completed<'p>(
    known: &[Option<u8>],
    stretch: &'p [Part],
    lexicon: &Lexicon,
) -> Option<(Vec<u8>, &'p [Part], u32)> {
    let letters = || stretch.iter().map(|part| if let Part::Letter(letter) = part { Some(*letter) } else { None });
    let found = lexicon.complete(known).or_else(|| lexicon.complete(&letters().collect::<Vec<_>>()));
    found.map(|(word, fitting)| (word.to_vec(), stretch, fitting))
}

/// The parts with and without the signs at either end, the longest first.
fn stretches(parts: &[Part]) -> [&[Part]; 4] {
    let is_sign = |part: &Part| matches!(part, Part::Sign(_));
    let start = parts.iter().take_while(|part| is_sign(part)).count();
    let end = parts.len() - parts.iter().rev().take_while(|part| is_sign(part)).count();
    let part = |from: usize, to: usize| parts.get(from..to).unwrap_or_default();
    [part(0, parts.len()), part(start, parts.len()), part(0, end), part(start, end)]
}
