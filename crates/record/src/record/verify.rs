//! From a stranger's text to `Signed<Record>`.

use super::Record;
use super::check::{self, Claims, RecordError};
use crate::digest::{KeyRecordDigest, PartyId, RecordDigest};
use crate::json;
use crate::jws::{Envelope, EnvelopeError, MediaType};
use crate::key_history::{KeyHistory, Moment};
use crate::key_record::{KeyError, Use};
use crate::limits::MAX_RECORD_BYTES;
use crate::sd_jwt::resolve::resolve;
use crate::signed::Signed;

/// A record's text, taken apart and believed in nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    envelope: Envelope,
    issuer: PartyId,
    key_record: KeyRecordDigest,
    payload: json::Map,
}

/// Why a text is not a signed record of its claimed author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is no envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Its payload or its disclosures are no record's.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It is not signed as the author's key record requires, or by keys that do not count.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Unverified {
    /// Reads a record in any of its forms, of at most [`MAX_RECORD_BYTES`] octets.
    ///
    /// # Errors
    /// [`VerifyError::Envelope`] or [`VerifyError::Record`] at the first thing that is not as it must be.
    pub fn read(text: &[u8]) -> Result<Self, VerifyError> {
        let envelope = Envelope::read(text, MediaType::Record, MAX_RECORD_BYTES)?;
        let payload = json::parse(envelope.payload()).map_err(RecordError::from)?;
        let Claims { issuer, key_record, payload } = check::claims(payload)?;
        Ok(Self { envelope, issuer, key_record, payload })
    }

    /// The party that the record claims to be from: what to look the key history up by, and no more.
    #[must_use]
    pub const fn claimed_issuer(&self) -> PartyId {
        self.issuer
    }

    /// The key record that it claims to be signed under.
    #[must_use]
    pub const fn claimed_key_record(&self) -> KeyRecordDigest {
        self.key_record
    }

    /// The envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// What the text claims, its disclosures checked against its payload and nothing checked against any key.
    ///
    /// # Errors
    /// [`RecordError`] if the disclosures do not even fit the payload.
    pub fn claimed_content(&self) -> Result<Record, RecordError> {
        contents(self.issuer, self.key_record, self.payload.clone(), &self.envelope)
    }

    /// Checks the signatures that the author's key record requires, then every disclosure.
    ///
    /// `history` is the key history of [`Self::claimed_issuer`]; `moment` says at which time its keys must be good.
    ///
    /// # Errors
    /// [`VerifyError`], at the first check that fails.
    pub fn verify(self, history: &KeyHistory, moment: Moment) -> Result<Signed<Record>, VerifyError> {
        let history = history.of_party(&self.issuer).map_err(KeyError::from)?;
        let signature_set = history.check_signatures(&self.envelope, &self.key_record, Use::Record, moment)?;
        let record = contents(self.issuer, self.key_record, self.payload, &self.envelope)?;
        Ok(Signed::new(record, self.envelope, signature_set))
    }
}

/// Puts the envelope's disclosures into its payload and checks the whole.
pub(super) fn contents(
    issuer: PartyId,
    key_record: KeyRecordDigest,
    payload: json::Map,
    envelope: &Envelope,
) -> Result<Record, RecordError> {
    let resolved = resolve(payload, envelope.disclosures())?;
    let (object, aside) = check::contents(resolved.claims, &resolved.layout)?;
    let digest = RecordDigest::of(envelope.payload());
    Ok(Record { issuer, key_record, digest, object, aside, layout: resolved.layout })
}
