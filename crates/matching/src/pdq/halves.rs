//! Hashes in two halves, each half of all hashes in a row: nearly always the first half tells that a hash is too far, and then the
//! second is not fetched from memory.

use super::Pdq;

/// Half a hash.
pub(super) type Half = [u64; 2];

/// Many hashes.
#[derive(Debug, Clone, Default)]
pub(super) struct Halves {
    heads: Vec<Half>,
    tails: Vec<Half>,
}

impl Halves {
    pub(super) fn new(hashes: impl Iterator<Item = Pdq>) -> Self {
        let (heads, tails) = hashes.map(|hash| split(&hash)).unzip();
        Self { heads, tails }
    }

    pub(super) const fn len(&self) -> usize {
        self.heads.len()
    }

    /// Octets of memory.
    pub(super) const fn memory(&self) -> usize {
        size_of_val(self.heads.as_slice()) + size_of_val(self.tails.as_slice())
    }

    /// The distance of the hash at a place, if it is within a radius.
    pub(super) fn within(&self, at: usize, query: &Pdq, radius: u32) -> Option<u32> {
        let (head, tail) = split(query);
        let first = self.heads.get(at).map(|half| distance(*half, head)).filter(|first| *first <= radius)?;
        let whole = first + distance(*self.tails.get(at)?, tail);
        (whole <= radius).then_some(whole)
    }

    /// Every hash in a row that is within a radius, with its place and its distance.
    pub(super) fn scan(
        &self,
        places: std::ops::Range<usize>,
        query: &Pdq,
        radius: u32,
        mut found: impl FnMut(usize, u32),
    ) {
        let (head, tail) = split(query);
        let heads = self.heads.get(places.clone()).unwrap_or_default();
        for (at, half) in (places.start..).zip(heads) {
            let first = distance(*half, head);
            if first <= radius
                && let Some(rest) = self.tails.get(at)
            {
                let whole = first + distance(*rest, tail);
                if whole <= radius {
                    found(at, whole);
                }
            }
        }
    }
}

const fn split(hash: &Pdq) -> (Half, Half) {
    let [a, b, c, d] = hash.0;
    ([a, b], [c, d])
}

/// Bits that differ. Counted in both words at once, as far as the counts fit beside each other, since the processors that this is
/// built for need not count bits themselves.
fn distance(one: Half, other: Half) -> u32 {
    const PAIRS: u64 = 0x5555_5555_5555_5555;
    const FOURS: u64 = 0x3333_3333_3333_3333;
    const EIGHTS: u64 = 0x0F0F_0F0F_0F0F_0F0F;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let fours = |word: u64| {
        let pairs = word - ((word >> 1) & PAIRS);
        (pairs & FOURS) + ((pairs >> 2) & FOURS)
    };
    // At most 4 in each place of either word: 8 fit into four bits.
    let both = fours(one[0] ^ other[0]) + fours(one[1] ^ other[1]);
    let eights = (both & EIGHTS) + ((both >> 4) & EIGHTS);
    let [.., sum] = eights.wrapping_mul(ONES).to_le_bytes();
    u32::from(sum)
}

#[cfg(test)]
mod tests {
    use super::{Halves, distance};
    use crate::pdq::Pdq;

    #[test]
    fn bits_are_counted() {
        let mut word = 1_u64;
        for _ in 0..10_000 {
            word = word.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17) ^ (word >> 3);
            let other = [word.rotate_left(9), !word];
            let expected = word.count_ones() + (other[0] ^ word.swap_bytes()).count_ones();
            assert_eq!(distance([word, other[0]], [0, word.swap_bytes()]), expected);
        }
        assert_eq!((distance([u64::MAX; 2], [0; 2]), distance([7; 2], [7; 2])), (128, 0));
    }

    #[test]
    fn both_halves_count() {
        let query = Pdq::from_words([0; 4]);
        let hashes = [[3, 0, 0, 7], [0, 1, 0, 0], [u64::MAX, 0, 0, 0], [0, 0, 0, u64::MAX]].map(Pdq::from_words);
        let halves = Halves::new(hashes.into_iter());
        let mut found = Vec::new();
        halves.scan(0..halves.len(), &query, 5, |at, distance| found.push((at, distance)));
        assert_eq!(found, [(0, 5), (1, 1)]);
        assert_eq!(
            [halves.within(0, &query, 4), halves.within(1, &query, 4), halves.within(9, &query, 4)],
            [None, Some(1), None]
        );
    }
}
