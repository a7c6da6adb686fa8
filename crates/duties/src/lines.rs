//! The line of every place of a JSON text that has been read already.

use std::collections::BTreeMap;

use crate::limits::MAX_FILE_BYTES;

/// Octets of the places that are kept of one file: some times those of the longest pack that is shipped.
const MAX_PLACES_BYTES: usize = 4 * MAX_FILE_BYTES;

/// Lines by place: `duties/0/trigger` stands on line 12.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines(BTreeMap<String, usize>);

impl Lines {
    /// Of a text that the strict reader has accepted; of another the places up to its fault.
    pub(crate) fn of_json(text: &[u8]) -> Self {
        let mut scan = Scan { rest: text, line: 1, found: BTreeMap::new(), octets: 0 };
        scan.value(&mut String::new());
        Self(scan.found)
    }

    /// The line of a place, or of the nearest one around it.
    pub(crate) fn of(&self, path: &str) -> usize {
        let mut place = path;
        loop {
            if let Some(line) = self.0.get(place) {
                return *line;
            }
            match place.rsplit_once('/') {
                Some((outer, _)) => place = outer,
                None => return 1,
            }
        }
    }
}

struct Scan<'t> {
    rest: &'t [u8],
    line: usize,
    found: BTreeMap<String, usize>,
    /// Of the places that are kept.
    octets: usize,
}

impl Scan<'_> {
    /// Scans one value. The strict reader has bounded the depth.
    fn value(&mut self, path: &mut String) {
        match self.next_token() {
            Some(b'{') => self.members(path),
            Some(b'[') => self.elements(path),
            Some(b'"') => drop(self.string()),
            Some(_) | None => self.plain(),
        }
    }

    fn members(&mut self, path: &mut String) {
        self.step();
        while self.next_token() == Some(b'"') {
            let line = self.line;
            let name = self.string();
            self.note(path, &name, line);
            self.skip(b':');
            self.inside(path, &name);
            self.skip(b',');
        }
        self.skip(b'}');
    }

    fn elements(&mut self, path: &mut String) {
        self.step();
        let mut at = 0_usize;
        while self.next_token().is_some_and(|next| next != b']') {
            let name = at.to_string();
            self.note(path, &name, self.line);
            self.inside(path, &name);
            self.skip(b',');
            at = at.saturating_add(1);
        }
        self.skip(b']');
    }

    /// Beyond the bound a place has the line of what is around it: long names around many values would otherwise take gigabytes.
    fn note(&mut self, path: &str, name: &str, line: usize) {
        self.octets = self.octets.saturating_add(path.len()).saturating_add(name.len());
        if self.octets <= MAX_PLACES_BYTES {
            self.found.insert(join(path, name), line);
        }
    }

    fn inside(&mut self, path: &mut String, name: &str) {
        let length = path.len();
        *path = join(path, name);
        self.value(path);
        path.truncate(length);
    }

    /// The text of a string, escapes as they stand.
    fn string(&mut self) -> String {
        self.step();
        let mut octets = Vec::new();
        while let Some(octet) = self.step() {
            match octet {
                b'"' => break,
                b'\\' => drop(self.step()),
                _ => octets.push(octet),
            }
        }
        String::from_utf8_lossy(&octets).into_owned()
    }

    fn plain(&mut self) {
        while self
            .rest
            .first()
            .is_some_and(|octet| !matches!(octet, b',' | b']' | b'}') && !octet.is_ascii_whitespace())
        {
            self.step();
        }
    }

    fn next_token(&mut self) -> Option<u8> {
        while self.rest.first().is_some_and(u8::is_ascii_whitespace) {
            self.step();
        }
        self.rest.first().copied()
    }

    fn skip(&mut self, expected: u8) {
        if self.next_token() == Some(expected) {
            self.step();
        }
    }

    fn step(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.line = self.line.saturating_add(usize::from(*first == b'\n'));
        Some(*first)
    }
}

pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}
