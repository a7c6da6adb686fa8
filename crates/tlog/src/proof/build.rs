//! Building proofs: first which ranges of leaves, then their hashes from whoever has the nodes.

use super::ProofError;
use crate::hash::Hash;
use crate::subtree::{NodeReader, Subtree};

/// The ranges whose hashes make an inclusion proof of a leaf in a subtree, the leaf's sibling first.
///
/// # Errors
/// [`ProofError::AskedOutside`] if the leaf is not in the subtree.
pub fn inclusion_ranges(index: u64, subtree: Subtree) -> Result<Vec<Subtree>, ProofError> {
    let (mut low, mut high) = (subtree.start(), subtree.end());
    if !subtree.contains(index) {
        return Err(ProofError::AskedOutside { index, start: low, end: high });
    }
    let mut ranges = Vec::new();
    while let Some(middle) = split(low, high) {
        if index < middle {
            ranges.push(Subtree::cut(middle, high));
            high = middle;
        } else {
            ranges.push(Subtree::cut(low, middle));
            low = middle;
        }
    }
    ranges.reverse();
    Ok(ranges)
}

/// The ranges whose hashes make a consistency proof of a subtree with the tree of `size` leaves, in the proof's order
/// (draft-ietf-plants-merkle-tree-certs section 4.4.1). An empty subtree needs none.
///
/// # Errors
/// [`ProofError::AskedBackwards`] if the subtree reaches beyond the tree.
pub fn consistency_ranges(subtree: Subtree, size: u64) -> Result<Vec<Subtree>, ProofError> {
    if subtree.end() > size {
        return Err(ProofError::AskedBackwards { old: subtree.end(), new: size });
    }
    let (mut low, mut high, mut start, mut known) = (0, size, subtree.start(), true);
    let mut ranges = Vec::new();
    while !subtree.is_empty() && (start, subtree.end()) != (low, high) {
        let Some(middle) = split(low, high) else { break };
        if subtree.end() <= middle {
            ranges.push(Subtree::cut(middle, high));
            high = middle;
        } else {
            ranges.push(Subtree::cut(low, middle));
            low = middle;
            known = known && middle <= start;
            start = start.max(middle);
        }
    }
    if !known {
        ranges.push(Subtree::cut(low, high));
    }
    ranges.reverse();
    Ok(ranges)
}

/// Where a range is split: after the largest power of two below its width. A range of one leaf is not split.
fn split(low: u64, high: u64) -> Option<u64> {
    let width = high.checked_sub(low).filter(|width| *width > 1)?;
    let left = 1_u64.checked_shl(width.saturating_sub(1).ilog2())?;
    low.checked_add(left)
}

/// Builds an inclusion proof of a leaf in the tree of `size` leaves (RFC 6962 section 2.1.1).
///
/// # Errors
/// [`BuildError`]: the leaf is outside, or a node cannot be read.
pub fn inclusion<R: NodeReader>(reader: &mut R, index: u64, size: u64) -> Result<Vec<Hash>, BuildError<R::Error>> {
    subtree_inclusion(reader, index, Subtree::whole(size))
}

/// Builds an inclusion proof of a leaf in a subtree.
///
/// # Errors
/// [`BuildError`]: the leaf is outside, or a node cannot be read.
pub fn subtree_inclusion<R: NodeReader>(
    reader: &mut R,
    index: u64,
    subtree: Subtree,
) -> Result<Vec<Hash>, BuildError<R::Error>> {
    hashes(reader, &inclusion_ranges(index, subtree).map_err(BuildError::Asked)?)
}

/// Builds a consistency proof between two sizes of one tree (RFC 6962 section 2.1.2).
///
/// # Errors
/// [`BuildError`]: the sizes run backwards or the older is 0, or a node cannot be read.
pub fn consistency<R: NodeReader>(
    reader: &mut R,
    old_size: u64,
    new_size: u64,
) -> Result<Vec<Hash>, BuildError<R::Error>> {
    if old_size == 0 && new_size > 0 {
        return Err(BuildError::Asked(ProofError::AskedNothing));
    }
    subtree_consistency(reader, Subtree::whole(old_size), new_size)
}

/// Builds a consistency proof of a subtree with the tree of `size` leaves.
///
/// # Errors
/// [`BuildError`]: the subtree reaches beyond the tree, or a node cannot be read.
pub fn subtree_consistency<R: NodeReader>(
    reader: &mut R,
    subtree: Subtree,
    size: u64,
) -> Result<Vec<Hash>, BuildError<R::Error>> {
    hashes(reader, &consistency_ranges(subtree, size).map_err(BuildError::Asked)?)
}

fn hashes<R: NodeReader>(reader: &mut R, ranges: &[Subtree]) -> Result<Vec<Hash>, BuildError<R::Error>> {
    ranges.iter().map(|range| range.hash(reader).map_err(BuildError::Reader)).collect()
}

/// A proof could not be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError<E> {
    /// There is no such proof.
    #[error("{0}")]
    Asked(ProofError),
    /// A node could not be read.
    #[error("a node of the tree could not be read: {0}")]
    Reader(E),
}
