//! What only the real disk has.

use std::io::ErrorKind;

use storage::disk::Disk as _;
use storage::disk::files::FileDisk;

use super::whole;

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_is_made() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let disk = FileDisk::open(dir.path()).unwrap();
    disk.make_folder("f/g").unwrap();
    disk.create("f/g/a", b"x").unwrap();
    let lock = disk.lock().unwrap();
    let mode = |path: &str| dir.path().join(path).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("f"), mode("f/g"), mode("f/g/a"), mode("lock")], [0o700, 0o700, 0o600, 0o600]);
    drop(lock);
}

#[test]
fn a_refused_process_learns_who_has_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("lock"), "4294967295 and more of an old holder\n").unwrap();
    let disk = FileDisk::open(dir.path()).unwrap();
    let lock = disk.lock().unwrap();
    let other = FileDisk::open(dir.path()).unwrap();
    let pid = std::process::id();
    assert_eq!(std::fs::read_to_string(dir.path().join("lock")).unwrap(), format!("{pid}\n"));
    assert_eq!(other.lock().unwrap_err().to_string(), format!("cannot lock `lock`: process {pid} has it"));
    drop(lock);
    drop(other.lock().unwrap());
}

#[test]
fn a_holder_who_cannot_be_read_is_still_a_holder() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FileDisk::open(dir.path()).unwrap();
    let lock = disk.lock().unwrap();
    std::fs::write(dir.path().join("lock"), b"\xff").unwrap();
    let refused = disk.lock().unwrap_err();
    assert_eq!((refused.kind, refused.problem.as_str()), (ErrorKind::WouldBlock, "another process has it"));
    drop(lock);
}

#[test]
fn more_files_than_stay_open_keep_their_octets() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FileDisk::open(dir.path()).unwrap();
    let paths: Vec<String> = (0..100).map(|number| format!("{number:03}")).collect();
    for path in &paths {
        disk.create(path, b"").unwrap();
    }
    for round in 0..3_u64 {
        for path in &paths {
            disk.write(path, round * 3, path.as_bytes()).unwrap();
        }
    }
    for path in &paths {
        disk.sync(path).unwrap();
        assert_eq!(whole(&disk, path), path.repeat(3).as_bytes());
    }
}

#[test]
fn whoever_reads_during_a_replacement_sees_the_old_or_the_new() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FileDisk::open(dir.path()).unwrap();
    disk.create("a", &[0; 64]).unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut last = 0;
            while last < 100 {
                let octets = whole(&disk, "a");
                assert!(octets.iter().all(|octet| *octet == octets[0]) && octets.len() == 64);
                assert!(octets[0] >= last);
                last = octets[0];
            }
        });
        for round in 1..=100 {
            storage::disk::replace(&disk, "a", &[round; 64]).unwrap();
        }
        reader.join().unwrap();
    });
}

#[test]
fn a_directory_must_be_there() {
    let dir = tempfile::tempdir().unwrap();
    let open = |name: &str| FileDisk::open(&dir.path().join(name)).unwrap_err();
    std::fs::write(dir.path().join("file"), "").unwrap();
    assert_eq!((open("none").operation, open("none").kind), ("open", ErrorKind::NotFound));
    assert_eq!(open("file").kind, ErrorKind::NotADirectory);
}

#[test]
fn views_lie_in_a_folder_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FileDisk::open(dir.path()).unwrap();
    assert!(disk.views_path().unwrap().ends_with("views/views.sqlite"));
    assert_eq!(storage::disk::memory::MemoryDisk::new().views_path(), None);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_not_listed() {
    use std::os::unix::ffi::OsStrExt as _;

    let dir = tempfile::tempdir().unwrap();
    let made = std::fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"\xff")), "");
    // Some file systems hold no such names.
    if made.is_ok() {
        assert!(FileDisk::open(dir.path()).unwrap().list("").unwrap().is_empty());
    }
}
