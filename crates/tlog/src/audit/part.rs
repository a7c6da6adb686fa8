//! Level 0: tiles and bundles against one another, for a range that one thread can do alone.

use std::collections::BTreeMap;

use super::{Checked, Fault, number};
use crate::bundle::{BadBundle, check_entries, read_entries};
use crate::hash::Hash;
use crate::limits::MAX_FAULTS;
use crate::tile::{TileKind, TilePath, read_hashes};
use crate::tiled::TileReader;
use crate::tree;

/// What was found in a range of level 0 tiles: 32 octets for each, and what is wrong or in doubt.
#[derive(Debug, Clone)]
pub struct Part<E> {
    pub(super) first: u64,
    /// The root of each tile; of one in doubt, whatever was at hand.
    pub(super) roots: Vec<Hash>,
    /// By the tile's index.
    pub(super) doubts: BTreeMap<u64, Doubt>,
    pub(super) faults: Vec<Fault<E>>,
    pub(super) checked: Checked,
}

/// A tile that did not agree with its bundle, or had none, or is none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Doubt {
    /// The root by the tile.
    pub(super) tile: Option<Hash>,
    /// The root by the bundle's entries.
    pub(super) bundle: Option<Hash>,
    /// How the bundle differs from the tile, if both could be read.
    pub(super) reason: Option<BadBundle>,
}

impl<E> Part<E> {
    pub(super) fn new(first: u64) -> Self {
        let (roots, doubts, faults) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { first, roots, doubts, faults, checked: Checked::default() }
    }

    /// What this part has read.
    #[must_use]
    pub const fn checked(&self) -> &Checked {
        &self.checked
    }

    /// Whether so many files are unreadable that reading on would not tell more.
    pub(super) const fn is_hopeless(&self) -> bool {
        self.faults.len() >= MAX_FAULTS
    }

    /// Reads one tile and its bundle.
    pub(super) fn visit<R: TileReader<Error = E>>(&mut self, reader: &mut R, index: u64, size: u64) {
        let tile = TilePath::in_tree(TileKind::Hashes(0), index, size);
        let hashes = tile.and_then(|path| self.hashes(reader, path));
        let bundle = TilePath::in_tree(TileKind::Entries, index, size);
        let octets = bundle.and_then(|path| self.octets(reader, path));
        let entries = bundle.zip(octets.as_deref()).and_then(|(path, octets)| self.entries(path, octets));
        let root = match (&hashes, &entries) {
            (Some(hashes), Some(entries)) => match check_entries(entries, hashes) {
                Ok(()) => tree::root(hashes),
                Err(reason) => self.doubt(index, Some(hashes), Some(entries), Some(reason)),
            },
            (hashes, entries) => self.doubt(index, hashes.as_deref(), entries.as_deref(), None),
        };
        self.roots.push(root);
    }

    fn doubt(
        &mut self,
        index: u64,
        hashes: Option<&[Hash]>,
        entries: Option<&[&[u8]]>,
        reason: Option<BadBundle>,
    ) -> Hash {
        let leaves = entries.map(|entries| entries.iter().map(|entry| Hash::leaf(entry)).collect::<Vec<_>>());
        let doubt = Doubt { tile: hashes.map(tree::root), bundle: leaves.map(|leaves| tree::root(&leaves)), reason };
        self.doubts.insert(index, doubt);
        doubt.tile.or(doubt.bundle).unwrap_or(Hash::EMPTY)
    }

    fn hashes<R: TileReader<Error = E>>(&mut self, reader: &mut R, path: TilePath) -> Option<Vec<Hash>> {
        let octets = self.octets(reader, path)?;
        let hashes = read_hashes(path, &octets).map_err(|length| self.faults.push(Fault::WrongLength(length))).ok()?;
        self.checked.tiles = self.checked.tiles.saturating_add(1);
        self.checked.leaves = self.checked.leaves.saturating_add(number(hashes.len()));
        Some(hashes)
    }

    fn entries<'octets>(&mut self, path: TilePath, octets: &'octets [u8]) -> Option<Vec<&'octets [u8]>> {
        let entries = read_entries(octets, path.width());
        let entries = entries.map_err(|reason| self.faults.push(Fault::WrongBundle { path, reason })).ok()?;
        self.checked.bundles = self.checked.bundles.saturating_add(1);
        self.checked.entries = self.checked.entries.saturating_add(number(entries.len()));
        Some(entries)
    }

    fn octets<R: TileReader<Error = E>>(&mut self, reader: &mut R, path: TilePath) -> Option<Vec<u8>> {
        let octets = reader.read(path).map_err(|error| self.faults.push(Fault::Unreadable { path, error })).ok()?;
        self.checked.read(&octets);
        Some(octets)
    }
}
