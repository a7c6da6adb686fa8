//! The suite of the trait, on every kind of local store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use storage::conformance::{Backend, run};
use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::layout::{Found, find};
use storage::{LocalStore, LogName};

use crate::scene::options;

/// A local store, on a disk in memory that can lose power, or on a real one.
struct Local {
    is_file: bool,
    threads: bool,
    seed: AtomicU64,
}

/// Where one store lies.
struct Home {
    memory: MemoryDisk,
    folder: Option<tempfile::TempDir>,
}

impl Local {
    const fn new(is_file: bool, threads: bool) -> Self {
        Self { is_file, threads, seed: AtomicU64::new(1) }
    }
}

impl Backend for Local {
    type Store = LocalStore;
    type Home = Home;

    fn home(&self) -> Home {
        Home { memory: MemoryDisk::new(), folder: self.is_file.then(|| tempfile::tempdir().unwrap()) }
    }

    fn open(&self, home: &Home) -> Result<LocalStore, String> {
        let disk: Arc<dyn Disk> = match &home.folder {
            Some(folder) => Arc::new(FileDisk::open(folder.path()).map_err(|error| error.to_string())?),
            None => Arc::new(home.memory.clone()),
        };
        let mut options = options(Arc::clone(&disk));
        (options.threads, options.segment_bytes) = (self.threads, Some(20_000));
        let is_there = find(&*disk).map_err(|error| error.to_string())? != Found::Nothing;
        let store = if is_there { LocalStore::open(options) } else { LocalStore::create(options) };
        let store = store.map_err(|error| error.to_string())?;
        store.guard(&LogName::node(), &[]).map_err(|error| error.to_string())?;
        Ok(store)
    }

    fn crash(&self, home: &Home) -> bool {
        home.memory.crash(self.seed.fetch_add(1, Ordering::Relaxed));
        home.folder.is_none()
    }

    fn publish(&self, store: &LocalStore) -> Result<(), String> {
        store.publish().map_err(|error| error.to_string())
    }
}

fn holds(is_file: bool, threads: bool) {
    let promises = run(&Local::new(is_file, threads)).unwrap();
    println!("COUNT: promises of a store tried: {promises} (files: {is_file}, threads: {threads})");
}

#[test]
fn a_store_in_memory_keeps_every_promise() {
    holds(false, false);
}

#[test]
fn a_store_in_memory_with_threads_keeps_every_promise() {
    holds(false, true);
}

#[test]
fn a_store_on_files_keeps_every_promise() {
    holds(true, false);
}

#[test]
fn a_store_on_files_with_threads_keeps_every_promise() {
    holds(true, true);
}
