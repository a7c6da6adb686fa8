//! The disk of the operating system.

mod handles;
mod positional;

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::paths::{check, check_folder, failure, levels};
use super::{Disk, DiskError, DiskLock, Held, folder_of};
use handles::{Access, Handles};
use positional::OpenFile;

/// The file by which a process takes the directory.
const LOCK: &str = "lock";

/// Octets that are read of the lock file: more than any process number has digits.
const LOCK_BYTES: u64 = 32;

/// What says that a folder cannot be synced at all, and not that the disk failed.
const SYNC_REFUSED: [ErrorKind; 3] = [ErrorKind::PermissionDenied, ErrorKind::InvalidInput, ErrorKind::Unsupported];

/// What says that there is nothing under a path.
const ABSENT: [ErrorKind; 2] = [ErrorKind::NotFound, ErrorKind::NotADirectory];

/// A directory of the operating system. Files and folders are for the owner alone.
#[derive(Debug)]
pub struct FileDisk {
    dir: PathBuf,
    handles: Handles,
    /// Folders whose names this process has made durable: a log asks for the folder of each tile that it writes.
    durable: Mutex<BTreeSet<String>>,
}

impl FileDisk {
    /// The disk in a directory that exists.
    ///
    /// # Errors
    /// [`DiskError`]; [`ErrorKind::NotADirectory`] if it is something else.
    pub fn open(dir: &Path) -> Result<Self, DiskError> {
        let place = fs::canonicalize(dir).and_then(|place| is_folder(&place.metadata()?).map(|()| place));
        let dir = place.map_err(|error| DiskError::new("open", &dir.display().to_string(), &error))?;
        Ok(Self { dir, handles: Handles::default(), durable: Mutex::default() })
    }

    fn place(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }

    fn file(&self, operation: &'static str, path: &str, access: Access) -> Result<Arc<OpenFile>, DiskError> {
        check(operation, path)?;
        let file = self.handles.get(path, access, || open_file(&self.place(path), access));
        file.map_err(|error| DiskError::new(operation, path, &error))
    }

    fn make_level(&self, level: &str) -> io::Result<()> {
        let place = self.place(level);
        match make_private_folder(&place) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                is_folder(&place.metadata()?)?;
                if self.durable().contains(level) {
                    return Ok(());
                }
            }
            made => made?,
        }
        // One that was there may be of a process that died before this.
        sync_folder(&self.place(folder_of(level)))?;
        self.durable().insert(level.to_owned());
        Ok(())
    }

    fn durable(&self) -> MutexGuard<'_, BTreeSet<String>> {
        // Whoever panicked with it held left at worst a folder that is synced once more.
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what gives paths another meaning. Their open files are closed before, since some systems rename no open file, and
    /// after, since another thread may have opened them again.
    fn renaming(&self, paths: &[&str], change: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        paths.iter().for_each(|path| self.handles.forget(path));
        let done = change();
        paths.iter().for_each(|path| self.handles.forget(path));
        done
    }
}

impl Disk for FileDisk {
    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        check_folder("list", folder)?;
        let names = absent_as(Vec::new(), list_names(&self.place(folder)));
        names.map_err(|error| DiskError::new("list", folder, &error))
    }

    fn make_folder(&self, folder: &str) -> Result<(), DiskError> {
        check_folder("make", folder)?;
        let mut levels = levels(folder).into_iter();
        levels.try_for_each(|level| self.make_level(level).map_err(|error| DiskError::new("make", level, &error)))
    }

    fn length(&self, path: &str) -> Result<Option<u64>, DiskError> {
        check("look at", path)?;
        match self.place(path).metadata() {
            Err(error) if ABSENT.contains(&error.kind()) => Ok(None),
            Err(error) => Err(DiskError::new("look at", path, &error)),
            Ok(metadata) => Ok(metadata.is_file().then_some(metadata.len())),
        }
    }

    fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, DiskError> {
        let file = self.file("read", path, Access::Read)?;
        file.read(offset, length).map_err(|error| DiskError::new("read", path, &error))
    }

    fn create(&self, path: &str, octets: &[u8]) -> Result<(), DiskError> {
        check("create", path)?;
        let created = found(private_file().create_new(true).open(self.place(path)));
        let written = created.and_then(|mut file| file.write_all(octets).map(|()| OpenFile::new(file)));
        let kept = written.and_then(|file| self.handles.get(path, Access::Write, || Ok(file)));
        kept.map_err(|error| DiskError::new("create", path, &error))?;
        self.handles.mark(path, true);
        Ok(())
    }

    fn write(&self, path: &str, offset: u64, octets: &[u8]) -> Result<(), DiskError> {
        let file = self.file("write", path, Access::Write)?;
        self.handles.mark(path, true);
        file.write(offset, octets).map_err(|error| DiskError::new("write", path, &error))
    }

    fn truncate(&self, path: &str, length: u64) -> Result<(), DiskError> {
        let file = self.file("truncate", path, Access::Write)?;
        self.handles.mark(path, true);
        file.file().set_len(length).map_err(|error| DiskError::new("truncate", path, &error))
    }

    fn sync(&self, path: &str) -> Result<(), DiskError> {
        let file = self.file("sync", path, Access::Write)?;
        file.file().sync_data().map_err(|error| DiskError::new("sync", path, &error))?;
        self.handles.mark(path, false);
        Ok(())
    }

    fn sync_names(&self, folder: &str) -> Result<(), DiskError> {
        check_folder("sync", folder)?;
        let place = self.place(folder);
        let synced = found(place.metadata()).and_then(|found| is_folder(&found)).and_then(|()| sync_folder(&place));
        synced.map_err(|error| DiskError::new("sync", folder, &error))
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        check("rename", from)?;
        check("rename", to)?;
        let (old, new) = (self.place(from), self.place(to));
        let is_file = found(old.symlink_metadata()).and_then(|found| is_no_folder(&found));
        // Systems differ in what they say of a folder in the way.
        let is_free = || new.symlink_metadata().map_or(Ok(()), |found| is_no_folder(&found));
        let renamed =
            is_file.and_then(|()| is_free()).and_then(|()| self.renaming(&[from, to], || fs::rename(&old, &new)));
        found(renamed).map_err(|error| DiskError::new("rename", from, &error))
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        check("remove", path)?;
        let place = self.place(path);
        let removed = found(place.symlink_metadata())
            .and_then(|found| is_no_folder(&found))
            .and_then(|()| self.renaming(&[path], || fs::remove_file(&place)));
        absent_as((), removed).map_err(|error| DiskError::new("remove", path, &error))
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        check("remove", folder)?;
        let place = self.place(folder);
        // Whatever is made there again is not durable yet.
        self.durable().retain(|level| level != folder && !level.starts_with(&format!("{folder}/")));
        let removed = found(place.symlink_metadata())
            .and_then(|found| is_folder(&found))
            .and_then(|()| self.renaming(&[folder], || fs::remove_dir_all(&place)));
        absent_as((), removed).map_err(|error| DiskError::new("remove", folder, &error))
    }

    fn lock(&self) -> Result<DiskLock, DiskError> {
        let place = self.place(LOCK);
        let opened = private_file().create(true).truncate(false).open(place);
        let mut file = opened.map_err(|error| DiskError::new("lock", LOCK, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(&file)),
            Err(TryLockError::Error(error)) => return Err(DiskError::new("lock", LOCK, &error)),
        }
        // Whose it is only helps whoever is refused; a full disk must not keep a node from starting.
        let _told = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(DiskLock::new(Box::new(LockFile { file })))
    }

    fn views_path(&self) -> Option<PathBuf> {
        Some(self.dir.join("views").join("views.sqlite"))
    }
}

/// Dropping it gives the lock back.
#[derive(Debug)]
struct LockFile {
    file: File,
}

impl Held for LockFile {}

impl Drop for LockFile {
    // Closing alone would leave the lock to a child that was started this moment and has not begun its own program yet.
    fn drop(&mut self) {
        let _given_back = self.file.unlock();
    }
}

fn taken(mut file: &File) -> DiskError {
    let mut text = String::new();
    let read = (&mut file).take(LOCK_BYTES).read_to_string(&mut text);
    let holder = read.ok().and_then(|_| text.trim().parse::<u32>().ok());
    let problem =
        holder.map_or_else(|| "another process has it".to_owned(), |holder| format!("process {holder} has it"));
    failure("lock", LOCK, ErrorKind::WouldBlock, &problem)
}

fn open_file(place: &Path, access: Access) -> io::Result<OpenFile> {
    let file = OpenOptions::new().read(true).write(access == Access::Write).open(place);
    let file = found(file)?;
    is_no_folder(&file.metadata()?)?;
    Ok(OpenFile::new(file))
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private_folder(place: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(place)
}

fn list_names(place: &Path) -> io::Result<Vec<String>> {
    let names: io::Result<Vec<_>> = found(fs::read_dir(place))?.map(|entry| Ok(entry?.file_name())).collect();
    // A name that is no text is not ours, and no path of ours could say it.
    let mut names: Vec<String> = names?.into_iter().filter_map(|name| name.into_string().ok()).collect();
    names.sort_unstable();
    Ok(names)
}

/// Makes the disk keep the names in a folder.
fn sync_folder(place: &Path) -> io::Result<()> {
    match File::open(place).and_then(|folder| folder.sync_all()) {
        // A folder that may be written but not listed, or one on a network share, cannot be asked for this.
        Err(error) if SYNC_REFUSED.contains(&error.kind()) => Ok(()),
        done => done,
    }
}

/// What lies beneath a file is not there, like all that is not there.
fn found<T>(done: io::Result<T>) -> io::Result<T> {
    done.map_err(|error| if ABSENT.contains(&error.kind()) { ErrorKind::NotFound.into() } else { error })
}

fn absent_as<T>(nothing: T, done: io::Result<T>) -> io::Result<T> {
    done.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(nothing) } else { Err(error) })
}

fn is_folder(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_dir() { Ok(()) } else { Err(ErrorKind::NotADirectory.into()) }
}

fn is_no_folder(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { Ok(()) }
}
