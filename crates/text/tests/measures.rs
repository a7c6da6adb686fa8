//! Laws of the similarity measures.

use std::collections::BTreeSet;

use proptest::prelude::*;
use text::{
    BANDS, MAX_EDITS, MinHash, PERMUTATIONS, ROWS, ShingleSet, ShingleWidths, SimHash, containment, dice,
    edit_distance_within, jaccard, normalised_levenshtein, shingles, xxh64,
};

fn set(text: &str) -> ShingleSet {
    ShingleSet::new(text, ShingleWidths::V1)
}

/// Two texts that share a part.
fn pair() -> impl Strategy<Value = (String, String)> {
    let part = || "[a-d 中文国]{0,30}";
    (part(), part(), part()).prop_map(|(shared, left, right)| (format!("{shared}{left}"), format!("{shared}{right}")))
}

/// The textbook square table, as an oracle.
fn levenshtein(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

proptest! {
    #[test]
    fn exact_measures_are_what_sets_say((left, right) in pair()) {
        let strings = |text| shingles(text, ShingleWidths::V1).map(str::to_owned).collect::<BTreeSet<String>>();
        let (a, b) = (strings(&left), strings(&right));
        let (shared, all) = (a.intersection(&b).count() as f64, a.union(&b).count() as f64);
        let expected = if all == 0.0 { 1.0 } else { shared / all };
        prop_assert_eq!(jaccard(&set(&left), &set(&right)), expected);
    }

    #[test]
    fn symmetric_and_between_0_and_1((left, right) in pair()) {
        let (a, b) = (set(&left), set(&right));
        let (m, n) = (MinHash::new(&a), MinHash::new(&b));
        for (there, back) in [
            (jaccard(&a, &b), jaccard(&b, &a)),
            (dice(&a, &b), dice(&b, &a)),
            (m.estimate(&n), n.estimate(&m)),
            (normalised_levenshtein(&left, &right).unwrap(), normalised_levenshtein(&right, &left).unwrap()),
        ] {
            prop_assert_eq!(there, back);
            prop_assert!((0.0..=1.0).contains(&there));
        }
        prop_assert!((0.0..=1.0).contains(&containment(&a, &b)));
        prop_assert!(jaccard(&a, &b) <= dice(&a, &b));
        prop_assert_eq!(SimHash::new(&a).distance(SimHash::new(&b)), SimHash::new(&b).distance(SimHash::new(&a)));
    }

    #[test]
    fn a_text_is_wholly_like_itself((text, _) in pair()) {
        let a = set(&text);
        prop_assert_eq!(jaccard(&a, &a), 1.0);
        prop_assert_eq!(dice(&a, &a), 1.0);
        prop_assert_eq!(containment(&a, &a), 1.0);
        prop_assert_eq!(MinHash::new(&a).estimate(&MinHash::new(&a)), 1.0);
        prop_assert_eq!(SimHash::new(&a).distance(SimHash::new(&a)), 0);
        prop_assert_eq!(normalised_levenshtein(&text, &text), Some(1.0));
    }

    #[test]
    fn a_signature_survives_its_bytes((text, _) in pair()) {
        let signature = MinHash::new(&set(&text));
        prop_assert_eq!(MinHash::from_bytes(&signature.to_bytes()), signature);
    }

    /// Six standard errors of 128 coin tosses.
    #[test]
    fn estimates_lie_near_the_truth((left, right) in pair()) {
        let (a, b) = (set(&left), set(&right));
        let truth = jaccard(&a, &b);
        let allowed = 6.0 * (truth * (1.0 - truth) / 128.0).sqrt() + 0.02;
        prop_assert!((MinHash::new(&a).estimate(&MinHash::new(&b)) - truth).abs() <= allowed);
    }

    #[test]
    fn the_band_never_changes_a_distance((left, right) in pair(), limit in 0..80_usize) {
        let distance = levenshtein(&left, &right);
        prop_assert_eq!(edit_distance_within(&left, &right, limit), (distance <= limit).then_some(distance));
    }
}

/// Over many pairs of known overlap the estimate has no bias.
#[test]
fn the_estimate_is_unbiased() {
    for overlap in [20_u32, 50, 80] {
        let mut error = 0.0;
        for pair in 0..200_u32 {
            let words = |side: u32| -> String {
                let name = |i| if i < overlap { format!("{pair} {i}") } else { format!("{pair} {i} {side}") };
                (0..100).map(|i| format!("{:016x} ", xxh64(name(i).as_bytes(), 0))).collect()
            };
            let (a, b) = (set(words(0).trim()), set(words(1).trim()));
            error += MinHash::new(&a).estimate(&MinHash::new(&b)) - jaccard(&a, &b);
        }
        assert!((error / 200.0).abs() < 0.01, "mean error {} at overlap {overlap}", error / 200.0);
    }
}

#[test]
fn bands_use_most_of_the_signature() {
    const { assert!(BANDS * ROWS <= PERMUTATIONS && PERMUTATIONS - BANDS * ROWS < ROWS) };
    let (a, b) = (MinHash::new(&set("the quick brown fox jumps")), MinHash::new(&set("the quick brown fox jumped")));
    assert!(a.bands().iter().zip(b.bands()).any(|(mine, theirs)| *mine == theirs));
    let distinct: BTreeSet<u64> = a.bands().into_iter().collect();
    assert_eq!(distinct.len(), BANDS);
}

#[test]
fn the_limit_of_edits_is_kept() {
    let long = "a".repeat(MAX_EDITS + 1);
    assert_eq!(edit_distance_within(&long, "", usize::MAX), None);
    assert_eq!(edit_distance_within(&long, "a", usize::MAX), Some(MAX_EDITS));
}
