//! What it costs to work out every duty of every shipped pack for an incident, and to do so again for all open incidents when a
//! pack has changed.
//!
//! The incidents are the vignettes of the packs: every trigger is among them as due, as not due, and as undetermined, which costs
//! most.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, anyhow};
use duties::{Day, Pack, PackFault, Packs, Step, Summary, changed, shipped};

use crate::table::{Limit, Table};

/// Evaluations of one incident by all packs, on one core, per second.
const EVALUATIONS_AIM: f64 = 10_000.0;

/// Evaluations that are timed.
const EVALUATIONS: usize = 50_000;

/// Open incidents that are evaluated anew.
const OPEN: usize = 100_000;

/// Seconds for all of them, with the list of what changed.
const AGAIN_AIM: f64 = 30.0;

/// The pack that changes, and how.
const CHANGED: (&str, &str, &str) = ("cn-incident-reporting", r#""hours": 4"#, r#""hours": 3"#);

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let today: Day = "2026-11-30".parse()?;
    let begun = Instant::now();
    let packs = shipped::packs(today).map_err(|faults| told(&faults))?;
    let loaded_ms = begun.elapsed().as_secs_f64() * 1000.0;
    let vignettes = packs.packs().iter().flat_map(|pack| &pack.vignettes);
    let steps: Vec<&Step> = vignettes.flat_map(|vignette| &vignette.steps).collect();
    let duties: usize = packs.packs().iter().map(|pack| pack.duties.len()).sum();
    table.title(&format!("duties: {} packs, {duties} duties, {} incidents in turn", packs.packs().len(), steps.len()));
    table.figure("packs read, and every vignette run", loaded_ms, "ms", None);
    evaluate(table, &packs, &steps);
    again(table, &packs, &steps, today)
}

fn evaluate(table: &mut Table, packs: &Packs, steps: &[&Step]) {
    let begun = Instant::now();
    let answers: usize =
        steps.iter().cycle().take(EVALUATIONS).map(|step| packs.evaluate(&step.facts, step.as_of).len()).sum();
    let seconds = begun.elapsed().as_secs_f64();
    table.figure("answers", count(answers) / seconds, "/s", None);
    table.figure("incidents, by all packs", count(EVALUATIONS) / seconds, "/s", Some(Limit::AtLeast(EVALUATIONS_AIM)));
}

fn again(table: &mut Table, packs: &Packs, steps: &[&Step], today: Day) -> anyhow::Result<()> {
    let newer = with_a_change(packs, today)?;
    let kept: Vec<Vec<Summary>> = steps.iter().map(|step| packs.summaries(&step.facts, step.as_of)).collect();
    let begun = Instant::now();
    let changes: usize = steps
        .iter()
        .zip(&kept)
        .cycle()
        .take(OPEN)
        .map(|(step, before)| changed(before, &newer.summaries(&step.facts, step.as_of)).len())
        .sum();
    let seconds = begun.elapsed().as_secs_f64();
    table.figure("changes found", count(changes), "", None);
    let limit = Some(Limit::AtMost(AGAIN_AIM));
    table.figure(&format!("{OPEN} incidents anew, with what changed"), seconds, "s", limit);
    Ok(())
}

/// The same packs, one of them in a version of its own.
fn with_a_change(packs: &Packs, today: Day) -> anyhow::Result<Packs> {
    let (id, from, to) = CHANGED;
    let pack = packs.pack(id).context("the pack that changes is not shipped")?;
    let text = std::str::from_utf8(pack.octets())?.replace(from, to);
    let newer = Pack::parse(text.as_bytes(), packs.dictionary()).map_err(|faults| anyhow!("{faults:?}"))?;
    let all = packs.packs().iter().filter(|pack| pack.id != id).cloned().chain([Arc::new(newer)]);
    Packs::unproved(packs.dictionary(), all.collect(), today).map_err(|faults| told(&faults))
}

fn told(faults: &[PackFault]) -> anyhow::Error {
    anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench lie far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}
