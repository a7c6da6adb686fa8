//! Messages: canonical JSON that a party signs as it is, for what withholds nothing, such as a step of a negotiation.
//!
//! The payload is JCS of exactly `iss`, `key_record` and `message`. It is signed like an agreement: by every suite that the
//! party's key record requires for one. What a message means is for the crates above.

use crate::Author;
use crate::digest::{Commitment, KeyRecordDigest, MessageDigest, PartyId, RecordDigest};
use crate::json::{self, CanonicalError, Json, Map, ParseError};
use crate::jws::{Envelope, EnvelopeError, MediaType};
use crate::key_history::{KeyHistory, Moment};
use crate::key_record::{KeyError, Use};
use crate::limits::MAX_MESSAGE_BYTES;
use crate::signed::{Signed, sign_payload};
use crate::suite::CannotSign;

/// What a party said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    issuer: PartyId,
    key_record: KeyRecordDigest,
    digest: MessageDigest,
    content: Map,
}

impl Message {
    /// Signs a message with the keys that the author's key record requires for agreements.
    ///
    /// # Errors
    /// [`MessageError`]; nothing was signed then.
    pub fn sign(content: Map, author: &Author<'_>) -> Result<Signed<Self>, MessageError> {
        if author.keys.is_empty() {
            return Err(MessageError::NoKey);
        }
        let payload = Map::new()
            .with("iss", author.party.to_string())
            .with("key_record", author.key_record.to_string())
            .with("message", content);
        let payload = json::canonical(&Json::from(payload))?;
        let message = Self::parse(&payload)?;
        let (envelope, signature_set) = sign_payload(payload, MediaType::Message, author.keys)?;
        if envelope.to_json().len() > MAX_MESSAGE_BYTES {
            return Err(MessageError::TooLong);
        }
        Ok(Signed::new(message, envelope, signature_set))
    }

    /// Reads a payload and insists on its canonical form: two spellings would give one message two digests.
    fn parse(payload: &[u8]) -> Result<Self, MessageError> {
        let value = json::parse(payload)?;
        if json::canonical(&value)? != payload {
            return Err(MessageError::NotCanonical);
        }
        let Json::Object(mut claims) = value else { return Err(MessageError::Claims) };
        let Some(Json::Object(content)) = claims.remove("message") else { return Err(MessageError::Claims) };
        let issuer = claims.text("iss").and_then(|text| text.parse().ok()).ok_or(MessageError::Claims)?;
        let key_record = claims.text("key_record").and_then(|text| text.parse().ok()).ok_or(MessageError::Claims)?;
        let digest = MessageDigest::of(payload);
        if claims.len() == 2 { Ok(Self { issuer, key_record, digest, content }) } else { Err(MessageError::Claims) }
    }

    /// The party that signed.
    #[must_use]
    pub const fn issuer(&self) -> PartyId {
        self.issuer
    }

    /// The key record that it signed under.
    #[must_use]
    pub const fn key_record(&self) -> KeyRecordDigest {
        self.key_record
    }

    /// The message's name.
    #[must_use]
    pub const fn digest(&self) -> MessageDigest {
        self.digest
    }

    /// What it says.
    #[must_use]
    pub const fn content(&self) -> &Map {
        &self.content
    }
}

impl Signed<Message> {
    /// The message's name.
    #[must_use]
    pub const fn digest(&self) -> MessageDigest {
        self.content().digest
    }

    /// The leaf that commits to this message and its signatures under a fresh random salt.
    #[must_use]
    pub fn commitment(&self, salt: &[u8; 32]) -> Commitment {
        self.commit(salt, RecordDigest::from_octets(*self.digest().octets()))
    }
}

/// A message's text, taken apart and believed in nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedMessage {
    message: Message,
    envelope: Envelope,
}

impl UnverifiedMessage {
    /// Reads a message of at most [`MAX_MESSAGE_BYTES`] octets.
    ///
    /// # Errors
    /// [`MessageError`] at the first thing that is not as it must be.
    pub fn read(text: &[u8]) -> Result<Self, MessageError> {
        let envelope = Envelope::read(text, MediaType::Message, MAX_MESSAGE_BYTES)?;
        if !envelope.disclosures().is_empty() {
            return Err(MessageError::Claims);
        }
        Ok(Self { message: Message::parse(envelope.payload())?, envelope })
    }

    /// What the text claims; nothing is checked against any key.
    #[must_use]
    pub const fn claims(&self) -> &Message {
        &self.message
    }

    /// Checks the signatures that the author's key record requires for agreements.
    ///
    /// # Errors
    /// [`MessageError::Key`]: another party's history, a key that is retired or revoked at that moment, a missing or a bad
    /// signature.
    pub fn verify(self, history: &KeyHistory, moment: Moment) -> Result<Signed<Message>, MessageError> {
        let history = history.of_party(&self.message.issuer).map_err(KeyError::from)?;
        let set = history.check_signatures(&self.envelope, &self.message.key_record, Use::Agreement, moment)?;
        Ok(Signed::new(self.message, self.envelope, set))
    }
}

/// Why a text is not a signed message of its claimed author, or why none could be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// It is no envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Its payload is no JSON of the profile.
    #[error("the message's payload is not JSON: {0}")]
    Payload(#[from] ParseError),
    /// Its payload is not in canonical form.
    #[error("the message's payload is not canonical JSON (RFC 8785)")]
    NotCanonical,
    /// Its payload has not exactly the three claims, or disclosures stand beside it.
    #[error("a message's payload holds exactly `iss`, `key_record` and `message`")]
    Claims,
    /// It cannot be written canonically.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// Longer than anybody reads.
    #[error("the signed message would be longer than the {MAX_MESSAGE_BYTES} octets that are read")]
    TooLong,
    /// No keys were given.
    #[error("there is no key to sign with")]
    NoKey,
    /// A suite failed.
    #[error(transparent)]
    Suite(#[from] CannotSign),
    /// It is not signed as the author's key record requires, or by keys that do not count.
    #[error(transparent)]
    Key(#[from] KeyError),
}
