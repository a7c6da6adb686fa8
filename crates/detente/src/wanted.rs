//! How a command and a running `detente serve` share one directory: the command says that it wants it, and the server lends
//! it as soon as nothing is under way.
//!
//! Saying so is holding a lock on the file `wanted`. Whichever process ends, the system lets go of its lock, so neither can
//! leave the other waiting for ever.

use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Name of the file.
const WANTED: &str = "wanted";

/// How long a command waits for the directory, in milliseconds: a server may be in the middle of a package.
pub(crate) const WAIT_MS: u64 = 15_000;

/// How often it looks, in milliseconds.
pub(crate) const LOOK_EVERY_MS: u64 = 10;

fn file(dir: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).write(true).truncate(false).open(dir.join(WANTED))
}

/// Says that the directory is wanted, for as long as the file is held. Others that want it too are waited for.
pub(crate) fn want(dir: &Path) -> Option<File> {
    want_within(dir, WAIT_MS)
}

thread_local! {
    /// What this thread has said already, for all that it is going to do: it must not wait for itself.
    static SAID: RefCell<Option<(PathBuf, File)>> = const { RefCell::new(None) };
}

/// That this thread wants a directory, for as long as this lives: what it opens there in between it opens without waiting again.
#[derive(Debug)]
pub(crate) struct Said;

/// Says that this thread wants a directory for several things in a row. None if others want it for too long.
pub(crate) fn say(dir: &Path, wait_ms: u64) -> Option<Said> {
    let file = want_within(dir, wait_ms)?;
    SAID.set(Some((dir.to_owned(), file)));
    Some(Said)
}

impl Drop for Said {
    fn drop(&mut self) {
        drop(SAID.take());
    }
}

fn said(dir: &Path) -> Option<File> {
    SAID.with_borrow(|said| {
        let (_, file) = said.as_ref().filter(|(known, _)| known == dir)?;
        file.try_clone().ok()
    })
}

fn want_within(dir: &Path, wait_ms: u64) -> Option<File> {
    if let Some(file) = said(dir) {
        return Some(file);
    }
    let file = file(dir).ok()?;
    let end = Instant::now().checked_add(Duration::from_millis(wait_ms))?;
    while Instant::now() < end {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS)),
            Err(TryLockError::Error(_)) => return None,
        }
    }
    None
}

/// Name of the file that a running node holds.
const SERVED: &str = "served";

/// Says that a node runs on this directory, for as long as the file is held. None if another one does.
pub(crate) fn serve(dir: &Path) -> Option<File> {
    let file = OpenOptions::new().create(true).write(true).truncate(false).open(dir.join(SERVED)).ok()?;
    file.try_lock().is_ok().then_some(file)
}

/// Whether a node runs on this directory, so that waiting for it makes sense.
pub(crate) fn is_served(dir: &Path) -> bool {
    let Ok(file) = File::open(dir.join(SERVED)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// What a server looks at.
#[derive(Debug, Clone)]
pub(crate) struct Wanted(PathBuf);

impl Wanted {
    pub(crate) fn of(dir: &Path) -> Self {
        Self(dir.to_owned())
    }

    /// Whether another process wants the directory.
    pub(crate) fn is_held(&self) -> bool {
        let Ok(file) = file(&self.0) else { return false };
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    }
}
