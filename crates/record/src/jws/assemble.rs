//! An envelope put together from its parts: what a short frame carries of a record, made into the text that was signed.

use super::{Envelope, EnvelopeSignature, Header, MediaType};
use crate::base64url;
use crate::digest::KeyId;
use crate::suite::Suite;

/// A signature as a short frame carries it: what the protected header says, and the raw octets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a protected header says exactly these, and the signature follows it")]
pub struct RawSignature {
    /// The suite that the header names.
    pub suite: Suite,
    /// The key that the header names.
    pub key_id: KeyId,
    /// The raw signature.
    pub octets: Vec<u8>,
}

impl Envelope {
    /// A record's envelope from its payload, its signatures, and its disclosures before base64url. Nothing is checked: read
    /// its text with [`crate::Unverified::read`].
    #[must_use]
    pub fn assemble(payload: &[u8], signatures: &[RawSignature], disclosures: &[&[u8]]) -> Self {
        let of = |one: &RawSignature| {
            EnvelopeSignature::new(Header::new(one.suite, one.key_id, MediaType::Record), one.octets.clone())
        };
        let signatures = signatures.iter().map(of).collect();
        let disclosures = disclosures.iter().map(|one| base64url::encode(one)).collect();
        Self::new(payload.to_vec(), base64url::encode(payload), signatures).with_disclosures(disclosures)
    }
}
