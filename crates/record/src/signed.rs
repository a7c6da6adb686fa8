//! `Signed<T>`: content under exactly the signatures that its author's key record requires.
//!
//! This is not yet whether to believe it. Whether the key was still good when the record was logged needs the author's log;
//! that makes `Verified<T>`, which only `policy` builds.

use crate::digest::{Commitment, KeyId};
use crate::jws::{Envelope, Header, MediaType, signing_input};
use crate::limits::MAX_SIGNATURES;
use crate::suite::{CannotSign, PrivateKey, PublicKey, Suite};
use crate::{base64url, jws};

/// Content whose required signatures were checked, each strictly, with none missing and none beside them.
///
/// Nothing outside this crate can build one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<T> {
    content: T,
    envelope: Envelope,
    signature_set: Vec<u8>,
}

impl<T> Signed<T> {
    pub(crate) const fn new(content: T, envelope: Envelope, signature_set: Vec<u8>) -> Self {
        Self { content, envelope, signature_set }
    }

    /// What was signed.
    #[must_use]
    pub const fn content(&self) -> &T {
        &self.content
    }

    /// What was signed, without the envelope that it came in.
    #[must_use]
    pub fn into_content(self) -> T {
        self.content
    }

    /// The envelope it came in.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The signature set: what a commitment covers beside the record digest.
    ///
    /// For each required signature, ordered by key id: u16be length, protected header octets, u16be length, raw signature.
    #[must_use]
    pub fn signature_set(&self) -> &[u8] {
        &self.signature_set
    }

    /// The commitment to this content under a salt, given the digest of its kind.
    pub(crate) fn commit(&self, salt: &[u8; 32], digest: crate::digest::RecordDigest) -> Commitment {
        Commitment::of(salt, digest, &self.signature_set)
    }
}

/// Why the signatures of an envelope are not the required ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A required signature is absent. Taking one away must be a failure, never a weaker success.
    #[error("the required {suite} signature by key {key_id} is missing")]
    Missing {
        /// The suite that the author's key record requires.
        suite: Suite,
        /// The key that should have signed.
        key_id: KeyId,
    },
    /// A signature by a key that is not required here: another party's, a retired one, or one for another purpose.
    #[error("the signature by key {key_id} is not one that the author's key record requires here")]
    NotRequired {
        /// The key that the header names.
        key_id: KeyId,
    },
    /// The header names another suite than the key has.
    #[error("the header says {found} for key {key_id}, which is an {expected} key")]
    SuiteSwapped {
        /// The key that the header names.
        key_id: KeyId,
        /// What the header says.
        found: Suite,
        /// What the key record says.
        expected: Suite,
    },
    /// A signature does not verify.
    #[error("the {suite} signature by key {key_id} does not verify")]
    Bad {
        /// The key.
        key_id: KeyId,
        /// Its suite.
        suite: Suite,
    },
}

/// Checks that the envelope carries exactly one good signature by each required key and no other, and returns the
/// signature set.
pub(crate) fn check_signatures(envelope: &Envelope, required: &[&PublicKey]) -> Result<Vec<u8>, SignatureError> {
    let mut required = required.to_vec();
    required.sort_by_key(|key| key.id());
    required.dedup_by_key(|key| key.id());
    let stray = envelope.signatures().iter().find(|one| required.iter().all(|key| key.id() != one.key_id()));
    if let Some(stray) = stray {
        return Err(SignatureError::NotRequired { key_id: stray.key_id() });
    }
    let mut set = Vec::new();
    for key in required {
        let (key_id, suite) = (key.id(), key.suite());
        let found = envelope.signatures().iter().find(|one| one.key_id() == key_id);
        let signature = found.ok_or(SignatureError::Missing { suite, key_id })?;
        if signature.header().suite() != suite {
            let found = signature.header().suite();
            return Err(SignatureError::SuiteSwapped { key_id, found, expected: suite });
        }
        let input = envelope.signing_input(signature.header());
        key.verify(&input, signature.octets()).map_err(|_| SignatureError::Bad { key_id, suite })?;
        push_signature(&mut set, signature.header().octets(), signature.octets());
    }
    Ok(set)
}

/// Signs a payload with each key and returns the envelope and its signature set.
pub(crate) fn sign_payload(
    payload: Vec<u8>,
    media_type: MediaType,
    keys: &[&PrivateKey],
) -> Result<(Envelope, Vec<u8>), CannotSign> {
    let payload_text = base64url::encode(&payload);
    let mut keys = keys.to_vec();
    keys.sort_by_key(|key| key.public().id());
    keys.dedup_by_key(|key| key.public().id());
    let mut signatures = Vec::with_capacity(MAX_SIGNATURES);
    let mut set = Vec::new();
    for key in keys {
        let header = Header::new(key.public().suite(), key.public().id(), media_type);
        let signature = key.sign(&signing_input(&header, &payload_text))?;
        push_signature(&mut set, header.octets(), &signature);
        signatures.push(jws::EnvelopeSignature::new(header, signature));
    }
    Ok((Envelope::new(payload, payload_text, signatures), set))
}

fn push_signature(set: &mut Vec<u8>, header: &[u8], signature: &[u8]) {
    for part in [header, signature] {
        // Both are bounded far below 64 KiB by the suite and by the header's length limit.
        let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
        set.extend_from_slice(&length.to_be_bytes());
        set.extend_from_slice(part);
    }
}
