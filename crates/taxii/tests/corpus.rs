//! The inputs kept from fuzzing, through the same functions as the fuzz targets.

use crate::bodies;

#[expect(clippy::disallowed_methods, reason = "tests read files; the core does not")]
fn each(target: &str, body: fn(&[u8])) {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        body(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 5, "the corpus has gone");
}

#[test]
fn every_request_of_the_corpus_still_holds() {
    each("taxii_request", bodies::taxii_request);
}

#[test]
fn every_envelope_of_the_corpus_still_holds() {
    each("taxii_envelope", bodies::taxii_envelope);
}
