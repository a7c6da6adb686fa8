//! What a disguised text may have been.
//!
//! The normaliser undoes what its tables know, and its tables are frozen. What they do not know is undone here, at the side of
//! the query, where nothing has to stay the same for ever: letters that were drawn apart are put together again, and signs that stand
//! for letters are read from the words in which they stand. What comes out is looked up beside the normal form and never
//! instead of it, so a wrong guess finds nothing and hides nothing.

mod apart;
mod bare;
mod han;
mod letters;
mod look_alikes;
mod spelt;
mod upside;

use text::{Normalised, NormaliserVersion};

use crate::lexicon::Lexicon;

/// Characters of a text that readings are tried for. A longer one is still normalised and looked up whole.
pub const MAX_READ_CHARACTERS: usize = 20_000;

/// In an honest word these stand between letters.
pub(crate) const INSIDE_WORDS: [char; 7] = ['\'', '’', '-', '.', '/', ',', '_'];

/// A text in which disguises are not looked for.
pub(crate) fn is_too_long(text: &str) -> bool {
    text.chars().nth(MAX_READ_CHARACTERS).is_some()
}

/// How a text was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reading {
    /// Its normal form.
    Normal,
    /// Pictures and other signs that are no writing were taken for gaps, marks on Han characters and numbers before each word were left
    /// out, and what is shown from right to left, or upside down, was turned.
    Bare,
    /// Letters that stood apart were put together.
    Joined,
    /// Signs were taken for the letters for which they stand.
    Letters,
    /// Signs were taken for letters, and these were put together.
    LettersJoined,
    /// Han characters that no signal has, or none has there, were taken for those that signals have in their place.
    Han,
}

/// The normal form of a text, and what else it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    all: Vec<(Reading, Normalised)>,
}

impl Readings {
    /// Reads a text. An honest text usually has its normal form alone.
    #[must_use]
    pub fn new(text: &str, version: NormaliserVersion, lexicon: &Lexicon) -> Self {
        let normal = version.normalise(text);
        let mut readings = Self { all: Vec::new() };
        if !is_too_long(text) {
            readings.guess(text, &normal, version, lexicon);
        }
        readings.all.retain(|(_, guess)| *guess != normal && !guess.as_str().is_empty());
        readings.all.insert(0, (Reading::Normal, normal));
        readings
    }

    fn guess(&mut self, text: &str, normal: &Normalised, version: NormaliserVersion, lexicon: &Lexicon) {
        let bare = bare::bared(text);
        let spelt = spelt::read(bare.as_deref().unwrap_or(text), version, lexicon);
        self.guess_letters(text, normal, version, lexicon);
        let others = bare.into_iter().chain(bare::unnumbered(text)).chain(upside::turned(text));
        for (reading, text) in
            others.map(|text| (Reading::Bare, text)).chain(spelt.map(|text| (Reading::Letters, text)))
        {
            let normal = version.normalise(&text);
            self.guess_letters(&text, &normal, version, lexicon);
            self.add(reading, normal);
        }
    }

    fn guess_letters(&mut self, text: &str, normal: &Normalised, version: NormaliserVersion, lexicon: &Lexicon) {
        let mut add = |reading, guess: Option<String>| {
            guess.into_iter().for_each(|guess| self.add(reading, version.normalise(&guess)));
        };
        let known = look_alikes::replaced(text);
        let plain = known.as_deref().unwrap_or(text);
        let letters = letters::read(plain, version, lexicon).or_else(|| known.clone());
        let joined = letters.as_ref().and_then(|text| apart::joined(version.normalise(text).as_str(), lexicon));
        add(Reading::Joined, apart::joined(normal.as_str(), lexicon));
        add(Reading::LettersJoined, joined.or_else(|| apart::joined_signs(plain, version, lexicon)));
        add(Reading::Letters, letters);
        add(Reading::Han, han::read(normal.as_str(), han::Strange::Unknown, lexicon));
        add(Reading::Han, han::read(normal.as_str(), han::Strange::Misplaced, lexicon));
    }

    /// Each once: what is looked up again finds nothing new.
    fn add(&mut self, reading: Reading, guess: Normalised) {
        if !self.all.iter().any(|(_, known)| *known == guess) {
            self.all.push((reading, guess));
        }
    }

    /// The normal form.
    #[must_use]
    pub fn normal(&self) -> Option<&Normalised> {
        self.all.first().map(|(_, normal)| normal)
    }

    /// All of them, the normal form first.
    pub fn iter(&self) -> impl Iterator<Item = (Reading, &Normalised)> {
        self.all.iter().map(|(reading, text)| (*reading, text))
    }
}
