//! A node's directory: what lies where, and how it is written so that a crash leaves all of it or none.

mod new_home;

pub(crate) use new_home::NewHome;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use record::entropy::{Entropy as _, SystemEntropy};
use record::key_history::KeyHistory;
use record::limits::MAX_RECORD_BYTES;

use storage::StoreError;
use storage::layout::{BODY_KEYS, LAYOUT_FILE, LOGS, SEGMENTS, VIEWS};

use crate::head_sources::HEAD_SOURCES;
use crate::keyring::{self, Known};
use crate::node;
use crate::outcome::{Done, Failure};

/// Name of the file that holds the private keys.
const KEYS: &str = "keys.json";
/// Name of the file in which the next private keys wait while keys change.
const NEXT_KEYS: &str = "keys.next.json";
/// Name of the file to hand to others: key records and profile.
const PROFILE: &str = "profile.json";

/// Everything that `detente init` makes, or may leave behind when it is killed.
const OURS: [&str; 9] = [KEYS, PROFILE, LAYOUT_FILE, "layout.new", SEGMENTS, BODY_KEYS, LOGS, VIEWS, "lock"];

/// A directory that `detente init` made.
#[derive(Debug, Clone)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// An existing node.
    pub(crate) fn open(dir: &Path) -> Done<Self> {
        let home = Self::at(dir)?;
        if home.profile_path().is_file() {
            return Ok(home);
        }
        Err(Failure::environment(format!("`{}` is not a node's directory", dir.display()))
            .advise(format!("make one with: detente init --dir {} --name en=NAME", dir.display())))
    }

    /// A directory that may lack files. One that a later build wrote is refused before anything of it is read or changed.
    pub(crate) fn at(dir: &Path) -> Done<Self> {
        let found = node::disk(dir).map(|disk| storage::layout::find(&disk));
        match found {
            Ok(Err(error @ StoreError::Refused { .. })) => Err(node::fail(error)),
            _ => Ok(Self(dir.to_owned())),
        }
    }

    /// Refuses a place that no new node can take: said before anybody is asked for a passphrase.
    pub(crate) fn check_free(dir: &Path) -> Done {
        let taken = |why: &str| {
            Err(Failure::environment(format!("`{}` {why}; nothing was changed", dir.display()))
                .advise("choose a directory that does not exist yet"))
        };
        if dir.join(PROFILE).exists() || dir.join(KEYS).exists() {
            return taken("holds a node already");
        }
        match fs::read_dir(dir).map(|mut entries| entries.next().is_some()) {
            Ok(true) => taken("is not empty"),
            Ok(false) if is_current(dir) => taken("is the directory that you are in, and would be replaced"),
            Ok(false) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotADirectory => taken("is a file"),
            Err(error) => taken(&format!("cannot be read ({error})")),
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.0
    }

    /// Who remembers this node's heads: set by its operator, so no view.
    pub(crate) fn head_sources_path(&self) -> PathBuf {
        self.0.join(HEAD_SOURCES)
    }

    pub(crate) fn keys_path(&self) -> PathBuf {
        self.0.join(KEYS)
    }

    pub(crate) fn next_keys_path(&self) -> PathBuf {
        self.0.join(NEXT_KEYS)
    }

    pub(crate) fn profile_path(&self) -> PathBuf {
        self.0.join(PROFILE)
    }

    /// The node's own keys and profile.
    pub(crate) fn known(&self) -> Done<Known> {
        keyring::read_profile(&self.profile_path())
    }

    /// The node's own key history.
    pub(crate) fn history(&self) -> Done<KeyHistory> {
        self.known().map(|known| known.history)
    }

    /// Holds the directory until the file is dropped, against other processes that do the same. The operating system
    /// lets go of it when a process ends, however it ends.
    pub(crate) fn hold(&self) -> Done<File> {
        let cannot = |error: &std::io::Error| {
            Failure::environment(format!("cannot hold `{}` while its keys change: {error}", self.0.display()))
        };
        let directory = File::open(&self.0).map_err(|error| cannot(&error))?;
        match directory.try_lock() {
            Ok(()) => Ok(directory),
            Err(TryLockError::WouldBlock) => {
                Err(Failure::environment(format!("another command is changing the keys of `{}`", self.0.display()))
                    .advise("wait until it has ended, and try again"))
            }
            Err(TryLockError::Error(error)) => Err(cannot(&error).advise("keep the node on a disk of this machine")),
        }
    }
}

fn is_current(dir: &Path) -> bool {
    let current = std::env::current_dir().and_then(fs::canonicalize);
    current.is_ok_and(|current| fs::canonicalize(dir).is_ok_and(|dir| dir == current))
}

/// A name that nothing has yet: not even what a killed process with the same number left behind.
pub(crate) fn random_name() -> Done<String> {
    let mut octets = [0; 8];
    SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
    Ok(format!("{:016x}", u64::from_be_bytes(octets)))
}

/// Refuses a file that exists: said before anything is signed.
pub(crate) fn check_absent(path: &Path) -> Done {
    let in_the_way = || cannot_write(path, &std::io::Error::from(ErrorKind::AlreadyExists));
    if path.symlink_metadata().is_ok() { Err(in_the_way()) } else { Ok(()) }
}

/// Who may read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever may read what its owner writes.
    All,
    /// The owner alone: a whole record holds the salts of everything that it may withhold later.
    Owner,
}

/// Writes a file that did not exist, and does not return before the disk has it. Whatever goes wrong on the way, a full
/// disk or a crash, no part of it bears its name: it is written under another one beside it.
pub(crate) fn write_whole(path: &Path, text: &str, readers: Readers) -> Done {
    write_whole_by(path, readers, |file| {
        let written = write_synced(&mut &*file, text);
        written.map_err(|error| cannot_write(path, &error))
    })
}

/// The same for octets that are no text.
pub(crate) fn write_octets(path: &Path, octets: &[u8], readers: Readers) -> Done {
    write_whole_by(path, readers, |mut file| {
        let written = file.write_all(octets).and_then(|()| file.sync_all());
        written.map_err(|error| cannot_write(path, &error))
    })
}

/// The same for a file that is written piece by piece.
pub(crate) fn write_whole_by(path: &Path, readers: Readers, fill: impl FnOnce(&File) -> Done) -> Done {
    check_absent(path)?;
    let draft = path.with_file_name(format!(".detente-{}", random_name()?));
    let cannot = |error: std::io::Error| cannot_write(path, &error);
    let file = create(&draft, readers).map_err(cannot)?;
    let written = fill(&file).and_then(|()| file.sync_all().and_then(|()| name_it(&draft, path)).map_err(cannot));
    // What is left of the draft is of no use to anybody; an error here would only hide the first one.
    let _left = fs::remove_file(&draft);
    written?;
    sync_directory(path).inspect_err(|_| drop(fs::remove_file(path))).map_err(cannot)
}

/// Puts a text in the place of what a file holds, so that at every moment it holds the one or the other, whole. Fails
/// before the renaming if the disk cannot take it, and then nothing has changed. The caller holds the directory: the
/// draft's name is always the same, so that a killed process leaves no more than one.
pub(crate) fn replace(path: &Path, text: &str, readers: Readers) -> Done {
    let draft = draft_path(path);
    let written = remove_if_there(&draft).and_then(|()| match readers {
        Readers::All => write_new(&draft, text),
        Readers::Owner => write_private(&draft, text),
    });
    let written = written.and_then(|()| fs::rename(&draft, path)).inspect_err(|_| drop(fs::remove_file(&draft)));
    written.and_then(|()| sync_directory(path)).map_err(|error| cannot_write(path, &error))
}

/// Where a file is written before it takes the place of another.
pub(crate) fn draft_path(path: &Path) -> PathBuf {
    path.with_added_extension("draft")
}

/// Gives a file the name of another, which goes.
pub(crate) fn take_the_place(new: &Path, old: &Path) -> Done {
    // What the disk was told before must not come after this.
    let renamed = sync_directory(new).and_then(|()| fs::rename(new, old)).and_then(|()| sync_directory(old));
    renamed.map_err(|error| cannot_write(old, &error))
}

/// Removes a file, if there is one.
pub(crate) fn remove(path: &Path) -> Done {
    let removed = remove_if_there(path).and_then(|()| sync_directory(path));
    removed.map_err(|error| Failure::environment(format!("cannot remove `{}`: {error}", path.display())))
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Gives a written file its name, and never takes the name from another one.
fn name_it(draft: &Path, path: &Path) -> std::io::Result<()> {
    match fs::hard_link(draft, path) {
        // File systems of memory sticks know no second names.
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            if path.symlink_metadata().is_ok() {
                return Err(std::io::Error::from(ErrorKind::AlreadyExists));
            }
            fs::rename(draft, path)
        }
        done => done,
    }
}

/// What to do about a file that cannot be written.
const WRITE_ADVICE: [(ErrorKind, &str); 7] = [
    (ErrorKind::AlreadyExists, "it was left as it is; choose a file that does not exist yet"),
    (ErrorKind::StorageFull, "make room on that disk; no part of the file was left there"),
    (ErrorKind::QuotaExceeded, "make room on that disk; no part of the file was left there"),
    (ErrorKind::NotFound, "make its directory first"),
    (ErrorKind::NotADirectory, "make its directory first"),
    (ErrorKind::PermissionDenied, "choose a directory that you may write to"),
    (ErrorKind::ReadOnlyFilesystem, "choose a directory that you may write to"),
];

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::environment(format!("cannot write `{}`: {error}", path.display()));
    match WRITE_ADVICE.iter().find(|(kind, _)| *kind == error.kind()) {
        Some((_, advice)) => failure.advise(*advice),
        None => failure,
    }
}

/// What says that a directory cannot be synced at all, and not that the disk failed.
const SYNC_REFUSED: [ErrorKind; 3] = [ErrorKind::PermissionDenied, ErrorKind::InvalidInput, ErrorKind::Unsupported];

/// Makes the disk keep a name: that of a file or directory, in the directory that holds it.
pub(crate) fn sync_directory(named: &Path) -> std::io::Result<()> {
    let holder = named.parent().filter(|holder| !holder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    match File::open(holder).and_then(|holder| holder.sync_all()) {
        // A directory that may be written but not listed, or one on a network share, cannot be asked for this.
        Err(error) if SYNC_REFUSED.contains(&error.kind()) => Ok(()),
        done => done,
    }
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    write_synced(&mut &create(path, Readers::All)?, text)
}

fn write_synced(file: &mut &File, text: &str) -> std::io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// As [`write_new`], readable by the owner alone from its first moment.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    write_synced(&mut &create(path, Readers::Owner)?, text)
}

pub(crate) fn create(path: &Path, readers: Readers) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(path)
}

/// Refuses private keys that others can read.
pub(crate) fn check_private(path: &Path) -> Done {
    #[cfg(unix)]
    {
        let mode = fs::metadata(path).map(|data| std::os::unix::fs::PermissionsExt::mode(&data.permissions()));
        if mode.is_ok_and(|mode| mode & 0o077 != 0) {
            return Err(Failure::environment(format!("others can read the private keys in `{}`", path.display()))
                .advise(format!("chmod 600 {}", path.display())));
        }
    }
    Ok(())
}

/// Reads a file, or standard input for `-`, and stops at the limit: a file of a gibibyte costs no gibibyte of memory.
pub(crate) fn read_input(path: &Path) -> Done<Vec<u8>> {
    let cannot = |error: std::io::Error| Failure::input(format!("cannot read `{}`: {error}", path.display()));
    let limit = u64::try_from(MAX_RECORD_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    if path.as_os_str() == "-" {
        crate::operations::asked::refuse("standard input")?;
        std::io::stdin().lock().take(limit).read_to_end(&mut octets).map_err(cannot)?;
    } else {
        File::open(path).map_err(cannot)?.take(limit).read_to_end(&mut octets).map_err(cannot)?;
    }
    Ok(octets)
}
