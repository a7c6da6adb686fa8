//! Partial tiles that an older checkpoint left behind.

use super::Fault;
use crate::bundle::{BadBundle, check_entries, read_entries};
use crate::hash::Hash;
use crate::tile::{TileKind, TilePath, WrongTileLength, write_hashes};
use crate::tiled::{TileReader, TiledTree};

/// Checks one hash tile or bundle, for instance a partial one of a smaller tree, against the tree of a checkpoint. Answers
/// its octets.
///
/// Here a full file is not taken for a partial one: what lies at this path must be exactly what belongs there.
///
/// # Errors
/// [`Fault`]: this file is wrong, or the tree has none of this width, or a tile against which it must be checked is wrong.
pub fn leftover<R: TileReader>(tree: &mut TiledTree<R>, path: TilePath) -> Result<u64, Fault<R::Error>> {
    let size = tree.size();
    let level = match path.kind() {
        TileKind::Hashes(level) => level,
        TileKind::Entries => 0,
    };
    let in_tree = TilePath::in_tree(TileKind::Hashes(level), path.index(), size);
    in_tree.filter(|whole| whole.width() >= path.width()).ok_or(Fault::Outside { path, size })?;
    let hashes = tree.tile(level, path.index());
    let hashes = hashes.map_err(|error| Fault::of_tile(error, size, Hash::EMPTY))?;
    let hashes = hashes.get(..usize::from(path.width())).ok_or(Fault::Outside { path, size })?;
    let octets = tree.octets(path).map_err(|error| Fault::Unreadable { path, error })?;
    match path.kind() {
        TileKind::Hashes(_) => check_tile(path, &octets, hashes)?,
        TileKind::Entries => check_bundle(&octets, hashes).map_err(|reason| Fault::WrongBundle { path, reason })?,
    }
    Ok(super::number(octets.len()))
}

fn check_tile<E>(path: TilePath, octets: &[u8], hashes: &[Hash]) -> Result<(), Fault<E>> {
    let wanted = write_hashes(hashes);
    if octets.len() != wanted.len() {
        return Err(Fault::WrongLength(WrongTileLength { path, bytes: octets.len() }));
    }
    if octets == wanted { Ok(()) } else { Err(Fault::WrongTile { path }) }
}

fn check_bundle(octets: &[u8], hashes: &[Hash]) -> Result<(), BadBundle> {
    let wanted = u16::try_from(hashes.len()).unwrap_or(u16::MAX);
    let entries = read_entries(octets, wanted)?;
    // A full bundle is cut when it is read.
    let length = entries.iter().fold(0_usize, |sum, entry| sum.saturating_add(entry.len()).saturating_add(2));
    if length != octets.len() {
        return Err(BadBundle::WrongCount { wanted, got: usize::from(crate::limits::TILE_WIDTH) });
    }
    check_entries(&entries, hashes)
}
