//! Pages, written while the store reads.

use record::stix::StixId;
use record::time::LexicalTime;

use crate::date::DateAdded;
use crate::filter::SpecVersion;
use crate::limits::MAX_PAGE_BYTES;

/// Whether a page takes more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use = "a full page takes nothing more"]
#[expect(clippy::exhaustive_enums, reason = "there is room or there is not")]
pub enum Room {
    /// Go on.
    More,
    /// Stop: this one belongs to the next page, as do all after it.
    Full,
}

/// The elements of a list as they are added, and what the envelope and the header fields say about them.
#[derive(Debug)]
pub(crate) struct Frame {
    elements: String,
    limit: usize,
    count: usize,
    after: Option<DateAdded>,
    first: Option<DateAdded>,
    last: Option<DateAdded>,
    more: bool,
    out_of_order: bool,
}

/// A page of objects.
#[derive(Debug)]
pub struct ObjectPage(pub(crate) Frame);

/// A page of a manifest.
#[derive(Debug)]
pub struct ManifestPage(pub(crate) Frame);

/// A page of versions.
#[derive(Debug)]
pub struct VersionPage(pub(crate) Frame);

/// One line of a manifest (section 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the standard has these four")]
pub struct Manifest<'a> {
    /// The object's id.
    pub id: &'a StixId,
    /// When it came into the collection.
    pub date_added: DateAdded,
    /// Its version, as it stands in the object.
    pub version: &'a LexicalTime,
    /// What it is written in.
    pub spec_version: SpecVersion,
}

impl ObjectPage {
    /// Adds an object that is JSON already; it is copied and not looked at.
    pub fn push(&mut self, date_added: DateAdded, object: &str) -> Room {
        self.0.add(date_added, object.len(), |elements| elements.push_str(object))
    }
}

impl ManifestPage {
    /// Adds a line.
    pub fn push(&mut self, line: Manifest<'_>) -> Room {
        let Manifest { id, date_added, version, spec_version } = line;
        let (date, version) = (date_added.to_string(), version.text());
        // None of the four can hold a quote or a backslash.
        let parts = [
            r#"{"id":""#,
            id.as_str(),
            r#"","date_added":""#,
            &date,
            r#"","version":""#,
            version,
            r#"","media_type":""#,
            spec_version.media_type(),
            r#""}"#,
        ];
        let length = parts.iter().map(|part| part.len()).sum();
        self.0.add(date_added, length, |elements| elements.extend(parts))
    }
}

impl VersionPage {
    /// Adds a version, as it stands in the object.
    pub fn push(&mut self, date_added: DateAdded, version: &LexicalTime) -> Room {
        self.0.add(date_added, version.text().len(), |elements| elements.extend(["\"", version.text(), "\""]))
    }
}

impl Frame {
    pub(crate) const fn new(limit: usize, after: Option<DateAdded>) -> Self {
        let elements = String::new();
        Self { elements, limit, count: 0, after, first: None, last: None, more: false, out_of_order: false }
    }

    fn add(&mut self, date: DateAdded, length: usize, write: impl FnOnce(&mut String)) -> Room {
        // Out of order, a cursor would skip something: nothing of such a page may be shown.
        self.out_of_order |= self.last.max(self.after).is_some_and(|before| date <= before);
        let is_long = self.count > 0 && self.elements.len().saturating_add(length) > MAX_PAGE_BYTES;
        self.more |= self.count >= self.limit || is_long || self.out_of_order;
        if self.more {
            return Room::Full;
        }
        if self.count > 0 {
            self.elements.push(',');
        }
        write(&mut self.elements);
        self.count = self.count.saturating_add(1);
        self.first = self.first.or(Some(date));
        self.last = Some(date);
        Room::More
    }

    /// The earliest and the latest date on the page.
    pub(crate) fn dates(&self) -> Option<(DateAdded, DateAdded)> {
        self.first.zip(self.last)
    }

    pub(crate) const fn is_out_of_order(&self) -> bool {
        self.out_of_order
    }

    /// The last date of the page, if another page follows it.
    pub(crate) fn next(&self) -> Option<DateAdded> {
        self.last.filter(|_| self.more)
    }

    /// The envelope. An empty one has no list (section 3.7), and one that is followed says where to go on, in manifests and
    /// lists of versions as well: clients ask for `next` wherever there is `more`.
    pub(crate) fn into_body(self, list: &str, next: Option<&str>) -> String {
        if self.count == 0 {
            return "{}".to_owned();
        }
        let head = match next {
            Some(next) => format!(r#"{{"more":true,"next":"{next}","{list}":["#),
            None => format!(r#"{{"more":false,"{list}":["#),
        };
        let mut body = self.elements;
        body.reserve(head.len().saturating_add(2));
        body.insert_str(0, &head);
        body.push_str("]}");
        body
    }
}
