//! Reading a feed from the first entry: every file fetched from another node in this process, every record verified, proved
//! in its author's log, committed, and acknowledged.

pub(crate) mod growth;
mod shelf;
mod telling;
pub(crate) mod urgent;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use node::exchange::Reader;
use policy::belief::Quorum;
use protocol::exchange::Resource;
use record::{Record, Signed};
use storage::disk::Disk;
use storage::disk::files::FileDisk;

use self::shelf::Shelf;
use self::telling::Teller;
use crate::agreement::{Treaties, agreement};
use crate::line::{self, Line};
use crate::party::Party;
use crate::samples;
use crate::scene::{Clock, HOUR_MS, Node};
use crate::storage::scene as folders;
use crate::table::{Limit, Table};

/// Records that are read: ten packages.
const RECORDS: u32 = 2_560;

/// What is asked of reading, in percent of bare strict verification.
const LEAST_SHARE: f64 = 25.0;

/// Files after which the line breaks: in the middle of the bodies of the fifth package.
const BREAKS_AFTER: usize = 4 * 256 + 200;

/// Entries that may be asked for again when a line has broken: one package.
const MOST_AGAIN: f64 = 256.0;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let clock = Clock::new();
    let folder = folders::folder()?;
    let node = |name: &str, place: &str| Ok::<_, anyhow::Error>(Node::on(name, &clock, disk(folder.path(), place)?));
    let (mut harbour, mut hills) = (node("harbour", "harbour")?, node("hills", "hills")?);
    introduce(&mut harbour, &mut hills);
    let treaties = treaties(&harbour.party, &hills.party);
    let mut records = Vec::new();
    let text = samples::incident()?;
    let object = |number: u32| numbered(&text, number);
    Teller::new(&harbour, &treaties)?.tell(&mut harbour, RECORDS, object, |record| records.push(record))?;
    let title = format!("exchange: {RECORDS} released incidents to a fresh peer, one core, no network");
    table.title(&format!("{title}, on {}", folders::file_system()?));
    let bare = per_second(|| verify_bare(&harbour, &records))?;
    table.figure("bare strict verification of their signatures", bare.cpu, "/s", None);
    let mut shelf = Shelf::new(forgetful(&hills, &harbour, &treaties));
    let whole = per_second(|| read(&mut hills, &harbour, &mut shelf))?;
    table.figure("read, verified, proved, committed, acknowledged", whole.cpu, "/s", None);
    table.figure("the same by the clock, the disk's waiting included", whole.clock, "/s", None);
    let share = 100.0 * whole.cpu / bare.cpu;
    table.figure("share of bare verification, both nodes on one core", share, "%", Some(Limit::AtLeast(LEAST_SHARE)));
    let mut alone = node("hills", "hills alone")?;
    alone.know(harbour.id(), harbour.party.history());
    let whole = per_second(|| read(&mut alone, &harbour, &mut shelf))?;
    table.figure("the same of a reader that has the files at hand", 100.0 * whole.cpu / bare.cpu, "%", None);
    let mut again = node("hills", "hills again")?;
    again.know(harbour.id(), harbour.party.history());
    let twice = asked_again(&mut again, &harbour, &treaties)?;
    table.figure("entries asked for again after a line broke", twice, "", Some(Limit::AtMost(MOST_AGAIN)));
    Ok(())
}

/// A node's place in a folder.
fn disk(folder: &Path, of: &str) -> anyhow::Result<Arc<dyn Disk>> {
    let folder = folder.join(of);
    std::fs::create_dir_all(&folder)?;
    Ok(Arc::new(FileDisk::open(&folder)?))
}

/// Each knows the other's keys.
fn introduce(one: &mut Node, other: &mut Node) {
    let histories = (one.party.history(), other.party.history());
    one.know(other.id(), histories.1);
    other.know(one.id(), histories.0);
}

/// The one agreement of both.
fn treaties(one: &Party, other: &Party) -> Treaties {
    Treaties::of(vec![agreement("a bench", &[one.id(), other.id()])])
}

/// The incident under an id of its own.
fn numbered(text: &str, number: u32) -> anyhow::Result<record::stix::StixObject> {
    let id = samples::object(text)?.id().to_string();
    samples::object(&text.replace(&id, &format!("incident--0b0c6f0e-9f5e-4d7a-9d3b-{number:012x}")))
}

/// Records for each second.
#[derive(Clone, Copy)]
struct Rate {
    /// Of a core that does nothing else.
    cpu: f64,
    /// Of the clock.
    clock: f64,
}

/// Records for each second that the work takes. All of it runs on this thread.
fn per_second(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Rate> {
    let (start, before) = (Instant::now(), on_core_s()?);
    work()?;
    let (cpu, clock) = (on_core_s()? - before, start.elapsed().as_secs_f64());
    Ok(Rate { cpu: f64::from(RECORDS) / cpu, clock: f64::from(RECORDS) / clock })
}

/// Seconds that this thread has had a core. Other builds on the machine, and waiting for a disk, do not count in it.
fn on_core_s() -> anyhow::Result<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").context("this system does not tell its time")?;
    let nanos: f64 = told.split(' ').next().context("no time")?.parse()?;
    Ok(nanos / 1e9)
}

fn forgetful<'l>(reader: &Node, sender: &'l Node, treaties: &'l Treaties) -> Line<'l> {
    let mut line = Line::new(reader, sender, treaties);
    line.is_forgetful = true;
    line
}

fn read(reader: &mut Node, sender: &Node, shelf: &mut Shelf<'_>) -> anyhow::Result<()> {
    let quorum = Quorum::none();
    let feed = shelf.feed();
    let pulled = Reader::new(&reader.store, &reader.own, &quorum, HOUR_MS).pull(sender.id(), &feed, shelf)?;
    reader.store.publish()?;
    let is_all = pulled.entries == u64::from(RECORDS) && pulled.caught.is_empty();
    anyhow::ensure!(is_all, "not all was read: {pulled:?}");
    Ok(())
}

/// Reads over a line that breaks in the middle of a package, and again to the end: how many bodies came twice.
fn asked_again(reader: &mut Node, sender: &Node, treaties: &Treaties) -> anyhow::Result<f64> {
    let mut line = Line::new(reader, sender, treaties);
    line.breaks_after = Some(BREAKS_AFTER);
    let broken = line::pull(reader, &mut line);
    anyhow::ensure!(broken.waiting.is_some() && broken.size > 0, "the line did not break in the middle: {broken:?}");
    let before = bodies(&line);
    line = Line::new(reader, sender, treaties);
    let whole = line::pull(reader, &mut line);
    anyhow::ensure!(whole.size == u64::from(RECORDS), "not all was read: {whole:?}");
    let twice = u32::try_from(bodies(&line).intersection(&before).count())?;
    Ok(f64::from(twice))
}

fn bodies(line: &Line<'_>) -> BTreeSet<Resource> {
    line.asked.iter().filter(|one| matches!(one, Resource::Body(..))).copied().collect()
}

/// Only the signatures.
fn verify_bare(harbour: &Node, records: &[Signed<Record>]) -> anyhow::Result<()> {
    for record in records {
        let signature = record.envelope().signatures().first().context("a signature")?;
        let key = harbour.party.head().content().key(&signature.key_id()).and_then(|entry| entry.key().signing());
        let input = record.envelope().signing_input(signature.header());
        key.context("the key")?.verify(&input, signature.octets())?;
    }
    Ok(())
}
