//! What a crash leaves of names.

use storage::disk::Disk as _;
use storage::disk::memory::MemoryDisk;

use super::{SEEDS, disk_with, names_after_crashes};

fn found(make: impl Fn() -> MemoryDisk) -> Vec<Vec<String>> {
    names_after_crashes(make).into_iter().collect()
}

#[test]
fn a_name_that_was_not_synced_can_vanish_with_synced_octets() {
    let make = || {
        let disk = MemoryDisk::new();
        disk.create("a", b"x").unwrap();
        disk.sync("a").unwrap();
        disk
    };
    assert_eq!(found(make), [vec![], vec!["a".to_owned()]]);
}

#[test]
fn a_synced_name_survives_without_its_octets() {
    let make = |seed| {
        let disk = MemoryDisk::new();
        disk.create("a", b"x").unwrap();
        disk.sync_names("").unwrap();
        disk.crash(seed);
        disk.contents("a").unwrap()
    };
    let found: std::collections::BTreeSet<_> = (0..SEEDS).map(make).collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [b"".to_vec(), b"\0".to_vec(), b"x".to_vec()]);
}

#[test]
fn a_rename_that_was_not_synced_is_done_or_undone() {
    let make = || {
        let disk = disk_with("a", b"x");
        disk.rename("a", "b").unwrap();
        disk
    };
    assert_eq!(found(make), [["a"], ["b"]]);
    let synced = || {
        let disk = make();
        disk.sync_names("").unwrap();
        disk
    };
    assert_eq!(found(synced), [["b"]]);
}

#[test]
fn a_rename_between_folders_is_one_step() {
    let make = || {
        let disk = disk_with("f/a", b"x");
        disk.make_folder("g").unwrap();
        disk.rename("f/a", "g/a").unwrap();
        disk
    };
    assert_eq!(found(make), [["f/a"], ["g/a"]]);
    let synced = || {
        let disk = make();
        disk.sync_names("g").unwrap();
        disk
    };
    assert_eq!(found(synced), [["g/a"]]);
}

#[test]
fn a_removal_that_was_not_synced_may_be_undone() {
    let make = || {
        let disk = disk_with("a", b"x");
        disk.remove("a").unwrap();
        disk
    };
    assert_eq!(found(make), [vec![], vec!["a".to_owned()]]);
    let synced = || {
        let disk = make();
        disk.sync_names("").unwrap();
        disk
    };
    assert_eq!(found(synced), [Vec::<String>::new()]);
}

#[test]
fn names_of_another_folder_are_not_synced() {
    let make = || {
        let disk = MemoryDisk::new();
        disk.make_folder("f").unwrap();
        disk.create("f/a", b"").unwrap();
        disk.create("b", b"").unwrap();
        disk.sync_names("").unwrap();
        disk
    };
    assert_eq!(found(make), [vec!["b".to_owned()], vec!["b".to_owned(), "f/a".to_owned()]]);
}

#[test]
fn changes_of_different_names_overtake_each_other() {
    let make = || {
        let disk = MemoryDisk::new();
        disk.create("a", b"").unwrap();
        disk.create("b", b"").unwrap();
        disk
    };
    assert_eq!(found(make).len(), 4);
}

#[test]
fn a_file_that_was_moved_aside_is_never_lost_to_its_successor() {
    for seed in 0..SEEDS {
        let disk = disk_with("a", b"old");
        disk.rename("a", "a.old").unwrap();
        disk.create("a", b"new").unwrap();
        disk.crash(seed);
        let kept = [disk.contents("a"), disk.contents("a.old")];
        assert!(kept.contains(&Some(b"old".to_vec())), "{seed} {kept:?}");
    }
}

#[test]
fn a_made_folder_is_durable_and_a_removed_one_when_it_is_synced() {
    for seed in 0..SEEDS {
        let disk = disk_with("f/g/a", b"x");
        disk.make_folder("h/i").unwrap();
        disk.remove_folder("f").unwrap();
        disk.sync_names("").unwrap();
        disk.crash(seed);
        assert_eq!((disk.list("").unwrap(), disk.list("h").unwrap()), (vec!["h".to_owned()], vec!["i".to_owned()]));
    }
}

#[test]
fn a_folder_that_is_half_removed_has_no_orphans() {
    let make = || {
        let disk = disk_with("f/a", b"x");
        disk.set_contents("f/g/b", b"x").unwrap();
        disk.remove_folder("f").unwrap();
        disk
    };
    assert_eq!(found(make).len(), 4);
    for seed in 0..SEEDS {
        let disk = make();
        disk.crash(seed);
        let files = disk.files();
        let folders = disk.list("").unwrap();
        assert!(files.is_empty() || folders == ["f"], "{files:?} {folders:?}");
        assert!(!files.contains(&"f/g/b".to_owned()) || disk.list("f").unwrap().contains(&"g".to_owned()));
    }
}

#[test]
fn a_folder_made_anew_does_not_bring_its_old_files_back() {
    for seed in 0..SEEDS {
        let disk = disk_with("f/a", b"x");
        disk.remove_folder("f").unwrap();
        disk.make_folder("f").unwrap();
        disk.crash(seed);
        assert!(disk.files().is_empty());
    }
}
