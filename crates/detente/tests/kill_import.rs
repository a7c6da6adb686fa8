//! An import that is killed at any moment is simply run again.
#![expect(clippy::print_stdout, reason = "how many kills came in time is told")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::import::{IMPORT, desk, register};
use crate::nodes::draw;

/// Cases of the table: more groups than one, so that a kill can fall between them.
const CASES: usize = 600;

fn rounds(count: usize) {
    let desk = desk(&register(CASES));
    desk.copy("harbour", "fresh");
    let began = Instant::now();
    desk.run(IMPORT).ends_with(0);
    let all = usize::try_from(began.elapsed().as_micros()).unwrap();
    let (mut cut_short, mut partly) = (0, 0);
    for _ in 0..count {
        std::fs::remove_dir_all(desk.path("harbour")).unwrap();
        desk.copy("fresh", "harbour");
        let mut child = desk.start(IMPORT);
        std::thread::sleep(Duration::from_micros(draw(all) as u64));
        child.kill().unwrap();
        cut_short += usize::from(!child.wait().unwrap().success());
        desk.run("verify harbour").ends_with(0);
        let again = desk.run(IMPORT).ends_with(0).json();
        let (made, unchanged) = (again["made"].as_u64().unwrap(), again["unchanged"].as_u64().unwrap());
        partly += usize::from(unchanged > 0 && made > 0);
        assert_eq!(
            (made + unchanged, again["changed"].as_u64()),
            (CASES as u64, Some(0)),
            "each row is whole or not there"
        );
        is_each_once(&desk);
    }
    println!("COUNT: kill -9 of import: {count} kills, {cut_short} in time, {partly} between two groups");
    assert!(cut_short > 0, "no kill came in time");
}

fn is_each_once(desk: &crate::scene::Desk) {
    let list = desk.run("--json log list --dir harbour --limit 10000").ends_with(0).json();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    for row in list["entries"].as_array().unwrap().iter().filter(|row| row["type"] == "incident") {
        *ids.entry(row["id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(ids.len() == CASES && ids.values().all(|count| *count == 1), "{} incidents", ids.len());
}

#[test]
fn a_killed_import_goes_on_where_it_was() {
    rounds(20);
}

#[test]
#[ignore = "long: two hundred kills"]
fn long_a_killed_import_goes_on_where_it_was_two_hundred_times() {
    rounds(200);
}
