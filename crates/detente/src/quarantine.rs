//! Quarantine: what other servers gave, kept apart. It is never searched, never released, and not ours, until a person takes it.
//!
//! It has a folder and a lock of its own for each source and needs no store, so a pull goes on while a command has the node's
//! directory.

pub(crate) mod held;
pub(crate) mod line;
mod pinned;
pub(crate) mod pull;
pub(crate) mod source;
mod verdict;

pub(crate) use verdict::{Verdict, judge};

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::home::{self, Home};
use crate::outcome::{Done, Failure};

/// The folder in the node's directory.
const FOLDER: &str = "quarantine";

/// The file that is locked by whoever pulls, changes or removes a source.
const LOCK: &str = "lock";

/// The file with what the operator said of a source. A source is there if and only if this file is.
const SOURCE: &str = "source.json";

/// The file with the name and password, or the token, mode 0600.
const CREDENTIALS: &str = "credentials.json";

/// The file with what was pulled.
const HELD: &str = "held.sqlite";

/// Sources of one node. Each has a file and a turn of its own; nobody has named a hundred servers.
pub(crate) const MAX_SOURCES: usize = 100;

/// Characters of a source's name.
const MAX_NAME_CHARACTERS: usize = 40;

/// What the operator calls a source: a step of a path, and nothing else can be meant by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourceName(String);

impl FromStr for SourceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
        let is_name = !text.is_empty() && text.len() <= MAX_NAME_CHARACTERS && !text.starts_with('-');
        if is_name && text.bytes().all(is_plain) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!("a source's name has small letters, digits and hyphens, at most {MAX_NAME_CHARACTERS}"))
    }
}

impl std::fmt::Display for SourceName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// The quarantine of a node.
#[derive(Debug, Clone)]
pub(crate) struct Quarantine(PathBuf);

/// The folder of one source.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) name: SourceName,
    folder: PathBuf,
}

impl Quarantine {
    pub(crate) fn of(home: &Home) -> Self {
        Self(home.dir().join(FOLDER))
    }

    /// The sources, by name.
    pub(crate) fn cells(&self) -> Done<Vec<Cell>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot("read", &self.0, &error)),
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let mut cells: Vec<Cell> = names.map(|name| self.place(name)).filter(Cell::is_there).collect();
        cells.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(cells)
    }

    /// A source that must be there.
    pub(crate) fn cell(&self, name: &SourceName) -> Done<Cell> {
        let cell = self.place(name.clone());
        if cell.is_there() {
            return Ok(cell);
        }
        Err(Failure::input(format!("there is no source `{name}`"))
            .advise("see those that there are with: detente taxii list"))
    }

    /// The place of a source, there or not.
    pub(crate) fn place(&self, name: SourceName) -> Cell {
        Cell { folder: self.0.join(&name.0), name }
    }

    /// Makes the folder of a source, for its owner alone.
    pub(crate) fn make(&self, cell: &Cell) -> Done {
        make_private(&self.0)?;
        make_private(&cell.folder)
    }
}

impl Cell {
    pub(crate) fn is_there(&self) -> bool {
        self.source_path().is_file()
    }

    pub(crate) fn source_path(&self) -> PathBuf {
        self.folder.join(SOURCE)
    }

    pub(crate) fn credentials_path(&self) -> PathBuf {
        self.folder.join(CREDENTIALS)
    }

    pub(crate) fn held_path(&self) -> PathBuf {
        self.folder.join(HELD)
    }

    /// Holds the source until the file is dropped, against other processes that do the same.
    pub(crate) fn hold(&self) -> Done<File> {
        self.try_hold()?.ok_or_else(|| {
            Failure::environment(format!("the source `{}` is being pulled or changed by another process", self.name))
                .advise("wait until it has ended, and try again")
        })
    }

    /// The same; none if another process has it.
    pub(crate) fn try_hold(&self) -> Done<Option<File>> {
        let path = self.folder.join(LOCK);
        let file = private().truncate(false).open(&path).map_err(|error| cannot("hold", &path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(cannot("hold", &path, &error)),
        }
    }

    /// Removes the source with everything that was pulled and not taken. The name goes first: a crash leaves a folder that is no
    /// source, and the next `add` of that name begins with nothing of it.
    pub(crate) fn remove(&self) -> Done {
        fs::remove_file(self.source_path()).map_err(|error| cannot("remove", &self.source_path(), &error))?;
        fs::remove_dir_all(&self.folder).map_err(|error| cannot("remove", &self.folder, &error))
    }

    /// Removes what a killed removal left, so that a new source of this name begins with nothing.
    pub(crate) fn clear(&self) -> Done {
        let credentials = self.credentials_path();
        let journal = self.folder.join(format!("{HELD}-journal"));
        for path in [home::draft_path(&credentials), credentials, self.held_path(), journal] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(cannot("remove", &path, &error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

/// How a file is opened that its owner alone may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private(folder: &Path) -> Done {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(cannot("make", folder, &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::environment(format!("cannot {what} `{}`: {error}", path.display()));
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return failure.advise("make room on that disk; what lies there is whole");
    }
    failure
}
