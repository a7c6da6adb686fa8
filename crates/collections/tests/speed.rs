//! How fast a large collection is read. `cargo test -p detente-collections -- --ignored --nocapture speed`

use std::time::Instant;

use collections::{Collection, Filter, MAX_PAGE_ITEMS, Reader, manifest, objects};
use record::label::Tlp;

use crate::scene::{Harbour, START};

/// Puts rows into the view: most at a marking that the reader does not read, and in every group of a hundred one that it does.
pub(crate) fn fill(harbour: &Harbour, rows: i64, octets: usize) {
    let sql = "WITH RECURSIVE row(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM row WHERE n + 1 < ?1)
        INSERT INTO collections_shown SELECT ?2 + n, (SELECT number FROM log WHERE name = 'node'),
            CASE n % 100 WHEN 0 THEN 1 | 8 | 32 ELSE 4 | 8 | 32 END,
            'incident--0b0c6f0e-9f5e-4d7a-9d3b-' || printf('%012x', n), 'incident', n, '2026-07-01T03:10:00.000Z', '2.1', ?3
        FROM row";
    let object = format!("{{\"text\":\"{}\"}}", "x".repeat(octets));
    let values = rusqlite::params![rows, START + 1_000_000, object];
    let filled = harbour.store.ask(|connection| connection.execute(sql, values)).unwrap();
    assert_eq!(i64::try_from(filled).unwrap(), rows);
}

fn read(harbour: &Harbour, reader: &Reader, with_objects: bool) -> (usize, f64) {
    let (mut after, mut count, started) = (None, 0, Instant::now());
    loop {
        let (filter, part) = (Filter::default(), (after, MAX_PAGE_ITEMS));
        let (length, last, has_more) = if with_objects {
            let page = objects(&harbour.store, &Collection::Own, reader, &filter, part).unwrap();
            (page.items.len(), page.items.last().map(|item| item.added), page.has_more)
        } else {
            let page = manifest(&harbour.store, &Collection::Own, reader, &filter, part).unwrap();
            (page.items.len(), page.items.last().map(|item| item.added), page.has_more)
        };
        (after, count) = (last, count + length);
        if !has_more {
            return (count, started.elapsed().as_secs_f64());
        }
    }
}

#[test]
#[ignore = "it prints figures, and takes a minute"]
fn a_million_rows_are_read_as_fast_as_a_thousand() {
    for (rows, octets) in [(10_000, 200), (1_000_000, 200), (100_000, 2_000)] {
        let harbour = Harbour::new();
        fill(&harbour, rows, octets);
        for (who, reader) in [("all", Reader::everything()), ("one in a hundred", Reader::up_to(Tlp::Green))] {
            for (what, with_objects) in [("objects", true), ("manifest", false)] {
                let (count, seconds) = read(&harbour, &reader, with_objects);
                let rate = f64::from(u32::try_from(count).unwrap()) / seconds;
                println!(
                    "{rows} rows of {octets} octets, {who}: {count} in {seconds:.3} s, {rate:.0} a second ({what})"
                );
            }
        }
    }
}
