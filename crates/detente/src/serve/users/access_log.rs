//! The log of requests: files of lines, and each minute the digest of its lines in the log `access` of this node.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use access::{Entry, LineWriter, MinuteDigest};
use record::digest::PartyId;
use record::json::Json;
use storage::{LocalStore, Store as _};

use crate::accounts_file::{event_batch, let_go, logged_requests};
use crate::clock;
use crate::home::Home;
use crate::outcome::{Done, Failure};
use crate::requests::{Files, Limits, is_gone};

/// Digests that may wait for the directory, which commands borrow: a day of them. Beyond that the oldest is let go, and the log
/// shows a gap.
const MAX_WAITING: usize = 24 * 60;

pub(super) struct AccessLog {
    inner: Mutex<Inner>,
}

struct Inner {
    writer: LineWriter,
    files: Files,
    limits: Limits,
    file: File,
    /// Octets of the file.
    bytes: u64,
    /// Whether there may be more older files than are kept.
    has_more: bool,
    waiting: Vec<MinuteDigest>,
    trouble: Option<String>,
}

impl AccessLog {
    /// Goes on where it was: after the newest digest that was logged come the lines that a crash left.
    pub(super) fn open(home: &Home, store: &LocalStore) -> Done<Self> {
        Self::with(home, store, Limits::default())
    }

    fn with(home: &Home, store: &LocalStore, limits: Limits) -> Done<Self> {
        let (files, logged) = (Files::of(home), logged_requests(store)?);
        let file = files.open()?;
        let tail = files.lines_behind(logged.lines())?;
        let bytes = file.metadata().map_err(Failure::environment)?.len();
        let writer = LineWriter::resume(logged.digests.last(), tail, clock::now());
        let (waiting, trouble, has_more) = (Vec::new(), None, true);
        Ok(Self { inner: Mutex::new(Inner { writer, files, limits, file, bytes, has_more, waiting, trouble }) })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line. A disk that is full stops no request: it is told once, and the digests show what is missing.
    pub(super) fn write(&self, entry: &Entry<'_>) -> Option<String> {
        let mut inner = self.lock();
        let (line, closed) = inner.writer.write(entry);
        let begun = inner.keep(closed);
        let written = inner.append(&line);
        let problem =
            written.and(begun).err().map(|problem| format!("the log of requests cannot be written: {problem}"));
        let is_news = problem != inner.trouble;
        inner.trouble.clone_from(&problem);
        problem.filter(|_| is_news)
    }

    /// Logs the digests of minutes that have passed, and lets go of the oldest files.
    pub(super) fn log(&self, store: &LocalStore, party: PartyId) -> Done {
        let waiting = {
            let mut inner = self.lock();
            let closed = inner.writer.tick(clock::now());
            inner.keep(closed).map_err(Failure::environment)?;
            if inner.waiting.is_empty() {
                return Ok(());
            }
            // Before a digest is logged its lines are on the disk: after a crash it would cover what is not there.
            inner.file.sync_data().map_err(Failure::environment)?;
            std::mem::take(&mut inner.waiting)
        };
        for (done, digest) in waiting.iter().enumerate() {
            if !is_logged(store, party, &Json::from(digest.to_json()))? {
                let left = waiting.get(done..).unwrap_or_default().to_vec();
                self.lock().waiting.splice(0..0, left);
                return Err(Failure::environment("a digest of the log of requests could not be logged"));
            }
        }
        self.let_go(store, party)
    }

    /// Lets go of the oldest files, each after it is logged that it goes: so whoever checks the rest can tell it from one that somebody
    /// took away. A crash in between leaves a file that goes at the next turn.
    fn let_go(&self, store: &LocalStore, party: PartyId) -> Done {
        let (files, kept) = {
            let mut inner = self.lock();
            if !std::mem::take(&mut inner.has_more) {
                return Ok(());
            }
            (inner.files.clone(), inner.limits.files)
        };
        let older = files.older()?;
        for oldest in older.iter().take(older.len().saturating_sub(kept)) {
            if !is_logged(store, party, &let_go(oldest.end))? {
                self.lock().has_more = true;
                return Err(Failure::environment("that the oldest requests are let go could not be logged"));
            }
            match fs::remove_file(&oldest.path) {
                Err(error) if !is_gone(&error) => return Err(Failure::environment(error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// The open minute ends with the node.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        let closed = inner.writer.close();
        inner.waiting.extend(closed);
    }
}

fn is_logged(store: &LocalStore, party: PartyId, event: &Json) -> Done<bool> {
    let committed = store.commit(vec![event_batch(party, event)?]).pop();
    Ok(matches!(committed, Some(Ok(_))))
}

impl Inner {
    /// Keeps the digest of a minute that is over. With it a file may be over too: the next line is the first of a minute. One that
    /// cannot be followed by another goes on, and is tried again a minute later.
    fn keep(&mut self, closed: Option<MinuteDigest>) -> Result<(), String> {
        let Some(closed) = closed else { return Ok(()) };
        self.waiting.push(closed);
        let beyond = self.waiting.len().saturating_sub(MAX_WAITING);
        drop(self.waiting.drain(..beyond));
        if self.bytes >= self.limits.bytes { self.begin_another() } else { Ok(()) }
    }

    fn begin_another(&mut self) -> Result<(), String> {
        self.file = self.files.begin_another(&self.file).map_err(|failure| failure.message)?;
        (self.bytes, self.has_more) = (0, true);
        Ok(())
    }

    fn append(&mut self, line: &str) -> Result<(), String> {
        let line = format!("{line}\n");
        self.bytes = self.bytes.saturating_add(line.len() as u64);
        self.file.write_all(line.as_bytes()).map_err(|error| error.to_string())
    }
}
