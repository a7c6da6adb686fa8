//! One signed statement about links.

use std::collections::BTreeSet;

use record::Record;
use record::digest::{PartyId, RecordDigest};
use record::json::Map;
use record::signed::Signed;
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::words;

use crate::countermeasure::COUNTERMEASURE_TYPE;
use crate::error::PropertyError;
use crate::incident::INCIDENT_TYPE;
use crate::signed_form::{self, Shown, parse};
use crate::taking_back::Statement;

/// The STIX type of a link statement.
pub const LINK_TYPE: &str = "detente-link";

/// What something can be tried against: an incident, a signal, or a batch of signals.
const COUNTERED: [&str; 3] = [INCIDENT_TYPE, "indicator", "grouping"];

words! {
    /// What a link says.
    LinkWord, "link" {
        /// A countermeasure was tried against it.
        Mitigates = "mitigates",
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

impl LinkWord {
    /// True if both ends are incidents.
    #[must_use]
    pub const fn is_of_incidents(self) -> bool {
        matches!(self, Self::RelatedNotSame | Self::SameAs | Self::Split)
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
    /// A link. `from` is the report, the countermeasure, or the incident that is merged into `to`, split into it, or kept
    /// apart from it.
    ///
    /// # Errors
    /// [`LinkError`] if a thing is linked with itself, or an end is not what the word asks for.
    pub fn new(word: LinkWord, from: StixId, to: StixId) -> Result<Self, LinkError> {
        if from == to {
            return Err(LinkError::Itself { id: from });
        }
        match word {
            LinkWord::Reports => incident(&to)?,
            LinkWord::Mitigates => countermeasure(&from, &to)?,
            LinkWord::RelatedNotSame | LinkWord::SameAs | LinkWord::Split => {
                incident(&from)?;
                incident(&to)?;
            }
        }
        Ok(Self { word, from, to })
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

fn incident(id: &StixId) -> Result<(), LinkError> {
    let is_incident = id.object_type() == INCIDENT_TYPE;
    if is_incident { Ok(()) } else { Err(LinkError::NotAnIncident { id: id.clone() }) }
}

fn countermeasure(from: &StixId, to: &StixId) -> Result<(), LinkError> {
    if from.object_type() != COUNTERMEASURE_TYPE {
        return Err(LinkError::NotACountermeasure { id: from.clone() });
    }
    let can_be_countered = COUNTERED.contains(&to.object_type());
    if can_be_countered { Ok(()) } else { Err(LinkError::NotToBeCountered { id: to.clone() }) }
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
    /// What should be a countermeasure is something else.
    #[error("`{id}` is not the id of a countermeasure; it begins with `course-of-action--`")]
    NotACountermeasure {
        /// The id.
        id: StixId,
    },
    /// What a countermeasure is to be linked to is nothing that anything is tried against.
    #[error("nothing is tried against `{id}`; name an incident, an indicator or a batch of signals")]
    NotToBeCountered {
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
        let shown = Shown::of(record, LINK_TYPE)?;
        let (link, takes_back) = (read_link(shown.fields)?, shown.takes_back()?);
        if link.is_none() && takes_back.is_empty() {
            return Err(PropertyError::new("link", "is missing; say a link, or what is taken back"));
        }
        Ok(Self { digest: record.digest(), author: record.content().issuer(), time: shown.created, link, takes_back })
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
        let mut fields = Map::new();
        if let Some(link) = link {
            fields =
                fields.with("link", link.word.name()).with("from", link.from.as_str()).with("to", link.to.as_str());
        }
        let fields = fields.with("takes_back", signed_form::digests(takes_back)).with("reason", reason);
        signed_form::new_object(LINK_TYPE, id, created, fields)
    }
}

impl Statement for LinkStatement {
    fn digest(&self) -> RecordDigest {
        self.digest
    }

    fn author(&self) -> PartyId {
        self.author
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn takes_back(&self) -> &BTreeSet<RecordDigest> {
        &self.takes_back
    }
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
