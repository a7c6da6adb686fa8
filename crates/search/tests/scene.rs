//! A harbour, a clinic and a ministry, all invented, and an index of what they report.

use incident::{Facts, Incident, Moment, Text, TimeName};
use record::digest::{PartyId, RecordDigest, sha256};
use record::json::Map;
use record::time::Timestamp;
use search::{Ask, Document, Hits, Index, Opened, Place, Position, Query, Total};
use tempfile::TempDir;

pub(crate) const STORE: &[u8] = b"the harbour's log";

/// When everything in these stories is read.
pub(crate) fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

pub(crate) fn party(name: &str) -> PartyId {
    PartyId::from_octets(sha256(&[b"party", name.as_bytes()]))
}

/// A report that somebody signed.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) object: Map,
    pub(crate) author: PartyId,
    pub(crate) digest: RecordDigest,
}

impl Report {
    /// A report of the harbour. Its name stands for its id and its digest.
    pub(crate) fn new(name: &str, title: &str, text: &str) -> Self {
        let facts = Facts::default()
            .with_text(Text::Name, title)
            .with_text(Text::Description, text)
            .with_moment(TimeName::Occurred, &moment("2026-06-30"));
        Self::of(name, &facts)
    }

    pub(crate) fn of(name: &str, facts: &Facts) -> Self {
        let octets = sha256(&[b"id", name.as_bytes()]);
        let number = octets.first_chunk().map(|head| u64::from_be_bytes(*head)).unwrap();
        let id =
            format!("incident--0b0c6f0e-9f5e-4d7a-{:04x}-{:012x}", 0x8000 | number >> 52, number & 0xffff_ffff_ffff);
        let created = "2026-07-01T00:30:00Z".parse().unwrap();
        let object = Incident::new(&id.parse().unwrap(), created, facts).unwrap().object().clone();
        Self { object, author: party("harbour"), digest: RecordDigest::from_octets(sha256(&[name.as_bytes()])) }
    }

    pub(crate) fn by(mut self, name: &str) -> Self {
        self.author = party(name);
        self
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.object.set(name, value);
        self
    }

    pub(crate) fn digest_of(mut self, name: &str) -> Self {
        self.digest = RecordDigest::from_octets(sha256(&[name.as_bytes()]));
        self
    }

    pub(crate) fn document(&self) -> Document {
        Document::of_object(&self.object, self.author, self.digest, now()).unwrap()
    }
}

/// An index on a disk of its own.
pub(crate) struct Shelf {
    pub(crate) dir: TempDir,
    pub(crate) index: Index,
    pub(crate) next: u64,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (index, opened) = Index::open(&dir.path().join("index.sqlite"), STORE).unwrap();
        assert_eq!(opened, Opened::New);
        Self { dir, index, next: 0 }
    }

    pub(crate) fn with(reports: &[Report]) -> Self {
        let mut shelf = Self::new();
        shelf.add(reports);
        shelf
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("index.sqlite")
    }

    /// Takes reports in as the next entries of the node log.
    pub(crate) fn add(&mut self, reports: &[Report]) {
        let mut writer = self.index.writer().unwrap();
        for report in reports {
            writer.take(&place(self.next), &report.document()).unwrap();
            self.next += 1;
        }
        writer.passed("node", &Position { next: self.next, mark: [0; 32] }).unwrap();
        writer.commit().unwrap();
    }

    pub(crate) fn ask(&self, query: &str) -> Hits {
        let query: Query = query.parse().unwrap_or_else(|error| panic!("{query}: {error}"));
        self.index.search(&Ask::new(&query, 100)).unwrap()
    }

    /// The titles that a query finds, in their order.
    pub(crate) fn titles(&self, query: &str) -> Vec<String> {
        let hits = self.ask(query);
        assert_eq!(hits.total, Total::Exact(hits.hits.len()));
        hits.hits.into_iter().map(|hit| hit.title).collect()
    }

    /// The same, sorted.
    pub(crate) fn found(&self, query: &str) -> Vec<String> {
        let mut titles = self.titles(query);
        titles.sort();
        titles
    }
}

pub(crate) fn place(index: u64) -> Place {
    Place { log: "node".to_owned(), index }
}

pub(crate) fn query(text: &str) -> Query {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}
