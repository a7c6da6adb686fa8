//! Base64url without padding (RFC 4648 section 5), one spelling per value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text of some octets.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// Adds the text of some octets to `out`.
pub(crate) fn encode_onto(octets: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(octets, out);
}

/// The octets of a text.
///
/// # Errors
/// [`NotBase64Url`] for padding, characters outside the alphabet, and spellings with stray bits: those would let one
/// value be written in two ways.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|error| NotBase64Url { reason: error.to_string() })
}

/// As [`decode`], into a buffer that is emptied first.
pub(crate) fn decode_onto(text: &str, out: &mut Vec<u8>) -> Result<(), NotBase64Url> {
    out.clear();
    URL_SAFE_NO_PAD.decode_vec(text, out).map_err(|error| NotBase64Url { reason: error.to_string() })
}

/// Exactly `N` octets from a text.
///
/// # Errors
/// [`NotBase64Url`] as [`decode`], and when the length differs.
pub fn decode_exactly<const N: usize>(text: &str) -> Result<[u8; N], NotBase64Url> {
    let mut octets = [0; N];
    let wrong = |reason: String| NotBase64Url { reason };
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut octets).map_err(|error| wrong(error.to_string()))?;
    if length == N { Ok(octets) } else { Err(wrong(format!("{length} octets where {N} should be"))) }
}

/// A text is not base64url without padding in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not base64url without padding: {reason}")]
#[non_exhaustive]
pub struct NotBase64Url {
    /// What the decoder said.
    pub reason: String,
}
