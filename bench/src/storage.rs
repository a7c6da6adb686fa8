//! What the store costs, beside the bare work that it cannot do without.
//!
//! Absolute figures belong to a disk and its neighbours. So each claim is a share of what the same machine does bare in the
//! same run: rounds of both sides alternate, and the fastest round of each counts.

mod append;
mod bare;
mod checking;
mod flow;
pub(crate) mod growth;
mod one_client;
mod peers;
mod scene;
mod signed;

use crate::table::Table;

/// Rounds of each side.
const ROUNDS: usize = 3;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    table.title(&format!("storage: on {}", scene::file_system()?));
    append::run(table)?;
    one_client::run(table)?;
    checking::run(table)?;
    peers::run(table)
}

/// Things in one second.
#[expect(clippy::cast_precision_loss, reason = "some millions at most")]
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}
