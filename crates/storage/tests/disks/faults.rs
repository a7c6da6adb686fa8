//! Each fault of the disk in memory.

use std::io::ErrorKind;

use storage::disk::memory::MemoryDisk;
use storage::disk::memory::faults::{CALM_CALLS, Call, Fault, FaultKind, MAX_FAULTS_IN_A_ROW};
use storage::disk::{Disk as _, replace};
use storage::limits::SECTOR_BYTES;

use super::{SECTOR, SEEDS, after_crashes, disk_with, whole};

fn outcomes(make: impl Fn() -> MemoryDisk) -> Vec<Vec<u8>> {
    after_crashes(make, "a").into_iter().flatten().collect()
}

#[test]
fn after_a_failed_sync_only_writing_again_helps() {
    let make = |writes_again: bool| {
        let disk = disk_with("a", b"old");
        disk.write("a", 0, b"new").unwrap();
        disk.plan(Fault::new(FaultKind::FailNotPersisted).only(Call::Sync));
        assert_eq!(disk.sync("a").unwrap_err().kind, ErrorKind::Other);
        assert_eq!(whole(&disk, "a"), b"new");
        if writes_again {
            disk.write("a", 0, b"new").unwrap();
        }
        disk.sync("a").unwrap();
        disk
    };
    assert_eq!(outcomes(|| make(false)), [b"old"]);
    assert_eq!(outcomes(|| make(true)), [b"new"]);
}

#[test]
fn a_change_that_fails_undone_did_nothing() {
    let disk = disk_with("a", b"old");
    let planned = Fault::new(FaultKind::FailNotPersisted);
    disk.plan(planned.clone().times(5));
    disk.write("a", 0, b"new").unwrap_err();
    disk.truncate("a", 0).unwrap_err();
    disk.rename("a", "b").unwrap_err();
    disk.create("b", b"").unwrap_err();
    disk.make_folder("f").unwrap_err();
    assert_eq!((whole(&disk, "a"), disk.list("").unwrap()), (b"old".to_vec(), vec!["a".to_owned()]));
    disk.make_folder("f").unwrap();
    disk.plan(planned.times(2));
    disk.remove("a").unwrap_err();
    disk.remove_folder("f").unwrap_err();
    assert_eq!(disk.list("").unwrap(), ["a", "f"]);
}

#[test]
fn a_change_that_fails_though_done_is_durable() {
    for seed in 0..SEEDS {
        let disk = disk_with("a", b"old");
        disk.set_contents("b", b"b").unwrap();
        disk.set_contents("c", b"c").unwrap();
        disk.plan(Fault::new(FaultKind::FailYetPersisted).times(5));
        disk.write("a", 0, b"new").unwrap_err();
        disk.create("d", b"d").unwrap_err();
        disk.rename("b", "e").unwrap_err();
        disk.remove("c").unwrap_err();
        disk.truncate("a", 2).unwrap_err();
        disk.crash(seed);
        assert_eq!(disk.files(), ["a", "d", "e"]);
        assert_eq!((whole(&disk, "a"), whole(&disk, "d")), (b"ne".to_vec(), b"d".to_vec()));
    }
}

#[test]
fn a_torn_write_fails_and_some_sectors_are_seen() {
    let disk = disk_with("a", &[1; 16 * SECTOR]);
    disk.plan(Fault::new(FaultKind::TornWrite));
    disk.write("a", 0, &[2; 16 * SECTOR]).unwrap_err();
    let found = whole(&disk, "a");
    assert!(found.chunks(SECTOR).all(|sector| sector.iter().all(|octet| *octet == sector[0])));
    assert!(found.contains(&1) && found.contains(&2));
}

#[test]
fn a_torn_sync_fails_and_the_rest_never_gets_there() {
    let disk = disk_with("a", &[0; 64 * SECTOR]);
    for sector in 0..64 {
        disk.write("a", sector * SECTOR_BYTES, b"x").unwrap();
    }
    disk.plan(Fault::new(FaultKind::TornWrite).only(Call::Sync));
    disk.sync("a").unwrap_err();
    disk.sync("a").unwrap();
    disk.crash(1);
    let kept = whole(&disk, "a").iter().filter(|octet| **octet == b'x').count();
    assert!((1..64).contains(&kept), "{kept}");
}

#[test]
fn a_lost_write_is_lost_at_every_crash_unless_it_was_synced() {
    let make = |syncs: bool| {
        let disk = disk_with("a", b"old");
        disk.plan(Fault::new(FaultKind::LostWrite));
        disk.write("a", 0, b"new").unwrap();
        assert_eq!(whole(&disk, "a"), b"new");
        if syncs {
            disk.sync("a").unwrap();
        }
        disk
    };
    assert_eq!(outcomes(|| make(false)), [b"old"]);
    assert_eq!(outcomes(|| make(true)), [b"new"]);
}

#[test]
fn a_full_disk_takes_at_most_a_beginning_until_there_is_room() {
    let disk = disk_with("a", b"");
    disk.plan(Fault::new(FaultKind::Full));
    for _ in 0..20 {
        let refused = disk.write("a", 0, b"123456").unwrap_err();
        assert!(refused.is_full());
        let found = whole(&disk, "a");
        assert!(found.len() < 6 && b"123456".starts_with(&found));
    }
    assert!(disk.create("b", b"1").unwrap_err().is_full());
    assert!(disk.make_folder("f").unwrap_err().is_full());
    disk.sync("a").unwrap();
    disk.remove("a").unwrap();
    disk.crash(0);
    assert!(replace(&disk, "c", b"1").unwrap_err().is_full());
    disk.make_room();
    replace(&disk, "c", b"1").unwrap();
}

#[test]
fn a_read_only_disk_changes_nothing_until_it_is_writable() {
    let disk = disk_with("a", b"old");
    disk.plan(Fault::new(FaultKind::ReadOnly));
    let answers = [
        disk.write("a", 0, b"new"),
        disk.create("b", b""),
        disk.truncate("a", 0),
        disk.sync("a"),
        disk.sync_names(""),
        disk.rename("a", "b"),
        disk.remove("a"),
        disk.make_folder("f"),
        disk.lock().map(drop),
    ];
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap_err().kind == ErrorKind::ReadOnlyFilesystem));
    assert_eq!((whole(&disk, "a"), disk.list("").unwrap()), (b"old".to_vec(), vec!["a".to_owned()]));
    disk.make_writable();
    disk.write("a", 0, b"new").unwrap();
    assert_eq!(disk.faults_played()[&FaultKind::ReadOnly], 8);
}

#[test]
fn a_failed_read_is_an_error_and_harms_nothing() {
    let disk = disk_with("a", b"x");
    disk.plan(Fault::new(FaultKind::FailedRead).times(3));
    assert!(disk.read("a", 0, 1).is_err() && disk.length("a").is_err() && disk.list("").is_err());
    assert_eq!(whole(&disk, "a"), b"x");
}

#[test]
fn a_misdirected_read_has_the_right_length_and_wrong_octets() {
    let disk = disk_with("a", &[1; 100]);
    disk.set_contents("b", &[2; 10]).unwrap();
    disk.plan(Fault::new(FaultKind::MisdirectedRead).times(20));
    let found: Vec<_> = (0..20).map(|_| disk.read("a", 50, 80).unwrap()).collect();
    assert!(found.iter().all(|octets| octets.len() == 50));
    assert!(found.iter().any(|octets| octets.starts_with(&[2; 10])));
    assert_eq!(whole(&disk, "a"), [1; 100]);
}

#[test]
fn a_stale_read_answers_what_was_there_before() {
    let disk = disk_with("a", b"old octets");
    disk.write("a", 0, b"new").unwrap();
    disk.write("a", 10, b" and more").unwrap();
    disk.plan(Fault::new(FaultKind::StaleRead));
    assert_eq!(disk.read("a", 0, 10).unwrap(), b"old octets");
    disk.plan(Fault::new(FaultKind::StaleRead).times(20));
    let found: std::collections::BTreeSet<_> = (0..20).map(|_| disk.read("a", 9, 3).unwrap()).collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [b"s".to_vec(), b"s\0\0".to_vec()]);
    assert_eq!(whole(&disk, "a"), b"new octets and more");
}

#[test]
fn a_fault_waits_for_its_call_and_strikes_twice_in_a_row() {
    let disk = disk_with("a", b"");
    disk.set_contents("b", b"").unwrap();
    disk.plan(Fault::new(FaultKind::FailNotPersisted).only(Call::Write).on("a").after(2).times(2));
    let answers = (0..6).map(|_| {
        disk.write("b", 0, b"x").unwrap();
        disk.sync("a").unwrap();
        disk.write("a", 0, b"x").is_ok()
    });
    assert_eq!(answers.collect::<Vec<_>>(), [true, true, false, false, true, true]);
    assert_eq!(disk.faults_played()[&FaultKind::FailNotPersisted], 2);
}

#[test]
fn chance_plays_every_kind_and_never_three_in_a_row() {
    let disk = disk_with("a", b"");
    disk.plan_randomly(7, 3);
    let mut last = Vec::new();
    for call in 0..20_000_u64 {
        let before: u64 = disk.faults_played().values().sum();
        let path = call.to_string();
        let _any = match call % 5 {
            0 => disk.create(&path, b"x"),
            1 => disk.write("a", 0, b"x"),
            2 => disk.sync("a"),
            3 => disk.remove(&path),
            _ => disk.read("a", 0, 1).map(drop),
        };
        if disk.faults_played().values().sum::<u64>() > before {
            last.push(call);
        }
    }
    let row = usize::try_from(MAX_FAULTS_IN_A_ROW).unwrap();
    assert!(last.windows(row + 1).all(|faults| faults[row] - faults[0] > u64::from(CALM_CALLS)));
    assert!(FaultKind::ALL.iter().all(|kind| disk.faults_played().contains_key(kind)), "{:?}", disk.faults_played());
    disk.stop_faults();
    assert!((0..200).all(|_| disk.sync("a").is_ok() && disk.create("new", b"").is_ok() && disk.remove("new").is_ok()));
}

#[test]
fn nothing_is_written_beyond_the_longest_file() {
    let disk = disk_with("a", b"x");
    for offset in [1 << 30, u64::MAX] {
        assert_eq!(disk.write("a", offset, b"x").unwrap_err().kind, ErrorKind::FileTooLarge);
    }
    assert_eq!(disk.truncate("a", u64::MAX).unwrap_err().kind, ErrorKind::FileTooLarge);
    assert_eq!(whole(&disk, "a"), b"x");
}
