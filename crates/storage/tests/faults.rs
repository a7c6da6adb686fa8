//! A disk that is full, cannot be written, answers wrongly, or belongs to somebody else.

use std::sync::Arc;

use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::disk::memory::faults::{Call, Fault, FaultKind};
use storage::{Body, CommitError, LocalStore, LogName, Place, Store as _, StoreError};

use crate::scene::{Clock, TODAY, batch, body, entry, new_store, new_store_with, open_store, options};

fn node(index: u64) -> Place {
    Place::new(LogName::node(), index)
}

fn entries(store: &LocalStore) -> Vec<Vec<u8>> {
    store.entries(&LogName::node(), 0, 10_000).unwrap()
}

fn expected(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(entry).collect()
}

fn commit(store: &LocalStore, number: u64) -> Result<storage::Committed, CommitError> {
    store.commit(vec![batch(number)]).remove(0)
}

fn is_full(error: &CommitError) -> bool {
    matches!(error, CommitError::NotWritten { is_full: true, .. })
}

#[test]
fn a_disk_that_is_full_refuses_a_commit_and_goes_on_when_there_is_room() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    commit(&store, 0).unwrap();
    disk.plan(Fault::new(FaultKind::Full).on("segments/").only(Call::Write));
    assert!(is_full(&commit(&store, 1).unwrap_err()) || commit(&store, 1).is_err());
    assert_eq!(entries(&store), expected(1));
    assert!(matches!(commit(&store, 1), Err(CommitError::NotWritten { .. } | CommitError::Unknown { .. })));
    disk.make_room();
    assert_eq!(commit(&store, 1).unwrap().entries, [node(1)]);
    assert_eq!(entries(&store), expected(2));
    drop(store);
    disk.crash(3);
    assert_eq!(entries(&open_store(Arc::new(disk))), expected(2));
}

#[test]
fn a_disk_that_is_full_while_publishing_keeps_what_was_published() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    store.commit((0..300).map(batch).collect());
    store.publish().unwrap();
    store.commit((300..600).map(batch).collect());
    disk.plan(Fault::new(FaultKind::Full).on("log/"));
    assert!(store.publish().is_err());
    assert_eq!(store.published(&LogName::node()).unwrap().unwrap().claims().size(), 300);
    assert_eq!(entries(&store), expected(600));
    disk.make_room();
    store.publish().unwrap();
    assert_eq!(store.published(&LogName::node()).unwrap().unwrap().claims().size(), 600);
}

#[test]
fn a_disk_that_is_full_while_erasing_keeps_the_erasure_for_later() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    store.commit((0..3).map(batch).collect());
    disk.plan(Fault::new(FaultKind::Full).on("body-keys/").only(Call::Write));
    let answer = store.commit(vec![batch(3).erase(node(1))]).remove(0);
    assert!(matches!(answer, Err(CommitError::Unknown { .. })), "{answer:?}");
    disk.make_room();
    let again = store.commit(vec![batch(3).erase(node(1))]).remove(0).unwrap();
    assert_eq!(again.entries, [node(3)]);
    assert_eq!(store.bodies(&[node(0), node(1)]).unwrap(), [Body::Kept(body(0)), Body::Erased]);
}

#[test]
fn a_disk_that_is_full_when_a_segment_ends_goes_on_when_there_is_room() {
    for call in [Call::Create, Call::Write] {
        let disk = MemoryDisk::new();
        let mut with = options(Arc::new(disk.clone()));
        with.segment_bytes = Some(2_000);
        let store = new_store_with(with);
        let mut count = 0;
        while disk.files().iter().filter(|path| path.starts_with("segments/")).count() < 3 {
            commit(&store, count).unwrap();
            count += 1;
        }
        let mut refused = 0;
        disk.plan(Fault::new(FaultKind::Full).on("segments/").only(call));
        for _ in 0..20 {
            match commit(&store, count) {
                Ok(_) => count += 1,
                Err(error) => {
                    assert!(is_full(&error) || matches!(error, CommitError::Unknown { .. }), "{error}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 0);
        disk.make_room();
        commit(&store, count).unwrap();
        assert_eq!(entries(&store), expected(count + 1));
        drop(store);
        disk.crash(9);
        assert_eq!(entries(&open_store(Arc::new(disk))), expected(count + 1));
    }
}

#[test]
fn a_disk_that_is_full_when_keys_run_out_answers_a_batch_that_is_there_already() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    let first = commit(&store, 0).unwrap();
    drop(store);
    let keys = disk.contents("body-keys/00000000.keys").unwrap();
    let store = open_store(Arc::new(disk.clone()));
    // No key can be had, so nothing new is taken; what was committed is answered all the same.
    disk.remove("body-keys/00000000.keys").unwrap();
    assert_eq!(commit(&store, 0).unwrap(), first);
    let refused = commit(&store, 1).unwrap_err();
    assert!(refused.to_string().contains("body-keys/00000000.keys"), "{refused}");
    disk.set_contents("body-keys/00000000.keys", &keys).unwrap();
    commit(&store, 1).unwrap();
}

#[test]
fn a_disk_that_cannot_be_written_refuses_and_loses_nothing() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    commit(&store, 0).unwrap();
    disk.plan(Fault::new(FaultKind::ReadOnly).on("segments/"));
    assert!(commit(&store, 1).is_err());
    assert_eq!(entries(&store), expected(1));
    assert_eq!(store.bodies(&[node(0)]).unwrap(), [Body::Kept(body(0))]);
    drop(store);
    let refused = LocalStore::open(options(Arc::new(disk.clone()))).unwrap_err();
    assert!(matches!(refused, StoreError::Disk(_)), "{refused}");
    disk.make_writable();
    let store = open_store(Arc::new(disk));
    assert_eq!(entries(&store), expected(1));
    commit(&store, 1).unwrap();
}

#[test]
fn an_answer_that_is_not_known_stays_unknown_until_the_disk_answers() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    commit(&store, 0).unwrap();
    disk.plan(Fault::new(FaultKind::FailYetPersisted).on("segments/").only(Call::Sync).times(3));
    disk.plan(Fault::new(FaultKind::FailedRead).on("segments/").times(40));
    assert!(matches!(commit(&store, 1), Err(CommitError::Unknown { .. })));
    // It is on the disk. To refuse it now would say that it is not.
    assert!(matches!(commit(&store, 1), Err(CommitError::Unknown { .. })));
    disk.stop_faults();
    assert_eq!(commit(&store, 1).unwrap().entries, [node(1)]);
    assert_eq!(entries(&store), expected(2));
}

#[test]
fn after_a_commit_under_a_clock_far_ahead_a_person_lets_the_store_go_on() {
    let disk = Arc::new(MemoryDisk::new());
    let clock = Clock::at(TODAY);
    let mut with = options(disk);
    with.clock = clock.read();
    let store = new_store_with(with);
    clock.set(TODAY + 365 * 86_400);
    let ahead = store.commit(vec![batch(0)]).remove(0).unwrap();
    clock.set(TODAY);
    assert!(store.commit(vec![batch(1)])[0].is_err());
    assert!(store.clock_objection().unwrap().contains("the last commit was at"));
    store.accept_clock();
    let after = store.commit(vec![batch(1)]).remove(0).unwrap();
    assert_eq!(after.time, ahead.time, "time stands still until the clock has passed it");
}

#[test]
fn a_clock_that_goes_back_a_year_signs_nothing_and_reads_on() {
    let disk = MemoryDisk::new();
    let clock = Clock::at(TODAY);
    let mut with = options(Arc::new(disk));
    with.clock = clock.read();
    let store = new_store_with(with);
    let first = commit(&store, 0).unwrap();
    clock.set(TODAY - 365 * 86_400);
    let refused = commit(&store, 1).unwrap_err();
    assert!(matches!(&refused, CommitError::NotSigning { problem } if problem.contains("clock")), "{refused}");
    assert_eq!(entries(&store), expected(1));
    // What is there already is answered: to refuse it would say that it is not there.
    assert_eq!(commit(&store, 0).unwrap(), first);
    // A clock that is set back a little is common, and time stands still meanwhile.
    clock.set(TODAY - 60);
    assert_eq!(commit(&store, 1).unwrap().time, first.time);
    clock.set(TODAY + 1);
    assert!(commit(&store, 2).unwrap().time > first.time);
}

#[test]
fn one_wrong_answer_at_any_read_costs_nothing_that_was_acknowledged() {
    let disk = MemoryDisk::new();
    let mut with = options(Arc::new(disk.clone()));
    with.segment_bytes = Some(3_000);
    let store = new_store_with(with);
    store.commit((0..20).map(batch).collect());
    store.commit(vec![batch(20).erase(node(2))]);
    store.publish().unwrap();
    drop(store);
    let (mut opened, mut refused, mut failed) = (0, 0, 0);
    for kind in [FaultKind::MisdirectedRead, FaultKind::StaleRead, FaultKind::FailedRead] {
        for after in 0.. {
            let copy = disk.copy();
            copy.plan(Fault::new(kind).only(Call::Read).after(after));
            match LocalStore::open(options(Arc::new(copy.clone()))) {
                Ok(store) => {
                    opened += 1;
                    match store.entries(&LogName::node(), 0, 100) {
                        Ok(found) => assert_eq!(found, expected(21), "{kind:?} after {after}"),
                        Err(_) => failed += 1,
                    }
                    match store.bodies(&[node(0), node(2), node(20)]) {
                        Ok(found) => {
                            let wanted = [Body::Kept(body(0)), Body::Erased, Body::Kept(body(20))];
                            assert_eq!(found, wanted, "{kind:?} after {after}");
                        }
                        Err(_) => failed += 1,
                    }
                    if let Ok(Some(shown)) = store.published(&LogName::node()) {
                        assert_eq!(shown.claims().size(), 21, "{kind:?} after {after}");
                    }
                }
                Err(_) => refused += 1,
            }
            let is_over = copy.faults_played().is_empty();
            copy.stop_faults();
            copy.kill();
            let store = open_store(Arc::new(copy));
            assert_eq!(entries(&store), expected(21), "{kind:?} after {after}");
            store.publish().unwrap();
            if is_over {
                break;
            }
        }
    }
    println!(
        "COUNT: single wrong reads: opened {opened}, refused to open {refused}, refused to answer {failed}, lost 0"
    );
}

#[test]
fn a_second_opening_of_the_same_directory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(FileDisk::open(folder.path()).unwrap()) as Arc<dyn Disk>;
    let store = new_store(open());
    let refused = LocalStore::open(options(open())).unwrap_err();
    assert!(refused.to_string().contains("process"), "{refused}");
    let refused = LocalStore::create(options(open())).unwrap_err();
    assert!(refused.to_string().contains("process"), "{refused}");
    drop(store);
    drop(open_store(open()));
}
