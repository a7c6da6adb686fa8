//! Tiles (C2SP tlog-tiles): the files of which a log consists, and their paths.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::limits::{MAX_TILE_LEVEL, MAX_TILE_PATH_BYTES, TILE_HEIGHT, TILE_WIDTH};
use crate::subtree::{Node, NodeReader};
use crate::words;

/// [`TILE_WIDTH`] where indices are computed.
pub(crate) const WIDTH: u64 = 1 << TILE_HEIGHT;

/// Which kind of file a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TileKind {
    /// Hashes of the tree at a tile level, 0 to 63: level 0 holds leaf hashes.
    Hashes(u8),
    /// Log entries.
    Entries,
}

/// The path of one tile: kind, index within its level, and how many hashes or entries it holds, 1 to 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// A path.
    ///
    /// # Errors
    /// [`NotATilePath`] for a level above 63 or a width outside 1 to 256.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Result<Self, NotATilePath> {
        let level = match kind {
            TileKind::Hashes(level) => level,
            TileKind::Entries => 0,
        };
        let sound = level <= MAX_TILE_LEVEL && (1..=TILE_WIDTH).contains(&width);
        if sound { Ok(Self { kind, index, width }) } else { Err(NotATilePath) }
    }

    /// The tile of this kind and index in a tree of `size` leaves, partial if the tree ends in it; none if the tree ends
    /// before it.
    #[must_use]
    pub fn in_tree(kind: TileKind, index: u64, size: u64) -> Option<Self> {
        let before = index.checked_mul(WIDTH)?;
        let left = hashes_at(kind, size).checked_sub(before)?.min(WIDTH);
        Self::new(kind, index, u16::try_from(left).ok()?).ok()
    }

    /// What it holds.
    #[must_use]
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Its index within its level.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Hashes or entries that it holds.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it is full, so that it never changes again.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Whether a log that has published its tree of `size` leaves may remove this file: it is partial, and that tree has
    /// the full one (C2SP tlog-tiles, "Partial Tiles"). A wider partial one does not replace it.
    #[must_use]
    pub fn is_replaced_at(&self, size: u64) -> bool {
        !self.is_full() && Self::in_tree(self.kind, self.index, size).is_some_and(|now| now.is_full())
    }
}

/// How many hashes or entries a tree of `size` leaves has at the level of a kind.
fn hashes_at(kind: TileKind, size: u64) -> u64 {
    let level = match kind {
        TileKind::Hashes(level) => u32::from(level),
        TileKind::Entries => 0,
    };
    let shift = level.checked_mul(u32::from(TILE_HEIGHT));
    shift.and_then(|shift| size.checked_shr(shift)).unwrap_or(0)
}

/// Every file that must be written when a tree grows from `old` to `new` leaves: entries and hash tiles, those that fill
/// up and those that are partial now, lowest level first. From 0 these are all files of the tree.
pub fn tiles_between(old: u64, new: u64) -> impl Iterator<Item = TilePath> {
    let levels = (0..TILE_HEIGHT).map(TileKind::Hashes);
    std::iter::once(TileKind::Entries).chain(levels).flat_map(move |kind| {
        let (from, to) = (hashes_at(kind, old), hashes_at(kind, new));
        let tiles = if from < to { (from / WIDTH)..to.div_ceil(WIDTH) } else { 0..0 };
        tiles.filter_map(move |index| TilePath::in_tree(kind, index, new))
    })
}

/// The partial tiles and bundles of a published tree of `old` leaves that a log may remove once its tree of `new` leaves is
/// published: [`TilePath::is_replaced_at`]. At most 9; the trees that were published between have their own.
pub fn replaced_between(old: u64, new: u64) -> impl Iterator<Item = TilePath> {
    let levels = (0..TILE_HEIGHT).map(TileKind::Hashes);
    let last = move |kind| TilePath::in_tree(kind, hashes_at(kind, old) / WIDTH, old);
    std::iter::once(TileKind::Entries).chain(levels).filter_map(last).filter(move |path| path.is_replaced_at(new))
}

/// The hashes of a tile, given a reader of complete nodes: what a log publishes.
///
/// # Errors
/// Whatever the reader answers. A path of entries has no hashes.
pub fn hashes_of<R: NodeReader>(reader: &mut R, path: TilePath) -> Result<Vec<Hash>, R::Error> {
    let TileKind::Hashes(level) = path.kind else { return Ok(Vec::new()) };
    let first = path.index.saturating_mul(WIDTH);
    let level = level.saturating_mul(TILE_HEIGHT);
    (0..u64::from(path.width)).map(|place| reader.node(Node::new(level, first.saturating_add(place)))).collect()
}

/// The octets of a hash tile.
#[must_use]
pub fn write_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.octets()).collect()
}

/// Reads the octets of a hash tile. A full tile serves for a partial one: it is cut to the path's width, because a log may
/// remove a partial tile once the full one is there.
///
/// # Errors
/// [`WrongTileLength`] unless the octets are as many hashes as the path says, or a full tile.
pub fn read_hashes(path: TilePath, octets: &[u8]) -> Result<Vec<Hash>, WrongTileLength> {
    let (hashes, rest) = octets.as_chunks::<{ Hash::BYTES }>();
    let width = usize::from(path.width);
    if !rest.is_empty() || (hashes.len() != width && hashes.len() != usize::from(TILE_WIDTH)) {
        return Err(WrongTileLength { path, bytes: octets.len() });
    }
    Ok(hashes.iter().take(width).map(|hash| Hash::from_octets(*hash)).collect())
}

impl fmt::Display for TilePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(out, "tile/{level}/")?,
            TileKind::Entries => out.write_str("tile/entries/")?,
        }
        let digits = self.index.to_string();
        let groups = digits.len().div_ceil(3);
        let padded = format!("{digits:0>width$}", width = groups.saturating_mul(3));
        for (place, digit) in padded.chars().enumerate() {
            let in_last = place.saturating_add(3) >= padded.len();
            if place.is_multiple_of(3) {
                out.write_str(if place == 0 { "" } else { "/" })?;
                out.write_str(if in_last { "" } else { "x" })?;
            }
            write!(out, "{digit}")?;
        }
        if self.is_full() { Ok(()) } else { write!(out, ".p/{}", self.width) }
    }
}

impl FromStr for TilePath {
    type Err = NotATilePath;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        read_path(path).filter(|read| read.to_string() == path).ok_or(NotATilePath)
    }
}

/// Reads a path; one that it reads may still be written in another way.
fn read_path(path: &str) -> Option<TilePath> {
    let rest = path.strip_prefix("tile/").filter(|_| path.len() <= MAX_TILE_PATH_BYTES)?;
    let (kind, rest) = rest.split_once('/')?;
    let kind = match kind {
        "entries" => TileKind::Entries,
        level => TileKind::Hashes(u8::try_from(words::decimal(level)?).ok()?),
    };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, u16::try_from(words::decimal(width)?).ok()?),
        None => (rest, TILE_WIDTH),
    };
    let digits: String = index.split('/').map(|group| group.strip_prefix('x').unwrap_or(group)).collect();
    let plain = digits.bytes().all(|octet| octet.is_ascii_digit());
    let index = plain.then(|| digits.parse().ok()).flatten()?;
    TilePath::new(kind, index, width).ok()
}

/// A text is no path of a tile, or not written as C2SP tlog-tiles writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
#[non_exhaustive]
pub struct NotATilePath;

/// A tile has more or fewer octets than its path says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{path} has {bytes} octets, which is neither {} hashes nor a full tile", path.width)]
#[non_exhaustive]
pub struct WrongTileLength {
    /// The tile.
    pub path: TilePath,
    /// The octets that were served.
    pub bytes: usize,
}
