//! How cost grows with a log, and what memory it takes: in a process of its own, so that nothing else counts.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use storage::{LogName, Store as _, layout};
use tlog::proof::inclusion;
use tlog::tile::TilePath;
use tlog::tiled::TiledTree;

use super::signed::SignedRecords;
use super::{checking, scene};
use crate::apart::{call, most_memory, print, repeat, tell};
use crate::samples;
use crate::table::{Limit, Table};

/// Leaves at which is measured.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// The most memory that appending so many may take, in megabytes.
const MEMORY: f64 = 200.0;
/// Proofs of one measurement.
const PROOFS: u64 = 500;
/// By which this binary knows that it is the process of its own.
const CHILD: &str = "--grow-in";
/// As [`CHILD`], for one check of the directory.
const VERIFIER: &str = "--verify-in";

/// What such a process is to do.
pub(crate) struct Errand<'folder> {
    folder: &'folder Path,
    is_growth: bool,
}

/// The errand that a process of its own was given.
pub(crate) fn errand(arguments: &[String]) -> Option<Errand<'_>> {
    let [role, folder] = arguments else { return None };
    let is_ours = [CHILD, VERIFIER].contains(&role.as_str());
    is_ours.then(|| Errand { folder: Path::new(folder), is_growth: role == CHILD })
}

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    table.title(&format!("growth: thin records of 2.2 kB, not verified again, on {}", scene::file_system()?));
    let folder = scene::folder()?;
    let told = call(&[OsStr::new(CHILD), folder.path().as_os_str()])?;
    let limit = |name: &str| name.ends_with("memory of the appending process").then_some(Limit::AtMost(MEMORY));
    repeat(table, &told, limit)
}

/// The process of its own.
pub(crate) fn child(errand: &Errand<'_>) -> anyhow::Result<()> {
    if errand.is_growth { grow(errand.folder) } else { check(errand.folder) }
}

fn check(folder: &Path) -> anyhow::Result<()> {
    tell("checking the whole directory", 1e3 * checking::verify(folder)?, "ms");
    tell("most memory while checking", most_memory()?, "MB");
    Ok(())
}

fn grow(folder: &Path) -> anyhow::Result<()> {
    let records = SignedRecords::of(samples::THIN)?;
    let mut store = scene::create(folder)?;
    let mut size = 0;
    for next in SIZES {
        let start = Instant::now();
        checking::append(&store, size..next, |number| records.trusted(number))?;
        tell(&format!("{next}: append"), micros(start) / count(next - size), "us");
        store.publish()?;
        size = next;
        let start = Instant::now();
        drop(store);
        store = reopen(folder, size, start)?;
        tell(&format!("{size}: one proof of inclusion"), prove(&store, folder)?, "us");
        drop(store);
        let octets = count(usize::try_from(scene::octets_in(folder)?)?) / count(size);
        tell(&format!("{size}: on the disk, for each record"), octets, "octets");
        for line in call(&[OsStr::new(VERIFIER), folder.as_os_str()])?.lines() {
            print(&format!("{size}: {line}"));
        }
        store = scene::open(folder)?;
    }
    tell(&format!("{size}: most memory of the appending process"), most_memory()?, "MB");
    Ok(())
}

fn reopen(folder: &Path, size: usize, closing: Instant) -> anyhow::Result<storage::LocalStore> {
    tell(&format!("{size}: close"), micros(closing) / 1e3, "ms");
    let start = Instant::now();
    let store = scene::open(folder)?;
    tell(&format!("{size}: open"), micros(start) / 1e3, "ms");
    Ok(store)
}

/// Microseconds for one proof from the published files, each from nothing and checked.
fn prove(store: &storage::LocalStore, folder: &Path) -> anyhow::Result<f64> {
    let signed = store.published(&LogName::node())?.context("a checkpoint")?;
    let (size, root) = (signed.claims().size(), *signed.claims().root());
    let log = folder.join(layout::LOGS).join("node");
    let start = Instant::now();
    for number in 0..PROOFS {
        let index = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % size;
        let read = |path: TilePath| std::fs::read(log.join(path.to_string()));
        let mut tree = TiledTree::open(read, size, &root).map_err(|error| anyhow::anyhow!("{error}"))?;
        let proof = inclusion(&mut tree, index, size).map_err(|error| anyhow::anyhow!("{error}"))?;
        anyhow::ensure!(proof.len() <= 64, "a proof of {} hashes", proof.len());
    }
    Ok(micros(start) / count(usize::try_from(PROOFS)?))
}

fn micros(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "some millions")]
fn count(of: usize) -> f64 {
    of as f64
}
