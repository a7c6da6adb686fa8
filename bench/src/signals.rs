//! Finding what signals name: pictures that look alike, texts that are nearly the same, keywords, rules; and all of them at once in
//! a bank. Beside each speed stands how much of what is to be found was found, and, where they are at hand, what other programs
//! do with the same things in the same run.
//!
//! Everything here uses the crate `matching` alone, so that its example `measure` runs the same without the rest of the workspace.

#[path = "signals/made.rs"]
mod made;
#[path = "signals/peer.rs"]
mod peer;
#[path = "signals/pictures.rs"]
pub(crate) mod pictures;
#[path = "signals/rules.rs"]
pub(crate) mod rules;
#[path = "signals/scan.rs"]
pub(crate) mod scan;
#[path = "signals/texts.rs"]
pub(crate) mod texts;

use std::path::{Path, PathBuf};
use std::time::Instant;

/// The data beside the clone; nothing is copied from it.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A file of the data, if it is here.
fn data(name: &str) -> Option<Vec<u8>> {
    // The example of the crate `matching` lies one folder deeper.
    [PathBuf::from(DATA), Path::new(DATA).join("..")]
        .iter()
        .find_map(|folder| std::fs::read(folder.join("shared/data/signals").join(name)).ok())
}

/// How long something takes on one core, in seconds, and what comes of it. What other processes take meanwhile does not count,
/// where the system tells it; for peers it does not count either.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let (before, start) = (on_core_s(), Instant::now());
    let result = work();
    let elapsed = start.elapsed().as_secs_f64();
    let on_core = before.zip(on_core_s()).map(|(before, after)| after - before);
    (on_core.unwrap_or(elapsed), result)
}

/// Seconds for which this thread has run.
fn on_core_s() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse::<f64>().ok().map(|nanos| nanos / 1e9)
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
const fn real(count: usize) -> f64 {
    count as f64
}

/// One part of another, in percent.
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * real(part) / real(whole.max(1))
}
