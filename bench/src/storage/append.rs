//! Appending with 1,024 batches in flight: verified records, and small entries without verification.

use storage::{Batch, BatchId, LogName, NewEntry};

use super::flow::{self, Flow, IN_FLIGHT, THREADS};
use super::signed::SignedRecords;
use super::{ROUNDS, bare, scene};
use crate::samples;
use crate::table::{Limit, Table};

/// The share of bare work that a durable append of verified records must reach, in percent.
const SHARE: f64 = 35.0;
/// The most that the median may wait, beside what the rate means for so many in flight, in percent.
const LATENCY: f64 = 130.0;
/// Records of one round.
const RECORDS: usize = 40_000;
/// Signature checks of one round.
const CHECKS: usize = 60_000;
/// Groups of one round of bare group commit.
const GROUPS: usize = 60;
/// Octets of an entry that stands alone.
const ENTRY_BYTES: usize = 200;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    table.title(&format!(
        "storage: durable append, {IN_FLIGHT} batches in flight from {THREADS} threads, on {}",
        scene::file_system()?
    ));
    verified(table, "thin", samples::THIN, 12_000.0)?;
    verified(table, "incident", &samples::incident()?, 7_000.0)?;
    small(table)
}

fn verified(table: &mut Table, name: &str, text: &str, aim: f64) -> anyhow::Result<()> {
    let records = SignedRecords::of(text)?;
    let mut best: Option<Flow> = None;
    let (mut checks, mut commits, mut each) = (0.0_f64, 0.0_f64, 0);
    for _ in 0..ROUNDS {
        checks = checks.max(bare::checks(CHECKS, &|number| records.check_bare(number))?);
        let folder = scene::folder()?;
        let flow = flow::run(&scene::create(folder.path())?, RECORDS, &|number| records.verified(number))?;
        best = Some(best.map_or(flow, |best| best.faster(flow)));
        each = octets_each(&folder)?;
        commits = commits.max(bare::group_commits(folder.path(), each, GROUPS)?);
    }
    let Some(flow) = best else { return Ok(()) };
    table.figure(&format!("{name}: octets of a segment for each record"), octets(each), "octets", None);
    table.figure(&format!("{name}: bare strict verification, 2 cores"), checks, "/s", None);
    table.figure(&format!("{name}: bare group commit of 256, same octets"), commits, "/s", None);
    table.figure(&format!("{name}: verified and durable"), flow.rate, "/s", Some(Limit::AtLeast(aim)));
    let share = 100.0 * flow.rate / checks.min(commits);
    table.figure(&format!("{name}: share of the smaller bare rate"), share, "%", Some(Limit::AtLeast(SHARE)));
    latency(table, name, flow);
    Ok(())
}

fn small(table: &mut Table) -> anyhow::Result<()> {
    let mut best: Option<Flow> = None;
    for _ in 0..ROUNDS {
        let folder = scene::folder()?;
        let flow = flow::run(&scene::create(folder.path())?, RECORDS * 2, &|number| Ok(entry(number)))?;
        best = Some(best.map_or(flow, |best| best.faster(flow)));
    }
    let Some(flow) = best else { return Ok(()) };
    let limit = Some(Limit::AtLeast(25_000.0));
    table.figure(&format!("entries of {ENTRY_BYTES} octets, not verified"), flow.rate, "/s", limit);
    latency(table, "entries", flow);
    Ok(())
}

fn latency(table: &mut Table, name: &str, flow: Flow) {
    table.figure(&format!("{name}: median latency"), flow.p50_ms, "ms", None);
    let limit = Some(Limit::AtMost(LATENCY));
    table.figure(&format!("{name}: median latency beside in flight / rate"), flow.latency_share(), "%", limit);
}

fn entry(number: usize) -> Batch {
    let mut entry = vec![7; ENTRY_BYTES];
    entry.splice(..8, number.to_be_bytes());
    Batch::new(BatchId::of(&[&number.to_be_bytes()])).entry(NewEntry::bare(LogName::node(), entry))
}

/// Octets of segments for each record of a round.
fn octets_each(folder: &tempfile::TempDir) -> anyhow::Result<usize> {
    Ok(usize::try_from(scene::octets_in(&folder.path().join(storage::layout::SEGMENTS))?)? / RECORDS)
}

#[expect(clippy::cast_precision_loss, reason = "some kilobytes")]
fn octets(count: usize) -> f64 {
    count as f64
}
