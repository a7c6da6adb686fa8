//! A node that was put back to an old state, and a directory that two want at once.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use storage::disk::Disk;
use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::guard::{Guarded, HeadFolder, HeadSource};
use storage::{Batch, BatchId, CommitError, LocalStore, LogName, Store as _};

use crate::scene::{batch, feed, new_store, open_store, options};

fn unguarded(disk: &MemoryDisk) -> LocalStore {
    LocalStore::open(options(Arc::new(disk.clone()))).unwrap()
}

fn sources(folders: &[&Path]) -> Vec<Arc<dyn HeadSource>> {
    folders.iter().map(|folder| Arc::new(HeadFolder::new(folder)) as Arc<dyn HeadSource>).collect()
}

/// Publishes, and puts the head where others remember it.
fn remember(store: &LocalStore, folder: &Path) {
    store.publish().unwrap();
    let head = store.published(&LogName::node()).unwrap().unwrap();
    std::fs::write(folder.join(format!("{}.checkpoint", head.claims().size())), head.to_string()).unwrap();
}

fn signs_nothing(store: &LocalStore) {
    assert!(matches!(store.commit(vec![batch(99)])[0], Err(CommitError::NotSigning { .. })));
    assert!(store.publish().is_err() || store.objection().is_some());
}

/// A disk with three entries, its backup, and then two more entries whose heads a folder remembers.
fn went_on(folder: &Path) -> (MemoryDisk, MemoryDisk) {
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk.clone()));
    store.commit((0..3).map(batch).collect());
    remember(&store, folder);
    let backup = disk.copy();
    store.commit((3..5).map(batch).collect());
    remember(&store, folder);
    drop(store);
    (disk, backup)
}

#[test]
fn an_old_backup_signs_nothing_and_cannot_be_resumed() {
    let heads = tempfile::tempdir().unwrap();
    let (disk, backup) = went_on(heads.path());
    let store = unguarded(&backup);
    signs_nothing(&store);
    let guarded = store.guard(&LogName::node(), &sources(&[heads.path()])).unwrap();
    assert!(matches!(guarded, Guarded::Behind { remembered: 5, ours: 3, .. }), "{guarded}");
    assert!(!store.resume(&guarded));
    signs_nothing(&store);
    assert_eq!(store.entries(&LogName::node(), 0, 10).unwrap().len(), 3);
    // The state that went on may sign.
    let store = unguarded(&disk);
    let guarded = store.guard(&LogName::node(), &sources(&[heads.path()])).unwrap();
    assert!(matches!(guarded, Guarded::Checked { size: 5, .. }), "{guarded}");
    store.commit(vec![batch(5)]).remove(0).unwrap();
}

#[test]
fn a_batch_that_was_committed_is_answered_even_while_nothing_is_signed() {
    let disk = MemoryDisk::new();
    let first = new_store(Arc::new(disk.clone())).commit(vec![batch(1)]).remove(0).unwrap();
    let answers = unguarded(&disk).commit(vec![batch(1), batch(2)]);
    assert_eq!(answers[0].as_ref().unwrap(), &first);
    assert!(matches!(answers[1], Err(CommitError::NotSigning { .. })));
}

#[test]
fn a_snapshot_of_data_and_heads_is_caught_by_a_second_source_alone() {
    let (near, far) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_, backup) = went_on(far.path());
    // The folder beside the data was restored with it: it remembers no more than the data does. This is not caught by it.
    std::fs::copy(far.path().join("3.checkpoint"), near.path().join("3.checkpoint")).unwrap();
    let store = unguarded(&backup);
    let alone = store.guard(&LogName::node(), &sources(&[near.path()])).unwrap();
    assert!(matches!(alone, Guarded::Checked { size: 3, .. }), "{alone}");
    for folders in [[near.path(), far.path()], [far.path(), near.path()]] {
        let both = store.guard(&LogName::node(), &sources(&folders)).unwrap();
        assert!(matches!(both, Guarded::Behind { remembered: 5, .. }), "{both}");
        signs_nothing(&store);
    }
}

#[test]
fn a_backup_that_signed_on_is_told_from_the_history_that_others_remember() {
    let heads = tempfile::tempdir().unwrap();
    let (_, backup) = went_on(heads.path());
    let store = open_store(Arc::new(backup));
    store.commit((10..20).map(batch).collect());
    let guarded = store.guard(&LogName::node(), &sources(&[heads.path()])).unwrap();
    assert!(matches!(guarded, Guarded::Forked { size: 5, .. }), "{guarded}");
    assert!(!store.resume(&guarded));
    signs_nothing(&store);
}

#[test]
fn heads_of_other_logs_and_of_strangers_neither_help_nor_hinder() {
    let heads = tempfile::tempdir().unwrap();
    let disk = MemoryDisk::new();
    let store = new_store(Arc::new(disk));
    store.commit(vec![Batch::new(BatchId::of(&[b"feed"])).open(feed(), "node.example/feed"), batch(0)]);
    store.publish().unwrap();
    let of_feed = store.published(&feed()).unwrap().unwrap();
    std::fs::write(heads.path().join("feed.checkpoint"), of_feed.to_string()).unwrap();
    // A stranger's, of our origin, of a size that we have not reached.
    let mut with = options(Arc::new(MemoryDisk::new()));
    with.keys = crate::scene::Keys::of(8);
    let stranger = crate::scene::new_store_with(with);
    stranger.commit((0..9).map(batch).collect());
    remember(&stranger, heads.path());
    std::fs::write(heads.path().join("junk.checkpoint"), [0xff; 100]).unwrap();
    let guarded = store.guard(&LogName::node(), &sources(&[heads.path()])).unwrap();
    assert!(matches!(guarded, Guarded::Unanswered { .. }), "{guarded}");
    signs_nothing(&store);
    assert!(store.resume(&guarded));
    store.commit(vec![batch(1)]).remove(0).unwrap();
}

#[test]
fn a_store_without_its_log_signs_nothing_while_somebody_is_asked() {
    let heads = tempfile::tempdir().unwrap();
    let (disk, _) = went_on(heads.path());
    // The layout came back from a backup, and neither segments nor views.
    let restored = MemoryDisk::new();
    restored.make_folder("segments").unwrap();
    restored.create("layout", &disk.read("layout", 0, 1000).unwrap()).unwrap();
    let store = unguarded(&restored);
    let guarded = store.guard(&LogName::node(), &sources(&[heads.path()])).unwrap();
    assert!(matches!(&guarded, Guarded::Unanswered { .. }), "{guarded}");
    let open = Batch::new(BatchId::of(&[b"open"])).open(LogName::node(), crate::scene::ORIGIN);
    assert!(matches!(store.commit(vec![open])[0], Err(CommitError::NotSigning { .. })));
}

#[test]
fn no_store_is_made_where_one_has_left_something() {
    for folder in ["segments", "body-keys", "log"] {
        let disk = MemoryDisk::new();
        disk.make_folder(folder).unwrap();
        disk.create(&format!("{folder}/left"), b"").unwrap();
        let refused = LocalStore::create(options(Arc::new(disk))).unwrap_err();
        assert!(refused.to_string().contains(folder), "{refused}");
    }
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_what_another_proves() {
    let heads = tempfile::tempdir().unwrap();
    let (_, backup) = went_on(heads.path());
    #[cfg(unix)]
    for name in ["0", "zzz"] {
        std::os::unix::fs::symlink("nowhere", heads.path().join(format!("{name}.checkpoint"))).unwrap();
    }
    let store = unguarded(&backup);
    let guarded = store.guard(&LogName::node(), &sources(&[heads.path()])).unwrap();
    assert!(matches!(guarded, Guarded::Behind { remembered: 5, ours: 3, .. }), "{guarded}");
    assert!(!store.resume(&guarded));
}

#[test]
fn a_folder_of_too_many_heads_is_no_answer() {
    let heads = tempfile::tempdir().unwrap();
    let store = new_store(Arc::new(MemoryDisk::new()));
    store.commit(vec![batch(0)]);
    store.publish().unwrap();
    let head = store.published(&LogName::node()).unwrap().unwrap().to_string();
    for number in 0..=storage::limits::MAX_HEADS {
        std::fs::write(heads.path().join(format!("{number}.checkpoint")), &head).unwrap();
    }
    let guarded = store.guard(&LogName::node(), &sources(&[heads.path()])).unwrap();
    assert!(matches!(&guarded, Guarded::Unanswered { .. }), "{guarded}");
}

/// Names the directory that a second process of this test takes.
const DIRECTORY: &str = "STORAGE_TEST_DIRECTORY";

/// Not a test by itself: what the second process does.
#[test]
fn a_second_process_holds_a_directory() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let store = open_store(Arc::new(FileDisk::open(Path::new(&directory)).unwrap()));
    store.commit(vec![batch(7)]).remove(0).unwrap();
    println!("\nheld");
    std::thread::sleep(std::time::Duration::from_secs(60));
}

fn second_process(directory: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["restore::a_second_process_holds_a_directory", "--exact", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "held"), "the second process has it");
    child
}

#[test]
fn a_directory_that_another_process_has_is_refused_until_that_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let disk = || Arc::new(FileDisk::open(folder.path()).unwrap()) as Arc<dyn Disk>;
    drop(new_store(disk()));
    let mut child = second_process(folder.path());
    let refused = LocalStore::open(options(disk())).unwrap_err();
    assert!(refused.to_string().contains(&child.id().to_string()), "{refused}");
    child.kill().unwrap();
    child.wait().unwrap();
    let store = open_store(disk());
    assert_eq!(store.entries(&LogName::node(), 0, 9).unwrap(), [crate::scene::entry(7)]);
    store.commit(vec![batch(8)]).remove(0).unwrap();
}
