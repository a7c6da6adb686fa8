//! Files that are missing, cut, exchanged or made by somebody who means harm: named, never gone on from.

use std::sync::Arc;

use record::digest::sha256;
use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::verify::{Finding, verify};
use storage::{Batch, BatchId, Body, LocalStore, LogName, NewEntry, Place, Store as _, StoreError};

use crate::scene::{Counted, Keys, batch, body, entry, feed, new_store, new_store_with, open_store, options};

pub(crate) const LAST: &str = "segments/00000002.segment";
pub(crate) const KEYS: &str = "body-keys/00000000.keys";
const CHECKPOINT: &str = "log/node/checkpoint";

/// A disk with a store of three segments, published.
pub(crate) fn disk_of(entropy: u64) -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut with = options(Arc::new(disk.clone()));
    (with.segment_bytes, with.entropy) = (Some(3_000), Box::new(Counted(entropy)));
    let store = new_store_with(with);
    store.commit(vec![Batch::new(BatchId::of(&[b"feed"])).open(feed(), "node.example/feed")]);
    let mut number = 0;
    while disk.contents(LAST).is_none_or(|octets| octets.len() < 2_000) {
        let of_feed = NewEntry::bare(feed(), entry(number + 1000));
        assert!(store.commit(vec![batch(number).entry(of_feed)])[0].is_ok());
        number += 1;
    }
    store.publish().unwrap();
    drop(store);
    disk
}

fn open(disk: &MemoryDisk) -> Result<LocalStore, StoreError> {
    LocalStore::open(options(Arc::new(disk.clone())))
}

pub(crate) fn findings(disk: &MemoryDisk) -> Vec<Finding> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    verify(&disk, &*Keys::of(7), Vec::new(), &mut |_, _| {}).unwrap().findings
}

/// Opening names the file, and changes nothing.
pub(crate) fn is_refused(disk: &MemoryDisk, path: &str) -> String {
    let all = |disk: &MemoryDisk| -> Vec<_> {
        let files = disk.files().into_iter().filter(|path| path != "lock");
        files.map(|path| (disk.contents(&path), path)).collect()
    };
    let before = all(disk);
    let refused = open(disk).unwrap_err();
    assert!(matches!(&refused, StoreError::Damaged { path: found, .. } if found == path), "{refused}");
    assert!(before == all(disk), "the refusal changed something");
    refused.to_string()
}

fn answers(store: &LocalStore) -> Vec<Vec<u8>> {
    [LogName::node(), feed()].map(|log| store.entries(&log, 0, 10_000).unwrap()).concat()
}

#[test]
fn a_missing_segment_is_named() {
    for path in ["segments/00000000.segment", "segments/00000001.segment", LAST] {
        let disk = disk_of(1);
        disk.remove(path).unwrap();
        let found = findings(&disk);
        if path == LAST {
            // Its end is lost: the checkpoint says so, and the segment before it is the one that ends too early.
            is_refused(&disk, "segments/00000001.segment");
            assert!(!found.is_empty());
        } else {
            is_refused(&disk, path);
            assert!(found.iter().any(|finding| finding.path == path && !finding.is_view), "{found:?}");
        }
    }
}

#[test]
fn missing_keys_are_named_and_never_made_anew() {
    let disk = disk_of(1);
    disk.remove(KEYS).unwrap();
    assert!(findings(&disk).iter().all(|finding| finding.path == KEYS));
    assert!(!findings(&disk).is_empty());
    let store = open_store(Arc::new(disk.clone()));
    assert!(store.bodies(&[Place::new(LogName::node(), 0)]).unwrap_err().to_string().contains(KEYS));
    assert!(store.commit(vec![batch(900)])[0].as_ref().unwrap_err().to_string().contains(KEYS));
    assert_eq!(disk.contents(KEYS), None);
}

#[test]
fn a_missing_layout_is_named() {
    let disk = disk_of(1);
    disk.remove("layout").unwrap();
    is_refused(&disk, "layout");
    assert_eq!(findings(&disk)[0].path, "layout");
}

#[test]
fn missing_published_files_are_named_and_made_anew() {
    let sound = disk_of(1);
    let published: Vec<_> = sound.files().into_iter().filter(|path| path.starts_with("log/")).collect();
    assert!(published.len() >= 6, "{published:?}");
    for path in published {
        let disk = sound.copy();
        disk.remove(&path).unwrap();
        let found = findings(&disk);
        assert!(path.ends_with("checkpoint") || found.iter().any(|one| one.path == path && one.is_view), "{found:?}");
        let store = open_store(Arc::new(disk.clone()));
        store.publish().unwrap();
        assert!(disk.contents(&path).is_some(), "{path}");
        assert!(findings(&disk).is_empty());
    }
}

#[test]
fn missing_views_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let disk = || Arc::new(FileDisk::open(folder.path()).unwrap());
    let store = new_store(disk());
    store.commit((0..30).map(batch).collect());
    let digest = store.views_digest().unwrap();
    drop(store);
    std::fs::remove_dir_all(folder.path().join("views")).unwrap();
    assert_eq!(open_store(disk()).views_digest().unwrap(), digest);
}

#[test]
fn a_segment_that_lost_its_end_is_refused_and_left_as_it_is() {
    let sound = disk_of(1);
    let whole = sound.contents(LAST).unwrap();
    let frames: Vec<_> = whole.windows(8).enumerate().filter(|(_, part)| part == b"detframe").collect();
    let last = frames.last().unwrap().0;
    for cut in [last, last + 1, last + 127, last + 200, whole.len() - 1, frames[1].0, 200, 64, 63, 1, 0] {
        let disk = sound.copy();
        disk.set_contents(LAST, &whole[..cut]).unwrap();
        let path = if cut >= frames[1].0 { LAST } else { "segments/00000001.segment" };
        let said = is_refused(&disk, path);
        assert!(said.contains("Nothing was changed"), "{cut}: {said}");
        assert!(findings(&disk).iter().any(|finding| !finding.is_view), "{cut}");
    }
}

#[test]
fn a_segment_that_lost_its_end_is_refused_by_the_views_alone() {
    let folder = tempfile::tempdir().unwrap();
    let disk = || Arc::new(FileDisk::open(folder.path()).unwrap());
    let store = new_store(disk());
    store.commit((0..3).map(batch).collect());
    store.commit((3..6).map(batch).collect());
    store.follow().unwrap();
    drop(store);
    let path = folder.path().join("segments/00000000.segment");
    let whole = std::fs::read(&path).unwrap();
    let last = whole.windows(8).rposition(|part| part == b"detframe").unwrap();
    for cut in [last, last + 300] {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let refused = LocalStore::open(options(disk())).unwrap_err();
        assert!(refused.to_string().contains("segments/00000000.segment"), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), whole[..cut]);
    }
}

#[test]
fn a_segment_whose_beginning_was_blanked_is_not_taken_for_one_in_the_making() {
    // Without a checkpoint and without views, only its own length speaks for it.
    let disk = disk_of(1);
    disk.remove_folder("log").unwrap();
    let mut octets = disk.contents(LAST).unwrap();
    octets[..512].fill(0);
    disk.set_contents(LAST, &octets).unwrap();
    is_refused(&disk, LAST);
}

#[test]
fn an_entry_of_zeros_does_not_make_a_damaged_frame_look_cut_off() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    let zeros = NewEntry::bare(LogName::node(), vec![0; 5_000]);
    store.commit(vec![Batch::new(BatchId::of(&[b"zeros"])).entry(zeros)]);
    drop(store);
    let path = "segments/00000000.segment";
    let length = disk.contents(path).unwrap().len() as u64;
    for bit in [8 * (length - 33), 8 * (length - 1), 8 * (length - 3000), 8 * (length - 5400)] {
        let copy = disk.copy();
        assert!(copy.flip_bit(path, bit));
        is_refused(&copy, path);
    }
}

#[test]
fn a_tile_in_the_place_of_another_is_named_and_made_good() {
    let disk = disk_of(1);
    let files: Vec<_> = disk.files().into_iter().filter(|path| path.starts_with("log/node/tile/")).collect();
    for path in files {
        let copy = disk.copy();
        let other = path.replace("log/node", "log/feed");
        copy.set_contents(&path, &disk.contents(&other).unwrap()).unwrap();
        let found = findings(&copy);
        assert!(found.len() == 1 && found[0].path == path && found[0].is_view, "{found:?}");
        drop(open_store(Arc::new(copy.clone())));
        assert_eq!(copy.contents(&path), disk.contents(&path));
    }
}

#[test]
fn a_checkpoint_of_another_log_is_named_never_shown_and_made_good() {
    let disk = disk_of(1);
    let of_feed = disk.contents("log/feed/checkpoint").unwrap();
    let store = open_store(Arc::new(disk.clone()));
    disk.set_contents(CHECKPOINT, &of_feed).unwrap();
    let shown = store.published(&LogName::node()).unwrap_err();
    assert!(shown.to_string().contains(CHECKPOINT), "{shown}");
    drop(store);
    let found = findings(&disk);
    assert!(found.iter().any(|finding| finding.path == CHECKPOINT && finding.is_view), "{found:?}");
    let store = open_store(Arc::new(disk));
    store.publish().unwrap();
    assert_eq!(store.published(&LogName::node()).unwrap().unwrap().claims().origin(), crate::scene::ORIGIN);
}

#[test]
fn a_history_that_differs_from_what_was_published_is_refused() {
    // Two copies of one node: what one published lies beside the segments of the other.
    let disk = MemoryDisk::new();
    drop(new_store(Arc::new(disk.clone())));
    let other = disk.copy();
    let store = open_store(Arc::new(disk.clone()));
    store.commit(vec![batch(1)]);
    store.publish().unwrap();
    drop(store);
    let store = open_store(Arc::new(other.clone()));
    store.commit(vec![batch(2), batch(3)]);
    drop(store);
    other.set_contents(CHECKPOINT, &disk.contents(CHECKPOINT).unwrap()).unwrap();
    let refused = open(&other).unwrap_err();
    assert!(refused.to_string().contains("another history"), "{refused}");
}

#[test]
fn files_of_another_store_are_named() {
    let (disk, other) = (disk_of(1), disk_of(2));
    for path in ["layout", "segments/00000001.segment", LAST, KEYS] {
        let mixed = disk.copy();
        mixed.set_contents(path, &other.contents(path).unwrap()).unwrap();
        match path {
            "layout" => assert!(open(&mixed).is_err()),
            KEYS => {
                let store = open_store(Arc::new(mixed.clone()));
                assert!(store.bodies(&[Place::new(LogName::node(), 0)]).unwrap_err().to_string().contains(KEYS));
                assert!(findings(&mixed).iter().all(|finding| finding.path == KEYS));
            }
            segment => drop(is_refused(&mixed, segment)),
        }
        assert!(!findings(&mixed).is_empty());
    }
}

#[test]
fn a_layout_of_another_version_is_refused() {
    let disk = disk_of(1);
    let text = String::from_utf8(disk.contents("layout").unwrap()).unwrap();
    let text = text.replace("layout 1\n", "layout 2\n");
    let (text, _) = text.split_at(text.find("check ").unwrap());
    let check = record::base64url::encode(&sha256(&[b"detente/layout/v1\0", text.as_bytes()]));
    disk.set_contents("layout", format!("{text}check {check}\n").as_bytes()).unwrap();
    let refused = open(&disk).unwrap_err();
    assert!(matches!(&refused, StoreError::Refused { problem } if problem.contains("layout 2")), "{refused}");
    let disk: Arc<dyn Disk> = Arc::new(disk);
    assert!(verify(&disk, &*Keys::of(7), Vec::new(), &mut |_, _| {}).is_err());
}

#[test]
fn a_stray_segment_number_does_not_keep_a_check_busy() {
    let disk = disk_of(1);
    disk.set_contents("segments/4294967294.segment", b"stray").unwrap();
    assert!(findings(&disk).iter().any(|finding| finding.path == "segments/00000003.segment"));
    is_refused(&disk, "segments/00000003.segment");
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let disk = disk_of(1);
    let closed: Arc<dyn Disk> = Arc::new(crate::scene::Closed { disk: disk.clone(), path: LAST });
    let refused = LocalStore::open(options(Arc::clone(&closed))).unwrap_err();
    assert!(matches!(&refused, StoreError::Disk(error) if error.path == LAST), "{refused}");
    drop(refused);
    assert_eq!(answers(&open_store(Arc::new(disk.clone()))), answers(&open_store(Arc::new(disk.copy()))));
    let kept = open_store(Arc::new(disk)).bodies(&[Place::new(LogName::node(), 0)]).unwrap();
    assert_eq!(kept, [Body::Kept(body(0))]);
}

#[test]
fn a_lost_end_that_the_views_alone_remember_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(FileDisk::open(folder.path()).unwrap());
    let store = new_store(disk.clone());
    store.commit(vec![batch(0)]);
    let path = "segments/00000000.segment";
    let before = disk.length(path).unwrap().unwrap();
    store.commit(vec![batch(1)]);
    store.follow().unwrap();
    drop(store);
    disk.truncate(path, before).unwrap();
    disk.remove_folder("log").unwrap();
    let disk: Arc<dyn Disk> = disk;
    let report = verify(&disk, &*Keys::of(7), Vec::new(), &mut |_, _| {}).unwrap();
    assert!(report.findings.iter().any(|one| one.path == path && !one.is_view), "{:?}", report.findings);
    assert!(LocalStore::open(options(disk)).is_err());
}

#[test]
fn a_lost_sector_in_front_of_a_whole_frame_is_never_cut_away() {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    let path = "segments/00000000.segment";
    let length = || disk.contents(path).unwrap().len();
    store.commit(vec![batch(0)]);
    let start = length();
    for number in 1..8 {
        store.commit(vec![batch(number)]);
    }
    drop(store);
    // As it comes back from a backup: nothing that was published, and no views.
    disk.remove_folder("log").unwrap();
    let mut octets = disk.contents(path).unwrap();
    octets[start..start + 1024].fill(0);
    disk.set_contents(path, &octets).unwrap();
    assert!(is_refused(&disk, path).contains("another begins"));
    assert!(findings(&disk).iter().any(|one| one.path == path && one.problem.contains("another begins")));
    assert_eq!(length(), octets.len());
}
