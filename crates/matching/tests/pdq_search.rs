//! The search among many hashes finds exactly what comparing all of them finds.

use matching::pdq::{MATCH_RADIUS, Pdq, PdqIndex, PdqSearch, SCAN_ABOVE_RADIUS};
use proptest::prelude::*;

use crate::data;

/// A small generator, so that a failure can be repeated from its seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn hash(&mut self) -> Pdq {
        Pdq::from_words([self.next(), self.next(), self.next(), self.next()])
    }

    pub(crate) fn changed(&mut self, hash: &Pdq, bits: u32) -> Pdq {
        let mut words = *hash.words();
        for _ in 0..bits {
            let bit = self.below(256);
            words[(bit / 64) as usize] ^= 1 << (bit % 64);
        }
        Pdq::from_words(words)
    }
}

/// Hashes as pictures have them: most are of a few families, and frequencies of a picture go together.
pub(crate) fn skewed(count: usize, random: &mut Random) -> Vec<Pdq> {
    let families: Vec<Pdq> = (0..12).map(|_| random.hash()).collect();
    let member = |random: &mut Random| {
        let family = families[(random.below(12) * random.below(12) / 12) as usize];
        let bits = random.below(90) as u32;
        random.changed(&family, bits)
    };
    (0..count).map(|_| if random.below(4) == 0 { random.hash() } else { member(random) }).collect()
}

fn by_comparing_all(hashes: &[Pdq], query: &Pdq, radius: u32) -> Vec<(u32, u32)> {
    let near =
        (0..).zip(hashes).map(|(slot, hash)| (hash.distance(query), slot)).filter(|(distance, _)| *distance <= radius);
    let mut near: Vec<(u32, u32)> = near.collect();
    near.sort_unstable();
    near
}

/// In the order of [`by_comparing_all`]; of the index only the distances are in order.
fn found(index: &PdqIndex, query: &Pdq, radius: u32) -> Vec<(u32, u32)> {
    let mut search = PdqSearch::default();
    let hits = index.search(query, radius, &mut search);
    assert!(hits.is_sorted_by_key(|hit| hit.distance), "the nearest first");
    let mut found: Vec<(u32, u32)> = hits.iter().map(|hit| (hit.distance, hit.slot)).collect();
    found.sort_unstable();
    found
}

fn holds(hashes: &[Pdq], queries: &[Pdq], radius: u32) -> usize {
    let index = PdqIndex::new(hashes.to_vec());
    let mut hits = 0;
    for query in queries {
        let expected = by_comparing_all(hashes, query, radius);
        assert_eq!(found(&index, query, radius), expected);
        hits += expected.len();
    }
    hits
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_within_the_radius_is_missed(seed in any::<u64>(), radius in 0..=SCAN_ABOVE_RADIUS + 3, is_skewed in any::<bool>()) {
        let mut random = Random(seed);
        let hashes = if is_skewed { skewed(3_000, &mut random) } else { (0..3_000).map(|_| random.hash()).collect() };
        // Queries at and around the edge of the radius.
        let near = |random: &mut Random| {
            let hash = hashes[random.below(3_000) as usize];
            let bits = random.below(u64::from(radius) + 8) as u32;
            random.changed(&hash, bits)
        };
        let queries: Vec<Pdq> = (0..24).map(|_| near(&mut random)).collect();
        prop_assert!(holds(&hashes, &queries, radius) > 0 || radius == 0);
    }
}

#[test]
fn the_wide_cut_finds_the_same() {
    let mut random = Random(11);
    let hashes = skewed(3_000_000, &mut random);
    let queries: Vec<Pdq> = (0..12).map(|at| random.changed(&hashes[at * 1_000], 25 + at as u32)).collect();
    let hits = holds(&hashes, &queries, MATCH_RADIUS);
    println!("3,000,000 skewed hashes, 12 queries: {hits} hits, all found");
    assert!(hits >= 5);
}

/// Families are taken out from some size on; what is in them, at their edges and in none is found all the same.
#[test]
fn nothing_in_families_is_missed() {
    let mut random = Random(21);
    let mut hashes = skewed(90_000, &mut random);
    // A small family, and one so wide that its edge is beyond where members are taken.
    let (small, wide) = (random.hash(), random.hash());
    hashes.extend((0..900).map(|_| random.changed(&small, 40)));
    hashes.extend((0..9_000).map(|_| random.changed(&wide, 150)));
    let queries: Vec<Pdq> = (0..60)
        .map(|at| {
            let from = at * hashes.len() / 61;
            random.changed(&hashes[from], at as u32)
        })
        .collect();
    for radius in [0, 8, MATCH_RADIUS, SCAN_ABOVE_RADIUS + 20] {
        assert!(holds(&hashes, &queries, radius) > 0 || radius == 0);
    }
}

#[test]
fn one_value_that_all_hashes_share_ends_in_reading_all() {
    let mut random = Random(5);
    let family = random.hash();
    let hashes: Vec<Pdq> = (0..20_000).map(|_| random.changed(&family, 20)).collect();
    let queries: Vec<Pdq> = (0..8).map(|_| random.changed(&family, 6)).collect();
    assert!(holds(&hashes, &queries, MATCH_RADIUS) > 100_000, "nearly all are near");
}

#[test]
fn small_and_empty_indexes_answer_too() {
    let mut random = Random(3);
    let query = random.hash();
    assert_eq!(found(&PdqIndex::default(), &query, 31), []);
    assert_eq!(found(&PdqIndex::new(vec![query]), &query, 0), [(0, 0)]);
}

#[test]
fn hashes_of_the_test_data_are_found_as_by_comparing_all() {
    let (Some(haystack), Some(needles)) = (data::file("pdq/haystack.txt"), data::file("pdq/needles.txt")) else {
        return;
    };
    let read = |octets: &[u8]| -> Vec<Pdq> {
        String::from_utf8_lossy(octets).lines().filter_map(|line| line.split(',').next()?.trim().parse().ok()).collect()
    };
    let (haystack, needles) = (read(&haystack), read(&needles));
    assert!(haystack.len() > 1_024 && needles.len() == 100);
    let hits = holds(&haystack, &needles, MATCH_RADIUS);
    println!("100 needles in Meta's haystack: {hits} hits, as many as by comparing all");
}
