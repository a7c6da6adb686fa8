//! A disk in memory, on which all simulation stands: stricter than any real one.
//!
//! What is seen and what a crash leaves are kept apart, for the octets of each file and for the names. Nothing is durable
//! before the sync that [`Disk`] asks for, not even what common file systems happen to keep. Everything follows from the calls
//! and the seeds alone, so a simulation can be run again.

mod contents;
pub mod faults;
mod names;
mod random;
mod state;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, DiskError, DiskLock, Held};
use faults::{Fault, FaultKind};
use state::State;

/// A disk in memory. A clone is another handle of the same disk; [`MemoryDisk::copy`] makes another disk.
#[derive(Clone, Default)]
pub struct MemoryDisk {
    state: Arc<Mutex<State>>,
}

impl MemoryDisk {
    /// An empty disk without faults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Power fails. Of what was not synced chance keeps, loses or tears each write, sector by sector, and keeps or loses each
    /// change of names. The lock is free, and planned faults are forgotten; those by chance go on, and a full disk stays full.
    pub fn crash(&self, seed: u64) {
        self.state().crash(seed);
    }

    /// The process dies and the machine lives: all is seen as before, and no more durable. The lock is free, and planned
    /// faults are forgotten, as after [`Self::crash`].
    pub fn kill(&self) {
        self.state().kill();
    }

    /// Adds a fault to come.
    pub fn plan(&self, fault: Fault) {
        self.state().plan.add(fault);
    }

    /// From now on one in so many calls fails by chance, in a way that fits it, and never more than
    /// [`MAX_FAULTS_IN_A_ROW`](faults::MAX_FAULTS_IN_A_ROW) in a row. Faults that last otherwise last for one call. None fails
    /// if `one_in` is 0.
    pub fn plan_randomly(&self, seed: u64, one_in: u32) {
        self.state().plan.add_chance(seed, one_in);
    }

    /// No more faults, neither planned nor by chance. A full disk stays full.
    pub fn stop_faults(&self) {
        self.state().plan.stop();
    }

    /// Ends [`FaultKind::Full`].
    pub fn make_room(&self) {
        self.state().plan.is_full = false;
    }

    /// Ends [`FaultKind::ReadOnly`].
    pub fn make_writable(&self) {
        self.state().plan.is_read_only = false;
    }

    /// How many faults of each kind were met so far.
    #[must_use]
    pub fn faults_played(&self) -> BTreeMap<FaultKind, u64> {
        self.state().plan.played.clone()
    }

    /// Turns one bit of a file over, as seen and on the disk; bit 0 is the lowest of the first octet. Says whether there is
    /// such a bit.
    #[must_use]
    pub fn flip_bit(&self, path: &str, bit: u64) -> bool {
        self.state().flip(path, bit)
    }

    /// The path of every file that is seen, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        self.state().files()
    }

    /// The octets of a file, whatever faults are planned; none if there is no such file.
    #[must_use]
    pub fn contents(&self, path: &str) -> Option<Vec<u8>> {
        self.state().visible(path).map(<[u8]>::to_vec)
    }

    /// Puts a file there with its folders, seen and durable at once, whatever faults are planned.
    ///
    /// # Errors
    /// [`DiskError`]: the path leads nowhere, or to or through something else.
    pub fn set_contents(&self, path: &str, octets: &[u8]) -> Result<(), DiskError> {
        self.state().set(path, octets)
    }

    /// Another disk with all that is seen on this one, durable: a backup. It is not locked and has no faults.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = self.state().copy();
        Self { state: Arc::new(Mutex::new(copy)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryDisk").finish_non_exhaustive()
    }
}

impl Disk for MemoryDisk {
    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        self.state().list(folder)
    }

    fn make_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.state().make_folder(folder)
    }

    fn length(&self, path: &str) -> Result<Option<u64>, DiskError> {
        self.state().length(path)
    }

    fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, DiskError> {
        self.state().read(path, offset, length)
    }

    fn create(&self, path: &str, octets: &[u8]) -> Result<(), DiskError> {
        self.state().create(path, octets)
    }

    fn write(&self, path: &str, offset: u64, octets: &[u8]) -> Result<(), DiskError> {
        self.state().write(path, offset, octets)
    }

    fn truncate(&self, path: &str, length: u64) -> Result<(), DiskError> {
        self.state().truncate(path, length)
    }

    fn sync(&self, path: &str) -> Result<(), DiskError> {
        self.state().sync(path)
    }

    fn sync_names(&self, folder: &str) -> Result<(), DiskError> {
        self.state().sync_names(folder)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.state().rename(from, to)
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        self.state().remove(path)
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.state().remove_folder(folder)
    }

    fn lock(&self) -> Result<DiskLock, DiskError> {
        let number = self.state().lock()?;
        Ok(DiskLock::new(Box::new(MemoryLock { disk: self.clone(), number })))
    }

    fn views_path(&self) -> Option<PathBuf> {
        None
    }
}

/// Dropping it gives the lock back.
#[derive(Debug)]
struct MemoryLock {
    disk: MemoryDisk,
    number: u64,
}

impl Held for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.disk.state().unlock(self.number);
    }
}
