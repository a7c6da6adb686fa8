//! Hashes of pictures: exact search within 31 bits.

use matching::pdq::{MATCH_RADIUS, Pdq, PdqIndex, PdqSearch};

use super::made::{Random, hashes, skewed};
use super::{data, peer, percent, real, timed};
use crate::table::{Limit, Table};

/// Queries that are timed.
const QUERIES: usize = 5_000;

/// Queries whose answers are compared with looking at every hash.
const CHECKED: usize = 40;

/// Bits in which a query differs from a hash that is there.
const CHANGED_BITS: usize = 20;

/// Queries that peers are asked: they are slow.
const PEER_QUERIES: usize = 500;

/// Queries a second, by the number of hashes.
const AIM: f64 = 10_000.0;
const AIM_LARGEST: f64 = 2_000.0;

/// Megabytes of ten million.
const MEMORY_AIM: f64 = 1_200.0;

/// A million, with peers.
pub(crate) fn run(table: &mut Table) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    for (name, of) in KINDS {
        let Some(ours) = measure(table, 1_000_000, name, of, Some(folder.path()))? else { continue };
        let theirs = peer::ask(table, "pictures", folder.path())?;
        for rival in ["FAISS flat", "FAISS multi-index, as python-threatexchange has it"] {
            let times = peer::beside(&theirs, &format!("{rival}: queries"), ours);
            times.into_iter().for_each(|times| table.figure(&format!("beside {rival}"), times, "times", None));
        }
    }
    Ok(())
}

/// Ten millions.
pub(crate) fn run_largest(table: &mut Table) -> anyhow::Result<()> {
    for (name, of) in KINDS {
        let _queries = measure(table, 10_000_000, name, of, None)?;
    }
    Ok(())
}

/// None if what it is made of is not here.
type Made = fn(usize, &mut Random) -> Option<Vec<Pdq>>;

const KINDS: [(&str, Made); 3] = [
    ("random", |count, random| Some(hashes(count, random))),
    ("skewed", |count, random| Some(skewed(count, random))),
    ("near-real", near_real),
];

/// Bits in which a near-real hash differs from a real one at the most: what cutting, turning and writing on a picture do.
const NEAR_REAL_BITS: usize = 60;

/// Hashes of pictures and of frames of videos, as the test data has them, each many times and changed in some bits.
fn near_real(count: usize, random: &mut Random) -> Option<Vec<Pdq>> {
    let files = REAL.map(data).into_iter().collect::<Option<Vec<_>>>()?;
    let text = String::from_utf8_lossy(&files.join(&b'\n')).into_owned();
    let known: Vec<Pdq> = text.split(['\n', ',', ' ']).filter_map(|word| word.trim().parse().ok()).collect();
    let one = |random: &mut Random| {
        let bits = random.below(NEAR_REAL_BITS);
        known.get(random.below(known.len())).map(|hash| random.changed(hash, bits)).unwrap_or_default()
    };
    Some((0..count).map(|_| one(random)).collect())
}

/// Files of hashes, each among other words of its line.
const REAL: [&str; 5] = [
    "pdq/haystack.txt",
    "pdq/vpdq_sample_hashes/chair-22-with-small-logo-bar.txt",
    "pdq/vpdq_sample_hashes/doorknob-hd-no-bar.txt",
    "pdq/vpdq_sample_hashes/pattern-hd-no-bar.txt",
    "pdq/vpdq_sample_hashes/chair-19-sd-bar.txt",
];

fn measure(
    table: &mut Table,
    count: usize,
    name: &str,
    of: Made,
    shared: Option<&std::path::Path>,
) -> anyhow::Result<Option<f64>> {
    let mut random = Random(1);
    let Some(all) = of(count, &mut random) else {
        table.title(&format!("match/pictures: {name} hashes are not measured; shared/data/signals is not here"));
        return Ok(None);
    };
    table.title(&format!("match/pictures: {count} {name} hashes, radius {MATCH_RADIUS}, exact, one core"));
    let queries = queries(&all, &mut random);
    if let Some(folder) = shared {
        peer::write_hashes(&folder.join("hashes"), &all)?;
        peer::write_hashes(&folder.join("queries"), queries.get(..PEER_QUERIES).unwrap_or(&queries))?;
    }
    let (seconds, index) = timed(|| PdqIndex::new(all.clone()));
    table.figure("built", real(count) / seconds, "hashes/s", None);
    let memory = (count >= 10_000_000).then_some(Limit::AtMost(MEMORY_AIM));
    table.figure("memory", real(index.memory()) / 1e6, "MB", memory);
    let aim = if count >= 10_000_000 { AIM_LARGEST } else { AIM };
    let (rate, found) = ask(&index, &queries);
    table.figure("found by one query", real(found) / real(queries.len()), "hashes", None);
    table.figure("queries", rate, "/s", Some(Limit::AtLeast(aim)));
    table.figure(&format!("recall of {CHECKED} queries, by comparing all"), recall(&index, &all, &queries), "%", None);
    Ok(Some(rate))
}

fn queries(all: &[Pdq], random: &mut Random) -> Vec<Pdq> {
    let one = |random: &mut Random| {
        let at = random.below(all.len());
        all.get(at).map(|hash| random.changed(hash, CHANGED_BITS)).unwrap_or_default()
    };
    (0..QUERIES).map(|_| one(random)).collect()
}

/// Queries a second, and how many hashes were found.
fn ask(index: &PdqIndex, queries: &[Pdq]) -> (f64, usize) {
    let mut search = PdqSearch::default();
    let (seconds, found) =
        timed(|| queries.iter().map(|query| index.search(query, MATCH_RADIUS, &mut search).len()).sum());
    (real(queries.len()) / seconds, found)
}

fn recall(index: &PdqIndex, all: &[Pdq], queries: &[Pdq]) -> f64 {
    let (mut search, mut found, mut there) = (PdqSearch::default(), 0, 0);
    for query in queries.iter().take(CHECKED) {
        found += index.search(query, MATCH_RADIUS, &mut search).len();
        there += all.iter().filter(|hash| hash.distance(query) <= MATCH_RADIUS).count();
    }
    percent(found, there)
}
