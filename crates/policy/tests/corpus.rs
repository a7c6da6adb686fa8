//! The inputs kept from fuzzing, through the same functions as the fuzz targets.

use std::path::Path;

use crate::shared::{self, say};

#[expect(unreachable_pub, reason = "the fuzz targets, which include this file too, are other crates")]
#[path = "../../../fuzz/policy_bodies.rs"]
mod bodies;

/// A target's name and what it does with an input.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 3] = [
    ("policy_agreement", bodies::policy_agreement),
    ("policy_quorum", bodies::policy_quorum),
    ("policy_receipt", bodies::policy_receipt),
];

/// How many places of an input are changed: reading one of these takes longer than reading most formats here.
const PLACES: usize = 60;

fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target);
    let files = shared::files(&folder, "");
    assert!(!files.is_empty(), "{target} has no corpus");
    files.iter().map(shared::read).collect()
}

#[test]
fn every_input_of_the_corpora_still_holds() {
    let mut count = 0;
    for (target, body) in TARGETS {
        let inputs = inputs(target);
        inputs.iter().for_each(|input| body(input));
        count += inputs.len();
    }
    say(&format!("COUNT: inputs of fuzz corpora: {count} for {} targets", TARGETS.len()));
}

/// A fuzzer begins near what it is to find: an octet of each input changed, left out, and doubled.
#[test]
fn every_input_with_one_octet_changed_still_holds() {
    for (target, body) in TARGETS {
        for input in inputs(target) {
            for place in (0..input.len()).step_by(input.len().div_ceil(PLACES).max(1)) {
                let mut changed = input.clone();
                changed[place] ^= 1 << (place % 8);
                body(&changed);
                changed.remove(place);
                body(&changed);
                changed.insert(place, input[place]);
                changed.insert(place, input[place]);
                body(&changed);
            }
        }
    }
}

#[test]
fn every_target_is_mirrored() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/policy_targets"));
    let targets = shared::files(folder, ".rs");
    let names: Vec<_> = targets.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, TARGETS.map(|(name, _)| name));
}

#[test]
fn the_corpora_hold_what_reads() {
    let (agreements, quorums) = (inputs("policy_agreement"), inputs("policy_quorum"));
    assert!(agreements.iter().filter(|one| policy::agreement::Agreement::parse(one).is_ok()).count() >= 3);
    assert!(quorums.iter().filter(|one| policy::belief::Quorum::parse(one).is_ok()).count() >= 4);
    let opens = |body: &Vec<u8>| {
        let digest = record::digest::sha256(&[b"detente/receipt/v1\0", body]);
        policy::receipt::open(&digest, body).is_ok()
    };
    assert!(inputs("policy_receipt").iter().filter(|one| opens(one)).count() >= 4);
}
