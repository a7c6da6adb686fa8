//! What is wrong with a file, where it stands, and what to do.

use std::cell::RefCell;
use std::fmt;

use crate::limits::MAX_FAULTS;
use crate::lines::Lines;

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The place in the file: `duties/0/trigger`. Empty for the file as a whole.
    pub path: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl Fault {
    /// A fault of a file as a whole.
    #[must_use]
    pub fn whole(reason: impl Into<String>) -> Self {
        Self { line: 1, path: String::new(), reason: reason.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}", self.line)?;
        if !self.path.is_empty() {
            write!(out, ", at {}", self.path)?;
        }
        write!(out, ": {}", self.reason)
    }
}

/// The faults of one file as they are found, with the lines of its places.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    lines: Lines,
    found: RefCell<Vec<Fault>>,
}

impl Faults {
    pub(crate) const fn new(lines: Lines) -> Self {
        Self { lines, found: RefCell::new(Vec::new()) }
    }

    /// Adds one. Beyond the limit nothing is added: the file is refused already.
    pub(crate) fn add(&self, path: &str, reason: impl Into<String>) {
        let mut found = self.found.borrow_mut();
        if found.len() < MAX_FAULTS {
            found.push(Fault { line: self.lines.of(path), path: path.to_owned(), reason: reason.into() });
        }
    }

    /// All of them in the order of the file, and the lines for those that are found later.
    pub(crate) fn finish(self) -> (Lines, Vec<Fault>) {
        let mut found = self.found.into_inner();
        found.sort();
        found.dedup();
        (self.lines, found)
    }
}
