//! Without faults the disk in memory is seen to be what the real one is seen to be.

use std::io::ErrorKind;

use proptest::prelude::*;
use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::disk::{Disk, DiskError};

/// Few paths, so that calls meet; some lead through others.
const PATHS: [&str; 9] = ["a", "b", "a.new", "f", "f/a", "f/g", "f/g/a", "h/a", ".."];

#[derive(Debug, Clone)]
enum Step {
    Create(&'static str, Vec<u8>),
    Write(&'static str, u64, Vec<u8>),
    Truncate(&'static str, u64),
    Read(&'static str, u64, usize),
    Sync(&'static str),
    SyncNames(&'static str),
    Rename(&'static str, &'static str),
    Remove(&'static str),
    RemoveFolder(&'static str),
    MakeFolder(&'static str),
    Look(&'static str),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let path = || prop::sample::select(PATHS.as_slice());
    let octets = || prop::collection::vec(any::<u8>(), 0..40);
    let step = prop_oneof![
        (path(), octets()).prop_map(|(path, octets)| Step::Create(path, octets)),
        (path(), 0..60_u64, octets()).prop_map(|(path, offset, octets)| Step::Write(path, offset, octets)),
        (path(), 0..60_u64).prop_map(|(path, length)| Step::Truncate(path, length)),
        (path(), 0..60_u64, 0..60_usize).prop_map(|(path, offset, length)| Step::Read(path, offset, length)),
        path().prop_map(Step::Sync),
        path().prop_map(Step::SyncNames),
        (path(), path()).prop_map(|(from, to)| Step::Rename(from, to)),
        path().prop_map(Step::Remove),
        path().prop_map(Step::RemoveFolder),
        path().prop_map(Step::MakeFolder),
        path().prop_map(Step::Look),
    ];
    prop::collection::vec(step, 1..60)
}

type Answer = Result<String, (&'static str, String, ErrorKind)>;

fn play(disk: &dyn Disk, step: &Step) -> Answer {
    let answer = match step {
        Step::Create(path, octets) => shown(disk.create(path, octets)),
        Step::Write(path, offset, octets) => shown(disk.write(path, *offset, octets)),
        Step::Truncate(path, length) => shown(disk.truncate(path, *length)),
        Step::Read(path, offset, length) => shown(disk.read(path, *offset, *length)),
        Step::Sync(path) => shown(disk.sync(path)),
        Step::SyncNames(folder) => shown(disk.sync_names(folder)),
        Step::Rename(from, to) => shown(disk.rename(from, to)),
        Step::Remove(path) => shown(disk.remove(path)),
        Step::RemoveFolder(folder) => shown(disk.remove_folder(folder)),
        Step::MakeFolder(folder) => shown(disk.make_folder(folder)),
        Step::Look(path) => shown(disk.list(path).and_then(|names| Ok((names, disk.length(path)?)))),
    };
    answer.map_err(|error| (error.operation, error.path, error.kind))
}

fn shown<T: std::fmt::Debug>(answer: Result<T, DiskError>) -> Result<String, DiskError> {
    answer.map(|answer| format!("{answer:?}"))
}

fn all(disk: &dyn Disk) -> Vec<Answer> {
    let looks = PATHS.iter().flat_map(|path| [Step::Look(path), Step::Read(path, 0, 1000)]);
    looks.map(|step| play(disk, &step)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn both_disks_answer_alike(steps in steps()) {
        let dir = tempfile::tempdir().unwrap();
        let (real, model) = (FileDisk::open(dir.path()).unwrap(), MemoryDisk::new());
        for step in &steps {
            prop_assert_eq!(play(&real, step), play(&model, step), "{:?}", step);
        }
        prop_assert_eq!(all(&real), all(&model));
    }

    #[test]
    fn what_both_syncs_have_covered_survives_any_crash(steps in steps(), seed in any::<u64>()) {
        let disk = MemoryDisk::new();
        for step in &steps {
            let _any = play(&disk, step);
        }
        for path in disk.files() {
            disk.sync(&path).unwrap();
            disk.sync_names(storage::disk::folder_of(&path)).unwrap();
        }
        for folder in ["", "f", "f/g", "h"] {
            let _absent = disk.sync_names(folder);
        }
        let before = all(&disk);
        disk.crash(seed);
        prop_assert_eq!(all(&disk), before);
    }
}
