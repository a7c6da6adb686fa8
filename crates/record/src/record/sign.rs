//! Signing: every property becomes a digest, and one signature covers them all.

use super::{Aside, Author, Draft, Record, SD_ALG};
use crate::digest::RecordDigest;
use crate::entropy::Entropy;
use crate::json::{Json, Map, write_string};
use crate::jws::MediaType;
use crate::kind::{self, Kind, Place};
use crate::limits::{MAX_DIGEST_SETS, MAX_DISCLOSURES, MAX_RECORD_BYTES};
use crate::path::{Path, push_segment};
use crate::sd_jwt::commit::{CommitError, Committer, DigestText};
use crate::sd_jwt::resolve::{DigestSet, Layout, SetForm};
use crate::signed::{Signed, sign_payload};
use crate::suite::CannotSign;

/// A draft could not be signed. Nothing was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// A part of the draft cannot be committed.
    #[error("{at}: {source}")]
    Commit {
        /// The object or array concerned.
        at: String,
        /// What is wrong.
        source: CommitError,
    },
    /// More disclosures than anybody reads.
    #[error("the record has {count} disclosures, and at most {MAX_DISCLOSURES} are read; split it")]
    TooManyDisclosures {
        /// How many there are.
        count: usize,
    },
    /// The signed record would be longer than anybody reads.
    #[error("signed, the record has some {octets} octets, and at most {MAX_RECORD_BYTES} are read; split it")]
    TooLong {
        /// How many, with room for its signatures.
        octets: usize,
    },
    /// A suite failed.
    #[error(transparent)]
    Suite(#[from] CannotSign),
    /// More extensions and arrays than readers take.
    #[error(
        "the object has more extensions and arrays than the {MAX_DIGEST_SETS} that a record may hold; make several of it"
    )]
    TooManyExtensions,
    /// No keys were given.
    #[error("there is no key to sign with")]
    NoKey,
}

impl Draft {
    /// Signs this draft, with fresh salts from `entropy`, and returns the record with everything shown.
    ///
    /// # Errors
    /// [`SignError`]; nothing was signed then.
    pub fn sign(mut self, author: &Author<'_>, entropy: &mut dyn Entropy) -> Result<Signed<Record>, SignError> {
        if author.keys.is_empty() {
            return Err(SignError::NoKey);
        }
        self.attribute_to(&author.party);
        let aside = self.aside();
        let mut writer = Writer { kind: self.kind(), committer: Committer::new(entropy), layout: Layout::default() };
        let object_text = writer.object(&self.object)?;
        let object_sets = std::mem::take(&mut writer.layout.sets);
        let aside_text = writer.aside(&aside)?;
        // The payload's names stand in canonical order, so `aside` comes first when a verifier walks it.
        writer.layout.sets.extend(object_sets);
        let Writer { committer, layout, .. } = writer;
        let disclosures = committer.into_disclosures();
        let payload = payload(author, &object_text, &aside_text).into_bytes();
        check_readable(&payload, &disclosures, &layout)?;
        let digest = RecordDigest::of(&payload);
        let (envelope, signature_set) = sign_payload(payload, MediaType::Record, author.keys)?;
        let (issuer, key_record) = (author.party, author.key_record);
        let record = Record { issuer, key_record, digest, object: self.object, aside, layout };
        Ok(Signed::new(record, envelope.with_disclosures(disclosures), signature_set))
    }

    fn aside(&mut self) -> Aside {
        Aside {
            version: Some(self.version),
            previous: self.previous,
            twins: self.twins(),
            members: std::mem::take(&mut self.members),
            unknown: Map::new(),
        }
    }
}

/// The payload: these five claims, always and only.
fn payload(author: &Author<'_>, object: &str, aside: &str) -> String {
    let (iss, key_record) = (author.party, author.key_record);
    format!(r#"{{"_sd_alg":"{SD_ALG}","aside":{aside},"iss":"{iss}","key_record":"{key_record}","object":{object}}}"#)
}

struct Writer<'e> {
    kind: Option<&'static Kind>,
    committer: Committer<'e>,
    layout: Layout,
}

impl Writer<'_> {
    fn object(&mut self, object: &Map) -> Result<String, SignError> {
        let place = self.open_set();
        let mut digests = Vec::with_capacity(32);
        let mut at = String::from("/object");
        for (name, value) in object.iter() {
            let length = at.len();
            push_segment(&mut at, name);
            digests.push(match value.as_object().filter(|_| name == "extensions") {
                Some(extensions) => {
                    let text = self.extensions(extensions, &mut at)?;
                    self.property(name, &at, |out| out.push_str(&text))?
                }
                None => self.plain_or_array(Place::Core, name, value, &mut at)?,
            });
            at.truncate(length);
        }
        self.seal(place, "/object", digests)
    }

    fn extensions(&mut self, extensions: &Map, at: &mut String) -> Result<String, SignError> {
        let mut out = String::from("{");
        for (id, extension) in extensions.iter() {
            if out.len() > 1 {
                out.push(',');
            }
            let length = at.len();
            push_segment(at, id);
            write_string(id, &mut out);
            out.push(':');
            out.push_str(&self.extension(extension, id, at)?);
            at.truncate(length);
        }
        out.push('}');
        Ok(out)
    }

    fn extension(&mut self, extension: &Json, id: &str, at: &mut String) -> Result<String, SignError> {
        let place = self.open_set();
        let mut digests = Vec::with_capacity(32);
        let is_own = self.kind.is_some_and(|kind| kind.extension == Some(id));
        for (name, value) in extension.as_object().into_iter().flat_map(Map::iter) {
            let length = at.len();
            push_segment(at, name);
            digests.push(if is_own {
                self.plain_or_array(Place::Extension, name, value, at)?
            } else {
                self.property(name, at, |out| value.write(out))?
            });
            at.truncate(length);
        }
        self.seal(place, at, digests)
    }

    fn aside(&mut self, aside: &Aside) -> Result<String, SignError> {
        let place = self.open_set();
        let mut digests = Vec::with_capacity(8);
        if let Some(version) = aside.version {
            digests.push(self.property("version", "/aside/version", |out| out.push_str(&version.to_string()))?);
        }
        if let Some(previous) = aside.previous {
            let text = previous.to_string();
            digests.push(self.property("previous", "/aside/previous", |out| write_string(&text, out))?);
        }
        for (name, value) in aside.twins.iter() {
            digests.push(self.property(name, &format!("/aside/{name}"), |out| value.write(out))?);
        }
        if !aside.members.is_empty() {
            let members = aside.members.iter().map(|member| move |out: &mut String| member.write(out));
            digests.push(self.array("members", members, &mut String::from("/aside/members"))?);
        }
        self.seal(place, "/aside", digests)
    }

    fn plain_or_array(
        &mut self,
        place: Place,
        name: &str,
        value: &Json,
        at: &mut String,
    ) -> Result<DigestText, SignError> {
        let elements = value.as_array().filter(|_| kind::is_by_element(self.kind, place, name));
        let Some(elements) = elements else { return self.property(name, at, |out| value.write(out)) };
        self.array(name, elements.iter().map(|element| move |out: &mut String| element.write(out)), at)
    }

    fn array<W: FnOnce(&mut String)>(
        &mut self,
        name: &str,
        elements: impl Iterator<Item = W>,
        at: &mut String,
    ) -> Result<DigestText, SignError> {
        let first = self.layout.places.len();
        let mut digests = Vec::new();
        for write_element in elements {
            digests.push(self.committer.element(write_element).map_err(|error| failed(at, error))?);
        }
        let sealed = self.committer.seal_elements(digests).map_err(|error| failed(at, error))?;
        for slot in &sealed.slots {
            let length = at.len();
            push_segment(at, &slot.to_string());
            self.layout.places.push(Path::known(at));
            at.truncate(length);
        }
        let shown = self.layout.places.len().saturating_sub(first);
        self.layout.sets.push(DigestSet {
            at: Path::known(at),
            form: SetForm::Elements,
            total: sealed.total,
            shown,
            is_regular: true,
        });
        self.property(name, at, |out| out.push_str(&sealed.text))
    }

    fn property(
        &mut self,
        name: &str,
        at: &str,
        write_value: impl FnOnce(&mut String),
    ) -> Result<DigestText, SignError> {
        self.layout.places.push(Path::known(at));
        self.committer.property(name, write_value).map_err(|error| failed(at, error))
    }

    /// Keeps the place of an `_sd` before those inside it, where a verifier meets it.
    fn open_set(&mut self) -> usize {
        self.layout.sets.len()
    }

    fn seal(&mut self, place: usize, at: &str, digests: Vec<DigestText>) -> Result<String, SignError> {
        let shown = digests.len();
        let (text, total) = self.committer.seal_properties(digests).map_err(|error| failed(at, error))?;
        let set = DigestSet { at: Path::known(at), form: SetForm::Properties, total, shown, is_regular: true };
        self.layout.sets.insert(place, set);
        Ok(text)
    }
}

/// Octets of an envelope beside its payload and disclosures: up to [`crate::limits::MAX_SIGNATURES`] of the longest suite.
const ENVELOPE_ROOM: usize = 32 * 1024;

/// Refuses what every reader would refuse: whatever is signed must be readable again.
fn check_readable(payload: &[u8], disclosures: &[String], layout: &Layout) -> Result<(), SignError> {
    let count = disclosures.len();
    if count > MAX_DISCLOSURES {
        return Err(SignError::TooManyDisclosures { count });
    }
    if layout.sets.len() > MAX_DIGEST_SETS {
        return Err(SignError::TooManyExtensions);
    }
    // Each stands in quotes, with a comma; the payload grows by a third in base64url.
    let disclosed: usize = disclosures.iter().map(|text| text.len().saturating_add(3)).sum();
    let octets = payload.len().div_ceil(3).saturating_mul(4).saturating_add(disclosed).saturating_add(ENVELOPE_ROOM);
    if octets > MAX_RECORD_BYTES { Err(SignError::TooLong { octets }) } else { Ok(()) }
}

fn failed(at: &str, error: impl Into<CommitError>) -> SignError {
    SignError::Commit { at: at.to_owned(), source: error.into() }
}
