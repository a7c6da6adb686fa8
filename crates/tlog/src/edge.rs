//! The partial tiles of a growing log: all that a sequencer needs to publish, whatever the log's size.

use crate::frontier::FrontierError;
use crate::hash::Hash;
use crate::limits::{TILE_HEIGHT, TILE_WIDTH};
use crate::tile::{TileKind, TilePath, WrongTileLength};
use crate::tree;

/// The hashes of the last tile of every level: at most 8 times 255.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    /// By tile level; each shorter than a tile.
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, levels: Vec::new() }
    }

    /// The edge of a tree that was published: reads its partial tiles, lowest level first. That they make the signed root
    /// is for [`crate::tiled::TiledTree::open`] to say.
    ///
    /// # Errors
    /// [`ResumeError`]: a tile cannot be read, or has another width than its path says.
    pub fn resume<E>(
        size: u64,
        mut read: impl FnMut(TilePath) -> Result<Vec<Hash>, E>,
    ) -> Result<Self, ResumeError<E>> {
        let mut edge = Self { size, levels: Vec::new() };
        for level in (0..TILE_HEIGHT).take_while(|level| width_at(*level, size) > 0) {
            let mut hashes = Vec::new();
            if let Some(path) = last_partial(level, size) {
                hashes = read(path).map_err(ResumeError::Reader)?;
                if hashes.len() != usize::from(path.width()) {
                    let bytes = hashes.len().saturating_mul(Hash::BYTES);
                    return Err(ResumeError::WrongLength(WrongTileLength { path, bytes }));
                }
            }
            edge.levels.push(hashes);
        }
        Ok(edge)
    }

    /// Leaves so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends one leaf and answers the tiles that it filled, lowest level first: none for 255 leaves of 256.
    ///
    /// # Errors
    /// [`FrontierError::Full`] at 2^64 - 1 leaves.
    pub fn append(&mut self, leaf: Hash) -> Result<Vec<(TilePath, Vec<Hash>)>, FrontierError> {
        self.size = self.size.checked_add(1).ok_or(FrontierError::Full)?;
        let mut filled = Vec::new();
        let mut hash = leaf;
        for level in 0..TILE_HEIGHT {
            let Some(hashes) = self.push(level, hash) else { break };
            hash = tree::root(&hashes);
            let index = width_at(level, self.size).wrapping_shr(u32::from(TILE_HEIGHT)).saturating_sub(1);
            filled.extend(TilePath::new(TileKind::Hashes(level), index, TILE_WIDTH).map(|path| (path, hashes)));
        }
        Ok(filled)
    }

    /// The partial tiles to publish beside a checkpoint of this size, lowest level first.
    #[must_use]
    pub fn partial(&self) -> Vec<(TilePath, Vec<Hash>)> {
        let levels = (0..TILE_HEIGHT).zip(&self.levels);
        levels.filter_map(|(level, hashes)| Some((last_partial(level, self.size)?, hashes.clone()))).collect()
    }

    /// Puts a hash at the end of a level; answers the level's tile if that filled it.
    fn push(&mut self, level: u8, hash: Hash) -> Option<Vec<Hash>> {
        if self.levels.len() <= usize::from(level) {
            self.levels.push(Vec::new());
        }
        let hashes = self.levels.get_mut(usize::from(level))?;
        hashes.push(hash);
        (hashes.len() >= usize::from(TILE_WIDTH)).then(|| std::mem::take(hashes))
    }
}

/// Hashes that a tree of `size` leaves has at a tile level.
fn width_at(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level).saturating_mul(u32::from(TILE_HEIGHT))).unwrap_or(0)
}

fn last_partial(level: u8, size: u64) -> Option<TilePath> {
    let index = width_at(level, size).wrapping_shr(u32::from(TILE_HEIGHT));
    TilePath::in_tree(TileKind::Hashes(level), index, size).filter(|path| !path.is_full())
}

/// An edge cannot be taken up again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError<E> {
    /// A partial tile could not be read.
    #[error("a partial tile could not be read: {0}")]
    Reader(E),
    /// A partial tile has another width than its path says.
    #[error(transparent)]
    WrongLength(WrongTileLength),
}
