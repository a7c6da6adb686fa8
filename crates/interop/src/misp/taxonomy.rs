//! Taxonomies of MISP: files that say which machine tags there are.

use std::collections::{BTreeMap, BTreeSet};

use record::json::{Json, Map, parse};

use super::tag::MachineTag;

/// Taxonomies about AI. Their tags are kept under their own names, whether or not their files are at hand.
pub const AI_NAMESPACES: [&str; 7] = [
    "agent-threat-rules",
    "ai-bias-terminology",
    "ai-computer-assisted",
    "ai-safety-benchmark",
    "eu-ai-act",
    "failure-mode-in-machine-learning",
    "information-origin",
];

/// How a tag stands to the taxonomies that are at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "known, not known, or nobody can say")]
pub enum Standing {
    /// Its taxonomy has it.
    Known,
    /// Its taxonomy is at hand and does not have it.
    Unknown,
    /// Its taxonomy is not at hand.
    Unchecked,
}

/// One taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taxonomy {
    /// What its tags begin with.
    pub namespace: String,
    /// Its version.
    pub version: i64,
    /// Its predicates, each with its values; without values a predicate stands alone.
    predicates: BTreeMap<String, BTreeSet<String>>,
}

/// A file is no taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the taxonomy {0}; take the file `machinetag.json` of its folder in misp-taxonomies")]
pub struct TaxonomyError(String);

impl Taxonomy {
    /// Reads the file of a taxonomy.
    ///
    /// # Errors
    /// [`TaxonomyError`] if it is none.
    pub fn read(octets: &[u8]) -> Result<Self, TaxonomyError> {
        let parsed = parse(octets).map_err(|error| TaxonomyError(format!("is not JSON: {error}")))?;
        let members = parsed.as_object().ok_or_else(|| TaxonomyError("is not an object".to_owned()))?;
        let missing = |name: &str| TaxonomyError(format!("has no `{name}`"));
        let namespace = members.text("namespace").ok_or_else(|| missing("namespace"))?.to_owned();
        let version = members.get("version").and_then(Json::as_integer).ok_or_else(|| missing("version"))?;
        let list = members.get("predicates").and_then(Json::as_array).ok_or_else(|| missing("predicates"))?;
        let mut predicates: BTreeMap<String, BTreeSet<String>> =
            list.iter().filter_map(|one| Some((folded(one.as_object()?.text("value")?), BTreeSet::new()))).collect();
        for (predicate, values) in objects(members.get("values")).filter_map(values) {
            predicates.entry(predicate).or_default().extend(values);
        }
        Ok(Self { namespace, version, predicates })
    }

    fn has(&self, tag: &MachineTag) -> bool {
        let Some(values) = self.predicates.get(&folded(&tag.predicate)) else { return false };
        tag.value.as_ref().map_or(values.is_empty(), |value| values.contains(&folded(value)))
    }
}

fn objects(list: Option<&Json>) -> impl Iterator<Item = &Map> {
    list.and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_object)
}

/// The values of one predicate.
fn values(members: &Map) -> Option<(String, Vec<String>)> {
    let entries = objects(members.get("entry")).filter_map(|entry| entry.text("value")).map(folded);
    Some((folded(members.text("predicate")?), entries.collect()))
}

/// MISP does not tell upper from lower case in tags.
fn folded(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// The taxonomies that are at hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taxonomies(BTreeMap<String, Taxonomy>);

impl Taxonomies {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes one more; a later one of the same name replaces an earlier one.
    #[must_use]
    pub fn with(mut self, taxonomy: Taxonomy) -> Self {
        self.0.insert(folded(&taxonomy.namespace), taxonomy);
        self
    }

    /// How a tag stands to them.
    #[must_use]
    pub fn standing(&self, tag: &MachineTag) -> Standing {
        match self.0.get(&folded(&tag.namespace)) {
            None => Standing::Unchecked,
            Some(taxonomy) if taxonomy.has(tag) => Standing::Known,
            Some(_) => Standing::Unknown,
        }
    }

    /// True if tags of this namespace are about AI, or its taxonomy is at hand.
    pub(crate) fn is_kept(&self, namespace: &str) -> bool {
        let folded = folded(namespace);
        AI_NAMESPACES.contains(&folded.as_str()) || self.0.contains_key(&folded)
    }
}
