//! Comma-separated values, one row at a time.
//!
//! After a row whose quotation marks are broken, reading goes on at the line after that row's first: a mark that was
//! forgotten would otherwise swallow the rows up to the next one.

use std::ops::Range;

use incident::csv::{CsvFault, MAX_COLUMNS};
use record::json::{Json, Map};

use super::{MAX_FIELD_BYTES, MAX_ROW_BYTES, RAW, REASON, RawRow, breaks, refused};
use crate::error::{At, FileError, RowError};

/// Octets that may be read in vain, looking for the end of quotations that are never closed: seconds of work.
const MAX_IN_VAIN_BYTES: usize = 1024 * 1024 * 1024;

/// A table, row by row.
#[derive(Debug)]
pub(super) struct CsvRows<'f> {
    octets: &'f [u8],
    /// Where the next row begins.
    next: usize,
    at: At,
    names: Vec<String>,
    in_vain: usize,
}

/// One row's fields, and where the next row begins.
struct Scanned {
    fields: Vec<Cell>,
    end: usize,
    /// The column, from 1, and what is wrong there.
    fault: Option<(usize, CsvFault)>,
}

/// A field by its octets, and whether doubled quotation marks stand in it.
struct Cell {
    octets: Range<usize>,
    has_doubled: bool,
}

impl<'f> CsvRows<'f> {
    pub(super) fn new(octets: &'f [u8]) -> Result<Self, FileError> {
        let mut rows = Self { octets, next: 0, at: At::new(1, 1), names: Vec::new(), in_vain: 0 };
        if octets.is_empty() {
            return Err(FileError::at(1, 1, CsvFault::Empty.to_string()));
        }
        let (at, scanned) = (rows.at, scan(octets, 0));
        rows.advance(0, scanned.end);
        let read = rows.take_apart(at, &scanned);
        rows.names = read.map_err(|error| FileError::at(1, error.column.unwrap_or(1), error.reason))?;
        let repeated = rows
            .names
            .iter()
            .enumerate()
            .find(|(before, name)| rows.names.iter().take(*before).any(|other| other == *name));
        match repeated {
            Some((before, name)) => {
                Err(FileError::at(1, before.saturating_add(1), CsvFault::Name(name.clone()).to_string()))
            }
            None => Ok(rows),
        }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn next_row(&mut self) -> Option<Result<RawRow<'f>, FileError>> {
        self.skip_blank();
        if self.next >= self.octets.len() {
            return None;
        }
        let (begin, at) = (self.next, self.at);
        let scanned = scan(self.octets, begin);
        if scanned.fault.is_some() {
            // What was looked through is looked through again, from the next line on.
            let looked = scanned.end.saturating_sub(begin);
            self.in_vain = self.in_vain.saturating_add(looked);
            if self.in_vain > MAX_IN_VAIN_BYTES {
                return Some(Err(FileError::at(
                    at.line,
                    1,
                    "too many quotation marks are never closed; mend the file first",
                )));
            }
        }
        let end = if scanned.fault.is_some() { end_of_line(self.octets, begin) } else { scanned.end };
        let cells = self.take_apart(at, &scanned).and_then(|fields| self.named(at, fields));
        self.advance(begin, end);
        let octets = self.octets.get(begin..end).unwrap_or_default();
        Some(Ok(RawRow { at, octets, cells }))
    }

    /// Empty lines between rows hold no row.
    fn skip_blank(&mut self) {
        while self.names.len() > 1 {
            let left = self.octets.get(self.next..).unwrap_or_default();
            let length = if left.starts_with(b"\r\n") {
                2
            } else if left.starts_with(b"\n") {
                1
            } else {
                return;
            };
            self.next = self.next.saturating_add(length);
            self.at.line = self.at.line.saturating_add(1);
        }
    }

    fn advance(&mut self, begin: usize, end: usize) {
        let lines = breaks(self.octets.get(begin..end).unwrap_or_default());
        self.next = end;
        self.at = At::new(self.at.row.saturating_add(1), self.at.line.saturating_add(lines));
    }

    /// The texts of a row.
    fn take_apart(&self, at: At, scanned: &Scanned) -> Result<Vec<String>, RowError> {
        let wrong = |column: usize, fault: &CsvFault| {
            let field = self.names.get(column.saturating_sub(1)).map_or("", String::as_str);
            refused(at, Some(column), field, fault.to_string())
        };
        if let Some((column, fault)) = &scanned.fault {
            return Err(wrong(*column, fault));
        }
        let expected = self.names.len();
        if expected > 0 && scanned.fields.len() != expected {
            let column = scanned.fields.len().min(expected);
            return Err(wrong(column, &CsvFault::Width(scanned.fields.len(), expected)));
        }
        let cells = scanned.fields.iter().enumerate();
        cells.map(|(before, cell)| self.text(cell).map_err(|fault| wrong(before.saturating_add(1), &fault))).collect()
    }

    fn text(&self, cell: &Cell) -> Result<String, CsvFault> {
        if cell.octets.len() > MAX_FIELD_BYTES {
            return Err(CsvFault::Field);
        }
        let octets = self.octets.get(cell.octets.clone()).unwrap_or_default();
        let text = std::str::from_utf8(octets).map_err(|_| CsvFault::Encoding)?;
        Ok(if cell.has_doubled { text.replace("\"\"", "\"") } else { text.to_owned() })
    }

    /// The fields by their columns. What only says why the row was rejected before is left out.
    fn named(&self, at: At, fields: Vec<String>) -> Result<Map, RowError> {
        let is_raw = |(name, field): (&String, &String)| name == RAW && !field.is_empty();
        let is_untouched = self.names.iter().zip(&fields).any(is_raw);
        let named = self.names.iter().zip(fields).filter(|(name, _)| *name != REASON && *name != RAW);
        let cells: Map = named.map(|(name, field)| (name.clone(), Json::String(field))).collect();
        let is_empty = cells.iter().all(|(_, value)| value.as_str().is_some_and(str::is_empty));
        if is_untouched && is_empty {
            return Err(refused(
                at,
                self.column_of_raw(),
                RAW,
                "the row was not mended yet; fill its columns from this one",
            ));
        }
        Ok(cells)
    }

    fn column_of_raw(&self) -> Option<usize> {
        self.names.iter().position(|name| name == RAW).map(|before| before.saturating_add(1))
    }
}

fn end_of_line(octets: &[u8], begin: usize) -> usize {
    let left = octets.get(begin..).unwrap_or_default();
    left.iter()
        .position(|octet| *octet == b'\n')
        .map_or(octets.len(), |length| begin.saturating_add(length).saturating_add(1))
}

fn scan(octets: &[u8], begin: usize) -> Scanned {
    let (mut fields, mut next) = (Vec::new(), begin);
    let limit = octets.len().min(begin.saturating_add(MAX_ROW_BYTES));
    loop {
        let column = fields.len().saturating_add(1);
        let (cell, end) = match field(octets, next, limit) {
            Ok(found) => found,
            Err((end, fault)) => return Scanned { fields, end, fault: Some((column, fault)) },
        };
        fields.push(cell);
        match octets.get(end) {
            Some(b',') if fields.len() >= MAX_COLUMNS => {
                let fault = CsvFault::Width(MAX_COLUMNS.saturating_add(1), MAX_COLUMNS);
                return Scanned { fields, end, fault: Some((column, fault)) };
            }
            Some(b',') => next = end.saturating_add(1),
            Some(b'\r') => return Scanned { fields, end: end.saturating_add(2).min(octets.len()), fault: None },
            Some(_) => return Scanned { fields, end: end.saturating_add(1), fault: None },
            None => return Scanned { fields, end, fault: None },
        }
    }
}

/// One field, and where what ends it stands. On a fault, how far was looked.
fn field(octets: &[u8], begin: usize, limit: usize) -> Result<(Cell, usize), (usize, CsvFault)> {
    match octets.get(begin) {
        Some(b'"') => quoted(octets, begin.saturating_add(1), limit),
        _ => plain(octets, begin, limit),
    }
}

fn quoted(octets: &[u8], begin: usize, limit: usize) -> Result<(Cell, usize), (usize, CsvFault)> {
    let (mut from, mut has_doubled) = (begin, false);
    loop {
        let left = octets.get(from..limit).unwrap_or_default();
        let Some(length) = left.iter().position(|octet| *octet == b'"') else { return Err((limit, CsvFault::Open)) };
        let mark = from.saturating_add(length);
        let after = mark.saturating_add(1);
        if octets.get(after) == Some(&b'"') {
            has_doubled = true;
            from = after.saturating_add(1);
        } else if is_end(octets, after) {
            return Ok((Cell { octets: begin..mark, has_doubled }, after));
        } else {
            return Err((after, CsvFault::Quote));
        }
    }
}

fn plain(octets: &[u8], begin: usize, limit: usize) -> Result<(Cell, usize), (usize, CsvFault)> {
    let left = octets.get(begin..limit).unwrap_or_default();
    let length = left.iter().position(|octet| matches!(octet, b',' | b'\n' | b'"'));
    let end = length.map_or(limit, |length| begin.saturating_add(length));
    if octets.get(end) == Some(&b'"') {
        return Err((end, CsvFault::Quote));
    }
    if length.is_none() && limit < octets.len() {
        return Err((limit, CsvFault::Field));
    }
    let before = end.saturating_sub(1);
    let is_pair = end > begin && octets.get(before) == Some(&b'\r') && octets.get(end) == Some(&b'\n');
    let end = if is_pair { before } else { end };
    Ok((Cell { octets: begin..end, has_doubled: false }, end))
}

/// A comma, a line break, or the end of the file. A carriage return counts as part of the line break after it.
fn is_end(octets: &[u8], place: usize) -> bool {
    match octets.get(place) {
        None | Some(b',' | b'\n') => true,
        Some(b'\r') => octets.get(place.saturating_add(1)) == Some(&b'\n'),
        Some(_) => false,
    }
}
