//! The only way in which the store touches a disk, so that every fault of a disk can be played against it.
//!
//! Paths are relative to the node's directory, with `/` between their parts. What a call has written may be lost by a crash
//! until [`Disk::sync`] has returned for the file, and the file's name until [`Disk::sync_names`] has returned for its
//! folder.

pub mod files;
pub mod memory;
mod paths;

use std::fmt;
use std::io::ErrorKind;

/// A directory on a disk. All of it may be called from several threads.
pub trait Disk: Send + Sync + fmt::Debug {
    /// The names of files and folders in a folder, sorted; none if there is no such folder. `""` is the directory itself.
    ///
    /// # Errors
    /// [`DiskError`].
    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError>;

    /// Makes a folder with all that lead to it. One that is there already is no error. Its name is durable on return.
    ///
    /// # Errors
    /// [`DiskError`].
    fn make_folder(&self, folder: &str) -> Result<(), DiskError>;

    /// Octets of a file; none if there is no such file.
    ///
    /// # Errors
    /// [`DiskError`].
    fn length(&self, path: &str) -> Result<Option<u64>, DiskError>;

    /// Octets from an offset: fewer than asked for only where the file ends.
    ///
    /// # Errors
    /// [`DiskError`]; a file that is not there is [`ErrorKind::NotFound`].
    fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, DiskError>;

    /// Makes a file with these octets, readable by the owner alone. Neither is durable yet.
    ///
    /// # Errors
    /// [`DiskError`]; one that is there already is [`ErrorKind::AlreadyExists`] and stays as it is.
    fn create(&self, path: &str, octets: &[u8]) -> Result<(), DiskError>;

    /// Writes octets into a file that exists; beyond its end it grows. Not durable yet.
    ///
    /// # Errors
    /// [`DiskError`]: then any part of the octets may have been written.
    fn write(&self, path: &str, offset: u64, octets: &[u8]) -> Result<(), DiskError>;

    /// Cuts a file to a length. Not durable yet.
    ///
    /// # Errors
    /// [`DiskError`].
    fn truncate(&self, path: &str, length: u64) -> Result<(), DiskError>;

    /// Makes the octets and the length of a file durable.
    ///
    /// # Errors
    /// [`DiskError`]: then any part of what was written since the last sync may be lost by a crash, even if it can be read
    /// back until then, and even if a further sync succeeds. Only writing it again helps.
    fn sync(&self, path: &str) -> Result<(), DiskError>;

    /// Makes the names in a folder durable: files made, renamed and removed.
    ///
    /// # Errors
    /// [`DiskError`].
    fn sync_names(&self, folder: &str) -> Result<(), DiskError>;

    /// Gives a file another name, in place of a file that had it: whoever looks sees the one or the other.
    ///
    /// # Errors
    /// [`DiskError`].
    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError>;

    /// Takes a file away. One that is not there is no error.
    ///
    /// # Errors
    /// [`DiskError`].
    fn remove(&self, path: &str) -> Result<(), DiskError>;

    /// Takes a folder away with all that is in it. One that is not there is no error.
    ///
    /// # Errors
    /// [`DiskError`].
    fn remove_folder(&self, folder: &str) -> Result<(), DiskError>;

    /// Takes the directory for this process alone, until the lock is dropped or the process ends, however it ends.
    ///
    /// # Errors
    /// [`ErrorKind::WouldBlock`] if another process, or another part of this one, has it.
    fn lock(&self) -> Result<DiskLock, DiskError>;

    /// Where the database of views may lie as a file of the operating system; none if views must stay in memory.
    fn views_path(&self) -> Option<std::path::PathBuf>;
}

/// A directory that was taken with [`Disk::lock`]: given back when this is dropped.
#[derive(Debug)]
pub struct DiskLock(#[expect(dead_code, reason = "held for its drop")] Box<dyn Held>);

/// Whatever a disk holds while its directory is taken.
pub trait Held: Send + Sync + fmt::Debug {}

impl DiskLock {
    /// A lock that lasts as long as what is given.
    #[must_use]
    pub fn new(held: Box<dyn Held>) -> Self {
        Self(held)
    }
}

/// A disk did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot {operation} `{path}`: {problem}")]
#[non_exhaustive]
pub struct DiskError {
    /// What was asked, as a verb.
    pub operation: &'static str,
    /// The path.
    pub path: String,
    /// What kind of failure it was.
    pub kind: ErrorKind,
    /// What the operating system said.
    pub problem: String,
}

impl DiskError {
    /// From what the operating system said.
    #[must_use]
    pub fn new(operation: &'static str, path: &str, error: &std::io::Error) -> Self {
        Self { operation, path: path.to_owned(), kind: error.kind(), problem: error.to_string() }
    }

    /// Whether there is no such file.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.kind == ErrorKind::NotFound
    }

    /// Whether the disk is full, or this user's part of it.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self.kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    }
}

/// Puts a whole file in the place of another or of none, so that a crash leaves the one or the other: written beside it,
/// synced, renamed, and the name synced.
///
/// # Errors
/// [`DiskError`].
pub fn replace(disk: &dyn Disk, path: &str, octets: &[u8]) -> Result<(), DiskError> {
    let draft = format!("{path}.new");
    disk.remove(&draft)?;
    disk.create(&draft, octets)?;
    disk.sync(&draft)?;
    disk.rename(&draft, path)?;
    disk.sync_names(folder_of(path))
}

/// The folder in which a path lies.
#[must_use]
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// All of a file, up to a limit.
///
/// # Errors
/// [`DiskError`]; a longer file is [`ErrorKind::FileTooLarge`].
pub fn read_whole(disk: &dyn Disk, path: &str, limit: usize) -> Result<Vec<u8>, DiskError> {
    let octets = disk.read(path, 0, limit.saturating_add(1))?;
    if octets.len() > limit {
        return Err(DiskError::new("read", path, &std::io::Error::from(ErrorKind::FileTooLarge)));
    }
    Ok(octets)
}
