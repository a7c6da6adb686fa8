//! Pages of a running node with a hundred thousand incidents: how long a browser waits for each, how many octets come, and what
//! the node needs at rest. One process of the program serves; the browser is a connection that stays open, on the same machine.

mod house;

use std::time::Instant;

use anyhow::Context as _;

use self::house::House;
use crate::incidents::binary;
use crate::measure::percentile;
use crate::table::{Limit, Table};
use crate::taxii::client::Line;

/// Incidents that the node has.
const INCIDENTS: usize = 100_000;

/// How often each page is asked for. The first time counts too: nobody warms a page for a person.
const ROUNDS: usize = 40;

/// What 95 of 100 pages may take, in milliseconds.
const PAGE_AIM_MS: f64 = 100.0;

/// Octets of a page on the line.
const PAGE_AIM_OCTETS: f64 = 60_000.0;

/// Octets of the text view of desk, case and question on the line.
const TEXT_AIM_OCTETS: f64 = 8_192.0;

/// Memory at rest, in MB.
const REST_AIM_MB: f64 = 80.0;

/// The program on the disk, in MB.
const BINARY_AIM_MB: f64 = 60.0;

/// From its start until the node serves, in milliseconds.
const READY_AIM_MS: f64 = 500.0;

/// Pages, with what people look for: the commonest words of both languages, a rare one, and each filter. Searches are told apart,
/// since the time of a search is rounded so that it tells nobody what is hidden.
const PAGES: [(&str, &str); 19] = [
    ("the desk", "/"),
    ("incidents, newest first", "/incidents"),
    ("incidents of one severity", "/incidents?severity=disaster"),
    ("incidents of one country and time", "/incidents?country=CN&from=2024-01-01&before=2024-07-01"),
    ("incidents by a filter that fits nothing", "/incidents?country=AQ"),
    ("a case", "{case}"),
    ("its versions", "{case}/versions"),
    ("its timeline", "{case}/timeline"),
    ("its labels side by side", "{case}/agreement"),
    ("the form that edits it", "{case}/edit"),
    ("the form of intake", "/intake"),
    ("the proof of its record", "{record}"),
    ("releases", "/releases"),
    ("agreements", "/agreements"),
    ("questions", "/questions"),
    ("alarms", "/alarms"),
    ("partners", "/partners"),
    ("reports", "/reports"),
    ("settings", "/settings"),
];

/// Pages that search, whose time is rounded.
const SEARCHES: [(&str, &str); 5] = [
    ("incidents with the commonest English word", "/incidents?q=the"),
    ("incidents with the commonest Chinese word", "/incidents?q=%E7%B3%BB%E7%BB%9F"),
    ("incidents with a rare word", "/incidents?q=crane"),
    ("incidents with a word and a field", "/incidents?q=system+country%3ACN"),
    ("candidates for a case", "{case}/candidates"),
];

/// Views for slow lines.
const TEXTS: [(&str, &str); 3] = [
    ("the desk as text", "/?text=yes"),
    ("a case as text", "{case}?text=yes"),
    ("questions as text", "/questions?text=yes"),
];

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let Some(binary) = binary()? else {
        table.title("pages: not measured; build the program first: cargo build --release --locked");
        return Ok(());
    };
    let house = House::open(&binary, INCIDENTS)?;
    table.title(&format!("pages: a node with {INCIDENTS} incidents, one browser, {ROUNDS} times each page"));
    let megabytes = std::fs::metadata(&binary)?.len() as f64 / 1e6;
    table.figure("the program", megabytes, "MB", Some(Limit::AtMost(BINARY_AIM_MB)));
    table.figure("from start until it serves", house.ready_ms, "ms", Some(Limit::AtMost(READY_AIM_MS)));
    table.figure("memory at rest", house.rest_mb, "MB", Some(Limit::AtMost(REST_AIM_MB)));
    table.figure("memory after a sign-in and two pages", house.memory_mb()?, "MB", None);
    let mut line = house.browser()?;
    for (name, path) in PAGES {
        page(table, &mut line, name, &house.path(path))?;
    }
    for (name, path) in SEARCHES {
        page(table, &mut line, name, &house.path(path))?;
    }
    for (name, path) in TEXTS {
        let octets = octets(&line.browse(&house.path(path))?.is(200)?.body)?;
        table.figure(&format!("{name}: on the line"), octets, "octets", Some(Limit::AtMost(TEXT_AIM_OCTETS)));
    }
    table.figure("memory after all this", house.memory_mb()?, "MB", None);
    Ok(())
}

fn page(table: &mut Table, line: &mut Line, name: &str, path: &str) -> anyhow::Result<()> {
    let (mut millis, mut most) = (Vec::new(), 0.0_f64);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let answer = line.browse(path)?.is(200).with_context(|| name.to_owned())?;
        millis.push(began.elapsed().as_secs_f64() * 1e3);
        most = most.max(octets(&answer.body)?);
    }
    table.figure(&format!("{name}: median"), percentile(&mut millis, 50), "ms", None);
    table.figure(&format!("{name}: 95 of 100"), percentile(&mut millis, 95), "ms", Some(Limit::AtMost(PAGE_AIM_MS)));
    table.figure(&format!("{name}: on the line"), most, "octets", Some(Limit::AtMost(PAGE_AIM_OCTETS)));
    Ok(())
}

fn octets(body: &[u8]) -> anyhow::Result<f64> {
    Ok(f64::from(u32::try_from(body.len()).context("a page of so many octets")?))
}
