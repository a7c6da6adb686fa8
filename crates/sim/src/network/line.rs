//! A line between a reader and a sender: it may lose files, and the sender may lie on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use node::exchange::{Answer, Source, Unreachable};
use protocol::exchange::{Absence, Files, ListedFeed, Resource, Ring, listing};
use record::digest::PartyId;
use record::json::{self, Json};
use record::jws::{Envelope, MediaType};
use record::key_history::KeyHistory;
use record::limits::MAX_KEY_RECORD_BYTES;
use record::time::Timestamp;

use super::actor::{Actor, Keyring};
use super::canary::Wire;
use super::treaty::Treaty;
use crate::seed::Seed;

/// What a sender answers in place of the truth.
pub(crate) type Lie<'l> = dyn Fn(&Resource, Answer) -> Answer + 'l;

/// A reader's line to a sender.
pub(crate) struct Line<'l> {
    pub(crate) reader: &'l Actor,
    pub(crate) sender: &'l Actor,
    pub(crate) treaty: &'l Treaty,
    pub(crate) wire: &'l mut Wire,
    pub(crate) ring: Keyring,
    pub(crate) lie: Option<&'l Lie<'l>>,
    /// One file in so many is lost; none at 0.
    pub(crate) lost_one_in: u64,
    pub(crate) seed: Seed,
    /// Files after which the reader is held back from the agreement.
    pub(crate) suspended_after: Option<u64>,
    pub(crate) asked: u64,
    /// What a checker saw on the line.
    pub(crate) leak: Option<String>,
}

impl Line<'_> {
    fn ask(&mut self, resource: &Resource) -> Result<Answer, Unreachable> {
        self.asked = self.asked.saturating_add(1);
        if self.lost_one_in > 0 && self.seed.once_in(self.lost_one_in) {
            return Err(Unreachable::new("the line was cut".to_owned()));
        }
        if self.suspended_after == Some(self.asked) {
            self.treaty.suspend(self.reader.id());
        }
        let (sender, reader) = (self.sender, self.reader.id());
        let answer = sender.sender.answer(Some(&reader), resource, self.treaty, sender.now());
        let answer = answer.map_err(|error| Unreachable::new(error.to_string()))?;
        Ok(self.lie.map_or_else(|| answer.clone(), |lie| lie(resource, answer.clone())))
    }

    /// The sender's feeds for this reader.
    pub(crate) fn feeds(&mut self) -> Vec<ListedFeed> {
        match self.ask(&Resource::Feeds) {
            Ok(Answer::Octets(octets)) => listing::read(&octets).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

impl Source for Line<'_> {
    fn fetch(&mut self, wanted: &BTreeSet<Resource>, files: &mut Files) -> Result<(), Unreachable> {
        for resource in wanted {
            match self.ask(resource)? {
                Answer::Octets(octets) if octets.len() > resource.max_bytes() => {
                    files.lacks(*resource, Absence::TooLong);
                }
                Answer::Octets(octets) => {
                    if let Err(leak) = self.wire.carry(&resource.to_string(), &octets) {
                        self.leak = Some(leak);
                    }
                    files.put(*resource, octets);
                }
                Answer::NotThere => files.lacks(*resource, Absence::NotThere),
                Answer::Erased => files.lacks(*resource, Absence::Erased),
            }
        }
        Ok(())
    }

    fn learn(&mut self, peer: PartyId, profile: &[u8]) {
        if let Some(history) = history(profile).filter(|history| history.party() == peer) {
            drop(self.ring.histories.insert(peer, history));
        }
    }

    fn ring(&self) -> Arc<dyn Ring + Send + Sync> {
        Arc::new(self.ring.clone())
    }

    fn now(&self) -> Timestamp {
        self.reader.now()
    }
}

/// The key records of a profile file.
fn history(profile: &[u8]) -> Option<KeyHistory> {
    let Ok(Json::Object(map)) = json::parse(profile) else { return None };
    let records = map.get("key_records")?.as_array()?.iter();
    let envelopes = records
        .map(|record| Envelope::read(record.to_text().as_bytes(), MediaType::KeyRecord, MAX_KEY_RECORD_BYTES).ok());
    KeyHistory::from_records(envelopes.collect::<Option<Vec<_>>>()?).ok()
}
