//! What was found, with everything that a person needs to judge it.

use std::ops::Range;

use record::stix::StixId;

use super::SignalName;
use crate::disguise::Reading;
use crate::near::NEAR_ESTIMATE;
use crate::pdq::{MATCH_RADIUS, Turn};
use crate::signal::{SignalKind, State};
use crate::substituted::Evidence;

/// How near things have to be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Thresholds {
    /// The least estimate of Jaccard similarity of two texts, 0 to 1.
    pub near_estimate: f64,
    /// The most bits in which eight octets of two texts differ, 0 to 64.
    pub simhash_radius: u32,
    /// The most bits in which the hashes of two pictures differ, 0 to 256.
    pub pdq_radius: u32,
}

/// Of 20,000 pairs of unrelated texts none is as near as this.
const SIMHASH_RADIUS: u32 = 8;

impl Default for Thresholds {
    fn default() -> Self {
        Self { near_estimate: NEAR_ESTIMATE, simhash_radius: SIMHASH_RADIUS, pdq_radius: MATCH_RADIUS }
    }
}

impl Thresholds {
    /// The same with another radius for pictures.
    #[must_use]
    pub const fn pdq_radius(mut self, bits: u32) -> Self {
        self.pdq_radius = bits;
        self
    }

    /// The same with another least estimate for texts.
    #[must_use]
    pub const fn near_estimate(mut self, least: f64) -> Self {
        self.near_estimate = least;
        self
    }
}

/// How something was found, and how near it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Method {
    /// It is the same: digest for digest.
    Exact {
        /// How the text was read; none for what is no text.
        reading: Option<Reading>,
    },
    /// It is nearly the same text.
    Near {
        /// How the text was read.
        reading: Reading,
        /// The estimated Jaccard similarity, 0 to 1.
        estimate: f64,
        /// What was asked for.
        least: f64,
    },
    /// Characters of it cannot be read; nearly all that can stand in the signal at the same places.
    Aligned {
        /// Characters that are the same at the same place.
        agreeing: usize,
        /// Characters that can be read.
        legible: usize,
        /// Characters that no signal has.
        illegible: usize,
    },
    /// Its letters are written as signs; its words are as long as those of the signal, and what can be read of them, and signs that occur
    /// again, agree place by place.
    Substituted {
        /// Words that have the same length.
        words: usize,
        /// Words of the longer text, or of as much of its beginning as is compared.
        of_words: usize,
        /// Plain letters that are the same at the same place.
        letters: usize,
        /// Signs that stand for the letter there that they mostly stand for; one that stands alone is not counted.
        signs: usize,
        /// Characters that were compared.
        characters: usize,
    },
    /// Eight octets of it are nearly the same.
    SimHash {
        /// How the text was read.
        reading: Reading,
        /// Bits that differ.
        distance: u32,
        /// What was asked for.
        radius: u32,
    },
    /// It looks alike.
    LooksAlike {
        /// Bits that differ.
        distance: u32,
        /// What was asked for.
        radius: u32,
        /// How the picture has to be turned.
        turn: Turn,
    },
    /// It holds a keyword.
    Keyword {
        /// How the text was read.
        reading: Reading,
        /// The keyword in normal form.
        keyword: String,
        /// After how many words, or characters of a script without spaces, it stands.
        after: usize,
    },
    /// It meets a rule.
    Rule {
        /// Which patterns were found, counted from 0, and where, in octets of the text as rules see it.
        places: Vec<(usize, Range<usize>)>,
    },
    /// It is the name, or one edit from it.
    Name {
        /// The name in the signal.
        name: String,
        /// Characters that are inserted, deleted or replaced: 0 or 1.
        edits: usize,
    },
}

impl From<Evidence> for Method {
    fn from(evidence: Evidence) -> Self {
        let Evidence { words, of_words, letters, signs, characters, .. } = evidence;
        Self::Substituted { words, of_words, letters, signs, characters }
    }
}

impl Method {
    /// How near it is, 0 to 1: 1 is the same.
    #[must_use]
    pub fn nearness(&self) -> f64 {
        let share = |distance: u32, all: f64| 1.0 - f64::from(distance) / all;
        let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let part = |some: usize, all: usize| count(some) / count(all.max(1));
        match self {
            Self::Exact { .. } | Self::Name { edits: 0, .. } => 1.0,
            Self::Near { estimate, .. } => *estimate,
            Self::Aligned { agreeing, legible, illegible } => part(*agreeing, legible + illegible),
            Self::Substituted { letters, signs, characters, .. } => part(letters + signs, *characters).min(1.0),
            Self::SimHash { distance, .. } => share(*distance, 64.0),
            Self::LooksAlike { distance, .. } => share(*distance, 256.0),
            Self::Keyword { .. } | Self::Rule { .. } | Self::Name { .. } => 0.0,
        }
    }
}

/// One signal that was found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Match {
    /// Which signal.
    pub signal: StixId,
    /// Whose it is.
    pub author: String,
    /// What kind of thing it is about.
    pub kind: SignalKind,
    /// What has become of it.
    pub state: State,
    /// How sure its author was, 0 to 100; none if he did not say.
    pub confidence: Option<u8>,
    /// To which others it belongs.
    pub family: Option<String>,
    /// How it was found, and how near it is.
    pub method: Method,
}

impl Match {
    /// The signal, with whose it is.
    #[must_use]
    pub fn name(&self) -> SignalName {
        SignalName::new(&self.author, self.signal.clone())
    }
}
