//! A file as objects, each by itself.

use std::collections::BTreeSet;

use record::json::{Map, parse_within};

use super::checked::{CheckedObject, Quarantined, check};
use super::code::Code;
use super::finding::{Finding, whole};
use super::limits::{MAX_ENVELOPE_MEMBERS, MAX_FILE_BYTES, MAX_OBJECTS};
use super::report::Report;
use crate::error::{At, FileError};
use crate::rows::{Format, MAX_ROW_BYTES, RawRow, Rows, object, outer_members};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FileForm {
    /// A bundle.
    Bundle,
    /// Objects in a member `objects` without the type of a bundle, as TAXII sends them and as some forget it.
    Envelope,
    /// A list of objects.
    List,
    /// One object.
    Object,
    /// Nothing that could be read.
    #[default]
    Nothing,
}

/// One object, or what stood in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read {
    /// Which of the file's objects it is, from 0.
    pub index: usize,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The object, or why it is none.
    pub outcome: Result<CheckedObject, Quarantined>,
}

/// Reads a file object by object, so that a large one need not be held twice.
#[derive(Debug)]
pub struct Reader<'f> {
    form: FileForm,
    envelope: Map,
    findings: Vec<Finding>,
    rows: Option<Rows<'f>>,
    single: Option<&'f [u8]>,
    seen: BTreeSet<(String, String)>,
    next_index: usize,
}

impl<'f> Reader<'f> {
    /// Begins to read. Whatever the file is, there is a report of it.
    #[must_use]
    pub fn new(octets: &'f [u8]) -> Self {
        let mut reader = Self {
            form: FileForm::Nothing,
            envelope: Map::new(),
            findings: Vec::new(),
            rows: None,
            single: None,
            seen: BTreeSet::new(),
            next_index: 0,
        };
        if octets.len() > MAX_FILE_BYTES {
            reader.find(Code::TooMany, "8", &format!("{MAX_FILE_BYTES} octets"));
        } else {
            reader.begin(octets);
        }
        reader
    }

    /// What the file is.
    #[must_use]
    pub const fn form(&self) -> FileForm {
        self.form
    }

    /// The members around the objects, such as the bundle's id.
    #[must_use]
    pub const fn envelope(&self) -> &Map {
        &self.envelope
    }

    /// What was found in the file as a whole so far.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The next object.
    #[expect(clippy::should_implement_trait, reason = "what was found so far can be asked for between two objects")]
    pub fn next(&mut self) -> Option<Read> {
        if let Some(octets) = self.single.take() {
            let at = At::new(1, 1);
            return Some(self.object(at, octets, object(at, octets).map_err(|error| error.reason)));
        }
        let raw = match self.rows.as_mut()?.next_row()? {
            Ok(raw) => raw,
            Err(error) => {
                self.broken(&error);
                return None;
            }
        };
        if self.next_index >= MAX_OBJECTS {
            self.rows = None;
            self.find(Code::TooMany, "8", &format!("{MAX_OBJECTS} objects"));
            return None;
        }
        let RawRow { at, octets, cells } = raw;
        Some(self.object(at, octets, cells.map_err(|error| error.reason)))
    }

    fn object(&mut self, at: At, octets: &[u8], parsed: Result<Map, String>) -> Read {
        let index = self.next_index;
        self.next_index = index.saturating_add(1);
        let outcome = match parsed {
            Ok(members) => check(members).map(|object| self.once(object)),
            Err(reason) => {
                Err(Quarantined::octets(octets.to_vec(), vec![whole(Code::Json, "RFC 7493", [&reason, ""])]))
            }
        };
        Read { index, line: at.line, outcome }
    }

    /// Two versions of one object differ in their time.
    fn once(&mut self, mut object: CheckedObject) -> CheckedObject {
        let modified = object.as_map().text("modified").unwrap_or_default();
        if !self.seen.insert((object.id().to_owned(), modified.to_owned())) {
            object.advise(whole(Code::SameVersion, "3.6", ["", ""]));
        }
        object
    }

    fn begin(&mut self, octets: &'f [u8]) {
        let text = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
        match text.trim_ascii_start().first() {
            Some(b'[') => {
                self.form = FileForm::List;
                self.find(Code::NotABundle, "8", "");
                self.open(octets, None);
            }
            Some(b'{') => self.begin_object(octets, text),
            Some(_) | None => self.open(octets, None),
        }
    }

    fn begin_object(&mut self, octets: &'f [u8], text: &'f [u8]) {
        let (members, end) = outer_members(text, MAX_ENVELOPE_MEMBERS);
        let is_list = |value: &[u8]| value.trim_ascii_start().starts_with(b"[");
        let has_objects = members.iter().any(|(name, value)| name == "objects" && is_list(value));
        for (name, value) in members.into_iter().filter(|(name, _)| name != "objects") {
            if let Ok(value) = parse_within(value, MAX_ROW_BYTES) {
                self.envelope.set(name, value);
            }
        }
        match self.envelope.text("type") {
            Some("bundle") => self.form = FileForm::Bundle,
            None if has_objects => self.form = FileForm::Envelope,
            Some(_) | None => {
                self.form = FileForm::Object;
                self.envelope = Map::new();
                self.single = Some(text);
                return;
            }
        }
        self.check_envelope();
        end.iter().for_each(|error| self.broken(error));
        if has_objects {
            self.open(octets, Some("objects"));
        }
    }

    fn check_envelope(&mut self) {
        if self.form == FileForm::Envelope {
            return self.find(Code::BundleType, "8", "");
        }
        let is_id = |id: &str| id.parse::<super::BundleId>().is_ok();
        match self.envelope.text("id") {
            Some(id) if is_id(id) => {}
            Some(id) => self.findings.push(whole(Code::Identifier, "8", [id, ""])),
            None => self.find(Code::Missing, "8", "id"),
        }
        let foreign: Vec<_> =
            self.envelope.names().filter(|name| !["type", "id"].contains(name)).map(str::to_owned).collect();
        foreign.iter().for_each(|name| self.find(Code::BundleMember, "8", name));
    }

    fn open(&mut self, octets: &'f [u8], member: Option<&str>) {
        match Rows::new(&Format::Json { member: member.map(str::to_owned) }, octets) {
            Ok(rows) => self.rows = Some(rows),
            Err(error) => self.broken(&error),
        }
    }

    fn broken(&mut self, error: &FileError) {
        let reason = error.to_string();
        // A file that breaks off inside its objects says so at its end and at theirs.
        if !self.findings.iter().any(|finding| finding.code == Code::Json) {
            self.find(Code::Json, "RFC 7493", &reason);
        }
    }

    fn find(&mut self, code: Code, section: &'static str, what: &str) {
        self.findings.push(whole(code, section, [what, ""]));
    }
}

/// Reads a whole file. What is wrong with one object keeps no other out.
#[must_use]
pub fn read(octets: &[u8]) -> Report {
    let mut reader = Reader::new(octets);
    let mut report = Report::default();
    while let Some(read) = reader.next() {
        report.take(read);
    }
    report.finish(reader.form, reader.envelope, reader.findings)
}
