//! What both disks promise.

use std::io::ErrorKind;

use storage::disk::files::FileDisk;
use storage::disk::memory::MemoryDisk;
use storage::disk::{Disk, DiskError, folder_of, read_whole, replace};

use super::whole;

fn on_both(scene: impl Fn(&dyn Disk)) {
    let dir = tempfile::tempdir().unwrap();
    scene(&FileDisk::open(dir.path()).unwrap());
    scene(&MemoryDisk::new());
}

fn kind<T: std::fmt::Debug>(answer: Result<T, DiskError>) -> ErrorKind {
    answer.unwrap_err().kind
}

#[test]
fn a_file_is_created_once() {
    on_both(|disk| {
        assert_eq!(disk.length("a").unwrap(), None);
        disk.create("a", b"one").unwrap();
        assert_eq!(disk.length("a").unwrap(), Some(3));
        let refused = disk.create("a", b"two").unwrap_err();
        assert_eq!((refused.operation, refused.path.as_str(), refused.kind), ("create", "a", ErrorKind::AlreadyExists));
        assert_eq!(whole(disk, "a"), b"one");
    });
}

#[test]
fn a_file_needs_its_folder() {
    on_both(|disk| {
        assert_eq!(kind(disk.create("f/a", b"")), ErrorKind::NotFound);
        disk.create("f", b"").unwrap();
        assert_eq!(kind(disk.create("f/a", b"")), ErrorKind::NotFound);
        assert_eq!(disk.length("f/a").unwrap(), None);
        assert_eq!(kind(disk.read("f/a", 0, 1)), ErrorKind::NotFound);
        assert_eq!(kind(disk.make_folder("f/a")), ErrorKind::NotADirectory);
    });
}

#[test]
fn a_write_beyond_the_end_fills_with_zeros() {
    on_both(|disk| {
        disk.create("a", b"12").unwrap();
        disk.write("a", 4, b"56").unwrap();
        assert_eq!(whole(disk, "a"), b"12\0\x0056");
        disk.write("a", 1, b"x").unwrap();
        assert_eq!(whole(disk, "a"), b"1x\0\x0056");
        disk.write("a", 100, b"").unwrap();
        assert_eq!(disk.length("a").unwrap(), Some(6));
    });
}

#[test]
fn a_read_ends_with_the_file() {
    on_both(|disk| {
        disk.create("a", b"123456").unwrap();
        assert_eq!(disk.read("a", 2, 2).unwrap(), b"34");
        assert_eq!(disk.read("a", 4, 100).unwrap(), b"56");
        assert!(disk.read("a", 6, 1).unwrap().is_empty());
        assert!(disk.read("a", u64::MAX, usize::MAX).unwrap().is_empty());
        assert!(disk.read("a", 0, 0).unwrap().is_empty());
    });
}

#[test]
fn what_is_not_there_is_named() {
    on_both(|disk| {
        let refused = disk.read("f/a", 0, 1).unwrap_err();
        assert_eq!((refused.operation, refused.path.as_str(), refused.is_absent()), ("read", "f/a", true));
        assert_eq!(kind(disk.write("a", 0, b"x")), ErrorKind::NotFound);
        assert_eq!(kind(disk.truncate("a", 0)), ErrorKind::NotFound);
        assert_eq!(kind(disk.sync("a")), ErrorKind::NotFound);
        assert_eq!(kind(disk.sync_names("f")), ErrorKind::NotFound);
        assert_eq!(kind(disk.rename("a", "b")), ErrorKind::NotFound);
        assert!(disk.list("f").unwrap().is_empty());
        disk.remove("a").unwrap();
        disk.remove("f/a").unwrap();
        disk.remove_folder("f").unwrap();
    });
}

#[test]
fn a_folder_is_no_file() {
    on_both(|disk| {
        disk.make_folder("f").unwrap();
        disk.create("a", b"x").unwrap();
        assert_eq!(disk.length("f").unwrap(), None);
        assert_eq!(kind(disk.read("f", 0, 1)), ErrorKind::IsADirectory);
        assert_eq!(kind(disk.write("f", 0, b"x")), ErrorKind::IsADirectory);
        assert_eq!(kind(disk.remove("f")), ErrorKind::IsADirectory);
        assert_eq!(kind(disk.rename("f", "g")), ErrorKind::IsADirectory);
        assert_eq!(kind(disk.rename("a", "f")), ErrorKind::IsADirectory);
        disk.create("f/b", b"x").unwrap();
        assert_eq!(kind(disk.rename("f/b", "f")), ErrorKind::IsADirectory);
        assert_eq!(kind(disk.create("f", b"")), ErrorKind::AlreadyExists);
        assert_eq!(kind(disk.remove_folder("a")), ErrorKind::NotADirectory);
        assert_eq!(kind(disk.sync_names("a")), ErrorKind::NotADirectory);
        assert!(disk.list("a").unwrap().is_empty());
    });
}

#[test]
fn a_file_is_cut_and_lengthened() {
    on_both(|disk| {
        disk.create("a", b"123456").unwrap();
        disk.truncate("a", 2).unwrap();
        assert_eq!(whole(disk, "a"), b"12");
        disk.truncate("a", 4).unwrap();
        assert_eq!(whole(disk, "a"), b"12\0\0");
        disk.sync("a").unwrap();
    });
}

#[test]
fn a_rename_takes_the_place_of_another_file() {
    on_both(|disk| {
        disk.make_folder("f").unwrap();
        disk.create("a", b"new").unwrap();
        disk.create("f/b", b"old").unwrap();
        assert_eq!((whole(disk, "a"), whole(disk, "f/b")), (b"new".to_vec(), b"old".to_vec()));
        disk.rename("a", "f/b").unwrap();
        assert_eq!((whole(disk, "f/b"), disk.length("a").unwrap()), (b"new".to_vec(), None));
        assert_eq!(kind(disk.read("a", 0, 1)), ErrorKind::NotFound);
        disk.write("f/b", 0, b"N").unwrap();
        disk.rename("f/b", "f/b").unwrap();
        assert_eq!(whole(disk, "f/b"), b"New");
        assert_eq!(kind(disk.rename("f/b", "g/b")), ErrorKind::NotFound);
    });
}

#[test]
fn a_removed_file_can_be_made_anew() {
    on_both(|disk| {
        disk.create("a", b"old").unwrap();
        assert_eq!(whole(disk, "a"), b"old");
        disk.remove("a").unwrap();
        assert_eq!(kind(disk.read("a", 0, 1)), ErrorKind::NotFound);
        disk.create("a", b"new").unwrap();
        assert_eq!(whole(disk, "a"), b"new");
    });
}

#[test]
fn names_are_listed_sorted_with_folders() {
    on_both(|disk| {
        for name in ["b", "a", "c-1"] {
            disk.create(name, b"").unwrap();
        }
        disk.make_folder("c/d/e").unwrap();
        disk.make_folder("c/d").unwrap();
        disk.create("c/z", b"").unwrap();
        assert_eq!(disk.list("").unwrap(), ["a", "b", "c", "c-1"]);
        assert_eq!(disk.list("c").unwrap(), ["d", "z"]);
        for folder in ["", "c", "c/d/e"] {
            disk.sync_names(folder).unwrap();
        }
    });
}

#[test]
fn a_folder_goes_with_all_in_it() {
    on_both(|disk| {
        disk.make_folder("f/g").unwrap();
        for path in ["f/a", "f/g/b", "f-1"] {
            disk.create(path, b"x").unwrap();
            assert_eq!(whole(disk, path), b"x");
        }
        disk.remove_folder("f").unwrap();
        assert_eq!(disk.list("").unwrap(), ["f-1"]);
        assert_eq!(kind(disk.read("f/g/b", 0, 1)), ErrorKind::NotFound);
        disk.make_folder("f").unwrap();
        assert!(disk.list("f").unwrap().is_empty());
    });
}

#[test]
fn the_directory_is_taken_once() {
    on_both(|disk| {
        let lock = disk.lock().unwrap();
        let refused = disk.lock().unwrap_err();
        assert_eq!((refused.operation, refused.kind), ("lock", ErrorKind::WouldBlock));
        assert!(refused.problem.starts_with("process "), "{refused}");
        assert_eq!(disk.list("").unwrap(), ["lock"]);
        drop(lock);
        drop(disk.lock().unwrap());
    });
}

#[test]
fn a_replaced_file_is_whole_and_leaves_no_draft() {
    on_both(|disk| {
        for octets in [b"one".as_slice(), b"two and more", b""] {
            disk.create("a.new", b"left by a crash").unwrap();
            replace(disk, "a", octets).unwrap();
            assert_eq!(whole(disk, "a"), octets);
            assert_eq!(disk.list("").unwrap(), ["a"]);
        }
    });
}

#[test]
fn paths_that_lead_out_are_refused() {
    on_both(|disk| {
        for path in ["..", "../a", "f/../a", "/a", "a/", "f//a", ".", "./a", "f/.", "a\0b", "/"] {
            let answers = [
                kind(disk.list(path)),
                kind(disk.make_folder(path)),
                kind(disk.length(path)),
                kind(disk.read(path, 0, 1)),
                kind(disk.create(path, b"")),
                kind(disk.write(path, 0, b"x")),
                kind(disk.truncate(path, 0)),
                kind(disk.sync(path)),
                kind(disk.sync_names(path)),
                kind(disk.rename(path, "a")),
                kind(disk.rename("a", path)),
                kind(disk.remove(path)),
                kind(disk.remove_folder(path)),
            ];
            assert!(answers.iter().all(|kind| *kind == ErrorKind::InvalidInput), "{path:?} {answers:?}");
        }
        assert_eq!(kind(disk.remove_folder("")), ErrorKind::InvalidInput);
        assert_eq!(kind(disk.create("", b"")), ErrorKind::InvalidInput);
        disk.make_folder("").unwrap();
    });
}

#[test]
fn a_whole_read_refuses_a_longer_file() {
    on_both(|disk| {
        disk.create("a", b"1234").unwrap();
        assert_eq!(read_whole(disk, "a", 4).unwrap(), b"1234");
        assert_eq!(kind(read_whole(disk, "a", 3)), ErrorKind::FileTooLarge);
        assert_eq!((folder_of("f/g/a"), folder_of("a")), ("f/g", ""));
    });
}
