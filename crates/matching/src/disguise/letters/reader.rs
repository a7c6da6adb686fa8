//! Which letter each sign of one text stands for, as the words of signals vote.

use std::collections::BTreeMap;

use super::{Part, without_ends};
use crate::disguise::look_alikes;
use crate::lexicon::{LetterSet, Lexicon, MAX_LETTERS};

/// Rounds of voting. In the fifth hardly a vote changes.
const ROUNDS: usize = 5;

/// Words that may fit, for a vote to be worth anything.
const MAX_FITTING: usize = 48;

/// What all words that fit have together to vote with.
const BALLOT: u64 = 10_000;

/// A sign is read as a letter that has so many of a hundred of its votes,
const PLURALITY_PERCENT: u64 = 25;

/// and so many of a hundred of those of the next letter.
const LEAD_PERCENT: u64 = 140;

/// What a sign may be before anybody has voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shapes {
    /// Any letter that it looks or sounds like.
    Hint,
    /// Any letter: whoever makes a table of his own may take a sign for what it does not look like.
    Ignored,
}

/// Of each sign the votes for each letter.
type Votes = BTreeMap<char, BTreeMap<u8, u64>>;

/// What each sign was voted to be.
type Alphabet = BTreeMap<char, u8>;

/// Reads the signs of one text.
pub(super) struct Reader<'l> {
    alphabet: Alphabet,
    shapes: Shapes,
    lexicon: &'l Lexicon,
}

impl<'l> Reader<'l> {
    /// A reader for whom these words have voted.
    pub(super) fn taught(voters: &[&[Part]], shapes: Shapes, lexicon: &'l Lexicon) -> Self {
        let mut reader = Self { alphabet: Alphabet::new(), shapes, lexicon };
        for _ in 0..ROUNDS {
            let mut votes = Votes::new();
            voters.iter().for_each(|parts| reader.vote(parts, &mut votes));
            let next = elected(&votes);
            if next == reader.alphabet {
                break;
            }
            reader.alphabet = next;
        }
        reader
    }

    /// A word as it is read; what cannot be read is a gap.
    pub(super) fn written(&self, parts: &[Part]) -> String {
        match self.best(parts) {
            Some(word) => String::from_utf8_lossy(&word).into_owned(),
            None => parts.iter().map(|part| self.letter(*part).map_or(' ', char::from)).collect(),
        }
    }

    /// The letter that a part is, if nothing else is known than what was voted.
    fn letter(&self, part: Part) -> Option<u8> {
        match part {
            Part::Letter(letter) => Some(letter),
            Part::Sign(sign) => self.alphabet.get(&sign).copied(),
            Part::Guess(sign, letter) => Some(self.alphabet.get(&sign).copied().unwrap_or(letter)),
        }
    }

    /// The letters that it may be: what its shape suggests, what the normaliser takes it for, and what was voted.
    fn letters(&self, part: Part) -> LetterSet {
        let voted = self.letter(part).map_or(LetterSet::NONE, LetterSet::one);
        let all = match (self.shapes, part) {
            (Shapes::Ignored, _) | (_, Part::Letter(_)) => voted,
            (Shapes::Hint, Part::Sign(sign)) => voted.or(look_alikes::shapes(sign)),
            (Shapes::Hint, Part::Guess(sign, letter)) => voted.or(look_alikes::shapes(sign)).or(LetterSet::one(letter)),
        };
        if all == LetterSet::NONE { LetterSet::ANY } else { all }
    }

    /// Signs at the ends may be punctuation, so there a word votes only if what is between them is none by itself.
    fn vote(&self, parts: &[Part], votes: &mut Votes) {
        let inner = without_ends(parts);
        let as_read: Option<Vec<u8>> = inner.iter().map(|part| self.letter(*part)).collect();
        let is_word = as_read.is_some_and(|word| self.lexicon.knows(&word));
        let stretch = if is_word { inner } else { parts };
        let mut signs: Vec<char> = stretch.iter().filter_map(|part| part.sign()).collect();
        signs.sort_unstable();
        signs.dedup();
        for sign in signs {
            if !self.vote_on(sign, stretch, votes) {
                self.vote_on(sign, inner, votes);
            }
        }
    }

    /// Votes on one sign as if nothing were known of it, so that an early mistake is outvoted later. False if no word fits.
    fn vote_on(&self, sign: char, stretch: &[Part], votes: &mut Votes) -> bool {
        let read = |part: &Part| if part.sign() == Some(sign) { LetterSet::ANY } else { self.letters(*part) };
        let pattern: Vec<LetterSet> = stretch.iter().map(read).collect();
        if says_nothing(&pattern) {
            return false;
        }
        let fitting: Vec<(&[u8], u32)> = self.lexicon.fitting(&pattern).take(MAX_FITTING + 1).collect();
        if fitting.len() <= MAX_FITTING {
            count(sign, stretch, &fitting, votes);
        }
        !fitting.is_empty()
    }

    /// The word that parts of a token stand for: all of them or those between punctuation, if they are a word as they are read; then
    /// what fits best.
    fn best(&self, parts: &[Part]) -> Option<Vec<u8>> {
        let inner = without_ends(parts);
        let as_voted = |part: Part| self.letter(part).map_or(LetterSet::ANY, LetterSet::one);
        let as_shaped = |part: Part| self.letters(part);
        self.as_read(parts)
            .or_else(|| self.as_read(inner))
            .or_else(|| self.fitting_best(parts, as_shaped))
            .or_else(|| self.fitting_best(inner, as_shaped))
            .or_else(|| self.fitting_best(parts, as_voted))
            .or_else(|| self.fitting_best(inner, as_voted))
    }

    fn as_read(&self, parts: &[Part]) -> Option<Vec<u8>> {
        let word: Vec<u8> = parts.iter().map(|part| self.letter(*part)).collect::<Option<_>>()?;
        self.lexicon.knows(&word).then_some(word)
    }

    /// Of the words that fit the one that has most signs as they were voted; of these the most frequent.
    fn fitting_best(&self, parts: &[Part], read: impl Fn(Part) -> LetterSet) -> Option<Vec<u8>> {
        let pattern: Vec<LetterSet> = parts.iter().map(|part| read(*part)).collect();
        if says_nothing(&pattern) {
            return None;
        }
        let is_voted = |part: &Part, letter: u8| part.sign().and_then(|sign| self.alphabet.get(&sign)) == Some(&letter);
        let agreeing = |word: &[u8]| parts.iter().zip(word).filter(|(part, letter)| is_voted(part, **letter)).count();
        let fitting = self.lexicon.fitting(&pattern).take(MAX_FITTING).enumerate();
        let best = fitting.max_by_key(|(at, (word, _))| (agreeing(word), std::cmp::Reverse(*at)));
        best.map(|(_, (word, _))| word.to_vec())
    }
}

/// Any word of that length fits, or it is longer than any.
fn says_nothing(pattern: &[LetterSet]) -> bool {
    pattern.len() > MAX_LETTERS || pattern.iter().all(|letters| *letters == LetterSet::ANY)
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

fn elected(votes: &Votes) -> Alphabet {
    votes.iter().filter_map(|(sign, counts)| Some((*sign, winner(counts)?))).collect()
}

fn winner(counts: &BTreeMap<u8, u64>) -> Option<u8> {
    let all: u64 = counts.values().sum();
    let (letter, most) = counts.iter().max_by_key(|(_, count)| **count)?;
    let next = counts.iter().filter(|(other, _)| *other != letter).map(|(_, count)| *count).max().unwrap_or(0);
    (most * 100 >= all * PLURALITY_PERCENT && most * 100 >= next * LEAD_PERCENT).then_some(*letter)
}
