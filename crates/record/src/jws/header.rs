//! The protected header: canonical JSON of exactly `alg`, `kid` and `typ`.

use super::EnvelopeError;
use crate::base64url;
use crate::digest::KeyId;
use crate::excerpt::excerpt;
use crate::json::{self, Json};
use crate::limits::MAX_PROTECTED_HEADER_BYTES;
use crate::suite::{SUITES, Suite};

/// What an envelope holds, as its `typ` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaType {
    /// A record: `detente-record+sd-jwt`.
    Record,
    /// A key record: `detente-key+jws`.
    KeyRecord,
    /// A message of a negotiation: `detente-message+jws`.
    Message,
    /// A statement about a feed or a record: `detente-statement+jws`.
    Statement,
}

impl MediaType {
    /// The value of `typ`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "detente-record+sd-jwt",
            Self::KeyRecord => "detente-key+jws",
            Self::Message => "detente-message+jws",
            Self::Statement => "detente-statement+jws",
        }
    }
}

const ALG: &str = "{\"alg\":\"";
const KID: &str = "\",\"kid\":\"";
const TYP: &str = "\",\"typ\":\"";
const END: &str = "\"}";

/// A protected header in its only spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    suite: Suite,
    key_id: KeyId,
    media_type: MediaType,
    octets: Vec<u8>,
}

impl Header {
    /// The header of a signature by a key of a suite.
    #[must_use]
    pub fn new(suite: Suite, key_id: KeyId, media_type: MediaType) -> Self {
        // The three names stand in canonical order and none of the values needs an escape; a test compares with JCS.
        let mut text = String::with_capacity(128);
        for part in [ALG, suite.name(), KID] {
            text.push_str(part);
        }
        base64url::encode_onto(key_id.octets(), &mut text);
        for part in [TYP, media_type.name(), END] {
            text.push_str(part);
        }
        Self { suite, key_id, media_type, octets: text.into_bytes() }
    }

    /// Reads a header and insists on the one spelling: a second one would give the same signature two digests.
    pub(super) fn read(octets: &[u8], media_type: MediaType) -> Result<Self, EnvelopeError> {
        Self::read_as_written(octets, media_type).map_or_else(|| Self::read_any(octets, media_type), Ok)
    }

    /// The spelling that [`Self::new`] writes, taken apart without a parser.
    fn read_as_written(octets: &[u8], media_type: MediaType) -> Option<Self> {
        let text = std::str::from_utf8(octets).ok()?.strip_prefix(ALG)?;
        let suite = SUITES
            .into_iter()
            .find(|suite| text.strip_prefix(suite.name()).is_some_and(|rest| rest.starts_with(KID)))?;
        let key_id = text.strip_prefix(suite.name())?.strip_prefix(KID)?.get(..43)?;
        let header = Self::new(suite, key_id.parse().ok()?, media_type);
        (header.octets == octets).then_some(header)
    }

    /// Any other spelling: refused, with the reason.
    fn read_any(octets: &[u8], media_type: MediaType) -> Result<Self, EnvelopeError> {
        if octets.len() > MAX_PROTECTED_HEADER_BYTES {
            return Err(EnvelopeError::HeaderTooLong);
        }
        let Json::Object(members) = json::parse(octets)? else { return Err(EnvelopeError::NotOurHeader) };
        let text = |name| members.text(name).ok_or(EnvelopeError::NotOurHeader);
        let (suite, found) = (text("alg")?.parse::<Suite>()?, text("typ")?);
        if found != media_type.name() {
            return Err(EnvelopeError::WrongType { found: excerpt(found), expected: media_type.name() });
        }
        let key_id = text("kid")?.parse().map_err(|_| EnvelopeError::NotOurHeader)?;
        let header = Self::new(suite, key_id, media_type);
        if header.octets == octets { Ok(header) } else { Err(EnvelopeError::NotOurHeader) }
    }

    /// The suite that `alg` names: what the envelope claims, never what is required.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// The key that `kid` names.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// What the envelope holds.
    #[must_use]
    pub const fn media_type(&self) -> MediaType {
        self.media_type
    }

    /// The header's octets before base64url.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}
