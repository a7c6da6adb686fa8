//! Hashes of leaves and nodes (RFC 6962 section 2.1, SHA-256).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::words;

/// A Merkle tree hash: of a leaf, of a node, or of a whole tree. Written in standard base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Octets of a hash.
    pub const BYTES: usize = 32;

    /// The hash of the empty tree: SHA-256 of nothing.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae,
        0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ]);

    /// A hash that was computed or stored elsewhere.
    #[must_use]
    pub const fn from_octets(octets: [u8; Self::BYTES]) -> Self {
        Self(octets)
    }

    /// Its octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// The hash of an entry: SHA-256(0x00 || entry).
    #[must_use]
    pub fn leaf(entry: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update([0]);
        hash.update(entry);
        Self(hash.finalize().into())
    }

    /// The hash of two neighbours: SHA-256(0x01 || left || right).
    #[must_use]
    pub fn node(left: &Self, right: &Self) -> Self {
        let mut hash = Sha256::new();
        hash.update([1]);
        hash.update(left.0);
        hash.update(right.0);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&words::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let octets = words::decode(text).and_then(|octets| octets.try_into().ok());
        octets.map(Self).ok_or(NotAHash)
    }
}

/// A text is not 32 octets in canonical base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hash: 32 octets in standard base64 are wanted")]
#[non_exhaustive]
pub struct NotAHash;
