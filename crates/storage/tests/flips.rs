//! One bit turned over, anywhere: `verify` names the file, or a rebuild makes good what it was in.

use std::collections::BTreeMap;
use std::sync::Arc;

use storage::batch::{Movement, PrivateReceipt};
use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::verify::{Report, verify};
use storage::{Batch, BatchId, Body, LocalStore, LogName, NewEntry, Place, Store as _};

use crate::scene::{Counted, Keys, batch, feed, new_store_with, open_store, options};

const SEED: u64 = 20_261_123;
const AUTHORITATIVE_FLIPS: usize = 1000;
const VIEW_FLIPS: usize = 300;
const ENTRIES: u64 = 280;

/// A store with several segments, two logs, receipts, counters, erasures, and published tiles.
fn rich_store(disk: Arc<dyn Disk>) -> LocalStore {
    let mut with = options(disk);
    with.segment_bytes = Some(24_000);
    let store = new_store_with(with);
    store.commit(vec![Batch::new(BatchId::of(&[b"feed"])).open(feed(), "node.example/feed")]);
    let batches = (0..ENTRIES).map(|number| {
        let mut one = batch(number).movement(Movement::new("budget".to_owned(), 1, 10_000));
        if number % 3 == 0 {
            one = one.entry(NewEntry::bare(feed(), format!("entry {number} of the feed").into_bytes()));
        }
        if number % 7 == 0 {
            one = one.receipt(PrivateReceipt::new([number as u8; 32], vec![number as u8; 90]));
        }
        if number % 10 == 9 {
            one = one.erase(Place::new(LogName::node(), number - 5));
        }
        one
    });
    let batches: Vec<_> = batches.collect();
    for some in batches.chunks(20) {
        assert!(store.commit(some.to_vec()).iter().all(Result::is_ok));
    }
    store.publish().unwrap();
    store
}

/// Entries, bodies, receipts, and a digest of the views.
type Answers = (Vec<Vec<u8>>, Vec<Body>, Vec<Vec<u8>>, [u8; 32]);

/// Everything that can be asked, and every octet that is published.
fn answers(store: &LocalStore) -> Answers {
    let places: Vec<_> = (0..ENTRIES).map(|index| Place::new(LogName::node(), index)).collect();
    let entries = [LogName::node(), feed()].map(|log| store.entries(&log, 0, 10_000).unwrap()).concat();
    let receipts = (0..37).filter_map(|number| store.receipt(&[number * 7; 32]).unwrap()).collect();
    (entries, store.bodies(&places).unwrap(), receipts, store.views_digest().unwrap())
}

fn check(disk: &Arc<dyn Disk>) -> Report {
    verify(disk, &*Keys::of(7), Vec::new(), &mut |_, _| {}).unwrap()
}

fn random(random: &mut Counted, below: u64) -> u64 {
    let mut octets = [0; 8];
    record::entropy::Entropy::fill(random, &mut octets).unwrap();
    u64::from_be_bytes(octets) % below
}

fn flip(disk: &MemoryDisk, path: &str, chance: &mut Counted) -> u64 {
    let bits = disk.contents(path).unwrap().len() as u64 * 8;
    let bit = random(chance, bits);
    assert!(disk.flip_bit(path, bit));
    bit
}

fn is_authoritative(path: &str) -> bool {
    path == "layout" || path.starts_with("segments/") || path.starts_with("body-keys/")
}

#[test]
fn a_flipped_bit_of_any_authoritative_file_is_named_with_that_file_alone() {
    let disk = MemoryDisk::new();
    drop(rich_store(Arc::new(disk.clone())));
    let sound: Arc<dyn Disk> = Arc::new(disk.copy());
    assert!(check(&sound).is_sound(), "{:?}", check(&sound).findings);
    let files: Vec<_> = disk.files().into_iter().filter(|path| is_authoritative(path)).collect();
    assert!(files.len() >= 5, "{files:?}");
    let (mut chance, mut named) = (Counted(SEED), BTreeMap::<String, usize>::new());
    for round in 0..AUTHORITATIVE_FLIPS {
        let path = &files[random(&mut chance, files.len() as u64) as usize];
        let copy = disk.copy();
        let bit = flip(&copy, path, &mut chance);
        let report = check(&(Arc::new(copy) as Arc<dyn Disk>));
        let mut found: Vec<_> = report.findings.iter().map(|finding| finding.path.as_str()).collect();
        found.dedup();
        assert_eq!(found, [path.as_str()], "seed {SEED}, round {round}, bit {bit}: {:?}", report.findings);
        *named.entry(path.split('/').next().unwrap().to_owned()).or_default() += 1;
    }
    println!(
        "COUNT: bits flipped in authoritative files, each named with its file alone: {AUTHORITATIVE_FLIPS} {named:?}"
    );
}

/// What is published, but for the signatures of checkpoints: one that must be signed again is signed otherwise.
fn shown(disk: &MemoryDisk, files: &[String]) -> Vec<Vec<u8>> {
    let file = |path: &String| {
        let octets = disk.contents(path).unwrap();
        let end = octets.windows(2).position(|two| two == b"\n\n").filter(|_| path.ends_with("/checkpoint"));
        octets[..end.unwrap_or(octets.len())].to_vec()
    };
    files.iter().map(file).collect()
}

#[test]
fn a_flipped_bit_of_a_published_file_is_named_or_made_good() {
    let disk = MemoryDisk::new();
    let store = rich_store(Arc::new(disk.clone()));
    store.rebuild(&mut |_, _| {}).unwrap();
    store.publish().unwrap();
    let before = answers(&store);
    drop(store);
    let files: Vec<_> = disk.files().into_iter().filter(|path| path.starts_with("log/")).collect();
    let published = shown(&disk, &files);
    let (mut chance, mut named, mut made_good) = (Counted(SEED), 0, 0);
    for round in 0..VIEW_FLIPS {
        let path = &files[random(&mut chance, files.len() as u64) as usize];
        let copy = disk.copy();
        let bit = flip(&copy, path, &mut chance);
        let findings = check(&(Arc::new(copy.clone()) as Arc<dyn Disk>)).findings;
        named += usize::from(findings.iter().any(|finding| finding.path == *path && finding.is_view));
        assert!(findings.iter().all(|finding| finding.path == *path), "round {round}, bit {bit}: {findings:?}");
        // Not every round: a rebuild in each would take minutes.
        if findings.is_empty() || round % 25 == 0 {
            let store = open_store(Arc::new(copy.clone()));
            store.rebuild(&mut |_, _| {}).unwrap();
            store.publish().unwrap();
            assert_eq!(answers(&store), before, "seed {SEED}, round {round}: {path}, bit {bit}");
            assert!(shown(&copy, &files) == published, "seed {SEED}, round {round}: {path}, bit {bit}");
            made_good += 1;
        }
    }
    println!("COUNT: bits flipped in published files: {VIEW_FLIPS}, named {named}, rebuilt and the same {made_good}");
}

#[test]
fn a_flipped_bit_of_the_views_database_is_named_or_made_good() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(FileDisk::open(folder.path()).unwrap());
    let store = rich_store(disk.clone());
    let before = answers(&store);
    drop(store);
    let path = folder.path().join("views/views.sqlite");
    let sound = std::fs::read(&path).unwrap();
    let (mut chance, mut named, mut silent) = (Counted(SEED), 0, 0);
    let shared: Arc<dyn Disk> = disk.clone();
    for round in 0..VIEW_FLIPS {
        let bit = random(&mut chance, sound.len() as u64 * 8);
        let mut flipped = sound.clone();
        flipped[(bit / 8) as usize] ^= 1 << (bit % 8);
        std::fs::write(&path, &flipped).unwrap();
        let is_named = if round % 3 == 0 {
            let findings = check(&shared).findings;
            assert!(findings.iter().all(|finding| finding.path == "views/views.sqlite"), "{findings:?}");
            !findings.is_empty()
        } else {
            false
        };
        if is_named {
            named += 1;
        } else {
            let store = open_store(disk.clone());
            store.rebuild(&mut |_, _| {}).unwrap();
            assert_eq!(answers(&store), before, "seed {SEED}, round {round}: bit {bit}");
            silent += 1;
        }
    }
    println!("COUNT: bits flipped in the views' database: {VIEW_FLIPS}, named {named}, rebuilt and the same {silent}");
}
