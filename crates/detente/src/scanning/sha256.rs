//! A file that is named by its SHA-256 instead of being given.

use std::str::FromStr;

use matching::signal::ExactKey;
use record::base64url;

/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// The SHA-256 of a file's octets: as programs for files write it, as signals write it, or as the API has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileDigest(pub(crate) [u8; 32]);

impl FromStr for FileDigest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let plain = || match text.parse() {
            Ok(ExactKey::Plain(digest)) => Some(digest),
            Ok(ExactKey::Keyed(..)) | Err(_) => None,
        };
        let found = hexadecimal(text).or_else(plain).or_else(|| base64url::decode_exactly(text).ok());
        found.map(Self).ok_or("it is no SHA-256: 64 hexadecimal digits, as programs for files write it")
    }
}

fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    if text.len() != DIGITS || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let octets = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    octets.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use record::digest::sha256;

    use super::*;

    #[test]
    fn a_digest_is_read_as_programs_for_files_and_as_signals_write_it() {
        let octets = sha256(&[b"weights"]);
        let hexadecimal: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let own = ExactKey::Plain(octets).to_string();
        let forms = [format!(" {hexadecimal}\n"), hexadecimal.to_uppercase(), own, base64url::encode(&octets)];
        for text in forms {
            assert_eq!(text.parse(), Ok(FileDigest(octets)), "{text}");
        }
        for wrong in ["", "abc", &"g".repeat(64), &"a".repeat(63), "sha-256:x"] {
            assert!(wrong.parse::<FileDigest>().is_err(), "{wrong}");
        }
    }
}
