//! What a payload must be like to be a record's: refused by name, whoever signed it.

use super::{Aside, SD_ALG};
use crate::digest::{KeyRecordDigest, PartyId};
use crate::excerpt::excerpt;
use crate::json::{Json, Map, ParseError};
use crate::kind;
use crate::sd_jwt::PADDING_STEPS;
use crate::sd_jwt::resolve::{DigestSet, Layout, ResolveError, SetForm};
use crate::stix::{self, StixError};

/// Why a payload is no record's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The payload is not JSON under the profile.
    #[error("the payload is not JSON: {0}")]
    Payload(#[from] ParseError),
    /// The payload has not exactly the five claims of a record.
    #[error("a payload holds exactly `_sd_alg`, `aside`, `iss`, `key_record` and `object`; `{name}` is {problem}")]
    Claims {
        /// The claim.
        name: String,
        /// Missing, unknown, or in the wrong form.
        problem: &'static str,
    },
    /// The payload names another hash than SHA-256.
    #[error("`_sd_alg` is `{}`; this version knows only `{SD_ALG}`", found.escape_debug())]
    HashUnknown {
        /// What it names.
        found: String,
    },
    /// Disclosures do not fit the payload.
    #[error(transparent)]
    Disclosures(#[from] ResolveError),
    /// Digests stand where a record has none.
    #[error("digests stand at `{at}`, where a record has none")]
    MisplacedDigests {
        /// The place.
        at: String,
    },
    /// Digests are not padded to a step, 32 octets each, sorted if they are properties, and without anything in clear among
    /// them: the irregularity would tell something.
    #[error(
        "the {total} digests at `{at}` are irregular: there must be 8, 16, 32, 64, 128 or 256, each well-formed, sorted if \
         they stand for properties, and nothing in clear among them"
    )]
    IrregularDigests {
        /// The place.
        at: String,
        /// How many there are.
        total: usize,
    },
    /// A property of an extension stands in clear.
    #[error("the extension `{id}` holds properties that are not digests")]
    ExtensionInClear {
        /// The extension.
        id: String,
    },
    /// A claim beside the object has the wrong form.
    #[error("`aside` holds a `{name}` of the wrong form")]
    BadAside {
        /// The claim.
        name: &'static str,
    },
    /// A first version names a predecessor.
    #[error("version 1 names a previous version")]
    FirstVersionHasPrevious,
    /// Two members of a batch have one id.
    #[error("two members have the id `{id}`")]
    RepeatedMember {
        /// The id.
        id: String,
    },
    /// More members than a batch holds.
    #[error("{count} members; a batch holds at most 256, so make several")]
    TooManyMembers {
        /// How many there are.
        count: usize,
    },
    /// A coarse twin has not the form that its rule gives, or belongs to another kind than the shown `type`.
    #[error("the twin `{twin}` has not the form of its rule, or stands in a record of another kind")]
    BadTwin {
        /// The twin.
        twin: &'static str,
    },
    /// A coarse twin contradicts the property that it stands for.
    #[error("the twin `{twin}` says {found}, but the shown `{of}` gives {expected}")]
    TwinDisagrees {
        /// The twin.
        twin: &'static str,
        /// The property.
        of: &'static str,
        /// What the twin says.
        found: String,
        /// What the property gives.
        expected: String,
    },
    /// A shown property is not as STIX has it.
    #[error(transparent)]
    Stix(#[from] StixError),
}

/// The claims of a payload before anything is put back.
pub(super) struct Claims {
    pub(super) issuer: PartyId,
    pub(super) key_record: KeyRecordDigest,
    pub(super) payload: Map,
}

const CLAIMS: [&str; 5] = ["_sd_alg", "aside", "iss", "key_record", "object"];

/// Reads the five claims.
pub(super) fn claims(payload: Json) -> Result<Claims, RecordError> {
    let Json::Object(payload) = payload else { return Err(claim("payload", "not an object")) };
    if let Some(stranger) = payload.names().find(|name| !CLAIMS.contains(name)) {
        return Err(claim(stranger, "unknown"));
    }
    let text = |name: &'static str| payload.text(name).ok_or_else(|| claim(name, "missing or not a string"));
    let found = text("_sd_alg")?;
    if found != SD_ALG {
        return Err(RecordError::HashUnknown { found: excerpt(found) });
    }
    for name in ["object", "aside"] {
        let members = payload.get(name).and_then(Json::as_object);
        if !members.is_some_and(|members| members.len() == 1 && members.contains("_sd")) {
            return Err(claim(name, "not an object of exactly `_sd`"));
        }
    }
    let issuer = text("iss")?.parse().map_err(|_| claim("iss", "not a party id"))?;
    let key_record = text("key_record")?.parse().map_err(|_| claim("key_record", "not a digest"))?;
    Ok(Claims { issuer, key_record, payload })
}

fn claim(name: &str, problem: &'static str) -> RecordError {
    RecordError::Claims { name: excerpt(name), problem }
}

/// Checks what was put back and takes it apart into object and aside.
pub(super) fn contents(mut claims: Map, layout: &Layout) -> Result<(Map, Aside), RecordError> {
    layout.sets.iter().try_for_each(check_set)?;
    let object = take_object(&mut claims, "object");
    check_extensions(&object, layout)?;
    stix::check_shown(&object)?;
    let aside = take_object(&mut claims, "aside");
    check_members(&aside, layout)?;
    let aside = Aside::read(aside)?;
    check_twins(&object, &aside)?;
    Ok((object, aside))
}

fn take_object(claims: &mut Map, name: &str) -> Map {
    if let Some(Json::Object(members)) = claims.remove(name) { members } else { Map::new() }
}

fn check_set(set: &DigestSet) -> Result<(), RecordError> {
    if !is_place_of_digests(set) {
        return Err(RecordError::MisplacedDigests { at: set.at.to_string() });
    }
    if !set.is_regular || !PADDING_STEPS.contains(&set.total) {
        return Err(RecordError::IrregularDigests { at: set.at.to_string(), total: set.total });
    }
    Ok(())
}

/// Digests stand in `object`, `aside`, each extension, and the arrays directly inside these; nowhere deeper.
fn is_place_of_digests(set: &DigestSet) -> bool {
    let mut parts = set.at.as_str().split('/').skip(1);
    let parts = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
    match set.form {
        SetForm::Properties => matches!(
            parts,
            (Some("object" | "aside"), None, ..) | (Some("object"), Some("extensions"), Some(_), None, None)
        ),
        SetForm::Elements => match parts {
            (Some("aside"), Some(name), None, ..) => name == "members",
            (Some("object"), Some(name), None, ..) => name != "extensions" && kind::may_be_by_element(None, name),
            (Some("object"), Some("extensions"), Some(id), Some(name), None) => kind::may_be_by_element(Some(id), name),
            _ => false,
        },
    }
}

/// Every extension is an `_sd` and nothing beside it.
fn check_extensions(object: &Map, layout: &Layout) -> Result<(), RecordError> {
    let Some(extensions) = object.get("extensions").and_then(Json::as_object) else { return Ok(()) };
    for (id, extension) in extensions.iter() {
        let mut at = String::from("/object/extensions");
        crate::path::push_segment(&mut at, id);
        let set = layout.sets.iter().find(|set| set.at.as_str() == at);
        let shown = extension.as_object().map(Map::len);
        if set.is_none() || set.map(|set| set.shown) != shown {
            return Err(RecordError::ExtensionInClear { id: id.to_owned() });
        }
    }
    Ok(())
}

/// Members stand as digests, so that each can be shown apart and a batch has no more than a step's.
fn check_members(aside: &Map, layout: &Layout) -> Result<(), RecordError> {
    if aside.contains("members") && layout.sets.iter().all(|set| set.at.as_str() != "/aside/members") {
        return Err(RecordError::BadAside { name: "members" });
    }
    Ok(())
}

/// Whoever is shown a twin and its original checks that one follows from the other.
fn check_twins(object: &Map, aside: &Aside) -> Result<(), RecordError> {
    for (name, found) in aside.twins.iter() {
        let Some((kind, twin)) = kind::twin(name) else { continue };
        let is_other_kind = object.text("type").is_some_and(|shown| shown != kind.object_type);
        if is_other_kind || !twin.rule.fits(found) {
            return Err(RecordError::BadTwin { twin: twin.name });
        }
        let Some(original) = kind::original(kind, twin, object) else { continue };
        let expected = twin.rule.apply(original);
        if expected.as_ref() != Some(found) {
            let expected = expected.map_or_else(|| "none".to_owned(), |value| value.to_text());
            let (found, expected) = (excerpt(&found.to_text()), excerpt(&expected));
            return Err(RecordError::TwinDisagrees { twin: twin.name, of: twin.of, found, expected });
        }
    }
    Ok(())
}
