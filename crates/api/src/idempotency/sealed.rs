//! The node's secret of keys, and answers that whoever has the key alone can have again.
//!
//! An answer may tell what is erased later. So it is kept sealed under a key that follows from the idempotency key, which is not kept:
//! without the request nobody opens it, the node included.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;

use super::{Kept, bare, digest};

/// What keys of answers follow from.
const SEALING: &[u8] = b"detente/api/kept-answer/v1\0";

/// Of one node, kept as long as the node: under another one every key is a new one.
#[derive(Clone)]
pub struct Secret(hmac::Key);

impl Secret {
    /// A secret from 32 octets that nobody can predict.
    #[must_use]
    pub fn from_octets(octets: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, octets))
    }

    pub(super) const fn key(&self) -> &hmac::Key {
        &self.0
    }

    /// An answer as it is kept; none if this machine's cryptography refuses, which it does for no answer.
    #[must_use]
    pub fn seal(&self, (field, request): (&str, &[u8; 32]), mut answer: Kept) -> Option<Kept> {
        let sealing = self.sealing(field, request)?;
        sealing.seal_in_place_append_tag(once(), Aad::from(request), &mut answer.body).ok()?;
        Some(answer)
    }

    /// The answer that was kept; none if it was kept under another key, or changed.
    #[must_use]
    pub fn open(&self, (field, request): (&str, &[u8; 32]), mut kept: Kept) -> Option<Kept> {
        let sealing = self.sealing(field, request)?;
        let length = sealing.open_in_place(once(), Aad::from(request), &mut kept.body).ok()?.len();
        kept.body.truncate(length);
        Some(kept)
    }

    /// One key for each request and idempotency key.
    fn sealing(&self, field: &str, request: &[u8; 32]) -> Option<LessSafeKey> {
        let key = digest(self, SEALING, &[request, bare(field).as_bytes()].concat());
        UnboundKey::new(&AES_256_GCM_SIV, &key).ok().map(LessSafeKey::new)
    }
}

/// Each key seals one answer; if it seals another after a day, this mode tells at most whether they are the same (RFC 8452).
fn once() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}
