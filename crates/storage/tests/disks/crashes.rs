//! What a crash leaves of the octets of files.

use storage::disk::memory::MemoryDisk;
use storage::disk::{Disk as _, replace};
use storage::limits::SECTOR_BYTES;

use super::{SECTOR, SEEDS, after_crashes, disk_with, whole};

#[test]
fn what_was_synced_survives_every_crash() {
    for seed in 0..SEEDS {
        let disk = MemoryDisk::new();
        disk.make_folder("f").unwrap();
        disk.create("f/a", &[1; 1000]).unwrap();
        disk.write("f/a", 500, &[2; 1000]).unwrap();
        disk.truncate("f/a", 1200).unwrap();
        disk.sync("f/a").unwrap();
        disk.sync_names("f").unwrap();
        let expected = whole(&disk, "f/a");
        disk.write("f/a", 1200, &[3; 5000]).unwrap();
        disk.crash(seed);
        let found = whole(&disk, "f/a");
        assert_eq!(found[..1200], expected);
        assert!(found.len() <= 6200);
    }
}

#[test]
fn what_was_not_synced_is_lost_or_kept() {
    let make = || {
        let disk = disk_with("a", b"old");
        disk.write("a", 0, b"new").unwrap();
        disk
    };
    let found = after_crashes(make, "a");
    assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), [b"new", b"old"]);
}

#[test]
fn a_torn_write_keeps_whole_sectors_in_any_choice() {
    let make = || {
        let disk = disk_with("a", &[1; 3 * SECTOR]);
        disk.write("a", 100, &[2; 2 * SECTOR]).unwrap();
        disk
    };
    let found: Vec<_> = after_crashes(make, "a").into_iter().flatten().collect();
    // The write touches three sectors, so there are eight outcomes.
    assert_eq!(found.len(), 8);
    for octets in &found {
        let (first, rest) = octets.split_at(SECTOR);
        assert!(first[..100] == [1; 100] && first[100..].iter().all(|octet| *octet == first[100]));
        assert!(rest[..SECTOR].iter().all(|octet| *octet == rest[0]));
        assert_eq!(rest[SECTOR + 100..], [1; SECTOR - 100]);
    }
}

#[test]
fn a_longer_file_may_end_anywhere_and_in_zeros() {
    let make = || {
        let disk = disk_with("a", &[1; 10]);
        disk.write("a", 10, &[2; 2 * SECTOR]).unwrap();
        disk
    };
    let found: Vec<_> = after_crashes(make, "a").into_iter().flatten().collect();
    let lengths: std::collections::BTreeSet<_> = found.iter().map(Vec::len).collect();
    assert!(lengths.contains(&10) && lengths.contains(&(10 + 2 * SECTOR)) && lengths.len() > 10, "{lengths:?}");
    assert!(found.iter().any(|octets| octets.len() > 10 && octets.ends_with(&[0])));
    assert!(found.iter().any(|octets| octets[10..].starts_with(&[0]) && octets.ends_with(&[2])));
    assert!(
        found.iter().all(|octets| octets[..10] == [1; 10] && octets[10..].iter().all(|octet| matches!(octet, 0 | 2)))
    );
}

#[test]
fn a_cut_that_was_not_synced_may_be_undone() {
    let make = || {
        let disk = disk_with("a", b"1234");
        disk.truncate("a", 1).unwrap();
        disk
    };
    let found: Vec<_> = after_crashes(make, "a").into_iter().flatten().collect();
    assert_eq!(found, [b"1".to_vec(), b"1234".to_vec()]);
}

#[test]
fn later_writes_may_reach_the_disk_without_earlier_ones() {
    let make = || {
        let disk = disk_with("a", &[0; 2 * SECTOR]);
        disk.write("a", 0, b"first").unwrap();
        disk.write("a", SECTOR_BYTES, b"second").unwrap();
        disk
    };
    let found = after_crashes(make, "a").into_iter().flatten();
    assert_eq!(found.filter(|octets| octets[0] == 0 && octets[SECTOR] == b's').count(), 1);
}

#[test]
fn a_killed_process_loses_nothing_and_makes_nothing_durable() {
    let make = || {
        let disk = disk_with("a", b"old");
        disk.write("a", 0, b"new").unwrap();
        disk.kill();
        assert_eq!(whole(&disk, "a"), b"new");
        disk
    };
    assert_eq!(after_crashes(make, "a").len(), 2);
}

#[test]
fn whoever_died_gives_the_lock_back_but_not_that_of_the_next() {
    let disk = MemoryDisk::new();
    let dead = disk.lock().unwrap();
    disk.kill();
    let dead_too = disk.lock().unwrap();
    disk.crash(1);
    let lock = disk.lock().unwrap();
    drop((dead, dead_too));
    disk.lock().unwrap_err();
    drop(lock);
    drop(disk.lock().unwrap());
}

#[test]
fn a_crash_in_a_replacement_leaves_the_old_or_the_new() {
    let octets = [2; 3000];
    for steps in 0..5 {
        let make = || {
            let disk = disk_with("a", &[1; 2000]);
            let calls: [&dyn Fn(); 4] = [
                &|| disk.create("a.new", &octets).unwrap(),
                &|| disk.sync("a.new").unwrap(),
                &|| disk.rename("a.new", "a").unwrap(),
                &|| disk.sync_names("").unwrap(),
            ];
            calls.iter().take(steps).for_each(|call| call());
            disk.clone()
        };
        let found: Vec<_> = after_crashes(make, "a").into_iter().flatten().collect();
        let expected = match steps {
            0..3 => vec![vec![1; 2000]],
            3 => vec![vec![1; 2000], octets.to_vec()],
            _ => vec![octets.to_vec()],
        };
        assert_eq!(found, expected, "{steps}");
    }
}

#[test]
fn the_same_seed_leaves_the_same_disk() {
    let make = |seed| {
        let disk = disk_with("a", &[1; 5000]);
        replace(&disk, "b", &[2; 100]).unwrap();
        disk.write("a", 300, &[3; 9000]).unwrap();
        disk.create("c", &[4; 9000]).unwrap();
        disk.crash(seed);
        disk.files().into_iter().map(|path| (disk.contents(&path), path)).collect::<Vec<_>>()
    };
    assert!((0..SEEDS).all(|seed| make(seed) == make(seed)));
    assert!((0..SEEDS).any(|seed| make(seed) != make(seed + 1)));
}

#[test]
fn a_copy_is_durable_and_another_disk() {
    let disk = MemoryDisk::new();
    disk.create("a", b"1").unwrap();
    let lock = disk.lock().unwrap();
    let copy = disk.copy();
    disk.write("a", 0, b"2").unwrap();
    drop(copy.lock().unwrap());
    for seed in 0..SEEDS {
        copy.crash(seed);
        assert_eq!((copy.contents("a"), copy.files().len()), (Some(b"1".to_vec()), 2));
    }
    drop(lock);
}

#[test]
fn a_bit_turns_over_on_the_disk_itself() {
    let disk = disk_with("a", &[0, 0]);
    assert!(disk.flip_bit("a", 9));
    disk.crash(0);
    assert_eq!(disk.contents("a"), Some(vec![0, 2]));
    assert!(!disk.flip_bit("a", 16) && !disk.flip_bit("b", 0));
}
