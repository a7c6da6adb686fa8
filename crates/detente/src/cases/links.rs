//! The signed links around an incident.

use std::collections::{BTreeMap, BTreeSet};

use incident::links::{BEYOND_STEPS_MAX, Graph, LINK_TYPE, LinkStatement};
use record::digest::{PartyId, RecordDigest};
use record::stix::StixId;

use super::naming::Naming;
use super::{Cases, Found};
use crate::outcome::Done;

/// Most statements that are looked for because one author takes them back. The author is who signed: a peer that takes back a
/// million that nobody made hides none of another's.
const MAX_TAKEN_BACK: usize = 4_096;

/// What is said around an incident.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// What follows from it.
    pub(crate) graph: Graph,
    /// Every statement, those that hold no more among them.
    pub(crate) statements: Vec<LinkStatement>,
    /// The records that say it.
    pub(crate) found: BTreeMap<RecordDigest, Found>,
    /// Whether there were too many to be read: what is said then is not all.
    pub(crate) is_cut: bool,
}

impl Links {
    /// Why its author said it.
    pub(crate) fn reason(&self, statement: RecordDigest) -> Option<&str> {
        self.found.get(&statement)?.record.content().extension()?.text("reason")
    }

    /// Whether a statement holds.
    pub(crate) fn holds(&self, statement: RecordDigest) -> bool {
        self.graph.in_force().any(|one| one.digest == statement)
    }
}

impl Cases<'_> {
    /// The statements that bear on an incident: those that name it, those that take them back, and so on from the other ends
    /// as far as a graph leads.
    pub(crate) fn links(&self, id: &StixId) -> Done<Links> {
        let mut walk = Walk {
            cases: *self,
            links: Links::default(),
            naming: Naming::default(),
            looked: BTreeMap::new(),
            asked: BTreeSet::new(),
        };
        let mut edge = BTreeSet::from([id.to_string()]);
        // One step more than is followed, so that it can be told whether it goes on.
        for _ in 0..=BEYOND_STEPS_MAX {
            edge = walk.step(edge)?;
        }
        let mut links = walk.links;
        links.is_cut |= walk.naming.is_cut;
        links.graph = Graph::of(links.statements.iter().cloned());
        Ok(links)
    }
}

struct Walk<'s> {
    cases: Cases<'s>,
    links: Links,
    naming: Naming,
    looked: BTreeMap<PartyId, usize>,
    asked: BTreeSet<String>,
}

impl Walk<'_> {
    /// Reads what names the ids of an edge, and answers with the ids beyond.
    fn step(&mut self, edge: BTreeSet<String>) -> Done<BTreeSet<String>> {
        let (mut names, mut next) = (edge, BTreeSet::new());
        while let Some(name) = names.pop_first() {
            if !self.asked.insert(name.clone()) {
                continue;
            }
            for found in self.naming.read(&self.cases, &name, LINK_TYPE)? {
                let Some(statement) = self.take(found)? else { continue };
                let ends = statement.link.iter().flat_map(|link| [link.from().to_string(), link.to().to_string()]);
                next.extend(ends);
                // Whatever takes this one back says how far it holds, at no step further.
                names.insert(statement.digest.to_string());
            }
        }
        next.retain(|name| !self.asked.contains(name));
        Ok(next)
    }

    /// Takes in a statement that was not known yet, with those that it takes back.
    fn take(&mut self, found: Found) -> Done<Option<LinkStatement>> {
        let first = self.take_one(found);
        let mut earlier: Vec<_> = first.iter().flat_map(taken_back).collect();
        while let Some((author, digest)) = earlier.pop() {
            if self.links.found.contains_key(&digest) || !self.may_look(author) {
                continue;
            }
            let taken = self.cases.record(&digest)?.and_then(|found| self.take_one(found));
            earlier.extend(taken.iter().flat_map(taken_back));
        }
        Ok(first)
    }

    fn may_look(&mut self, author: PartyId) -> bool {
        let looked = self.looked.entry(author).or_default();
        *looked = looked.saturating_add(1);
        let may = *looked <= MAX_TAKEN_BACK;
        self.links.is_cut |= !may;
        may
    }

    /// Half a statement says nothing.
    fn take_one(&mut self, found: Found) -> Option<LinkStatement> {
        let digest = found.record.digest();
        let statement = LinkStatement::of_record(&found.record).ok()?;
        if self.links.found.contains_key(&digest) {
            return None;
        }
        drop(self.links.found.insert(digest, found));
        self.links.statements.push(statement.clone());
        Some(statement)
    }
}

/// What a statement takes back, each beside who says so.
fn taken_back(statement: &LinkStatement) -> Vec<(PartyId, RecordDigest)> {
    statement.takes_back.iter().map(|digest| (statement.author, *digest)).collect()
}
