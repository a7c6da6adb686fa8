//! Text made comparable: versioned normalisation, words, shingles and similarity measures.
//!
//! One invariant: **the same text gives the same bytes forever under one version name.** Every table
//! is frozen in the tree and the crate depends on nothing but `std`; not even `char::to_lowercase`
//! is called, since a toolchain's newer Unicode would silently change hashes already exchanged.
//! Neither a normal form nor a hash is meant to be shown to a person.
//!
//! What normalising does not undo: letters spaced out (`i g n o r e`), paraphrase, translation.

mod class;
mod edit_distance;
mod hash;
mod invisible;
mod minhash;
mod normalise;
mod segments;
mod shingles;
mod simhash;
mod similarity;
mod tables;
mod words;

pub use edit_distance::{MAX_EDITS, edit_distance_within, normalised_levenshtein};
pub use hash::xxh64;
pub use invisible::{Invisible, InvisibleKind, bidi_controls, invisible_characters};
pub use minhash::{BANDS, MinHash, PERMUTATIONS, ROWS};
pub use normalise::{Folded, MAX_GROWTH, Normalised, NormaliserVersion, nfkc};
pub use shingles::{ShingleSet, ShingleWidths, shingles};
pub use simhash::SimHash;
pub use similarity::{containment, dice, jaccard};
pub use words::{is_unspaced, units, words};
