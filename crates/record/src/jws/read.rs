//! Taking an envelope apart.

use super::{Envelope, EnvelopeError, EnvelopeSignature, Header, MediaType};
use crate::base64url;
use crate::json::{self, Json, Map};
use crate::limits::{MAX_DISCLOSURES, MAX_SIGNATURES};

impl Envelope {
    /// Reads an envelope in any of its forms: flattened, general, compact.
    ///
    /// Octets after the value may only be white space, as padding adds. `limit` is in octets.
    ///
    /// # Errors
    /// [`EnvelopeError`], at the first part that is not as it must be. Nothing is verified yet.
    pub fn read(text: &[u8], media_type: MediaType, limit: usize) -> Result<Self, EnvelopeError> {
        // Length first: a gibibyte of white space is not looked through.
        let starts_json = || text.iter().find(|octet| !octet.is_ascii_whitespace()) == Some(&b'{');
        let envelope = if text.len() > limit || starts_json() {
            let Json::Object(parts) = json::parse_within(text, limit)? else { return Err(EnvelopeError::NotCompact) };
            read_json(parts, media_type)
        } else {
            read_compact(text, media_type)
        }?;
        let mut keys: Vec<_> = envelope.signatures.iter().map(EnvelopeSignature::key_id).collect();
        keys.sort_unstable();
        if keys.array_windows().any(|[one, next]| one == next) {
            return Err(EnvelopeError::RepeatedKey);
        }
        Ok(envelope)
    }
}

fn read_json(mut parts: Map, media_type: MediaType) -> Result<Envelope, EnvelopeError> {
    let payload_text = take_text(&mut parts, "payload")?;
    let payload = decode("payload", &payload_text)?;
    let (signatures, disclosures) = match parts.remove("signatures") {
        None => read_signature(parts, media_type).map(|(signature, disclosures)| (vec![signature], disclosures))?,
        Some(Json::Array(elements)) => {
            no_more(&parts)?;
            read_signatures(elements, media_type)?
        }
        Some(other) => return Err(wrong_form("signatures", &other, "an array")),
    };
    Ok(Envelope { payload_text, payload, signatures, disclosures: disclosures.unwrap_or_default() })
}

fn read_signatures(
    elements: Vec<Json>,
    media_type: MediaType,
) -> Result<(Vec<EnvelopeSignature>, Option<Vec<String>>), EnvelopeError> {
    if elements.is_empty() {
        return Err(EnvelopeError::NoSignature);
    }
    if elements.len() > MAX_SIGNATURES {
        return Err(EnvelopeError::TooManySignatures);
    }
    let mut signatures = Vec::new();
    let mut disclosures = None;
    for element in elements {
        let Json::Object(parts) = element else { return Err(wrong_form("signatures", &element, "an object")) };
        let (signature, beside) = read_signature(parts, media_type)?;
        match beside {
            Some(_) if !signatures.is_empty() => return Err(EnvelopeError::DisclosuresMisplaced),
            beside => disclosures = disclosures.or(beside),
        }
        signatures.push(signature);
    }
    Ok((signatures, disclosures))
}

fn read_signature(
    mut parts: Map,
    media_type: MediaType,
) -> Result<(EnvelopeSignature, Option<Vec<String>>), EnvelopeError> {
    let protected = decode("protected", &take_text(&mut parts, "protected")?)?;
    let signature = decode("signature", &take_text(&mut parts, "signature")?)?;
    let unprotected = parts.remove("header");
    no_more(&parts)?;
    let header = Header::read(&protected, media_type)?;
    if media_type == MediaType::KeyRecord && unprotected.is_some() {
        return Err(EnvelopeError::Unknown { name: "header".to_owned() });
    }
    let disclosures = unprotected.map(|unprotected| read_unprotected(unprotected, &header)).transpose()?.flatten();
    Ok((EnvelopeSignature { header, signature }, disclosures))
}

/// The disclosures of an unprotected header. Some libraries repeat `kid` there, which is harmless while it says the same.
fn read_unprotected(unprotected: Json, header: &Header) -> Result<Option<Vec<String>>, EnvelopeError> {
    let Json::Object(mut members) = unprotected else {
        return Err(wrong_form("header", &unprotected, "an object"));
    };
    let disclosures = members.remove("disclosures");
    if members.text("kid") == Some(&header.key_id().to_string()) {
        members.remove("kid");
    }
    no_more(&members)?;
    disclosures.map(read_disclosures).transpose()
}

fn read_disclosures(disclosures: Json) -> Result<Vec<String>, EnvelopeError> {
    let Json::Array(elements) = disclosures else {
        return Err(wrong_form("disclosures", &disclosures, "an array"));
    };
    if elements.len() > MAX_DISCLOSURES {
        return Err(EnvelopeError::TooManyDisclosures);
    }
    elements.into_iter().map(|element| into_text("disclosures", element).and_then(disclosure_text)).collect()
}

fn read_compact(text: &[u8], media_type: MediaType) -> Result<Envelope, EnvelopeError> {
    let text = std::str::from_utf8(text).map_err(|_| EnvelopeError::NotCompact)?.trim_ascii_end();
    let (jws, rest) = text.split_once('~').ok_or(EnvelopeError::NotCompact)?;
    let mut parts = jws.split('.');
    let (Some(protected), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(EnvelopeError::NotCompact);
    };
    let header = Header::read(&decode("protected", protected)?, media_type)?;
    let signature = EnvelopeSignature { header, signature: decode("signature", signature)? };
    let envelope = Envelope::new(decode("payload", payload)?, payload.to_owned(), vec![signature]);
    Ok(envelope.with_disclosures(read_compact_disclosures(rest)?))
}

/// What follows the first `~`: nothing, or disclosures that each end with one.
fn read_compact_disclosures(rest: &str) -> Result<Vec<String>, EnvelopeError> {
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let rest = rest.strip_suffix('~').ok_or(EnvelopeError::NotCompact)?;
    if rest.bytes().filter(|octet| *octet == b'~').count() >= MAX_DISCLOSURES {
        return Err(EnvelopeError::TooManyDisclosures);
    }
    rest.split('~').map(|text| disclosure_text(text.to_owned())).collect()
}

/// Only letters of base64url: an envelope is written again without escapes.
fn disclosure_text(text: String) -> Result<String, EnvelopeError> {
    // Without an early exit the loop runs on many octets at once.
    let fits = text
        .bytes()
        .fold(true, |fits, octet| fits & (octet.is_ascii_alphanumeric() | (octet == b'-') | (octet == b'_')));
    if fits { Ok(text) } else { Err(EnvelopeError::DisclosureNotBase64Url) }
}

fn decode(name: &'static str, text: &str) -> Result<Vec<u8>, EnvelopeError> {
    base64url::decode(text).map_err(|reason| EnvelopeError::Encoding { name, reason })
}

fn take_text(parts: &mut Map, name: &'static str) -> Result<String, EnvelopeError> {
    into_text(name, parts.remove(name).ok_or(EnvelopeError::Missing { name })?)
}

fn into_text(name: &'static str, value: Json) -> Result<String, EnvelopeError> {
    match value {
        Json::String(text) => Ok(text),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
            Err(wrong_form(name, &value, "a string"))
        }
    }
}

const fn wrong_form(name: &'static str, found: &Json, expected: &'static str) -> EnvelopeError {
    EnvelopeError::WrongForm { name, found: found.form(), expected }
}

fn no_more(parts: &Map) -> Result<(), EnvelopeError> {
    parts.names().next().map_or(Ok(()), |name| Err(EnvelopeError::Unknown { name: name.to_owned() }))
}
