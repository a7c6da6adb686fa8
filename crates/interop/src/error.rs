//! Where a file is wrong, and what to do about it.

use std::fmt;

/// A place in a file, counted from 1 as people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct At {
    /// The row: of a table, its names are row 1. Elsewhere the record's number.
    pub row: usize,
    /// The line of the file on which the row begins.
    pub line: usize,
}

impl At {
    /// A place.
    #[must_use]
    pub const fn new(row: usize, line: usize) -> Self {
        Self { row, line }
    }
}

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.row == self.line {
            write!(out, "row {}", self.row)
        } else {
            write!(out, "row {} (line {})", self.row, self.line)
        }
    }
}

/// A field of a row does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The field, by its name in the source.
    pub field: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl FieldError {
    /// Says what is wrong with a field.
    #[must_use]
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}{}{}: {reason}", column.map(|column| format!(", column {column}")).unwrap_or_default(), named(field))]
#[non_exhaustive]
pub struct RowError {
    /// Where the row begins.
    pub at: At,
    /// The column, counted from 1, where the format has columns.
    pub column: Option<usize>,
    /// The field, by its name in the source; empty if the row could not be taken apart.
    pub field: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

fn named(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!(", `{}`", field.escape_debug()) }
}

/// A file of which nothing more can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}{reason}")]
#[non_exhaustive]
pub struct FileError {
    /// Where, with a colon after it, or empty.
    place: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl FileError {
    /// Something about a file as a whole.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { place: String::new(), reason: reason.into() }
    }

    /// Something at a line and column.
    #[must_use]
    pub fn at(line: usize, column: usize, reason: impl Into<String>) -> Self {
        Self { place: format!("line {line}, column {column}: "), reason: reason.into() }
    }
}

/// Characters of foreign text that an error or an example quotes: enough to find it by.
const EXCERPT_CHARACTERS: usize = 80;

/// The beginning of a foreign text, on one line, with a sign that it goes on.
pub(crate) fn excerpt(text: &str) -> String {
    let one_line = |text: &str| text.replace(['\n', '\r', '\t'], " ");
    match text.char_indices().nth(EXCERPT_CHARACTERS) {
        Some((end, _)) => format!("{}…", one_line(text.get(..end).unwrap_or_default())),
        None => one_line(text),
    }
}
