//! JSON Web Signatures (RFC 7515) in the forms that RFC 9901 gives them: the envelope of records and key records.
//!
//! Nothing here is trusted yet. An [`Envelope`] is a text taken apart, its parts bounded and in their one spelling.

mod assemble;
mod error;
mod header;
mod read;
mod write;

pub use assemble::RawSignature;
pub use error::EnvelopeError;
pub use header::{Header, MediaType};

use crate::base64url;
use crate::digest::KeyId;

/// A payload, the signatures over it, and the disclosures beside it; none of them checked against another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Base64url of the payload: part of what is signed.
    payload_text: String,
    payload: Vec<u8>,
    signatures: Vec<EnvelopeSignature>,
    disclosures: Vec<String>,
}

/// One signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeSignature {
    header: Header,
    signature: Vec<u8>,
}

/// How an envelope is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// JWS JSON: flattened for one signature, general for more (RFC 9901 section 8). The form on the wire and in store.
    Json,
    /// `header.payload.signature~disclosure~...~` (RFC 9901 section 4), for one signature only.
    Compact,
}

impl Envelope {
    /// An envelope over a payload that was just signed.
    pub(crate) fn new(payload: Vec<u8>, payload_text: String, signatures: Vec<EnvelopeSignature>) -> Self {
        Self { payload_text, payload, signatures, disclosures: Vec::new() }
    }

    /// The same signatures with other disclosures beside them.
    #[must_use]
    pub(crate) fn with_disclosures(mut self, disclosures: Vec<String>) -> Self {
        self.disclosures = disclosures;
        self
    }

    /// The payload's octets, exactly as signed.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signatures, in the order in which they stood.
    #[must_use]
    pub fn signatures(&self) -> &[EnvelopeSignature] {
        &self.signatures
    }

    /// The disclosures in base64url, in the order in which they stood.
    #[must_use]
    pub fn disclosures(&self) -> &[String] {
        &self.disclosures
    }

    /// What a signature with this header covers (RFC 7515 section 5.1).
    #[must_use]
    pub fn signing_input(&self, header: &Header) -> Vec<u8> {
        signing_input(header, &self.payload_text)
    }
}

impl EnvelopeSignature {
    /// A signature that was just made.
    pub(crate) const fn new(header: Header, signature: Vec<u8>) -> Self {
        Self { header, signature }
    }

    /// The protected header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The key that the header names.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.header.key_id()
    }

    /// The raw signature.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.signature
    }
}

/// BASE64URL(protected header) `.` BASE64URL(payload).
pub(crate) fn signing_input(header: &Header, payload_text: &str) -> Vec<u8> {
    let mut input = String::with_capacity(payload_text.len().saturating_add(256));
    base64url::encode_onto(header.octets(), &mut input);
    input.push('.');
    input.push_str(payload_text);
    input.into_bytes()
}
