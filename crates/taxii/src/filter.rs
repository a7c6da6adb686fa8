//! Filters (section 3.4): which objects of a collection are meant.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use record::stix::StixId;
use record::time::Timestamp;

use crate::limits::MAX_MATCH_VALUES;
use crate::query::Parameters;
use crate::refusal::{Refusal, Wrong};

/// `match[id]`
pub(crate) const ID: &str = "match[id]";
/// `match[type]`
pub(crate) const TYPE: &str = "match[type]";
/// `match[version]`
pub(crate) const VERSION: &str = "match[version]";
/// `match[spec_version]`
pub(crate) const SPEC_VERSION: &str = "match[spec_version]";

/// Characters of the name of a type: STIX 2.1 section 3.1.
const TYPE_CHARACTERS: std::ops::RangeInclusive<usize> = 3..=250;

/// What an object must be to be meant: one of the values of each parameter that is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Filters {
    /// Any of these ids; none means any.
    pub ids: BTreeSet<StixId>,
    /// Any of these types; none means any.
    pub types: BTreeSet<String>,
    /// Any of these versions.
    pub versions: VersionMatch,
    /// Any of these versions of STIX; none means the latest in which an object is there, which is 2.1 here.
    pub spec_versions: BTreeSet<SpecVersion>,
}

/// Which versions of an object are meant. The last, unless something is said (section 3.4.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct VersionMatch {
    /// All of them.
    pub all: bool,
    /// The one with the latest version.
    pub last: bool,
    /// The one with the earliest.
    pub first: bool,
    /// Those with just these versions.
    pub exact: BTreeSet<Timestamp>,
}

/// A version of STIX that objects can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SpecVersion {
    /// STIX 2.0.
    V20,
    /// STIX 2.1.
    V21,
}

/// One version of one object, as far as filters look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores build it, and filters look at nothing else")]
pub struct Version<'a> {
    /// The object's id.
    pub id: &'a StixId,
    /// `modified`; otherwise `created`; otherwise when it was added.
    pub version: Timestamp,
    /// The version of STIX that it is in.
    pub spec_version: SpecVersion,
    /// No version of this object in the collection is earlier.
    pub is_first: bool,
    /// None is later.
    pub is_last: bool,
}

impl Filters {
    /// Whether this version of this object is meant. A store that turns filters into questions of its own must answer the same.
    #[must_use]
    pub fn select(&self, one: Version<'_>) -> bool {
        (self.ids.is_empty() || self.ids.contains(one.id))
            && (self.types.is_empty() || self.types.contains(one.id.object_type()))
            && self.versions.select(one)
            && (self.spec_versions.is_empty() || self.spec_versions.contains(&one.spec_version))
    }

    pub(crate) fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let ids = values(parameters, ID, |text| text.parse().ok())?;
        let types = values(parameters, TYPE, |text| is_type(text).then(|| text.to_owned()))?;
        let spec_versions = values(parameters, SPEC_VERSION, |text| text.parse().ok())?;
        Ok(Self { ids, types, versions: VersionMatch::read(parameters)?, spec_versions })
    }

    /// One text for what is meant, in whatever order it was asked for: a cursor is bound to it.
    pub(crate) fn to_text(&self) -> String {
        let VersionMatch { all, last, first, exact } = &self.versions;
        let ids = joined(self.ids.iter());
        let (types, spec_versions) = (joined(self.types.iter()), joined(self.spec_versions.iter()));
        format!("{ids};{types};{all},{last},{first},{};{spec_versions}", joined(exact.iter().map(|one| one.micros())))
    }
}

impl VersionMatch {
    pub(crate) const fn every() -> Self {
        Self { all: true, last: false, first: false, exact: BTreeSet::new() }
    }

    fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let mut versions = Self { all: false, last: false, first: false, exact: BTreeSet::new() };
        for word in values(parameters, VERSION, |text| Some(text.to_owned()))? {
            match word.as_str() {
                "all" => versions.all = true,
                "last" => versions.last = true,
                "first" => versions.first = true,
                text => {
                    let wrong = |_| Wrong::Filter.about(VERSION, "Write last, first, all, or a timestamp in UTC.");
                    versions.exact.insert(text.parse().map_err(wrong)?);
                }
            }
        }
        Ok(if versions.is_empty() { Self::default() } else { versions })
    }

    fn is_empty(&self) -> bool {
        !self.all && !self.last && !self.first && self.exact.is_empty()
    }

    fn select(&self, one: Version<'_>) -> bool {
        self.all || (self.last && one.is_last) || (self.first && one.is_first) || self.exact.contains(&one.version)
    }
}

impl Default for VersionMatch {
    fn default() -> Self {
        Self { all: false, last: true, first: false, exact: BTreeSet::new() }
    }
}

/// The values of one parameter. One that no object can have is an error and not an empty answer, which would look like a
/// collection without such objects.
fn values<T: Ord>(
    parameters: &Parameters,
    name: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<BTreeSet<T>, Refusal> {
    let Some(text) = parameters.value(name) else { return Ok(BTreeSet::new()) };
    if text.split(',').count() > MAX_MATCH_VALUES {
        return Err(Wrong::Filter.about(name, &format!("Name {MAX_MATCH_VALUES} values at most.")));
    }
    let wrong =
        |value: &str| Wrong::Filter.about(name, &format!("No object has `{}`.", crate::refusal::excerpt(value)));
    text.split(',').map(|value| read(value).ok_or_else(|| wrong(value))).collect()
}

fn is_type(text: &str) -> bool {
    let fits = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
    TYPE_CHARACTERS.contains(&text.len()) && text.bytes().all(fits)
}

fn joined(values: impl Iterator<Item = impl fmt::Display>) -> String {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join(",")
}

impl SpecVersion {
    /// The media type of an object in it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::V20 => "application/stix+json;version=2.0",
            Self::V21 => "application/stix+json;version=2.1",
        }
    }
}

impl fmt::Display for SpecVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::V20 => "2.0",
            Self::V21 => "2.1",
        })
    }
}

impl FromStr for SpecVersion {
    type Err = NotASpecVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "2.0" => Ok(Self::V20),
            "2.1" => Ok(Self::V21),
            _ => Err(NotASpecVersion),
        }
    }
}

/// A text names no version of STIX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a version of STIX: 2.0 or 2.1")]
#[non_exhaustive]
pub struct NotASpecVersion;
