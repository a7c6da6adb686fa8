//! Near-duplicate texts are found, and the estimate tells them from others.
#![expect(clippy::print_stdout, reason = "figures are for the person who runs the test")]

use matching::near::{MAX_COMPARED, NEAR_ESTIMATE, NearIndex};
use text::{MinHash, NormaliserVersion, ShingleSet, ShingleWidths, jaccard};

use crate::data;

/// The similarity from which two texts count as near duplicates, as in the figures of the peers.
const NEAR_DUPLICATE: f64 = 0.7;

/// The share of near duplicates that has to be found.
const LEAST_RECALL: f64 = 0.99;

/// Of unrelated pairs at most one in ten thousand may be flagged.
const MOST_FLAGGED: f64 = 1e-4;

/// Pairs below this have little in common.
const UNRELATED: f64 = 0.5;

fn sets(texts: &[String]) -> Vec<ShingleSet> {
    texts
        .iter()
        .map(|text| ShingleSet::new(NormaliserVersion::V1.normalise(text).as_str(), ShingleWidths::V1))
        .collect()
}

/// Pairs by their true similarity, compared with what the index finds.
fn figures(name: &str, texts: &[String]) -> (f64, f64) {
    let sets = sets(texts);
    let signatures: Vec<MinHash> = sets.iter().map(MinHash::new).collect();
    let index = NearIndex::new(&signatures);
    let (mut near, mut found, mut unrelated, mut flagged) = (0_u32, 0_u32, 0_u32, 0_u32);
    for (one, signature) in signatures.iter().enumerate() {
        let hits: Vec<usize> =
            index.search(signature, NEAR_ESTIMATE).hits.iter().map(|hit| hit.slot as usize).collect();
        assert!(sets[one].is_empty() || hits.contains(&one), "a text is near itself");
        for other in 0..one {
            let similarity = jaccard(&sets[one], &sets[other]);
            near += u32::from(similarity >= NEAR_DUPLICATE);
            found += u32::from(similarity >= NEAR_DUPLICATE && hits.contains(&other));
            unrelated += u32::from(similarity < UNRELATED);
            flagged += u32::from(similarity < UNRELATED && hits.contains(&other));
        }
    }
    let (recall, flags) = (f64::from(found) / f64::from(near), f64::from(flagged) / f64::from(unrelated));
    println!(
        "{name}: recall {recall:.4} of {near} near duplicates; {flagged} of {unrelated} unrelated pairs flagged ({flags:.1e})"
    );
    (recall, flags)
}

fn holds(name: &str, file: &str, most: usize) {
    let Some(mut texts) = data::prompts(file) else { return };
    texts.truncate(most);
    println!("DISGUISES Near duplicates: every pair of {} {name}", texts.len());
    let (recall, flags) = figures(name, &texts);
    assert!(recall >= LEAST_RECALL && flags <= MOST_FLAGGED, "{name}");
}

#[test]
fn near_duplicates_among_jailbreaks_are_found() {
    holds("jailbreaks", "jailbreak_verazuo_2023_05_07.jsonl", usize::MAX);
}

#[test]
fn near_duplicates_among_chinese_questions_are_found() {
    holds("questions", "benign_questions_zh.jsonl", 3_000);
}

/// One text that floods an index has every band in common with itself.
#[test]
fn that_not_all_were_compared_is_said() {
    let signature = MinHash::new(&ShingleSet::new("the same text again and again", ShingleWidths::V1));
    let found = |count: usize| NearIndex::new(&vec![signature.clone(); count]).search(&signature, NEAR_ESTIMATE);
    let few = found(MAX_COMPARED);
    assert!(few.hits.len() == MAX_COMPARED && !few.is_cut);
    assert!(found(MAX_COMPARED + 1).is_cut && found(MAX_COMPARED + 1).hits.len() <= MAX_COMPARED);
}

#[test]
fn an_index_of_nothing_finds_nothing() {
    let signature = MinHash::new(&ShingleSet::new("anything", ShingleWidths::V1));
    assert!(NearIndex::new(&[]).search(&signature, 0.0).hits.is_empty());
}
