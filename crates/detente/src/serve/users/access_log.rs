//! The log of requests: a file of lines, and each minute the digest of its lines in the log `access` of this node.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use access::{Entry, LineWriter, MinuteDigest};
use record::digest::PartyId;
use record::json::Json;
use storage::{LocalStore, Store as _};

use crate::accounts_file::{REQUESTS, digests_of_requests, event_batch};
use crate::clock;
use crate::home::Home;
use crate::outcome::{Done, Failure};

/// Digests that may wait for the directory, which commands borrow: a day of them. Beyond that the oldest is let go, and the log
/// shows a gap.
const MAX_WAITING: usize = 24 * 60;

pub(super) struct AccessLog {
    inner: Mutex<Inner>,
}

struct Inner {
    writer: LineWriter,
    file: File,
    waiting: Vec<MinuteDigest>,
    trouble: Option<String>,
}

impl AccessLog {
    /// Goes on where it was: after the newest digest that was logged come the lines that a crash left.
    pub(super) fn open(home: &Home, store: &LocalStore) -> Done<Self> {
        let path = home.dir().join(REQUESTS);
        let digests = digests_of_requests(store)?;
        let tail = tail(&path, digests.iter().map(|digest| digest.lines).sum())?;
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let cannot = |error| Failure::environment(format!("cannot write `{}`: {error}", path.display()));
        let file = options.open(&path).map_err(cannot)?;
        let writer = LineWriter::resume(digests.last(), tail, clock::now());
        Ok(Self { inner: Mutex::new(Inner { writer, file, waiting: Vec::new(), trouble: None }) })
    }

    /// Writes a line. A disk that is full stops no request: it is told once, and the digests show what is missing.
    pub(super) fn write(&self, entry: &Entry<'_>) -> Option<String> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (line, closed) = inner.writer.write(entry);
        inner.keep(closed);
        let written = inner.file.write_all(format!("{line}\n").as_bytes());
        let problem = written.err().map(|error| format!("the log of requests cannot be written: {error}"));
        let is_news = problem != inner.trouble;
        inner.trouble.clone_from(&problem);
        problem.filter(|_| is_news)
    }

    /// Logs the digests of minutes that have passed.
    pub(super) fn log(&self, store: &LocalStore, party: PartyId) -> Done {
        let waiting = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            let closed = inner.writer.tick(clock::now());
            inner.keep(closed);
            if inner.waiting.is_empty() {
                return Ok(());
            }
            // Before a digest is logged its lines are on the disk: after a crash it would cover what is not there.
            inner.file.sync_data().map_err(Failure::environment)?;
            std::mem::take(&mut inner.waiting)
        };
        for (done, digest) in waiting.iter().enumerate() {
            let batch = event_batch(party, &Json::from(digest.to_json()))?;
            let committed = store.commit(vec![batch]).pop();
            if !matches!(committed, Some(Ok(_))) {
                let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
                let left = waiting.get(done..).unwrap_or_default().to_vec();
                inner.waiting.splice(0..0, left);
                return Err(Failure::environment("a digest of the log of requests could not be logged"));
            }
        }
        Ok(())
    }

    /// The open minute ends with the node.
    pub(super) fn close(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = inner.writer.close();
        inner.keep(closed);
    }
}

impl Inner {
    fn keep(&mut self, closed: Option<MinuteDigest>) {
        self.waiting.extend(closed);
        let beyond = self.waiting.len().saturating_sub(MAX_WAITING);
        drop(self.waiting.drain(..beyond));
    }
}

/// The lines after those that are covered. The last one may have been cut off by a crash, and is not there then.
fn tail(path: &PathBuf, covered: u64) -> Done<Vec<String>> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    crate::home::check_private(path)?;
    let cannot = |error| Failure::environment(format!("cannot read `{}`: {error}", path.display()));
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(cannot)?;
    let whole = whole_lines(&file).map_err(cannot)?;
    // What a crash cut off is no line, and the next one must not be glued to it.
    file.set_len(whole).map_err(cannot)?;
    let _start = file.seek(SeekFrom::Start(0)).map_err(cannot)?;
    let skipped = usize::try_from(covered).unwrap_or(usize::MAX);
    BufReader::new(file).lines().skip(skipped).collect::<Result<_, _>>().map_err(cannot)
}

/// Octets up to the end of the last line.
fn whole_lines(file: &File) -> std::io::Result<u64> {
    let (mut reader, mut at, mut whole) = (BufReader::new(file), 0_u64, 0_u64);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        at = at.saturating_add(line.len() as u64);
        if line.last() == Some(&b'\n') {
            whole = at;
        }
        line.clear();
    }
    Ok(whole)
}
