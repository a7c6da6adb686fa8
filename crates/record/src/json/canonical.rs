//! Canonical JSON (RFC 8785), for what two parties must derive to the same octets.

use serde::ser::{Error as _, Serialize, SerializeMap as _, Serializer};

use super::{Json, Map, Number};

/// The JCS octets of a value (RFC 8785).
///
/// # Errors
/// Never for a value that the profile admits; the library's error is passed on rather than hidden.
pub fn canonical(value: &Json) -> Result<Vec<u8>, CanonicalError> {
    if is_in_order(value) {
        return Ok(value.to_text().into_bytes());
    }
    serde_json_canonicalizer::to_vec(value).map_err(|error| CanonicalError(error.to_string()))
}

/// Whether the compact text of a value is its JCS form already: our writer has the escapes of RFC 8785 and no blanks, so that
/// nothing is left but the order of names (by UTF-16 units) and the spelling of numbers, of which integers have one. Whoever
/// reads what must be canonical meets little else, and the library takes each object apart to sort it.
fn is_in_order(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(_) | Json::String(_) => true,
        Json::Number(Number::Integer(value)) => value.unsigned_abs() <= MAX_EXACT,
        Json::Number(Number::Decimal(_)) => false,
        Json::Array(elements) => elements.iter().all(is_in_order),
        Json::Object(members) => {
            let names = || members.iter().map(|(name, _)| name);
            let is_sorted = names().zip(names().skip(1)).all(|(one, next)| one.encode_utf16().lt(next.encode_utf16()));
            is_sorted && members.iter().all(|(_, value)| is_in_order(value))
        }
    }
}

/// The largest integer that is exact as a JSON number (RFC 8785 section 3.2.2.3: IEEE 754 doubles).
const MAX_EXACT: u64 = (1 << 53) - 1;

/// The canonicaliser refused a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot be written canonically: {0}")]
pub struct CanonicalError(String);

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Bool(value) => to.serialize_bool(*value),
            Self::Number(Number::Integer(value)) => to.serialize_i64(*value),
            Self::Number(Number::Decimal(spelling)) => {
                to.serialize_f64(spelling.parse().map_err(|_| S::Error::custom("not a number"))?)
            }
            Self::String(text) => to.serialize_str(text),
            Self::Array(elements) => to.collect_seq(elements),
            Self::Object(members) => members.serialize(to),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
