//! The small forms that notes, checkpoints and proofs share: decimal numbers and base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 with padding (RFC 4648 section 4).
pub(crate) fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// Reads canonical base64: padding in place, no stray bits, no other characters.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads an ASCII decimal without sign or leading zeroes.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|octet| octet.is_ascii_digit());
    let short = text == "0" || !text.starts_with('0');
    (plain && short && !text.is_empty()).then(|| text.parse().ok()).flatten()
}

/// The line before the first newline, and what follows it. A text without a newline has no line.
pub(crate) fn line(text: &str) -> Option<(&str, &str)> {
    text.split_once('\n')
}
