//! JSON objects, one on a line or in an array, each parsed by itself.

use record::json::{Json, Map, parse_within};

use super::{MAX_ROW_BYTES, RAW, REASON, RawRow, breaks, refused};
use crate::error::{At, FileError, RowError};

/// One object on each line.
#[derive(Debug)]
pub(super) struct JsonLines<'f> {
    left: &'f [u8],
    line: usize,
}

impl<'f> JsonLines<'f> {
    pub(super) const fn new(octets: &'f [u8]) -> Self {
        Self { left: octets, line: 0 }
    }

    pub(super) fn next_row(&mut self) -> Option<RawRow<'f>> {
        while !self.left.is_empty() {
            let length = self.left.iter().position(|octet| *octet == b'\n');
            let (octets, left) = self.left.split_at(length.unwrap_or(self.left.len()));
            self.left = left.get(1..).unwrap_or_default();
            self.line = self.line.saturating_add(1);
            if !octets.trim_ascii().is_empty() {
                let at = At::new(self.line, self.line);
                return Some(RawRow { at, octets, cells: object(at, octets) });
            }
        }
        None
    }
}

/// The members of one object. What only says why it was rejected before is left out.
pub(crate) fn object(at: At, octets: &[u8]) -> Result<Map, RowError> {
    let parsed = parse_within(octets, MAX_ROW_BYTES).map_err(|error| refused(at, None, "", error.to_string()))?;
    let Json::Object(mut members) = parsed else {
        return Err(refused(at, None, "", format!("should be an object, not {}", parsed.form())));
    };
    let _reason = members.remove(REASON);
    let raw = members.remove(RAW);
    if raw.is_some() && members.is_empty() {
        return Err(refused(at, None, RAW, "the row was not mended yet; write its members beside this one"));
    }
    Ok(members)
}

/// An array of objects.
#[derive(Debug)]
pub(super) struct JsonArray<'f> {
    octets: &'f [u8],
    next: usize,
    at: At,
    is_done: bool,
    /// One object stands where an array might.
    is_single: bool,
}

impl<'f> JsonArray<'f> {
    /// An array, or one object, at the top or in the member `response`.
    pub(super) fn of_response(octets: &'f [u8]) -> Result<Self, FileError> {
        let top = blank(octets, 0);
        let is_object = octets.get(top) == Some(&b'{');
        let begin = if is_object { member_of(octets, "response").unwrap_or(top) } else { top };
        match octets.get(begin) {
            Some(b'[') => Self::at(octets, begin),
            Some(b'{') => {
                let line = breaks(octets.get(..begin).unwrap_or_default()).saturating_add(1);
                Ok(Self { octets, next: begin, at: At::new(1, line), is_done: false, is_single: true })
            }
            Some(_) | None => Err(file_error(octets, begin, "an event or a list of events should begin here")),
        }
    }

    pub(super) fn new(octets: &'f [u8], member: Option<&str>) -> Result<Self, FileError> {
        let begin = match member {
            None => blank(octets, 0),
            Some(name) => member_of(octets, name)?,
        };
        Self::at(octets, begin)
    }

    fn at(octets: &'f [u8], begin: usize) -> Result<Self, FileError> {
        if octets.get(begin) != Some(&b'[') {
            return Err(file_error(octets, begin, "an array of objects should begin here"));
        }
        let line = breaks(octets.get(..begin).unwrap_or_default()).saturating_add(1);
        Ok(Self { octets, next: begin.saturating_add(1), at: At::new(1, line), is_done: false, is_single: false })
    }

    pub(super) fn next_row(&mut self) -> Option<Result<RawRow<'f>, FileError>> {
        if self.is_done {
            return None;
        }
        if self.is_single {
            return Some(self.single());
        }
        let begin = blank(self.octets, self.next);
        self.see_lines(begin);
        match self.octets.get(begin) {
            Some(b']') => {
                self.is_done = true;
                None
            }
            Some(_) => Some(self.element(begin)),
            None => Some(self.stop(begin, "the array is never closed")),
        }
    }

    fn single(&mut self) -> Result<RawRow<'f>, FileError> {
        let begin = self.next;
        let Some(end) = end_of_value(self.octets, begin) else { return self.stop(begin, "the object is never closed") };
        self.is_done = true;
        let octets = self.octets.get(begin..end).unwrap_or_default();
        Ok(RawRow { at: self.at, octets, cells: object(self.at, octets) })
    }

    fn element(&mut self, begin: usize) -> Result<RawRow<'f>, FileError> {
        let Some(end) = end_of_value(self.octets, begin) else { return self.stop(begin, "a value is never closed") };
        let (at, octets) = (self.at, self.octets.get(begin..end).unwrap_or_default());
        self.see_lines(end);
        let after = blank(self.octets, end);
        self.see_lines(after);
        match self.octets.get(after) {
            Some(b',') => self.next = after.saturating_add(1),
            Some(b']') => self.next = after,
            Some(_) | None => return self.stop(after, "a comma or the end of the array should stand here"),
        }
        self.at.row = self.at.row.saturating_add(1);
        Ok(RawRow { at, octets, cells: object(at, octets) })
    }

    fn stop<T>(&mut self, place: usize, reason: &str) -> Result<T, FileError> {
        self.is_done = true;
        Err(file_error(self.octets, place, reason))
    }

    /// Counts the lines up to a place.
    fn see_lines(&mut self, place: usize) {
        self.at.line = self.at.line.saturating_add(breaks(self.octets.get(self.next..place).unwrap_or_default()));
        self.next = place;
    }
}

fn file_error(octets: &[u8], place: usize, reason: &str) -> FileError {
    let before = octets.get(..place).unwrap_or_default();
    let column = before.iter().rev().take_while(|octet| **octet != b'\n').count().saturating_add(1);
    FileError::at(breaks(before).saturating_add(1), column, reason)
}

/// The next place that is no white space.
fn blank(octets: &[u8], from: usize) -> usize {
    let left = octets.get(from..).unwrap_or_default();
    let length = left.iter().position(|octet| !octet.is_ascii_whitespace());
    length.map_or(octets.len(), |length| from.saturating_add(length))
}

/// Where the value of a member of the outermost object begins.
fn member_of(octets: &[u8], name: &str) -> Result<usize, FileError> {
    let mut next = blank(octets, 0);
    if octets.get(next) != Some(&b'{') {
        return Err(file_error(octets, next, "an object should begin here"));
    }
    next = next.saturating_add(1);
    loop {
        let key = blank(octets, next);
        let end = end_of_value(octets, key).unwrap_or(octets.len());
        let colon = blank(octets, end);
        if octets.get(colon) != Some(&b':') {
            return Err(file_error(octets, key, &format!("there is no member `{}`", name.escape_debug())));
        }
        let value = blank(octets, colon.saturating_add(1));
        let found = parse_within(octets.get(key..end).unwrap_or_default(), MAX_ROW_BYTES);
        if found.is_ok_and(|found| found.as_str() == Some(name)) {
            return Ok(value);
        }
        let after = blank(octets, end_of_value(octets, value).unwrap_or(octets.len()));
        next = after.saturating_add(1);
    }
}

/// The members of the outermost object, each with the octets of its value, and why there are no more if it breaks off. A value
/// that is never closed is given as far as it goes.
pub(crate) fn outer_members(octets: &[u8], most: usize) -> (Vec<(String, &[u8])>, Option<FileError>) {
    let mut members = Vec::new();
    let mut next = blank(octets, 0).saturating_add(1);
    loop {
        let key = blank(octets, next);
        if octets.get(key) == Some(&b'}') {
            return (members, end_of_file(octets, key));
        }
        if members.len() >= most {
            return (members, Some(file_error(octets, key, &format!("the object has more than {most} members"))));
        }
        let (name, value) = match name_of(octets, key) {
            Ok(found) => found,
            Err(error) => return (members, Some(error)),
        };
        let end = end_of_value(octets, value);
        members.push((name, octets.get(value..end.unwrap_or(octets.len())).unwrap_or_default()));
        let after = blank(octets, end.unwrap_or(octets.len()));
        match octets.get(after) {
            Some(b',') => next = after.saturating_add(1),
            Some(b'}') => next = after,
            Some(_) => return (members, Some(file_error(octets, after, "a comma or `}` should stand here"))),
            None => return (members, Some(file_error(octets, value, "the object is never closed"))),
        }
    }
}

/// The name that begins here, and where its value begins.
fn name_of(octets: &[u8], key: usize) -> Result<(String, usize), FileError> {
    let end = end_of_value(octets, key).unwrap_or(octets.len());
    let name = parse_within(octets.get(key..end).unwrap_or_default(), MAX_ROW_BYTES);
    let Some(name) = name.ok().and_then(|name| name.as_str().map(str::to_owned)) else {
        return Err(file_error(octets, key, "a key in quotes should stand here"));
    };
    let colon = blank(octets, end);
    if octets.get(colon) == Some(&b':') {
        return Ok((name, blank(octets, colon.saturating_add(1))));
    }
    Err(file_error(octets, colon, "a colon should stand here"))
}

/// After the object's last brace stands nothing.
fn end_of_file(octets: &[u8], brace: usize) -> Option<FileError> {
    let after = blank(octets, brace.saturating_add(1));
    (after < octets.len()).then(|| file_error(octets, after, "something follows the end of the object"))
}

/// Where a value ends: its brackets balance outside strings. Whether it is JSON is for the parser to say.
fn end_of_value(octets: &[u8], begin: usize) -> Option<usize> {
    let (mut depth, mut place) = (0_usize, begin);
    while let Some(octet) = octets.get(place) {
        match octet {
            b'"' => place = end_of_string(octets, place)?,
            b'{' | b'[' => depth = depth.saturating_add(1),
            b'}' | b']' if depth == 0 => return Some(place),
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' | b':' if depth == 0 => return Some(place),
            _ => {}
        }
        place = place.saturating_add(1);
        let is_closed = depth == 0 && matches!(octet, b'"' | b'}' | b']');
        if is_closed {
            return Some(place);
        }
    }
    None
}

/// The place of the mark that closes a string.
fn end_of_string(octets: &[u8], begin: usize) -> Option<usize> {
    let mut place = begin.saturating_add(1);
    loop {
        match octets.get(place)? {
            b'"' => return Some(place),
            b'\\' => place = place.saturating_add(2),
            _ => place = place.saturating_add(1),
        }
    }
}
