//! A new signal, and the pattern that STIX asks of an indicator.

use record::json::{Json, Map};
use record::stix::{StixId, StixObject};
use record::time::Timestamp;
use text::NormaliserVersion;

use super::read::signature;
use super::words::Form;
use super::{
    Combining, Disclosure, ExactKey, SIGNAL_EXTENSION, SIGNAL_TYPE, Signal, SignalError, SignalKind, SimilarityKey,
    State, Target,
};

/// What a new signal says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewSignal {
    kind: SignalKind,
    disclosure: Disclosure,
    valid_from: Timestamp,
    top: Map,
    own: Map,
}

impl NewSignal {
    fn new(kind: SignalKind, disclosure: Disclosure, valid_from: Timestamp) -> Self {
        let own = Map::new()
            .with("extension_type", "property-extension")
            .with("kind", kind.name())
            .with("disclosure", disclosure.name())
            .with("state", State::Seen.name());
        Self { kind, disclosure, valid_from, top: Map::new(), own }
    }

    /// A text: with its keys, and if it is open with its words.
    #[must_use]
    pub fn text(
        kind: SignalKind,
        disclosure: Disclosure,
        text: &str,
        version: NormaliserVersion,
        from: Timestamp,
    ) -> Self {
        let normal = version.normalise(text);
        let mut new = Self::new(kind, disclosure, from)
            .with("normaliser", version.name())
            .with("exact_key", ExactKey::of_text(&normal).to_string())
            .with("similarity_key", SimilarityKey::MinHash(Box::new(signature(&normal))).to_string());
        if disclosure == Disclosure::Open {
            new.own.set("text", text);
        }
        new
    }

    /// A word or phrase.
    #[must_use]
    pub fn keyword(keyword: &str, version: NormaliserVersion, from: Timestamp) -> Self {
        Self::new(SignalKind::Keyword, Disclosure::Open, from).with("normaliser", version.name()).with("text", keyword)
    }

    /// A rule.
    #[must_use]
    pub fn rule(combine: Combining, patterns: &[&str], from: Timestamp) -> Self {
        let mut new = Self::new(SignalKind::Rule, Disclosure::Open, from).with("combine", combine.name());
        new.own.set("patterns", Json::Array(patterns.iter().map(|pattern| Json::text(*pattern)).collect()));
        new
    }

    /// The name of a package that does not exist.
    #[must_use]
    pub fn package(name: &str, ecosystem: &str, from: Timestamp) -> Self {
        let new = Self::new(SignalKind::HallucinatedPackage, Disclosure::Open, from);
        new.with("text", name).with("ecosystem", ecosystem)
    }

    /// Something of which keys alone are shown.
    #[must_use]
    pub fn keys(kind: SignalKind, exact: &ExactKey, similarity: Option<&SimilarityKey>, from: Timestamp) -> Self {
        let disclosure = match exact {
            ExactKey::Plain(_) => Disclosure::Digest,
            ExactKey::Keyed(..) => Disclosure::Keyed,
        };
        let mut new = Self::new(kind, disclosure, from).with("exact_key", exact.to_string());
        similarity.into_iter().for_each(|key| new.own.set("similarity_key", key.to_string()));
        new
    }

    /// Something that can be asked about privately and in no other way.
    #[must_use]
    pub fn private(kind: SignalKind, from: Timestamp) -> Self {
        Self::new(kind, Disclosure::Private, from)
    }

    /// The same with one more property of the extension, such as `family`, `source`, `how`, `part_of` or another `state`.
    #[must_use]
    pub fn with(mut self, name: &str, text: impl Into<String>) -> Self {
        self.own.set(name, text.into());
        self
    }

    /// The same with how sure its author is.
    #[must_use]
    pub fn confidence(mut self, confidence: u8) -> Self {
        self.top.set("confidence", Json::count(confidence));
        self
    }

    /// The same with an end.
    #[must_use]
    pub fn until(mut self, until: Timestamp) -> Self {
        self.top.set("valid_until", until.to_string());
        self
    }

    /// The signal.
    ///
    /// # Errors
    /// [`SignalError`] for whatever a reader would refuse: nothing is written that is not read.
    pub fn build(self, id: &StixId, created: Timestamp) -> Result<Signal, SignalError> {
        let (pattern_type, pattern) = pattern(self.kind, self.disclosure, &self.own);
        let head = Map::new()
            .with("type", SIGNAL_TYPE)
            .with("spec_version", "2.1")
            .with("id", id.as_str())
            .with("created", created.to_string())
            .with("modified", created.to_string())
            .with("pattern", pattern)
            .with("pattern_type", pattern_type)
            .with("valid_from", self.valid_from.to_string());
        let object = self.top.into_iter().fold(head, |object, (name, value)| object.with(name, value));
        let object = object.with("extensions", Map::new().with(SIGNAL_EXTENSION, self.own));
        let object = StixObject::from_map(object).map_err(|error| SignalError::new("object", error.to_string()))?;
        Signal::of_object(&object)
    }
}

/// A file's digest is a pattern of STIX itself, which any tool reads. For everything else the pattern's language is ours, and
/// what it says is what the keys say.
fn pattern(kind: SignalKind, disclosure: Disclosure, own: &Map) -> (&'static str, String) {
    let exact = own.text("exact_key").and_then(|key| key.parse::<ExactKey>().ok());
    match (kind.form(), disclosure, exact) {
        (_, Disclosure::Private, _) => ("detente-private", format!("private {kind}")),
        (Form::File | Form::Picture, _, Some(ExactKey::Plain(digest))) => {
            let hex: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
            ("stix", format!("[file:hashes.'SHA-256' = '{hex}']"))
        }
        (_, _, Some(key)) => ("detente-match", format!("{kind} {key}")),
        (_, _, None) => ("detente-match", format!("{kind} {}", written(own))),
    }
}

/// What an open signal without a key looks for, in one line.
fn written(own: &Map) -> String {
    let patterns = own.get("patterns").and_then(Json::as_array).unwrap_or_default();
    let patterns: Vec<&str> = patterns.iter().filter_map(Json::as_str).collect();
    own.text("text").map_or_else(|| patterns.join(" | "), str::to_owned)
}

/// # Errors
/// [`SignalError`] if the pattern says something else than the keys: two tools would look for two things.
pub(super) fn check_pattern(signal: &Signal) -> Result<(), SignalError> {
    let own = signal.object.get("extensions").and_then(Json::as_object).and_then(|all| all.get(SIGNAL_EXTENSION));
    let empty = Map::new();
    let (pattern_type, pattern) =
        pattern(signal.kind, signal.disclosure, own.and_then(Json::as_object).unwrap_or(&empty));
    if signal.object.text("pattern_type") != Some(pattern_type) {
        return Err(SignalError::new("pattern_type", format!("should be `{pattern_type}`")));
    }
    if signal.object.text("pattern") != Some(pattern.as_str()) {
        return Err(SignalError::new("pattern", "says something else than the keys of the signal"));
    }
    Ok(())
}

impl Signal {
    /// Whether it can be found in content at all: a private signal, and a rule that is set aside, cannot.
    #[must_use]
    pub const fn is_matchable(&self) -> bool {
        match &self.target {
            Target::Private => false,
            Target::Rule { rule, .. } => rule.is_ok(),
            Target::Text { .. } | Target::Keyword { .. } | Target::Package { .. } | Target::Keys => true,
        }
    }
}
