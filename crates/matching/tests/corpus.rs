//! The inputs kept from fuzzing, through the same function as the fuzz target.

#[expect(unreachable_pub, reason = "the fuzz target, which includes this file too, is another crate")]
#[path = "../../../fuzz/match_bodies.rs"]
mod match_bodies;

use match_bodies::match_pattern;

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read files; the library does not")]
fn kept_patterns_find_what_the_other_engine_finds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/match_pattern");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        match_pattern(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    println!("COUNT: inputs of the fuzz corpus of patterns: {count}");
    assert!(count > 5);
}
