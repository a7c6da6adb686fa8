//! Publishing: tiles, entry bundles and checkpoints as files that any web server can serve (C2SP tlog-tiles).
//!
//! Files are written beside their place and renamed, the checkpoint last, so that whoever reads sees a whole log. They are
//! views: nothing of them is synced by a commit. What a crash of the machine may have spoiled is near the end, where every
//! start looks; full tiles further back were synced as the log went on.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::time::Timestamp;
use tlog::Hash;
use tlog::Subtree;
use tlog::bundle::{check_entries, push_entry, read_entries};
use tlog::checkpoint::SignedCheckpoint;
use tlog::edge::Edge;
use tlog::limits::{MAX_BUNDLE_BYTES, MAX_NOTE_BYTES, TILE_WIDTH};
use tlog::tile::{TileKind, TilePath, read_hashes, write_hashes};
use tlog::tiled::TiledTree;

use crate::batch::LogName;
use crate::disk::{Disk, DiskError, folder_of, read_whole};
use crate::keys::LogKeys;
use crate::layout::{LOGS, log_folder};
use crate::store::{Head, StoreError};

/// Full tiles at the end of each level that are looked at again at a start; those before them are synced.
const UNSYNCED_TILES: u64 = 256;
/// [`TILE_WIDTH`] for indices.
const WIDTH: u64 = TILE_WIDTH as u64;

/// Publishes the logs of one store.
pub(crate) struct Publisher {
    disk: Arc<dyn Disk>,
    keys: Arc<dyn LogKeys>,
    logs: BTreeMap<LogName, Published>,
}

/// One log as it is published, and what is ready to be.
#[derive(Debug)]
struct Published {
    edge: Edge,
    /// The entries of the last bundle, as long as it is partial.
    bundle: Vec<u8>,
    /// Leaves under the checkpoint that is on the disk.
    size: u64,
    /// Whether a checkpoint is on the disk at all.
    has_checkpoint: bool,
}

/// Reads entries of a log from an index on.
pub(crate) type ReadEntries<'read> = dyn Fn(u64, usize) -> Result<Vec<Vec<u8>>, StoreError> + 'read;

/// Entries that are read at once while a log is published anew.
const REMAKE_ENTRIES: usize = 4096;

impl Publisher {
    pub(crate) fn new(disk: Arc<dyn Disk>, keys: Arc<dyn LogKeys>) -> Self {
        Self { disk, keys, logs: BTreeMap::new() }
    }

    /// Takes up a log where its files end; makes them anew if they do not hold together.
    pub(crate) fn take_up(
        &mut self,
        log: &LogName,
        origin: &str,
        size: u64,
        read: &ReadEntries<'_>,
    ) -> Result<(), StoreError> {
        let found = self.resume(log, origin, size).unwrap_or(None);
        if found.is_none() {
            self.disk.remove_folder(&format!("{}/tile", log_folder(log)))?;
        }
        let is_whole = found.is_some();
        self.logs.insert(log.clone(), found.unwrap_or_else(Published::nothing));
        if !is_whole {
            self.mend(log, origin, size, read)?;
        }
        self.catch_up(log, size, read)
    }

    /// Makes the files anew of which a checkpoint on the disk speaks: nothing may be signed for a while, and whoever reads
    /// must see a whole log all the same. A checkpoint that a crash has spoiled goes.
    fn mend(&mut self, log: &LogName, origin: &str, size: u64, read: &ReadEntries<'_>) -> Result<(), StoreError> {
        let path = format!("{}/checkpoint", log_folder(log));
        let octets = match read_whole(&*self.disk, &path, MAX_NOTE_BYTES) {
            Ok(octets) => octets,
            Err(error) if error.is_absent() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let signed = SignedCheckpoint::parse(&octets).ok();
        let signed = signed.filter(|signed| signed.verify(&self.keys.verifiers(origin)).is_ok());
        let claimed = signed.map(|signed| signed.claims().size()).filter(|claimed| *claimed <= size);
        let Some(claimed) = claimed else { return Ok(self.disk.remove(&path)?) };
        self.catch_up(log, claimed, read)?;
        self.put_partial(log, claimed)
    }

    /// Writes what a log of a size has beside its full tiles.
    fn put_partial(&self, log: &LogName, size: u64) -> Result<(), StoreError> {
        let Some(published) = self.logs.get(log) else { return Ok(()) };
        for (path, hashes) in published.edge.partial() {
            self.put(log, &path, &write_hashes(&hashes))?;
        }
        match TilePath::in_tree(TileKind::Entries, size / WIDTH, size).filter(|path| !path.is_full()) {
            Some(path) => self.put(log, &path, &published.bundle),
            None => Ok(()),
        }
    }

    /// Entries that the segments have and the files do not.
    pub(crate) fn catch_up(&mut self, log: &LogName, size: u64, read: &ReadEntries<'_>) -> Result<(), StoreError> {
        // A log without entries is published too.
        self.logs.entry(log.clone()).or_insert_with(Published::nothing);
        loop {
            let next = self.next_index(log);
            if next >= size {
                return Ok(());
            }
            let limit = usize::try_from(size.saturating_sub(next)).unwrap_or(usize::MAX).min(REMAKE_ENTRIES);
            let entries = read(next, limit)?;
            if entries.is_empty() {
                return Err(StoreError::NoSuchEntry { place: crate::batch::Place::new(log.clone(), next) });
            }
            entries.iter().zip(next..).try_for_each(|(entry, index)| self.take(log, index, entry))?;
        }
    }

    /// The index of the entry that a log's files need next.
    pub(crate) fn next_index(&self, log: &LogName) -> u64 {
        self.logs.get(log).map_or(0, |published| published.edge.size())
    }

    /// Takes in an entry. One that is there already is passed over; a full tile is written at once.
    pub(crate) fn take(&mut self, log: &LogName, index: u64, entry: &[u8]) -> Result<(), StoreError> {
        let published = self.logs.entry(log.clone()).or_insert_with(Published::nothing);
        if index != published.edge.size() {
            return Ok(());
        }
        // The edge grows first: if a write below fails, the tile is written again when the log is taken up anew.
        push_entry(&mut published.bundle, entry).map_err(|error| refused(&error))?;
        let filled = published.edge.append(Hash::leaf(entry)).map_err(|error| refused(&error))?;
        if filled.is_empty() {
            return Ok(());
        }
        let bundle = std::mem::take(&mut published.bundle);
        let written = self.write_filled(log, index / WIDTH, &bundle, &filled);
        // What was not written is found missing, and the log is taken up anew.
        written.inspect_err(|_| drop(self.logs.remove(log)))
    }

    /// Publishes what a log has: its partial tiles, and then the checkpoint that the sequencer signed, with the second
    /// signature added. A crash before the checkpoint's renaming leaves files that no checkpoint speaks of yet.
    pub(crate) fn publish(&mut self, log: &LogName, note: &str, now: Timestamp) -> Result<bool, StoreError> {
        let Some(published) = self.logs.get(log) else { return Ok(false) };
        let mut signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| refused(&error))?;
        let size = signed.claims().size();
        let is_current = published.has_checkpoint && published.size == size;
        if published.edge.size() != size || is_current {
            return Ok(false);
        }
        let signers = self.keys.signers(signed.claims().origin()).map_err(|problem| StoreError::Refused { problem })?;
        let seconds = u64::try_from(now.micros() / 1_000_000).unwrap_or(0);
        let second = signed.claims().sign(&signers.publish, seconds).map_err(|error| refused(&error))?;
        signed.add(second).map_err(|error| refused(&error))?;
        self.put_partial(log, size)?;
        let path = format!("{}/checkpoint", log_folder(log));
        self.disk.make_folder(&log_folder(log))?;
        self.replace(&path, signed.to_string().as_bytes())?;
        self.prune(log, size)?;
        if let Some(published) = self.logs.get_mut(log) {
            published.size = size;
            published.has_checkpoint = true;
        }
        Ok(true)
    }

    /// The root that a log had at a size, from its files and the end that is still in memory, both checked against its head.
    pub(crate) fn root_at(&self, log: &LogName, head: &Head, size: u64) -> Result<Hash, StoreError> {
        let missing = || StoreError::NoSuchLog { log: log.clone() };
        let partial = self.logs.get(log).ok_or_else(missing)?.edge.partial();
        let read = |path: TilePath| match partial.iter().find(|(one, _)| *one == path) {
            Some((_, hashes)) => Ok(write_hashes(hashes)),
            None => self.read_tile(log, path),
        };
        let mut tree = TiledTree::open(read, head.size, &head.root).map_err(|error| refused(&error))?;
        Subtree::whole(size).hash(&mut tree).map_err(|error| refused(&error))
    }

    /// Lets go of everything, so that all logs are published anew.
    pub(crate) fn drop_all(&mut self) -> Result<(), StoreError> {
        self.logs.clear();
        for name in self.disk.list(LOGS)? {
            self.disk.remove_folder(&format!("{LOGS}/{name}/tile"))?;
        }
        Ok(())
    }

    fn write_filled(
        &self,
        log: &LogName,
        index: u64,
        bundle: &[u8],
        filled: &[(TilePath, Vec<Hash>)],
    ) -> Result<(), StoreError> {
        let entries = TilePath::new(TileKind::Entries, index, TILE_WIDTH).map_err(|error| refused(&error))?;
        self.put(log, &entries, bundle)?;
        for (path, hashes) in filled {
            self.put(log, path, &write_hashes(hashes))?;
            self.sync_older(log, path)?;
        }
        self.sync_older(log, &entries)
    }

    /// Syncs a full tile that a start no longer looks at. The operating system has mostly written it long ago.
    fn sync_older(&self, log: &LogName, path: &TilePath) -> Result<(), StoreError> {
        let Some(older) = path.index().checked_sub(UNSYNCED_TILES) else { return Ok(()) };
        let older = TilePath::new(path.kind(), older, TILE_WIDTH).map_err(|error| refused(&error))?;
        let path = self.file(log, &older);
        match self.disk.sync(&path) {
            Err(error) if error.is_absent() => Ok(()),
            done => Ok(done.and_then(|()| self.disk.sync_names(folder_of(&path)))?),
        }
    }

    /// Takes away the partial forms of tiles that are full now. The last full one of each level keeps its partial forms, for
    /// readers that hold the checkpoint before.
    fn prune(&self, log: &LogName, size: u64) -> Result<(), StoreError> {
        let mut hashes = size;
        let levels = (0..tlog::limits::TILE_HEIGHT).map(TileKind::Hashes);
        for kind in std::iter::once(TileKind::Entries).chain(levels) {
            if matches!(kind, TileKind::Hashes(1..)) {
                hashes /= WIDTH;
            }
            let Some(done) = (hashes / WIDTH).checked_sub(2) else { continue };
            let Ok(path) = TilePath::new(kind, done, TILE_WIDTH) else { continue };
            self.disk.remove_folder(&format!("{}.p", self.file(log, &path)))?;
        }
        Ok(())
    }

    fn put(&self, log: &LogName, path: &TilePath, octets: &[u8]) -> Result<(), StoreError> {
        let file = self.file(log, path);
        self.disk.make_folder(folder_of(&file))?;
        self.replace(&file, octets)
    }

    /// As [`crate::disk::replace`], unsynced.
    fn replace(&self, path: &str, octets: &[u8]) -> Result<(), StoreError> {
        let draft = format!("{path}.new");
        self.disk.remove(&draft)?;
        self.disk.create(&draft, octets)?;
        Ok(self.disk.rename(&draft, path)?)
    }

    fn file(&self, log: &LogName, path: &TilePath) -> String {
        format!("{}/{path}", log_folder(log))
    }

    /// The published state of a log, if its files hold together as far as a crash may have reached; none otherwise.
    fn resume(&self, log: &LogName, origin: &str, size: u64) -> Result<Option<Published>, StoreError> {
        let path = format!("{}/checkpoint", log_folder(log));
        let octets = read_whole(&*self.disk, &path, MAX_NOTE_BYTES)?;
        let signed = SignedCheckpoint::parse(&octets).map_err(|error| refused(&error))?;
        let claims = signed.claims();
        let is_ours = claims.origin() == origin && signed.verify(&self.keys.verifiers(origin)).is_ok();
        if !is_ours || claims.size() > size {
            return Ok(None);
        }
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

    fn read_tile(&self, log: &LogName, path: TilePath) -> Result<Vec<u8>, DiskError> {
        read_whole(&*self.disk, &self.file(log, &path), MAX_BUNDLE_BYTES)
    }
}

impl Published {
    const fn nothing() -> Self {
        Self { edge: Edge::new(), bundle: Vec::new(), size: 0, has_checkpoint: false }
    }
}

fn refused(error: &impl ToString) -> StoreError {
    StoreError::Refused { problem: error.to_string() }
}
