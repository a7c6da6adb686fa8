//! Keyed hashes: what is kept of secrets that a machine made.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};
use record::base64url;
use record::entropy::{Entropy, NoEntropy};
use zeroize::Zeroizing;

/// The node's key for hashes of tokens, sessions and device marks. It lies apart from the accounts, so that whoever reads
/// or writes the one cannot make entries for the other.
pub struct NodeSecret {
    octets: Zeroizing<[u8; 32]>,
    key: Key,
}

/// A text is no node secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the node's secret is 32 octets in base64url, 43 characters; if it is lost, make another and all tokens anew")]
#[non_exhaustive]
pub struct SecretError;

/// HMAC-SHA-256 over a secret, in its own domain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyedHash([u8; 32]);

impl NodeSecret {
    /// A fresh one.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn generate(entropy: &mut impl Entropy) -> Result<Self, NoEntropy> {
        let mut octets = [0; 32];
        entropy.fill(&mut octets)?;
        Ok(Self::of(octets))
    }

    /// The one that was stored.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn from_text(text: &str) -> Result<Self, SecretError> {
        base64url::decode_exactly(text).map(Self::of).map_err(|_| SecretError)
    }

    /// What to store, readable by its owner alone.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(base64url::encode(&*self.octets))
    }

    fn of(octets: [u8; 32]) -> Self {
        Self { key: Key::new(HMAC_SHA256, &octets), octets: Zeroizing::new(octets) }
    }

    /// A domain never ends in the beginning of another's message: each is closed by a zero octet.
    /// A key of this node for something else, which tells nothing of this secret. A domain is for one use alone.
    #[must_use]
    pub fn key_for(&self, domain: &str) -> [u8; 32] {
        *self.hash(domain, b"").octets()
    }

    pub(crate) fn hash(&self, domain: &str, message: &[u8]) -> KeyedHash {
        let mut context = Context::with_key(&self.key);
        context.update(domain.as_bytes());
        context.update(b"\0");
        context.update(message);
        let mut octets = [0; 32];
        for (to, from) in octets.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        KeyedHash(octets)
    }
}

impl KeyedHash {
    pub(crate) const fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    pub(crate) const fn octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// Where it is looked up. The rest is compared in constant time afterwards.
    pub(crate) fn place(&self) -> [u8; 16] {
        self.0.first_chunk::<16>().copied().unwrap_or_default()
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

/// Whether two octet strings are equal, in a time that tells only whether their lengths are.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    verify_slices_are_equal(one, other).is_ok()
}

impl fmt::Debug for NodeSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NodeSecret(..)")
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("KeyedHash(..)")
    }
}
