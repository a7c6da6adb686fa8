#![no_main]

#[path = "../match_bodies.rs"]
mod match_bodies;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| match_bodies::match_pattern(data));
