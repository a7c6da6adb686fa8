//! Messages and statements: canonical JSON that a party signs as it is, for what withholds nothing.
//!
//! The payload is JCS of exactly `iss`, `key_record` and one more claim, whose name says which of the two it is:
//!
//! * a [`Message`] (`message`), such as a step of a negotiation, is signed like an agreement: by every suite that the
//!   party's key record requires for one;
//! * a [`Statement`] (`statement`), such as "this feed has so many entries", is signed like a record: by one short signature,
//!   since it goes over slow lines every hour.
//!
//! Media type, claim and digest differ, so neither can be taken for the other. What they mean is for the crates above.

use std::marker::PhantomData;

use crate::Author;
use crate::digest::{Commitment, KeyRecordDigest, MessageDigest, PartyId, RecordDigest, StatementDigest};
use crate::json::{self, CanonicalError, Json, Map, ParseError};
use crate::jws::{Envelope, EnvelopeError, MediaType};
use crate::key_history::{KeyHistory, Moment};
use crate::key_record::{KeyError, Use};
use crate::limits::{MAX_MESSAGE_BYTES, MAX_STATEMENT_BYTES};
use crate::signed::{Signed, sign_payload};
use crate::suite::CannotSign;

/// What makes a message a message, and a statement a statement. There is no third.
pub trait Form: sealed::Sealed + std::fmt::Debug + Clone + PartialEq + Eq {
    /// The digest that names one.
    type Digest: Copy + std::fmt::Debug + PartialEq + Eq;
    /// What the signed header says.
    const MEDIA_TYPE: MediaType;
    /// Whose keys sign it.
    const USE: Use;
    /// The claim beside `iss` and `key_record`.
    const CLAIM: &'static str;
    /// Octets beyond which none is read.
    const MAX_BYTES: usize;

    /// The digest of a payload.
    fn digest(payload: &[u8]) -> Self::Digest;

    /// Its octets, as a commitment covers them.
    fn octets(digest: &Self::Digest) -> &[u8; 32];
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody outside may add a form")]
    pub trait Sealed {}
    impl Sealed for super::OfMessage {}
    impl Sealed for super::OfStatement {}
}

/// The form of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OfMessage;

impl Form for OfMessage {
    type Digest = MessageDigest;
    const MEDIA_TYPE: MediaType = MediaType::Message;
    const USE: Use = Use::Agreement;
    const CLAIM: &'static str = "message";
    const MAX_BYTES: usize = MAX_MESSAGE_BYTES;

    fn digest(payload: &[u8]) -> MessageDigest {
        MessageDigest::of(payload)
    }

    fn octets(digest: &MessageDigest) -> &[u8; 32] {
        digest.octets()
    }
}

/// The form of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OfStatement;

impl Form for OfStatement {
    type Digest = StatementDigest;
    const MEDIA_TYPE: MediaType = MediaType::Statement;
    const USE: Use = Use::Record;
    const CLAIM: &'static str = "statement";
    const MAX_BYTES: usize = MAX_STATEMENT_BYTES;

    fn digest(payload: &[u8]) -> StatementDigest {
        StatementDigest::of(payload)
    }

    fn octets(digest: &StatementDigest) -> &[u8; 32] {
        digest.octets()
    }
}

/// A step of a negotiation.
pub type Message = Plain<OfMessage>;

/// One sentence about a feed or a record.
pub type Statement = Plain<OfStatement>;

/// A message's text, taken apart and believed in nothing.
pub type UnverifiedMessage = UnverifiedPlain<OfMessage>;

/// A statement's text, taken apart and believed in nothing.
pub type UnverifiedStatement = UnverifiedPlain<OfStatement>;

/// What a party said, in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain<F: Form> {
    issuer: PartyId,
    key_record: KeyRecordDigest,
    digest: F::Digest,
    content: Map,
    form: PhantomData<F>,
}

impl<F: Form> Plain<F> {
    /// Signs it with the keys that the author's key record requires for its form.
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
            .with(F::CLAIM, content);
        let payload = json::canonical(&Json::from(payload))?;
        let message = Self::parse(&payload)?;
        let (envelope, signature_set) = sign_payload(payload, F::MEDIA_TYPE, author.keys)?;
        if envelope.to_json().len() > F::MAX_BYTES {
            return Err(MessageError::TooLong { limit: F::MAX_BYTES });
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
        let Some(Json::Object(content)) = claims.remove(F::CLAIM) else { return Err(MessageError::Claims) };
        let issuer = claims.text("iss").and_then(|text| text.parse().ok()).ok_or(MessageError::Claims)?;
        let key_record = claims.text("key_record").and_then(|text| text.parse().ok()).ok_or(MessageError::Claims)?;
        let (digest, form) = (F::digest(payload), PhantomData);
        if claims.len() == 2 {
            Ok(Self { issuer, key_record, digest, content, form })
        } else {
            Err(MessageError::Claims)
        }
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

    /// Its name.
    #[must_use]
    pub const fn digest(&self) -> F::Digest {
        self.digest
    }

    /// What it says.
    #[must_use]
    pub const fn content(&self) -> &Map {
        &self.content
    }
}

impl<F: Form> Signed<Plain<F>> {
    /// Its name.
    #[must_use]
    pub const fn digest(&self) -> F::Digest {
        self.content().digest
    }

    /// The leaf that commits to it and its signatures under a fresh random salt.
    #[must_use]
    pub fn commitment(&self, salt: &[u8; 32]) -> Commitment {
        self.commit(salt, RecordDigest::from_octets(*F::octets(&self.content().digest)))
    }
}

/// A text, taken apart and believed in nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedPlain<F: Form> {
    content: Plain<F>,
    envelope: Envelope,
}

impl<F: Form> UnverifiedPlain<F> {
    /// Reads a text of at most [`Form::MAX_BYTES`] octets.
    ///
    /// # Errors
    /// [`MessageError`] at the first thing that is not as it must be.
    pub fn read(text: &[u8]) -> Result<Self, MessageError> {
        let envelope = Envelope::read(text, F::MEDIA_TYPE, F::MAX_BYTES)?;
        if !envelope.disclosures().is_empty() {
            return Err(MessageError::Claims);
        }
        Ok(Self { content: Plain::parse(envelope.payload())?, envelope })
    }

    /// What the text claims; nothing is checked against any key.
    #[must_use]
    pub const fn claims(&self) -> &Plain<F> {
        &self.content
    }

    /// Checks the signatures that the author's key record requires for this form.
    ///
    /// # Errors
    /// [`MessageError::Key`]: another party's history, a key that is retired or revoked at that moment, a missing or a bad
    /// signature.
    pub fn verify(self, history: &KeyHistory, moment: Moment) -> Result<Signed<Plain<F>>, MessageError> {
        let history = history.of_party(&self.content.issuer).map_err(KeyError::from)?;
        let set = history.check_signatures(&self.envelope, &self.content.key_record, F::USE, moment)?;
        Ok(Signed::new(self.content, self.envelope, set))
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
    #[error("the payload is not JSON: {0}")]
    Payload(#[from] ParseError),
    /// Its payload is not in canonical form.
    #[error("the payload is not canonical JSON (RFC 8785)")]
    NotCanonical,
    /// Its payload has not exactly the three claims, or disclosures stand beside it.
    #[error("the payload does not hold exactly `iss`, `key_record` and what is said")]
    Claims,
    /// It cannot be written canonically.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// Longer than anybody reads.
    #[error("what is signed would be longer than the {limit} octets that are read")]
    TooLong {
        /// The limit of its form.
        limit: usize,
    },
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
