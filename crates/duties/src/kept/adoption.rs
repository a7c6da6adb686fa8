//! Which rule packs a party adopted, as it is kept.

use record::digest::RecordDigest;
use record::json::Map;
use record::stix::{StixError, StixId, StixObject};
use record::time::Timestamp;
use record::words;

use super::object::{Form, by, digest_at, hex_digest, named};
use crate::fault::Fault;

/// The STIX type of an adoption.
pub const ADOPTION_TYPE: &str = "detente-pack-adoption";

/// The extension definition of that type.
pub const ADOPTION_EXTENSION: &str = "extension-definition--4964251e-96ec-4ba5-8d5b-0ea3cd46b5f8";

const FORM: Form = Form {
    object_type: ADOPTION_TYPE,
    extension: ADOPTION_EXTENSION,
    members: &["pack", "pack_version", "digest", "record", "word", "by"],
};

words! {
    /// What became of a pack.
    Adoption, "word about a pack" {
        /// It counts from now on, in place of the shipped one of its id.
        Adopted = "adopted",
        /// It counts no more.
        Dropped = "dropped",
    }
}

/// That a party adopted a pack, or dropped it. Of one id the last word in the log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptAdoption {
    /// The pack's id.
    pub pack: String,
    /// Its version.
    pub pack_version: String,
    /// The digest of its file, in hexadecimal.
    pub digest: String,
    /// The record in which it stands.
    pub record: RecordDigest,
    /// What became of it.
    pub word: Adoption,
    /// Who says so, as far as the node knows.
    pub by: Option<String>,
}

impl KeptAdoption {
    /// A word about the pack that stands in a record.
    #[must_use]
    pub fn new(pack: &crate::Pack, record: RecordDigest, word: Adoption) -> Self {
        let (id, version) = (pack.id.clone(), pack.version.clone());
        Self { pack: id, pack_version: version, digest: pack.digest_text(), record, word, by: None }
    }

    /// The same about the same pack, with another word.
    #[must_use]
    pub fn with_word(self, word: Adoption) -> Self {
        Self { word, ..self }
    }

    /// The same, with who says so.
    #[must_use]
    pub fn with_by(self, by: Option<String>) -> Self {
        Self { by, ..self }
    }

    /// The object, ready to be signed.
    ///
    /// # Errors
    /// [`StixError`] if the id is of another type.
    pub fn to_object(&self, id: &StixId, created: Timestamp) -> Result<StixObject, StixError> {
        let own = Map::new()
            .with("pack", self.pack.as_str())
            .with("pack_version", self.pack_version.as_str())
            .with("digest", self.digest.as_str())
            .with("record", self.record.to_string())
            .with("word", self.word.name());
        FORM.object(id, created, named(own, self.by.as_deref()))
    }

    /// Reads what is shown of an object.
    ///
    /// # Errors
    /// Every [`Fault`].
    pub fn of_shown(object: &Map) -> Result<Self, Vec<Fault>> {
        FORM.read(object, |members| {
            let pack = members.need("pack")?.id().map(str::to_owned);
            let pack_version = members.need("pack_version")?.text().map(str::to_owned);
            let digest = hex_digest(&members.need("digest")?);
            let record = digest_at(&members.need("record")?);
            let word = members.need("word")?.parse();
            Some(Self {
                pack: pack?,
                pack_version: pack_version?,
                digest: digest?,
                record: record?,
                word: word?,
                by: by(members)?,
            })
        })
    }
}
