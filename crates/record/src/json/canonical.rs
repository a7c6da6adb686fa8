//! Canonical JSON (RFC 8785), for what two parties must derive to the same octets.

use serde::ser::{Error as _, Serialize, SerializeMap as _, Serializer};

use super::{Json, Map, Number};

/// The JCS octets of a value (RFC 8785).
///
/// # Errors
/// Never for a value that the profile admits; the library's error is passed on rather than hidden.
pub fn canonical(value: &Json) -> Result<Vec<u8>, CanonicalError> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| CanonicalError(error.to_string()))
}

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
