//! A pack as a STIX object, so that it is signed, logged and exchanged as any other record.
//!
//! The object carries the file octet for octet as one text: whoever is shown it reads the same pack, with the same digest, as
//! whoever wrote it.

use std::sync::Arc;

use record::Record;
use record::json::Map;
use record::signed::Signed;
use record::stix::{StixError, StixId, StixObject};
use record::time::Timestamp;

use crate::dictionary::Dictionary;
use crate::fault::Fault;
use crate::pack::Pack;

/// The STIX type of a pack.
pub const RULE_PACK_TYPE: &str = "detente-rule-pack";

/// The extension definition of that type.
pub const RULE_PACK_EXTENSION: &str = "extension-definition--5e0f7c9a-2b64-4d1e-9f37-c8a1d40b6e25";

impl Pack {
    /// The pack as an object, ready to be signed.
    ///
    /// # Errors
    /// [`StixError`] if the id is of another type.
    pub fn to_object(&self, id: &StixId, created: Timestamp) -> Result<StixObject, StixError> {
        let own = Map::new()
            .with("extension_type", "new-sdo")
            .with("pack", self.id.as_str())
            .with("pack_version", self.version.as_str())
            .with("digest", self.digest_text())
            .with("text", &*self.text);
        let object = Map::new()
            .with("type", RULE_PACK_TYPE)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", created.to_string())
            .with("modified", created.to_string())
            .with("name", self.title.en.as_str())
            .with("extensions", Map::new().with(RULE_PACK_EXTENSION, own));
        StixObject::from_map(object)
    }

    /// Reads a pack from a record of it. Whether its signer is believed is the caller's to decide.
    ///
    /// # Errors
    /// Every [`Fault`]: the record is of another type or withholds the text, the digest is another than the text's, or the text
    /// is no pack.
    pub fn of_record(record: &Signed<Record>, dictionary: &Arc<Dictionary>) -> Result<Self, Vec<Fault>> {
        Self::of_shown(record.content().object(), dictionary)
    }

    /// The same from what is shown of an object.
    ///
    /// # Errors
    /// As [`Pack::of_record`].
    pub fn of_shown(object: &Map, dictionary: &Arc<Dictionary>) -> Result<Self, Vec<Fault>> {
        let wrong = |reason: &str| vec![Fault::whole(reason)];
        if object.text("type") != Some(RULE_PACK_TYPE) {
            return Err(wrong("the record is no rule pack: its type should be detente-rule-pack"));
        }
        let own = object.get("extensions").and_then(|all| all.as_object()?.get(RULE_PACK_EXTENSION)?.as_object());
        let own = own.ok_or_else(|| wrong("the record withholds the pack; ask for all of it"))?;
        let (Some(text), Some(digest)) = (own.text("text"), own.text("digest")) else {
            return Err(wrong("the record withholds the text or the digest of the pack; ask for all of it"));
        };
        let pack = Self::parse(text.as_bytes(), dictionary)?;
        let is_named = own.text("pack") == Some(&pack.id) && own.text("pack_version") == Some(&pack.version);
        if pack.digest_text() != digest || !is_named {
            return Err(wrong("the record names another pack, version or digest than its text has; do not use it"));
        }
        Ok(pack)
    }
}
