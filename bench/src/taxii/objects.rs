//! The objects that are sent.

use std::ops::Range;

use record::digest::sha256;
use record::json::{Json, Map};

/// Objects of one POST, and of one page.
pub(super) const TOGETHER: u32 = 1_000;

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Indicator,
    /// The one type that a search finds.
    Incident,
}

/// An envelope with the objects of these numbers.
pub(super) fn envelope(kind: Kind, numbers: Range<u32>) -> Vec<u8> {
    let object = |number| match kind {
        Kind::Indicator => Json::from(indicator(number)),
        Kind::Incident => Json::from(incident(number)),
    };
    Map::new().with("objects", Json::Array(numbers.map(object).collect())).to_text().into_bytes()
}

/// Envelopes of [`TOGETHER`] objects each, the last maybe of fewer.
pub(super) fn envelopes(kind: Kind, numbers: Range<u32>) -> impl Iterator<Item = Vec<u8>> {
    let (first, end) = (numbers.start, numbers.end);
    let step = usize::try_from(TOGETHER).unwrap_or(usize::MAX);
    (first..end).step_by(step).map(move |from| envelope(kind, from..end.min(from.saturating_add(TOGETHER))))
}

/// A word that no other object of its kind has.
pub(super) fn word(number: u32) -> String {
    format!("lot{number:07}")
}

/// An indicator of some 600 octets. Ids and hashes are as random as real ones, so that they fall anywhere into an index.
fn indicator(number: u32) -> Map {
    let hash = hexadecimal(&sha256(&[b"what was seen", &number.to_be_bytes()]));
    dated("indicator", number)
        .with("name", format!("Hidden instruction, {}", word(number)))
        .with("description", "A page asks whoever reads it for a person to pass on what it holds. Seen at the gate.")
        .with("indicator_types", words(&["malicious-activity"]))
        .with("pattern", format!("[file:hashes.'SHA-256' = '{hash}']"))
        .with("pattern_type", "stix")
        .with("valid_from", "2026-11-01T08:30:00Z")
        .with("labels", words(&["prompt-injection", "gateway"]))
}

/// An incident of as many octets.
fn incident(number: u32) -> Map {
    let told = format!("Gate agent {number} opened for whoever asked twice. It was stopped by hand, and asked why. ");
    dated("incident", number)
        .with("name", format!("Gate opened on command, {}", word(number)))
        .with("description", told.repeat(4))
}

/// What all objects have.
fn dated(kind: &str, number: u32) -> Map {
    Map::new()
        .with("type", kind)
        .with("spec_version", "2.1")
        .with("id", id(kind, number))
        .with("created", "2026-11-01T08:30:00.000Z")
        .with("modified", "2026-11-01T08:30:00.000Z")
}

fn words(words: &[&str]) -> Json {
    Json::Array(words.iter().copied().map(Json::text).collect())
}

/// A UUID of version 4, made from the number.
fn id(kind: &str, number: u32) -> String {
    let digits = hexadecimal(&sha256(&[b"id of ", kind.as_bytes(), &number.to_be_bytes()]));
    let part = |range: Range<usize>| digits.get(range).unwrap_or_default();
    format!("{kind}--{}-{}-4{}-8{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32))
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
