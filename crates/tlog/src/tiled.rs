//! A tree read from tiles that nobody needs to trust: every hash is checked against the checkpoint before it is used.

use std::collections::BTreeMap;
use std::fmt;

use crate::hash::Hash;
use crate::limits::{MAX_KEPT_TILES, TILE_HEIGHT, TILE_WIDTH};
use crate::subtree::{Node, NodeReader, Subtree};
use crate::tile::{TileKind, TilePath, WIDTH, WrongTileLength, read_hashes};
use crate::tree::Tree;

/// Where tiles come from; the caller does the reading.
pub trait TileReader {
    /// Why a tile could not be read.
    type Error;

    /// The octets of a tile as they lie there, unchecked. In place of a partial tile the full one may be given.
    ///
    /// # Errors
    /// The tile could not be read.
    fn read(&mut self, path: TilePath) -> Result<Vec<u8>, Self::Error>;
}

impl<E, F: FnMut(TilePath) -> Result<Vec<u8>, E>> TileReader for F {
    type Error = E;

    fn read(&mut self, path: TilePath) -> Result<Vec<u8>, E> {
        self(path)
    }
}

/// A tree of known size and root over a reader of tiles.
///
/// Opening it reads the partial tiles on the right edge: all their hashes go into the root, so they are right together or
/// not at all. Any other tile is full, and its hash must be the one that the tile above holds.
pub struct TiledTree<R> {
    reader: R,
    size: u64,
    /// Tiles with the nodes over their hashes: whoever proves every leaf of a tile hashes it once.
    kept: BTreeMap<(u8, u64), Tree>,
}

impl<R: TileReader> TiledTree<R> {
    /// Opens the tree of a checkpoint whose signatures the caller has checked.
    ///
    /// # Errors
    /// [`TiledError`]: a tile on the edge cannot be read, or the edge does not make the root.
    pub fn open(reader: R, size: u64, root: &Hash) -> Result<Self, TiledError<R::Error>> {
        let mut tree = Self { reader, size, kept: BTreeMap::new() };
        for path in edge_tiles(size) {
            if let TileKind::Hashes(level) = path.kind() {
                let tile = tree.fetch(path)?;
                tree.kept.insert((level, path.index()), tile);
            }
        }
        // The nodes of the edge lie in the tiles just kept, so that nothing is trusted while the root is computed.
        let found = Subtree::whole(size).hash(&mut tree)?;
        if found == *root { Ok(tree) } else { Err(TiledError::LogWrongEdge { size }) }
    }

    /// Leaves of the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The checked hashes of a tile, for instance to check an entry bundle beside it.
    ///
    /// # Errors
    /// [`TiledError`]: the tile lies outside the tree, cannot be read, or is not the one that the log signed.
    pub fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, TiledError<R::Error>> {
        Ok(self.checked(level, index)?.leaves().to_vec())
    }

    /// A tile that was checked, now or before: it is kept only once it is.
    fn checked(&mut self, level: u8, index: u64) -> Result<&Tree, TiledError<R::Error>> {
        if !self.kept.contains_key(&(level, index)) {
            let tile = self.check(level, index)?;
            self.keep(level, index, tile);
        }
        self.kept.get(&(level, index)).ok_or(TiledError::AskedOutside { level, index })
    }

    /// Reads a full tile and compares its root with the hash in the tile above.
    fn check(&mut self, level: u8, index: u64) -> Result<Tree, TiledError<R::Error>> {
        let outside = || TiledError::AskedOutside { level, index };
        let path = TilePath::in_tree(TileKind::Hashes(level), index, self.size);
        let path = path.filter(TilePath::is_full).ok_or_else(outside)?;
        // A tree of 2^64 - 1 leaves has 8 levels of tiles, so this goes at most 8 deep.
        let mut above = self.checked(level.saturating_add(1), index / WIDTH)?;
        let wanted = above.node(Node::new(0, index % WIDTH)).map_err(|_| outside())?;
        let tile = self.fetch(path)?;
        if tile.root() == wanted { Ok(tile) } else { Err(TiledError::LogWrongTile { path }) }
    }

    /// The octets of a file that is not checked here.
    pub(crate) fn octets(&mut self, path: TilePath) -> Result<Vec<u8>, R::Error> {
        self.reader.read(path)
    }

    fn fetch(&mut self, path: TilePath) -> Result<Tree, TiledError<R::Error>> {
        let octets = self.reader.read(path).map_err(|error| TiledError::Reader { path, error })?;
        Ok(Tree::of(&read_hashes(path, &octets)?))
    }

    /// Keeps a full tile; when there are too many, all full ones are let go. The edge stays: it cannot be checked again.
    fn keep(&mut self, level: u8, index: u64, tile: Tree) {
        if self.kept.len() >= MAX_KEPT_TILES {
            self.kept.retain(|_, tile| tile.size() < u64::from(TILE_WIDTH));
        }
        self.kept.insert((level, index), tile);
    }
}

impl<R> fmt::Debug for TiledTree<R> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "TiledTree({} leaves, {} tiles kept)", self.size, self.kept.len())
    }
}

/// The partial hash tiles of a tree, lowest level first: what [`TiledTree::open`] reads.
pub fn edge_tiles(size: u64) -> impl Iterator<Item = TilePath> {
    let last = move |level| TilePath::in_tree(TileKind::Hashes(level), last_tile(level, size), size);
    (0..TILE_HEIGHT).filter_map(last).filter(|path| !path.is_full())
}

/// The index of the tile in which a level of the tree ends.
pub(crate) fn last_tile(level: u8, size: u64) -> u64 {
    let shift = u32::from(level).saturating_add(1).saturating_mul(u32::from(TILE_HEIGHT));
    size.checked_shr(shift).unwrap_or(0)
}

impl<R: TileReader> NodeReader for TiledTree<R> {
    type Error = TiledError<R::Error>;

    fn node(&mut self, node: Node) -> Result<Hash, Self::Error> {
        let (level, height) = (node.level / TILE_HEIGHT, u32::from(node.level % TILE_HEIGHT));
        let outside = TiledError::AskedOutside { level, index: node.index };
        let count = 1_u64.wrapping_shl(height);
        let Some(first) = node.index.checked_mul(count) else { return Err(outside) };
        let mut tile = self.checked(level, first / WIDTH)?;
        let within = Node::new(node.level % TILE_HEIGHT, (first % WIDTH).wrapping_shr(height));
        tile.node(within).map_err(|_| outside)
    }
}

/// A tree cannot be read from these tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TiledError<E> {
    /// Asked for a tile or node that the tree does not have.
    #[error("the tree has no tile or node {index} at tile level {level}")]
    AskedOutside {
        /// Tile level.
        level: u8,
        /// Index.
        index: u64,
    },
    /// The tile could not be read.
    #[error("{path} could not be read: {error}")]
    Reader {
        /// The tile.
        path: TilePath,
        /// What the reader said.
        error: E,
    },
    /// The tile is too long or too short.
    #[error(transparent)]
    LogWrongLength(#[from] WrongTileLength),
    /// The tiles on the right edge do not make the signed root.
    #[error("the partial tiles of a tree of {size} leaves do not make its root")]
    LogWrongEdge {
        /// Leaves of the tree.
        size: u64,
    },
    /// A tile is not the one that the log signed.
    #[error("{path} is not the tile that the checkpoint stands for")]
    LogWrongTile {
        /// The tile.
        path: TilePath,
    },
}
