//! `cargo xtask bench [NAME] [--json]`: one canonical workload for each speed claim.
//!
//! A claim is a ratio or a difference within one run, because absolute figures belong to a machine. Both are printed. No
//! test depends on a figure; a claim that does not hold is marked and the exit code stays 0.

#[path = "../../crates/node/tests/node_exchange/agreement.rs"]
#[expect(
    clippy::unwrap_used,
    reason = "shared with the tests of `node`: what fails there is a mistake of the workload"
)]
mod agreement;
mod apart;
mod decisions;
mod duties;
mod exchange;
mod incidents;
#[path = "../../crates/node/tests/node_exchange/line.rs"]
#[expect(clippy::unwrap_used, clippy::panic, dead_code, reason = "shared with the tests of `node`")]
mod line;
mod measure;
mod normalise;
mod pages;
#[path = "../../crates/node/tests/node_exchange/party.rs"]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "shared with the tests of `node`")]
mod party;
mod program;
mod record_costs;
mod samples;
#[path = "../../crates/node/tests/node_exchange/scene.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "shared with the tests of `node`"
)]
mod scene;
mod search;
mod signals;
mod storage;
mod table;
mod taxii;

use std::process::ExitCode;

use table::Table;

/// As in the `detente` binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A workload by name.
type Workload = (&'static str, fn(&mut Table) -> anyhow::Result<()>);

/// What stands before a slash names all that begin so.
const WORKLOADS: [Workload; 24] = [
    ("record", record_costs::run),
    ("text", normalise::run),
    ("decisions", decisions::run),
    ("duties", duties::run),
    ("exchange/share", exchange::run),
    ("exchange/growth", exchange::growth::run),
    ("incidents/import", incidents::run),
    ("match/pictures", signals::pictures::run),
    ("match/rules", signals::rules::run),
    ("match/scan", signals::scan::run),
    ("match/texts", signals::texts::run),
    ("pages", pages::run),
    ("search/100k", search::run),
    ("search/lag", search::lag::run),
    ("storage/append", storage::append::run),
    ("storage/one-client", storage::one_client::run),
    ("storage/checking", storage::checking::run),
    ("storage/growth", storage::growth::run),
    ("storage/peers", storage::peers::run),
    ("taxii/post", taxii::post),
    ("taxii/post-one", taxii::post_one),
    ("taxii/get", taxii::get),
    ("taxii/token", taxii::token),
    ("taxii/peer", taxii::peer::run),
];

/// What takes many minutes or the better part of an hour, and runs only when it is named in full.
const LONG: [Workload; 6] = [
    ("exchange/million", exchange::growth::run_largest),
    ("exchange/urgent", exchange::urgent::run),
    ("match/pictures-10m", signals::pictures::run_largest),
    ("match/scan-1m", signals::scan::run_largest),
    ("search/1m", search::run_largest),
    ("taxii/1m", taxii::get_largest),
];

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(errand) = storage::growth::errand(&arguments) {
        return storage::growth::child(&errand).map(|()| ExitCode::SUCCESS);
    }
    if let Some(errand) = exchange::growth::errand(&arguments) {
        return exchange::growth::child(&errand).map(|()| ExitCode::SUCCESS);
    }
    let names: Vec<_> = arguments.iter().map(String::as_str).filter(|name| !name.starts_with("--")).collect();
    let mut table = Table::new(arguments.iter().any(|argument| argument == "--json"));
    let all = || WORKLOADS.iter().chain(&LONG);
    let unknown = names.iter().find(|name| !all().any(|(known, _)| is_called(known, name)));
    if let Some(name) = unknown {
        let known: Vec<_> = all().map(|(known, _)| *known).collect();
        anyhow::bail!("no workload is called `{name}`; there are: {}", known.join(", "));
    }
    for (name, run) in WORKLOADS {
        if names.is_empty() || names.iter().any(|wanted| is_called(name, wanted)) {
            run(&mut table)?;
        }
    }
    for (_, run) in LONG.iter().filter(|(name, _)| names.contains(name)) {
        run(&mut table)?;
    }
    table.finish();
    Ok(ExitCode::SUCCESS)
}

fn is_called(workload: &str, wanted: &str) -> bool {
    workload.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
