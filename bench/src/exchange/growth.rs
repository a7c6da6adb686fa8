//! How the cost of reading a feed from its first entry grows with the feed, and what memory it takes. Each size is prepared
//! by one process and read by another, which holds the sender's store too: what is measured is the memory of both.

use std::path::Path;
use std::time::Instant;

use tempfile::TempDir;

use super::telling::Teller;
use super::{disk, forgetful, introduce, treaties};
use crate::apart;
use crate::line;
use crate::party::Party;
use crate::scene::{Clock, Node, incident};
use crate::storage::scene as folders;
use crate::table::{Limit, Table};

/// Entries of the feeds that are read.
const SIZES: [u32; 3] = [1_000, 10_000, 100_000];

/// The last one, apart: preparing it takes most of the time.
const LARGEST: u32 = 1_000_000;

/// The most memory that reading may take, in megabytes, however long the feed.
const MEMORY: f64 = 250.0;

/// By which this binary knows that it is a process of its own that prepares a feed.
const TELLER: &str = "--tell-in";

/// As [`TELLER`], for one that reads it.
const READER: &str = "--read-in";

/// The number of the sender's second start on its disk, beyond all commits of the first.
const SECOND_START: u64 = 1 << 40;

/// What such a process is to do.
pub(crate) struct Errand<'folder> {
    folder: &'folder Path,
    size: u32,
    is_reader: bool,
}

/// The errand that a process of its own was given.
pub(crate) fn errand(arguments: &[String]) -> Option<Errand<'_>> {
    let [role, folder, size] = arguments else { return None };
    let is_ours = [TELLER, READER].contains(&role.as_str());
    let size = size.parse().ok().filter(|_| is_ours)?;
    Some(Errand { folder: Path::new(folder), size, is_reader: role == READER })
}

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    table.title(&format!("exchange, growth: small incidents to a fresh peer, on {}", folders::file_system()?));
    SIZES.iter().try_for_each(|size| measure(table, *size))
}

pub(crate) fn run_largest(table: &mut Table) -> anyhow::Result<()> {
    table.title(&format!("exchange, growth: a million small incidents, on {}", folders::file_system()?));
    measure(table, LARGEST)
}

fn measure(table: &mut Table, size: u32) -> anyhow::Result<()> {
    let folder: TempDir = folders::folder()?;
    for role in [TELLER, READER] {
        let words = [role, &folder.path().display().to_string(), &size.to_string()].map(str::to_owned);
        let told = apart::call(&words)?;
        let limit = |name: &str| name.ends_with("memory of the reading process").then_some(Limit::AtMost(MEMORY));
        apart::repeat(table, &told, limit)?;
    }
    Ok(())
}

/// The process of its own.
pub(crate) fn child(errand: &Errand<'_>) -> anyhow::Result<()> {
    if errand.is_reader { read(errand) } else { prepare(errand) }
}

fn prepare(errand: &Errand<'_>) -> anyhow::Result<()> {
    let clock = Clock::new();
    let mut harbour = Node::on("harbour", &clock, disk(errand.folder, "harbour")?);
    let treaties = treaties(&harbour.party, &Party::new("hills"));
    let start = Instant::now();
    let object = |number: u32| Ok(incident(u64::from(number), "A delivery robot blocked a gate", "a secret"));
    Teller::new(&harbour, &treaties)?.tell(&mut harbour, errand.size, object, drop)?;
    apart::tell(&format!("{}: sign, log and release", errand.size), per_record_us(start, errand.size), "us");
    Ok(())
}

fn read(errand: &Errand<'_>) -> anyhow::Result<()> {
    let clock = Clock::new();
    let size = errand.size;
    let mut harbour = Node::reopened(Party::new("harbour"), &clock, disk(errand.folder, "harbour")?, SECOND_START);
    let mut hills = Node::on("hills", &clock, disk(errand.folder, "hills")?);
    introduce(&mut harbour, &mut hills);
    let treaties = treaties(&harbour.party, &hills.party);
    let mut line = forgetful(&hills, &harbour, &treaties);
    let start = Instant::now();
    let pulled = line::pull(&mut hills, &mut line);
    anyhow::ensure!(pulled.entries == u64::from(size) && pulled.caught.is_empty(), "not all was read: {pulled:?}");
    apart::tell(&format!("{size}: read, verify, prove, commit, acknowledge"), per_record_us(start, size), "us");
    apart::tell(&format!("{size}: most memory of the reading process"), apart::most_memory()?, "MB");
    Ok(())
}

fn per_record_us(since: Instant, records: u32) -> f64 {
    since.elapsed().as_secs_f64() * 1e6 / f64::from(records)
}
