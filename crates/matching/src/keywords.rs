//! Keywords in normalised text.
//!
//! A text and a keyword are read as units: a word of a script with spaces, or one character of a script without. A keyword is
//! found where its units stand one after the other. So a Latin keyword begins and ends with a word, a Han one stands anywhere in a
//! sentence, and what is put between characters or words, be it spaces or dots, does not hide it.
//!
//! All beginnings of all keywords are in one table by their hash; at each unit of the text the beginnings are followed as far as
//! they go. What it costs grows with the text and not with the number of keywords.

use std::collections::BTreeSet;
use std::fmt;

use text::{NormaliserVersion, is_unspaced, units, xxh64};

use crate::table::Table;

/// Units of a keyword: a name or a short sentence. Longer ones are texts, which are found as nearly the same.
pub const MAX_KEYWORD_UNITS: usize = 32;

/// Letters and digits of a keyword of one word: shorter ones occur in any text.
pub const MIN_WORD_CHARACTERS: usize = 3;

/// Characters of a keyword in a script without spaces: a single one occurs in any text.
pub const MIN_UNSPACED_CHARACTERS: usize = 2;

/// Places of one text that are told: whoever repeats a keyword ten thousand times is told of the first of them.
pub const MAX_KEYWORD_HITS: usize = 256;

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

/// Keywords that can be searched for.
#[derive(Debug, Clone, Default)]
pub struct KeywordIndex {
    beginnings: Table,
    /// Keywords with the same units as an earlier one, by the earlier one's place.
    same: std::collections::BTreeMap<u32, Vec<u32>>,
}

impl KeywordIndex {
    /// An index of these keywords; at most 2^32 - 2.
    #[must_use]
    pub fn new(keywords: &[Keyword]) -> Self {
        let mut index = Self { beginnings: Table::with_room(keywords.len()), same: std::collections::BTreeMap::new() };
        for (slot, keyword) in (0..GOES_ON).zip(keywords) {
            index.insert(slot, keyword);
        }
        index
    }

    /// Octets of memory that it takes, without keywords that are the same as others.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.beginnings.memory()
    }

    fn insert(&mut self, slot: u32, keyword: &Keyword) {
        let hashes: Vec<u64> = beginnings(units(keyword.as_str()).map(unit_hash)).collect();
        let Some((whole, parts)) = hashes.split_last() else { return };
        parts.iter().for_each(|part| self.beginnings.update(*part, |known| known.unwrap_or(GOES_ON)));
        let mut first = slot;
        self.beginnings.update(*whole, |known| {
            first = known.filter(|known| *known != GOES_ON).unwrap_or(slot);
            first
        });
        if first != slot {
            self.same.entry(first).or_default().push(slot);
        }
    }

    /// Finds the keywords in a normalised text: the first place of each, and at most [`MAX_KEYWORD_HITS`].
    #[must_use]
    pub fn search(&self, normalised: &str) -> Vec<KeywordHit> {
        let hashes: Vec<u64> = units(normalised).map(unit_hash).collect();
        let mut hits: Vec<KeywordHit> = Vec::new();
        // A word that is repeated takes one place: otherwise a text could begin with it until the others are not looked for.
        let mut told = BTreeSet::new();
        for unit in 0..hashes.len() {
            let rest = hashes.get(unit..).unwrap_or_default();
            let found = beginnings(rest.iter().copied().take(MAX_KEYWORD_UNITS));
            let found = found.map_while(|beginning| self.beginnings.get(beginning)).filter(|slot| *slot != GOES_ON);
            hits.extend(found.filter(|slot| told.insert(*slot)).map(|slot| KeywordHit { slot, unit }));
            if hits.len() > MAX_KEYWORD_HITS {
                break;
            }
        }
        self.with_same(hits)
    }

    fn with_same(&self, mut hits: Vec<KeywordHit>) -> Vec<KeywordHit> {
        let same = |hit: &KeywordHit| {
            let slots = self.same.get(&hit.slot).map(Vec::as_slice).unwrap_or_default();
            slots.iter().map(|&slot| KeywordHit { slot, ..*hit }).collect::<Vec<_>>()
        };
        let more: Vec<KeywordHit> = hits.iter().flat_map(same).take(MAX_KEYWORD_HITS).collect();
        hits.extend(more);
        hits.sort_unstable();
        hits.dedup_by_key(|hit| hit.slot);
        hits.truncate(MAX_KEYWORD_HITS);
        hits
    }
}

fn unit_hash(unit: &str) -> u64 {
    xxh64(unit.as_bytes(), 0)
}

/// The hash of the first unit, of the first two, and so on.
fn beginnings(units: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    units.scan(0x6B65_7977_6F72_6473_u64, |state, unit| {
        let mixed = (*state ^ unit).wrapping_mul(0x9E37_79B1_85EB_CA87);
        *state = (mixed ^ (mixed >> 29)).wrapping_mul(0xC2B2_AE3D_27D4_EB4F).rotate_left(31);
        Some(*state)
    })
}
