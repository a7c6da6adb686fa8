//! The inputs kept from fuzzing, through the same functions as the fuzz targets.

use std::path::Path;

use crate::shared::{self, say};

#[expect(unreachable_pub, reason = "the fuzz targets, which include this file too, are other crates")]
#[path = "../../../fuzz/tlog_bodies.rs"]
mod bodies;

/// A target's name and what it does with an input.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 6] = [
    ("tlog_bundle", bodies::tlog_bundle),
    ("tlog_checkpoint", bodies::tlog_checkpoint),
    ("tlog_fork", bodies::tlog_fork),
    ("tlog_note", bodies::tlog_note),
    ("tlog_path", bodies::tlog_path),
    ("tlog_proof", bodies::tlog_proof),
];

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

/// A fuzzer begins near what it is to find: each octet of each input changed, left out, and doubled.
#[test]
fn every_input_with_one_octet_changed_still_holds() {
    for (target, body) in TARGETS {
        for input in inputs(target) {
            let step = input.len().div_ceil(500).max(1);
            for place in (0..input.len()).step_by(step) {
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
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/tlog_targets"));
    let targets = shared::files(folder, ".rs");
    let names: Vec<_> = targets.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, TARGETS.map(|(name, _)| name));
}
