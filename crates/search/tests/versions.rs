//! Of several versions the newest is found.

use search::{Ask, Position};

use crate::scene::{Report, Shelf, place, query};

fn version(number: u32, modified: &str) -> Report {
    Report::new("crane", &format!("Version {number}"), "The steering took vests for lane marks.")
        .with("modified", modified)
        .digest_of(&format!("crane {number}"))
}

fn all(shelf: &Shelf, text: &str) -> Vec<(String, bool)> {
    let query = query(text);
    let hits = shelf.index.search(&Ask::new(&query, 10).with_versions(true)).unwrap();
    let mut found: Vec<_> = hits.hits.into_iter().map(|hit| (hit.title, hit.shadowed)).collect();
    found.sort();
    found
}

#[test]
fn the_newest_version_is_found_and_older_ones_on_demand() {
    let shelf = Shelf::with(&[
        version(1, "2026-07-01T00:30:00Z"),
        version(3, "2026-07-03T00:30:00Z"),
        version(2, "2026-07-02T00:30:00Z"),
    ]);
    assert_eq!(shelf.found("vests"), ["Version 3"]);
    assert_eq!(
        all(&shelf, "vests"),
        [("Version 1".to_owned(), true), ("Version 2".to_owned(), true), ("Version 3".to_owned(), false)]
    );
    assert_eq!(shelf.found("-stroke"), ["Version 3"]);
}

#[test]
fn another_party_s_version_hides_nothing() {
    let theirs = version(9, "2026-12-01T00:30:00Z").by("stranger");
    let shelf = Shelf::with(&[version(1, "2026-07-01T00:30:00Z"), theirs]);
    assert_eq!(shelf.found("vests"), ["Version 1", "Version 9"]);
}

#[test]
fn of_one_record_shown_twice_the_fuller_showing_is_found() {
    let whole = version(1, "2026-07-01T00:30:00Z");
    let mut part = whole.clone();
    part.object.remove("description");
    let shelf = Shelf::with(&[part.clone(), whole, part]);
    assert_eq!(shelf.found("version"), ["Version 1"]);
    assert_eq!(shelf.ask("version").hits[0].place, place(1));
}

#[test]
fn once_the_newest_is_erased_the_one_before_is_found_again() {
    let mut shelf = Shelf::with(&[version(1, "2026-07-01T00:30:00Z"), version(2, "2026-07-02T00:30:00Z")]);
    let mut writer = shelf.index.writer().unwrap();
    assert!(writer.erase(&place(1)).unwrap());
    writer.commit().unwrap();
    assert_eq!(all(&shelf, "vests"), [("Version 1".to_owned(), false)]);
    assert_eq!(shelf.index.position("node").unwrap(), Position { next: 2, mark: [0; 32] });
}
