//! A process that takes records in is killed at any moment: nothing is lost and nothing doubled.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use search::{Index, Opened, Place, Position};

use crate::scene::{Report, STORE, query};

/// Says to the test binary that it is the process to be killed, and on which file.
const FILE: &str = "DETENTE_SEARCH_KILLED";

/// What it says after each batch.
const TAKEN: &str = "one batch more";

/// Records of one batch.
const BATCH: u64 = 7;

/// Batches after which a story ends.
const ENOUGH: u64 = 40;

fn report(number: u64) -> Report {
    Report::new(&number.to_string(), &format!("Stop {number}"), &format!("pump number{number}"))
}

fn take_batch(index: &mut Index) {
    let mut writer = index.writer().unwrap();
    let from = writer.position("node").unwrap().next;
    for number in from..from + BATCH {
        writer.take(&Place { log: "node".to_owned(), index: number }, &report(number).document()).unwrap();
    }
    writer.passed("node", &Position { next: from + BATCH, mark: [1; 32] }).unwrap();
    writer.commit().unwrap();
}

#[test]
fn the_process_that_is_killed() {
    let Ok(path) = std::env::var(FILE) else { return };
    let (mut index, _) = Index::open(path.as_ref(), STORE).unwrap();
    loop {
        take_batch(&mut index);
        // Once nobody reads any more it goes on: it is to be killed in the middle of a batch.
        let _closed = writeln!(std::io::stdout(), "{TAKEN}");
    }
}

#[test]
fn a_killed_process_leaves_whole_batches() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index.sqlite");
    let (mut rounds, mut reached) = (0, 0);
    while reached < BATCH * ENOUGH {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crashes::the_process_that_is_killed", "--exact", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let taken = lines.map_while(Result::ok).filter(|line| line == TAKEN).take(1 + rounds % 6).count();
        assert!(taken > 0);
        std::thread::sleep(Duration::from_millis(u64::try_from(rounds % 7).unwrap() * 3));
        child.kill().unwrap();
        let _killed = child.wait().unwrap();
        let (index, opened) = Index::open(&path, STORE).unwrap();
        assert!(rounds == 0 || opened == Opened::Kept || reached == 0, "{opened:?}");
        let next = index.position("node").unwrap().next;
        assert!(next >= reached && next.is_multiple_of(BATCH), "{next} after {reached}");
        assert_eq!(index.count().unwrap(), next);
        assert_eq!(index.total(&query("pump")).unwrap(), search::Total::Exact(usize::try_from(next).unwrap()));
        if let Some(last) = next.checked_sub(1) {
            assert_eq!(index.total(&query(&format!("number{last}"))).unwrap(), search::Total::Exact(1));
        }
        (rounds, reached) = (rounds + 1, next);
        assert!(rounds < 100, "{reached} records in {rounds} rounds");
    }
}

/// An index of the version before, with a row that nothing may find any more.
fn old_index(path: &std::path::Path) {
    let database = rusqlite::Connection::open(path).unwrap();
    let tables = "PRAGMA journal_mode = WAL;
        CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE VIRTUAL TABLE words USING fts5 (title, text, codes, content = '', tokenize = 'ascii');
        INSERT INTO about VALUES ('version', CAST('search/2 norm/1' AS BLOB));
        INSERT INTO words (rowid, title, text, codes) VALUES (7, 'wpold', 'wpold', 'xall');";
    database.execute_batch(tables).unwrap();
    database.execute("INSERT INTO about VALUES ('store', ?1)", [STORE]).unwrap();
    // Its write-ahead file stays, as after a crash.
    std::mem::forget(database);
}

#[test]
fn a_process_that_is_killed_while_it_makes_an_index_anew_leaves_nothing_of_the_old_one() {
    let mut remade = 0;
    for round in 0_u64..24 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index.sqlite");
        old_index(&path);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crashes::the_process_that_is_killed", "--exact", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(round * 3));
        child.kill().unwrap();
        let _killed = child.wait().unwrap();
        let (index, opened) = Index::open(&path, STORE).unwrap();
        remade += u64::from(matches!(opened, Opened::Remade(_)));
        let next = index.position("node").unwrap().next;
        assert!(next.is_multiple_of(BATCH), "{next}");
        assert_eq!(index.count().unwrap(), next);
        assert_eq!(index.total(&query("pump")).unwrap(), search::Total::Exact(usize::try_from(next).unwrap()));
        assert_eq!(index.total(&query("old")).unwrap(), search::Total::Exact(0));
    }
    assert!(remade > 0, "every process was faster than its end");
}
