//! The files of the log of requests: the one that is written, `access.log`, and older ones beside it.
//!
//! An older file is named by how many lines the log has up to its end, `access.log.00000000000012345`: so it follows from the names where
//! each begins, whatever crashed in between, and the chain of digests goes on over them. A new file begins with the first line of a
//! minute. Beyond [`Limits::files`] the oldest go, which is logged before.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use crate::home::{self, Home};
use crate::outcome::{Done, Failure};

/// Name of the file that is written.
pub(crate) const REQUESTS: &str = "access.log";

/// Name of a file that is to be the next.
const NEXT: &str = "access.log.new";

/// Digits of the number in the name of an older file: as many as any count has, so that names sort as numbers do.
const DIGITS: usize = 20;

/// How large a file grows, and how many older ones are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Octets after which a file is closed: some 300,000 requests, which any editor still opens.
    pub(crate) bytes: u64,
    /// Older files that are kept: with the one that is written some 2 GiB, or ten million requests.
    pub(crate) files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, files: 31 }
    }
}

/// The files of one node.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    dir: PathBuf,
}

/// An older file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Older {
    pub(crate) path: PathBuf,
    /// Lines of the log up to its end.
    pub(crate) end: u64,
}

impl Files {
    pub(crate) fn of(home: &Home) -> Self {
        Self { dir: home.dir().to_path_buf() }
    }

    /// The file that is written.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.join(REQUESTS)
    }

    /// The older files, the oldest first.
    pub(crate) fn older(&self) -> Done<Vec<Older>> {
        let cannot =
            |error: std::io::Error| Failure::environment(format!("cannot list `{}`: {error}", self.dir.display()));
        let mut older = Vec::new();
        for file in fs::read_dir(&self.dir).map_err(cannot)? {
            let path = file.map_err(cannot)?.path();
            older.extend(end_of(&path).map(|end| Older { path, end }));
        }
        older.sort_by_key(|one| one.end);
        Ok(older)
    }

    /// How many lines the older files, and those before them, have.
    pub(crate) fn begin(&self) -> Done<u64> {
        Ok(self.older()?.last().map_or(0, |last| last.end))
    }

    /// Makes good what a crash left, and opens the file. What a crash cut off is no line, and the next one must not be glued to it.
    pub(crate) fn open(&self) -> Done<File> {
        let path = self.path();
        let cannot =
            |error: std::io::Error| Failure::environment(format!("cannot write `{}`: {error}", path.display()));
        self.take_next().map_err(cannot)?;
        let file = create(&path).map_err(cannot)?;
        home::check_private(&path)?;
        file.set_len(whole_lines(&path).map_err(cannot)?).map_err(cannot)?;
        home::sync_directory(&path).map_err(cannot)?;
        Ok(file)
    }

    /// A next file that took nobody's place: the only one if the other has its new name already, and of no use otherwise.
    fn take_next(&self) -> std::io::Result<()> {
        let next = self.dir.join(NEXT);
        if !next.exists() {
            return Ok(());
        }
        if self.path().exists() { fs::remove_file(next) } else { fs::rename(next, self.path()) }
    }

    /// Closes the file, and begins another. A crash after any step leaves what [`Files::open`] makes good: the lines are where they
    /// were, under one name or the other.
    pub(crate) fn begin_another(&self, file: &File) -> Done<File> {
        let path = self.path();
        let cannot =
            |error: std::io::Error| Failure::environment(format!("cannot begin another `{}`: {error}", path.display()));
        // The digest of its last lines is logged from now on without another look at it.
        file.sync_data().map_err(cannot)?;
        let end = self.begin()?.saturating_add(count_lines(&path).map_err(cannot)?);
        let next = self.dir.join(NEXT);
        let another = create(&next).map_err(cannot)?;
        let older = self.dir.join(format!("{REQUESTS}.{end:0DIGITS$}"));
        if older.exists() {
            return Err(Failure::environment(format!("`{}` is there already", older.display()))
                .advise("nothing was moved; lines go on into the file of now"));
        }
        fs::rename(&path, &older).map_err(cannot)?;
        // Where the second name cannot be given the first is given back: whoever goes on writing must not write behind the end that
        // the name says.
        fs::rename(&next, &path).or_else(|error| fs::rename(&older, &path).and(Err(error))).map_err(cannot)?;
        // Before a line of it is covered by a digest it must be found under its name.
        home::sync_directory(&path).or_else(|error| fs::rename(&older, &path).and(Err(error))).map_err(cannot)?;
        Ok(another)
    }

    /// The lines behind the first so many, over all files.
    pub(crate) fn lines_behind(&self, first: u64) -> Done<Vec<String>> {
        let (mut lines, mut begin) = (Vec::new(), None);
        for older in self.older()? {
            let from = begin.map_or_else(|| older.begin(), Ok)?;
            begin = Some(older.end);
            if older.end > first {
                lines.extend(some_lines(&older.path, first.saturating_sub(from))?);
            }
        }
        let skipped = first.saturating_sub(begin.unwrap_or(0));
        if self.path().is_file() {
            lines.extend(some_lines(&self.path(), skipped)?);
        }
        Ok(lines)
    }
}

impl Older {
    /// Lines of the log before its first.
    pub(crate) fn begin(&self) -> Done<u64> {
        let count = count_lines(&self.path).map_err(|error| cannot_read(&self.path, &error))?;
        let wrong = || Failure::refused(format!("`{}` has more lines than its name says", self.path.display()));
        self.end.checked_sub(count).ok_or_else(wrong)
    }
}

/// The number in the name of an older file.
fn end_of(path: &Path) -> Option<u64> {
    let number = path.file_name()?.to_str()?.strip_prefix(REQUESTS)?.strip_prefix('.')?;
    let is_number = number.len() == DIGITS && number.bytes().all(|octet| octet.is_ascii_digit());
    is_number.then(|| number.parse().ok()).flatten()
}

fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    Failure::environment(format!("cannot read `{}`: {error}", path.display()))
}

/// The lines of a file behind the first so many.
fn some_lines(path: &Path, skipped: u64) -> Done<Vec<String>> {
    home::check_private(path)?;
    let cannot = |error| cannot_read(path, &error);
    let lines = BufReader::new(File::open(path).map_err(cannot)?).lines();
    lines.skip(usize::try_from(skipped).unwrap_or(usize::MAX)).collect::<Result<_, _>>().map_err(cannot)
}

fn count_lines(path: &Path) -> std::io::Result<u64> {
    let mut count = 0_u64;
    each_line(path, |_| count = count.saturating_add(1))?;
    Ok(count)
}

/// Octets up to the end of the last line.
fn whole_lines(path: &Path) -> std::io::Result<u64> {
    let mut whole = 0_u64;
    each_line(path, |line| whole = whole.saturating_add(line.len() as u64))?;
    Ok(whole)
}

/// Does something with each line that has an end.
fn each_line(path: &Path, mut with: impl FnMut(&[u8])) -> std::io::Result<()> {
    let (mut reader, mut line) = (BufReader::new(File::open(path)?), Vec::new());
    while reader.read_until(b'\n', &mut line)? > 0 {
        if line.last() == Some(&b'\n') {
            with(&line);
        }
        line.clear();
    }
    Ok(())
}

/// Whether a file is there no more, so that it need not be let go.
pub(crate) fn is_gone(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::NotFound
}

/// The lines of all files, one after the other, without holding more than one: a check of some 2 GiB takes no memory. What cannot be read
/// ends them, and is kept for whoever asks afterwards.
pub(crate) struct Lines {
    files: std::vec::IntoIter<PathBuf>,
    open: Option<BufReader<File>>,
    pub(crate) trouble: Option<Failure>,
}

impl Lines {
    pub(crate) fn of(files: &Files) -> Done<Self> {
        let mut paths: Vec<PathBuf> = files.older()?.into_iter().map(|older| older.path).collect();
        paths.extend(Some(files.path()).filter(|path| path.is_file()));
        Ok(Self { files: paths.into_iter(), open: None, trouble: None })
    }

    fn read(&mut self) -> Result<Option<String>, (PathBuf, std::io::Error)> {
        loop {
            if let Some(open) = &mut self.open {
                let mut line = Vec::new();
                let read = open.read_until(b'\n', &mut line).map_err(|error| (PathBuf::from(REQUESTS), error))?;
                if read > 0 {
                    let line = line.strip_suffix(b"\n").unwrap_or(&line);
                    return Ok(Some(String::from_utf8_lossy(line).into_owned()));
                }
            }
            let Some(path) = self.files.next() else { return Ok(None) };
            self.open = Some(BufReader::new(File::open(&path).map_err(|error| (path, error))?));
        }
    }
}

impl Iterator for Lines {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.trouble.is_some() {
            return None;
        }
        match self.read() {
            Ok(line) => line,
            Err((path, error)) => {
                self.trouble = Some(cannot_read(&path, &error));
                None
            }
        }
    }
}
