//! The bare work that a commit cannot do without.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use record::suite::PrivateKey;

use super::rate;

/// Records in one sync of a bare group commit.
const GROUP: usize = 256;
/// Cores of the comparison.
const CORES: usize = 2;

/// Checks in a second on two cores.
pub(super) fn checks(total: usize, check: &(dyn Fn(usize) -> anyhow::Result<()> + Sync)) -> anyhow::Result<f64> {
    let start = Instant::now();
    let part = |first: usize| (first..total).step_by(CORES).try_for_each(check);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CORES).map(|first| scope.spawn(move || part(first))).collect();
        let mut joined = threads.into_iter().map(|thread| thread.join());
        joined.try_for_each(|done| done.map_err(|_| anyhow::anyhow!("a check panicked"))?)
    })?;
    Ok(rate(total, start.elapsed().as_secs_f64()))
}

/// Records in a second that a plain file takes, so many octets for each, in groups of [`GROUP`] under one sync.
pub(super) fn group_commits(folder: &Path, octets_each: usize, groups: usize) -> anyhow::Result<f64> {
    let seconds = syncs(folder, octets_each * GROUP, groups, || Ok(()))?;
    Ok(rate(groups * GROUP, seconds))
}

/// Commits in a second, each of one bare signature and one sync of so many octets.
pub(super) fn signed_syncs(folder: &Path, octets: usize, count: usize, key: &PrivateKey) -> anyhow::Result<f64> {
    let note = [7; 100];
    let seconds = syncs(folder, octets, count, || Ok(key.sign(&note).map(drop)?))?;
    Ok(rate(count, seconds))
}

fn syncs(folder: &Path, octets: usize, count: usize, before: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let mut block = vec![0; octets];
    fill(&mut block);
    let path = folder.join("bare");
    let mut file = File::create(&path)?;
    let start = Instant::now();
    for _ in 0..count {
        before()?;
        file.write_all(&block)?;
        file.sync_data()?;
    }
    let seconds = start.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(seconds)
}

/// Octets that no disk can compress.
fn fill(block: &mut [u8]) {
    for (number, chunk) in block.chunks_mut(32).enumerate() {
        let random = record::digest::sha256(&[&number.to_be_bytes()]);
        chunk.iter_mut().zip(random).for_each(|(octet, random)| *octet = random);
    }
}
