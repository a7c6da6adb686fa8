//! Hashes in two halves, each half of all hashes in a row: nearly always the first half tells that a hash is too far, and then the
//! second is not fetched from memory.

use super::Pdq;
use crate::lists::place;

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

    /// Of the hashes at these places those that are within a radius, with place and distance.
    pub(super) fn among(&self, places: &[u32], query: &Pdq, radius: u32, mut found: impl FnMut(usize, u32)) {
        fearless_simd::dispatch!(fearless_simd::Level::new(), _simd => {
            for at in places {
                let at = place(*at);
                if let Some(distance) = self.within(at, query, radius) {
                    found(at, distance);
                }
            }
        });
    }

    /// Every hash that is within a radius, with its place and its distance.
    pub(super) fn scan(&self, query: &Pdq, radius: u32, mut found: impl FnMut(usize, u32)) {
        fearless_simd::dispatch!(fearless_simd::Level::new(), _simd => {
            for at in 0..self.len() {
                if let Some(distance) = self.within(at, query, radius) {
                    found(at, distance);
                }
            }
        });
    }

    /// The distance of the hash at a place, if it is within a radius.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the caller says by which instructions bits are counted")]
    fn within(&self, at: usize, query: &Pdq, radius: u32) -> Option<u32> {
        let (head, tail) = split(query);
        let first = self.heads.get(at).map(|half| distance(*half, head)).filter(|first| *first <= radius)?;
        let whole = first.wrapping_add(distance(*self.tails.get(at)?, tail));
        (whole <= radius).then_some(whole)
    }
}

const fn split(hash: &Pdq) -> (Half, Half) {
    let [a, b, c, d] = hash.0;
    ([a, b], [c, d])
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
const fn distance(one: Half, other: Half) -> u32 {
    let ([a, b], [c, d]) = (one, other);
    (a ^ c).count_ones().wrapping_add((b ^ d).count_ones())
}

#[cfg(test)]
mod tests {
    use super::Halves;
    use crate::pdq::Pdq;

    #[test]
    fn both_halves_count() {
        let query = Pdq::from_words([0; 4]);
        let hashes = [[3, 0, 0, 7], [0, 1, 0, 0], [u64::MAX, 0, 0, 0], [0, 0, 0, u64::MAX]].map(Pdq::from_words);
        let halves = Halves::new(hashes.into_iter());
        let mut found = Vec::new();
        halves.scan(&query, 5, |at, distance| found.push((at, distance)));
        assert_eq!(found, [(0, 5), (1, 1)]);
        found.clear();
        halves.among(&[0, 1, 9], &query, 4, |at, distance| found.push((at, distance)));
        assert_eq!(found, [(1, 1)]);
    }
}
