//! How something that a request names stands now, as entity tags: a change can be asked for on the condition that it has not changed
//! since it was read (`If-Match`).
//!
//! What counts are the versions of the object in our log, the labels on them, and the classifications of it, each as far as the account may
//! read it: nobody is told by a tag that something hidden has happened.

use access::{Right, Verdict};
use api::etag::EntityTag;
use api::{Place, Value, Values, Wrong};
use incident::labels::CLASSIFICATION_TYPE;
use record::digest::RecordDigest;
use storage::views::{cases, records};
use storage::{LocalStore, LogName};

use super::read::{Answer, Reading};
use super::sight::Sight;
use super::table::Row;
use crate::holdings::Held;
use crate::node;
use crate::outcome::Done;

/// The header field.
const IF_MATCH: &str = "If-Match";

/// Classifications of one object that count: a person makes a few.
const MAX_CLASSIFICATIONS: usize = 1_000;

/// What a tag covers first, so that it is not the tag of an answer's octets.
const DOMAIN: &[u8] = b"detente/api/state/v1\0";

/// The tag of a state, for one caller.
pub(super) fn tag_of(caller: &str, state: &[u8]) -> EntityTag {
    EntityTag::of(caller, &[DOMAIN, state].concat())
}

/// The state of the object of which a digest names a version, or which an id names.
pub(super) fn state_of(store: &LocalStore, sight: &Sight<'_>, name: &str) -> Done<Vec<u8>> {
    let id = object_of(sight, name)?.unwrap_or_else(|| name.to_owned());
    let mut state = Vec::new();
    let mut put = |kind: u8, text: &str| {
        state.push(kind);
        state.extend_from_slice(text.as_bytes());
        state.push(0);
    };
    let mut names = vec![id.clone()];
    for held in versions(store, sight, name, &id)? {
        let digest = held.record.digest();
        put(b'v', &digest.to_string());
        names.push(digest.to_string());
        for label in sight.holdings.labels_of(digest)? {
            put(b'l', &label.digest.to_string());
            sight.holdings.lowered(label.digest).for_each(|_| put(b'd', ""));
        }
    }
    for name in names {
        for held in classifications(store, sight, &name)? {
            put(b'c', &held.record.digest().to_string());
        }
    }
    Ok(state)
}

fn object_of(sight: &Sight<'_>, name: &str) -> Done<Option<String>> {
    let Ok(digest) = name.parse::<RecordDigest>() else { return Ok(None) };
    let held = sight.holdings.find(&digest)?;
    Ok(held.and_then(|held| held.record.content().object().text("id").map(str::to_owned)))
}

/// The versions of an object in our log that may be read; of a record without an id, itself.
fn versions(store: &LocalStore, sight: &Sight<'_>, name: &str, id: &str) -> Done<Vec<Held>> {
    let mut indices = records::of_object(store, &LogName::node(), id).map_err(node::fail)?;
    if let Ok(digest) = name.parse::<RecordDigest>() {
        indices.extend(sight.holdings.find(&digest)?.map(|held| held.index));
    }
    indices.sort_unstable();
    indices.dedup();
    readable(sight, &indices)
}

fn classifications(store: &LocalStore, sight: &Sight<'_>, name: &str) -> Done<Vec<Held>> {
    let asked = (name, CLASSIFICATION_TYPE);
    let share = cases::naming_in_turn(store, asked, sight.holdings.own, MAX_CLASSIFICATIONS).map_err(node::fail)?;
    let ours = share.places.iter().filter(|place| place.log == LogName::node());
    let mut indices: Vec<_> = ours.map(|place| place.index).collect();
    indices.sort_unstable();
    readable(sight, &indices)
}

fn readable(sight: &Sight<'_>, indices: &[u64]) -> Done<Vec<Held>> {
    let mut found = Vec::new();
    for held in sight.holdings.at(indices)? {
        if sight.judge(Right::Read, &held)? == Verdict::Allowed {
            found.push(held);
        }
    }
    Ok(found)
}

/// The name that a request gives to what it changes, or reads.
pub(super) fn named<'v>(row: &Row, values: &'v Values) -> Option<&'v str> {
    row.one.and_then(|member| values.text(member))
}

/// Refuses a condition where there is nothing that it could be about: it is not passed over, since whoever sends it relies on it.
pub(super) fn check_sent(row: &Row, if_match: Option<&str>) -> Answer<()> {
    if if_match.is_some() && row.one.is_none() {
        let why = "this operation changes no one named thing, so it takes no condition; send it without";
        return Err(Wrong::Other(why.to_owned()).about(Place::Header, IF_MATCH));
    }
    Ok(())
}

/// Whether a condition holds: it names the tag of how the thing stands, as commands tell it, or of the record as it is read by its digest.
///
/// # Errors
/// [`api::ProblemKind::Precondition`].
pub(super) fn check(reading: Reading<'_>, name: &str, state: &[u8], if_match: Option<&str>) -> Answer<()> {
    let caller = reading.caller.shown();
    let holds = EntityTag::check(Some(&tag_of(&caller, state)), if_match);
    if holds.is_ok() || name.parse::<RecordDigest>().is_err() {
        return holds;
    }
    let mut values = Values::new();
    values.add("digest", Value::Text(name.to_owned()));
    // Of a record that is not in our log nothing was read there.
    let Ok((record, state)) = reading.record(&values) else { return holds };
    EntityTag::check(Some(&tag_of_record(&caller, record.to_text().as_bytes(), &state)), if_match)
}

/// The tag of a record that is read by its digest: of its octets, and of how its object stands.
pub(super) fn tag_of_record(caller: &str, body: &[u8], state: &[u8]) -> EntityTag {
    EntityTag::of(caller, &[body, DOMAIN, state].concat())
}
