//! The object in which something is kept: its head, and its own members in the extension of its type.

use incident::INCIDENT_TYPE;
use record::digest::RecordDigest;
use record::json::Map;
use record::stix::{StixError, StixId, StixObject};
use record::time::Timestamp;

use crate::fault::{Fault, Faults};
use crate::lines::Lines;
use crate::reader::{At, Members};

/// The member that every extension of a new type has.
const EXTENSION_TYPE: &str = "extension_type";

/// A type of objects that are kept.
pub(super) struct Form {
    pub(super) object_type: &'static str,
    pub(super) extension: &'static str,
    /// The members of its extension. Any other is refused: a member that this build does not know may change what the rest means.
    pub(super) members: &'static [&'static str],
}

impl Form {
    /// The object with these members, ready to be signed.
    ///
    /// # Errors
    /// [`StixError`] if the id is of another type.
    pub(super) fn object(&self, id: &StixId, created: Timestamp, own: Map) -> Result<StixObject, StixError> {
        let head = Map::new().with(EXTENSION_TYPE, "new-sdo");
        let own = own.into_iter().fold(head, |own, (name, value)| own.with(name, value));
        let object = Map::new()
            .with("type", self.object_type)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", created.to_string())
            .with("modified", created.to_string())
            .with("extensions", Map::new().with(self.extension, own));
        StixObject::from_map(object)
    }

    /// Reads the members of an object.
    ///
    /// # Errors
    /// Every [`Fault`].
    pub(super) fn read<T>(&self, object: &Map, read: impl FnOnce(&Members<'_>) -> Option<T>) -> Result<T, Vec<Fault>> {
        if object.text("type") != Some(self.object_type) {
            return Err(vec![Fault::whole(format!("is no {}", self.object_type))]);
        }
        let own = object.get("extensions").and_then(|all| all.as_object()?.get(self.extension));
        let own = own.ok_or_else(|| vec![Fault::whole("does not show the extension of its type")])?;
        let faults = Faults::new(Lines::default());
        let known: Vec<&str> = self.members.iter().copied().chain([EXTENSION_TYPE]).collect();
        let found = At::root(own, &faults).object(&known).and_then(|members| read(&members));
        let (_, faults) = faults.finish();
        match found {
            Some(found) if faults.is_empty() => Ok(found),
            Some(_) | None if faults.is_empty() => Err(vec![Fault::whole("cannot be read")]),
            Some(_) | None => Err(faults),
        }
    }
}

/// The member `incident`: the id of one.
pub(super) fn incident_of(members: &Members<'_>) -> Option<String> {
    let at = members.need("incident")?;
    let id: StixId = at.parse()?;
    if id.object_type() == INCIDENT_TYPE {
        Some(id.as_str().to_owned())
    } else {
        at.fault("should be the id of an incident")
    }
}

/// Hexadecimal digits of a digest.
const DIGEST_DIGITS: usize = 64;

/// A digest of a file or of a page.
pub(super) fn hex_digest(at: &At<'_>) -> Option<String> {
    let text = at.str()?;
    let is_digit = |octet: u8| octet.is_ascii_digit() || (b'a'..=b'f').contains(&octet);
    if text.len() == DIGEST_DIGITS && text.bytes().all(is_digit) {
        return Some(text.to_owned());
    }
    at.fault(format!("should be {DIGEST_DIGITS} hexadecimal digits"))
}

/// A digest of a record.
pub(super) fn digest_at(at: &At<'_>) -> Option<RecordDigest> {
    at.parse()
}

/// Octets of the name of whoever says so: a name of an account has 256 at most.
pub const MAX_BY_BYTES: usize = 256;

/// Who says so, if anybody is named; none if that cannot be read.
#[expect(clippy::option_option, reason = "the outer one is a fault, the inner one says that nobody is named")]
pub(super) fn by(members: &Members<'_>) -> Option<Option<String>> {
    let Some(at) = members.may("by") else { return Some(None) };
    let text = at.text()?;
    if text.len() > MAX_BY_BYTES {
        return at.fault(format!("names who says so with more than {MAX_BY_BYTES} octets"));
    }
    Some(Some(text.to_owned()))
}

/// The members with who says so, if anybody is named.
pub(super) fn named(own: Map, by: Option<&str>) -> Map {
    by.into_iter().fold(own, |own, by| own.with("by", by))
}
