//! A signal was found in something.

use std::fmt::Display;
use std::str::FromStr;

use record::digest::{PartyId, RecordDigest};
use record::json::{Json, Map};
use record::kind::Kind;
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use record::{Record, Signed};

use super::{check_type, head, ids, is_signal, shown_ids, time, whole};
use crate::signal::SignalError;

/// The STIX type of a sighting.
pub const SIGHTING_TYPE: &str = "sighting";

/// The greatest count (STIX 2.1 section 5.2).
const MAX_COUNT: u32 = 999_999_999;

/// What a sighting shows. It says neither in what the signal was found nor whose that was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sighting {
    /// The record.
    pub record: RecordDigest,
    /// Its id among the sightings of its author, the same in all its versions.
    pub id: StixId,
    /// When this version was made, by its author's word. The newest counts.
    pub modified: Timestamp,
    /// Who saw it.
    pub author: PartyId,
    /// The signal.
    pub signal: StixId,
    /// Whose signal it is.
    pub signal_author: PartyId,
    /// The record in which its author saw the signal.
    pub signal_record: RecordDigest,
    /// How often, if that is shown.
    pub count: Option<u32>,
    /// When first, if that is shown.
    pub first_seen: Option<Timestamp>,
    /// When last, if that is shown.
    pub last_seen: Option<Timestamp>,
}

impl Sighting {
    /// A sighting, ready to be signed. The signal stands in `object_refs` too, since agreements release that.
    ///
    /// # Errors
    /// [`SignalError`] if the id is no signal's, the count is not one that STIX has, or the last time is before the first or after the
    /// sighting was made.
    pub fn to_object(
        id: &StixId,
        created: Timestamp,
        (signal, signal_author, signal_record): (&StixId, PartyId, RecordDigest),
        (first_seen, last_seen, count): (Timestamp, Timestamp, u32),
    ) -> Result<StixObject, SignalError> {
        if !is_signal(signal) {
            return Err(SignalError::new(
                "sighting_of_ref",
                format!("{signal} is no signal; a signal's id begins with `indicator--`"),
            ));
        }
        if count == 0 || count > MAX_COUNT {
            return Err(SignalError::new("count", format!("should be 1 to {MAX_COUNT}")));
        }
        if last_seen < first_seen {
            return Err(SignalError::new("last_seen", "is before `first_seen`"));
        }
        if created < last_seen {
            return Err(SignalError::new("last_seen", "is in the future"));
        }
        let own = Map::new()
            .with("extension_type", "property-extension")
            .with("signal_author", signal_author.to_string())
            .with("signal_record", signal_record.to_string());
        let extension = Kind::of(SIGHTING_TYPE).and_then(|kind| kind.extension).unwrap_or_default();
        let object = head(SIGHTING_TYPE, id, created, "Sighting of a misuse signal")?
            .with("sighting_of_ref", signal.as_str())
            .with("object_refs", ids(std::slice::from_ref(signal)))
            .with("first_seen", first_seen.to_string())
            .with("last_seen", last_seen.to_string())
            .with("count", Json::count(count))
            .with("extensions", Map::new().with(extension, own));
        whole(object)
    }

    /// Reads what is shown of a signed record.
    ///
    /// # Errors
    /// [`SignalError`] if it is of another type, or does not show its id and version, one signal, and whose that is in which record.
    pub fn of_record(record: &Signed<Record>) -> Result<Self, SignalError> {
        check_type(record, SIGHTING_TYPE)?;
        let object = record.content().object();
        let wrong = || SignalError::new("sighting_of_ref", "should be the id of one signal");
        let of = object.text("sighting_of_ref").map(|id| id.parse::<StixId>().ok().filter(is_signal).ok_or_else(wrong));
        let listed = if object.contains("object_refs") { shown_ids(object)? } else { Vec::new() };
        let signal = match (of.transpose()?, listed.as_slice()) {
            (Some(signal), []) => signal,
            (Some(signal), [same]) if *same == signal => signal,
            (None, [signal]) => signal.clone(),
            (Some(_) | None, _) => return Err(wrong()),
        };
        let count = object.get("count").map(|count| {
            let number = count.as_integer().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
            number.ok_or_else(|| SignalError::new("count", "should be a whole number above 0"))
        });
        let own = record.content().extension();
        Ok(Self {
            record: record.digest(),
            id: needed(object.text("id"), "id")?,
            modified: time(object, "modified")?.ok_or_else(|| SignalError::new("modified", "is missing"))?,
            author: record.content().issuer(),
            signal,
            signal_author: needed(own.and_then(|own| own.text("signal_author")), "signal_author")?,
            signal_record: needed(own.and_then(|own| own.text("signal_record")), "signal_record")?,
            count: count.transpose()?,
            first_seen: time(object, "first_seen")?,
            last_seen: time(object, "last_seen")?,
        })
    }
}

fn needed<T: FromStr<Err: Display>>(text: Option<&str>, name: &'static str) -> Result<T, SignalError> {
    let text = text.ok_or_else(|| SignalError::new(name, "is missing, or is no text"))?;
    text.parse().map_err(|error: T::Err| SignalError::new(name, format!("cannot be read: {error}")))
}
