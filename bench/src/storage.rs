//! What the store costs, beside the bare work that it cannot do without.
//!
//! Absolute figures belong to a disk and its neighbours. So each claim is a share of what the same machine does bare in the
//! same run: rounds of both sides alternate, and the fastest round of each counts.

pub(crate) mod append;
mod bare;
pub(crate) mod checking;
mod flow;
pub(crate) mod growth;
pub(crate) mod one_client;
pub(crate) mod peers;
pub(crate) mod scene;
mod signed;

/// Rounds of each side.
const ROUNDS: usize = 3;

/// Things in one second.
#[expect(clippy::cast_precision_loss, reason = "some millions at most")]
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}
