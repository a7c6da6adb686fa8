//! Which tiles a proof will be built from, so that a caller far from the log fetches them all at once.

use std::collections::BTreeSet;

use super::{ProofError, consistency_ranges, inclusion_ranges};
use crate::limits::TILE_HEIGHT;
use crate::subtree::{Node, Subtree};
use crate::tile::{TileKind, TilePath, WIDTH};
use crate::tiled::edge_tiles;

/// The tiles that [`crate::tiled::TiledTree`] reads to prove that the leaf at an index is in the tree of `size` leaves:
/// those over the leaf, and those on the tree's right edge. Lowest level first; at most 16, two for each tile level.
///
/// A log may have removed a partial tile for the full one (C2SP tlog-tiles, "Partial Tiles"), so that it is wise to ask for
/// the full one if the partial one is gone.
///
/// # Errors
/// [`ProofError::AskedOutside`] if the leaf is not in the tree.
pub fn inclusion_tiles(index: u64, size: u64) -> Result<Vec<TilePath>, ProofError> {
    Ok(tiles(&inclusion_ranges(index, Subtree::whole(size))?, size))
}

/// The tiles that [`crate::tiled::TiledTree`] reads to prove that the tree of `new_size` leaves continues that of
/// `old_size`, in the order of [`inclusion_tiles`]. All are tiles of the newer tree.
///
/// # Errors
/// [`ProofError`]: the sizes run backwards or the older is 0.
pub fn consistency_tiles(old_size: u64, new_size: u64) -> Result<Vec<TilePath>, ProofError> {
    if old_size == 0 && new_size > 0 {
        return Err(ProofError::AskedNothing);
    }
    Ok(tiles(&consistency_ranges(Subtree::whole(old_size), new_size)?, new_size))
}

fn tiles(ranges: &[Subtree], size: u64) -> Vec<TilePath> {
    let nodes = ranges.iter().flat_map(Subtree::nodes);
    let needed: BTreeSet<TilePath> = nodes.flat_map(|node| tiles_over(node, size)).chain(edge_tiles(size)).collect();
    needed.into_iter().collect()
}

/// The tile that holds a node, and the full tiles above it; the partial one above these is on the edge.
fn tiles_over(node: Node, size: u64) -> impl Iterator<Item = TilePath> {
    let (level, height) = (node.level / TILE_HEIGHT, u32::from(node.level % TILE_HEIGHT));
    let lowest = node.index.wrapping_shl(height) / WIDTH;
    let above = std::iter::successors(Some((level, lowest)), |(level, index)| {
        Some((level.checked_add(1).filter(|level| *level < TILE_HEIGHT)?, index / WIDTH))
    });
    above.map_while(move |(level, index)| TilePath::in_tree(TileKind::Hashes(level), index, size))
}
