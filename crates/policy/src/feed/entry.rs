//! Entries that hold no content.

use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::label::Marks;
use record::time::Timestamp;

use crate::decision::{Subject, marks_json};
use record::words;

words! {
    /// Why a release is taken back: one of a few words, since anything longer could tell what it is about.
    RecallReason, "reason of a recall" {
        /// A part of it is wrong.
        Error = "error",
        /// A court or a law asks for it.
        Legal = "legal",
        /// More went than should have.
        OverShared = "over-shared",
        /// Whoever told us has withdrawn it.
        SourceWithdrew = "source-withdrew",
        /// A later version takes its place.
        Superseded = "superseded",
    }
}

/// Takes back an earlier entry of the same feed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recall {
    /// The entry's index in the feed.
    pub index: u64,
    /// The record that it released.
    pub record: RecordDigest,
    /// Why.
    pub reason: RecallReason,
    /// When.
    pub time: Timestamp,
}

impl Recall {
    /// A recall of an entry.
    #[must_use]
    pub const fn new(index: u64, record: RecordDigest, reason: RecallReason, time: Timestamp) -> Self {
        Self { index, record, reason, time }
    }

    pub(super) fn to_map(&self) -> Map {
        Map::new()
            .with("kind", "recall")
            .with("index", Json::count(self.index))
            .with("record", self.record.to_string())
            .with("reason", self.reason.name())
            .with("time", self.time.to_string())
    }
}

/// The marks that hold from now on for what an earlier entry shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarksInForce {
    /// The entry's index in the feed.
    pub index: u64,
    /// The record.
    pub record: RecordDigest,
    marks: Marks,
    /// When.
    pub time: Timestamp,
}

impl MarksInForce {
    /// The marks in force on what was shown of a record, joined, as whoever knows these parties may read them: the members of
    /// the feed and the record's author. `None` if a place of it is unlabelled by now: then it is to be recalled.
    #[must_use]
    pub fn of(
        index: u64,
        subject: &Subject,
        shown: &[record::path::Path],
        known: &[PartyId],
        time: Timestamp,
    ) -> Option<Self> {
        let fields = subject.fields.iter().filter(|field| shown.contains(&field.path));
        let marks = fields.map(|field| field.marks.clone());
        let marks = marks.reduce(|all, one| Some(all?.join(&one?)))??;
        let marks = super::trimmed(&marks, &|party| known.contains(party));
        Some(Self { index, record: subject.record, marks, time })
    }

    /// The marks.
    #[must_use]
    pub const fn marks(&self) -> &Marks {
        &self.marks
    }

    pub(super) fn to_map(&self) -> Map {
        Map::new()
            .with("kind", "marks")
            .with("index", Json::count(self.index))
            .with("record", self.record.to_string())
            .with("marks", marks_json(&self.marks))
            .with("time", self.time.to_string())
    }
}

/// The body of an earlier entry was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Erased {
    /// The entry's index in the feed.
    pub index: u64,
    /// The record.
    pub record: RecordDigest,
    /// When.
    pub time: Timestamp,
}

impl Erased {
    /// An erasure.
    #[must_use]
    pub const fn new(index: u64, record: RecordDigest, time: Timestamp) -> Self {
        Self { index, record, time }
    }

    pub(super) fn to_map(&self) -> Map {
        Map::new()
            .with("kind", "erased")
            .with("index", Json::count(self.index))
            .with("record", self.record.to_string())
            .with("time", self.time.to_string())
    }
}
