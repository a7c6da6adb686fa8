//! How long things take, roughly: for the person who runs it by name. The figures that are published come from elsewhere.
#![expect(clippy::print_stdout, reason = "figures are for the person who runs the test")]
#![expect(clippy::disallowed_methods, reason = "the library knows no clock; this measures it")]

use std::time::Instant;

use matching::keywords::{Keyword, KeywordIndex};
use matching::near::{NEAR_ESTIMATE, NearIndex};
use matching::pdq::{MATCH_RADIUS, Pdq, PdqIndex, PdqSearch};
use text::{MinHash, NormaliserVersion, ShingleSet, ShingleWidths, words};

use crate::pdq_search::{Random, skewed};

const HASHES: usize = 1_000_000;
const TEXTS: usize = 100_000;
const KEYWORDS: usize = 1_000_000;

/// The beginning of something that must not take long.
pub(crate) fn now() -> Instant {
    Instant::now()
}

fn rate(name: &str, count: usize, start: Instant) {
    println!("{name}: {:.0} a second", count as f64 / start.elapsed().as_secs_f64());
}

fn queries(name: &str, hashes: Vec<Pdq>, random: &mut Random) {
    let queries: Vec<Pdq> = (0..5_000).map(|at| random.changed(&hashes[at * 7], 20)).collect();
    let start = Instant::now();
    let index = PdqIndex::new(hashes);
    println!("{name}: built in {:.2} s, {} MB", start.elapsed().as_secs_f64(), index.memory() / 1_000_000);
    let (mut search, start) = (PdqSearch::default(), Instant::now());
    let hits: usize = queries.iter().map(|query| index.search(query, MATCH_RADIUS, &mut search).len()).sum();
    rate(&format!("{name}: {hits} hits, queries"), queries.len(), start);
}

#[test]
#[ignore = "measures; run it by name on a machine that does nothing else"]
fn pictures() {
    let mut random = Random(1);
    let hashes = (0..HASHES).map(|_| random.hash()).collect();
    queries("1M random hashes", hashes, &mut random);
    let hashes = skewed(HASHES, &mut random);
    queries("1M skewed hashes", hashes, &mut random);
}

#[test]
#[ignore = "measures; run it by name on a machine that does nothing else"]
fn texts() {
    let mut random = Random(2);
    let mut sentence =
        |length: u64| -> String { (0..length).map(|_| format!("{:x} ", random.below(90_000) + 4_096)).collect() };
    let all: Vec<String> = (0..TEXTS).map(|_| sentence(40)).collect();
    let start = Instant::now();
    let sign = |text: &String| {
        let normal = NormaliserVersion::V1.normalise(text);
        MinHash::new(&ShingleSet::new(normal.as_str(), ShingleWidths::V1))
    };
    let signatures: Vec<MinHash> = all.iter().map(sign).collect();
    rate("texts of 220 characters: signatures", TEXTS, start);
    let index = NearIndex::new(&signatures);
    let start = Instant::now();
    let hits: usize = signatures.iter().map(|signature| index.search(signature, NEAR_ESTIMATE).hits.len()).sum();
    rate(&format!("{TEXTS} texts: {hits} hits, queries"), TEXTS, start);
    let keywords: Vec<Keyword> = (0..KEYWORDS)
        .map(|number| {
            Keyword::new(&format!("{:x} {:x}", number % 90_000 + 4_096, number + 77_777), NormaliserVersion::V1)
                .unwrap()
        })
        .collect();
    let index = KeywordIndex::new(&keywords, 1);
    let text = NormaliserVersion::V1.normalise(&sentence(360)).into_string();
    let start = Instant::now();
    let hits: usize = (0..1_000).map(|_| index.search(&text).hits.len()).sum();
    rate(&format!("1M keywords, {} words: {hits} hits, texts", words(&text).count()), 1_000, start);
}
