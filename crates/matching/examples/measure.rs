//! The part `match` of the benchmarks by itself, without the rest of the workspace:
//! `cargo run --release -p detente-matching --example measure -- pictures rules`.
#![expect(
    clippy::disallowed_methods,
    reason = "this measures and reads data; the library knows neither clock nor files"
)]

#[path = "../../../bench/src/measure.rs"]
#[expect(dead_code, reason = "other parts of the benchmarks use the rest")]
mod measure;
#[path = "../../../bench/src/signals.rs"]
mod signals;
#[path = "../../../bench/src/table.rs"]
mod table;

use table::Table;

/// As in the `detente` binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A workload by name.
type Workload = (&'static str, fn(&mut Table) -> anyhow::Result<()>);

const WORKLOADS: [Workload; 6] = [
    ("pictures", signals::pictures::run),
    ("pictures-10m", signals::pictures::run_largest),
    ("rules", signals::rules::run),
    ("scan", signals::scan::run),
    ("scan-1m", signals::scan::run_largest),
    ("texts", signals::texts::run),
];

fn main() -> anyhow::Result<()> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let mut table = Table::new(false);
    for name in &names {
        let known = WORKLOADS.iter().find(|(known, _)| known == name);
        let (_, run) = known.ok_or_else(|| anyhow::anyhow!("no workload is called `{name}`"))?;
        run(&mut table)?;
    }
    table.finish();
    Ok(())
}
