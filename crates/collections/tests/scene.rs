//! A harbour authority with a log of its own, and whoever reads there.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use collections::{Collection, Collections, Entry, Filter, Item, Reader, Versions, manifest, objects};
use policy::belief::log_origin;
use policy::labels::{Declassification, SignedLabel, erased_object};
use record::digest::{PartyId, RecordDigest, sha256};
use record::entropy::{Entropy, NoEntropy};
use record::json::{Json, Map};
use record::key_record::{KeyRecord, KeyRecordDraft, PartyKeys, Purpose, RecoveryKey};
use record::kind::Kind;
use record::label::{Label, Marks, Pap, Tlp};
use record::stix::StixObject;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use record::{Author, Draft, Record, Signed};
use storage::disk::memory::MemoryDisk;
use storage::keys::{LogKeys, LogSigners};
use storage::{Batch, BatchId, LocalStore, LogName, NewEntry, Options, Place, Store as _};
use tlog::note::{KeyKind, Signer, VerifierKey};

/// Octets that are the same in every run: SHA-256 of a name and a counter.
#[derive(Debug)]
struct Counted(String, u64);

impl Entropy for Counted {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(32) {
            let octets = sha256(&[self.0.as_bytes(), &self.1.to_be_bytes()]);
            self.1 += 1;
            chunk.iter_mut().zip(octets).for_each(|(place, octet)| *place = octet);
        }
        Ok(())
    }
}

/// Keys of logs, the same for all.
#[derive(Default)]
struct Keys(Mutex<Vec<(String, Arc<LogSigners>)>>);

impl LogKeys for Keys {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        let signers = self.signers(origin).unwrap();
        vec![signers.commit.verifier().clone(), signers.publish.verifier().clone()]
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        let mut made = self.0.lock().map_err(|error| error.to_string())?;
        if let Some((_, signers)) = made.iter().find(|(known, _)| known == origin) {
            return Ok(Arc::clone(signers));
        }
        let signer = |suite, kind| {
            Signer::new(origin.parse().unwrap(), kind, PrivateKey::from_seed(suite, &[7; 32]).unwrap()).unwrap()
        };
        let (commit, publish) =
            (signer(Suite::Ed25519, KeyKind::Ed25519), signer(Suite::MlDsa44, KeyKind::CosignatureMlDsa44));
        let signers = Arc::new(LogSigners::new(commit, publish));
        made.push((origin.to_owned(), Arc::clone(&signers)));
        Ok(signers)
    }
}

/// Whoever signs records.
pub(crate) struct Party {
    name: &'static str,
    keys: PartyKeys,
    record: Signed<KeyRecord>,
}

impl Party {
    pub(crate) fn new(name: &'static str) -> Self {
        let mut entropy = Counted(name.to_owned(), 0);
        let keys = PartyKeys::generate(&mut entropy).unwrap();
        let recovery = RecoveryKey::generate(&mut entropy).unwrap();
        let (from, until) = ("2026-01-01T00:00:00Z".parse().unwrap(), "2027-01-01T00:00:00Z".parse().unwrap());
        let draft = KeyRecordDraft::new(from, keys.entries(from, until).unwrap());
        let record = draft.sign_first(&recovery.commitment(), &keys).unwrap();
        Self { name, keys, record }
    }

    pub(crate) fn id(&self) -> PartyId {
        self.record.content().party()
    }

    pub(crate) fn sign(&self, draft: Draft, salt: u64) -> Signed<Record> {
        let keys = [self.keys.get(Purpose::Record, Suite::Ed25519).unwrap()];
        let author = Author::new(self.id(), self.record.digest(), &keys);
        draft.sign(&author, &mut Counted(format!("{} signs", self.name), salt << 20)).unwrap()
    }
}

/// A record that was logged.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub(crate) index: u64,
    pub(crate) record: Signed<Record>,
}

impl Logged {
    pub(crate) fn digest(&self) -> RecordDigest {
        self.record.digest()
    }

    pub(crate) fn id(&self) -> &str {
        self.record.content().object().text("id").unwrap()
    }
}

/// The harbour authority's node. Time stands still unless a story says otherwise: so what a commit holds, and the next, has to
/// find times of its own.
pub(crate) struct Harbour {
    pub(crate) party: Party,
    pub(crate) store: Arc<LocalStore>,
    clock: Arc<AtomicI64>,
    count: u64,
}

pub(crate) const START: i64 = 1_790_000_000_000_000;

impl Harbour {
    pub(crate) fn new() -> Self {
        let party = Party::new("harbour");
        let clock = Arc::new(AtomicI64::new(START));
        let read = Arc::clone(&clock);
        let now = Arc::new(move || Timestamp::from_micros(read.load(Ordering::SeqCst)));
        let entropy = Box::new(Counted("body keys".to_owned(), 0));
        let mut options = Options::new(Arc::new(MemoryDisk::new()), Arc::new(Keys::default()), now, entropy);
        options.views = vec![Box::new(Collections::new())];
        let store = Arc::new(LocalStore::create(options).unwrap());
        let _alone = store.guard(&LogName::node(), &[]).unwrap();
        let mut harbour = Self { party, store, clock, count: 0 };
        let open = harbour.batch().open(LogName::node(), &log_origin(&harbour.party.id()));
        harbour.commit(open);
        harbour
    }

    pub(crate) fn wait(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::SeqCst);
    }

    fn batch(&mut self) -> Batch {
        self.count += 1;
        Batch::new(BatchId::of(&[&self.count.to_be_bytes()]))
    }

    fn commit(&self, batch: Batch) -> Vec<Place> {
        self.store.commit(vec![batch]).remove(0).unwrap().entries
    }

    pub(crate) fn sign(&mut self, draft: Draft) -> Signed<Record> {
        self.count += 1;
        self.party.sign(draft, self.count)
    }

    fn entry(record: &Signed<Record>) -> NewEntry {
        let salt = sha256(&[record.digest().octets()]);
        let body = [salt.as_slice(), record.envelope().to_json().as_bytes()].concat();
        NewEntry::with_body(LogName::node(), record.commitment(&salt).octets().to_vec(), body)
    }

    pub(crate) fn log(&mut self, record: &Signed<Record>) -> Logged {
        self.log_all(std::slice::from_ref(record)).remove(0)
    }

    /// Logs records in one commit.
    pub(crate) fn log_all(&mut self, records: &[Signed<Record>]) -> Vec<Logged> {
        let batch = records.iter().fold(self.batch(), |batch, record| batch.entry(Self::entry(record)));
        let places = self.commit(batch);
        let logged = places.into_iter().zip(records);
        logged.map(|(place, record)| Logged { index: place.index, record: record.clone() }).collect()
    }

    /// Signs and logs an incident.
    pub(crate) fn incident(&mut self, number: u64, name: &str) -> Logged {
        let record = self.sign(Draft::new(incident(number, 0, name)));
        self.log(&record)
    }

    /// The next version of an incident.
    pub(crate) fn next(&mut self, before: &Logged, version: i64, name: &str) -> Logged {
        let number = before.id().rsplit('-').next().unwrap();
        let number = u64::from_str_radix(number, 16).unwrap();
        let draft = Draft::after(incident(number, version, name), version + 1, before.digest()).unwrap();
        let record = self.sign(draft);
        self.log(&record)
    }

    /// Puts a label on a record. The path is `*` for all of it.
    pub(crate) fn label(&mut self, about: &Logged, path: &str, tlp: Tlp) -> Logged {
        self.label_marks(about, path, Marks::new(tlp, Pap::Clear))
    }

    pub(crate) fn label_marks(&mut self, about: &Logged, path: &str, marks: Marks) -> Logged {
        let label = Label::new(about.digest(), path.parse().unwrap(), marks);
        let record = self.sign_own("detente-label", label.to_map());
        self.log(&record)
    }

    /// Lowers a label.
    pub(crate) fn lower(&mut self, label: &Logged, tlp: Tlp) -> Logged {
        let label = SignedLabel::of(&label.record).unwrap();
        let becomes = Marks::new(tlp, Pap::Clear);
        let lowered = Declassification::new(&label, label.author, becomes, "it is over", "Anna Visser").unwrap();
        let record = self.sign_own("detente-declassification", lowered.to_map());
        self.log(&record)
    }

    /// Says that one object was made of another.
    pub(crate) fn derive(&mut self, source: &Logged, target: &Logged) -> Logged {
        let object = own_map("relationship", self.count)
            .with("relationship_type", "derived-from")
            .with("source_ref", source.id())
            .with("target_ref", target.id());
        let record = self.sign(Draft::new(StixObject::from_map(object).unwrap()));
        self.log(&record)
    }

    /// Erases a body, and says so in the same commit.
    pub(crate) fn erase(&mut self, what: &Logged) {
        let fields = Map::new()
            .with("index", Json::count(what.index))
            .with("object_digest", erased_object(what.id()))
            .with("reason", "it was asked for");
        let record = self.sign_own("detente-erasure", fields);
        let batch = self.batch().entry(Self::entry(&record)).erase(Place::new(LogName::node(), what.index));
        self.commit(batch);
    }

    fn sign_own(&mut self, object_type: &str, fields: Map) -> Signed<Record> {
        let extension = Kind::of(object_type).unwrap().extension.unwrap();
        let fields = fields.with("extension_type", "new-sdo");
        let object = own_map(object_type, self.count).with("extensions", Map::new().with(extension, fields));
        self.sign(Draft::new(StixObject::from_map(object).unwrap()))
    }

    pub(crate) fn read(&self, reader: &Reader, filter: &Filter, after: Option<Timestamp>) -> Vec<Item> {
        objects(&self.store, &Collection::Own, reader, filter, (after, 1_000)).unwrap().items
    }

    /// The names of the newest versions that somebody reads who reads up to a level.
    pub(crate) fn names(&self, level: Tlp) -> Vec<String> {
        self.read(&Reader::up_to(level), &Filter::default(), None).iter().map(name_of).collect()
    }

    pub(crate) fn all_versions(&self, reader: &Reader) -> Vec<Entry> {
        let filter = Filter { versions: Versions::all(), ..Filter::default() };
        manifest(&self.store, &Collection::Own, reader, &filter, (None, 1_000)).unwrap().items
    }

    /// A view that is made anew is the same, to the last time.
    pub(crate) fn is_the_same_anew(&self) {
        let everything = Filter { versions: Versions::all(), ..Filter::default() };
        let read = || self.read(&Reader::everything(), &everything, None);
        let rows = || read().into_iter().map(|item| (item.added.micros() - START, item.id, item.version_text));
        let (before, items, digest) = (rows().collect::<Vec<_>>(), read(), self.store.views_digest().unwrap());
        self.store.rebuild(&mut |_, _| ()).unwrap();
        assert_eq!(rows().collect::<Vec<_>>(), before);
        assert_eq!((read(), self.store.views_digest().unwrap()), (items, digest));
    }
}

fn own_map(object_type: &str, number: u64) -> Map {
    Map::new()
        .with("type", object_type)
        .with("spec_version", "2.1")
        .with("id", format!("{object_type}--0b0c6f0e-9f5e-4d7a-9d3b-{number:012x}"))
        .with("created", "2026-08-01T00:00:00.000Z")
        .with("modified", "2026-08-01T00:00:00.000Z")
}

/// A version of an incident.
pub(crate) fn incident(number: u64, version: i64, name: &str) -> StixObject {
    StixObject::from_map(incident_map(number, version, name)).unwrap()
}

pub(crate) fn incident_map(number: u64, version: i64, name: &str) -> Map {
    Map::new()
        .with("type", "incident")
        .with("spec_version", "2.1")
        .with("id", format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-{number:012x}"))
        .with("created", "2026-07-01T03:10:00.000Z")
        .with("modified", format!("2026-07-01T03:10:{version:02}.000Z"))
        .with("name", name)
        .with("description", "a crane moved by itself")
}

pub(crate) fn name_of(item: &Item) -> String {
    let Ok(Json::Object(map)) = record::json::parse(item.object.as_bytes()) else { panic!("{}", item.object) };
    map.text("name").unwrap_or_default().to_owned()
}
