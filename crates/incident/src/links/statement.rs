//! One signed statement about links.

use std::collections::BTreeSet;

use record::Record;
use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::kind::Kind;
use record::signed::Signed;
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::words;

use crate::error::PropertyError;
use crate::incident::INCIDENT_TYPE;

/// The STIX type of a link statement.
pub const LINK_TYPE: &str = "detente-link";

/// Digests that one statement takes back: a whole day's work at the desk.
const TAKES_BACK_MAX: usize = 256;

words! {
    /// What a link says.
    LinkWord, "link" {
        /// Two incidents belong near each other and are not the same.
        RelatedNotSame = "related-not-same",
        /// A report is about an incident.
        Reports = "reports",
        /// Two incidents are one.
        SameAs = "same-as",
        /// An incident held more than one thing, and the other is one of them.
        Split = "split",
    }
}

/// A link between two things, each named by an id that never dies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    word: LinkWord,
    from: StixId,
    to: StixId,
}

impl Link {
    /// A link. `from` is the report, or the incident that is merged into `to`, split into it, or kept apart from it.
    ///
    /// # Errors
    /// [`LinkError`] if a thing is linked with itself, or what should be an incident is none.
    pub fn new(word: LinkWord, from: StixId, to: StixId) -> Result<Self, LinkError> {
        if from == to {
            return Err(LinkError::Itself { id: from });
        }
        let incidents = if word == LinkWord::Reports { vec![&to] } else { vec![&from, &to] };
        match incidents.into_iter().find(|id| id.object_type() != INCIDENT_TYPE) {
            Some(id) => Err(LinkError::NotAnIncident { id: id.clone() }),
            None => Ok(Self { word, from, to }),
        }
    }

    /// What it says.
    #[must_use]
    pub const fn word(&self) -> LinkWord {
        self.word
    }

    /// The report, or the incident that is merged, split or kept apart.
    #[must_use]
    pub const fn from(&self) -> &StixId {
        &self.from
    }

    /// The incident at the other end.
    #[must_use]
    pub const fn to(&self) -> &StixId {
        &self.to
    }

    /// True if it is about these two, in either order.
    pub(super) fn joins(&self, one: &StixId, other: &StixId) -> bool {
        (&self.from, &self.to) == (one, other) || (&self.from, &self.to) == (other, one)
    }

    /// The other end, seen from one.
    pub(super) fn other_end(&self, id: &StixId) -> Option<&StixId> {
        match (self.from == *id, self.to == *id) {
            (true, _) => Some(&self.to),
            (false, true) => Some(&self.from),
            (false, false) => None,
        }
    }
}

/// Two things cannot be linked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// Both ends are the same.
    #[error("`{id}` is linked with itself; name two things")]
    Itself {
        /// The id.
        id: StixId,
    },
    /// An end that should be an incident is something else.
    #[error("`{id}` is not the id of an incident; name an incident, or use `reports`")]
    NotAnIncident {
        /// The id.
        id: StixId,
    },
}

/// A signed statement: a link, and the earlier statements of the same author that hold no more. Either may be absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct LinkStatement {
    /// The record that says it.
    pub digest: RecordDigest,
    /// Who signed.
    pub author: PartyId,
    /// When, by its author's word.
    pub time: Timestamp,
    /// What it says.
    pub link: Option<Link>,
    /// What it takes back.
    pub takes_back: BTreeSet<RecordDigest>,
}

impl LinkStatement {
    /// A statement that links.
    #[must_use]
    pub const fn link(digest: RecordDigest, author: PartyId, time: Timestamp, link: Link) -> Self {
        Self { digest, author, time, link: Some(link), takes_back: BTreeSet::new() }
    }

    /// A statement that takes back.
    #[must_use]
    pub fn undo(
        digest: RecordDigest,
        author: PartyId,
        time: Timestamp,
        takes_back: impl IntoIterator<Item = RecordDigest>,
    ) -> Self {
        Self { digest, author, time, link: None, takes_back: takes_back.into_iter().collect() }
    }

    /// The statement that a record is.
    ///
    /// # Errors
    /// [`PropertyError`] if anything of it is withheld or has not the format's form: half a link would be another one.
    pub fn of_record(record: &Signed<Record>) -> Result<Self, PropertyError> {
        let content = record.content();
        if content.object().text("type") != Some(LINK_TYPE) {
            return Err(PropertyError::new("type", format!("should be `{LINK_TYPE}`")));
        }
        let created = content.object().text("created").and_then(|text| text.parse().ok());
        let time = created.ok_or_else(|| PropertyError::new("created", "is not shown; ask for the whole statement"))?;
        let fields = content.extension().ok_or_else(|| PropertyError::new("extensions", "is not shown"))?;
        let (link, takes_back) = (read_link(fields)?, read_takes_back(fields)?);
        if link.is_none() && takes_back.is_empty() {
            return Err(PropertyError::new("link", "is missing; say a link, or what is taken back"));
        }
        Ok(Self { digest: record.digest(), author: content.issuer(), time, link, takes_back })
    }

    /// The object of a statement, ready to be signed.
    ///
    /// # Errors
    /// [`PropertyError`] if `id` is not of the type `detente-link`.
    pub fn to_object(
        id: &StixId,
        created: Timestamp,
        link: Option<&Link>,
        takes_back: &BTreeSet<RecordDigest>,
        reason: &str,
    ) -> Result<StixObject, PropertyError> {
        let mut fields = Map::new().with("extension_type", "new-sdo");
        if let Some(link) = link {
            fields =
                fields.with("link", link.word.name()).with("from", link.from.as_str()).with("to", link.to.as_str());
        }
        let digests = takes_back.iter().map(|digest| Json::text(digest.to_string())).collect();
        fields = fields.with("takes_back", Json::Array(digests)).with("reason", reason);
        let object = Map::new()
            .with("type", LINK_TYPE)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", created.to_string())
            .with("modified", created.to_string())
            .with("extensions", Map::new().with(extension_id(), fields));
        StixObject::from_map(object).map_err(|error| PropertyError::new("id", error.to_string()))
    }
}

fn extension_id() -> &'static str {
    Kind::of(LINK_TYPE).and_then(|kind| kind.extension).unwrap_or_default()
}

fn read_link(fields: &Map) -> Result<Option<Link>, PropertyError> {
    let names = ["link", "from", "to"];
    if names.iter().all(|name| !fields.contains(name)) {
        return Ok(None);
    }
    let word = parse(fields, "link")?;
    let link = Link::new(word, parse(fields, "from")?, parse(fields, "to")?);
    link.map(Some).map_err(|error| PropertyError::new("link", error.to_string()))
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(fields: &Map, name: &str) -> Result<T, PropertyError> {
    let text =
        fields.text(name).ok_or_else(|| PropertyError::new(name, "is missing or not shown; ask for all of it"))?;
    text.parse().map_err(|error: T::Err| PropertyError::new(name, error.to_string()))
}

/// A withheld `takes_back` looks like one that was never there, so a statement always carries it.
fn read_takes_back(fields: &Map) -> Result<BTreeSet<RecordDigest>, PropertyError> {
    let wrong = |reason: &str| PropertyError::new("takes_back", reason);
    let list = fields.get("takes_back").and_then(Json::as_array);
    let list = list.ok_or_else(|| wrong("is missing or not shown; an empty list takes nothing back"))?;
    if list.len() > TAKES_BACK_MAX {
        return Err(wrong("names more than 256 statements; make several of it"));
    }
    let digests = list.iter().map(|digest| digest.as_str().and_then(|text| text.parse().ok()));
    digests.map(|digest| digest.ok_or_else(|| wrong("should hold digests of records"))).collect()
}
