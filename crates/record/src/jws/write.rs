//! Writing an envelope.

use super::{Envelope, EnvelopeError, EnvelopeSignature, Form, MediaType};
use crate::base64url;
use crate::limits::BODY_STEP_BYTES;

impl Envelope {
    /// The text of this envelope.
    ///
    /// # Errors
    /// [`EnvelopeError::CompactNeedsOneSignature`] for the compact form of an envelope with several.
    pub fn to_text(&self, form: Form) -> Result<String, EnvelopeError> {
        match form {
            Form::Json => Ok(self.to_json()),
            Form::Compact => self.to_compact(),
        }
    }

    /// JWS JSON: flattened for one signature, general for more. Names stand in canonical order.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.text_capacity());
        match self.signatures.as_slice() {
            [only] => {
                out.push('{');
                self.push_disclosures(&mut out);
                self.push_payload(&mut out);
                out.push(',');
                push_signature(only, &mut out);
                out.push('}');
            }
            several => {
                out.push('{');
                self.push_payload(&mut out);
                out.push_str(",\"signatures\":[");
                self.push_signatures(several, &mut out);
                out.push_str("]}");
            }
        }
        out
    }

    /// JWS JSON, with spaces after it up to the next multiple of [`BODY_STEP_BYTES`]: the body in a feed.
    #[must_use]
    pub fn to_body(&self) -> String {
        let mut out = self.to_json();
        let padded = out.len().next_multiple_of(BODY_STEP_BYTES);
        out.extend(std::iter::repeat_n(' ', padded.saturating_sub(out.len())));
        out
    }

    fn to_compact(&self) -> Result<String, EnvelopeError> {
        let [only] = self.signatures.as_slice() else {
            return Err(EnvelopeError::CompactNeedsOneSignature { count: self.signatures.len() });
        };
        let mut out = String::with_capacity(self.text_capacity());
        base64url::encode_onto(only.header.octets(), &mut out);
        out.push('.');
        out.push_str(&self.payload_text);
        out.push('.');
        base64url::encode_onto(&only.signature, &mut out);
        out.push('~');
        for disclosure in &self.disclosures {
            out.push_str(disclosure);
            out.push('~');
        }
        Ok(out)
    }

    fn push_signatures(&self, signatures: &[EnvelopeSignature], out: &mut String) {
        for (place, signature) in signatures.iter().enumerate() {
            out.push_str(if place == 0 { "{" } else { ",{" });
            if place == 0 {
                self.push_disclosures(out);
            }
            push_signature(signature, out);
            out.push('}');
        }
    }

    /// The unprotected header, which stands beside the first signature only (RFC 9901 section 8).
    fn push_disclosures(&self, out: &mut String) {
        // Key records disclose nothing, and so have no unprotected header at all.
        if self.signatures.iter().any(|signature| signature.header.media_type() == MediaType::KeyRecord) {
            return;
        }
        out.push_str("\"header\":{\"disclosures\":[");
        for (place, disclosure) in self.disclosures.iter().enumerate() {
            out.push_str(if place == 0 { "\"" } else { ",\"" });
            out.push_str(disclosure);
            out.push('"');
        }
        out.push_str("]},");
    }

    fn push_payload(&self, out: &mut String) {
        out.push_str("\"payload\":\"");
        out.push_str(&self.payload_text);
        out.push('"');
    }

    fn text_capacity(&self) -> usize {
        let disclosures: usize = self.disclosures.iter().map(|text| text.len().saturating_add(3)).sum();
        let signatures: usize = self.signatures.iter().map(|one| one.signature.len().saturating_mul(2)).sum();
        disclosures.saturating_add(self.payload_text.len()).saturating_add(signatures).saturating_add(512)
    }
}

fn push_signature(signature: &EnvelopeSignature, out: &mut String) {
    out.push_str("\"protected\":\"");
    base64url::encode_onto(signature.header.octets(), out);
    out.push_str("\",\"signature\":\"");
    base64url::encode_onto(&signature.signature, out);
    out.push('"');
}
