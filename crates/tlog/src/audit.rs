//! Checking a whole log from its published files: every tile and every entry bundle against one checkpoint.
//!
//! Entries hash to leaves, leaves to tiles, and tiles to the root, so one pass costs what hashing the tree costs. Level 0
//! is nearly all of it, and is done in [`Part`]s that need not know one another: one for each thread. [`Audit::finish`]
//! puts them together, checks the higher tiles, and decides which file is wrong where two disagree.
//!
//! A hash of level 0 is told three times: by the bundle, by the tile, and by the tile above. Where they differ, the choice
//! that leads to the signed root is the right one. So every single wrong file is named, and so are many at once, unless
//! all that tells of one place is lost. The tile that the tree ends in has none above it: who forges it together with its
//! bundle is caught by the root alone.

mod fault;
mod finish;
mod leftover;
mod part;

use std::ops::Range;

pub use fault::Fault;
pub use leftover::leftover;
pub use part::Part;

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::tile::WIDTH;
use crate::tiled::TileReader;

/// The question whether the files of a log make a tree of this size and root.
///
/// A full tile that is read in place of a partial one is checked as far as the tree goes. Files that the tree does not need
/// are not looked for; [`leftover`] checks a partial tile that an older checkpoint left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    size: u64,
    root: Hash,
}

impl Audit {
    /// An audit against a size and a root that the caller believes.
    #[must_use]
    pub const fn new(size: u64, root: Hash) -> Self {
        Self { size, root }
    }

    /// An audit against a checkpoint whose signatures the caller has checked.
    #[must_use]
    pub const fn of(checkpoint: &Checkpoint) -> Self {
        Self::new(checkpoint.size(), *checkpoint.root())
    }

    /// Level 0 tiles of the tree, each with a bundle: what has to be shared out among the parts.
    #[must_use]
    pub const fn tiles(&self) -> u64 {
        self.size.div_ceil(WIDTH)
    }

    /// Checks all files on this thread. `progress` hears after each level 0 tile what was read so far.
    ///
    /// # Errors
    /// The faults, at least one, as [`Self::finish`] answers them.
    pub fn run<R: TileReader>(
        &self,
        reader: &mut R,
        progress: impl FnMut(&Checked),
    ) -> Result<Checked, Vec<Fault<R::Error>>> {
        let part = self.part(reader, 0..self.tiles(), progress);
        self.finish(reader, vec![part])
    }

    /// Reads a range of level 0 tiles and their bundles, and checks them against one another. It needs no other part, so
    /// that each thread may do one. `progress` hears after each tile what this part has read so far.
    ///
    /// A part with too many unreadable files ends early; then [`Self::finish`] names those that it found.
    pub fn part<R: TileReader>(
        &self,
        reader: &mut R,
        tiles: Range<u64>,
        mut progress: impl FnMut(&Checked),
    ) -> Part<R::Error> {
        let mut part = Part::new(tiles.start);
        for index in tiles.start..tiles.end.min(self.tiles()) {
            if part.is_hopeless() {
                break;
            }
            part.visit(reader, index, self.size);
            progress(part.checked());
        }
        part
    }

    /// Puts the parts together, whatever their order, and checks the tiles above them.
    ///
    /// # Errors
    /// The faults, at least one, in the order of their paths. If [`Fault::AnotherTree`] is not among them, each of these
    /// files is wrong whatever the others say.
    pub fn finish<R: TileReader>(
        &self,
        reader: &mut R,
        parts: Vec<Part<R::Error>>,
    ) -> Result<Checked, Vec<Fault<R::Error>>> {
        finish::finish(self, reader, parts)
    }
}

/// What was read and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Checked {
    /// Leaf hashes.
    pub leaves: u64,
    /// Entries.
    pub entries: u64,
    /// Hash tiles.
    pub tiles: u64,
    /// Entry bundles.
    pub bundles: u64,
    /// Octets of all of these files.
    pub octets: u64,
}

impl Checked {
    /// Adds what another part has read.
    pub const fn add(&mut self, more: &Self) {
        self.leaves = self.leaves.saturating_add(more.leaves);
        self.entries = self.entries.saturating_add(more.entries);
        self.tiles = self.tiles.saturating_add(more.tiles);
        self.bundles = self.bundles.saturating_add(more.bundles);
        self.octets = self.octets.saturating_add(more.octets);
    }

    fn read(&mut self, octets: &[u8]) {
        self.octets = self.octets.saturating_add(number(octets.len()));
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
