//! Lengths of successive words, by which a text is found.

use std::ops::RangeInclusive;

use text::xxh64;

use super::COVERED_PERCENT;
use super::written::MIN_WORDS;

/// Lengths in a row that find a text of many words: in a bank of a million texts some hundred have the same ones somewhere.
const MAX_LENGTHS: usize = 7;

/// The same for a text of few words, of which one may be written as more signs than it has letters.
const MIN_LENGTHS: usize = 4;

/// Places at which one text can be found. Of a longer one each second or third place is taken.
const MAX_PLACES: usize = 24;

/// A length that is as good as any greater one: so many fit into four bits.
pub(super) const LONGEST: usize = 15;

/// How many lengths find a text of so many words.
pub(super) fn width(words: usize) -> usize {
    (words / 2).clamp(MIN_LENGTHS, MAX_LENGTHS)
}

/// How many lengths find the texts that are neither too long nor too short to agree with one of so many words.
pub(super) fn widths(words: usize) -> RangeInclusive<usize> {
    width(words * COVERED_PERCENT / 100)..=width((words * 100).div_ceil(COVERED_PERCENT))
}

/// Where the lengths begin by which a text of so many words is found.
pub(super) fn places(words: usize) -> impl Iterator<Item = usize> {
    (0..(words + 1).saturating_sub(width(words))).step_by(stride(words))
}

/// Of how many places one is taken.
pub(super) fn stride(words: usize) -> usize {
    (words + 1).saturating_sub(width(words)).div_ceil(MAX_PLACES).max(1)
}

/// The key of so many lengths from a place on; none if there are not so many.
pub(super) fn key(lengths: &[usize], at: usize, width: usize) -> Option<u64> {
    let few =
        lengths.get(at..at + width)?.iter().map(|length| u8::try_from((*length).min(LONGEST)).unwrap_or_default());
    let octets: Vec<u8> = few.collect();
    Some(xxh64(&octets, 0))
}

const _: () = assert!(MIN_WORDS >= MIN_LENGTHS);
