//! One node: its disk, its store while it runs, and what it is given at each start.

use std::sync::Arc;

use storage::disk::Disk;
use storage::disk::memory::MemoryDisk;
use storage::guard::{Guarded, HeadSource};
use storage::layout::{self, Found};
use storage::verify::{Report, verify};
use storage::{LocalStore, LogName, Options, StoreError};

use crate::party::{Clock, Counted, Keys};
use crate::seed::Seed;
use crate::watch::Watched;
use crate::witness::Witness;

/// A node in the world.
pub(crate) struct Node {
    pub(crate) disk: Watched,
    pub(crate) clock: Clock,
    pub(crate) keys: Arc<Keys>,
    pub(crate) witness: Witness,
    store: Option<LocalStore>,
    /// Whether a store was ever made: then there must always be one.
    is_made: bool,
    /// Starts so far: each has its own entropy.
    starts: u64,
    segment_bytes: u64,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Node({:?}, {} starts)", self.store, self.starts)
    }
}

impl Node {
    pub(crate) fn new(segment_bytes: u64) -> Self {
        Self {
            disk: Watched::default(),
            clock: Clock::new(),
            keys: Arc::new(Keys::default()),
            witness: Witness::default(),
            store: None,
            is_made: false,
            starts: 0,
            segment_bytes,
        }
    }

    pub(crate) const fn memory(&self) -> &MemoryDisk {
        self.disk.memory()
    }

    /// The store, which a step needs to be open.
    pub(crate) fn store(&self) -> Result<&LocalStore, String> {
        self.store.as_ref().ok_or_else(|| "the store is not open".to_owned())
    }

    /// Opens the store, or makes it if there never was one.
    pub(crate) fn open(&mut self) -> Result<(), StoreError> {
        self.store = None;
        self.starts = self.starts.saturating_add(1);
        let is_new = layout::find(&self.disk)? == Found::Nothing && !self.is_made;
        let store = if is_new { LocalStore::create(self.options())? } else { LocalStore::open(self.options())? };
        self.is_made = true;
        self.store = Some(store);
        Ok(())
    }

    pub(crate) const fn is_open(&self) -> bool {
        self.store.is_some()
    }

    pub(crate) fn close(&mut self) {
        self.store = None;
    }

    /// The process dies.
    pub(crate) fn kill(&mut self) {
        self.store = None;
        self.memory().kill();
        self.disk.revive();
    }

    /// Power fails.
    pub(crate) fn crash(&mut self, seed: u64) {
        self.store = None;
        self.memory().crash(seed);
        self.disk.revive();
    }

    /// Another disk in the place of this node's, as after a restore.
    pub(crate) fn restore(&mut self, memory: MemoryDisk) {
        self.store = None;
        self.disk.put(memory);
    }

    /// Compares with the witness. A witness that knows nothing yet is overruled, as a person would.
    pub(crate) fn guard(&self) -> Result<Guarded, String> {
        let store = self.store()?;
        let sources: [Arc<dyn HeadSource>; 1] = [Arc::new(self.witness.clone())];
        let guarded = store.guard(&LogName::node(), &sources).map_err(|error| error.to_string())?;
        let _may = store.resume(&guarded);
        Ok(guarded)
    }

    /// Checks the whole directory.
    pub(crate) fn verify(&self) -> Result<Report, String> {
        let disk: Arc<dyn Disk> = Arc::new(self.memory().clone());
        verify(&disk, &*self.keys, Vec::new(), &mut |_, _| {}).map_err(|error| error.to_string())
    }

    /// The number of the last segment file.
    pub(crate) fn last_segment(&self) -> usize {
        let files = self.memory().files();
        files.iter().filter(|path| path.ends_with(".segment")).count().saturating_sub(1)
    }

    fn options(&self) -> Options {
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        let entropy = Box::new(Counted(Seed::new(self.starts)));
        let mut options = Options::new(disk, Arc::<Keys>::clone(&self.keys), self.clock.read(), entropy);
        options.segment_bytes = Some(self.segment_bytes);
        options
    }
}
