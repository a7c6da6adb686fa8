//! Keywords in normalised text.
//!
//! A text and a keyword are read as units: a word of a script with spaces, or one character of a script without. A keyword is
//! found where its units stand one after the other. So a Latin keyword begins and ends with a word, a Han one stands anywhere in a
//! sentence, and what is put between characters or words, be it spaces or dots, does not hide it.
//!
//! All beginnings of all keywords are in one table by their hash; at each unit of the text the beginnings are followed as far as
//! they go. What it costs grows with the text and not with the number of keywords. The hash has a seed that nobody outside knows,
//! so that nobody can choose keywords that fill one place of the table; and what a hash finds is compared, so that no two keywords
//! are taken for one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use text::{NormaliserVersion, is_unspaced, units, xxh64};

use crate::lists::place;
use crate::table::Table;

/// Units of a keyword: a name or a short sentence. Longer ones are texts, which are found as nearly the same.
pub const MAX_KEYWORD_UNITS: usize = 32;

/// Letters and digits of a keyword of one word: shorter ones occur in any text.
pub const MIN_WORD_CHARACTERS: usize = 3;

/// Characters of a keyword in a script without spaces: a single one occurs in any text.
pub const MIN_UNSPACED_CHARACTERS: usize = 2;

/// Keywords of one text that are told, each with its first place. A text of a thousand words holds fewer, whatever the keywords
/// are; beyond it that there are more is told.
pub const MAX_KEYWORD_HITS: usize = 32_768;

/// This beginning of a keyword is not a whole one.
const GOES_ON: u32 = u32::MAX;

/// A text is no keyword.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAKeyword {
    /// It has neither letters nor digits.
    #[error("the keyword has no letter and no digit")]
    Empty,
    /// It would be found in any text.
    #[error(
        "the keyword is so short that it would be found in any text: use at least {MIN_WORD_CHARACTERS} letters, or {MIN_UNSPACED_CHARACTERS} characters of a script without spaces"
    )]
    TooShort,
    /// It is a text.
    #[error(
        "the keyword has {units} words or characters and at most {MAX_KEYWORD_UNITS} are looked for; sign it as a text"
    )]
    TooLong {
        /// Words, or characters of a script without spaces.
        units: usize,
    },
}

/// A keyword in normal form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyword {
    normal: String,
}

impl fmt::Debug for Keyword {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Keyword({})", self.normal.escape_debug())
    }
}

impl Keyword {
    /// Normalises a keyword.
    ///
    /// # Errors
    /// [`NotAKeyword`] if it is empty, too short to mean anything, or too long.
    pub fn new(text: &str, version: NormaliserVersion) -> Result<Self, NotAKeyword> {
        let normal = version.normalise(text).into_string();
        let units = units(&normal).count();
        let characters = normal.chars().filter(|character| *character != ' ').count();
        let least = if normal.chars().any(is_unspaced) { MIN_UNSPACED_CHARACTERS } else { MIN_WORD_CHARACTERS };
        match (units, characters) {
            (0, _) => Err(NotAKeyword::Empty),
            (MAX_KEYWORD_UNITS.., _) if units > MAX_KEYWORD_UNITS => Err(NotAKeyword::TooLong { units }),
            (_, characters) if characters < least => Err(NotAKeyword::TooShort),
            _ => Ok(Self { normal }),
        }
    }

    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.normal
    }
}

/// A keyword that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct KeywordHit {
    /// Which keyword: its place among those that the index was made of.
    pub slot: u32,
    /// At which unit of the text it begins.
    pub unit: usize,
}

/// What was found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct KeywordHits {
    /// By the place of the keyword.
    pub hits: Vec<KeywordHit>,
    /// There are more than [`MAX_KEYWORD_HITS`], and the others are not told.
    pub is_cut: bool,
}

/// Keywords that can be searched for.
#[derive(Debug, Clone, Default)]
pub struct KeywordIndex {
    seed: u64,
    beginnings: Table,
    /// Each keyword once.
    keywords: Vec<Keyword>,
    /// The places of each among those that the index was made of. In front stands one of each source, then a second one of each:
    /// where they are cut, no source hides another.
    slots: Vec<Vec<u32>>,
    /// Keywords with the hash of an earlier one, by the earlier one's number.
    collided: BTreeMap<u32, Vec<u32>>,
}

impl KeywordIndex {
    /// An index of these keywords, all of one source; at most 2^32 - 2. The seed is a random number that nobody else knows.
    #[must_use]
    pub fn new(keywords: &[Keyword], seed: u64) -> Self {
        Self::of_sources(keywords, &[], seed)
    }

    /// The same with a number for whose each keyword is.
    #[must_use]
    pub fn of_sources(keywords: &[Keyword], sources: &[u32], seed: u64) -> Self {
        let mut slots: BTreeMap<&Keyword, Vec<(u32, u32)>> = BTreeMap::new();
        for (slot, keyword) in (0..GOES_ON).zip(keywords) {
            let source = sources.get(place(slot)).copied().unwrap_or_default();
            slots.entry(keyword).or_default().push((source, slot));
        }
        let beginnings = Table::with_room(slots.len());
        let mut index = Self { seed, beginnings, ..Self::default() };
        for (number, (keyword, slots)) in (0..).zip(slots) {
            index.insert(number, keyword);
            index.keywords.push(keyword.clone());
            index.slots.push(in_turns(slots));
        }
        index
    }

    /// Octets of memory that the table takes.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.beginnings.memory()
    }

    fn insert(&mut self, number: u32, keyword: &Keyword) {
        let seed = self.seed;
        let hashes: Vec<u64> = beginnings(units(keyword.as_str()).map(|unit| unit_hash(unit, seed)), seed).collect();
        let Some((whole, parts)) = hashes.split_last() else { return };
        parts.iter().for_each(|part| self.beginnings.update(*part, |known| known.unwrap_or(GOES_ON)));
        let mut first = number;
        self.beginnings.update(*whole, |known| {
            first = known.filter(|known| *known != GOES_ON).unwrap_or(number);
            first
        });
        if first != number {
            self.collided.entry(first).or_default().push(number);
        }
    }

    /// Finds the keywords in a normalised text: the first place of each, and at most [`MAX_KEYWORD_HITS`].
    #[must_use]
    pub fn search(&self, normalised: &str) -> KeywordHits {
        let words: Vec<&str> = units(normalised).collect();
        let hashes: Vec<u64> = words.iter().map(|unit| unit_hash(unit, self.seed)).collect();
        let mut found: Vec<(u32, usize)> = Vec::new();
        // A word that is repeated takes one place: otherwise a text could begin with it until the others are not looked for.
        let mut told = BTreeSet::new();
        let mut is_cut = false;
        for unit in 0..hashes.len() {
            let rest = hashes.get(unit..).unwrap_or_default();
            let met = beginnings(rest.iter().copied().take(MAX_KEYWORD_UNITS), self.seed);
            let met = met.map_while(|beginning| self.beginnings.get(beginning)).filter(|number| *number != GOES_ON);
            for number in met {
                let stands = |number: &u32| self.stands_at(*number, words.get(unit..).unwrap_or_default());
                let same_hash = self.collided.get(&number).map(Vec::as_slice).unwrap_or_default();
                let standing = std::iter::once(&number).chain(same_hash).filter(|number| stands(number));
                found.extend(standing.copied().filter(|number| told.insert(*number)).map(|number| (number, unit)));
            }
            if found.len() > MAX_KEYWORD_HITS {
                is_cut = true;
                break;
            }
        }
        self.by_slot(&found, is_cut)
    }

    fn stands_at(&self, number: u32, words: &[&str]) -> bool {
        let mut words = words.iter();
        let keyword = self.keywords.get(place(number));
        keyword.is_some_and(|keyword| units(keyword.as_str()).all(|unit| words.next() == Some(&unit)))
    }

    /// Every keyword's first place, then the second of those that several signals have, and so on.
    fn by_slot(&self, found: &[(u32, usize)], is_cut: bool) -> KeywordHits {
        let mut hits = KeywordHits { hits: Vec::new(), is_cut };
        let of = |number: u32| self.slots.get(place(number)).map(Vec::as_slice).unwrap_or_default();
        let mut left: Vec<(&[u32], usize)> = found.iter().map(|&(number, unit)| (of(number), unit)).collect();
        while !left.is_empty() {
            if hits.hits.len() > MAX_KEYWORD_HITS {
                hits.is_cut = true;
                break;
            }
            for (slots, unit) in &mut left {
                let Some((slot, more)) = slots.split_first() else { continue };
                hits.hits.push(KeywordHit { slot: *slot, unit: *unit });
                *slots = more;
            }
            left.retain(|(slots, _)| !slots.is_empty());
        }
        hits.hits.truncate(MAX_KEYWORD_HITS);
        hits.hits.sort_unstable();
        hits
    }
}

/// The first of each source, then the second of each, and so on.
fn in_turns(slots: Vec<(u32, u32)>) -> Vec<u32> {
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    let mut turns: Vec<(u32, u32)> = slots
        .into_iter()
        .map(|(source, slot)| {
            let turn = seen.entry(source).or_default();
            *turn += 1;
            (*turn, slot)
        })
        .collect();
    turns.sort_unstable();
    turns.into_iter().map(|(_, slot)| slot).collect()
}

fn unit_hash(unit: &str, seed: u64) -> u64 {
    xxh64(unit.as_bytes(), seed)
}

/// The hash of the first unit, of the first two, and so on.
fn beginnings(units: impl Iterator<Item = u64>, seed: u64) -> impl Iterator<Item = u64> {
    units.scan(seed ^ 0x6B65_7977_6F72_6473, |state, unit| {
        let mixed = (*state ^ unit).wrapping_mul(0x9E37_79B1_85EB_CA87);
        *state = (mixed ^ (mixed >> 29)).wrapping_mul(0xC2B2_AE3D_27D4_EB4F).rotate_left(31);
        Some(*state)
    })
}
