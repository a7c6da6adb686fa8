//! The secret of a webhook: shown once, and kept to sign with.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use record::entropy::{Entropy, NoEntropy};
use zeroize::Zeroizing;

/// What a secret's text begins with (Standard Webhooks, "Signature scheme").
pub const SECRET_PREFIX: &str = "whsec_";

/// Octets of a secret of ours; the standard asks for 24 to 64.
const OCTETS: usize = 32;

/// A secret that messages are signed with. Each webhook has its own.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

/// A text is no secret of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook's secret is `whsec_` and 24 to 64 octets in base64")]
#[non_exhaustive]
pub struct NotASecret;

impl WebhookSecret {
    /// A fresh one.
    ///
    /// # Errors
    /// [`NoEntropy`].
    pub fn generate(entropy: &mut impl Entropy) -> Result<Self, NoEntropy> {
        let mut octets = Zeroizing::new(vec![0; OCTETS]);
        entropy.fill(&mut octets)?;
        Ok(Self(octets))
    }

    /// The text: shown once to whoever made the webhook, and kept where its owner alone reads.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let letters = Zeroizing::new(STANDARD.encode(&*self.0));
        Zeroizing::new(format!("{SECRET_PREFIX}{}", *letters))
    }

    /// `v1,` and the HMAC-SHA-256 over `id.timestamp.body`.
    pub(super) fn signature(&self, signed: &[u8]) -> String {
        let tag = hmac::sign(&self.key(), signed);
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    }

    pub(super) fn is_signature(&self, text: &str, signed: &[u8]) -> bool {
        let tag = text.strip_prefix("v1,").and_then(|letters| STANDARD.decode(letters).ok());
        tag.is_some_and(|tag| hmac::verify(&self.key(), signed, &tag).is_ok())
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.0)
    }
}

impl FromStr for WebhookSecret {
    type Err = NotASecret;

    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let letters = text.strip_prefix(SECRET_PREFIX).ok_or(NotASecret)?;
        let octets = Zeroizing::new(STANDARD.decode(letters).map_err(|_| NotASecret)?);
        if (24..=64).contains(&octets.len()) { Ok(Self(octets)) } else { Err(NotASecret) }
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("WebhookSecret(..)")
    }
}
