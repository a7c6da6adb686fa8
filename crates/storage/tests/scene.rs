//! Nodes for tests: keys, clocks and stores on any disk.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use record::entropy::{Entropy, NoEntropy};
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use storage::disk::memory::MemoryDisk;
use storage::disk::{Disk, DiskError, DiskLock};
use storage::keys::{LogKeys, LogSigners};
use storage::{Batch, BatchId, LocalStore, LogName, NewEntry, Options, Store as _};
use tlog::note::{KeyKind, Signer, VerifierKey};

/// Octets that are counted, so that every run is the same.
#[derive(Debug)]
pub(crate) struct Counted(pub(crate) u64);

impl Entropy for Counted {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for octet in out {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *octet = (self.0 >> 56) as u8;
        }
        Ok(())
    }
}

/// The keys of one party's logs, from a number.
pub(crate) struct Keys {
    number: u8,
    made: Mutex<BTreeMap<String, Arc<LogSigners>>>,
}

impl Keys {
    pub(crate) fn of(number: u8) -> Arc<Self> {
        Arc::new(Self { number, made: Mutex::default() })
    }

    fn make(&self, origin: &str) -> LogSigners {
        let key = |suite| PrivateKey::from_seed(suite, &[self.number; 32]).unwrap();
        let signer = |kind, key| Signer::new(origin.parse().unwrap(), kind, key).unwrap();
        let commit = signer(KeyKind::Ed25519, key(Suite::Ed25519));
        LogSigners::new(commit, signer(KeyKind::CosignatureMlDsa44, key(Suite::MlDsa44)))
    }

    fn signers_of(&self, origin: &str) -> Arc<LogSigners> {
        let mut made = self.made.lock().unwrap();
        Arc::clone(made.entry(origin.to_owned()).or_insert_with(|| Arc::new(self.make(origin))))
    }
}

impl LogKeys for Keys {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        let signers = self.signers_of(origin);
        vec![signers.commit.verifier().clone(), signers.publish.verifier().clone()]
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        Ok(self.signers_of(origin))
    }
}

/// A clock that a test sets.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn at(seconds: i64) -> Self {
        Self(Arc::new(AtomicI64::new(seconds)))
    }

    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    pub(crate) fn read(&self) -> storage::Clock {
        let clock = Arc::clone(&self.0);
        Arc::new(move || Timestamp::from_micros(clock.load(Ordering::SeqCst) * 1_000_000))
    }
}

/// Noon of a day that the tests take for today.
pub(crate) const TODAY: i64 = 1_795_000_000;
pub(crate) const ORIGIN: &str = "node.example/log";

pub(crate) fn options(disk: Arc<dyn Disk>) -> Options {
    Options::new(disk, Keys::of(7), Clock::at(TODAY).read(), Box::new(Counted(1)))
}

/// A new store whose node log is open and which may sign.
pub(crate) fn new_store(disk: Arc<dyn Disk>) -> LocalStore {
    new_store_with(options(disk))
}

/// As [`new_store`], with options of the test's own.
pub(crate) fn new_store_with(options: Options) -> LocalStore {
    let store = LocalStore::create(options).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    let opened = store.commit(vec![Batch::new(BatchId::of(&[b"open"])).open(LogName::node(), ORIGIN)]);
    assert!(opened[0].is_ok(), "{opened:?}");
    store
}

/// A store that is there already, and which may sign.
pub(crate) fn open_store(disk: Arc<dyn Disk>) -> LocalStore {
    let store = LocalStore::open(options(disk)).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    store
}

/// A log beside the node log.
pub(crate) fn feed() -> LogName {
    "feed".parse().unwrap()
}

/// The n-th batch: one entry of 32 octets with a body.
pub(crate) fn batch(number: u64) -> Batch {
    let id = BatchId::of(&[b"batch", &number.to_be_bytes()]);
    Batch::new(id).entry(NewEntry::with_body(LogName::node(), entry(number), body(number)))
}

pub(crate) fn entry(number: u64) -> Vec<u8> {
    record::digest::sha256(&[b"entry", &number.to_be_bytes()]).to_vec()
}

pub(crate) fn body(number: u64) -> Vec<u8> {
    format!("the body of batch {number}").into_bytes()
}

/// A disk on which one file belongs to somebody else.
#[derive(Debug)]
pub(crate) struct Closed {
    pub(crate) disk: MemoryDisk,
    pub(crate) path: &'static str,
}

impl Closed {
    fn check(&self, path: &str) -> Result<(), DiskError> {
        let refused = DiskError::new("open", path, &std::io::ErrorKind::PermissionDenied.into());
        if path == self.path { Err(refused) } else { Ok(()) }
    }
}

impl Disk for Closed {
    fn list(&self, folder: &str) -> Result<Vec<String>, DiskError> {
        self.disk.list(folder)
    }

    fn make_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.make_folder(folder)
    }

    fn length(&self, path: &str) -> Result<Option<u64>, DiskError> {
        self.disk.length(path)
    }

    fn read(&self, path: &str, offset: u64, length: usize) -> Result<Vec<u8>, DiskError> {
        self.check(path)?;
        self.disk.read(path, offset, length)
    }

    fn create(&self, path: &str, octets: &[u8]) -> Result<(), DiskError> {
        self.disk.create(path, octets)
    }

    fn write(&self, path: &str, offset: u64, octets: &[u8]) -> Result<(), DiskError> {
        self.check(path)?;
        self.disk.write(path, offset, octets)
    }

    fn truncate(&self, path: &str, length: u64) -> Result<(), DiskError> {
        self.check(path)?;
        self.disk.truncate(path, length)
    }

    fn sync(&self, path: &str) -> Result<(), DiskError> {
        self.disk.sync(path)
    }

    fn sync_names(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.sync_names(folder)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &str) -> Result<(), DiskError> {
        self.disk.remove(path)
    }

    fn remove_folder(&self, folder: &str) -> Result<(), DiskError> {
        self.disk.remove_folder(folder)
    }

    fn lock(&self) -> Result<DiskLock, DiskError> {
        self.disk.lock()
    }

    fn views_path(&self) -> Option<std::path::PathBuf> {
        self.disk.views_path()
    }
}
