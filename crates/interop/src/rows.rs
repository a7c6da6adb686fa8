//! A file as rows, each by itself: one that is broken takes none of the others with it.

mod csv;
mod json;
mod yaml;

use record::json::Map;

pub(crate) use json::{object, outer_members};

use crate::error::{At, FileError, RowError};

/// Octets of one file. A hundred thousand full reports have half of it, and it is held in memory once.
pub const MAX_FILE_BYTES: usize = 256 * 1024 * 1024;

/// Octets of one field: no report is as long, and what is longer would not fit into a record beside other fields.
pub const MAX_FIELD_BYTES: usize = incident::csv::MAX_FIELD_BYTES;

/// Octets of one row as it stands in the file.
pub const MAX_ROW_BYTES: usize = 16 * 1024 * 1024;

/// The column, or member, in which a rejected row says why it was rejected. Readers pass it over.
pub const REASON: &str = "detente_reason";

/// The column, or member, that holds a row which could not be taken apart. Readers pass it over.
pub const RAW: &str = "detente_raw";

/// The form of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values (RFC 4180), names first.
    Csv,
    /// One JSON object on each line.
    JsonLines,
    /// A JSON array of objects, at the top or in the member of this name.
    Json {
        /// The member; none if the array is the whole file.
        member: Option<String>,
    },
    /// One JSON object, an array of them, or an object that has either in its member `response`, as MISP answers.
    Response,
    /// YAML with a list of mappings under a name.
    Yaml {
        /// The name.
        key: &'static str,
    },
}

/// A row as it stands in the file.
#[derive(Debug)]
#[non_exhaustive]
pub struct RawRow<'f> {
    /// Where it begins.
    pub at: At,
    /// Its octets; empty in YAML, which cannot be cut into rows.
    pub octets: &'f [u8],
    /// Its fields by their names, or why it could not be taken apart.
    pub cells: Result<Map, RowError>,
}

/// A file, row by row.
#[derive(Debug)]
enum Kind<'f> {
    Csv(csv::CsvRows<'f>),
    Lines(json::JsonLines<'f>),
    Array(json::JsonArray<'f>),
    Yaml(yaml::YamlRows),
}

/// A file, row by row.
#[derive(Debug)]
pub struct Rows<'f> {
    kind: Kind<'f>,
}

impl<'f> Rows<'f> {
    /// Begins to read.
    ///
    /// # Errors
    /// [`FileError`] if the file as a whole is not of the form.
    pub fn new(format: &Format, octets: &'f [u8]) -> Result<Self, FileError> {
        if octets.len() > MAX_FILE_BYTES {
            return Err(FileError::new(format!("has more than {MAX_FILE_BYTES} octets; cut it into several")));
        }
        let octets = without_mark(octets)?;
        let kind = match format {
            Format::Csv => Kind::Csv(csv::CsvRows::new(octets)?),
            Format::JsonLines => Kind::Lines(json::JsonLines::new(octets)),
            Format::Json { member } => Kind::Array(json::JsonArray::new(octets, member.as_deref())?),
            Format::Response => Kind::Array(json::JsonArray::of_response(octets)?),
            Format::Yaml { key } => Kind::Yaml(yaml::YamlRows::new(octets, key)?),
        };
        Ok(Self { kind })
    }

    /// The next row, or why nothing more can be read.
    pub fn next_row(&mut self) -> Option<Result<RawRow<'f>, FileError>> {
        match &mut self.kind {
            Kind::Csv(rows) => rows.next_row(),
            Kind::Lines(rows) => rows.next_row().map(Ok),
            Kind::Array(rows) => rows.next_row(),
            Kind::Yaml(rows) => rows.next_row().map(Ok),
        }
    }

    /// The names of the columns, where the format has columns.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match &self.kind {
            Kind::Csv(rows) => rows.names(),
            Kind::Lines(_) | Kind::Array(_) | Kind::Yaml(_) => &[],
        }
    }

    /// The column of a name, counted from 1, where the format has columns.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.names().iter().position(|known| known == name).map(|before| before.saturating_add(1))
    }
}

/// Without the mark that some programs put before UTF-8. Another encoding that announces itself is named.
fn without_mark(octets: &[u8]) -> Result<&[u8], FileError> {
    if octets.starts_with(&[0xff, 0xfe]) || octets.starts_with(&[0xfe, 0xff]) {
        return Err(FileError::at(1, 1, "the file is UTF-16; save it as UTF-8"));
    }
    Ok(octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets))
}

fn refused(at: At, column: Option<usize>, field: &str, reason: impl Into<String>) -> RowError {
    RowError { at, column, field: field.to_owned(), reason: reason.into() }
}

/// Line breaks in octets.
fn breaks(octets: &[u8]) -> usize {
    octets.iter().filter(|octet| **octet == b'\n').count()
}
