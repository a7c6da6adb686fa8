//! The inputs kept from fuzzing, through the same function as the fuzz target.

#[expect(unreachable_pub, reason = "the fuzz target, which includes this file too, is another crate")]
#[path = "../../../fuzz/text_bodies.rs"]
mod bodies;

#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests read files and say counts; the core does not"
)]
fn every_input_of_the_corpus_still_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/text_normalise");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        bodies::text_normalise(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    println!("COUNT: inputs of the fuzz corpus of the normaliser: {count}");
    assert!(count > 5, "the corpus has gone");
}
