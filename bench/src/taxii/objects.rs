//! The objects that are sent.

use std::ops::Range;

use record::digest::sha256;
use record::json::{Json, Map};

/// Objects of one POST, and of one page.
pub(super) const TOGETHER: u32 = 1_000;

/// An envelope with the indicators of these numbers.
pub(super) fn envelope(numbers: Range<u32>) -> Vec<u8> {
    let objects = numbers.map(|number| Json::from(indicator(number))).collect();
    Map::new().with("objects", Json::Array(objects)).to_text().into_bytes()
}

/// Envelopes of [`TOGETHER`] indicators each, the last maybe of fewer.
pub(super) fn envelopes(numbers: Range<u32>) -> impl Iterator<Item = Vec<u8>> {
    let (first, end) = (numbers.start, numbers.end);
    let step = usize::try_from(TOGETHER).unwrap_or(usize::MAX);
    (first..end).step_by(step).map(move |from| envelope(from..end.min(from.saturating_add(TOGETHER))))
}

/// A word that no other indicator has.
pub(super) fn word(number: u32) -> String {
    format!("lot{number:07}")
}

/// An indicator of some 600 octets. Ids and hashes are as random as real ones, so that they fall anywhere into an index.
fn indicator(number: u32) -> Map {
    let hash = hexadecimal(&sha256(&[b"what was seen", &number.to_be_bytes()]));
    Map::new()
        .with("type", "indicator")
        .with("spec_version", "2.1")
        .with("id", id(number))
        .with("created", "2026-11-01T08:30:00.000Z")
        .with("modified", "2026-11-01T08:30:00.000Z")
        .with("name", format!("Hidden instruction, {}", word(number)))
        .with("description", "A page asks whoever reads it for a person to pass on what it holds. Seen at the gate.")
        .with("indicator_types", Json::Array(vec![Json::text("malicious-activity")]))
        .with("pattern", format!("[file:hashes.'SHA-256' = '{hash}']"))
        .with("pattern_type", "stix")
        .with("valid_from", "2026-11-01T08:30:00Z")
        .with("labels", Json::Array(vec![Json::text("prompt-injection"), Json::text("gateway")]))
}

/// A UUID of version 4, made from the number.
fn id(number: u32) -> String {
    let digits = hexadecimal(&sha256(&[b"id", &number.to_be_bytes()]));
    let part = |range: Range<usize>| digits.get(range).unwrap_or_default();
    format!("indicator--{}-{}-4{}-8{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32))
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
