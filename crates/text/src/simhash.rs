//! `SimHash`: eight bytes that stay close when a text changes little. Weaker than `MinHash`; for
//! links and lists where 512 bytes are too many.

use crate::shingles::ShingleSet;

/// A 64-bit similarity digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimHash(u64);

impl SimHash {
    /// The digest of a shingle set: each bit is the majority of that bit over all shingle hashes.
    #[must_use]
    pub fn new(shingles: &ShingleSet) -> Self {
        let mut ones = [0_usize; 64];
        for &hash in shingles.hashes() {
            for (count, bit) in ones.iter_mut().zip(0..) {
                *count += usize::from((hash >> bit) & 1 == 1);
            }
        }
        let majority = |(bit, &count): (u32, &usize)| u64::from(2 * count > shingles.len()) << bit;
        Self((0..).zip(&ones).map(majority).sum())
    }

    /// A digest received from elsewhere.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The 64 bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The Hamming distance: 0 to 64. Unrelated texts lie near 32; up to 10 is a near duplicate.
    #[must_use]
    pub const fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}
