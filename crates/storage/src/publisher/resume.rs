//! Taking a log up where its published files end, after a look at all that a crash may have spoiled.

use tlog::Hash;
use tlog::bundle::{check_entries, read_entries};
use tlog::checkpoint::SignedCheckpoint;
use tlog::edge::Edge;
use tlog::limits::{MAX_BUNDLE_BYTES, MAX_NOTE_BYTES, TILE_WIDTH};
use tlog::tile::{TileKind, TilePath, read_hashes};
use tlog::tiled::TiledTree;

use super::{Published, Publisher, UNSYNCED_TILES, WIDTH, refused};
use crate::batch::LogName;
use crate::disk::{DiskError, read_whole};
use crate::layout::log_folder;
use crate::store::{Head, StoreError};

impl Publisher {
    /// The published state of a log, if its files hold together as far as a crash may have reached; none otherwise.
    pub(super) fn resume(&self, head: &Head) -> Result<Option<Published>, StoreError> {
        let log = &head.log;
        let Some(signed) = self.read_checkpoint(head)? else { return Ok(None) };
        let claims = signed.claims();
        let read = |path: TilePath| self.read_tile(log, path);
        let mut tree = TiledTree::open(read, claims.size(), claims.root()).map_err(|error| refused(&error))?;
        let edge = Edge::resume(claims.size(), |path| {
            let octets = self.read_tile(log, path).map_err(|error| error.to_string())?;
            read_hashes(path, &octets).map_err(|error| error.to_string())
        });
        let edge = edge.map_err(|error| refused(&error))?;
        self.check_end(log, &mut tree)?;
        let bundle = self.last_bundle(log, claims.size(), &mut tree)?;
        Ok(Some(Published { edge, bundle, size: claims.size(), has_checkpoint: true }))
    }

    /// The checkpoint that a log shows, if it is its own.
    pub(super) fn read_checkpoint(&self, head: &Head) -> Result<Option<SignedCheckpoint>, StoreError> {
        let path = format!("{}/checkpoint", log_folder(&head.log));
        let octets = read_whole(&*self.disk, &path, MAX_NOTE_BYTES)?;
        let signed = SignedCheckpoint::parse(&octets).map_err(|error| refused(&error))?;
        let claims = signed.claims();
        let is_ours = claims.origin() == head.origin && signed.verify(&self.keys.verifiers(&head.origin)).is_ok();
        Ok(Some(signed).filter(|signed| is_ours && signed.claims().size() <= head.size))
    }

    /// Looks at the full tiles that a crash may have spoiled.
    fn check_end<R: tlog::tiled::TileReader<Error = DiskError>>(
        &self,
        log: &LogName,
        tree: &mut TiledTree<R>,
    ) -> Result<(), StoreError> {
        let mut full = tree.size() / WIDTH;
        for index in full.saturating_sub(UNSYNCED_TILES)..full {
            let hashes = tree.tile(0, index).map_err(|error| refused(&error))?;
            self.check_bundle(log, index, &hashes)?;
        }
        for level in 1..tlog::limits::TILE_HEIGHT {
            full /= WIDTH;
            for index in full.saturating_sub(UNSYNCED_TILES)..full {
                tree.tile(level, index).map(drop).map_err(|error| refused(&error))?;
            }
        }
        Ok(())
    }

    fn check_bundle(&self, log: &LogName, index: u64, hashes: &[Hash]) -> Result<Vec<u8>, StoreError> {
        let width = u16::try_from(hashes.len()).unwrap_or(TILE_WIDTH);
        let path = TilePath::new(TileKind::Entries, index, width).map_err(|error| refused(&error))?;
        let octets = self.read_tile(log, path)?;
        let entries = read_entries(&octets, width).map_err(|error| refused(&error))?;
        check_entries(&entries, hashes).map_err(|error| refused(&error))?;
        Ok(octets)
    }

    fn last_bundle<R: tlog::tiled::TileReader<Error = DiskError>>(
        &self,
        log: &LogName,
        size: u64,
        tree: &mut TiledTree<R>,
    ) -> Result<Vec<u8>, StoreError> {
        if size.is_multiple_of(WIDTH) {
            return Ok(Vec::new());
        }
        let hashes = tree.tile(0, size / WIDTH).map_err(|error| refused(&error))?;
        self.check_bundle(log, size / WIDTH, &hashes)
    }

    pub(super) fn read_tile(&self, log: &LogName, path: TilePath) -> Result<Vec<u8>, DiskError> {
        read_whole(&*self.disk, &self.file(log, &path), MAX_BUNDLE_BYTES)
    }
}
