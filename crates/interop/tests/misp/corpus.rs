//! The fuzz target's inputs, run here on every change.

use std::path::Path;

#[expect(unreachable_pub, reason = "the fuzz targets call it")]
#[path = "../../../../fuzz/misp_bodies.rs"]
mod bodies;

#[test]
fn every_input_of_the_corpus_still_holds() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/misp_event"));
    #[expect(clippy::disallowed_methods, reason = "the tests read files; the crate does not")]
    let files: Vec<Vec<u8>> =
        std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
    assert!(files.len() > 5, "there is no corpus");
    files.iter().for_each(|octets| bodies::misp_event(octets));
}
