//! An index is opened, or made anew and said so.

use search::{Index, Opened, Place, Position};

use crate::scene::{Report, STORE, Shelf};

fn shelf() -> Shelf {
    Shelf::with(&[Report::new("crane", "Crane", "vest")])
}

#[test]
fn an_index_goes_on_where_it_was() {
    let shelf = shelf();
    let (path, dir) = (shelf.path(), shelf.dir);
    drop(shelf.index);
    let (index, opened) = Index::open(&path, STORE).unwrap();
    assert_eq!((opened, index.count().unwrap()), (Opened::Kept, 1));
    assert_eq!(index.position("node").unwrap(), Position { next: 1, mark: [0; 32] });
    drop(dir);
}

#[test]
fn the_index_of_another_store_or_build_is_made_anew() {
    let shelf = shelf();
    let path = shelf.path();
    let (index, opened) = Index::open(&path, b"another log").unwrap();
    assert_eq!((opened, index.count().unwrap()), (Opened::Remade("it is of another node's log".to_owned()), 0));
    drop(index);
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute("UPDATE about SET value = x'00' WHERE name = 'version'", []).unwrap();
    drop(database);
    let (_, opened) = Index::open(&path, b"another log").unwrap();
    assert_eq!(opened, Opened::Remade("another build made it".to_owned()));
}

#[test]
fn an_index_of_the_version_before_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index.sqlite");
    let database = rusqlite::Connection::open(&path).unwrap();
    let tables = "PRAGMA journal_mode = WAL;
        CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE position (log TEXT PRIMARY KEY, next INTEGER NOT NULL, mark BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE document (row INTEGER PRIMARY KEY, title TEXT NOT NULL);
        INSERT INTO about VALUES ('version', CAST('search/2 norm/1' AS BLOB));
        INSERT INTO document VALUES (1, 'Xylophonist');";
    database.execute_batch(tables).unwrap();
    database.execute("INSERT INTO about VALUES ('store', ?1)", [STORE]).unwrap();
    drop(database);
    assert!(Index::as_it_stands(&path, STORE).unwrap().is_none());
    let (index, opened) = Index::open(&path, STORE).unwrap();
    assert_eq!((opened, index.count().unwrap()), (Opened::Remade("another build made it".to_owned()), 0));
    let octets = std::fs::read(&path).unwrap();
    assert!(!octets.windows(11).any(|here| here == b"Xylophonist"));
}

#[test]
fn a_damaged_index_is_made_anew() {
    for octets in [&b"no database at all"[..], &[0; 8192], &[7; 100_000]] {
        let shelf = shelf();
        let path = shelf.path();
        drop(shelf.index);
        std::fs::write(&path, octets).unwrap();
        let (index, opened) = Index::open(&path, STORE).unwrap();
        assert!(matches!(opened, Opened::Remade(_)), "{opened:?}");
        assert_eq!((index.count().unwrap(), index.positions().unwrap()), (0, Vec::new()));
    }
}

#[test]
fn damage_inside_is_named_as_damage() {
    let mut shelf = Shelf::new();
    let reports: Vec<_> =
        (0..2_000).map(|at| Report::new(&at.to_string(), "Stop", &format!("pump {at} stopped"))).collect();
    shelf.add(&reports);
    assert!(shelf.index.clean().unwrap());
    let path = shelf.path();
    drop(shelf.index);
    let mut octets = std::fs::read(&path).unwrap();
    let middle = octets.len() / 3;
    octets[middle..].fill(0xa5);
    std::fs::write(&path, octets).unwrap();
    match Index::open(&path, STORE) {
        Ok((mut index, Opened::Kept)) => {
            let failed = index.writer().and_then(|mut writer| {
                for report in &reports {
                    let at = u64::from_be_bytes(*report.digest.octets().first_chunk().unwrap());
                    let _erased = writer.erase(&Place { log: "node".to_owned(), index: at % 2_000 })?;
                }
                writer.commit()
            });
            assert!(failed.unwrap_err().is_damage());
        }
        other => assert!(matches!(other, Ok((_, Opened::Remade(_)))), "{other:?}"),
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let shelf = shelf();
    for file in std::fs::read_dir(shelf.dir.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
