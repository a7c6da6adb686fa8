//! A store as a node has it: threads, views and publishing on, in a directory on a real disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use record::entropy::SystemEntropy;
use record::suite::{PrivateKey, Suite};
use record::time::Timestamp;
use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::keys::{LogKeys, LogSigners};
use storage::{Batch, BatchId, LocalStore, LogName, Options, Store as _};
use tempfile::TempDir;
use tlog::note::{KeyKind, Signer, VerifierKey};

/// The node log's name for others.
pub(super) const ORIGIN: &str = "bench.example/log";

/// File systems that keep nothing on a disk.
const IN_MEMORY: [&str; 3] = ["tmpfs", "ramfs", "devtmpfs"];

/// The keys of the one log.
pub(super) struct Keys(Arc<LogSigners>);

impl Keys {
    pub(super) fn new() -> anyhow::Result<Arc<Self>> {
        let key = |suite| PrivateKey::from_seed(suite, &[7; 32]);
        let commit = Signer::new(ORIGIN.parse()?, KeyKind::Ed25519, key(Suite::Ed25519)?)?;
        let publish = Signer::new(ORIGIN.parse()?, KeyKind::CosignatureMlDsa44, key(Suite::MlDsa44)?)?;
        Ok(Arc::new(Self(Arc::new(LogSigners::new(commit, publish)))))
    }
}

impl LogKeys for Keys {
    fn verifiers(&self, _: &str) -> Vec<VerifierKey> {
        vec![self.0.commit.verifier().clone(), self.0.publish.verifier().clone()]
    }

    fn signers(&self, _: &str) -> Result<Arc<LogSigners>, String> {
        Ok(Arc::clone(&self.0))
    }
}

/// A fresh directory, which goes when this is dropped.
pub(crate) fn folder() -> anyhow::Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("detente-bench-").tempdir_in(base()?)?)
}

/// The file system that the directories lie on.
pub(crate) fn file_system() -> anyhow::Result<String> {
    Ok(file_system_of(&base()?))
}

/// The system's temporary directory, or the current one where that is held in memory.
fn base() -> anyhow::Result<PathBuf> {
    let places = [std::env::temp_dir(), std::env::current_dir()?];
    let on_disk = places.into_iter().find(|place| !IN_MEMORY.contains(&file_system_of(place).as_str()));
    on_disk.context("neither the temporary directory nor the current one is on a disk")
}

fn file_system_of(place: &Path) -> String {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let deepest = mounts.filter(|(folder, _)| place.starts_with(folder)).max_by_key(|(folder, _)| folder.len());
    deepest.map_or_else(|| "an unknown file system".to_owned(), |(_, kind)| kind.to_owned())
}

pub(super) fn disk(folder: &Path) -> anyhow::Result<Arc<dyn Disk>> {
    Ok(Arc::new(FileDisk::open(folder)?))
}

fn options(folder: &Path) -> anyhow::Result<Options> {
    let clock = Arc::new(|| {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    });
    let mut options = Options::new(disk(folder)?, Keys::new()?, clock, Box::new(SystemEntropy::new()));
    options.threads = true;
    Ok(options)
}

/// A new store whose node log is open.
pub(super) fn create(folder: &Path) -> anyhow::Result<LocalStore> {
    let store = LocalStore::create(options(folder)?)?;
    store.guard(&LogName::node(), &[])?;
    let opened = store.commit(vec![Batch::new(BatchId::of(&[b"open"])).open(LogName::node(), ORIGIN)]);
    opened.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(store)
}

/// A store that is there.
pub(super) fn open(folder: &Path) -> anyhow::Result<LocalStore> {
    let store = LocalStore::open(options(folder)?)?;
    store.guard(&LogName::node(), &[])?;
    Ok(store)
}

/// Octets of all files below a folder.
pub(super) fn octets_in(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let (entry, found) = entry.and_then(|entry| entry.metadata().map(|found| (entry, found)))?;
        sum += if found.is_dir() { octets_in(&entry.path())? } else { found.len() };
    }
    Ok(sum)
}
