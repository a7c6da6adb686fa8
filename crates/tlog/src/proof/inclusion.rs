//! Is this leaf at that index?

use super::ProofError;
use crate::hash::Hash;
use crate::subtree::Subtree;

/// Checks that a leaf is at an index of the tree of `size` leaves with this root (RFC 9162 section 2.1.3.2).
///
/// # Errors
/// [`ProofError`]: the index is outside, or the proof does not lead to the root.
pub fn verify_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    verify_subtree_inclusion(index, Subtree::whole(size), leaf, proof, root)
}

/// Checks that a leaf is at an index of a subtree with this hash (draft-ietf-plants-merkle-tree-certs section 4.3.2). The
/// index counts from the beginning of the log.
///
/// # Errors
/// [`ProofError`]: the index is outside, or the proof does not lead to the hash.
pub fn verify_subtree_inclusion(
    index: u64,
    subtree: Subtree,
    leaf: &Hash,
    proof: &[Hash],
    hash: &Hash,
) -> Result<(), ProofError> {
    let found = root_of_inclusion(index, subtree, leaf, proof)?;
    if found == *hash { Ok(()) } else { Err(ProofError::ProverWrongHashes) }
}

/// The hash that a subtree has if the proof is right. It proves nothing until it is compared with one that was signed.
///
/// # Errors
/// [`ProofError`]: the index is outside, or the proof has not the length that follows from the indices.
pub fn root_of_inclusion(index: u64, subtree: Subtree, leaf: &Hash, proof: &[Hash]) -> Result<Hash, ProofError> {
    let outside = ProofError::AskedOutside { index, start: subtree.start(), end: subtree.end() };
    let last = subtree.width().checked_sub(1).ok_or(outside)?;
    let place = index.checked_sub(subtree.start()).filter(|place| *place <= last).ok_or(outside)?;
    let shape = Shape::of(place, last);
    if proof.len() != shape.hashes() {
        return Err(ProofError::ProverWrongLength { wanted: shape.hashes(), got: proof.len() });
    }
    let mut found = *leaf;
    for (level, sibling) in proof.iter().enumerate() {
        found = if shape.is_left(level) { Hash::node(&found, sibling) } else { Hash::node(sibling, &found) };
    }
    Ok(found)
}

/// How the path from a leaf to the root runs.
#[derive(Clone, Copy)]
struct Shape {
    place: u64,
    /// Levels below which the path is apart from the right edge: there the sibling may lie on either side.
    inner: u32,
    /// Levels where the path runs along the right edge: there a sibling lies on the left only.
    border: u32,
}

impl Shape {
    fn of(place: u64, last: u64) -> Self {
        let inner = u64::BITS.saturating_sub((place ^ last).leading_zeros());
        let border = place.checked_shr(inner).unwrap_or(0).count_ones();
        Self { place, inner, border }
    }

    fn hashes(self) -> usize {
        usize::try_from(self.inner.saturating_add(self.border)).unwrap_or(usize::MAX)
    }

    fn is_left(self, level: usize) -> bool {
        let level = u32::try_from(level).unwrap_or(u32::MAX);
        level < self.inner && self.place.checked_shr(level).unwrap_or(0) & 1 == 0
    }
}
