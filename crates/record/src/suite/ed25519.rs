//! Ed25519, signed and strictly verified with ed25519-dalek.
//!
//! Of the 914 edge cases that C2SP collected, `verify_strict` accepts 43 and other rules several times as many. One rule for
//! all nodes: otherwise a crafted record would be good at one node and bad at another. Never batched: batch verification
//! accepts signatures that strict verification refuses.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::{BadKey, BadSignature, SEED_BYTES, Suite};

const BAD_KEY: BadKey = BadKey { suite: Suite::Ed25519 };

#[derive(Clone)]
pub(super) struct PublicKey(VerifyingKey);

impl PublicKey {
    pub(super) fn from_octets(octets: &[u8]) -> Result<Self, BadKey> {
        let octets: &[u8; 32] = octets.try_into().map_err(|_| BAD_KEY)?;
        if !is_canonical(octets) {
            return Err(BAD_KEY);
        }
        let key = VerifyingKey::from_bytes(octets).map_err(|_| BAD_KEY)?;
        // A key of small order verifies signatures that nobody made.
        if key.is_weak() { Err(BAD_KEY) } else { Ok(Self(key)) }
    }

    pub(super) fn octets(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let signature = Signature::from_slice(signature).map_err(|_| BadSignature)?;
        self.0.verify_strict(message, &signature).map_err(|_| BadSignature)
    }
}

/// True if the y coordinate is below p = 2^255 - 19. A few numbers above it decode to the same points as numbers below, and
/// one key under two spellings would have two key ids.
fn is_canonical(octets: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = octets;
    let is_above = *lowest >= 0xED && middle.iter().all(|octet| *octet == 0xFF) && highest & 0x7F == 0x7F;
    !is_above
}

pub(super) struct PrivateKey(SigningKey);

impl PrivateKey {
    pub(super) fn from_seed(seed: &[u8; SEED_BYTES]) -> Result<(Self, Vec<u8>), BadKey> {
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key().to_bytes().to_vec();
        Ok((Self(key), public))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).to_bytes().to_vec()
    }
}
