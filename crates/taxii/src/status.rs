//! What became of a POST (section 4.3.1).

use record::json::{Json, Map};
use record::time::Timestamp;

use crate::collection::StatusId;
use crate::limits::{MAX_MESSAGE_CHARACTERS, STATUS_KEPT_MS};

/// What became of the objects of one POST.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// By which it is asked for.
    pub id: StatusId,
    /// When the POST came.
    pub request_timestamp: Timestamp,
    /// Objects that are in the collection now.
    pub successes: Vec<Detail>,
    /// Objects that are not, and will not be.
    pub failures: Vec<Detail>,
    /// Objects of which it is not known yet.
    pub pendings: Vec<Detail>,
}

/// One object of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detail {
    /// Its id; of one that has none, its place as `objects[3]`.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What there is to say, or nothing.
    pub message: Option<String>,
}

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is in the collection, and will be after a crash.
    Success,
    /// It was there already, in the same version. This is a success too.
    AlreadyThere,
    /// It is not taken, for this reason.
    Failure(String),
    /// That takes longer, as an approval does.
    Pending(String),
}

impl Status {
    /// A status without objects.
    #[must_use]
    pub const fn new(id: StatusId, request_timestamp: Timestamp) -> Self {
        Self { id, request_timestamp, successes: Vec::new(), failures: Vec::new(), pendings: Vec::new() }
    }

    /// Adds an object.
    pub fn add(&mut self, detail: Detail, outcome: Outcome) {
        match outcome {
            Outcome::Success => self.successes.push(detail),
            Outcome::AlreadyThere => self.successes.push(detail.saying("it was here already")),
            Outcome::Failure(reason) => self.failures.push(detail.saying(&reason)),
            Outcome::Pending(reason) => self.pendings.push(detail.saying(&reason)),
        }
    }

    /// Whether it can still be asked for at this time.
    #[must_use]
    pub const fn is_kept(&self, now: Timestamp) -> bool {
        now.micros().saturating_sub(self.request_timestamp.micros()) <= STATUS_KEPT_MS.saturating_mul(1000)
    }

    /// The status resource.
    #[must_use]
    pub fn to_text(&self) -> String {
        let counts = [self.successes.len(), self.failures.len(), self.pendings.len()];
        let [success_count, failure_count, pending_count] = counts.map(Json::count);
        let about = Map::new()
            .with("id", self.id.to_string())
            .with("status", if self.pendings.is_empty() { "complete" } else { "pending" })
            .with("request_timestamp", self.request_timestamp.to_string())
            .with("total_count", Json::count(counts.iter().sum::<usize>()));
        let about = listed(about.with("success_count", success_count), "successes", &self.successes);
        let about = listed(about.with("failure_count", failure_count), "failures", &self.failures);
        listed(about.with("pending_count", pending_count), "pendings", &self.pendings).to_text()
    }
}

/// A list is left out when it is empty.
fn listed(about: Map, name: &str, details: &[Detail]) -> Map {
    if details.is_empty() {
        return about;
    }
    about.with(name, Json::Array(details.iter().map(|detail| detail.to_json().into()).collect()))
}

impl Detail {
    /// An object of which nothing more is said.
    #[must_use]
    pub fn new(id: impl Into<String>, version: impl Into<String>) -> Self {
        Self { id: id.into(), version: version.into(), message: None }
    }

    fn saying(self, message: &str) -> Self {
        Self { message: Some(message.chars().take(MAX_MESSAGE_CHARACTERS).collect()), ..self }
    }

    fn to_json(&self) -> Map {
        let about = Map::new().with("id", self.id.as_str()).with("version", self.version.as_str());
        self.message.iter().fold(about, |about, message| about.with("message", message.as_str()))
    }
}
