//! A whole tree in memory, and the root of a list of leaves (RFC 6962 section 2.1).

use crate::hash::Hash;
use crate::subtree::{Node, NodeReader, Subtree};

/// The root of a tree of these leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    Tree::of(leaves).root()
}

/// Every complete node of a tree: 64 octets per leaf. For small logs and tests; a large log reads tiles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// The tree of these leaf hashes.
    #[must_use]
    pub fn of(leaves: &[Hash]) -> Self {
        let mut tree = Self::new();
        for leaf in leaves {
            tree.append(*leaf);
        }
        tree
    }

    /// The leaf hashes, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Leaves so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| u64::try_from(leaves.len()).unwrap_or(u64::MAX))
    }

    /// Appends one leaf and answers its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size();
        let mut node = leaf;
        let mut level = 0_usize;
        while let Some(left) = self.push(level, node) {
            node = Hash::node(&left, &node);
            level = level.saturating_add(1);
        }
        index
    }

    /// Puts a node at the end of its level; answers its left neighbour if the two make a node of the next level.
    fn push(&mut self, level: usize, node: Hash) -> Option<Hash> {
        if self.levels.len() <= level {
            self.levels.push(Vec::new());
        }
        let nodes = self.levels.get_mut(level)?;
        let left = (nodes.len() % 2 == 1).then(|| nodes.last().copied()).flatten();
        nodes.push(node);
        left
    }

    /// The root of the whole tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root_at(self.size()).unwrap_or(Hash::EMPTY)
    }

    /// The root that the tree had at a smaller size.
    ///
    /// # Errors
    /// [`NoSuchNode`] for a size that it has not reached.
    pub fn root_at(&self, size: u64) -> Result<Hash, NoSuchNode> {
        Subtree::whole(size).hash(&mut &*self)
    }
}

impl NodeReader for &Tree {
    type Error = NoSuchNode;

    fn node(&mut self, node: Node) -> Result<Hash, Self::Error> {
        let level = self.levels.get(usize::from(node.level));
        let index = usize::try_from(node.index).ok();
        let hash = level.zip(index).and_then(|(level, index)| level.get(index));
        hash.copied().ok_or(NoSuchNode { node })
    }
}

/// The tree has not grown that far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tree has no complete node {} of level {}", node.index, node.level)]
#[non_exhaustive]
pub struct NoSuchNode {
    /// The node that was asked for.
    pub node: Node,
}
