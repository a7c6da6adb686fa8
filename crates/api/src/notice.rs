//! Notices: that something happened, by its ids and nothing else.

use record::digest::{AgreementDigest, PartyId, RecordDigest};
use record::json::{Json, Map};
use record::time::Timestamp;

record::words! {
    /// Kinds of notices.
    Kind, "kind of event" {
        /// A peer was caught at something.
        AlarmRaised = "alarm.raised",
        /// A question about something that was received, or an answer to one.
        Clarification = "clarification",
        /// Something of a peer's feed was read and acknowledged.
        FeedRead = "feed.read",
        /// A record was logged.
        RecordLogged = "record.logged",
        /// A release was published.
        ReleasePublished = "release.published",
        /// A release was taken back.
        ReleaseRecalled = "release.recalled",
        /// A search that stands has found something.
        WatchHit = "watch.hit",
    }
}

/// What a notice is about: an id, which tells nothing to whoever may not read what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// A record.
    Record(RecordDigest),
    /// An agreement.
    Agreement(AgreementDigest),
    /// A party.
    Party(PartyId),
    /// An entry of the node's log.
    Entry(u64),
    /// An alarm, by its number.
    Alarm(u64),
}

/// That something happened. There is no place for content in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever tells of something fills it in")]
pub struct Notice {
    /// Its number: greater than that of every earlier one.
    pub number: u64,
    /// What happened.
    pub kind: Kind,
    /// When.
    pub time: Timestamp,
    /// To what.
    pub subjects: Vec<Subject>,
}

impl Subject {
    /// What it is, and its id.
    #[must_use]
    pub fn parts(&self) -> (&'static str, String) {
        match self {
            Self::Record(digest) => ("record", digest.to_string()),
            Self::Agreement(digest) => ("agreement", digest.to_string()),
            Self::Party(party) => ("party", party.to_string()),
            Self::Entry(index) => ("entry", index.to_string()),
            Self::Alarm(number) => ("alarm", number.to_string()),
        }
    }
}

impl Notice {
    /// As JSON: number, kind, time and ids.
    #[must_use]
    pub fn to_json(&self) -> Map {
        let subjects = self.subjects.iter().map(|subject| {
            let (what, id) = subject.parts();
            Json::from(Map::new().with("what", what).with("id", id))
        });
        Map::new()
            .with("number", Json::count(self.number))
            .with("kind", self.kind.name())
            .with("time", self.time.to_string())
            .with("subjects", Json::Array(subjects.collect()))
    }
}
