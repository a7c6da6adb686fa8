//! What was taken back stays taken back when the record that says so is erased.
//!
//! Its author may recall a withdrawal as he may recall any record, and its body goes then. The signal itself may still be here, or may be
//! sent again. So the erasure that we sign names the signals and whose they are, and nothing else that stood in the record.

use matching::signal::State;
use matching::signed::{BATCH_TYPE, Batch, RETRACTION_TYPE, Retraction};
use record::digest::PartyId;
use record::json::{Json, Map};
use record::stix::StixId;
use record::{Record, Signed};
use storage::{Body, LocalStore, Place};

use super::{counts, judgements};
use crate::cases::verified;
use crate::keyring::Keyring;
use crate::outcome::Done;

const SIGNALS: &str = "withdrawn";
const AUTHOR: &str = "withdrawn_by";

/// Signals that their author took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    pub(crate) author: PartyId,
    pub(crate) signals: Vec<StixId>,
}

impl Withdrawn {
    /// What the record beside an entry takes back; none if it takes nothing back. What does not count while it is here, since it is not
    /// proved in its author's log, must not count once it is gone.
    pub(crate) fn of_body(store: &LocalStore, ring: &Keyring, (place, body): (&Place, &Body)) -> Done<Option<Self>> {
        let Some(withdrawn) = verified(ring, body).ok().and_then(|record| Self::of_record(&record)) else {
            return Ok(None);
        };
        Ok(counts(&judgements(store)?, &place.log, place.index).then_some(withdrawn))
    }

    /// A withdrawal takes back what it names, and a record of signals those of which it holds a version that says so.
    fn of_record(record: &Signed<Record>) -> Option<Self> {
        let (author, signals) = match record.content().object().text("type")? {
            RETRACTION_TYPE => {
                let retraction = Retraction::of_record(record).ok()?;
                (retraction.author, retraction.signals)
            }
            BATCH_TYPE => {
                let batch = Batch::of_record(record).ok()?;
                let signals = batch.members.into_iter().filter_map(|member| member.signal.ok());
                let retracted = signals.filter(|signal| signal.state == State::Retracted);
                (batch.author, retracted.map(|signal| signal.id).collect())
            }
            _ => return None,
        };
        (!signals.is_empty()).then_some(Self { author, signals })
    }

    /// An erasure's properties, with these beside them.
    pub(crate) fn write(&self, fields: Map) -> Map {
        let ids = self.signals.iter().map(|id| Json::from(id.as_str())).collect();
        fields.with(SIGNALS, Json::Array(ids)).with(AUTHOR, self.author.to_string())
    }

    /// What an erasure says to be taken back.
    pub(super) fn of_erasure(record: &Signed<Record>) -> Option<Self> {
        let fields = record.content().extension()?;
        let ids = fields.get(SIGNALS)?.as_array()?.iter();
        let signals = ids.filter_map(|id| id.as_str()?.parse().ok()).collect();
        Some(Self { author: fields.text(AUTHOR)?.parse().ok()?, signals })
    }
}
