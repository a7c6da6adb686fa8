#![no_main]

#[path = "../text_bodies.rs"]
mod text_bodies;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| text_bodies::text_normalise(data));
