//! Keys by which a signal is found, as they are written.

use std::fmt;
use std::str::FromStr;

use record::base64url;
use record::digest::sha256;
use text::{MinHash, Normalised, SimHash};

use crate::pdq::Pdq;

/// Octets of the name of an agreement's key.
const MAX_KEY_ID_BYTES: usize = 64;

/// A text is no key of a signal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
#[non_exhaustive]
pub struct NotAKey(pub &'static str);

/// Names the key of an agreement: small letters, digits, `-`, `_` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || b"-_.".contains(&octet);
        let is_name = (1..=MAX_KEY_ID_BYTES).contains(&text.len()) && text.bytes().all(fits);
        let wrong = NotAKey("the name of a key has 1 to 64 small letters, digits, `-`, `_` and `.`");
        if is_name { Ok(Self(text.to_owned())) } else { Err(wrong) }
    }
}

/// Finds the same thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a digest has a key or none")]
pub enum ExactKey {
    /// The SHA-256 of a file, or of a text in normal form: `sha-256:` and 43 characters.
    Plain([u8; 32]),
    /// The HMAC-SHA-256 of the value under an agreement's key: `hmac-sha-256:NAME:` and 43 characters.
    Keyed(KeyId, [u8; 32]),
}

impl ExactKey {
    /// The key of a text in normal form.
    #[must_use]
    pub fn of_text(normalised: &Normalised) -> Self {
        Self::Plain(sha256(&[normalised.as_str().as_bytes()]))
    }

    /// The key of a file.
    #[must_use]
    pub fn of_octets(octets: &[u8]) -> Self {
        Self::Plain(sha256(&[octets]))
    }

    /// The digest, whatever it was computed with.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        match self {
            Self::Plain(digest) | Self::Keyed(_, digest) => digest,
        }
    }
}

impl fmt::Display for ExactKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(digest) => write!(out, "sha-256:{}", base64url::encode(digest)),
            Self::Keyed(key, digest) => write!(out, "hmac-sha-256:{}:{}", key.as_str(), base64url::encode(digest)),
        }
    }
}

impl FromStr for ExactKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let wrong = NotAKey(
            "an exact key is `sha-256:DIGEST` or `hmac-sha-256:KEY:DIGEST`, the digest in 43 characters of base64url",
        );
        let digest = |text: &str| base64url::decode_exactly(text).map_err(|_| wrong.clone());
        match text.split_once(':') {
            Some(("sha-256", text)) => Ok(Self::Plain(digest(text)?)),
            Some(("hmac-sha-256", rest)) => {
                let (key, text) = rest.split_once(':').ok_or_else(|| wrong.clone())?;
                Ok(Self::Keyed(key.parse()?, digest(text)?))
            }
            _ => Err(wrong),
        }
    }
}

/// Finds what is near.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimilarityKey {
    /// A text: `minhash/1:` and 512 octets.
    MinHash(Box<MinHash>),
    /// A text, in eight octets: `simhash/1:` and 16 digits. It is weaker.
    SimHash(SimHash),
    /// A picture: `pdq:` and 64 digits.
    Pdq(Pdq),
}

impl fmt::Display for SimilarityKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MinHash(signature) => write!(out, "minhash/1:{}", base64url::encode(&signature.to_bytes())),
            Self::SimHash(digest) => write!(out, "simhash/1:{:016x}", digest.bits()),
            Self::Pdq(hash) => write!(out, "pdq:{hash}"),
        }
    }
}

impl FromStr for SimilarityKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let wrong = || {
            NotAKey(
                "a similarity key is `minhash/1:` and 512 octets in base64url, `simhash/1:` and 16 hexadecimal digits, or `pdq:` and 64",
            )
        };
        match text.split_once(':') {
            Some(("minhash/1", text)) => {
                let octets = base64url::decode_exactly(text).map_err(|_| wrong())?;
                Ok(Self::MinHash(Box::new(MinHash::from_bytes(&octets))))
            }
            Some(("simhash/1", digits))
                if digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) =>
            {
                u64::from_str_radix(digits, 16).map(|bits| Self::SimHash(SimHash::from_bits(bits))).map_err(|_| wrong())
            }
            Some(("pdq", digits)) => digits.parse().map(Self::Pdq).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}
