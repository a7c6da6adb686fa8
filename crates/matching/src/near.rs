//! Texts that are nearly the same: MinHash signatures in bands, and then the estimate.
//!
//! Two texts are compared if one of 25 bands of 5 values is equal: at a Jaccard similarity of 0.7 that happens with a
//! probability of 0.99. Of each of the 128 values one octet is kept to compare, because a text then costs 128 octets and not
//! 512; unrelated octets are equal in one of 256 cases, which the estimate takes off. What is found here is *near in its
//! characters*: a paraphrase or a translation is not.

use text::{BANDS, MinHash, PERMUTATIONS, ShingleSet};

use crate::lists::{Lists, place, upper_bits};

/// The least estimate at which two texts count as nearly the same. At a true similarity of 0.7 an estimate falls below it in
/// about one case of eight, and all that nears 0.75 is above it.
pub const NEAR_ESTIMATE: f64 = 0.65;

/// Texts that one query is compared with: more than that have a band in common only where a feed is flooded with one text, and
/// then the first thousands say the same as all.
pub const MAX_COMPARED: usize = 65_536;

/// Places in lists that are looked up for that: a text may stand in the list of each band.
const MAX_LOOKED_UP: usize = MAX_COMPARED * BANDS;

/// Bits of a key for one list: beyond it lists would be shorter than one.
const MAX_KEY_BITS: u32 = 24;

/// One octet of each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sketch([u8; PERMUTATIONS]);

impl Sketch {
    pub(crate) fn new(signature: &MinHash) -> Self {
        let mut octets = [0; PERMUTATIONS];
        for (octet, value) in octets.iter_mut().zip(signature.to_bytes().as_chunks::<4>().0) {
            *octet = value[0];
        }
        Self(octets)
    }

    /// The estimated Jaccard similarity, with what chance adds taken off.
    pub(crate) fn estimate(&self, other: &Self) -> f64 {
        // Sixteen places at a time, each of which counts to eight at most.
        let mut counts = [0_u8; 16];
        for (mine, theirs) in self.0.as_chunks::<16>().0.iter().zip(other.0.as_chunks::<16>().0) {
            counts.iter_mut().zip(mine.iter().zip(theirs)).for_each(|(count, (mine, theirs))| {
                *count += u8::from(mine == theirs);
            });
        }
        let equal: u32 = counts.into_iter().map(u32::from).sum();
        let chance = 1.0 / 256.0;
        ((f64::from(equal) / 128.0 - chance) / (1.0 - chance)).max(0.0)
    }
}

/// The signature of a text's shingles, by the widest instructions that the processor has.
#[must_use]
pub fn signature_of(shingles: &ShingleSet) -> MinHash {
    fearless_simd::dispatch!(fearless_simd::Level::new(), _simd => MinHash::new(shingles))
}

/// A text that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct NearHit {
    /// Which text: its place among those that the index was made of.
    pub slot: u32,
    /// The estimated Jaccard similarity, 0 to 1; its standard error is at most 0.045.
    pub estimate: f64,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct NearHits {
    /// The nearest first, then by place.
    pub hits: Vec<NearHit>,
    /// More texts than [`MAX_COMPARED`] had a band in common, and the later ones were not compared.
    pub is_cut: bool,
}

/// Signatures that can be searched. It never changes: new texts go into another one.
#[derive(Debug, Clone, Default)]
pub struct NearIndex {
    key_bits: u32,
    bands: Vec<Lists>,
    sketches: Vec<Sketch>,
}

impl NearIndex {
    /// An index of these signatures.
    #[must_use]
    pub fn new(signatures: &[MinHash]) -> Self {
        let key_bits = (signatures.len().max(1).ilog2() + 1).min(MAX_KEY_BITS);
        let keys: Vec<[u64; BANDS]> = signatures.iter().map(MinHash::bands).collect();
        let of_band = |band: usize| keys.iter().map(move |keys| key(keys.get(band).copied(), key_bits));
        let bands = (0..BANDS).map(|band| Lists::new(key_bits, || of_band(band))).collect();
        Self { key_bits, bands, sketches: signatures.iter().map(Sketch::new).collect() }
    }

    /// How many texts there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.sketches.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sketches.is_empty()
    }

    /// Octets of memory that it takes, without what the allocator adds.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of_val(self.sketches.as_slice()) + self.bands.iter().map(Lists::memory).sum::<usize>()
    }

    /// Finds the texts that have a band in common with this one and whose estimate is at least that.
    #[must_use]
    pub fn search(&self, signature: &MinHash, least: f64) -> NearHits {
        let (candidates, is_cut) = self.candidates(signature);
        let sketch = Sketch::new(signature);
        let compared = candidates.into_iter().filter_map(|slot| {
            let estimate = self.sketches.get(place(slot))?.estimate(&sketch);
            (estimate >= least).then_some(NearHit { slot, estimate })
        });
        let mut hits: Vec<NearHit> = compared.collect();
        hits.sort_by(|one, other| other.estimate.total_cmp(&one.estimate).then(one.slot.cmp(&other.slot)));
        NearHits { hits, is_cut }
    }

    fn candidates(&self, signature: &MinHash) -> (Vec<u32>, bool) {
        let keys = signature.bands();
        let lists = self.bands.iter().zip(keys).map(|(band, band_key)| band.of(key(Some(band_key), self.key_bits)));
        let lists: Vec<&[u32]> = lists.collect();
        let all: usize = lists.iter().map(|list| list.len()).sum();
        let mut slots: Vec<u32> = Vec::with_capacity(all.min(MAX_LOOKED_UP));
        slots.extend(lists.into_iter().flatten().take(MAX_LOOKED_UP));
        slots.sort_unstable();
        slots.dedup();
        let is_cut = slots.len() > MAX_COMPARED || all > MAX_LOOKED_UP;
        slots.truncate(MAX_COMPARED);
        (slots, is_cut)
    }
}

/// The upper bits of a band's key.
fn key(band: Option<u64>, bits: u32) -> u32 {
    upper_bits(band.unwrap_or_default(), bits)
}
