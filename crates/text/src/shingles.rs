//! Overlapping character n-grams, and sets of their hashes.

use std::num::NonZeroUsize;

use crate::hash::xxh64;
use crate::segments::{Group, runs, windows};

/// Characters per shingle, by way of writing: a Han character says about as much as a short word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShingleWidths {
    spaced: usize,
    unspaced: usize,
}

impl ShingleWidths {
    /// The widths of shared signals under `norm/1`: 5 in spaced scripts, 2 in unspaced ones.
    ///
    /// Pairs of Han characters, not triples: with one character in 20 replaced, 99.5% of 1,000 real
    /// Chinese prompts keep a Jaccard similarity of 0.7, with triples 71%; unrelated questions that
    /// come as near are about equally rare (17 and 13 of 2 million pairs).
    pub const V1: Self = Self { spaced: 5, unspaced: 2 };

    /// Widths for scripts with spaces between words and for those without.
    #[must_use]
    pub const fn new(spaced: NonZeroUsize, unspaced: NonZeroUsize) -> Self {
        Self { spaced: spaced.get(), unspaced: unspaced.get() }
    }

    const fn of(self, group: Group) -> usize {
        match group {
            Group::Ideographs | Group::Unspaced => self.unspaced,
            Group::Gap | Group::Word | Group::Symbol => self.spaced,
        }
    }
}

/// The shingles of a normalised text, in order and with repetitions. Windows run over the spaces
/// between words, but not over a change between spaced and unspaced script. A stretch shorter than
/// its width is one shingle.
pub fn shingles(normalised: &str, widths: ShingleWidths) -> impl Iterator<Item = &str> {
    let spaced_or_not = |group: Group| if group.is_unspaced() { group } else { Group::Word };
    runs(normalised, spaced_or_not)
        .map(|(group, run)| (group, run.trim_matches(' ')))
        .filter(|(_, run)| !run.is_empty())
        .flat_map(move |(group, run)| windows(group, run, widths.of(group)))
}

/// The set of a text's shingles, as sorted XXH64 hashes with seed 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShingleSet {
    hashes: Vec<u64>,
}

impl ShingleSet {
    /// The shingles of a normalised text.
    #[must_use]
    pub fn new(normalised: &str, widths: ShingleWidths) -> Self {
        let mut hashes: Vec<u64> = Vec::with_capacity(normalised.len());
        hashes.extend(shingles(normalised, widths).map(|shingle| xxh64(shingle.as_bytes(), 0)));
        hashes.sort_unstable();
        hashes.dedup();
        Self { hashes }
    }

    /// The hashes, ascending, none twice.
    #[must_use]
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// How many different shingles there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether the text had none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// How many shingles two sets share.
    #[must_use]
    pub fn shared(&self, other: &Self) -> usize {
        let mut theirs = other.hashes.iter().peekable();
        let is_shared = |mine: &&u64| {
            while theirs.next_if(|their| their < mine).is_some() {}
            theirs.next_if(|their| their == mine).is_some()
        };
        self.hashes.iter().filter(is_shared).count()
    }
}
