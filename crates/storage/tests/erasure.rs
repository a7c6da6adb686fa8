//! An erased body is nowhere: not in views, not in free pages, not in logs of changes, and what is on the disk cannot be opened.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use base64url::encode;
use record::base64url;
use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::disk::memory::faults::{Call, Fault, FaultKind};
use storage::verify::{Report, verify};
use storage::views::View;
use storage::views::records::{self, KEY_RECORD, Records};
use storage::{Batch, BatchId, Body, CommitError, LocalStore, LogName, NewEntry, Options, Place, Store as _};
use tlog::tile::TilePath;
use tlog::tiled::TiledTree;

use crate::scene::{Keys, options};
use crate::signer::{Party, incident_id, record_batch};

const CANARY: &str = "Nightingale-Ward-Seventeen";
/// The record that is erased, among many.
const ERASED: u64 = 33;
const RECORDS: u64 = 64;

fn views() -> Vec<Box<dyn View>> {
    vec![Box::new(Records::new())]
}

fn with_views(disk: Arc<dyn Disk>) -> Options {
    let mut with = options(disk);
    with.views = views();
    with
}

fn open(disk: Arc<dyn Disk>) -> LocalStore {
    let store = LocalStore::open(with_views(disk)).unwrap();
    store.guard(&LogName::node(), &[]).unwrap();
    store
}

fn check(disk: &Arc<dyn Disk>) -> Report {
    verify(disk, &*Keys::of(7), views(), &mut |_, _| {}).unwrap()
}

/// A store full of records, one of them with the canary; and what nothing may hold after its erasure.
fn store_of_records(disk: Arc<dyn Disk>) -> (LocalStore, Vec<Vec<u8>>) {
    let store = crate::scene::new_store_with(with_views(disk));
    let party = Party::new();
    let mut traces = Vec::new();
    for number in 0..RECORDS {
        // Of very different lengths, so that rows move between pages.
        let name = if number == ERASED { CANARY.to_owned() } else { "long ".repeat(1 + (number as usize * 37) % 150) };
        let signed = party.incident(number, &name);
        let batch = record_batch(number, &signed);
        if number == ERASED {
            let text = signed.envelope().to_json();
            let disclosures = signed.envelope().disclosures().iter().map(|one| one.as_bytes().to_vec());
            traces.extend(disclosures);
            traces.extend((0..3).map(|skip| encode(&text.as_bytes()[skip..]).as_bytes()[..60].to_vec()));
            traces.extend([CANARY.into(), incident_id(number).into_bytes(), text.into_bytes()]);
            traces.push(signed.digest().to_string().into_bytes());
            traces.push(batch.entries[0].body.as_ref().unwrap()[..32].to_vec());
        }
        assert!(store.commit(vec![batch])[0].is_ok());
        store.follow().unwrap();
    }
    store.publish().unwrap();
    (store, traces)
}

fn erasure() -> Batch {
    let entry = NewEntry::bare(LogName::node(), b"erasure record".to_vec());
    Batch::new(BatchId::of(&[b"erasure"])).entry(entry).erase(Place::new(LogName::node(), ERASED))
}

/// The octets of every file, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    found
}

fn holding<'f>(files: &'f BTreeMap<String, Vec<u8>>, trace: &[u8]) -> Vec<&'f str> {
    let holds = |octets: &Vec<u8>| octets.windows(trace.len()).any(|part| part == trace);
    files.iter().filter(|(_, octets)| holds(octets)).map(|(path, _)| path.as_str()).collect()
}

/// The key that an erasure destroyed, from its file before and after.
fn destroyed_key(before: &[u8], after: &[u8]) -> Vec<u8> {
    let slots = before.chunks(64).zip(after.chunks(64)).filter(|(old, new)| old != new);
    let gone: Vec<_> = slots.collect();
    assert_eq!(gone.len(), 1, "one slot changed");
    assert_eq!(gone[0].1, [0; 64]);
    gone[0].0[..32].to_vec()
}

fn nothing_holds(files: &BTreeMap<String, Vec<u8>>, traces: &[Vec<u8>]) {
    for trace in traces {
        assert_eq!(holding(files, trace), Vec::<&str>::new(), "{:?}", String::from_utf8_lossy(trace));
    }
}

fn only_that_one_is_gone(store: &LocalStore) {
    let bodies: Vec<_> = (0..RECORDS).map(|index| Place::new(LogName::node(), index)).collect();
    for (body, index) in store.bodies(&bodies).unwrap().into_iter().zip(0..) {
        assert_eq!(body == Body::Erased, index == ERASED, "entry {index}");
    }
    let rows = records::list(store, &LogName::node(), 0, 1000).unwrap();
    let known = rows.iter().filter(|row| row.record_digest.is_some());
    assert!(known.clone().all(|row| row.index != ERASED && row.name.as_deref() != Some(CANARY)));
    assert_eq!(known.count(), RECORDS as usize - 1);
}

fn the_leaf_is_still_proved(store: &LocalStore, disk: &dyn Disk) {
    let shown = store.published(&LogName::node()).unwrap().unwrap();
    let (size, root) = (shown.claims().size(), *shown.claims().root());
    let read = |path: TilePath| disk.read(&format!("log/node/{path}"), 0, 1 << 20);
    let mut tree = TiledTree::open(read, size, &root).unwrap();
    let proof = tlog::proof::inclusion(&mut tree, ERASED, size).unwrap();
    let entry = store.entries(&LogName::node(), ERASED, 1).unwrap().remove(0);
    tlog::proof::verify_inclusion(ERASED, size, &tlog::Hash::leaf(&entry), &proof, &root).unwrap();
}

#[test]
fn an_erased_record_is_in_no_file_and_its_leaf_is_still_proved() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(FileDisk::open(folder.path()).unwrap());
    let (store, mut traces) = store_of_records(disk.clone());
    let rows = records::list(&store, &LogName::node(), ERASED, 1).unwrap();
    assert_eq!(rows[0].name.as_deref(), Some(CANARY));
    let digest = rows[0].record_digest.unwrap();
    assert_eq!(records::find(&store, &LogName::node(), &digest).unwrap(), Some(ERASED));
    assert!(!holding(&files(folder.path()), CANARY.as_bytes()).is_empty(), "the search finds what is there");
    let keys = disk.read("body-keys/00000000.keys", 0, 1 << 21).unwrap();

    assert!(store.commit(vec![erasure()])[0].is_ok());
    store.publish().unwrap();

    traces.push(destroyed_key(&keys, &disk.read("body-keys/00000000.keys", 0, 1 << 21).unwrap()));
    let searched = files(folder.path());
    assert!(searched.keys().any(|path| path.ends_with("-wal")), "{:?}", searched.keys());
    nothing_holds(&searched, &traces);
    only_that_one_is_gone(&store);
    the_leaf_is_still_proved(&store, &*disk);
    store.rebuild(&mut |_, _| {}).unwrap();
    only_that_one_is_gone(&store);
    nothing_holds(&files(folder.path()), &traces);
    drop(store);
    nothing_holds(&files(folder.path()), &traces);
    let report = check(&(disk.clone() as Arc<dyn Disk>));
    assert!(report.is_sound() && report.erased == 1, "{report:?}");
    only_that_one_is_gone(&open(disk));
    println!("COUNT: traces of an erased record searched for in every file: {}", traces.len());
}

#[test]
fn a_record_that_was_erased_while_another_process_read_the_views_is_in_no_file_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(FileDisk::open(folder.path()).unwrap());
    let (store, traces) = store_of_records(disk.clone());
    let reader = rusqlite::Connection::open(folder.path().join("views/views.sqlite")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM records;").unwrap();
    let _count: i64 = reader.query_row("SELECT count(*) FROM records", [], |row| row.get(0)).unwrap();
    assert!(store.commit(vec![erasure()])[0].is_ok());
    store.follow().unwrap();
    reader.execute_batch("ROLLBACK").unwrap();
    drop(reader);
    store.follow().unwrap();
    nothing_holds(&files(folder.path()), &traces);
    // Whoever dies in between leaves it to the next start.
    drop(store);
    drop(open(disk));
    nothing_holds(&files(folder.path()), &traces);
}

#[test]
fn an_erasure_that_a_crash_cut_off_before_its_key_is_finished_at_the_next_start() {
    for seed in 0..8 {
        let disk = MemoryDisk::new();
        let (store, _) = store_of_records(Arc::new(disk.clone()));
        let keys = disk.contents("body-keys/00000000.keys").unwrap();
        disk.plan(Fault::new(FaultKind::FailNotPersisted).on("body-keys/").only(Call::Write).times(9));
        assert!(matches!(store.commit(vec![erasure()])[0], Err(CommitError::Unknown { .. })));
        assert_eq!(disk.contents("body-keys/00000000.keys").unwrap(), keys, "the key is still there");
        drop(store);
        if seed == 0 {
            disk.kill();
        } else {
            disk.crash(seed);
        }
        let store = open(Arc::new(disk.clone()));
        disk.crash(seed);
        let key = destroyed_key(&keys, &disk.contents("body-keys/00000000.keys").unwrap());
        assert!(disk.files().iter().all(|path| holds_not(&disk, path, &key)));
        only_that_one_is_gone(&store);
        assert!(store.commit(vec![erasure()])[0].is_ok());
        drop(store);
        // The second crash may have taken tiles, which are views.
        open(Arc::new(disk.clone())).publish().unwrap();
        let report = check(&(Arc::new(disk) as Arc<dyn Disk>));
        assert!(report.is_sound() && report.erased == 1, "{report:?}");
    }
}

fn holds_not(disk: &MemoryDisk, path: &str, trace: &[u8]) -> bool {
    !disk.contents(path).unwrap().windows(trace.len()).any(|part| part == trace)
}

#[test]
fn a_key_record_is_listed_and_what_is_no_record_is_passed_over() {
    let store = crate::scene::new_store_with(with_views(Arc::new(MemoryDisk::new())));
    let party = Party::new();
    let text = party.first.envelope().to_json();
    let bodies = [[[1; 32].as_slice(), text.as_bytes()].concat(), b"short".to_vec(), vec![b'{'; 4096]];
    for (body, number) in bodies.into_iter().zip(0_u8..) {
        let entry = NewEntry::with_body(LogName::node(), vec![number], body);
        assert!(store.commit(vec![Batch::new(BatchId::of(&[&[number]])).entry(entry)])[0].is_ok());
    }
    let rows = records::list(&store, &LogName::node(), 0, 10).unwrap();
    assert_eq!(rows.iter().filter(|row| row.record_digest.is_some()).count(), 1);
    assert_eq!(rows[0].object_type.as_deref(), Some(KEY_RECORD));
    assert_eq!(rows[0].record_digest.unwrap().octets(), party.first.digest().octets());
    assert_eq!(rows[0].issuer.clone().unwrap(), party.first.content().party().to_string());
    assert!(rows[0].created.is_some() && rows[0].name.is_none());
}

#[test]
fn a_key_that_came_back_with_a_backup_is_destroyed_by_a_rebuild() {
    let disk = MemoryDisk::new();
    let mut with = options(Arc::new(disk.clone()));
    with.segment_bytes = Some(2_000);
    let store = crate::scene::new_store_with(with);
    store.commit(vec![crate::scene::batch(0)]);
    let path = "body-keys/00000000.keys";
    let backup = disk.contents(path).unwrap();
    let place = Place::new(LogName::node(), 0);
    assert!(store.commit(vec![crate::scene::batch(100).erase(place.clone())])[0].is_ok());
    // Starts finish the erasures of the last two segments alone.
    for number in 1..40 {
        store.commit(vec![crate::scene::batch(number)]);
    }
    drop(store);
    disk.set_contents(path, &backup).unwrap();
    let store = crate::scene::open_store(Arc::new(disk.clone()));
    assert!(matches!(store.bodies(std::slice::from_ref(&place)).unwrap()[0], Body::Kept(_)));
    store.rebuild(&mut |_, _| {}).unwrap();
    assert_eq!(store.bodies(&[place]).unwrap(), [Body::Erased]);
    assert_eq!(disk.contents(path).unwrap()[64..128], [0; 64]);
}
