//! Files that stay open between calls.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::positional::OpenFile;

/// Files that stay open. A node reads a few segments and writes one segment, one key file and a tile at a time; an operating
/// system grants a process 256 open files at the least.
const MAX_OPEN_FILES: usize = 32;

/// What a file was opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Access {
    /// Reading alone, so that a disk that cannot be written can still be read.
    Read,
    /// Reading and writing.
    Write,
}

/// The open files, each under its path.
#[derive(Debug, Default)]
pub(super) struct Handles {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    open: BTreeMap<String, Handle>,
    /// Calls so far: what was used when.
    uses: u64,
    /// How often a path may have come to mean another file.
    renamings: u64,
}

#[derive(Debug)]
struct Handle {
    file: Arc<OpenFile>,
    access: Access,
    has_unsynced: bool,
    used: u64,
}

impl Handles {
    /// An open file for a path: the one that is open already, or what `open` answers.
    ///
    /// # Errors
    /// Of `open`.
    pub(super) fn get(
        &self,
        path: &str,
        access: Access,
        open: impl FnOnce() -> io::Result<OpenFile>,
    ) -> io::Result<Arc<OpenFile>> {
        let before = {
            let mut table = self.table();
            if let Some(file) = table.find(path, access) {
                return Ok(file);
            }
            table.renamings
        };
        let file = Arc::new(open()?);
        let mut table = self.table();
        // If names changed while it was opened, the path may lead to another file by now. This call came first and may have
        // the old one; later calls may not.
        if table.renamings == before {
            table.keep(path, access, &file);
        }
        Ok(file)
    }

    /// Notes that a file was written, or that all that was written is synced.
    pub(super) fn mark(&self, path: &str, has_unsynced: bool) {
        if let Some(handle) = self.table().open.get_mut(path) {
            handle.has_unsynced = has_unsynced;
        }
    }

    /// Forgets a path and all beneath it: it leads, or will lead, to another file or to none.
    pub(super) fn forget(&self, path: &str) {
        let mut table = self.table();
        table.renamings = table.renamings.wrapping_add(1);
        table
            .open
            .retain(|open, _| open.strip_prefix(path).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')));
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn find(&mut self, path: &str, access: Access) -> Option<Arc<OpenFile>> {
        self.uses = self.uses.wrapping_add(1);
        let handle = self.open.get_mut(path).filter(|handle| handle.access >= access)?;
        handle.used = self.uses;
        Some(Arc::clone(&handle.file))
    }

    fn keep(&mut self, path: &str, access: Access, file: &Arc<OpenFile>) {
        if self.open.len() >= MAX_OPEN_FILES && !self.open.contains_key(path) {
            self.close_one();
        }
        let handle = Handle { file: Arc::clone(file), access, has_unsynced: false, used: self.uses };
        self.open.insert(path.to_owned(), handle);
    }

    fn close_one(&mut self) {
        // The operating system reports a write that failed later to the file that was open then. So what is unsynced stays
        // open before all else.
        let next = self.open.iter().min_by_key(|(_, handle)| (handle.has_unsynced, handle.used));
        if let Some(path) = next.map(|(path, _)| path.clone()) {
            self.open.remove(&path);
        }
    }
}
