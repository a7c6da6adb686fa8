//! TAXII at a running node: real processes of the program, TLS over loopback, connections that stay open, a token for each
//! program. Server and client share the machine, and what the client costs is in every figure.

pub(crate) mod client;
mod objects;
mod office;
pub(crate) mod peer;
mod work;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use record::json::Json;

use self::client::{Line, Site};
use self::objects::{Kind, TOGETHER, envelopes, word};
use self::office::Office;
use self::work::Posted;
use crate::incidents::binary;
use crate::measure::percentile;
use crate::storage::scene as folders;
use crate::table::{Limit, Table};

/// Objects that one connection sends, [`TOGETHER`] in each POST.
const POSTED: u32 = 50_000;

/// Objects that come one in each POST, over all connections.
const POSTED_ALONE: u32 = 5_000;

/// Connections of programs that send one object in each POST. Each has a token of its own: a token is answered 200 times a
/// second.
const CONNECTIONS: usize = 16;

/// Objects that are there when all are read.
const STORED: [u32; 3] = [1_000, 10_000, 100_000];

/// The same where it takes many minutes to bring them in, and some gigabytes.
const STORED_LARGEST: [u32; 1] = [1_000_000];

/// Requests that are made at a steady rate, for 20 seconds.
const STEADY: u32 = 2_000;

/// Time from one of them to the next: 100 a second.
const STEADY_EVERY: Duration = Duration::from_millis(10);

/// What is asked of objects in POSTs of many and of one, and of reading, in objects a second.
const POST_AIM: f64 = 3_000.0;
const POST_ONE_AIM: f64 = 500.0;
const GET_AIM: f64 = 50_000.0;

/// After how many seconds the last object must be found.
const FOUND_AIM_S: f64 = 2.0;

/// What 99 of 100 requests with a token may take, in milliseconds.
const TOKEN_AIM_MS: f64 = 5.0;

/// How often it is asked whether an object is found: half as often as a token is answered.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// When waiting for it makes no sense any more.
const ENOUGH: Duration = Duration::from_secs(120);

pub(crate) fn post(table: &mut Table) -> anyhow::Result<()> {
    let Some(office) = opened(table, "taxii/post", 1)? else { return Ok(()) };
    let on = folders::file_system()?;
    table.title(&format!("taxii: POSTs of {TOGETHER} indicators over one TLS connection, {POSTED} in all, on {on}"));
    let mut line = office.site()?.line()?;
    let posted = work::post(&mut line, Kind::Indicator, 0..POSTED)?;
    table.figure("octets of an indicator, as it is sent", octets(&posted)?, "octets", None);
    let limit = Some(Limit::AtLeast(POST_AIM));
    table.figure("signed, logged and answered with 202", posted.rate()?, "objects/s", limit);
    lag(table, &mut line)
}

/// How long it takes until a search finds what was posted. It finds incidents alone, so a POST of them follows the others.
fn lag(table: &mut Table, line: &mut Line) -> anyhow::Result<()> {
    let posted = work::post(line, Kind::Incident, 0..TOGETHER)?;
    found(line, TOGETHER - 1)?;
    let found_s = posted.ended.elapsed().as_secs_f64();
    table.figure("one more POST, of incidents: octets of one", octets(&posted)?, "octets", None);
    table.figure("the same: signed, logged and answered with 202", posted.rate()?, "objects/s", None);
    let limit = Some(Limit::AtMost(FOUND_AIM_S));
    table.figure("the same: a search finds the last, after the 202", found_s, "s", limit);
    Ok(())
}

pub(crate) fn post_one(table: &mut Table) -> anyhow::Result<()> {
    let Some(office) = opened(table, "taxii/post-one", CONNECTIONS)? else { return Ok(()) };
    let title = format!("taxii: POSTs of one indicator over {CONNECTIONS} TLS connections, {POSTED_ALONE} in all");
    table.title(&format!("{title}, on {}", folders::file_system()?));
    let (rate, mut millis) = work::post_each(&mut office.lines()?, 0..POSTED_ALONE)?;
    let limit = Some(Limit::AtLeast(POST_ONE_AIM));
    table.figure("signed, logged and answered with 202", rate, "objects/s", limit);
    table.figure("one POST: median", percentile(&mut millis, 50), "ms", None);
    table.figure("one POST: 99 of 100", percentile(&mut millis, 99), "ms", None);
    Ok(())
}

pub(crate) fn get(table: &mut Table) -> anyhow::Result<()> {
    read(table, "taxii/get", &STORED)
}

/// A million of them, when it is asked for by name.
pub(crate) fn get_largest(table: &mut Table) -> anyhow::Result<()> {
    read(table, "taxii/1m", &STORED_LARGEST)
}

fn read(table: &mut Table, name: &str, sizes: &[u32]) -> anyhow::Result<()> {
    let Some(office) = opened(table, name, 1)? else { return Ok(()) };
    table.title(&format!("taxii: all that is there, in pages of {TOGETHER} over one TLS connection"));
    let mut there = 0;
    for size in sizes {
        fill(office.site()?, there..*size)?;
        there = *size;
        let first = work::pages(office.site()?, *size)?;
        table.figure(&format!("{size} are there, read right after the last was posted"), first, "objects/s", None);
        let limit = Some(Limit::AtLeast(GET_AIM));
        table.figure(&format!("{size} are there, read again"), work::pages(office.site()?, *size)?, "objects/s", limit);
    }
    Ok(())
}

/// Brings indicators in, envelope after envelope: a million at once would not lie in memory.
fn fill(site: &Site, numbers: std::ops::Range<u32>) -> anyhow::Result<()> {
    let mut line = site.line()?;
    for body in envelopes(Kind::Indicator, numbers) {
        let _taken = line.post(&body)?.is(202)?;
    }
    Ok(())
}

pub(crate) fn token(table: &mut Table) -> anyhow::Result<()> {
    let Some(office) = opened(table, "taxii/token", 1)? else { return Ok(()) };
    table.title(&format!("taxii: GET /taxii2/ with a token, 100 a second over one TLS connection, {STEADY} in all"));
    let mut millis = steady(&mut office.site()?.line()?)?;
    table.figure("one request: median", percentile(&mut millis, 50), "ms", None);
    let limit = Some(Limit::AtMost(TOKEN_AIM_MS));
    table.figure("one request: 99 of 100", percentile(&mut millis, 99), "ms", limit);
    Ok(())
}

/// Milliseconds from when each was due. One that is sent late since another was slow has waited for it, as its sender would.
fn steady(line: &mut Line) -> anyhow::Result<Vec<f64>> {
    let start = Instant::now();
    let one = |number: u32| {
        let due = start + STEADY_EVERY * number;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let _discovery = line.get("/taxii2/")?.is(200)?;
        Ok(due.elapsed().as_secs_f64() * 1e3)
    };
    (0..STEADY).map(one).collect()
}

/// Waits until a search finds an incident.
fn found(line: &mut Line, number: u32) -> anyhow::Result<()> {
    let (path, end) = (format!("/api/v1/search?q={}", word(number)), Instant::now() + ENOUGH);
    loop {
        let answer = line.get(&path)?.is(200)?.json()?;
        if answer.get("hits").and_then(Json::as_array).is_some_and(|hits| !hits.is_empty()) {
            return Ok(());
        }
        ensure!(Instant::now() < end, "the last object is never found");
        std::thread::sleep(LOOK_EVERY);
    }
}

fn octets(posted: &Posted) -> anyhow::Result<f64> {
    Ok(f64::from(u32::try_from(posted.octets).context("an object of so many octets")?))
}

/// A node for so many programs; none if the program is not built.
fn opened(table: &Table, name: &str, programs: usize) -> anyhow::Result<Option<Office>> {
    let built: Option<PathBuf> = binary()?;
    if built.is_none() {
        not_built(table, name);
    }
    built.map(|binary| Office::open(&binary, programs)).transpose()
}

fn not_built(table: &Table, name: &str) {
    table.title(&format!("{name}: not measured; build the program first: cargo build --release --locked"));
}
