//! What is shipped: the dictionary and the packs of this tree, octet for octet, so that their digests can be told.

use std::sync::Arc;

use crate::day::Day;
use crate::dictionary::Dictionary;
use crate::fault::Fault;
use crate::set::{PackFault, Packs};

/// The fact dictionary.
const FACTS: &[u8] = include_bytes!("../../../data/duties/facts.json");

/// A file by its name, and its octets.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../data/duties/packs/", $name, ".json")))),+]
    };
}

/// The packs, by the names of their files.
pub const PACKS: &[(&str, &[u8])] = files![
    "cn-generative-ai-14",
    "cn-incident-reporting",
    "cn-tc260-guide",
    "coalition-template",
    "eu-ai-act-73",
    "eu-gdpr-33",
    "eu-gpai-code",
    "eu-nis2-23",
    "us-ca-sb53",
    "us-ny-raise",
];

/// The shipped dictionary.
///
/// # Errors
/// Never with the file of this tree; a test reads it.
pub fn dictionary() -> Result<Arc<Dictionary>, Vec<Fault>> {
    Dictionary::parse(FACTS).map(Arc::new)
}

/// The shipped packs, checked together.
///
/// # Errors
/// Only if one is past its expiry by `today`: a test loads them.
pub fn packs(today: Day) -> Result<Packs, Vec<PackFault>> {
    let dictionary = dictionary().map_err(|faults| {
        let named = faults.into_iter().map(|fault| PackFault { pack: "facts".to_owned(), fault });
        named.collect::<Vec<_>>()
    })?;
    Packs::load(&dictionary, PACKS.iter().copied(), today)
}
