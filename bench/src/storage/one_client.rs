//! One client that waits for each batch.

use std::time::Instant;

use record::suite::{PrivateKey, Suite};
use storage::{Batch, LocalStore, Store as _};

use super::signed::SignedRecords;
use super::{bare, rate, scene};
use crate::samples;
use crate::table::{Limit, Table};

/// Rounds of each side: many and short, since what a sync takes changes from one moment to the next.
const SHORT_ROUNDS: usize = 60;
/// Batches of one round.
const BATCHES: usize = 20;
/// The share of one bare sync and one bare signature, in percent.
const SHARE: f64 = 60.0;

pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let records = SignedRecords::of(samples::THIN)?;
    let key = PrivateKey::from_seed(Suite::Ed25519, &[7; 32])?;
    let folder = scene::folder()?;
    let store = scene::create(folder.path())?;
    let segments = folder.path().join(storage::layout::SEGMENTS);
    let (mut verified, mut trusted, mut bare) = (0.0_f64, 0.0_f64, 0.0_f64);
    for round in 0..SHORT_ROUNDS {
        let before = scene::octets_in(&segments)?;
        let numbers = round * BATCHES..(round + 1) * BATCHES;
        verified = verified.max(commits(&store, numbers.clone().map(|number| records.verified(number)))?);
        let octets = usize::try_from(scene::octets_in(&segments)? - before)? / BATCHES;
        trusted = trusted.max(commits(&store, numbers.map(|number| records.trusted(number)))?);
        bare = bare.max(bare::signed_syncs(folder.path(), octets, BATCHES, &key)?);
    }
    table.title(&format!("storage: one client that waits, a thin record at a time, on {}", scene::file_system()?));
    table.figure("bare sync of the same octets and one Ed25519 signature", bare, "/s", None);
    for (name, ours) in [("one client, record verified", verified), ("one client, verified elsewhere", trusted)] {
        table.figure(name, ours, "/s", None);
        table.figure(&format!("{name}: share"), 100.0 * ours / bare, "%", Some(Limit::AtLeast(SHARE)));
    }
    Ok(())
}

/// Commits in a second, one after another; making each batch counts.
fn commits(store: &LocalStore, batches: impl Iterator<Item = anyhow::Result<Batch>>) -> anyhow::Result<f64> {
    let start = Instant::now();
    for batch in batches {
        store.commit(vec![batch?]).into_iter().try_for_each(|answer| answer.map(drop))?;
    }
    Ok(rate(BATCHES, start.elapsed().as_secs_f64()))
}
