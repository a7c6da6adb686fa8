//! The two disks: the promises that both keep, what only the one in memory can show, and what only the real one has.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "an integration-test binary: a helper that fails is a test that fails"
)]

mod agreement;
mod contract;
mod crashes;
mod faults;
mod files;
mod names;

use std::collections::BTreeSet;

use storage::disk::Disk;
use storage::disk::memory::MemoryDisk;
use storage::limits::SECTOR_BYTES;

/// Seeds that a test of chance tries.
const SEEDS: u64 = 200;

/// Octets of a sector, as a length.
#[expect(clippy::cast_possible_truncation, reason = "it is 512")]
const SECTOR: usize = SECTOR_BYTES as usize;

/// A disk with one file that is durable in octets and name.
fn disk_with(path: &str, octets: &[u8]) -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.set_contents(path, octets).unwrap();
    disk
}

/// What a file may be after a crash, over all seeds.
fn after_crashes(make: impl Fn() -> MemoryDisk, path: &str) -> BTreeSet<Option<Vec<u8>>> {
    let crashed = |seed| {
        let disk = make();
        disk.crash(seed);
        disk.contents(path)
    };
    (0..SEEDS).map(crashed).collect()
}

/// What names there may be after a crash, over all seeds.
fn names_after_crashes(make: impl Fn() -> MemoryDisk) -> BTreeSet<Vec<String>> {
    let crashed = |seed| {
        let disk = make();
        disk.crash(seed);
        disk.files()
    };
    (0..SEEDS).map(crashed).collect()
}

fn whole(disk: &dyn Disk, path: &str) -> Vec<u8> {
    disk.read(path, 0, usize::MAX).unwrap()
}
