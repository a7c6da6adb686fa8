//! Strict reading: what is not as the format says is refused, and what contradicts itself too.

use std::fmt::Display;
use std::str::FromStr;

use record::json::{Json, Map};
use record::stix::StixObject;
use record::time::Timestamp;
use text::{MinHash, Normalised, NormaliserVersion, ShingleSet, ShingleWidths};

use super::words::Form;
use super::{
    Combining, Disclosure, ExactKey, MAX_CONFIDENCE, MAX_MEMBERS, MAX_TEXT_BYTES, Provenance, SIGNAL_EXTENSION,
    SIGNAL_TYPE, Signal, SignalError, SignalKind, SimilarityKey, Target, write,
};
use crate::keywords::Keyword;
use crate::near::signature_of;
use crate::rules::{Budget, MAX_PATTERNS, Rule};

/// Characters of a name of a package: the longest that any registry takes has fewer.
const MAX_NAME_BYTES: usize = 214;

impl Signal {
    /// Reads a whole object.
    ///
    /// # Errors
    /// [`SignalError`] with the first property that the format does not have, or that contradicts another.
    pub fn of_object(object: &StixObject) -> Result<Self, SignalError> {
        Self::within(object, &mut Budget::of_record())
    }

    /// Reads a member of a record, and compiles its rule as far as the record's budget reaches.
    pub(crate) fn within(object: &StixObject, budget: &mut Budget) -> Result<Self, SignalError> {
        let signal = Self::read(object.as_map().clone(), object, budget)?;
        write::check_pattern(&signal)?;
        Ok(signal)
    }

    /// Reads the members of one record, each by itself: a wrong one does not hide the others.
    ///
    /// # Errors
    /// [`SignalError`] if there are more than [`MAX_MEMBERS`].
    pub fn of_members(members: &[StixObject]) -> Result<Vec<Result<Self, SignalError>>, SignalError> {
        if members.len() > MAX_MEMBERS {
            let reason = format!("are {} and at most {MAX_MEMBERS} stand in one record", members.len());
            return Err(SignalError::new("members", reason));
        }
        let mut budget = Budget::of_record();
        Ok(members.iter().map(|member| Self::within(member, &mut budget)).collect())
    }

    fn read(object: Map, core: &StixObject, budget: &mut Budget) -> Result<Self, SignalError> {
        if core.object_type() != SIGNAL_TYPE {
            return Err(SignalError::new("type", "should be `indicator`"));
        }
        let own = core.extensions().and_then(|all| all.get(SIGNAL_EXTENSION)).and_then(Json::as_object);
        let own = own.ok_or_else(|| SignalError::new("extensions", "has no extension for misuse signals"))?;
        let kind: SignalKind = needed(own, "kind")?;
        let disclosure: Disclosure = needed(own, "disclosure")?;
        if !kind.allows(disclosure) {
            return Err(SignalError::new("disclosure", refusal(kind, disclosure)));
        }
        let signal = Self {
            id: core.id().clone(),
            kind,
            disclosure,
            state: needed(own, "state")?,
            confidence: confidence(&object)?,
            modified: needed::<Timestamp>(&object, "modified")?,
            valid_from: needed::<Timestamp>(&object, "valid_from")?,
            valid_until: word(&object, "valid_until")?,
            normaliser: normaliser(own)?,
            exact: word(own, "exact_key")?,
            similarity: word(own, "similarity_key")?,
            target: target(own, kind, disclosure, budget)?,
            part_of: word(own, "part_of")?,
            family: shown(own, "family")?.map(str::to_owned),
            provenance: Provenance::new(shown(own, "source")?, shown(own, "how")?),
            object,
        };
        check(&signal)?;
        Ok(signal)
    }
}

fn refusal(kind: SignalKind, disclosure: Disclosure) -> String {
    let allowed = Disclosure::ALL.iter().filter(|other| kind.allows(**other));
    let allowed: Vec<String> = allowed.map(|word| format!("`{word}`")).collect();
    let why = if kind.is_low_entropy() { ": whoever tries all values would find it from a digest" } else { "" };
    format!("cannot be `{disclosure}` for the kind `{kind}`{why}; use {}", allowed.join(" or "))
}

fn shown<'m>(members: &'m Map, name: &'static str) -> Result<Option<&'m str>, SignalError> {
    let Some(value) = members.get(name) else { return Ok(None) };
    let text =
        value.as_str().ok_or_else(|| SignalError::new(name, format!("should be a text, not {}", value.form())))?;
    if text.len() > MAX_TEXT_BYTES {
        return Err(SignalError::new(name, format!("has more than {MAX_TEXT_BYTES} octets; sign its digest")));
    }
    Ok(Some(text))
}

fn word<T: FromStr<Err: Display>>(members: &Map, name: &'static str) -> Result<Option<T>, SignalError> {
    let parsed = shown(members, name)?.map(str::parse).transpose();
    parsed.map_err(|error: T::Err| SignalError::new(name, format!("cannot be read: {error}")))
}

fn needed<T: FromStr<Err: Display>>(members: &Map, name: &'static str) -> Result<T, SignalError> {
    word(members, name)?.ok_or_else(|| SignalError::new(name, "is missing"))
}

fn confidence(object: &Map) -> Result<Option<u8>, SignalError> {
    let Some(value) = object.get("confidence") else { return Ok(None) };
    let number = value.as_integer().and_then(|value| u8::try_from(value).ok()).filter(|value| *value <= MAX_CONFIDENCE);
    let wrong = || SignalError::new("confidence", format!("should be a whole number from 0 to {MAX_CONFIDENCE}"));
    number.map(Some).ok_or_else(wrong)
}

fn normaliser(own: &Map) -> Result<Option<NormaliserVersion>, SignalError> {
    let Some(name) = shown(own, "normaliser")? else { return Ok(None) };
    let wrong = || SignalError::new("normaliser", "is of a version that this program does not know; update it");
    NormaliserVersion::from_name(name).map(Some).ok_or_else(wrong)
}

fn target(own: &Map, kind: SignalKind, disclosure: Disclosure, budget: &mut Budget) -> Result<Target, SignalError> {
    match (disclosure, kind.form()) {
        (Disclosure::Private, _) => Ok(Target::Private),
        (Disclosure::Digest | Disclosure::Keyed, _)
        | (Disclosure::Open, Form::Picture | Form::File | Form::LowEntropy) => Ok(Target::Keys),
        (Disclosure::Open, Form::Text) => Ok(Target::Text { text: needed(own, "text")? }),
        (Disclosure::Open, Form::Keyword) => keyword(own),
        (Disclosure::Open, Form::Rule) => rule(own, budget),
        (Disclosure::Open, Form::Package) => package(own),
    }
}

fn keyword(own: &Map) -> Result<Target, SignalError> {
    let written: String = needed(own, "text")?;
    let version = normaliser(own)?.ok_or_else(|| SignalError::new("normaliser", "is missing"))?;
    let keyword =
        Keyword::new(&written, version).map_err(|error| SignalError::new("text", format!("is refused: {error}")))?;
    Ok(Target::Keyword { keyword, written })
}

fn rule(own: &Map, budget: &mut Budget) -> Result<Target, SignalError> {
    let combine: Combining = needed(own, "combine")?;
    let wrong = || SignalError::new("patterns", format!("should be a list of 1 to {MAX_PATTERNS} texts"));
    let list = own.get("patterns").and_then(Json::as_array).ok_or_else(wrong)?;
    if list.is_empty() || list.len() > MAX_PATTERNS {
        return Err(wrong());
    }
    let patterns: Option<Vec<String>> = list.iter().map(|pattern| pattern.as_str().map(str::to_owned)).collect();
    let patterns = patterns.ok_or_else(wrong)?;
    Ok(Target::Rule { rule: Rule::within(combine.into(), &patterns, budget), combine, patterns })
}

fn package(own: &Map) -> Result<Target, SignalError> {
    let (name, ecosystem): (String, String) = (needed(own, "text")?, needed(own, "ecosystem")?);
    let fits =
        |text: &str| (1..=MAX_NAME_BYTES).contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_graphic());
    if !fits(&name) {
        return Err(SignalError::new("text", "should be the name of a package: visible ASCII, at most 214 octets"));
    }
    if !fits(&ecosystem) {
        return Err(SignalError::new("ecosystem", "should name where packages are looked for: `pypi`, `npm`"));
    }
    Ok(Target::Package { name, ecosystem })
}

fn check(signal: &Signal) -> Result<(), SignalError> {
    if signal.valid_until.is_some_and(|until| until <= signal.valid_from) {
        return Err(SignalError::new("valid_until", "should be later than `valid_from`"));
    }
    if signal.kind.is_shard() && signal.disclosure != Disclosure::Private && signal.part_of.is_none() {
        return Err(SignalError::new("part_of", "is missing; name the digest of the whole"));
    }
    check_exact(signal)?;
    check_similarity(signal)?;
    match &signal.target {
        Target::Text { text } => check_text(signal, text),
        Target::Keyword { .. } | Target::Rule { .. } | Target::Package { .. } | Target::Keys | Target::Private => {
            Ok(())
        }
    }
}

fn check_exact(signal: &Signal) -> Result<(), SignalError> {
    let wrong = |reason: &str| Err(SignalError::new("exact_key", reason));
    match (&signal.exact, signal.disclosure, &signal.target) {
        (Some(_), Disclosure::Private, _) => wrong("says what a private signal keeps back; leave it out"),
        (Some(ExactKey::Plain(_)), Disclosure::Keyed, _) => wrong("is not keyed; compute it with the agreement's key"),
        (Some(ExactKey::Keyed(..)), Disclosure::Digest | Disclosure::Open, _) => {
            wrong("is keyed, and the signal is not")
        }
        (None, Disclosure::Digest | Disclosure::Keyed, _) | (None, _, Target::Text { .. }) => wrong("is missing"),
        (Some(_) | None, ..) => Ok(()),
    }
}

fn check_similarity(signal: &Signal) -> Result<(), SignalError> {
    let wrong = |reason: &str| Err(SignalError::new("similarity_key", reason));
    match (&signal.similarity, signal.kind.form(), signal.disclosure) {
        (None, ..) => Ok(()),
        (Some(_), _, Disclosure::Private | Disclosure::Keyed) => {
            wrong("would show what the signal keeps back; leave it out")
        }
        (Some(SimilarityKey::Pdq(_)), Form::Picture, _) => Ok(()),
        (Some(SimilarityKey::MinHash(_) | SimilarityKey::SimHash(_)), Form::Text, _) => match signal.normaliser {
            Some(_) => Ok(()),
            None => Err(SignalError::new("normaliser", "is missing; the similarity key was computed with one")),
        },
        (Some(_), ..) => wrong("is of another kind of thing than the signal"),
    }
}

/// Keys that an open text does not have would be found where the text is not.
fn check_text(signal: &Signal, text: &str) -> Result<(), SignalError> {
    let version = signal.normaliser.ok_or_else(|| SignalError::new("normaliser", "is missing"))?;
    let normal = version.normalise(text);
    if normal.as_str().is_empty() {
        return Err(SignalError::new("text", "has neither letters nor digits"));
    }
    if signal.exact.as_ref() != Some(&ExactKey::of_text(&normal)) {
        return Err(SignalError::new("exact_key", "is not that of the text"));
    }
    match &signal.similarity {
        Some(SimilarityKey::MinHash(key)) if **key != signature(&normal) => {
            Err(SignalError::new("similarity_key", "is not that of the text"))
        }
        Some(SimilarityKey::SimHash(key)) if *key != text::SimHash::new(&shingles(&normal)) => {
            Err(SignalError::new("similarity_key", "is not that of the text"))
        }
        Some(_) | None => Ok(()),
    }
}

fn shingles(normal: &Normalised) -> ShingleSet {
    ShingleSet::new(normal.as_str(), ShingleWidths::V1)
}

/// The signature by which near texts are found.
pub(crate) fn signature(normal: &Normalised) -> MinHash {
    signature_of(&shingles(normal))
}
