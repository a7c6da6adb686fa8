//! What is kept is signed and logged: several records in one commit where one follows from another.

use duties::clock::{ClockEvent, ClockId, Happening, Setting, set, withdraw_all};
use duties::kept::{CLOCK_TYPE, KeptClock, MAX_EVENTS_OF_A_RECORD};
use record::digest::RecordDigest;
use record::entropy::{Entropy as _, SystemEntropy};
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::{Record, Signed};
use storage::{Batch, BatchId};

use super::{Basis, DutyBook};
use crate::command::log::{Signing, entry, fresh_salt};
use crate::outcome::{Done, Failure};
use crate::rules::faulty;

/// A fresh id of a type.
pub(crate) fn kept_id(object_type: &str) -> Done<StixId> {
    let mut octets = [0; 16];
    SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
    let id = format!("{object_type}--{}", uuid::Builder::from_random_bytes(octets).into_uuid());
    id.parse().map_err(Failure::environment)
}

/// One commit of several records: all of them are logged, or none.
pub(crate) fn batch_of_all(records: &[Signed<Record>]) -> Done<Batch> {
    let digests: Vec<_> = records.iter().map(Signed::<Record>::digest).collect();
    let name: Vec<&[u8]> =
        std::iter::once(b"duties".as_slice()).chain(digests.iter().map(|digest| digest.octets().as_slice())).collect();
    let mut batch = Batch::new(BatchId::of(&name));
    for record in records {
        let salt = fresh_salt()?;
        batch = batch.entry(entry(&record.commitment(&salt), &salt, &record.envelope().to_json()));
    }
    Ok(batch)
}

/// Whoever signs what is kept: a command that has the keys open, or the running node.
pub(crate) trait Signs {
    /// Signs an object of ours as a record.
    fn sign_kept(&self, object: StixObject, now: Timestamp) -> Done<Signed<Record>>;
}

impl Signs for Signing {
    fn sign_kept(&self, object: StixObject, _now: Timestamp) -> Done<Signed<Record>> {
        self.sign(object)
    }
}

/// Events of the clocks of one incident, signed, those of each clock apart: whoever is shown that one duty was kept in time is told
/// of no other.
pub(crate) fn events_records(
    node: &impl Signs,
    incident: &StixId,
    events: &[ClockEvent],
    now: Timestamp,
) -> Done<Vec<Signed<Record>>> {
    let record = |some: &[ClockEvent]| {
        let kept = KeptClock::new(incident.as_str(), some.to_vec());
        let kept = kept.map_err(|faults| faulty("an event of a clock", &faults))?;
        node.sign_kept(kept.to_object(&kept_id(CLOCK_TYPE)?, now).map_err(Failure::input)?, now)
    };
    let of_one_clock = events.chunk_by(|one, next| one.clock == next.clock);
    of_one_clock.flat_map(|events| events.chunks(MAX_EVENTS_OF_A_RECORD)).map(record).collect()
}

impl DutyBook<'_> {
    /// What the facts about an incident ask of its clocks. `because` is the record from which they follow. Of one that was erased those that
    /// run are withdrawn, by the record that says that it was.
    pub(crate) fn setting(&self, basis: &Basis, (because, now): (RecordDigest, Timestamp)) -> Setting {
        if let Some(erasure) = basis.erased {
            return withdraw_all(basis.incident.as_str(), &basis.clocks, &erasure.to_string(), now);
        }
        let gathered = self.gather(basis);
        let answers = self.answers(&gathered.facts, now);
        set(basis.incident.as_str(), &answers, &basis.clocks, &because.to_string(), now)
    }

    /// The events that say that a stage was filed, in the record of this digest, and what follows: a filing begins the next stage.
    pub(crate) fn filed(
        &self,
        (incident, stage): (&StixId, &str),
        version: RecordDigest,
        (by, now): (&str, Timestamp),
    ) -> Done<Vec<ClockEvent>> {
        let mut basis = self.basis(incident)?;
        let id = ClockId::new(incident.as_str(), stage);
        let filed = ClockEvent::new(id, now, by, Happening::Filed { version: version.to_string() });
        basis.clocks.take(&filed).map_err(Failure::refused)?;
        let setting = self.setting(&basis, (version, now));
        Ok(std::iter::once(filed).chain(setting.events).collect())
    }
}
