//! `cargo xtask bench [NAME] [--json]`: one canonical workload for each speed claim.
//!
//! A claim is a ratio or a difference within one run, because absolute figures belong to a machine. Both are printed. No
//! test depends on a figure; a claim that does not hold is marked and the exit code stays 0.

mod measure;
mod normalise;
mod record_costs;
mod samples;
mod storage;
mod table;

use std::process::ExitCode;

use table::Table;

/// As in the `detente` binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A workload by name.
type Workload = (&'static str, fn(&mut Table) -> anyhow::Result<()>);

const WORKLOADS: [Workload; 4] = [
    ("record", record_costs::run),
    ("text", normalise::run),
    ("storage", storage::run),
    ("growth", storage::growth::run),
];

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(errand) = storage::growth::errand(&arguments) {
        return storage::growth::child(&errand).map(|()| ExitCode::SUCCESS);
    }
    let names: Vec<_> = arguments.iter().map(String::as_str).filter(|name| !name.starts_with("--")).collect();
    let mut table = Table::new(arguments.iter().any(|argument| argument == "--json"));
    let unknown = names.iter().find(|name| WORKLOADS.iter().all(|(known, _)| *known != **name));
    if let Some(name) = unknown {
        let known: Vec<_> = WORKLOADS.iter().map(|(known, _)| *known).collect();
        anyhow::bail!("no workload is called `{name}`; there are: {}", known.join(", "));
    }
    for (name, run) in WORKLOADS {
        if names.is_empty() || names.contains(&name) {
            run(&mut table)?;
        }
    }
    table.finish();
    Ok(ExitCode::SUCCESS)
}
