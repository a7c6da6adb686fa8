//! What can be wrong with a log's files.

use crate::bundle::BadBundle;
use crate::hash::Hash;
use crate::tile::{TilePath, WrongTileLength};
use crate::tiled::TiledError;

/// A file that is wrong, and why; or files that are right together, but not those of the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault<E> {
    /// The file is missing or cannot be read.
    #[error("{path} could not be read: {error}")]
    Unreadable {
        /// The file.
        path: TilePath,
        /// What the reader said.
        error: E,
    },
    /// The tile is too long or too short.
    #[error(transparent)]
    WrongLength(#[from] WrongTileLength),
    /// The tile is not the one that the checkpoint stands for.
    #[error("{path} is not the tile that the checkpoint stands for")]
    WrongTile {
        /// The tile.
        path: TilePath,
    },
    /// The bundle is none, or an entry is not the one that the checkpoint stands for.
    #[error("{path}: {reason}")]
    WrongBundle {
        /// The bundle.
        path: TilePath,
        /// Why; [`BadBundle::NotInTile`] has the entry's place.
        reason: BadBundle,
    },
    /// A file outside the tree of the checkpoint: a caller asked about a leftover that is none.
    #[error("{path} is not a file of a tree of {size} leaves, nor of a smaller one")]
    Outside {
        /// The file.
        path: TilePath,
        /// Leaves of the tree.
        size: u64,
    },
    /// No part covers a level 0 tile, or two do: the caller shared them out wrongly.
    #[error("the parts of the audit do not meet at level 0 tile {index}")]
    PartsApart {
        /// The tile's index.
        index: u64,
    },
    /// The files lead to another root. If no file is named beside this, they agree with one another: then the checkpoint is
    /// of another tree, or the whole log was made anew.
    #[error("the files make the root {found} where the checkpoint of {size} leaves has another")]
    AnotherTree {
        /// Leaves of the tree.
        size: u64,
        /// The root that the files make.
        found: Hash,
    },
}

impl<E> Fault<E> {
    /// The file that is wrong; none if it is not one file.
    #[must_use]
    pub const fn path(&self) -> Option<TilePath> {
        match self {
            Self::Unreadable { path, .. }
            | Self::WrongTile { path }
            | Self::WrongBundle { path, .. }
            | Self::Outside { path, .. }
            | Self::WrongLength(WrongTileLength { path, .. }) => Some(*path),
            Self::PartsApart { .. } | Self::AnotherTree { .. } => None,
        }
    }

    /// What a reader of checked tiles said of a file; `found` is the root that the files make.
    pub(super) fn of_tile(error: TiledError<E>, size: u64, found: Hash) -> Self {
        match error {
            TiledError::Reader { path, error } => Self::Unreadable { path, error },
            TiledError::LogWrongLength(length) => Self::WrongLength(length),
            TiledError::LogWrongTile { path } => Self::WrongTile { path },
            TiledError::LogWrongEdge { .. } | TiledError::AskedOutside { .. } => Self::AnotherTree { size, found },
        }
    }
}
