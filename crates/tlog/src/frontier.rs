//! The right edge of a growing tree: all that is needed to append and to know the root.

use crate::hash::Hash;
use crate::subtree::Subtree;

/// A tree of which only the complete nodes on its right edge are kept: at most 64 hashes whatever its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Largest node first: one for every bit that is set in `size`.
    nodes: Vec<Hash>,
}

impl Frontier {
    /// The empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, nodes: Vec::new() }
    }

    /// A frontier that was stored: the hashes of [`Subtree::nodes`] of the whole tree, in that order.
    ///
    /// # Errors
    /// [`FrontierError::NotThatMany`] unless there is one hash for every bit that is set in `size`.
    pub fn from_nodes(size: u64, nodes: Vec<Hash>) -> Result<Self, FrontierError> {
        let wanted = Subtree::whole(size).nodes().len();
        if nodes.len() == wanted {
            Ok(Self { size, nodes })
        } else {
            Err(FrontierError::NotThatMany { size, wanted, got: nodes.len() })
        }
    }

    /// Leaves so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The nodes to store, largest first.
    #[must_use]
    pub fn nodes(&self) -> &[Hash] {
        &self.nodes
    }

    /// Appends one leaf and answers its index.
    ///
    /// # Errors
    /// [`FrontierError::Full`] at 2^64 - 1 leaves.
    pub fn append(&mut self, leaf: Hash) -> Result<u64, FrontierError> {
        let index = self.size;
        self.size = index.checked_add(1).ok_or(FrontierError::Full)?;
        let mut node = leaf;
        for _ in 0..index.trailing_ones() {
            node = self.nodes.pop().map_or(node, |left| Hash::node(&left, &node));
        }
        self.nodes.push(node);
        Ok(index)
    }

    /// The root of the tree so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let root = self.nodes.iter().rev().copied().reduce(|right, left| Hash::node(&left, &right));
        root.unwrap_or(Hash::EMPTY)
    }
}

/// A frontier cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrontierError {
    /// The tree has as many leaves as can be counted.
    #[error("the tree is full")]
    Full,
    /// A stored frontier does not fit its size.
    #[error("a tree of {size} leaves has {wanted} nodes on its edge, not {got}")]
    NotThatMany {
        /// Leaves.
        size: u64,
        /// Nodes that such a tree has.
        wanted: usize,
        /// Nodes that were given.
        got: usize,
    },
}
