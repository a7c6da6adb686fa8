//! The only member in clear: for which key the bundle is sealed, and how.

use record::base64url;
use record::digest::KeyId;
use record::json::{self, Json, Map};
use record::key_record::{BundleSuite, SuiteName};

use crate::FORMAT;
use crate::error::ReadError;
use crate::limits::MAX_MANIFEST_BYTES;

/// The name of the archive's first member.
pub(crate) const MEMBER: &str = "detente-bundle";

/// For which key a bundle is sealed: all that a courier can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addressed {
    /// The recipient's bundle key, as its key record lists it.
    pub key: KeyId,
    /// Its suite.
    pub suite: BundleSuite,
}

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) to: Addressed,
    pub(crate) encapsulated_key: Vec<u8>,
}

impl Manifest {
    /// The canonical octets (RFC 8785).
    pub(crate) fn to_octets(&self) -> Option<Vec<u8>> {
        let members = Map::new()
            .with("encapsulated_key", base64url::encode(&self.encapsulated_key))
            .with("format", FORMAT)
            .with("recipient_key", self.to.key.to_string())
            .with("suite", self.to.suite.name());
        json::canonical(&members.into()).ok()
    }

    /// Reads a manifest. It has one spelling, so that nothing can be hidden in another.
    pub(crate) fn read(octets: &[u8]) -> Result<Self, ReadError> {
        let wrong = |problem: &str| ReadError::Manifest { problem: problem.to_owned() };
        if octets.len() > MAX_MANIFEST_BYTES {
            return Err(ReadError::ManifestTooLong { bytes: octets.len().try_into().unwrap_or(u64::MAX) });
        }
        let json = json::parse(octets).map_err(|error| wrong(&error.to_string()))?;
        let Json::Object(members) = json else { return Err(wrong("it is not an object")) };
        let format = members.text("format").ok_or_else(|| wrong("it names no format"))?;
        if format != FORMAT {
            return Err(ReadError::UnknownFormat { format: format.chars().take(SHOWN_CHARACTERS).collect() });
        }
        let manifest = Self { to: read_address(&members)?, encapsulated_key: read_encapsulated(&members)? };
        let is_exact = manifest.to_octets().is_some_and(|exact| exact == octets);
        if is_exact { Ok(manifest) } else { Err(wrong("it is not in its canonical form")) }
    }
}

/// Characters of a foreign name that a message repeats.
const SHOWN_CHARACTERS: usize = 64;

fn read_address(members: &Map) -> Result<Addressed, ReadError> {
    let name = members.text("suite").unwrap_or_default();
    let suite = name.parse::<SuiteName>().ok().and_then(|name| name.bundle());
    let unknown = || ReadError::UnknownSuite { suite: name.chars().take(SHOWN_CHARACTERS).collect() };
    let key = members.text("recipient_key").and_then(|key| key.parse().ok());
    let key = key.ok_or_else(|| ReadError::Manifest { problem: "it names no recipient's key".to_owned() })?;
    Ok(Addressed { key, suite: suite.ok_or_else(unknown)? })
}

fn read_encapsulated(members: &Map) -> Result<Vec<u8>, ReadError> {
    let text = members.text("encapsulated_key").unwrap_or_default();
    base64url::decode(text).map_err(|error| ReadError::Manifest { problem: error.to_string() })
}
