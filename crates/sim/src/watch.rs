//! A disk between the store and the disk in memory: it counts calls, springs traps, dies with its process, and can lie.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage::disk::memory::MemoryDisk;
use storage::disk::memory::faults::{Call, Fault, FaultKind};
use storage::disk::{Disk, DiskError, DiskLock};

/// What happens at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spring {
    /// A fault, so many times in a row.
    Fault(FaultKind, u32),
    /// The process ends before the call is made.
    Death,
}

/// A disk that lies, so that it can be shown that the checkers notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lie {
    /// Syncs of files whose paths begin so are not done, and said to be.
    Sync(&'static str),
    /// Syncs of names in folders that begin so are not done, and said to be.
    SyncNames(&'static str),
    /// Writes into files whose paths begin so are not done, and said to be.
    Write(&'static str),
}

/// A disk in memory, watched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watched {
    memory: MemoryDisk,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    is_watching: bool,
    calls: Vec<Call>,
    trap: Option<(usize, Spring)>,
    is_dead: bool,
    lie: Option<Lie>,
}

impl Watched {
    pub(crate) const fn memory(&self) -> &MemoryDisk {
        &self.memory
    }

    /// Another disk in the place of this one, as after a restore.
    pub(crate) fn put(&mut self, memory: MemoryDisk) {
        self.memory = memory;
    }

    /// Calls count, and may spring the trap, only while this is on.
    pub(crate) fn watch(&self, is_on: bool) {
        self.state().is_watching = is_on;
    }

    pub(crate) fn set_trap(&self, at: usize, spring: Spring) {
        self.state().trap = Some((at, spring));
    }

    pub(crate) fn set_lie(&self, lie: Lie) {
        self.state().lie = Some(lie);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.state().is_dead
    }

    /// Another process: the disk answers again.
    pub(crate) fn revive(&self) {
        self.state().is_dead = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn before(&self, call: Call, path: &str) -> Result<(), DiskError> {
        let mut state = self.state();
        if state.is_watching {
            let number = state.calls.len();
            state.calls.push(call);
            match state.trap.filter(|(at, _)| *at == number) {
                Some((_, Spring::Fault(kind, times))) => self.memory.plan(Fault::new(kind).times(times)),
                Some((_, Spring::Death)) => state.is_dead = true,
                None => {}
            }
        }
        let dead = Error::new(ErrorKind::BrokenPipe, "the process has ended");
        if state.is_dead { Err(DiskError::new("reach", path, &dead)) } else { Ok(()) }
    }

    fn lies(&self, call: Call, path: &str) -> bool {
        match (self.state().lie, call) {
            (Some(Lie::Sync(beginning)), Call::Sync)
            | (Some(Lie::SyncNames(beginning)), Call::SyncNames)
            | (Some(Lie::Write(beginning)), Call::Write) => path.starts_with(beginning),
            _ => false,
        }
    }
}

impl Disk for Watched {
    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        self.before(Call::Look, folder)?;
        self.memory.list(folder)
    }

    fn make_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.before(Call::MakeFolder, folder)?;
        self.memory.make_folder(folder)
    }

    fn length(&self, path: &str) -> Result<Option<u64>, DiskError> {
        self.before(Call::Look, path)?;
        self.memory.length(path)
    }

    fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, DiskError> {
        self.before(Call::Read, path)?;
        self.memory.read(path, offset, length)
    }

    fn create(&self, path: &str, octets: &[u8]) -> Result<(), DiskError> {
        self.before(Call::Create, path)?;
        self.memory.create(path, octets)
    }

    fn write(&self, path: &str, offset: u64, octets: &[u8]) -> Result<(), DiskError> {
        self.before(Call::Write, path)?;
        if self.lies(Call::Write, path) { Ok(()) } else { self.memory.write(path, offset, octets) }
    }

    fn truncate(&self, path: &str, length: u64) -> Result<(), DiskError> {
        self.before(Call::Truncate, path)?;
        self.memory.truncate(path, length)
    }

    fn sync(&self, path: &str) -> Result<(), DiskError> {
        self.before(Call::Sync, path)?;
        if self.lies(Call::Sync, path) { Ok(()) } else { self.memory.sync(path) }
    }

    fn sync_names(&self, folder: &str) -> Result<(), DiskError> {
        self.before(Call::SyncNames, folder)?;
        if self.lies(Call::SyncNames, folder) { Ok(()) } else { self.memory.sync_names(folder) }
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.before(Call::Rename, from)?;
        self.memory.rename(from, to)
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        self.before(Call::Remove, path)?;
        self.memory.remove(path)
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.before(Call::Remove, folder)?;
        self.memory.remove_folder(folder)
    }

    fn lock(&self) -> Result<DiskLock, DiskError> {
        // Taking the directory is no call that a fault strikes, but a dead process takes nothing.
        if self.is_dead() {
            self.before(Call::Look, "lock")?;
        }
        self.memory.lock()
    }

    fn views_path(&self) -> Option<PathBuf> {
        None
    }
}
