//! What is left of a record about signals when its body is erased.
//!
//! Its author may recall a withdrawal as he may recall any record, and its body goes then. The signal itself may still be here, or may be
//! sent again; and a version that went had narrowed an earlier one, or let it end. So the erasure that we sign names the signals, whose
//! they are and of when their versions were, and nothing else that stood in the record.

use matching::signal::State;
use matching::signed::{BATCH_TYPE, Batch, RETRACTION_TYPE, Retraction};
use record::digest::PartyId;
use record::json::{Json, Map};
use record::stix::StixId;
use record::time::Timestamp;
use record::{Record, Signed};
use storage::{Body, LocalStore, Place};

use super::{counts, judgements};
use crate::cases::verified;
use crate::command::log::number;
use crate::keyring::Keyring;
use crate::outcome::Done;
use crate::report::Report;

const WITHDRAWN: &str = "withdrawn";
const WITHDRAWN_BY: &str = "withdrawn_by";
const VERSIONS: &str = "versions";
const VERSIONS_BY: &str = "versions_by";

/// What a record said of its author's signals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remains {
    pub(crate) author: PartyId,
    /// Signals that it takes back.
    pub(crate) withdrawn: Vec<StixId>,
    /// Signals of which it held a version, and of when that was. They are taken back by nobody: what is older does not stand in
    /// their place.
    pub(crate) versions: Vec<(StixId, Timestamp)>,
}

impl Remains {
    /// Of the record beside an entry; none if it says nothing of signals. What does not count while it is here, since it is not
    /// proved in its author's log, must not count once it is gone.
    pub(crate) fn of_body(store: &LocalStore, ring: &Keyring, (place, body): (&Place, &Body)) -> Done<Option<Self>> {
        let Some(remains) = verified(ring, body).ok().and_then(|record| Self::of_record(&record)) else {
            return Ok(None);
        };
        Ok(counts(&judgements(store)?, &place.log, place.index).then_some(remains))
    }

    /// A withdrawal takes back what it names, and a record of signals those of which it holds a version that says so.
    fn of_record(record: &Signed<Record>) -> Option<Self> {
        let remains = match record.content().object().text("type")? {
            RETRACTION_TYPE => {
                let retraction = Retraction::of_record(record).ok()?;
                Self { author: retraction.author, withdrawn: retraction.signals, versions: Vec::new() }
            }
            BATCH_TYPE => {
                let batch = Batch::of_record(record).ok()?;
                let signals = batch.members.into_iter().filter_map(|member| member.signal.ok());
                let (withdrawn, versions): (Vec<_>, Vec<_>) =
                    signals.partition(|signal| signal.state == State::Retracted);
                Self {
                    author: batch.author,
                    withdrawn: withdrawn.into_iter().map(|signal| signal.id).collect(),
                    versions: versions.into_iter().map(|signal| (signal.id, signal.modified)).collect(),
                }
            }
            _ => return None,
        };
        (!remains.withdrawn.is_empty() || !remains.versions.is_empty()).then_some(remains)
    }

    /// An erasure's properties, with these beside them.
    pub(crate) fn write(&self, fields: Map) -> Map {
        let ids = self.withdrawn.iter().map(|id| Json::from(id.as_str())).collect();
        let versions = self.versions.iter().map(|(id, modified)| {
            Json::from(Map::new().with("id", id.as_str()).with("modified", modified.to_string()))
        });
        let fields = self.beside(fields, (WITHDRAWN, WITHDRAWN_BY), ids);
        self.beside(fields, (VERSIONS, VERSIONS_BY), versions.collect())
    }

    fn beside(&self, fields: Map, (what, whose): (&str, &str), list: Vec<Json>) -> Map {
        if list.is_empty() {
            return fields;
        }
        fields.with(what, Json::Array(list)).with(whose, self.author.to_string())
    }

    /// What stays of the record, told before it goes.
    pub(crate) fn describe(&self, report: &mut Report) {
        let kept = [
            ("withdrawn", self.withdrawn.len(), "it takes back, and they stay taken back"),
            ("versions", self.versions.len(), "it holds a version of, and no older version that is here stands again"),
        ];
        for (fact, count, what) in kept.into_iter().filter(|(_, count, _)| *count > 0) {
            report.fact(&format!("{fact}_kept"), number(count as u64));
            report.line(format!("The erasure names the signals that {what}: {count}"));
        }
    }

    /// What an erasure says of signals.
    pub(super) fn of_erasure(record: &Signed<Record>) -> Option<Self> {
        let fields = record.content().extension()?;
        let author = fields.text(WITHDRAWN_BY).or_else(|| fields.text(VERSIONS_BY))?;
        let list = |name| fields.get(name).and_then(Json::as_array).into_iter().flatten();
        let version = |one: &Json| {
            let one = one.as_object()?;
            Some((one.text("id")?.parse().ok()?, one.text("modified")?.parse().ok()?))
        };
        Some(Self {
            author: author.parse().ok()?,
            withdrawn: list(WITHDRAWN).filter_map(|id| id.as_str()?.parse().ok()).collect(),
            versions: list(VERSIONS).filter_map(version).collect(),
        })
    }
}
