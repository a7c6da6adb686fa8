//! A node in memory, and what it does: log, release, state heads, stop and start.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use collections::Collections;
use node::exchange::{Notebook, Own, Sender, Shared};
use policy::agreement::Agreement;
use policy::belief::{Believed, Knowledge, Logged, logged};
use policy::decision::{Ask, Engine, Exposure};
use policy::feed::{FeedEntry, FeedWriter};
use policy::floors::Floors;
use policy::labels::{SignedLabel, in_force};
use policy::released::OwnLeaf;
use policy::vocabulary::Purpose;
use protocol::exchange::Ring;
use record::digest::{AgreementDigest, PartyId};
use record::json::Map;
use record::key_history::KeyHistory;
use record::label::{Label, Marks, Pap, Tlp};
use record::stix::StixObject;
use record::time::Timestamp;
use record::{Draft, Record, Signed};
use storage::disk::Disk;
use storage::disk::memory::MemoryDisk;
use storage::views::View;
use storage::views::records::Records;
use storage::{Batch, BatchId, Body, Committed, LocalStore, LogName, NewEntry, Options, Place, Store as _};
use tlog::log_proof::LogProof;

use crate::agreement::Treaties;
use crate::party::{Counted, Keys, Party, instant};

/// An hour: how often heads are stated.
pub(crate) const HOUR_MS: u64 = 3_600_000;

/// A clock that a story sets.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(instant("2026-08-14T12:00:00Z").micros())))
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn wait_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000_000, Ordering::SeqCst);
    }
}

/// The keys of everybody that a node knows.
#[derive(Clone, Default)]
pub(crate) struct Keyring {
    pub(crate) histories: BTreeMap<PartyId, KeyHistory>,
    pub(crate) knowledge: BTreeMap<PartyId, Knowledge>,
    pub(crate) nothing: Knowledge,
}

impl Ring for Keyring {
    fn history(&self, party: &PartyId) -> Option<&KeyHistory> {
        self.histories.get(party)
    }

    fn knowledge(&self, party: &PartyId) -> &Knowledge {
        self.knowledge.get(party).unwrap_or(&self.nothing)
    }
}

/// A node.
pub(crate) struct Node {
    pub(crate) party: Party,
    pub(crate) clock: Clock,
    pub(crate) ring: Keyring,
    pub(crate) own: Own,
    pub(crate) sender: Sender,
    pub(crate) store: Shared,
    disk: Arc<dyn Disk>,
    commits: u64,
}

fn open(party: &Party, disk: &Arc<dyn Disk>, clock: &Clock, is_new: bool) -> Shared {
    let read = clock.clone();
    let entropy = Box::new(Counted::new("body keys"));
    let mut options = Options::new(Arc::clone(disk), Keys::of(party), Arc::new(move || read.now()), entropy);
    let views: [Box<dyn View>; 3] = [Box::new(Records::new()), Box::new(Notebook::new()), Box::new(Collections::new())];
    options.views = views.into();
    let store = if is_new { LocalStore::create(options) } else { LocalStore::open(options) }.unwrap();
    let _alone = store.guard(&LogName::node(), &[]).unwrap();
    Arc::new(store)
}

/// Each start has randomness of its own: a batch whose name was used before would be taken for that one.
fn own(party: &Party, starts: u64) -> Own {
    let own = Own::new(party.history(), party.keys.duplicate().unwrap());
    own.with_entropy(Box::new(Counted::new(&format!("salts of {} {starts}", party.name))))
}

impl Node {
    pub(crate) fn new(name: &str, clock: &Clock) -> Self {
        Self::on(name, clock, Arc::new(MemoryDisk::new()))
    }

    /// The node that lies on a disk. Each start on one disk has a number of its own.
    pub(crate) fn reopened(party: Party, clock: &Clock, disk: Arc<dyn Disk>, start: u64) -> Self {
        let store = open(&party, &disk, clock, false);
        Self::of((party, store), clock, disk, start)
    }

    fn of((party, store): (Party, Shared), clock: &Clock, disk: Arc<dyn Disk>, start: u64) -> Self {
        let sender = Sender::new(Arc::clone(&store), party.profile());
        let (own, ring) = (own(&party, start), Keyring::default());
        let mut node = Self { party, clock: clock.clone(), ring, own, sender, store, disk, commits: start };
        node.know(node.party.id(), node.party.history());
        node
    }

    /// A new node on a disk.
    pub(crate) fn on(name: &str, clock: &Clock, disk: Arc<dyn Disk>) -> Self {
        let party = Party::new(name);
        let store = open(&party, &disk, clock, true);
        let mut node = Self::of((party, store), clock, disk, 0);
        let origin = node.own.log_origin();
        let batch = node.batch().open(LogName::node(), &origin);
        node.commit(batch);
        node.log_key_record();
        node
    }

    pub(crate) fn id(&self) -> PartyId {
        self.party.id()
    }

    pub(crate) fn know(&mut self, party: PartyId, history: KeyHistory) {
        self.ring.histories.insert(party, history);
    }

    /// New keys for records, under a key record that is in the log from now on. Statements go on under the old one until the
    /// process begins anew: a retirement that is hidden for as long.
    pub(crate) fn rotate(&mut self) -> u64 {
        self.party.rotate(self.clock.now());
        self.log_key_record()
    }

    /// The process ends, and another begins.
    pub(crate) fn restart(&mut self) {
        // Whoever still has the store would keep its directory.
        let elsewhere = Self::new("nobody", &self.clock);
        let Self { party, clock, ring, disk, commits, .. } = std::mem::replace(self, elsewhere);
        *self = Self { ring, ..Self::reopened(party, &clock, disk, commits + 1) };
    }

    pub(crate) fn batch(&mut self) -> Batch {
        self.commits += 1;
        Batch::new(BatchId::of(&[self.party.name.as_bytes(), &self.commits.to_be_bytes()]))
    }

    pub(crate) fn commit(&self, batch: Batch) -> Committed {
        self.store.commit(vec![batch]).remove(0).unwrap()
    }

    fn salt(&self) -> [u8; 32] {
        record::digest::sha256(&[b"salt", self.party.name.as_bytes(), &self.commits.to_be_bytes()])
    }

    fn log(&mut self, leaf: &[u8; 32], salt: [u8; 32], text: &str) -> u64 {
        let body = [salt.as_slice(), text.as_bytes()].concat();
        let entry = NewEntry::with_body(LogName::node(), leaf.to_vec(), body);
        let batch = self.batch().entry(entry);
        self.commit(batch).entries[0].index
    }

    pub(crate) fn log_key_record(&mut self) -> u64 {
        let (salt, record) = (self.salt(), self.party.head().clone());
        self.log(record.commitment(&salt).octets(), salt, &record.envelope().to_json())
    }

    /// Logs a record, of our own or another's, under a salt of our own.
    pub(crate) fn log_record(&mut self, record: &Signed<Record>) -> OwnLeaf {
        let salt = self.salt();
        let commitment = record.commitment(&salt);
        let index = self.log(commitment.octets(), salt, &record.envelope().to_json());
        OwnLeaf::new(index, commitment, salt)
    }

    /// Signs, logs and publishes an incident; the description is what must never leave.
    pub(crate) fn incident(&mut self, name: &str, description: &str) -> (Logged<Record>, OwnLeaf) {
        self.logged(incident(self.commits, name, description), name)
    }

    /// Signs, logs and publishes an object.
    pub(crate) fn logged(&mut self, object: StixObject, name: &str) -> (Logged<Record>, OwnLeaf) {
        let record = self.party.sign(Draft::new(object), name);
        let leaf = self.log_record(&record);
        self.store.publish().unwrap();
        let proof = self.sender.prove(leaf.index, leaf.salt).unwrap();
        (logged(record, proof.as_ref(), &self.party.history()).unwrap(), leaf)
    }

    /// An incident that is signed with a key after the key record that takes it back is in the log.
    pub(crate) fn incident_under_hidden_retirement(&mut self, name: &str) -> (Logged<Record>, OwnLeaf) {
        let before = self.party.history();
        let record = self.party.sign(Draft::new(incident(self.commits, name, "a secret")), name);
        let _retired = self.rotate();
        let leaf = self.log_record(&record);
        self.store.publish().unwrap();
        let proof = self.sender.prove(leaf.index, leaf.salt).unwrap();
        (logged(record, proof.as_ref(), &before).unwrap(), leaf)
    }

    /// The proof of a record of our own in our log.
    pub(crate) fn proof_of(&self, record: record::digest::RecordDigest) -> LogProof {
        let index = storage::views::records::find(&self.store, &LogName::node(), &record).unwrap().unwrap();
        let body = self.store.bodies(&[Place::new(LogName::node(), index)]).unwrap().remove(0);
        let Body::Kept(body) = body else { panic!("{body:?}") };
        self.sender.prove(index, *body.first_chunk().unwrap()).unwrap().unwrap()
    }

    /// Decides, and makes the entry.
    pub(crate) fn release(
        &self,
        source: Believed<'_>,
        leaf: OwnLeaf,
        agreement: &Agreement,
        treaties: &Treaties,
    ) -> FeedEntry {
        self.release_by(&self.engine(treaties), source, leaf, agreement)
    }

    /// What decides for this node.
    pub(crate) fn engine(&self, treaties: &Treaties) -> Engine {
        Engine::new(self.id(), Floors::new(&[]).unwrap(), treaties.active()).unwrap()
    }

    /// The same, for whoever decides about many.
    pub(crate) fn release_by(
        &self,
        engine: &Engine,
        source: Believed<'_>,
        leaf: OwnLeaf,
        agreement: &Agreement,
    ) -> FeedEntry {
        self.release_hiding(engine, source, leaf, agreement, &[])
    }

    /// The same without these places.
    pub(crate) fn release_hiding(
        &self,
        engine: &Engine,
        source: Believed<'_>,
        leaf: OwnLeaf,
        agreement: &Agreement,
        hide: &[&str],
    ) -> FeedEntry {
        let record = source.record().content();
        let label = self.label(source.record(), Tlp::Green);
        let labels = in_force(record, self.id(), &[label], &[], None, &[]);
        let ask = Ask::new(agreement.digest(), Purpose::IncidentResponse, "Anna Visser", self.clock.now());
        let ask = ask.hiding(hide.iter().map(|place| place.parse().unwrap()));
        let released = engine.release(source, leaf, &labels, (&ask, &Exposure::new()), &[5; 32]).unwrap();
        let mut writer = FeedWriter::new(agreement.digest());
        writer.append(released).unwrap();
        writer.into_entries().remove(0)
    }

    /// A label on the whole of a record.
    pub(crate) fn label(&self, about: &Signed<Record>, tlp: Tlp) -> SignedLabel {
        let label = Label::new(about.digest(), "*".parse().unwrap(), Marks::new(tlp, Pap::Clear));
        let id = "detente-label--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f07".parse().unwrap();
        let label = Draft::new(label.to_object(&id, self.clock.now()).unwrap());
        SignedLabel::of(&self.party.sign(label, "a label")).unwrap()
    }

    /// Puts entries into a feed, and publishes.
    pub(crate) fn feed(&mut self, agreement: AgreementDigest, entries: &[FeedEntry]) {
        let origin = format!("detente/feed/{}-{agreement}", self.party.name);
        let batch = self.batch().open(LogName::feed(agreement, 0), &origin);
        let batch = entries.iter().fold(batch, |batch, entry| batch.feed(0, entry));
        self.commit(batch);
        self.store.publish().unwrap();
    }

    /// Signs an incident and releases it, whole but for its description.
    pub(crate) fn tell(&mut self, name: &str, treaties: &Treaties) {
        let agreement = Arc::clone(&treaties.signed[0]);
        let (record, leaf) = self.incident(name, "a secret");
        let entry = self.release((&record).into(), leaf, &agreement, treaties);
        self.feed(agreement.digest(), &[entry]);
    }

    pub(crate) fn state_heads(&self, treaties: &Treaties) -> usize {
        self.sender.state_heads(&self.own, treaties, None, self.clock.now()).unwrap()
    }
}

/// An incident with a description.
pub(crate) fn incident(number: u64, name: &str, description: &str) -> StixObject {
    let created = "2026-07-01T03:10:00.000Z";
    let object = Map::new()
        .with("type", "incident")
        .with("spec_version", "2.1")
        .with("id", format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-{number:012x}"))
        .with("created", created)
        .with("modified", created)
        .with("name", name)
        .with("description", description);
    StixObject::from_map(object).unwrap()
}
