//! Ids of cyber-observable objects that follow from their content (STIX 2.1 sections 2.9 and 3.4).

use record::json::{Json, Map, canonical};
use uuid::{Uuid, uuid};

use super::spec::object_type;

/// The namespace that the standard gives to such ids.
const NAMESPACE: Uuid = uuid!("00abedb4-aa42-466c-9c01-fed23315a9b7");

/// Which hash stands for the content when there are several, the first that is there.
const PREFERRED: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];

/// The id that two producers give to the same observable, so that they need not compare; none if nothing is there that it could
/// follow from, or the type has no such ids.
#[must_use]
pub fn deterministic_id(object: &Map) -> Option<String> {
    let known = object_type(object.text("type")?)?;
    let mut named = Map::new();
    for name in known.identifying {
        if let Some(value) = object.get(name) {
            named.set(*name, if *name == "hashes" { one_hash(value)? } else { value.clone() });
        }
    }
    if named.is_empty() {
        return None;
    }
    let octets = canonical(&Json::Object(named)).ok()?;
    Some(format!("{}--{}", known.name, Uuid::new_v5(&NAMESPACE, &octets)))
}

fn one_hash(value: &Json) -> Option<Json> {
    let hashes = value.as_object()?;
    let name = PREFERRED.into_iter().find(|name| hashes.contains(name)).or_else(|| hashes.names().next())?;
    Some(Map::new().with(name, hashes.get(name)?.clone()).into())
}
