//! The inputs kept from fuzzing, through the same functions as the fuzz targets.

use std::path::Path;

use crate::shared::{self, say};

#[expect(unreachable_pub, reason = "the fuzz targets, which include this file too, are other crates")]
#[path = "../../../../fuzz/bodies.rs"]
mod bodies;

/// A target's name and what it does with an input.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 9] = [
    ("disclosed", bodies::disclosed),
    ("disclosure", bodies::disclosure),
    ("envelope", bodies::envelope),
    ("json", bodies::json),
    ("key_record", bodies::key_record),
    ("label", bodies::label),
    ("path", bodies::path),
    ("record", bodies::record),
    ("timestamp", bodies::timestamp),
];

#[test]
fn every_input_of_the_corpora_still_holds() {
    let mut count = 0;
    for (target, body) in TARGETS {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(target);
        let files = shared::files(&folder, "");
        assert!(!files.is_empty(), "{target} has no corpus");
        for file in files {
            body(&shared::read(&file));
            count += 1;
        }
    }
    say(&format!("COUNT: inputs of fuzz corpora: {count} for {} targets", TARGETS.len()));
}

/// The names of the targets are those of the folder, so that none is left out here.
#[test]
fn every_target_but_those_of_other_crates_is_mirrored() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/fuzz_targets"));
    let targets = shared::files(folder, ".rs");
    let names: Vec<_> = targets.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let mirrored: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let others: Vec<_> = names.iter().filter(|name| !mirrored.contains(name)).collect();
    assert_eq!(others, ["text_normalise"]);
}
