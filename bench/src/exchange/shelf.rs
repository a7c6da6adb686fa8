//! A line that keeps every answer: whoever reads from it a second time has the files at hand, as from a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use node::exchange::{Answer, Source, Unreachable};
use protocol::exchange::{Absence, Files, ListedFeed, Resource, Ring};
use record::digest::PartyId;
use record::time::Timestamp;

use crate::line::Line;

/// The line, and what came over it.
pub(super) struct Shelf<'l> {
    line: Line<'l>,
    kept: BTreeMap<Resource, Answer>,
}

impl<'l> Shelf<'l> {
    pub(super) const fn new(line: Line<'l>) -> Self {
        Self { line, kept: BTreeMap::new() }
    }

    /// The first feed of the sender.
    pub(super) fn feed(&mut self) -> ListedFeed {
        self.line.feeds().remove(0)
    }
}

impl Source for Shelf<'_> {
    fn fetch(&mut self, wanted: &BTreeSet<Resource>, files: &mut Files) -> Result<(), Unreachable> {
        for resource in wanted {
            let line = &mut self.line;
            match self.kept.entry(*resource).or_insert_with(|| line.answer(resource)) {
                Answer::Octets(octets) => files.put(*resource, octets.clone()),
                Answer::NotThere => files.lacks(*resource, Absence::NotThere),
                Answer::Erased => files.lacks(*resource, Absence::Erased),
            }
        }
        Ok(())
    }

    fn learn(&mut self, peer: PartyId, profile: &[u8]) {
        self.line.learn(peer, profile);
    }

    fn ring(&self) -> Arc<dyn Ring + Send + Sync> {
        self.line.ring()
    }

    fn now(&self) -> Timestamp {
        self.line.now()
    }
}
