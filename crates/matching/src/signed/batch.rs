//! Many signals in one record.

use record::digest::{PartyId, RecordDigest};
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::{Draft, Record, Signed};

use super::{check_type, head, whole};
use crate::rules::Budget;
use crate::signal::{MAX_MEMBERS, Signal, SignalError};

/// The STIX type of a record of signals.
pub const BATCH_TYPE: &str = "grouping";

/// Why signals stand together, in a word of STIX 2.1 section 10.6.
const CONTEXT: &str = "suspicious-activity";

/// Signals that are to be signed together.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewBatch<'s> {
    title: &'s str,
    description: Option<&'s str>,
}

impl<'s> NewBatch<'s> {
    /// A batch with a title.
    #[must_use]
    pub const fn titled(title: &'s str) -> Self {
        Self { title, description: None }
    }

    /// The same with what its members have in common.
    #[must_use]
    pub const fn described(mut self, description: Option<&'s str>) -> Self {
        self.description = description;
        self
    }

    /// The record, ready to be signed. Each member discloses as a whole.
    ///
    /// # Errors
    /// [`SignalError`] without a title or a signal, with too many of them, or with one twice.
    pub fn draft(&self, id: &StixId, created: Timestamp, signals: &[Signal]) -> Result<Draft, SignalError> {
        if signals.is_empty() || signals.len() > MAX_MEMBERS {
            let reason = format!("are {}: a record has 1 to {MAX_MEMBERS}; make several of it", signals.len());
            return Err(SignalError::new("members", reason));
        }
        let mut object = head(BATCH_TYPE, id, created, self.title)?.with("context", CONTEXT);
        self.description.into_iter().for_each(|description| object.set("description", description));
        let members: Result<Vec<StixObject>, _> = signals.iter().map(|signal| whole(signal.object().clone())).collect();
        let draft = Draft::new(whole(object)?).with_members(members?);
        draft.map_err(|error| SignalError::new("members", error.to_string()))
    }
}

/// One member, as it was read: a wrong one hides no other.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Member {
    /// Its id, if that can be read.
    pub id: Option<StixId>,
    /// The signal, or what is wrong with it.
    pub signal: Result<Signal, SignalError>,
}

/// What a record of signals shows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Batch {
    /// The record.
    pub record: RecordDigest,
    /// Who signed it: whose the signals are.
    pub author: PartyId,
    /// Its id, if it is shown.
    pub id: Option<StixId>,
    /// A short title.
    pub title: Option<String>,
    /// The members that are shown.
    pub members: Vec<Member>,
}

impl Batch {
    /// Reads what is shown of a signed record. Rules of all members have one budget.
    ///
    /// # Errors
    /// [`SignalError`] if it is of another type, or has more members than a record of signals has.
    pub fn of_record(record: &Signed<Record>) -> Result<Self, SignalError> {
        check_type(record, BATCH_TYPE)?;
        let content = record.content();
        let shown = content.aside().members();
        if shown.len() > MAX_MEMBERS {
            return Err(SignalError::new("members", format!("are {} and at most {MAX_MEMBERS} are read", shown.len())));
        }
        let mut budget = Budget::of_record();
        let members = shown.iter().map(|member| Member {
            id: member.text("id").and_then(|id| id.parse().ok()),
            signal: whole(member.clone()).and_then(|object| Signal::within(&object, &mut budget)),
        });
        Ok(Self {
            record: record.digest(),
            author: content.issuer(),
            id: content.object().text("id").and_then(|id| id.parse().ok()),
            title: content.object().text("name").map(str::to_owned),
            members: members.collect(),
        })
    }
}
