//! The events of a clock: who says what happened, when. They hold ids and digests, and nothing of the case.

use record::json::{Json, Map};
use record::time::Timestamp;
use record::words;

use crate::day::{Span, spell};
use crate::fault::Fault;
use crate::reader::{At, Members, file};

/// What a clock is the clock of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ClockId {
    /// The id of the incident: `incident--...`.
    pub incident: String,
    /// The stage: `PACK/DUTY/STAGE`.
    pub stage: String,
}

impl ClockId {
    /// The clock of a stage for an incident.
    #[must_use]
    pub fn new(incident: impl Into<String>, stage: impl Into<String>) -> Self {
        Self { incident: incident.into(), stage: stage.into() }
    }
}

impl std::fmt::Display for ClockId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.incident, self.stage)
    }
}

words! {
    /// Whom a reminder goes to.
    Person, "person" {
        /// Whose task it is.
        First = "first",
        /// Who stands in.
        Second = "second",
    }
}

/// Something that happened to a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockEvent {
    /// Which clock.
    pub clock: ClockId,
    /// When, by the signed time of the event.
    pub at: Timestamp,
    /// Who says so.
    pub by: String,
    /// What.
    pub happening: Happening,
}

/// What happened to a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// It was set, or set anew, by an evaluation.
    #[expect(missing_docs, reason = "as in the clock")]
    Set { started: Span, due: Span },
    /// Somebody took it on.
    Acknowledged,
    /// It was filed: the digest of the record.
    #[expect(missing_docs, reason = "as in the filing")]
    Filed { version: String },
    /// Another duty stands in its place.
    #[expect(missing_docs, reason = "the path of the duty")]
    Displaced { by: String },
    /// It was found not to be due: why, as an id of a record, never in words.
    #[expect(missing_docs, reason = "the digest of the record that says why")]
    Withdrawn { because: String },
    /// Its moment passed with nothing filed.
    #[expect(missing_docs, reason = "the moment")]
    Missed { due: Timestamp },
    /// The first person was reminded.
    #[expect(missing_docs, reason = "the share of the time that had passed")]
    Reminded { percent: u8 },
    /// The second person was told.
    Escalated,
}

/// An event that cannot follow those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockEventError {
    /// The first event of a clock is not that it was set.
    #[error("the clock has not been set; begin with `set`")]
    NotSet,
    /// An event of another clock.
    #[error("this is an event of the clock {clock}; fold each clock's events apart")]
    OtherClock {
        /// The other clock.
        clock: ClockId,
    },
    /// A moment before the start.
    #[error("the clock would be due before it starts; evaluate the duty again")]
    BeforeItsStart,
    /// More events than a clock has.
    #[error("the clock has too many events; something repeats itself")]
    TooMany,
}

impl ClockEvent {
    /// An event.
    #[must_use]
    pub fn new(clock: ClockId, at: Timestamp, by: impl Into<String>, happening: Happening) -> Self {
        Self { clock, at, by: by.into(), happening }
    }

    /// The event as it is signed.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let map = Map::new()
            .with("incident", self.clock.incident.as_str())
            .with("stage", self.clock.stage.as_str())
            .with("at", self.at.to_string())
            .with("by", self.by.as_str())
            .with("event", self.happening.name());
        self.happening.members().into_iter().fold(map, |map, (name, value)| map.with(name, value)).into()
    }

    /// Reads an event.
    ///
    /// # Errors
    /// Every [`Fault`].
    pub fn parse(octets: &[u8]) -> Result<Self, Vec<Fault>> {
        let (json, faults) = file(octets)?;
        let found = read(&At::root(&json, &faults));
        let (_, faults) = faults.finish();
        match found {
            Some(event) if faults.is_empty() => Ok(event),
            _ => Err(faults),
        }
    }
}

impl Happening {
    /// The word for it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Set { .. } => "set",
            Self::Acknowledged => "acknowledged",
            Self::Filed { .. } => "filed",
            Self::Displaced { .. } => "displaced",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Missed { .. } => "missed",
            Self::Reminded { .. } => "reminded",
            Self::Escalated => "escalated",
        }
    }

    fn members(&self) -> Vec<(&'static str, Json)> {
        let text = |text: &str| Json::text(text);
        match self {
            Self::Set { started, due } => vec![("started", span(*started)), ("due", span(*due))],
            Self::Filed { version } => vec![("version", text(version))],
            Self::Displaced { by } => vec![("duty", text(by))],
            Self::Withdrawn { because } => vec![("because", text(because))],
            Self::Missed { due } => vec![("due", Json::text(spell(*due)))],
            Self::Reminded { percent } => vec![("percent", Json::count(*percent))],
            Self::Acknowledged | Self::Escalated => Vec::new(),
        }
    }
}

fn span(span: Span) -> Json {
    Json::text(span.to_string())
}

const MEMBERS: [&str; 11] =
    ["incident", "stage", "at", "by", "event", "started", "due", "version", "duty", "because", "percent"];

/// Reads an event at a place.
pub(crate) fn read(at: &At<'_>) -> Option<ClockEvent> {
    let members = at.object(&MEMBERS)?;
    let incident = members.need("incident").and_then(|at| at.text());
    let stage = members.need("stage").and_then(|at| at.text());
    let when = members.need("at").and_then(|at| at.parse());
    let by = members.need("by").and_then(|at| at.text());
    let happening = happening(&members);
    Some(ClockEvent::new(ClockId::new(incident?, stage?), when?, by?, happening?))
}

fn happening(members: &Members<'_>) -> Option<Happening> {
    let text = |name: &str| members.need(name).and_then(|at| at.text().map(str::to_owned));
    let event = members.need("event")?;
    Some(match event.str()? {
        "set" => Happening::Set { started: read_span(members, "started")?, due: read_span(members, "due")? },
        "acknowledged" => Happening::Acknowledged,
        "filed" => Happening::Filed { version: text("version")? },
        "displaced" => Happening::Displaced { by: text("duty")? },
        "withdrawn" => Happening::Withdrawn { because: text("because")? },
        "missed" => Happening::Missed { due: members.need("due")?.parse()? },
        "reminded" => Happening::Reminded { percent: u8::try_from(members.need("percent")?.count()?).ok()? },
        "escalated" => Happening::Escalated,
        _ => return event.fault("is no event of a clock"),
    })
}

fn read_span(members: &Members<'_>, name: &str) -> Option<Span> {
    let at = members.need(name)?;
    let found = Span::read(at.str()?);
    if found.is_none() { at.fault("should be a UTC instant, or two with a slash between them") } else { found }
}
