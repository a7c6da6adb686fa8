//! What records say of signals, taken into a bank.

use std::sync::Arc;

use matching::bank::{Arrival, SignalName};
use matching::signal::Signal;
use matching::signed::{BATCH_TYPE, Batch, RETRACTION_TYPE, Retraction, SIGHTING_TYPE, Sighting};
use record::digest::RecordDigest;
use record::time::Timestamp;
use record::{Record, Signed};

use super::{Known, Remains, Scanner};
use crate::clock;
use crate::holdings::ERASURE;

impl Scanner {
    pub(super) fn take(&mut self, record: &Signed<Record>) {
        match record.content().object().text("type") {
            Some(BATCH_TYPE) => self.take_signals(record),
            Some(RETRACTION_TYPE) => self.take_retraction(record),
            Some(SIGHTING_TYPE) => self.take_sighting(record),
            Some(ERASURE) => self.take_erasure(record),
            Some(_) | None => {}
        }
    }

    fn take_signals(&mut self, record: &Signed<Record>) {
        let Ok(batch) = Batch::of_record(record) else { return };
        let author: Arc<str> = batch.author.to_string().into();
        let (mut signals, members) = (Vec::new(), batch.members.len());
        for member in batch.members {
            match member.signal {
                Ok(signal) => signals.push(Arc::new(signal)),
                Err(_) => self.unreadable = self.unreadable.saturating_add(1),
            }
        }
        self.note_unreadable(batch.record, members.saturating_sub(signals.len()));
        for signal in &signals {
            self.note_version(&SignalName::new(&author, signal.id.clone()), batch.record, signal);
            self.remember(SignalName::new(&author, signal.id.clone()), batch.record, signal);
        }
        self.waiting = self.waiting.saturating_add(signals.len());
        let at = if self.is_following { clock::now() } else { moment(record) };
        self.arrivals.push(Arrival::Signals { author, signals, at });
    }

    fn remember(&mut self, name: SignalName, record: RecordDigest, signal: &Arc<Signal>) {
        let earlier = self.find(&name);
        let is_older = earlier.is_some_and(|known| known.signal.modified >= signal.modified);
        if is_older || self.gone.get(&name).is_some_and(|gone| *gone > signal.modified) {
            return;
        }
        let earlier = earlier.and_then(|known| known.retracted.clone());
        let retracted = self.retracted.remove(&name).or(earlier);
        let all = Arc::make_mut(self.known.entry(name.author).or_default());
        all.insert(name.id, Known { record, retracted, signal: Arc::clone(signal) });
    }

    fn take_retraction(&mut self, record: &Signed<Record>) {
        let Ok(retraction) = Retraction::of_record(record) else { return };
        let author: Arc<str> = retraction.author.to_string().into();
        let reason = retraction.reason.unwrap_or_default();
        for id in &retraction.signals {
            let name = SignalName::new(&author, id.clone());
            self.note_withdrawal(name.clone(), retraction.record);
            match self.find_mut(&name) {
                Some(known) => known.retracted = Some(reason.clone()),
                None => drop(self.retracted.insert(name, reason.clone())),
            }
        }
        self.arrivals.push(Arrival::Retracted { author, signals: retraction.signals });
    }

    /// A record whose body went. Why signals were withdrawn is known no more, nor what their versions held.
    fn take_erasure(&mut self, record: &Signed<Record>) {
        // Others may say of their own directories what they like.
        let Some(remains) = Remains::of_erasure(record).filter(|_| record.content().issuer() == self.own) else {
            return;
        };
        let author: Arc<str> = remains.author.to_string().into();
        for id in &remains.withdrawn {
            let name = SignalName::new(&author, id.clone());
            match self.find_mut(&name) {
                Some(known) => drop(known.retracted.get_or_insert_default()),
                None => drop(self.retracted.entry(name).or_default()),
            }
        }
        for (id, version) in &remains.versions {
            self.note_gone(SignalName::new(&author, id.clone()), *version);
        }
        self.arrivals.push(Arrival::Retracted { author: author.clone(), signals: remains.withdrawn });
        self.arrivals.push(Arrival::Gone { author, versions: remains.versions });
    }

    fn note_gone(&mut self, name: SignalName, version: Timestamp) {
        if self.find(&name).is_some_and(|known| known.signal.modified < version && known.retracted.is_none()) {
            self.forget(&name);
        }
        let gone = self.gone.entry(name).or_insert(version);
        *gone = version.max(*gone);
    }

    fn take_sighting(&mut self, record: &Signed<Record>) {
        let Ok(sighting) = Sighting::of_record(record) else { return };
        let name = (sighting.author, sighting.id.clone());
        let version = |one: &Sighting| (one.modified, one.record);
        if self.sightings.get(&name).is_none_or(|earlier| version(earlier) < version(&sighting)) {
            Arc::make_mut(&mut self.sightings).insert(name, sighting);
        }
    }
}

/// When a record was made, by its author's word, and never later than now: nobody kept when it came, and years of a log are read at
/// once. What an author sends while this runs is counted by our clock, and all that is in force of him has a bound.
fn moment(record: &Signed<Record>) -> Timestamp {
    let object = record.content().object();
    let said = object.text("modified").and_then(|text| text.parse::<Timestamp>().ok());
    said.map_or_else(clock::now, |said| said.min(clock::now()))
}
