//! Entry bundles (C2SP tlog-tiles, "Log entries"): the entries of one level 0 tile, each behind its length in two octets.

use crate::hash::Hash;
use crate::limits::{MAX_BUNDLE_BYTES, MAX_ENTRY_BYTES, TILE_WIDTH};

/// Adds an entry to the octets of a bundle.
///
/// # Errors
/// [`BadBundle::EntryTooLong`]; then nothing is added.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), BadBundle> {
    let length = u16::try_from(entry.len());
    let length = length.map_err(|_| BadBundle::EntryTooLong { bytes: entry.len(), limit: MAX_ENTRY_BYTES })?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

/// Reads a bundle of `width` entries. A fuller bundle serves for a partial one and is cut.
///
/// # Errors
/// [`BadBundle`] if it ends within an entry, or has fewer entries than `width`, or more than fit a tile.
pub fn read_entries(octets: &[u8], width: u16) -> Result<Vec<&[u8]>, BadBundle> {
    if octets.len() > MAX_BUNDLE_BYTES {
        return Err(BadBundle::TooLong { bytes: octets.len(), limit: MAX_BUNDLE_BYTES });
    }
    let mut entries = Vec::new();
    let mut rest = octets;
    while !rest.is_empty() {
        let (entry, after) = split_entry(rest).ok_or(BadBundle::EndsWithin { entry: entries.len() })?;
        entries.push(entry);
        rest = after;
        if entries.len() > usize::from(TILE_WIDTH) {
            return Err(BadBundle::WrongCount { wanted: width, got: entries.len() });
        }
    }
    if entries.len() != usize::from(width) && entries.len() != usize::from(TILE_WIDTH) {
        return Err(BadBundle::WrongCount { wanted: width, got: entries.len() });
    }
    entries.truncate(usize::from(width));
    Ok(entries)
}

/// Checks the entries of a bundle against the hashes of the level 0 tile beside it.
///
/// # Errors
/// [`BadBundle::NotInTile`] with the place of the first entry that is not the one in the tree; [`BadBundle::WrongCount`]
/// if one has more than the other.
pub fn check_entries(entries: &[&[u8]], tile: &[Hash]) -> Result<(), BadBundle> {
    if entries.len() != tile.len() {
        let wanted = u16::try_from(tile.len()).unwrap_or(u16::MAX);
        return Err(BadBundle::WrongCount { wanted, got: entries.len() });
    }
    let wrong = entries.iter().zip(tile).position(|(entry, hash)| Hash::leaf(entry) != *hash);
    wrong.map_or(Ok(()), |entry| Err(BadBundle::NotInTile { entry }))
}

fn split_entry(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = octets.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

/// Octets are no entry bundle, or not the one that belongs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadBundle {
    /// The caller's entry does not fit.
    #[error("an entry of {bytes} octets; the limit is {limit}")]
    EntryTooLong {
        /// Its octets.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Longer than any bundle.
    #[error("a bundle of {bytes} octets; the limit is {limit}")]
    TooLong {
        /// Its octets.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The bundle ends before an entry does.
    #[error("the bundle ends within entry {entry}")]
    EndsWithin {
        /// The entry's place in the bundle.
        entry: usize,
    },
    /// Other than the wanted number of entries.
    #[error("the bundle has {got} entries where {wanted} are due")]
    WrongCount {
        /// Entries due.
        wanted: u16,
        /// Entries found; counting stops past a full bundle.
        got: usize,
    },
    /// An entry is not the one that the tree holds.
    #[error("entry {entry} of the bundle is not the one in the tree")]
    NotInTile {
        /// The entry's place in the bundle.
        entry: usize,
    },
    /// The entries are not those of the tree, and there is no right tile that would tell which.
    #[error("the entries of the bundle are not those in the tree")]
    NotInTree,
}
