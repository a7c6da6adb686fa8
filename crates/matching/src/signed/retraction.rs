//! Signals are taken back.

use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
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
    /// The records that held them, as far as they are shown. What is taken back does not depend on them.
    pub records: Vec<RecordDigest>,
    /// Why.
    pub reason: Option<String>,
}

impl Retraction {
    /// A withdrawal, ready to be signed. `records` are those that held the signals, so that whoever has them finds what holds no more.
    ///
    /// # Errors
    /// [`SignalError`] without a reason or a signal, with too many of them or of records, or with an id that is no signal's.
    pub fn to_object(
        id: &StixId,
        created: Timestamp,
        signals: &[StixId],
        records: &[RecordDigest],
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
        if records.len() > MAX_RETRACTED {
            return Err(SignalError::new("records", format!("are {}: at most {MAX_RETRACTED}", records.len())));
        }
        let digests = records.iter().map(|record| Json::text(record.to_string())).collect();
        let own = Map::new().with("extension_type", "new-sdo").with("records", Json::Array(digests));
        let extension = Kind::of(RETRACTION_TYPE).and_then(|kind| kind.extension).unwrap_or_default();
        let object = head(RETRACTION_TYPE, id, created, reason)?
            .with("object_refs", ids(signals))
            .with("extensions", Map::new().with(extension, own));
        whole(object)
    }

    /// Reads what is shown of a signed record.
    ///
    /// # Errors
    /// [`SignalError`] if it is of another type, does not show what it takes back, or names records that are none.
    pub fn of_record(record: &Signed<Record>) -> Result<Self, SignalError> {
        check_type(record, RETRACTION_TYPE)?;
        let object = record.content().object();
        Ok(Self {
            record: record.digest(),
            author: record.content().issuer(),
            signals: shown_ids(object)?,
            records: record.content().extension().map_or_else(|| Ok(Vec::new()), records)?,
            reason: object.text("name").map(str::to_owned),
        })
    }
}

fn records(own: &Map) -> Result<Vec<RecordDigest>, SignalError> {
    let Some(shown) = own.get("records") else { return Ok(Vec::new()) };
    let wrong = || SignalError::new("records", format!("should be a list of at most {MAX_RETRACTED} digests"));
    let list = shown.as_array().filter(|list| list.len() <= MAX_RETRACTED).ok_or_else(wrong)?;
    let read = |digest: &Json| digest.as_str().and_then(|digest| digest.parse().ok()).ok_or_else(wrong);
    list.iter().map(read).collect()
}
