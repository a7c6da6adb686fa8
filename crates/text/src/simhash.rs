//! `SimHash`: eight bytes that stay close when a text changes little. Weaker than `MinHash`; for
//! links and lists where 512 bytes are too many.

use crate::shingles::ShingleSet;

/// As many ones can be counted in one octet.
const MOST_IN_AN_OCTET: usize = 255;

/// How many hashes have each bit: in octet o of the b-th number those with bit 8 * o + b.
fn counted(hashes: &[u64]) -> [u64; 8] {
    const LOWEST: u64 = 0x0101_0101_0101_0101;
    let mut counts = [0_u64; 8];
    for hash in hashes {
        counts.iter_mut().zip(0..).for_each(|(count, bit)| *count += (hash >> bit) & LOWEST);
    }
    counts
}

/// A 64-bit similarity digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimHash(u64);

impl SimHash {
    /// The digest of a shingle set: each bit is the majority of that bit over all shingle hashes.
    #[must_use]
    pub fn new(shingles: &ShingleSet) -> Self {
        let mut ones = [0_usize; 64];
        for hashes in shingles.hashes().chunks(MOST_IN_AN_OCTET) {
            for (bit, counts) in (0..).zip(counted(hashes)) {
                let of_bit = ones.iter_mut().skip(bit).step_by(8);
                of_bit.zip(counts.to_le_bytes()).for_each(|(ones, count)| *ones += usize::from(count));
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
