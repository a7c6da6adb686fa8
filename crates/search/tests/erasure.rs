//! What was erased is in no file.

use rusqlite::Connection;
use search::Total;

use crate::scene::{Report, STORE, Shelf, place};

/// Whether any file of the index holds these octets.
fn is_on_the_disk(shelf: &Shelf, wanted: &[u8]) -> bool {
    let files = std::fs::read_dir(shelf.dir.path()).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .any(|octets| octets.windows(wanted.len()).any(|window| window == wanted))
}

/// Packed contents, without the first octets, which many have alike.
fn packed(shelf: &Shelf) -> Vec<Vec<u8>> {
    let database = Connection::open(shelf.path()).unwrap();
    let mut statement = database.prepare("SELECT content FROM document ORDER BY place").unwrap();
    let contents = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    contents.map(|content| content.unwrap()).collect()
}

/// Stretches of a packed content that would show that some of it is left.
fn stretches(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.windows(12).skip(8).step_by(4)
}

fn others() -> Vec<Report> {
    (0..300).map(|at| Report::new(&format!("other {at}"), "Stop", &format!("word{at} zymurgz pump"))).collect()
}

fn secret() -> Report {
    Report::new("secret", "Xylophonist", "The quartzite fuse zymurgy of 燃气 burned.")
}

fn erase(shelf: &mut Shelf, index: u64) {
    let mut writer = shelf.index.writer().unwrap();
    assert!(writer.erase(&place(index)).unwrap());
    assert!(writer.has_erased());
    writer.commit().unwrap();
    assert!(shelf.index.clean().unwrap());
}

/// Tokens of what was erased, each without the beginning that it may have in common with its neighbour.
const TRACES: [&str; 6] = ["ylophonlst", "uartzlte", "zymurgy", "burned", "Xylophonist", "quartzite"];

fn has_no_trace(shelf: &Shelf, content: &[u8]) {
    for trace in TRACES {
        assert!(!is_on_the_disk(shelf, trace.as_bytes()), "{trace}");
    }
    assert!(!stretches(content).any(|stretch| is_on_the_disk(shelf, stretch)));
}

#[test]
fn words_of_an_erased_record_are_in_no_file() {
    let mut shelf = Shelf::with(&others());
    shelf.add(&[secret()]);
    shelf.add(&others()[..1]);
    let _folded = shelf.index.clean().unwrap();
    let content = packed(&shelf).remove(300);
    let seen = TRACES.map(|trace| is_on_the_disk(&shelf, trace.as_bytes()));
    // A word's index entry keeps only what it does not share with its neighbour, and texts are packed.
    assert!(seen[0] && seen[1] && stretches(&content).all(|stretch| is_on_the_disk(&shelf, stretch)), "{seen:?}");
    erase(&mut shelf, 300);
    has_no_trace(&shelf, &content);
    assert_eq!(shelf.found("quartzite").len(), 0);
    assert_eq!(shelf.found("燃").len(), 0);
    assert_eq!(shelf.found("word7").len(), 1);
    assert_eq!(shelf.index.count().unwrap(), 301);
}

#[test]
fn words_that_were_merged_and_shadowed_go_too() {
    let mut shelf = Shelf::with(&[secret()]);
    // Many small batches are merged, and a newer version changes the row.
    for other in others() {
        shelf.add(&[other]);
    }
    shelf.add(&[Report::new("secret", "Nobody", "Nothing at all.").with("modified", "2026-08-01T00:00:00Z")]);
    let content = packed(&shelf).remove(0);
    assert!(is_on_the_disk(&shelf, b"uartzlte"));
    erase(&mut shelf, 0);
    has_no_trace(&shelf, &content);
    assert_eq!((shelf.ask("nobody").total, shelf.ask("zymurgz").total), (Total::Exact(1), Total::Exact(300)));
}

#[test]
fn what_is_taken_in_and_erased_in_one_batch_leaves_nothing() {
    let mut shelf = Shelf::with(&others()[..3]);
    let mut writer = shelf.index.writer().unwrap();
    writer.take(&place(3), &secret().document()).unwrap();
    assert!(writer.erase(&place(3)).unwrap());
    writer.take(&place(4), &others()[4].document()).unwrap();
    writer.commit().unwrap();
    assert!(shelf.index.clean().unwrap());
    assert!(TRACES.iter().all(|trace| !is_on_the_disk(&shelf, trace.as_bytes())));
    assert_eq!((shelf.index.count().unwrap(), shelf.found("word4").len()), (4, 1));
}

#[test]
fn erasing_every_record_empties_the_lists() {
    let mut shelf = Shelf::with(&others());
    let mut writer = shelf.index.writer().unwrap();
    for index in 0..300 {
        assert!(writer.erase(&place(index)).unwrap());
    }
    writer.commit().unwrap();
    assert!(shelf.index.clean().unwrap());
    assert!(!is_on_the_disk(&shelf, b"zymurgz"));
    let again = search::Index::open(&shelf.path(), STORE).unwrap().0;
    assert_eq!(again.count().unwrap(), 0);
    assert_eq!(shelf.found("-nothing").len(), 0);
}

#[test]
fn what_is_not_there_is_not_erased() {
    let mut shelf = Shelf::with(&[Report::new("crane", "Crane", "vest")]);
    let mut writer = shelf.index.writer().unwrap();
    assert!(!writer.erase(&place(9)).unwrap());
    writer.commit().unwrap();
    assert_eq!(shelf.found("vest"), ["Crane"]);
}
