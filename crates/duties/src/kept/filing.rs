//! A frozen filing: what was filed for a stage, word for word, with the digest of its page.

use record::digest::RecordDigest;
use record::json::{Json, Map};
use record::stix::{StixError, StixId, StixObject};
use record::time::Timestamp;

use super::FILING_TYPE;
use super::object::{self, by, digest_at, hex_digest, incident_of, named};
use crate::fault::Fault;
use crate::form::Document;
use crate::limits::MAX_DOCUMENT_BYTES;
use crate::pack::Pack;
use crate::reader::{At, Members};
use crate::text::Language;

/// The extension definition of that type.
pub const FILING_EXTENSION: &str = "extension-definition--8e1b6a52-4f0d-4c7e-b9a3-6d2c51f0e7a4";

const FORM: object::Form = object::Form {
    object_type: FILING_TYPE,
    extension: FILING_EXTENSION,
    members: &[
        "incident",
        "stage",
        "pack_version",
        "pack_digest",
        "form",
        "form_version",
        "language",
        "is_last",
        "incomplete_because",
        "document",
        "html_digest",
        "incident_version",
        "by",
    ],
};

/// What was filed for a stage of a duty, as it was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptFiling {
    /// The version of the pack by which the duty was judged.
    pub pack_version: String,
    /// The digest of that pack, in hexadecimal digits.
    pub pack_digest: String,
    /// What was filed. It names the incident, the stage, the form and the language.
    pub document: Document,
    /// The digest of its page, in hexadecimal digits.
    pub html_digest: String,
    /// The version of the incident from which it was filled, if it was filled from one.
    pub incident_version: Option<RecordDigest>,
    /// Who filed it, as far as the node knows.
    pub by: Option<String>,
}

/// A filing that cannot be frozen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FreezeError {
    /// It is too long.
    #[error(
        "the filing is {octets} octets long, and at most {MAX_DOCUMENT_BYTES} can be kept; shorten what was written, or the incident"
    )]
    #[non_exhaustive]
    TooLong {
        /// How long it is.
        octets: usize,
    },
    /// Something that has to be said is missing, and nobody says why it is filed all the same.
    #[error("what has to be said is missing: {}", missing.join(", "))]
    #[non_exhaustive]
    Incomplete {
        /// Their ids.
        missing: Vec<String>,
    },
    /// A reason for something missing, where nothing is.
    #[error("nothing that has to be said is missing, so there is no reason to give for it")]
    NothingMissing,
}

impl KeptFiling {
    /// Freezes a filing. A reason says why it is filed with something missing.
    ///
    /// # Errors
    /// [`FreezeError`].
    pub fn freeze(draft: Document, pack: &Pack, incomplete_because: Option<String>) -> Result<Self, FreezeError> {
        let missing: Vec<String> = draft.missing().map(|field| field.id.clone()).collect();
        let reason = incomplete_because.filter(|reason| !reason.trim().is_empty());
        match (missing.is_empty(), &reason) {
            (false, None) => return Err(FreezeError::Incomplete { missing }),
            (true, Some(_)) => return Err(FreezeError::NothingMissing),
            (true, None) | (false, Some(_)) => {}
        }
        let document = draft.as_filed(reason);
        let octets = document.to_json().to_text().len();
        if octets > MAX_DOCUMENT_BYTES {
            return Err(FreezeError::TooLong { octets });
        }
        let html_digest = document.html_digest();
        let (pack_version, pack_digest) = (pack.version.clone(), pack.digest_text());
        Ok(Self { pack_version, pack_digest, document, html_digest, incident_version: None, by: None })
    }

    /// The same, with the version of the incident from which it was filled, and who files it.
    #[must_use]
    pub fn filled_from(self, incident_version: Option<RecordDigest>, by: Option<String>) -> Self {
        Self { incident_version, by, ..self }
    }

    /// Its stage: `PACK/DUTY/STAGE`.
    #[must_use]
    pub fn stage(&self) -> String {
        self.document.stage_path()
    }

    /// True if this build renders the page that was frozen, octet for octet.
    #[must_use]
    pub fn renders_the_same(&self) -> bool {
        self.document.html_digest() == self.html_digest
    }

    /// The filing as an object, ready to be signed. It carries the document as one text, so that whoever is shown it renders the
    /// same page.
    ///
    /// # Errors
    /// [`StixError`] if the id is of another type.
    pub fn to_object(&self, id: &StixId, created: Timestamp) -> Result<StixObject, StixError> {
        let document = &self.document;
        let own = Map::new()
            .with("incident", document.incident.as_str())
            .with("stage", self.stage())
            .with("pack_version", self.pack_version.as_str())
            .with("pack_digest", self.pack_digest.as_str())
            .with("form", document.form.as_str())
            .with("form_version", document.form_version.as_str())
            .with("language", document.language.tag())
            .with("is_last", Json::Bool(document.is_last));
        let own = match &document.incomplete_because {
            Some(reason) => own.with("incomplete_because", reason.as_str()),
            None => own,
        };
        let own = own.with("document", document.to_json().to_text()).with("html_digest", self.html_digest.as_str());
        let version = self.incident_version.map(|digest| digest.to_string());
        let own = version.into_iter().fold(own, |own, digest| own.with("incident_version", digest));
        FORM.object(id, created, named(own, self.by.as_deref()))
    }

    /// Reads a frozen filing from what is shown of an object. Whether its signer is believed is the caller's to decide.
    ///
    /// # Errors
    /// Every [`Fault`]: what is withheld, missing or unknown, a document that cannot be read, and one that is of another incident,
    /// stage, form or language than the object says.
    pub fn of_shown(object: &Map) -> Result<Self, Vec<Fault>> {
        let (said, text) = FORM.read(object, |members| Some((Said::read(members)?, document_text(members)?)))?;
        let document = Document::parse(text.as_bytes())?;
        if document.is_draft || said != Said::of(&document) {
            return Err(vec![Fault::whole(
                "says another incident, stage, form, language or reason than its document, or is a draft; do not use it",
            )]);
        }
        FORM.read(object, |members| {
            let pack_version = members.need("pack_version").and_then(|at| at.text());
            let pack_digest = members.need("pack_digest").and_then(|at| hex_digest(&at));
            let html_digest = members.need("html_digest").and_then(|at| hex_digest(&at));
            let incident_version = match members.may("incident_version") {
                Some(at) => Some(digest_at(&at)?),
                None => None,
            };
            Some(Self {
                pack_version: pack_version?.to_owned(),
                pack_digest: pack_digest?,
                document,
                html_digest: html_digest?,
                incident_version,
                by: by(members)?,
            })
        })
    }
}

/// What an object says beside its document, and has to agree with.
#[derive(PartialEq, Eq)]
struct Said {
    incident: String,
    stage: String,
    form: String,
    form_version: String,
    language: Language,
    is_last: bool,
    incomplete_because: Option<String>,
}

impl Said {
    fn of(document: &Document) -> Self {
        Self {
            incident: document.incident.clone(),
            stage: document.stage_path(),
            form: document.form.clone(),
            form_version: document.form_version.clone(),
            language: document.language,
            is_last: document.is_last,
            incomplete_because: document.incomplete_because.clone(),
        }
    }

    fn read(members: &Members<'_>) -> Option<Self> {
        let text = |name: &str| members.need(name).and_then(|at| at.text().map(str::to_owned));
        let incident = incident_of(members);
        let (stage, form, form_version) = (text("stage"), text("form"), text("form_version"));
        let language = members.need("language").and_then(|at| language(&at));
        let is_last = members.need("is_last").and_then(|at| at.truth());
        let incomplete_because = match members.may("incomplete_because") {
            Some(at) => Some(at.text()?.to_owned()),
            None => None,
        };
        Some(Self {
            incident: incident?,
            stage: stage?,
            form: form?,
            form_version: form_version?,
            language: language?,
            is_last: is_last?,
            incomplete_because,
        })
    }
}

fn language(at: &At<'_>) -> Option<Language> {
    let found = Language::of_tag(at.str()?);
    if found.is_none() { at.fault("should be en or zh-Hans") } else { found }
}

/// The document is longer than any text for people.
fn document_text(members: &Members<'_>) -> Option<String> {
    let at = members.need("document")?;
    let found = at.json().as_str().map(str::to_owned);
    if found.is_none() { at.fault("should be a string: the document as one text") } else { found }
}
