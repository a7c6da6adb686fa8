//! The inputs kept from fuzzing, through the same functions as the fuzz targets.

use std::path::Path;

use super::files::{octets, say};

#[expect(unreachable_pub, reason = "the fuzz targets, which include this file too, are other crates")]
#[path = "../../../../fuzz/interop_bodies.rs"]
mod bodies;

/// A target's name and what it does with its input.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 2] = [("interop_pattern", bodies::interop_pattern), ("interop_stix", bodies::interop_stix)];

fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target);
    let inputs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| octets(&entry.unwrap().path())).collect();
    assert!(inputs.len() > 5, "the corpus of {target} has gone");
    inputs
}

#[test]
fn every_input_of_the_corpora_still_holds() {
    let mut count = 0;
    for (name, target) in TARGETS {
        for input in inputs(name) {
            target(&input);
            count += 1;
        }
    }
    say(&format!("COUNT: inputs of fuzz corpora: {count} for {} targets", TARGETS.len()));
}

/// A fuzzer begins near what it is to find: octets of each input changed, left out, and doubled.
#[test]
fn every_input_with_one_octet_changed_still_holds() {
    for (name, target) in TARGETS {
        for input in inputs(name) {
            let step = input.len().div_ceil(60).max(1);
            for place in (0..input.len()).step_by(step) {
                let mut changed = input.clone();
                changed[place] ^= 1 << (place % 8);
                target(&changed);
                changed.remove(place);
                target(&changed);
                changed.insert(place, input[place]);
                changed.insert(place, input[place]);
                target(&changed);
            }
        }
    }
}

#[test]
fn every_target_is_mirrored() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/interop_targets"));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<_> = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, TARGETS.map(|(name, _)| name));
}
