//! PDQ: 256 bits that stay near one another when a picture is scaled, compressed or a little changed.
//!
//! The algorithm is the one that Meta published ("PDQ", 2019); every float operation is done in the order of its reference
//! implementation, so that the same luminance gives the same bits. A picture is decoded elsewhere: what comes in here is its
//! luminance. A hash of this kind is not anonymous, since a picture that looks like the original can be made from it, and
//! whoever knows the algorithm can make a picture that it does not find.

mod downscale;
mod families;
mod halves;
mod index;
mod luminance;
mod rows;
mod sparse;
mod transform;

use std::fmt;
use std::str::FromStr;

pub use index::{PdqHit, PdqIndex, PdqSearch, SCAN_ABOVE_RADIUS};
pub use luminance::{Luminance, LuminanceError, MAX_PIXELS, MAX_SIDE, MIN_SIDE};

/// The distance up to which two pictures count as the same, as Meta recommends it.
pub const MATCH_RADIUS: u32 = 31;

/// The least quality, of 100, at which a match means something: below it a picture has too little in it.
pub const MIN_QUALITY: u8 = 50;

/// Bits of a hash.
pub const PDQ_BITS: u32 = 256;

/// Words of 64 bits in a hash.
const WORDS: usize = 4;

/// Hexadecimal digits of a hash.
const HEX_DIGITS: usize = 64;

/// A hash. Bit 16 * row + column says whether that frequency is stronger than the median.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pdq([u64; WORDS]);

/// A text is no PDQ hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a PDQ hash is written as 64 hexadecimal digits")]
#[non_exhaustive]
pub struct NotPdq;

impl Pdq {
    /// A hash from its words; bit 0 is the lowest of the first.
    #[must_use]
    pub const fn from_words(words: [u64; WORDS]) -> Self {
        Self(words)
    }

    /// Its words.
    #[must_use]
    pub const fn words(&self) -> &[u64; WORDS] {
        &self.0
    }

    /// The number of bits in which two hashes differ: 0 to 256. Unrelated pictures lie near 128.
    #[must_use]
    pub fn distance(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(mine, theirs)| (mine ^ theirs).count_ones()).sum()
    }

    /// The same hash with one bit set.
    const fn with_bit(mut self, bit: u32) -> Self {
        let [a, b, c, d] = &mut self.0;
        let word = match bit / u64::BITS {
            0 => a,
            1 => b,
            2 => c,
            _ => d,
        };
        *word |= 1 << (bit % u64::BITS);
        self
    }
}

impl fmt::Display for Pdq {
    /// The highest bit first, as Meta's programs write it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|word| write!(out, "{word:016x}"))
    }
}

impl fmt::Debug for Pdq {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pdq({self})")
    }
}

impl FromStr for Pdq {
    type Err = NotPdq;

    fn from_str(text: &str) -> Result<Self, NotPdq> {
        if text.len() != HEX_DIGITS || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotPdq);
        }
        let mut words = [0; WORDS];
        for (word, digits) in words.iter_mut().rev().zip(text.as_bytes().chunks(HEX_DIGITS / WORDS)) {
            let digits = std::str::from_utf8(digits).map_err(|_| NotPdq)?;
            *word = u64::from_str_radix(digits, 16).map_err(|_| NotPdq)?;
        }
        Ok(Self(words))
    }
}

/// The ways of laying a square picture on itself, in the order of [`Fingerprint::turned`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a square has these eight and no other")]
pub enum Turn {
    /// As it is.
    Original,
    /// A quarter to the left.
    Quarter,
    /// Upside down.
    Half,
    /// A quarter to the right.
    ThreeQuarters,
    /// Top and bottom changed.
    FlipX,
    /// Left and right changed.
    FlipY,
    /// Mirrored along the main diagonal.
    FlipPlus,
    /// Mirrored along the other diagonal.
    FlipMinus,
}

impl Turn {
    /// All eight, in their order.
    pub const ALL: [Self; 8] = [
        Self::Original,
        Self::Quarter,
        Self::Half,
        Self::ThreeQuarters,
        Self::FlipX,
        Self::FlipY,
        Self::FlipPlus,
        Self::FlipMinus,
    ];
}

/// What is computed of one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fingerprint {
    /// The hash.
    pub hash: Pdq,
    /// How much is in the picture, 0 to 100. A hash of a quality below [`MIN_QUALITY`] should not be matched.
    pub quality: u8,
    turned: [Pdq; 8],
}

impl Fingerprint {
    /// Computes the hash of a picture.
    #[must_use]
    pub fn of(luminance: &Luminance) -> Self {
        let small = downscale::to_64(luminance);
        let quality = transform::quality(&small);
        let frequencies = transform::frequencies(&small);
        let turned = Turn::ALL.map(|turn| transform::bits(&transform::turn(&frequencies, turn)));
        let [hash, ..] = turned;
        Self { hash, quality, turned }
    }

    /// The hashes of the picture turned and mirrored, in the order of [`Turn::ALL`]. The first is that of the picture itself.
    #[must_use]
    pub const fn turned(&self) -> &[Pdq; 8] {
        &self.turned
    }
}
