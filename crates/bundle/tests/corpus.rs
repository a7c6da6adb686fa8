//! The inputs kept from fuzzing, through the same function as the fuzz target.

use std::path::Path;

use crate::hand;
use crate::shared::{self, say};

#[expect(unreachable_pub, reason = "the fuzz target, which includes this file too, is another crate")]
#[path = "../../../fuzz/bundle_bodies.rs"]
mod bodies;

fn inputs() -> Vec<Vec<u8>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/bundle"));
    let files = shared::files(folder, "");
    assert!(!files.is_empty(), "there is no corpus");
    files.iter().map(shared::read).collect()
}

#[test]
fn every_input_of_the_corpus_still_holds() {
    let inputs = inputs();
    inputs.iter().for_each(|input| bodies::bundle(input));
    say(&format!("COUNT: inputs of fuzz corpora: {} for 1 target", inputs.len()));
}

/// A fuzzer begins near what it is to find: octets of each input changed, left out, and doubled.
#[test]
fn every_input_with_one_octet_changed_still_holds() {
    for input in inputs() {
        let step = input.len().div_ceil(30).max(1);
        for place in (0..input.len()).step_by(step) {
            let mut changed = input.clone();
            changed[place] ^= 1 << (place % 8);
            bodies::bundle(&changed);
            changed.remove(place);
            bodies::bundle(&changed);
            changed.insert(place, input[place]);
            changed.insert(place, input[place]);
            bodies::bundle(&changed);
        }
    }
}

#[test]
fn every_target_is_mirrored() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/bundle_targets"));
    let targets = shared::files(folder, ".rs");
    let names: Vec<_> = targets.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["bundle"]);
}
