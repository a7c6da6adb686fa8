//! The inputs kept from fuzzing, through the same functions as the fuzz targets.

use std::path::{Path, PathBuf};

#[expect(unreachable_pub, reason = "the fuzz targets, which include this file too, are other crates")]
#[path = "../../../fuzz/protocol_bodies.rs"]
mod bodies;

/// A target's name and what it does with an input.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 2] =
    [("protocol_frame", bodies::protocol_frame), ("protocol_message", bodies::protocol_message)];

/// How many places of an input are changed: reading one of these takes longer than reading most formats here.
const PLACES: usize = 60;

fn inputs(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target);
    let files = files(&folder);
    assert!(!files.is_empty(), "{target} has no corpus");
    files.iter().map(read).collect()
}

#[expect(clippy::disallowed_methods, reason = "tests read files; the core does not")]
fn read(file: &PathBuf) -> Vec<u8> {
    std::fs::read(file).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_input_of_the_corpora_still_holds() {
    let mut count = 0;
    for (target, body) in TARGETS {
        let inputs = inputs(target);
        inputs.iter().for_each(|input| body(input));
        count += inputs.len();
    }
    assert!(count >= 8, "the corpus has gone");
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
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/protocol_targets"));
    let targets = files(folder);
    let names: Vec<_> = targets.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, TARGETS.map(|(name, _)| name));
}
