//! What pages tell beside a signal: its earlier versions, the record that took it back, sightings one by one, what could not be read.
//!
//! Each of these is a record of its own, with its own marking: whoever shows one judges it first.

use std::collections::BTreeMap;
use std::sync::Arc;

use matching::bank::SignalName;
use matching::signal::Signal;
use matching::signed::Sighting;
use record::digest::RecordDigest;
use record::time::Timestamp;
use storage::Place;

use super::{Known, Scanner};

/// Versions of one signal that are remembered: the latest. An author who makes more is not followed back further.
const MAX_VERSIONS: usize = 32;

/// One version of a signal, and the record that it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SignalVersion {
    /// When it was made, by its author's word.
    pub(crate) modified: Timestamp,
    pub(crate) record: RecordDigest,
}

/// What is remembered beside the signals that are known.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// Of signals that have more than one version, all of them.
    versions: BTreeMap<SignalName, Vec<SignalVersion>>,
    /// The newest record that took a signal back.
    withdrawals: BTreeMap<SignalName, RecordDigest>,
    /// Records with members that are no signals that this program can read, and how many.
    unreadable: BTreeMap<RecordDigest, usize>,
}

impl History {
    /// Another version came. `known` is the one that was the newest before.
    fn version(&mut self, name: &SignalName, known: SignalVersion, came: SignalVersion) {
        let all = self.versions.entry(name.clone()).or_insert_with(|| vec![known]);
        if !all.contains(&came) {
            all.push(came);
            all.sort_unstable_by(|one, other| other.cmp(one));
            all.truncate(MAX_VERSIONS);
        }
    }
}

impl Scanner {
    /// The versions of a signal that are here, the newest first.
    pub(crate) fn versions(&self, name: &SignalName) -> Vec<SignalVersion> {
        if let Some(all) = self.history.versions.get(name) {
            return all.clone();
        }
        let only = self.find(name);
        only.map(|known| SignalVersion { modified: known.signal.modified, record: known.record }).into_iter().collect()
    }

    /// Every signal with whose it is, in the order of authors and ids.
    pub(crate) fn each_known(&self) -> impl Iterator<Item = (&str, &Known)> {
        self.known.iter().flat_map(|(author, all)| all.values().map(move |known| (author.as_ref(), known)))
    }

    /// The record by which its author took a signal back, if it was one of its own. A version may say so too.
    pub(crate) fn withdrawal(&self, name: &SignalName) -> Option<RecordDigest> {
        self.history.withdrawals.get(name).copied()
    }

    /// Of each sighting the newest version.
    pub(crate) fn every_sighting(&self) -> impl Iterator<Item = &Sighting> {
        self.sightings.values()
    }

    /// Records with members that could not be read, and how many each has.
    pub(crate) fn unreadable_records(&self) -> impl Iterator<Item = (RecordDigest, usize)> {
        self.history.unreadable.iter().map(|(record, members)| (*record, *members))
    }

    /// Where the records lie that are only signed.
    pub(crate) fn doubted_places(&self) -> impl Iterator<Item = Place> {
        self.doubted.iter().map(|(log, index)| Place::new(log.clone(), *index))
    }

    /// Remembers both versions of a signal that has another already. What nobody has a second version of costs nothing.
    pub(super) fn note_version(&mut self, name: &SignalName, record: RecordDigest, signal: &Signal) {
        let came = SignalVersion { modified: signal.modified, record };
        let known =
            self.find(name).map(|known| SignalVersion { modified: known.signal.modified, record: known.record });
        if let Some(known) = known.filter(|known| *known != came) {
            self.history_mut().version(name, known, came);
        }
    }

    pub(super) fn note_withdrawal(&mut self, name: SignalName, record: RecordDigest) {
        self.history_mut().withdrawals.insert(name, record);
    }

    pub(super) fn note_unreadable(&mut self, record: RecordDigest, members: usize) {
        if members > 0 {
            self.history_mut().unreadable.insert(record, members);
        }
    }

    fn history_mut(&mut self) -> &mut History {
        Arc::make_mut(&mut self.history)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(micros: i64, octet: u8) -> SignalVersion {
        SignalVersion { modified: Timestamp::from_micros(micros), record: RecordDigest::from_octets([octet; 32]) }
    }

    #[test]
    fn versions_are_told_once_the_newest_first_and_no_more_than_a_bound() {
        let name = SignalName::new("author", "indicator--00000000-0000-4000-8000-000000000001".parse().unwrap());
        let mut history = History::default();
        history.version(&name, version(5, 1), version(9, 2));
        history.version(&name, version(9, 2), version(7, 3));
        history.version(&name, version(9, 2), version(7, 3));
        assert_eq!(history.versions.get(&name).unwrap(), &[version(9, 2), version(7, 3), version(5, 1)]);
        for later in 10..100 {
            history.version(&name, version(9, 2), version(later, 4));
        }
        let all = history.versions.get(&name).unwrap();
        assert_eq!((all.len(), all.first()), (MAX_VERSIONS, Some(&version(99, 4))), "the latest are kept");
    }
}
