//! Deciding again from a private receipt.

use std::fmt;
use std::str::FromStr;

use record::base64url;
use record::digest::AgreementDigest;
use record::json::{self, Json, Map};
use record::time::Timestamp;

use super::{PrivateReceipt, SALT_BYTES, write};
use crate::cedar::{ENGINE, schema_digest};
use crate::decision::{Approval, Ask, Binding, Engine, Exposure, Field, Subject, marks_of, role};

/// A receipt does not replay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// Salt and text are not those of the digest.
    #[error("this is not the private receipt that the digest names")]
    OtherReceipt,
    /// It is no receipt.
    #[error("the receipt cannot be read: `{field}` is missing or wrong")]
    Form {
        /// The field.
        field: &'static str,
    },
    /// It was decided by another engine, other floors or other agreements than those given.
    #[error("the receipt was written under another `{what}`: replay it with that one")]
    Inputs {
        /// What differs.
        what: &'static str,
    },
    /// Deciding again comes to something else: the receipt does not say what was decided, or was made up.
    #[error("deciding again gives another result, first at octet {at} of the receipt's text")]
    Differs {
        /// The first octet that differs.
        at: usize,
    },
}

/// A private receipt of a decision, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
    /// What was decided about.
    pub subject: Subject,
    /// What was asked.
    pub ask: Ask,
    /// Where counters stood.
    pub exposure: Exposure,
    /// What an approval of what was decided binds to; none if nothing could go.
    pub binding: Option<Binding>,
    /// The digest of the floors of that day.
    pub floors: [u8; 32],
    /// The agreements that could bear on it: since when each had been signed by all, and whether it was suspended.
    pub agreements: Vec<(AgreementDigest, Timestamp, bool)>,
    /// The agreements with a recipient that the build of that day could not read.
    pub unread: Vec<AgreementDigest>,
}

/// Opens the private receipt of a decision, without deciding again.
///
/// # Errors
/// [`ReplayError::OtherReceipt`], or [`ReplayError::Form`] for the receipt of an act that is no decision.
pub fn open(digest: &[u8; 32], body: &[u8]) -> Result<Opened, ReplayError> {
    read(digest, body).map(|(opened, _, _)| opened)
}

fn read<'b>(digest: &[u8; 32], body: &'b [u8]) -> Result<(Opened, Map, &'b [u8]), ReplayError> {
    let (salt, text) = body.split_first_chunk::<SALT_BYTES>().ok_or(ReplayError::OtherReceipt)?;
    if PrivateReceipt::from_text(salt, text).digest() != digest {
        return Err(ReplayError::OtherReceipt);
    }
    let Ok(Json::Object(receipt)) = json::parse(text) else { return Err(ReplayError::Form { field: "receipt" }) };
    let ask = ask(object(&receipt, "ask")?)?;
    let subject = subject(object(&receipt, "subject")?)?;
    let exposure = exposure(object(&receipt, "exposure")?)?;
    let floors = receipt.text("floors").and_then(|text| base64url::decode_exactly(text).ok());
    let floors = floors.ok_or(ReplayError::Form { field: "floors" })?;
    let agreements = array(&receipt, "agreements")?.iter().map(agreement).collect::<Result<_, _>>()?;
    let unread =
        receipt.get("unread").map_or(Ok(Vec::new()), |_| array(&receipt, "unread")?.iter().map(digest_of).collect())?;
    let outcome = object(&receipt, "outcome")?;
    let permit = ["permitted", "would_be"].into_iter().find_map(|name| outcome.get(name).and_then(Json::as_object));
    let binding = permit.map(|permit| parsed(permit, "binding")).transpose()?;
    Ok((Opened { subject, ask, exposure, binding, floors, agreements, unread }, receipt, text))
}

/// Decides again on the facts of a receipt, and compares every octet.
///
/// `engine` must hold the floors and agreements of that day; the receipt names them.
///
/// # Errors
/// [`ReplayError`].
pub fn replay(digest: &[u8; 32], body: &[u8], engine: &Engine) -> Result<(), ReplayError> {
    let (Opened { subject, ask, exposure, .. }, receipt, text) = read(digest, body)?;
    check_inputs(&receipt, engine, &ask)?;
    let again = write::text(engine, &subject, &ask, &exposure, &engine.decide(&subject, &ask, &exposure));
    if again == text {
        return Ok(());
    }
    let at = again.iter().zip(text).position(|(one, other)| one != other);
    Err(ReplayError::Differs { at: at.unwrap_or_else(|| again.len().min(text.len())) })
}

fn check_inputs(receipt: &Map, engine: &Engine, ask: &Ask) -> Result<(), ReplayError> {
    let inputs = [
        ("engine", Json::text(ENGINE)),
        ("schema", Json::text(base64url::encode(&schema_digest()))),
        ("floors", Json::text(base64url::encode(&engine.floors().digest()))),
        ("sender", Json::text(engine.own().to_string())),
        ("agreements", write::agreements(engine, ask)),
    ];
    let unread = engine.unread(ask);
    let unread = (!unread.is_empty()).then(|| write::digests(&unread));
    match inputs.iter().find(|(name, value)| receipt.get(name) != Some(value)) {
        Some((what, _)) => Err(ReplayError::Inputs { what }),
        None if receipt.get("unread") != unread.as_ref() => Err(ReplayError::Inputs { what: "unread" }),
        None => Ok(()),
    }
}

fn object<'m>(map: &'m Map, field: &'static str) -> Result<&'m Map, ReplayError> {
    map.get(field).and_then(Json::as_object).ok_or(ReplayError::Form { field })
}

fn array<'m>(map: &'m Map, field: &'static str) -> Result<&'m [Json], ReplayError> {
    map.get(field).and_then(Json::as_array).ok_or(ReplayError::Form { field })
}

fn parsed<T: FromStr<Err: fmt::Debug>>(map: &Map, field: &'static str) -> Result<T, ReplayError> {
    map.text(field).and_then(|text| text.parse().ok()).ok_or(ReplayError::Form { field })
}

fn subject(map: &Map) -> Result<Subject, ReplayError> {
    let fields: Result<Vec<_>, _> = array(map, "fields")?.iter().map(field).collect();
    let Some(Json::Bool(is_second_hand)) = map.get("second_hand") else {
        return Err(ReplayError::Form { field: "second_hand" });
    };
    Ok(Subject::of_fields(
        parsed(map, "record")?,
        parsed(map, "kind")?,
        parsed(map, "author")?,
        *is_second_hand,
        fields?,
    ))
}

fn field(value: &Json) -> Result<Field, ReplayError> {
    let wrong = ReplayError::Form { field: "fields" };
    let map = value.as_object().ok_or(wrong.clone())?;
    let path = parsed(map, "path")?;
    let marks = map.get("marks").map(|marks| marks.as_object().and_then(|marks| marks_of(marks).ok()).ok_or(wrong));
    Ok(Field::new(role(&path), path, marks.transpose()?))
}

fn ask(map: &Map) -> Result<Ask, ReplayError> {
    let hide = array(map, "hide")?.iter().map(|path| path.as_str().and_then(|path| path.parse().ok()));
    let hide: Option<Vec<_>> = hide.collect();
    let approvals: Result<Vec<_>, _> = array(map, "approvals")?.iter().map(approval).collect();
    let proposer = map.text("proposer").ok_or(ReplayError::Form { field: "proposer" })?;
    let ask = Ask::new(parsed(map, "agreement")?, parsed(map, "purpose")?, proposer, parsed(map, "time")?)
        .hiding(hide.ok_or(ReplayError::Form { field: "hide" })?)
        .approved(approvals?);
    Ok(if map.contains("clause") { ask.under(parsed(map, "clause")?) } else { ask })
}

fn agreement(value: &Json) -> Result<(AgreementDigest, Timestamp, bool), ReplayError> {
    let map = value.as_object().ok_or(ReplayError::Form { field: "agreements" })?;
    let Some(Json::Bool(is_suspended)) = map.get("suspended") else {
        return Err(ReplayError::Form { field: "suspended" });
    };
    Ok((parsed(map, "agreement")?, parsed(map, "since")?, *is_suspended))
}

fn digest_of(value: &Json) -> Result<AgreementDigest, ReplayError> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or(ReplayError::Form { field: "unread" })
}

fn approval(value: &Json) -> Result<Approval, ReplayError> {
    let map = value.as_object().ok_or(ReplayError::Form { field: "approvals" })?;
    let by = map.text("by").ok_or(ReplayError::Form { field: "by" })?;
    Ok(Approval::new(by, parsed(map, "time")?, parsed(map, "binding")?))
}

fn exposure(map: &Map) -> Result<Exposure, ReplayError> {
    let stands = |value: &Json| value.as_integer().or_else(|| value.as_str()?.parse().ok());
    let counters = map.iter().map(|(name, value)| Some((name.to_owned(), stands(value)?)));
    counters.collect::<Option<_>>().ok_or(ReplayError::Form { field: "exposure" })
}
