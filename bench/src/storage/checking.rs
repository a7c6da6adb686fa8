//! Checking a whole directory, and a published log alone, beside bare hashing.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use record::digest::sha256;
use storage::{Batch, BatchId, LogName, NewEntry, Store as _, layout};
use tlog::Hash;
use tlog::audit::Audit;

use super::signed::SignedRecords;
use super::{ROUNDS, scene};
use crate::samples;
use crate::table::{Limit, Table};

/// Leaves without bodies.
const LEAVES: usize = 1_000_000;
/// Leaves with a thin record each.
const RECORDS: usize = 100_000;
/// Batches that are handed in together: about one frame.
const TOGETHER: usize = 1024;
/// The most that checking a log may take, as a multiple of bare hashing.
const AUDIT: f64 = 2.0;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    table.title(&format!("storage: checking what lies there, on one thread, on {}", scene::file_system()?));
    let folder = scene::folder()?;
    fill(folder.path(), LEAVES, |number| {
        let entry = sha256(&[&number.to_be_bytes()]);
        Ok(Batch::new(BatchId::from_octets(entry)).entry(NewEntry::bare(LogName::node(), entry.to_vec())))
    })?;
    audit(table, folder.path())?;
    directory(table, "1,000,000 bare leaves", folder.path(), LEAVES)?;
    let folder = scene::folder()?;
    let records = SignedRecords::of(samples::THIN)?;
    fill(folder.path(), RECORDS, |number| records.trusted(number))?;
    directory(table, "100,000 thin records", folder.path(), RECORDS)
}

fn fill(folder: &Path, count: usize, make: impl Fn(usize) -> anyhow::Result<Batch>) -> anyhow::Result<()> {
    let store = scene::create(folder)?;
    append(&store, 0..count, make)?;
    Ok(store.publish()?)
}

/// Appends batches, so many at once that a frame is full.
pub(super) fn append(
    store: &storage::LocalStore,
    numbers: std::ops::Range<usize>,
    make: impl Fn(usize) -> anyhow::Result<Batch>,
) -> anyhow::Result<()> {
    let mut flying = None;
    for first in numbers.clone().step_by(TOGETHER) {
        let batches = (first..numbers.end.min(first + TOGETHER)).map(&make).collect::<Result<_, _>>()?;
        let before = flying.replace(store.submit(batches));
        before.map_or(Ok(()), land)?;
    }
    flying.map_or(Ok(()), land)
}

fn land(ticket: storage::Ticket) -> anyhow::Result<()> {
    Ok(ticket.wait().into_iter().try_for_each(|answer| answer.map(drop))?)
}

/// The published files alone, against the checkpoint.
fn audit(table: &mut Table, folder: &Path) -> anyhow::Result<()> {
    let root = published_root(folder)?;
    let log = folder.join(layout::LOGS).join("node");
    let (mut bare, mut ours) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        bare = bare.min(seconds(|| {
            black_box(hash_tree(LEAVES));
            Ok(())
        })?);
        ours = ours.min(seconds(|| {
            let audit = Audit::new(u64::try_from(LEAVES)?, root);
            let done = audit.run(&mut |path: tlog::tile::TilePath| std::fs::read(log.join(path.to_string())), |_| ());
            done.map(drop).map_err(|faults| anyhow::anyhow!("{} faults in a sound log", faults.len()))
        })?);
    }
    table.figure("bare hashing of 1,000,000 leaves and their nodes", 1e3 * bare, "ms", None);
    table.figure("audit of the published log, 1,000,000 leaves", 1e3 * ours, "ms", None);
    table.figure("audit: beside bare hashing", 100.0 * ours / bare, "%", Some(Limit::AtMost(100.0 * AUDIT)));
    Ok(())
}

fn published_root(folder: &Path) -> anyhow::Result<Hash> {
    let store = scene::open(folder)?;
    let signed = store.published(&LogName::node())?.context("a checkpoint")?;
    Ok(*signed.claims().root())
}

fn directory(table: &mut Table, name: &str, folder: &Path, leaves: usize) -> anyhow::Result<()> {
    let (mut bare, mut ours) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        bare = bare.min(hash_directory(folder, leaves)?);
        ours = ours.min(verify(folder)?);
    }
    table.figure(&format!("{name}: bare hashing of all its octets"), 1e3 * bare, "ms", None);
    table.figure(&format!("{name}: whole directory checked"), 1e3 * ours, "ms", None);
    table.figure(&format!("{name}: beside bare hashing"), ours / bare, "x", None);
    Ok(())
}

/// Seconds for checking a directory, which must be sound.
pub(super) fn verify(folder: &Path) -> anyhow::Result<f64> {
    seconds(|| {
        let disk = scene::disk(folder)?;
        let report = storage::verify::verify(&disk, &*scene::Keys::new()?, Vec::new(), &mut |_, _| ())?;
        anyhow::ensure!(report.is_sound() && report.not_checked.is_empty(), "not sound: {report:?}");
        Ok(())
    })
}

fn hash_directory(folder: &Path, leaves: usize) -> anyhow::Result<f64> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(folder.join(layout::SEGMENTS))? {
        segments.push(std::fs::read(entry?.path())?);
    }
    seconds(|| {
        for octets in &segments {
            black_box(sha256(&[octets]));
        }
        black_box(hash_tree(leaves));
        Ok(())
    })
}

fn hash_tree(leaves: usize) -> Hash {
    let entry = [7; 32];
    let mut hash = Hash::EMPTY;
    for _ in 0..leaves {
        hash = Hash::leaf(black_box(&entry));
    }
    for _ in 1..leaves {
        hash = Hash::node(black_box(&hash), black_box(&hash));
    }
    hash
}

fn seconds(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}
