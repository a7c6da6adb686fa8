//! Words as they were written: signs in a row, each a letter, something that looks like one, or anything.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use text::{Folded, NormaliserVersion};

use crate::disguise::INSIDE_WORDS;

/// Words of a text that are compared. Of a longer text its beginning is enough to know it by.
pub(super) const MAX_WORDS: usize = 96;

/// Words that a text needs: fewer are of the same lengths by chance.
pub(super) const MIN_WORDS: usize = 4;

/// Characters of a text that are compared: as many words as are compared have no more, unless they are no words.
const MAX_CHARACTERS: usize = 1_024;

/// Signs inside words that a text needs before it is looked at: one is a slip.
const MIN_SIGNS: usize = 2;

/// And of a hundred characters in words so many have to be signs. An honest text has some, such as source code.
const MIN_SIGNS_PERCENT: usize = 4;

/// Of a hundred characters of a signal's words so many have to be Latin letters.
const MIN_LATIN_PERCENT: usize = 75;

/// Before an honest word stand these.
const BEFORE_WORDS: [char; 8] = ['"', '\'', '“', '‘', '(', '[', '„', '”'];

/// After an honest word stand these.
const AFTER_WORDS: [char; 13] = ['.', ',', ';', ':', '!', '?', '"', '\'', '”', '’', ')', ']', '“'];

const V1: NormaliserVersion = NormaliserVersion::V1;

/// The words of a text, one after another.
#[derive(Debug, Clone)]
pub(super) struct Laid<T> {
    characters: Vec<T>,
    /// Where each word ends.
    ends: Vec<usize>,
}

/// A character of an open text: its Latin letter, or none.
pub(super) type Letter = Option<u8>;

impl<T> Laid<T> {
    /// The beginning of a text, of which some signs are never punctuation; none if that has too few words.
    fn new(text: &str, kept: &[char], of: impl Fn(Folded, char) -> Option<T>) -> Option<Self> {
        let mut laid = Self { characters: Vec::new(), ends: Vec::new() };
        for word in text.split_whitespace() {
            let word = without_punctuation(word, kept);
            let room = (MAX_CHARACTERS + 1).saturating_sub(laid.characters.len());
            let seen = word.chars().filter_map(|character| of(fold(character), character));
            laid.characters.extend(seen.take(room));
            if laid.characters.len() > MAX_CHARACTERS || laid.ends.len() >= MAX_WORDS {
                break;
            }
            if laid.ends.last().copied().unwrap_or_default() < laid.characters.len() {
                laid.ends.push(laid.characters.len());
            }
        }
        laid.characters.truncate(laid.ends.last().copied().unwrap_or_default());
        (laid.ends.len() >= MIN_WORDS).then_some(laid)
    }

    /// How many characters each word has.
    pub(super) fn lengths(&self) -> Vec<usize> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| end - start).collect()
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &[T]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| self.characters.get(*start..*end).unwrap_or_default())
    }

    pub(super) const fn count(&self) -> usize {
        self.ends.len()
    }
}

impl Laid<Letter> {
    pub(super) fn is_latin(&self) -> bool {
        let latin = self.characters.iter().flatten().count();
        latin * 100 >= self.characters.len() * MIN_LATIN_PERCENT
    }
}

/// The beginning of an open text; none if it has too few words.
pub(super) fn letters(text: &str) -> Option<Laid<Letter>> {
    Laid::new(text, &[], |folded, _| match folded {
        Folded::Nothing | Folded::Space => None,
        Folded::Letter(letter) => Some(u8::try_from(letter).ok()),
        Folded::Other(_) => Some(None),
    })
}

/// Characters that are seen of a text.
pub(super) fn size(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace() && !is_hidden(*character)).count()
}

/// What a sign may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A plain letter.
    Letter(u8),
    /// The normaliser takes it for a letter; whoever wrote it may have meant another.
    Guess(u8),
    /// Nobody knows.
    Unknown,
}

/// A text that is asked for: hardly readable, and in words.
#[derive(Debug, Clone)]
pub(crate) struct Substituted {
    /// The number of each sign.
    laid: Laid<usize>,
    /// What each sign may be.
    signs: Vec<Sign>,
    /// Characters of the whole text.
    size: usize,
}

impl Substituted {
    /// A text as it was written; none if it has few words, or hardly a sign in them.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let written = Laid::new(text, &[], as_sign).filter(is_asked)?;
        let kept = inside(&written);
        let written = if kept.is_empty() { written } else { Laid::new(text, &kept, as_sign)? };
        Some(Self::numbered(written, size(text)))
    }

    /// Numbers the signs in the order in which they come.
    fn numbered(written: Laid<(char, Sign)>, size: usize) -> Self {
        let (mut numbers, mut signs) = (BTreeMap::new(), Vec::new());
        let mut number = |(character, sign)| match numbers.entry(character) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                signs.push(sign);
                *new.insert(signs.len() - 1)
            }
        };
        let characters = written.characters.into_iter().map(&mut number).collect();
        Self { laid: Laid { characters, ends: written.ends }, signs, size }
    }

    pub(super) fn lengths(&self) -> Vec<usize> {
        self.laid.lengths()
    }

    pub(super) const fn laid(&self) -> &Laid<usize> {
        &self.laid
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    pub(super) fn signs(&self) -> &[Sign] {
        &self.signs
    }
}

fn is_asked(written: &Laid<(char, Sign)>) -> bool {
    let is_sign =
        |(character, sign): &&(char, Sign)| !matches!(sign, Sign::Letter(_)) && !INSIDE_WORDS.contains(character);
    let is_number = |word: &&[(char, Sign)]| {
        word.iter().all(|(character, _)| character.is_ascii_digit() || INSIDE_WORDS.contains(character))
    };
    let signs = written.words().filter(|word| !is_number(word)).flatten().filter(is_sign).count();
    signs >= MIN_SIGNS && signs * 100 >= written.characters.len() * MIN_SIGNS_PERCENT
}

/// Of the signs that stand around words those that stand for letters as well, since they stand within words too, or on the side
/// where they do not belong: `!gn!te (4n`.
fn inside(written: &Laid<(char, Sign)>) -> Vec<char> {
    let signs = written.characters.iter().map(|(character, _)| *character);
    let is_around = |sign: &char| BEFORE_WORDS.contains(sign) || AFTER_WORDS.contains(sign);
    let mut inside: Vec<char> = signs.filter(|sign| is_around(sign) && !INSIDE_WORDS.contains(sign)).collect();
    inside.sort_unstable();
    inside.dedup();
    inside
}

fn as_sign(folded: Folded, character: char) -> Option<(char, Sign)> {
    match folded {
        Folded::Nothing | Folded::Space => None,
        Folded::Letter(letter) if character.is_ascii() => Some((letter, Sign::Letter(u8::try_from(letter).ok()?))),
        Folded::Letter(letter) => Some((character, Sign::Guess(u8::try_from(letter).ok()?))),
        Folded::Other(sign) => Some((sign, Sign::Unknown)),
    }
}

fn fold(character: char) -> Folded {
    match character {
        'a'..='z' => Folded::Letter(character),
        'A'..='Z' => Folded::Letter(character.to_ascii_lowercase()),
        _ => V1.fold(character),
    }
}

fn without_punctuation<'a>(word: &'a str, kept: &[char]) -> &'a str {
    let is_before = |sign: char| is_hidden(sign) || BEFORE_WORDS.contains(&sign) && !kept.contains(&sign);
    let is_after = |sign: char| is_hidden(sign) || AFTER_WORDS.contains(&sign) && !kept.contains(&sign);
    word.trim_start_matches(is_before).trim_end_matches(is_after)
}

fn is_hidden(character: char) -> bool {
    !character.is_ascii() && V1.fold(character) == Folded::Nothing
}
