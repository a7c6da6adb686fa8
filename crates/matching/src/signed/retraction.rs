//! Signals are taken back.

use record::digest::{PartyId, RecordDigest};
use record::json::Map;
use record::kind::Kind;
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::{Record, Signed};

use super::{check_type, head, ids, is_signal, shown_ids, whole};
use crate::signal::SignalError;

/// The STIX type of a withdrawal.
pub const RETRACTION_TYPE: &str = "detente-retraction";

/// Signals that one record takes back: as many as stand in one.
pub const MAX_RETRACTED: usize = 256;

/// What a withdrawal shows. It takes back signals of whoever signed it, and of nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retraction {
    /// The record.
    pub record: RecordDigest,
    /// Who signed it.
    pub author: PartyId,
    /// The signals that are shown to be taken back.
    pub signals: Vec<StixId>,
    /// Why.
    pub reason: Option<String>,
}

impl Retraction {
    /// A withdrawal, ready to be signed.
    ///
    /// # Errors
    /// [`SignalError`] without a reason or a signal, with too many, or with an id that is no signal's.
    pub fn to_object(
        id: &StixId,
        created: Timestamp,
        signals: &[StixId],
        reason: &str,
    ) -> Result<StixObject, SignalError> {
        if signals.is_empty() || signals.len() > MAX_RETRACTED {
            let why = format!("are {}: a withdrawal names 1 to {MAX_RETRACTED} signals", signals.len());
            return Err(SignalError::new("object_refs", why));
        }
        if let Some(other) = signals.iter().find(|id| !is_signal(id)) {
            return Err(SignalError::new(
                "object_refs",
                format!("{other} is no signal; a signal's id begins with `indicator--`"),
            ));
        }
        let own = Map::new().with("extension_type", "new-sdo");
        let extension = Kind::of(RETRACTION_TYPE).and_then(|kind| kind.extension).unwrap_or_default();
        let object = head(RETRACTION_TYPE, id, created, reason)?
            .with("object_refs", ids(signals))
            .with("extensions", Map::new().with(extension, own));
        whole(object)
    }

    /// Reads what is shown of a signed record.
    ///
    /// # Errors
    /// [`SignalError`] if it is of another type, or does not show what it takes back.
    pub fn of_record(record: &Signed<Record>) -> Result<Self, SignalError> {
        check_type(record, RETRACTION_TYPE)?;
        let object = record.content().object();
        Ok(Self {
            record: record.digest(),
            author: record.content().issuer(),
            signals: shown_ids(object)?,
            reason: object.text("name").map(str::to_owned),
        })
    }
}
