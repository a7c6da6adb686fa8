//! Ranges of leaves that have a hash of their own (draft-ietf-plants-merkle-tree-certs section 4.1), and the complete
//! nodes that they consist of.

use crate::hash::Hash;

/// The leaves from `start` up to and without `end`, where `start` is a multiple of the smallest power of two that is not
/// less than their number. Such a range is the same in every tree that has it whole. An empty range is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subtree {
    start: u64,
    end: u64,
}

impl Subtree {
    /// A subtree of the leaves from `start` up to and without `end`.
    ///
    /// # Errors
    /// [`NotASubtree`] if the range runs backwards or does not begin at a place where its hash exists in larger trees.
    pub fn new(start: u64, end: u64) -> Result<Self, NotASubtree> {
        let width = end.checked_sub(start).ok_or(NotASubtree { start, end })?;
        let aligned = match width.checked_next_power_of_two() {
            Some(step) => start.is_multiple_of(step),
            None => start == 0,
        };
        if aligned { Ok(Self { start, end }) } else { Err(NotASubtree { start, end }) }
    }

    /// The whole tree of this many leaves.
    #[must_use]
    pub const fn whole(size: u64) -> Self {
        Self { start: 0, end: size }
    }

    /// A range that the caller cut from a tree at its own splits, so that it is aligned.
    pub(crate) const fn cut(start: u64, end: u64) -> Self {
        Self { start, end }
    }

    /// Its first leaf.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// One past its last leaf.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// Its leaves.
    #[must_use]
    pub const fn width(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it has no leaf.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.width() == 0
    }

    /// Whether a leaf is in it.
    #[must_use]
    pub const fn contains(&self, index: u64) -> bool {
        self.start <= index && index < self.end
    }

    /// The complete nodes that it consists of, from left to right, each smaller than the one before: at most 64.
    #[must_use]
    pub fn nodes(&self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut from = self.start;
        while let Some(left) = self.end.checked_sub(from).filter(|left| *left > 0) {
            let level = left.ilog2();
            nodes.push(Node { level: u8::try_from(level).unwrap_or(u8::MAX), index: from.wrapping_shr(level) });
            from = from.saturating_add(1_u64.wrapping_shl(level));
        }
        nodes
    }

    /// Its hash, given a reader of complete nodes.
    ///
    /// # Errors
    /// Whatever the reader answers.
    pub fn hash<R: NodeReader + ?Sized>(&self, reader: &mut R) -> Result<Hash, R::Error> {
        let mut hash = None;
        for node in self.nodes().into_iter().rev() {
            let left = reader.node(node)?;
            hash = Some(hash.map_or(left, |right| Hash::node(&left, &right)));
        }
        Ok(hash.unwrap_or(Hash::EMPTY))
    }
}

/// A complete node of a tree: it stands over 2^`level` leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Node {
    /// 0 for a leaf, at most 63.
    pub level: u8,
    /// How many nodes of this level stand left of it.
    pub index: u64,
}

impl Node {
    /// The node at a level and index.
    #[must_use]
    pub const fn new(level: u8, index: u64) -> Self {
        Self { level, index }
    }
}

/// Where the hashes of complete nodes come from: memory, or tiles that were checked against a checkpoint.
pub trait NodeReader {
    /// Why a node could not be had.
    type Error;

    /// The hash of a complete node. It must be the right one: proofs are built of it without a further check.
    ///
    /// # Errors
    /// The node is not there, or what was there is not what the log signed.
    fn node(&mut self, node: Node) -> Result<Hash, Self::Error>;
}

/// A range of leaves that is no subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the leaves from {start} up to {end} are not a subtree")]
#[non_exhaustive]
pub struct NotASubtree {
    /// First leaf.
    pub start: u64,
    /// One past the last leaf.
    pub end: u64,
}
