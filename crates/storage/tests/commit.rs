//! What a commit promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use storage::disk::memory::MemoryDisk;
use storage::keys::{LogKeys, LogSigners};
use storage::{Body, CommitError, LocalStore, LogName, Place, Store as _};
use tlog::note::VerifierKey;

use crate::scene::{batch, body, entry, new_store, open_store};

fn node(index: u64) -> Place {
    Place::new(LogName::node(), index)
}

#[test]
fn what_was_committed_is_there_after_every_power_loss() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    let answers = store.commit((0..600).map(batch).collect());
    assert!(answers.iter().all(Result::is_ok), "{:?}", answers.iter().find(|one| one.is_err()));
    store.publish().unwrap();
    let published = store.published(&LogName::node()).unwrap().unwrap();
    assert_eq!(published.claims().size(), 600);
    drop(store);
    disk.crash(7);
    let store = open_store(Arc::new(disk));
    assert_eq!(store.entries(&LogName::node(), 0, 1000).unwrap(), (0..600).map(entry).collect::<Vec<_>>());
    let bodies = store.bodies(&(0..600).map(node).collect::<Vec<_>>()).unwrap();
    assert_eq!(bodies, (0..600).map(body).map(Body::Kept).collect::<Vec<_>>());
    let again = store.commit(vec![batch(17), batch(600)]);
    assert_eq!(again[0].as_ref().unwrap().entries, [node(17)]);
    assert_eq!(again[1].as_ref().unwrap().entries, [node(600)]);
}

#[test]
fn an_erased_body_is_gone_and_its_entry_stays() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk));
    store.commit((0..3).map(batch).collect());
    let erased = store.commit(vec![batch(3).erase(node(1))]);
    assert!(erased[0].is_ok(), "{erased:?}");
    let bodies = store.bodies(&[node(0), node(1), node(2)]).unwrap();
    assert_eq!(bodies, [Body::Kept(body(0)), Body::Erased, Body::Kept(body(2))]);
    assert_eq!(store.entries(&LogName::node(), 1, 1).unwrap(), [entry(1)]);
}

#[test]
fn views_made_anew_are_the_same() {
    let store = new_store(Arc::new(MemoryDisk::new()));
    store.commit((0..700).map(batch).collect());
    store.publish().unwrap();
    let before = (store.views_digest().unwrap(), store.published(&LogName::node()).unwrap());
    store.rebuild(&mut |_, _| {}).unwrap();
    assert_eq!((store.views_digest().unwrap(), store.published(&LogName::node()).unwrap()), before);
}

/// A store on files with its threads.
fn threaded(folder: &std::path::Path) -> LocalStore {
    let disk = Arc::new(storage::disk::files::FileDisk::open(folder).unwrap());
    drop(new_store(disk.clone()));
    let mut options = crate::scene::options(disk);
    options.threads = true;
    let store = LocalStore::open(options).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    store
}

#[test]
fn threads_commit_together_and_publish_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let store = threaded(folder.path());
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..50 {
                    assert!(store.commit(vec![batch(thread * 1000 + number)])[0].is_ok());
                }
            });
        }
    });
    let start = std::time::Instant::now();
    while store.published(&LogName::node()).unwrap().is_none_or(|head| head.claims().size() < 400) {
        assert!(start.elapsed().as_secs() < 30, "{:?}", store.trouble());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(store.heads().unwrap()[0].size, 400);
}

/// Sets a flag however a story ends: threads that look at it end too, and a failure is told.
struct Sets<'a>(&'a AtomicBool);

impl Drop for Sets<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn what_is_published_keeps_up_while_batches_never_stop_coming() {
    let folder = tempfile::tempdir().unwrap();
    let store = threaded(folder.path());
    let is_enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (store, is_enough) = (&store, &is_enough);
        let writer = scope.spawn(move || {
            let mut number = 0;
            while !is_enough.load(Ordering::Relaxed) {
                assert!(store.commit(vec![batch(number)])[0].is_ok());
                number += 1;
            }
        });
        let _ends = Sets(is_enough);
        let mut sizes = std::collections::BTreeSet::new();
        let start = std::time::Instant::now();
        while sizes.len() < 4 && start.elapsed().as_secs() < 30 {
            sizes.extend(store.published(&LogName::node()).unwrap().map(|head| head.claims().size()));
            assert_eq!(store.trouble(), None);
            // Looking again for guards meanwhile disturbs nothing.
            store.guard(&LogName::node(), &[]).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert!(sizes.len() >= 4 && !writer.is_finished(), "{sizes:?}");
    });
}

/// Keys that fail as no key should, once they are told to.
struct Failing {
    keys: Arc<crate::scene::Keys>,
    fails: Arc<AtomicBool>,
}

impl LogKeys for Failing {
    fn verifiers(&self, origin: &str) -> Vec<VerifierKey> {
        self.keys.verifiers(origin)
    }

    fn signers(&self, origin: &str) -> Result<Arc<LogSigners>, String> {
        assert!(!self.fails.load(Ordering::SeqCst), "told to fail");
        self.keys.signers(origin)
    }
}

#[test]
fn nobody_waits_for_a_sequencer_that_panicked() {
    let disk = MemoryDisk::new();
    let fails = Arc::new(AtomicBool::new(false));
    let with = |threads| {
        let mut options = crate::scene::options(Arc::new(disk.clone()));
        options.keys = Arc::new(Failing { keys: crate::scene::Keys::of(7), fails: Arc::clone(&fails) });
        options.threads = threads;
        options
    };
    let store = crate::scene::new_store_with(with(false));
    store.publish().unwrap();
    drop(store);
    let store = LocalStore::open(with(true)).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    fails.store(true, Ordering::SeqCst);
    let (first, second) = (store.submit(vec![batch(0)]), store.submit(vec![batch(1)]));
    assert!(matches!(first.wait()[0], Err(CommitError::Unknown { .. })));
    assert!(second.wait()[0].is_err());
    assert!(store.commit(vec![batch(2)])[0].is_err());
    drop(store);
    fails.store(false, Ordering::SeqCst);
    let store = open_store(Arc::new(disk));
    assert!(store.commit(vec![batch(0)])[0].is_ok());
}
