//! MinHash signatures: near duplicates found without comparing every pair.

use crate::hash::{splitmix64, xxh64};
use crate::shingles::ShingleSet;
use crate::similarity::share;

/// Values in a signature.
pub const PERMUTATIONS: usize = 128;
/// Bands of a signature; two texts are candidates if one band is equal.
pub const BANDS: usize = 25;
/// Values per band. The last 3 of the 128 are in no band and only sharpen the estimate.
pub const ROWS: usize = 5;

const LANE: usize = 8;
/// Part of the format: another seed gives signatures that match nothing.
const SEED: u64 = 0x6465_7465_6E74_6531;
const MULTIPLY_SHIFT: [(u64, u64); PERMUTATIONS] = multiply_shift();

/// A text's signature of 128 values. Part of the format of shared signals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinHash {
    values: [u32; PERMUTATIONS],
}

impl MinHash {
    /// The length of a signature in bytes.
    pub const BYTES: usize = 4 * PERMUTATIONS;

    /// The signature of a shingle set. Inlined, so that a caller who knows what its processor can do has it done by these
    /// instructions; the values are the same by any.
    #[must_use]
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "instructions are chosen where it is called, and this crate depends on nothing"
    )]
    pub fn new(shingles: &ShingleSet) -> Self {
        let mut values = [u32::MAX; PERMUTATIONS];
        // Lane by lane, so that the values being lowered stay in registers.
        for (lane, pairs) in values.as_chunks_mut::<LANE>().0.iter_mut().zip(MULTIPLY_SHIFT.as_chunks::<LANE>().0) {
            for &hash in shingles.hashes() {
                lower(lane, pairs, u64::from(high_half(hash)));
            }
        }
        Self { values }
    }

    /// The estimated Jaccard similarity; its standard error is at most 0.045.
    #[must_use]
    pub fn estimate(&self, other: &Self) -> f64 {
        let equal = self.values.iter().zip(&other.values).filter(|(mine, theirs)| mine == theirs).count();
        share(equal, PERMUTATIONS)
    }

    /// One key per band. At Jaccard 0.7 one of 25 is equal with probability 0.99, at 0.3 with 0.06.
    #[must_use]
    pub fn bands(&self) -> [u64; BANDS] {
        let mut keys = [0; BANDS];
        for ((key, rows), band) in keys.iter_mut().zip(self.values.as_chunks::<ROWS>().0).zip(0..) {
            let mut bytes = [0; 4 * ROWS];
            for (place, row) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(rows) {
                *place = row.to_le_bytes();
            }
            *key = xxh64(&bytes, band);
        }
        keys
    }

    /// The signature as little-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (place, value) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(&self.values) {
            *place = value.to_le_bytes();
        }
        bytes
    }

    /// The signature read back.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut values = [0; PERMUTATIONS];
        for (value, place) in values.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *value = u32::from_le_bytes(*place);
        }
        Self { values }
    }
}

/// Multiply-shift on 32-bit keys with 64-bit factors is strongly universal (Dietzfelbinger).
#[inline(always)]
#[expect(clippy::inline_always, reason = "as above")]
fn lower(lane: &mut [u32; LANE], pairs: &[(u64, u64); LANE], key: u64) {
    for (value, &(factor, term)) in lane.iter_mut().zip(pairs) {
        *value = high_half(key.wrapping_mul(factor).wrapping_add(term)).min(*value);
    }
}

const fn high_half(product: u64) -> u32 {
    let [_, _, _, _, a, b, c, d] = product.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Factors are odd, so that no shingle hash is lost in a product.
const fn multiply_shift() -> [(u64, u64); PERMUTATIONS] {
    let mut pairs = [(0, 0); PERMUTATIONS];
    let mut rest: &mut [(u64, u64)] = &mut pairs;
    let mut state = SEED;
    while let [pair, others @ ..] = rest {
        let (next, factor) = splitmix64(state);
        let (after, term) = splitmix64(next);
        *pair = (factor | 1, term);
        state = after;
        rest = others;
    }
    pairs
}
