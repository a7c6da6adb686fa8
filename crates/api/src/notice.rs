//! Notices: that something happened, by its ids and nothing else.

use access::Right;
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
        /// Time runs out for a duty to report.
        DutyDue = "duty.due",
        /// Nobody has taken on a duty to report, or its time has run out: the second person is told.
        DutyEscalated = "duty.escalated",
        /// The moment of a duty to report has passed with nothing filed.
        DutyMissed = "duty.missed",
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

impl Kind {
    /// The right without which nobody is told of something of this kind.
    #[must_use]
    pub const fn right(self) -> Right {
        match self {
            Self::AlarmRaised => Right::Alarms,
            Self::Clarification => Right::Answer,
            Self::FeedRead => Right::ReadFeeds,
            Self::DutyDue | Self::DutyEscalated | Self::DutyMissed | Self::RecordLogged | Self::WatchHit => Right::Read,
            Self::ReleasePublished | Self::ReleaseRecalled => Right::Propose,
        }
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
    /// An alert of a standing search, by its number.
    Alert(u64),
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
            Self::Alert(number) => ("alert", number.to_string()),
        }
    }

    fn from_parts(what: &str, id: &str) -> Option<Self> {
        match what {
            "record" => id.parse().ok().map(Self::Record),
            "agreement" => id.parse().ok().map(Self::Agreement),
            "party" => id.parse().ok().map(Self::Party),
            "entry" => id.parse().ok().map(Self::Entry),
            "alarm" => id.parse().ok().map(Self::Alarm),
            "alert" => id.parse().ok().map(Self::Alert),
            _ => None,
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

    /// What [`Notice::to_json`] wrote; none if this is something else.
    #[must_use]
    pub fn from_json(map: &Map) -> Option<Self> {
        let number = map.get("number").and_then(Json::as_integer)?;
        let subject =
            |row: &Json| row.as_object().and_then(|row| Subject::from_parts(row.text("what")?, row.text("id")?));
        let subjects: Option<_> = map.get("subjects").and_then(Json::as_array)?.iter().map(subject).collect();
        let (kind, time) = (map.text("kind")?.parse().ok()?, map.text("time")?.parse().ok()?);
        Some(Self { number: u64::try_from(number).ok()?, kind, time, subjects: subjects? })
    }
}
