//! Objects that are signed and committed together, with a note that says where they come from.

use std::collections::{BTreeMap, BTreeSet};

use record::digest::RecordDigest;
use record::entropy::{Entropy as _, SystemEntropy};
use record::json::{Json, Map};
use record::key_record::Use;
use record::stix::StixObject;
use record::suite::PrivateKey;
use record::time::Timestamp;
use record::{Author, Draft};
use storage::{NewEntry, Store as _};

use super::given::{Became, Given, Log};
use crate::command::import::batches;
use crate::command::log::{Signing, entry, fresh_salt};
use crate::outcome::{Done, Failure};
use crate::quarantine::Cell;
use crate::quarantine::held::{Held, Object};
use crate::{clock, keystore, node};

/// Objects that are committed together: one sync of the disk for all of them. A note names them, and each element of a list has a
/// digest of its own, of which a record may have 256.
const GROUP: usize = 128;

/// Octets of objects that are committed together: signed, an object takes some three times its size.
const GROUP_BYTES: u64 = 1024 * 1024;

/// What is remembered of an object that was in the log before.
const HERE: &str = "here";

/// A collection that objects of the group come from.
#[derive(Debug)]
struct Origin {
    id: String,
    title: String,
    ids: BTreeSet<String>,
    first: Timestamp,
    last: Timestamp,
}

/// Objects on their way into the log.
pub(super) struct Group<'n> {
    node: &'n Signing,
    keys: Vec<&'n PrivateKey>,
    source: String,
    entries: Vec<(RecordDigest, NewEntry)>,
    origins: BTreeMap<String, Origin>,
    /// What quarantine remembers once the log has them.
    settled: Vec<(i64, String)>,
    /// Ids and records, to be told.
    made: Vec<(String, String)>,
    octets: u64,
}

impl<'n> Group<'n> {
    pub(super) fn new(node: &'n Signing, cell: &Cell) -> Done<Self> {
        Ok(Self {
            node,
            keys: keystore::signers(&node.history, &node.keys, Use::Record)?,
            source: cell.name.to_string(),
            entries: Vec::new(),
            origins: BTreeMap::new(),
            settled: Vec::new(),
            made: Vec::new(),
            octets: 0,
        })
    }

    pub(super) const fn is_full(&self) -> bool {
        self.settled.len() >= GROUP || self.octets >= GROUP_BYTES
    }

    /// Signs an object, if it is to be signed. Says why it could not be.
    pub(super) fn take(&mut self, object: &Object, given: Given, log: &mut Log<'_>) -> Result<Became, String> {
        match given {
            Given::Leave { became, record } => {
                if let Some(record) = record {
                    self.settled.push((object.number, format!("{HERE} {record}")));
                }
                Ok(became)
            }
            Given::Sign { draft, became, number } => {
                let members = draft.object().clone();
                let digest = self.sign(*draft).map_err(|failure| failure.message)?;
                log.signed(&members, number, digest);
                self.note(object);
                self.settled.push((object.number, digest.to_string()));
                self.made.push((object.id.clone().unwrap_or_default(), digest.to_string()));
                self.octets = self.octets.saturating_add(object.length);
                Ok(became)
            }
        }
    }

    fn sign(&mut self, draft: Draft) -> Done<RecordDigest> {
        let author = Author::new(self.node.history.party(), self.node.history.head().digest(), &self.keys);
        let record = draft.sign(&author, &mut SystemEntropy::new()).map_err(Failure::input)?;
        let salt = fresh_salt()?;
        let new = entry(&record.commitment(&salt), &salt, &record.envelope().to_json());
        self.entries.push((record.digest(), new));
        Ok(record.digest())
    }

    fn note(&mut self, object: &Object) {
        let origin = self.origins.entry(object.address.clone()).or_insert_with(|| Origin {
            id: object.collection.clone(),
            title: object.title.clone(),
            ids: BTreeSet::new(),
            first: object.came,
            last: object.came,
        });
        origin.ids.extend(object.id.clone());
        origin.first = origin.first.min(object.came);
        origin.last = origin.last.max(object.came);
    }

    /// Commits the group, and then lets quarantine remember it. A kill between the two leaves objects that the next run finds in the
    /// log. Answers ids with their records.
    pub(super) fn commit(&mut self, held: &mut Held) -> Done<Vec<(String, String)>> {
        for (address, origin) in std::mem::take(&mut self.origins) {
            let object = origin.note(&self.source, &address)?;
            let _digest = self.sign(Draft::new(object))?;
        }
        let entries = std::mem::take(&mut self.entries);
        for answer in self.node.store.commit(batches(entries)) {
            let _committed = answer.map_err(node::refused)?;
        }
        held.take(&std::mem::take(&mut self.settled))?;
        self.octets = 0;
        Ok(std::mem::take(&mut self.made))
    }
}

impl Origin {
    /// A note of ours (STIX 2.1 section 4.10) about these objects: they are others', and bear no mark of where they were found.
    fn note(&self, source: &str, address: &str) -> Done<StixObject> {
        let mut octets = [0; 16];
        SystemEntropy::new().fill(&mut octets).map_err(Failure::environment)?;
        let id = format!("note--{}", uuid::Builder::from_random_bytes(octets).into_uuid());
        let now = clock::now().to_string();
        let content = format!(
            "This party took these objects from the collection {} ({}) of the TAXII server that it calls {source}. They came between \
             {} and {}.",
            self.id, self.title, self.first, self.last
        );
        let reference =
            Map::new().with("source_name", "TAXII 2.1").with("url", address).with("external_id", self.id.as_str());
        let ids = self.ids.iter().map(|id| Json::from(id.as_str())).collect();
        let note = Map::new()
            .with("type", "note")
            .with("spec_version", "2.1")
            .with("id", id)
            .with("created", now.as_str())
            .with("modified", now)
            .with("abstract", format!("Taken from {source}"))
            .with("content", content)
            .with("object_refs", Json::Array(ids))
            .with("external_references", Json::Array(vec![Json::from(reference)]));
        StixObject::from_map(note).map_err(Failure::environment)
    }
}
