//! Recall on real prompts under disguise, where the shared data is at hand. Nothing is copied from it.
#![expect(clippy::print_stdout, reason = "figures and skips are for the person who runs the test")]
#![expect(clippy::disallowed_methods, reason = "tests read data; the library does not")]

use std::path::Path;

use text::{MinHash, NormaliserVersion, ShingleSet, ShingleWidths, jaccard};

use crate::evasions::{EVASIONS, Edit};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/signals/prompts");
/// Two texts this alike count as the same signal.
const ALIKE: f64 = 0.7;
/// The attack uses only swaps that the tables know, so nearly all must come back.
const LEAST_RECALL: f64 = 0.99;

fn prompts(file: &str, most: usize) -> Option<Vec<String>> {
    let Ok(lines) = std::fs::read_to_string(Path::new(DATA).join(file)) else {
        println!("SKIPPED: shared/data is not here");
        return None;
    };
    let text = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        row["text"].as_str().unwrap().to_owned()
    };
    Some(lines.lines().take(most).map(text).collect())
}

fn raw(text: &str) -> ShingleSet {
    ShingleSet::new(text, ShingleWidths::V1)
}

fn normalised(text: &str) -> ShingleSet {
    raw(NormaliserVersion::V1.normalise(text).as_str())
}

fn recall(prompts: &[String], evade: Edit, set: fn(&str) -> ShingleSet) -> f64 {
    let found = prompts.iter().filter(|prompt| jaccard(&set(prompt), &set(&evade(prompt))) >= ALIKE);
    found.count() as f64 / prompts.len() as f64
}

#[test]
fn disguised_jailbreaks_are_found_again() {
    let Some(prompts) = prompts("jailbreak_verazuo_2023_05_07.jsonl", 100) else { return };
    for (name, evade) in EVASIONS {
        let (before, after) = (recall(&prompts, evade, raw), recall(&prompts, evade, normalised));
        println!("{name}: recall {before:.3} raw, {after:.3} normalised, of {}", prompts.len());
        assert!(after >= LEAST_RECALL, "{name}");
    }
}

#[test]
fn disguised_chinese_prompts_are_found_again() {
    let Some(prompts) = prompts("unsafe_jade_zh.jsonl", 300) else { return };
    for (name, evade) in EVASIONS.into_iter().filter(|(name, _)| ["zero width", "full width"].contains(name)) {
        let after = recall(&prompts, evade, normalised);
        println!("{name}: recall {after:.3} normalised, of {}", prompts.len());
        assert!(after >= LEAST_RECALL, "{name}");
    }
}

/// Unrelated questions must not become alike by being normalised, at either width for Han text.
#[test]
fn unrelated_chinese_questions_stay_apart() {
    let Some(prompts) = prompts("benign_questions_zh.jsonl", 300) else { return };
    let signatures: Vec<MinHash> = prompts.iter().map(|prompt| MinHash::new(&normalised(prompt))).collect();
    let pairs = || signatures.iter().enumerate().flat_map(|(i, a)| signatures[..i].iter().map(move |b| (a, b)));
    let alike = pairs().filter(|(a, b)| a.estimate(b) >= ALIKE).count();
    println!("{alike} of {} unrelated pairs are alike", pairs().count());
    assert!(alike * 1000 <= pairs().count());
}
