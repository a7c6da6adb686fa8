//! Hashes that are read in a row, word by word: the first words of all of them lie side by side, then the second, and so on, so that
//! a processor compares several at once.

use super::{Pdq, WORDS};

/// Hashes that are compared before anybody asks whether one of them is near: the
/// more, the less is spent on asking, and the more are compared in full beside one that is near.
const BLOCK: usize = 32;

type Block = [u64; BLOCK];
type Counts = [u32; BLOCK];

/// Many hashes.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    words: [Vec<u64>; WORDS],
}

impl Rows {
    pub(super) fn new(hashes: &[Pdq]) -> Self {
        let mut rows = Self::default();
        for hash in hashes {
            rows.words.iter_mut().zip(hash.0).for_each(|(row, word)| row.push(word));
        }
        rows
    }

    /// Octets of memory.
    pub(super) const fn memory(&self) -> usize {
        let [a, _, _, _] = &self.words;
        size_of_val(a.as_slice()) * WORDS
    }

    /// Every hash of a part that is within a radius, with its place and its distance.
    pub(super) fn scan(
        &self,
        part: std::ops::Range<usize>,
        query: &Pdq,
        radius: u32,
        mut found: impl FnMut(usize, u32),
    ) {
        let [a, b, c, d] = self.words.each_ref().map(|row| row.get(part.clone()).unwrap_or_default());
        fearless_simd::dispatch!(fearless_simd::Level::new(), _simd => scan([a, b, c, d], query, radius, |at, distance| {
            found(part.start.wrapping_add(at), distance);
        }));
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the caller says by which instructions bits are counted")]
fn scan(words: [&[u64]; WORDS], query: &Pdq, radius: u32, mut found: impl FnMut(usize, u32)) {
    let [first, second, third, fourth] = words.map(|row| row.as_chunks::<BLOCK>());
    let [a, b, c, d] = query.0;
    let halves = first.0.iter().zip(second.0).zip(third.0.iter().zip(fourth.0));
    for (number, ((first, second), (third, fourth))) in halves.enumerate() {
        let half = differing(first, a, second, b);
        // Half of the bits say of most hashes that they are too far.
        if !is_any_within(&half, radius) {
            continue;
        }
        let rest = differing(third, c, fourth, d);
        let mut whole = half;
        whole.iter_mut().zip(rest).for_each(|(whole, rest)| *whole = whole.wrapping_add(rest));
        if !is_any_within(&whole, radius) {
            continue;
        }
        for (lane, distance) in whole.into_iter().enumerate().filter(|(_, distance)| *distance <= radius) {
            found(number.wrapping_mul(BLOCK).wrapping_add(lane), distance);
        }
    }
    let start = first.0.len().wrapping_mul(BLOCK);
    let tails = first.1.iter().zip(second.1).zip(third.1.iter().zip(fourth.1));
    for (at, ((first, second), (third, fourth))) in tails.enumerate() {
        let distance = Pdq([*first, *second, *third, *fourth]).distance(query);
        if distance <= radius {
            found(start.wrapping_add(at), distance);
        }
    }
}

/// Bits in which words differ from those of a query, of a whole block.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
fn differing(first: &Block, a: u64, second: &Block, b: u64) -> Counts {
    let mut counts = [0; BLOCK];
    for (count, (first, second)) in counts.iter_mut().zip(first.iter().zip(second)) {
        *count = (first ^ a).count_ones().wrapping_add((second ^ b).count_ones());
    }
    counts
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
fn is_any_within(counts: &Counts, radius: u32) -> bool {
    counts.iter().fold(false, |is_any, count| is_any | (*count <= radius))
}

#[cfg(test)]
mod tests {
    use super::Rows;
    use crate::pdq::Pdq;

    #[test]
    fn all_parts_are_read_to_their_ends() {
        let hashes: Vec<Pdq> =
            (0..200_u64).map(|at| Pdq::from_words([at, at << 9, at >> 3, at.rotate_left(40)])).collect();
        let rows = Rows::new(&hashes);
        for part in [0..0, 0..200, 3..19, 7..200, 190..200] {
            for radius in [0, 6, 9, 256] {
                let mut found = Vec::new();
                rows.scan(part.clone(), &hashes[77], radius, |at, distance| found.push((at, distance)));
                let near = part.clone().map(|at| (at, hashes[at].distance(&hashes[77])));
                assert_eq!(found, near.filter(|(_, distance)| *distance <= radius).collect::<Vec<_>>());
            }
        }
        rows.scan(190..300, &hashes[0], 256, |_, _| panic!("there is no such part"));
    }
}
