//! A line between two nodes: what one asks for, the other answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use node::exchange::{Answer, Intake, Pulled, Reader, Source, Taken, Unreachable};
use policy::belief::Quorum;
use protocol::exchange::{Absence, Files, ListedFeed, Resource, Ring, listing};
use record::digest::PartyId;
use record::key_history::KeyHistory;
use record::time::Timestamp;

use crate::agreement::Treaties;
use crate::scene::{HOUR_MS, Keyring, Node};

/// A reader's line to a sender. Every octet on it is kept, for whoever looks for what must not be there.
pub(crate) struct Line<'l> {
    pub(crate) to: &'l Node,
    pub(crate) reader: PartyId,
    pub(crate) treaties: &'l Treaties,
    pub(crate) ring: Keyring,
    pub(crate) seen: Vec<u8>,
    /// Whether it keeps nothing of what passes, as a long transfer must.
    pub(crate) is_forgetful: bool,
    /// Every file that was asked for and answered, in order.
    pub(crate) asked: Vec<Resource>,
    /// Files after which the line breaks.
    pub(crate) breaks_after: Option<usize>,
    /// Files after which the agreement is suspended.
    pub(crate) suspended_after: Option<usize>,
    pub(crate) answered: usize,
    /// Whether the first body that is asked for is said to be erased.
    pub(crate) is_keeping_back: bool,
}

impl<'l> Line<'l> {
    pub(crate) fn new(from: &Node, to: &'l Node, treaties: &'l Treaties) -> Self {
        let (reader, ring) = (from.id(), from.ring.clone());
        Self {
            to,
            reader,
            treaties,
            ring,
            seen: Vec::new(),
            is_forgetful: false,
            asked: Vec::new(),
            breaks_after: None,
            suspended_after: None,
            answered: 0,
            is_keeping_back: false,
        }
    }

    pub(crate) fn answer(&mut self, resource: &Resource) -> Answer {
        if self.suspended_after == Some(self.answered) {
            self.treaties.signed.iter().for_each(|one| self.treaties.suspend(one.digest()));
        }
        self.answered += 1;
        if self.is_keeping_back && matches!(resource, Resource::Body(..)) {
            self.is_keeping_back = false;
            return Answer::Erased;
        }
        let answer = self.to.sender.answer(Some(&self.reader), resource, self.treaties, self.to.clock.now()).unwrap();
        if self.is_forgetful {
            return answer;
        }
        self.asked.push(*resource);
        if let Answer::Octets(octets) = &answer {
            self.seen.extend(octets);
        }
        answer
    }

    pub(crate) fn feeds(&mut self) -> Vec<ListedFeed> {
        let Answer::Octets(octets) = self.answer(&Resource::Feeds) else { panic!("no list of feeds") };
        listing::read(&octets).unwrap()
    }
}

impl Source for Line<'_> {
    fn fetch(&mut self, wanted: &BTreeSet<Resource>, files: &mut Files) -> Result<(), Unreachable> {
        for resource in wanted {
            if self.breaks_after == Some(self.answered) {
                return Err(Unreachable::new("the line broke".to_owned()));
            }
            match self.answer(resource) {
                Answer::Octets(octets) => files.put(*resource, octets),
                Answer::NotThere => files.lacks(*resource, Absence::NotThere),
                Answer::Erased => files.lacks(*resource, Absence::Erased),
            }
        }
        Ok(())
    }

    fn learn(&mut self, peer: PartyId, profile: &[u8]) {
        if let Some(history) = history(profile).filter(|history| history.party() == peer) {
            self.ring.histories.insert(peer, history);
        }
    }

    fn ring(&self) -> Arc<dyn Ring + Send + Sync> {
        Arc::new(self.ring.clone())
    }

    fn now(&self) -> Timestamp {
        self.to.clock.now()
    }
}

/// The key records of a profile file.
pub(crate) fn history(profile: &[u8]) -> Option<KeyHistory> {
    let Ok(record::json::Json::Object(map)) = record::json::parse(profile) else { return None };
    let envelopes = map.get("key_records")?.as_array()?.iter().map(|record| {
        let (kind, limit) = (record::jws::MediaType::KeyRecord, record::limits::MAX_KEY_RECORD_BYTES);
        record::jws::Envelope::read(record.to_text().as_bytes(), kind, limit).ok()
    });
    KeyHistory::from_records(envelopes.collect::<Option<Vec<_>>>()?).ok()
}

/// Reads the first feed that a sender has for a reader.
pub(crate) fn pull(reader: &mut Node, line: &mut Line<'_>) -> Pulled {
    let feed = line.feeds().remove(0);
    pull_feed(reader, &feed, line)
}

pub(crate) fn pull_feed(reader: &mut Node, feed: &ListedFeed, line: &mut Line<'_>) -> Pulled {
    let quorum = Quorum::none();
    let pulled = Reader::new(&reader.store, &reader.own, &quorum, HOUR_MS).pull(line.to.id(), feed, line).unwrap();
    reader.store.publish().unwrap();
    reader.ring = line.ring.clone();
    pulled
}

/// Delivers statements of a reader, opened, and tells what became of the last.
pub(crate) fn deliver(reader: &Node, leaves: &[u64], to: &Node, treaties: &Treaties) -> Taken {
    let opened = reader.sender.opened(*leaves.last().unwrap()).unwrap().unwrap();
    hand_in(reader.id(), &opened, to, treaties)
}

pub(crate) fn hand_in(from: PartyId, opened: &[u8], to: &Node, treaties: &Treaties) -> Taken {
    let intake = Intake::new(&to.store, &to.own, &to.sender);
    intake.take(from, opened, (&to.ring, treaties), to.clock.now()).unwrap()
}
