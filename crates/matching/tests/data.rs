//! The data beside the clone, where it is at hand. Nothing is copied from it.
#![expect(clippy::print_stdout, reason = "skips are for the person who runs the test")]
#![expect(clippy::disallowed_methods, reason = "tests read data; the library does not")]

use std::path::PathBuf;

use record::json::{Json, parse_within};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/signals");

/// A file of the data; none, and said so, if it is not here.
pub(crate) fn file(name: &str) -> Option<Vec<u8>> {
    let octets = std::fs::read(path(name)).ok();
    if octets.is_none() {
        println!("SKIPPED: shared/data/signals/{name} is not here");
    }
    octets
}

/// Another folder of the same layout may be named, with texts that nobody here has seen.
pub(crate) fn path(name: &str) -> PathBuf {
    let held_out = std::env::var_os("DETENTE_SIGNALS_DATA").map(PathBuf::from);
    held_out.unwrap_or_else(|| PathBuf::from(DATA)).join(name)
}

/// A file of JSON.
pub(crate) fn json(name: &str) -> Option<Json> {
    file(name).map(|octets| parse_within(&octets, 64 * 1024 * 1024).unwrap())
}

/// The texts of a file of prompts.
pub(crate) fn prompts(name: &str) -> Option<Vec<String>> {
    let octets = file(&format!("prompts/{name}"))?;
    let text = String::from_utf8(octets).unwrap();
    let row = |line: &str| {
        let row = parse_within(line.as_bytes(), 1024 * 1024).unwrap();
        row.as_object().unwrap().text("text").unwrap().to_owned()
    };
    Some(text.lines().map(row).collect())
}
