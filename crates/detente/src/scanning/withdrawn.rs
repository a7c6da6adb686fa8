//! What was taken back stays taken back when the record that says so is erased.
//!
//! Its author may recall a withdrawal as he may recall any record, and its body goes then. The signal itself may still be here, or may be
//! sent again. So the erasure that we sign names the signals and whose they are, and nothing else that stood in the record.
//!
//! It names those too of which the newest of several versions goes: an earlier one, which the author had made narrower or let end, must
//! not stand again because nobody knows any more that he did.

use matching::bank::SignalName;
use matching::signal::State;
use matching::signed::{BATCH_TYPE, Batch, RETRACTION_TYPE, Retraction};
use record::digest::PartyId;
use record::json::{Json, Map};
use record::stix::StixId;
use record::{Record, Signed};
use storage::{Body, LocalStore, Place};

use super::{Scanner, Settings, counts, judgements};
use crate::cases::verified;
use crate::keyring::Keyring;
use crate::outcome::Done;
use crate::report::Report;

const SIGNALS: &str = "withdrawn";
const AUTHOR: &str = "withdrawn_by";

/// Signals that their author took back, or whose newest version is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    pub(crate) author: PartyId,
    pub(crate) signals: Vec<StixId>,
}

impl Withdrawn {
    /// What an erasure of the record beside an entry takes back; none if it takes nothing back. What does not count while it is here,
    /// since it is not proved in its author's log, must not count once it is gone.
    pub(crate) fn of_body(
        (store, ring, own): (&LocalStore, &Keyring, PartyId),
        (place, body): (&Place, &Body),
    ) -> Done<Option<Self>> {
        let Some(record) = verified(ring, body).ok().filter(is_about_signals) else { return Ok(None) };
        let Some(mut withdrawn) = Self::of_record(&record) else { return Ok(None) };
        if !counts(&judgements(store)?, &place.log, place.index) {
            return Ok(None);
        }
        if is_batch(&record) {
            let scanner = Scanner::of(store, ring, own, Settings::default())?;
            withdrawn.signals.extend(newest_of_several(&scanner, &record));
            withdrawn.signals.sort_unstable();
            withdrawn.signals.dedup();
        }
        Ok((!withdrawn.signals.is_empty()).then_some(withdrawn))
    }

    /// A withdrawal takes back what it names, and a record of signals those of which it holds a version that says so.
    fn of_record(record: &Signed<Record>) -> Option<Self> {
        if !is_batch(record) {
            let retraction = Retraction::of_record(record).ok()?;
            return Some(Self { author: retraction.author, signals: retraction.signals });
        }
        let batch = Batch::of_record(record).ok()?;
        let signals = batch.members.into_iter().filter_map(|member| member.signal.ok());
        let retracted = signals.filter(|signal| signal.state == State::Retracted);
        Some(Self { author: batch.author, signals: retracted.map(|signal| signal.id).collect() })
    }

    /// An erasure's properties, with these beside them.
    pub(crate) fn write(&self, fields: Map) -> Map {
        let ids = self.signals.iter().map(|id| Json::from(id.as_str())).collect();
        fields.with(SIGNALS, Json::Array(ids)).with(AUTHOR, self.author.to_string())
    }

    /// Says what is found no more, and never comes again.
    pub(crate) fn describe(&self, report: &mut Report) {
        let ids: Vec<&str> = self.signals.iter().map(StixId::as_str).collect();
        report.fact("signals_withdrawn", Json::Array(ids.iter().map(|id| Json::from(*id)).collect()));
        report.line(format!("With it these signals are taken back, and stay so: {}", ids.join(", ")));
    }

    /// What an erasure says to be taken back.
    pub(super) fn of_erasure(record: &Signed<Record>) -> Option<Self> {
        let fields = record.content().extension()?;
        let ids = fields.get(SIGNALS)?.as_array()?.iter();
        let signals = ids.filter_map(|id| id.as_str()?.parse().ok()).collect();
        Some(Self { author: fields.text(AUTHOR)?.parse().ok()?, signals })
    }
}

fn is_about_signals(record: &Signed<Record>) -> bool {
    is_batch(record) || record.content().object().text("type") == Some(RETRACTION_TYPE)
}

fn is_batch(record: &Signed<Record>) -> bool {
    record.content().object().text("type") == Some(BATCH_TYPE)
}

/// The signals of which this record holds the newest version while an earlier one is here too.
fn newest_of_several(scanner: &Scanner, record: &Signed<Record>) -> Vec<StixId> {
    let Ok(batch) = Batch::of_record(record) else { return Vec::new() };
    let author = batch.author.to_string();
    let names = batch.members.into_iter().filter_map(|member| Some(SignalName::new(&author, member.signal.ok()?.id)));
    let is_newest = |name: &SignalName| scanner.find(name).is_some_and(|known| known.record == batch.record);
    names.filter(|name| is_newest(name) && scanner.versions(name).len() > 1).map(|name| name.id).collect()
}
