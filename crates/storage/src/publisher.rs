//! Publishing: tiles, entry bundles and checkpoints as files that any web server can serve (C2SP tlog-tiles).
//!
//! Files are written beside their place and renamed, the checkpoint last, so that whoever reads sees a whole log. They are
//! views: nothing of them is synced by a commit. What a crash of the machine may have spoiled is near the end, where every
//! start looks; full tiles further back were synced as the log went on.

mod resume;

use std::collections::BTreeMap;
use std::sync::Arc;

use record::time::Timestamp;
use tlog::Hash;
use tlog::Subtree;
use tlog::bundle::push_entry;
use tlog::checkpoint::SignedCheckpoint;
use tlog::edge::Edge;
use tlog::limits::TILE_WIDTH;
use tlog::tile::{TileKind, TilePath, write_hashes};
use tlog::tiled::TiledTree;

use crate::batch::LogName;
use crate::disk::{Disk, DiskError, folder_of};
use crate::keys::LogKeys;
use crate::layout::{LOGS, log_folder};
use crate::ledger::Log;
use crate::limits::READS_BEFORE_CUTTING;
use crate::store::{Head, StoreError};

/// Full tiles at the end of each level that are looked at again at a start; those before them are synced.
const UNSYNCED_TILES: u64 = 256;
/// Signatures of a log's own keys under what it shows.
pub(crate) const SIGNATURES: usize = 2;
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

    /// Takes up a log where its files end; makes them anew if they do not hold together or do not make its root.
    pub(crate) fn take_up(&mut self, head: &Head, read: &ReadEntries<'_>) -> Result<(), StoreError> {
        let log = &head.log;
        if let Ok(Some(found)) = self.resume(head) {
            self.logs.insert(log.clone(), found);
            self.catch_up(log, head.size, read)?;
            if self.check_root(head).is_ok() {
                return Ok(());
            }
        }
        self.disk.remove_folder(&format!("{}/tile", log_folder(log)))?;
        self.logs.insert(log.clone(), Published::nothing());
        match self.read_checkpoint(head) {
            Ok(Some(shown)) => self.take_up_shown(head, &shown, read)?,
            Err(StoreError::Disk(error)) if error.is_absent() => {}
            Err(StoreError::Disk(error)) => return Err(error.into()),
            // One that a crash has spoiled, or that is not ours, is shown to nobody any more; it is published anew.
            Ok(None) | Err(_) => self.disk.remove(&format!("{}/checkpoint", log_folder(log)))?,
        }
        self.catch_up(log, head.size, read)
    }

    /// Makes the files anew of which the checkpoint on the disk speaks: nothing may be signed for a while, and whoever reads
    /// must see a whole log all the same.
    fn take_up_shown(
        &mut self,
        head: &Head,
        shown: &SignedCheckpoint,
        read: &ReadEntries<'_>,
    ) -> Result<(), StoreError> {
        let then = Head::new(head.log.clone(), head.origin.clone(), shown.claims().size(), *shown.claims().root());
        self.catch_up(&then.log, then.size, read)?;
        self.check_root(&then).map_err(|_| other_history(&then))?;
        self.show_again(&then, shown)
    }

    /// Entries that the segments have and the files do not.
    pub(crate) fn catch_up(&mut self, log: &LogName, size: u64, read: &ReadEntries<'_>) -> Result<(), StoreError> {
        // A log without entries has a head too.
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
    pub(crate) fn publish(&mut self, log: &Log, now: Timestamp) -> Result<bool, StoreError> {
        let (head, note) = (log.head(), &log.note);
        let log = &head.log;
        let Some(published) = self.logs.get(log) else { return Ok(false) };
        let mut signed = SignedCheckpoint::parse(note.as_bytes()).map_err(|error| refused(&error))?;
        let size = signed.claims().size();
        let is_current = published.has_checkpoint && published.size == size;
        if published.edge.size() != size || is_current {
            return Ok(false);
        }
        if let Err(error) = self.check_root(&head) {
            // A disk may have answered wrongly when the log was taken up. It is published anew from its entries.
            self.logs.remove(log);
            return Err(error);
        }
        let Some(published) = self.logs.get(log) else { return Ok(false) };
        let signers = self.keys.signers(signed.claims().origin()).map_err(|problem| StoreError::Refused { problem })?;
        let seconds = u64::try_from(now.micros() / 1_000_000).unwrap_or(0);
        let second = signed.claims().sign(&signers.publish, seconds).map_err(|error| refused(&error))?;
        signed.add(second).map_err(|error| refused(&error))?;
        self.put_end(log, published)?;
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

    /// Puts the partial tiles there that a log ends in.
    fn put_end(&self, log: &LogName, published: &Published) -> Result<(), StoreError> {
        for (path, hashes) in published.edge.partial() {
            self.put(log, &path, &write_hashes(&hashes))?;
        }
        let size = published.edge.size();
        let entries = TilePath::in_tree(TileKind::Entries, size / WIDTH, size).filter(|path| !path.is_full());
        entries.map_or(Ok(()), |path| self.put(log, &path, &published.bundle))
    }

    /// Makes the files anew that the checkpoint on the disk speaks of, if it may be shown on: nothing need be signed again.
    fn show_again(&mut self, then: &Head, shown: &SignedCheckpoint) -> Result<(), StoreError> {
        let verifiers = self.keys.verifiers(&then.origin);
        let vouched = shown.verify(&verifiers).map_or(0, |vouched| vouched.len());
        let Some(published) = self.logs.get(&then.log) else { return Ok(()) };
        if vouched < SIGNATURES || shown.note().signatures().len() != vouched {
            return Ok(());
        }
        self.put_end(&then.log, published)?;
        if let Some(published) = self.logs.get_mut(&then.log) {
            (published.size, published.has_checkpoint) = (then.size, true);
        }
        Ok(())
    }

    /// The root that a log had at a size, from its files and the end that is still in memory, both checked against its head.
    pub(crate) fn root_at(&self, log: &LogName, head: &Head, size: u64) -> Result<Hash, StoreError> {
        let read = self.edge_reader(log)?;
        let mut tree = TiledTree::open(read, head.size, &head.root).map_err(|error| refused(&error))?;
        Subtree::whole(size).hash(&mut tree).map_err(|error| refused(&error))
    }

    /// Whether what is ready to be published is the tree of this head.
    fn check_root(&self, head: &Head) -> Result<(), StoreError> {
        if self.next_index(&head.log) != head.size {
            return Err(refused(&"the log's files end elsewhere"));
        }
        let mut found = Ok(());
        for _ in 0..READS_BEFORE_CUTTING {
            let read = self.edge_reader(&head.log)?;
            found = TiledTree::open(read, head.size, &head.root).map(drop).map_err(|error| refused(&error));
            if found.is_ok() {
                break;
            }
        }
        found
    }

    /// Reads tiles, those at the end of each level from memory.
    fn edge_reader(&self, log: &LogName) -> Result<impl Fn(TilePath) -> Result<Vec<u8>, DiskError>, StoreError> {
        let missing = || StoreError::NoSuchLog { log: log.clone() };
        let partial = self.logs.get(log).ok_or_else(missing)?.edge.partial();
        Ok(move |path: TilePath| match partial.iter().find(|(one, _)| *one == path) {
            Some((_, hashes)) => Ok(write_hashes(hashes)),
            None => self.read_tile(log, path),
        })
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
}

impl Published {
    const fn nothing() -> Self {
        Self { edge: Edge::new(), bundle: Vec::new(), size: 0, has_checkpoint: false }
    }
}

fn other_history(then: &Head) -> StoreError {
    let problem = format!(
        "log {} has published another history of {} entries under our own signature than its entries make: two copies of this \
         node have signed, or the segments are of another copy",
        then.log, then.size
    );
    StoreError::damaged(&format!("{}/checkpoint", log_folder(&then.log)), problem)
}

fn refused(error: &impl ToString) -> StoreError {
    StoreError::Refused { problem: error.to_string() }
}
