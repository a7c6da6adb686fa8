//! A node of the network: its disk, its store, its clock, whom it knows, and what it does.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use node::exchange::{Notebook, Own, Sender, Shared, knowledge};
use policy::belief::{Knowledge, Logged, logged};
use policy::control::{KeyInForce, Sentence, Stated};
use policy::decision::{Ask, Exposure};
use policy::feed::{FeedEntry, FeedWriter};
use policy::labels::{SignedLabel, in_force};
use policy::released::OwnLeaf;
use policy::vocabulary::Purpose;
use protocol::exchange::Ring;
use record::digest::{AgreementDigest, PartyId};
use record::key_history::KeyHistory;
use record::label::{Label, Marks, Pap, Tlp};
use record::message::Statement;
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};
use storage::disk::Disk;
use storage::disk::memory::MemoryDisk;
use storage::views::View;
use storage::views::records::Records;
use storage::{Batch, BatchId, Committed, LocalStore, LogName, NewEntry, Options, Store as _};

use super::cast::{Member, Turn, member, record_key};
use super::treaty::Treaty;
use super::{canary, told};
use crate::party::Counted;
use crate::seed::Seed;

/// When every store was made: before the first world begins, in microseconds.
const MADE: i64 = 1_786_000_000_000_000;

/// A party's clock: that of the world, and how far it is off.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    pub(crate) world: Arc<AtomicI64>,
    pub(crate) skew: i64,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.world.load(Ordering::SeqCst).saturating_add(self.skew))
    }
}

/// The keys that a node knows, as reading one peer needs them.
#[derive(Clone)]
pub(crate) struct Keyring {
    pub(crate) histories: BTreeMap<PartyId, KeyHistory>,
    pub(crate) knowledge: Knowledge,
}

impl Ring for Keyring {
    fn history(&self, party: &PartyId) -> Option<&KeyHistory> {
        self.histories.get(party)
    }

    fn knowledge(&self, _: &PartyId) -> &Knowledge {
        &self.knowledge
    }
}

/// A node.
pub(crate) struct Actor {
    pub(crate) member: Arc<Member>,
    pub(crate) clock: Clock,
    pub(crate) disk: MemoryDisk,
    pub(crate) own: Own,
    pub(crate) sender: Sender,
    pub(crate) store: Shared,
    pub(crate) histories: BTreeMap<PartyId, KeyHistory>,
    /// Whether it signs under its second key record.
    pub(crate) is_second: bool,
    /// The leaf of the key record in force.
    pub(crate) key_leaf: u64,
    pub(crate) seed: Seed,
}

fn open(member: &Member, disk: &MemoryDisk, clock: &Clock, seed: Seed, is_new: bool) -> Result<Shared, String> {
    let (disk, read): (Arc<dyn Disk>, _) = (Arc::new(disk.clone()), clock.clone());
    let keys = Arc::clone(&member.log_keys);
    let mut options = Options::new(disk, keys, Arc::new(move || read.now()), Box::new(Counted(seed)));
    let views: [Box<dyn View>; 2] = [Box::new(Records::new()), Box::new(Notebook::new())];
    options.views = views.into();
    let store = if is_new { LocalStore::create(options) } else { LocalStore::open(options) }.map_err(told)?;
    let _alone = store.guard(&LogName::node(), &[]).map_err(told)?;
    Ok(Arc::new(store))
}

/// A disk on which a party's store was made and its key record logged.
fn made(member: &Member) -> Result<MemoryDisk, String> {
    static MADE_DISKS: OnceLock<Mutex<BTreeMap<u8, MemoryDisk>>> = OnceLock::new();
    let mut disks = MADE_DISKS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(disk) = disks.get(&member.number) {
        return Ok(disk.copy());
    }
    let (disk, clock) = (MemoryDisk::new(), Clock { world: Arc::new(AtomicI64::new(MADE)), skew: 0 });
    let store = open(member, &disk, &clock, Seed::new(u64::from(member.number)), true)?;
    let (salt, record) = ([member.number; 32], member.first.head());
    let entry = entry_of(record.commitment(&salt).octets(), &salt, &record.envelope().to_json());
    let origin = policy::belief::log_origin(&member.id());
    let batch = Batch::new(BatchId::of(&[b"begin"])).open(LogName::node(), &origin).entry(entry);
    let _committed = commit(&store, batch)?;
    store.publish().map_err(told)?;
    drop(store);
    drop(disks.insert(member.number, disk.copy()));
    Ok(disk.copy())
}

/// A store that nobody uses, to hold in the place of one that is closed.
fn spare() -> Result<Shared, String> {
    static SPARE: OnceLock<Mutex<Option<Shared>>> = OnceLock::new();
    let mut spare = SPARE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(store) = &*spare {
        return Ok(Arc::clone(store));
    }
    let clock = Clock { world: Arc::new(AtomicI64::new(MADE)), skew: 0 };
    let store = open(&*member(0)?, &MemoryDisk::new(), &clock, Seed::new(0), true)?;
    *spare = Some(Arc::clone(&store));
    Ok(store)
}

fn entry_of(leaf: &[u8; 32], salt: &[u8; 32], text: &str) -> NewEntry {
    NewEntry::with_body(LogName::node(), leaf.to_vec(), [salt.as_slice(), text.as_bytes()].concat())
}

fn commit(store: &LocalStore, batch: Batch) -> Result<Committed, String> {
    let answer = store.commit(vec![batch]).pop().ok_or("the store did not answer")?;
    answer.map_err(told)
}

fn own(turn: &Turn, seed: Seed) -> Result<Own, String> {
    let keys = turn.keys.duplicate().map_err(told)?;
    Ok(Own::new(turn.history.clone(), keys).with_entropy(Box::new(Counted(seed))))
}

impl Actor {
    /// The node of a party as it is in the first step of a world.
    pub(crate) fn new(number: u8, clock: Clock, seed: Seed) -> Result<Self, String> {
        let member = member(number)?;
        let disk = made(&member)?;
        Self::on(member, clock, disk, seed)
    }

    /// The node of a party on a disk with its store.
    pub(crate) fn on(member: Arc<Member>, clock: Clock, disk: MemoryDisk, mut seed: Seed) -> Result<Self, String> {
        let store = open(&member, &disk, &clock, Seed::new(seed.any()), false)?;
        let sender = Sender::new(Arc::clone(&store), member.first.profile.clone());
        let own = own(&member.first, Seed::new(seed.any()))?;
        let histories = BTreeMap::new();
        Ok(Self { member, clock, disk, own, sender, store, histories, is_second: false, key_leaf: 0, seed })
    }

    pub(crate) fn id(&self) -> PartyId {
        self.member.id()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn turn(&self) -> &Turn {
        if self.is_second { &self.member.second } else { &self.member.first }
    }

    /// What this node knows when it reads a peer.
    pub(crate) fn ring(&self, peer: PartyId) -> Result<Keyring, String> {
        let knowledge = knowledge(&self.store, &peer.to_string()).map_err(told)?;
        Ok(Keyring { histories: self.histories.clone(), knowledge })
    }

    /// The process ends, and another begins on a quiet disk. What it publishes comes before anybody asks.
    pub(crate) fn restart(&mut self, is_power_lost: bool) -> Result<(), String> {
        // Whoever still holds the store holds its directory.
        let nothing = spare()?;
        self.sender = Sender::new(Arc::clone(&nothing), Vec::new());
        self.store = nothing;
        if is_power_lost {
            self.disk.crash(self.seed.any());
        } else {
            self.disk.kill();
        }
        self.quiet();
        self.store = open(&self.member, &self.disk, &self.clock, Seed::new(self.seed.any()), false)?;
        self.sender = Sender::new(Arc::clone(&self.store), self.turn().profile.clone());
        let seed = Seed::new(self.seed.any());
        self.own = own(self.turn(), seed)?;
        self.store.publish().map_err(told)
    }

    /// No more faults, and room again.
    pub(crate) fn quiet(&self) {
        self.disk.stop_faults();
        self.disk.make_room();
        self.disk.make_writable();
    }

    pub(crate) fn batch(&mut self) -> Batch {
        Batch::new(BatchId::of(&[&self.seed.any().to_be_bytes(), &self.seed.any().to_be_bytes()]))
    }

    pub(crate) fn commit(&self, batch: Batch) -> Result<Committed, String> {
        commit(&self.store, batch)
    }

    fn salt(&mut self) -> Result<[u8; 32], String> {
        self.seed.octets(32).try_into().map_err(|_| "a salt of another length".to_owned())
    }

    fn log(&mut self, leaf: &[u8; 32], salt: &[u8; 32], text: &str) -> Result<u64, String> {
        let batch = self.batch().entry(entry_of(leaf, salt, text));
        let committed = self.commit(batch)?;
        committed.entries.first().map(|place| place.index).ok_or_else(|| "nothing was logged".to_owned())
    }

    /// Puts the second key record into the log, and names it to nobody yet.
    pub(crate) fn log_second_key_record(&mut self) -> Result<u64, String> {
        let (salt, member) = (self.salt()?, Arc::clone(&self.member));
        let record = member.second.head();
        self.log(record.commitment(&salt).octets(), &salt, &record.envelope().to_json())
    }

    /// From now on the second key record is in force and named.
    pub(crate) fn take_second_turn(&mut self, leaf: u64) -> Result<(), String> {
        (self.is_second, self.key_leaf) = (true, leaf);
        self.restart(false)
    }

    /// Signs an incident under one of its key records, and logs it. Its description is what must never leave.
    pub(crate) fn incident(&mut self, is_first: bool) -> Result<(Logged<Record>, OwnLeaf), String> {
        let number = self.seed.any();
        let draft = Draft::new(canary::incident(number)?);
        let member = Arc::clone(&self.member);
        let turn = if is_first { &member.first } else { &member.second };
        let record = turn.sign(draft, &mut self.seed)?;
        let salt = self.salt()?;
        let commitment = record.commitment(&salt);
        let index = self.log(commitment.octets(), &salt, &record.envelope().to_json())?;
        self.store.publish().map_err(told)?;
        let proof = self.sender.prove_to_ourselves(index, salt).map_err(told)?;
        let logged = logged(record, proof.as_ref(), &turn.history).map_err(told)?;
        Ok((logged, OwnLeaf::new(index, commitment, salt)))
    }

    /// Decides, and makes the entry.
    pub(crate) fn release(
        &mut self,
        record: &Logged<Record>,
        leaf: OwnLeaf,
        treaty: &Treaty,
    ) -> Result<FeedEntry, String> {
        let content = record.record().content();
        let at = "*".parse().map_err(|error| format!("{error:?}"))?;
        let label = Label::new(content.digest(), at, Marks::new(Tlp::Green, Pap::Clear));
        let id = "detente-label--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f07".parse().map_err(|error| format!("{error:?}"))?;
        let label = Draft::new(label.to_object(&id, self.now()).map_err(told)?);
        let member = Arc::clone(&self.member);
        let label = SignedLabel::of(&member.first.sign(label, &mut self.seed)?).map_err(told)?;
        let labels = in_force(content, self.id(), &[label], &[], None, &[]);
        let ask = Ask::new(treaty.digest(), Purpose::IncidentResponse, "Anna Visser", self.now());
        let engine = treaty.engine(self.member.number)?;
        let salt = self.salt()?;
        let released = engine.release(record.into(), leaf, &labels, (&ask, &Exposure::new()), &salt).map_err(told)?;
        let mut writer = FeedWriter::new(treaty.digest());
        writer.append(released).map_err(told)?;
        writer.into_entries().pop().ok_or_else(|| "the writer made nothing".to_owned())
    }

    /// The origin of this node's feed.
    pub(crate) fn origin(&self) -> String {
        format!("detente/feed/sim-{}", self.member.number)
    }

    /// Puts entries into the feed, and publishes.
    pub(crate) fn feed(&mut self, agreement: AgreementDigest, entries: &[FeedEntry]) -> Result<(), String> {
        let batch = self.batch().open(LogName::feed(agreement, 0), &self.origin());
        let batch = entries.iter().fold(batch, |batch, entry| batch.feed(0, entry));
        let _committed = self.commit(batch)?;
        self.store.publish().map_err(told)
    }

    /// Signs an incident and releases it, whole but for its description.
    pub(crate) fn tell(&mut self, treaty: &Treaty) -> Result<FeedEntry, String> {
        let (record, leaf) = self.incident(!self.is_second)?;
        let entry = self.release(&record, leaf, treaty)?;
        self.feed(treaty.digest(), std::slice::from_ref(&entry))?;
        Ok(entry)
    }

    /// Says anything under the key in force, logs and publishes it: what an honest node would not say, too. Its leaf.
    pub(crate) fn state(&mut self, sentence: Sentence) -> Result<u64, String> {
        let (now, leaf, id) = (self.now(), self.key_leaf, self.id());
        let statement = {
            let turn = self.turn();
            let (keys, digest) = ([record_key(&turn.keys)?], turn.head().digest());
            let stated = Stated::new(sentence, now, KeyInForce::new(digest, leaf));
            Statement::sign(stated.to_map(), &Author::new(id, digest, &keys)).map_err(told)?
        };
        self.log_statement(&statement)
    }

    fn log_statement(&mut self, statement: &Signed<Statement>) -> Result<u64, String> {
        let salt = self.salt()?;
        let leaf = self.log(statement.commitment(&salt).octets(), &salt, &statement.envelope().to_json())?;
        self.store.publish().map_err(told)?;
        Ok(leaf)
    }

    /// A statement of this node, opened.
    pub(crate) fn opened(&self, leaf: u64) -> Result<Vec<u8>, String> {
        let opened = self.sender.opened(leaf).map_err(told)?;
        opened.ok_or_else(|| format!("leaf {leaf} is not under a head that is shown"))
    }

    /// Leaves of the node log.
    pub(crate) fn node_size(&self) -> Result<u64, String> {
        let heads = self.store.heads().map_err(told)?;
        Ok(heads.iter().find(|head| head.log == LogName::node()).map_or(0, |head| head.size))
    }
}
