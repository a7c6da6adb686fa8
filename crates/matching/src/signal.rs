//! One misuse signal: what to look for, and what is known of it.
//!
//! A signal is a STIX 2.1 `indicator` with an extension of ours; up to 256 of them are the members of one record, each of which
//! discloses as a whole. What is said twice has to agree: an indicator's pattern follows from its keys, and the keys of an open
//! text from the text. Members that no table knows are kept.

mod keys;
mod read;
mod words;
mod write;

use record::json::Map;
use record::stix::StixId;
use record::time::Timestamp;
use text::NormaliserVersion;

pub use keys::{ExactKey, KeyId, NotAKey, SimilarityKey};
pub(crate) use read::signature;
pub use words::{Combining, Disclosure, SignalKind, State};
pub use write::NewSignal;

use crate::rules::Rule;

/// The STIX type of a signal.
pub const SIGNAL_TYPE: &str = "indicator";

/// The id of our extension.
pub const SIGNAL_EXTENSION: &str = "extension-definition--c1d0b6a8-6f0e-4d5c-9a57-1f7c8f3b2e64";

/// Signals in one record.
pub const MAX_MEMBERS: usize = 256;

/// Octets of an open text. A prompt of the size of a book is a file, and is named by its digest.
pub const MAX_TEXT_BYTES: usize = 256 * 1024;

/// The greatest confidence (STIX 2.1 section 3.2).
pub const MAX_CONFIDENCE: u8 = 100;

/// A property of a signal does not have the value that the format asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{property}` {reason}")]
#[non_exhaustive]
pub struct SignalError {
    /// The property.
    pub property: &'static str,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl SignalError {
    pub(crate) fn new(property: &'static str, reason: impl Into<String>) -> Self {
        Self { property, reason: reason.into() }
    }
}

/// Where a signal comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Provenance {
    /// What it was taken from: a product, a collection, a report.
    pub source: Option<String>,
    /// How it was found: by a person's report, a classifier, a search.
    pub how: Option<String>,
}

impl Provenance {
    /// Where a signal comes from.
    #[must_use]
    pub fn new(source: Option<&str>, how: Option<&str>) -> Self {
        Self { source: source.map(str::to_owned), how: how.map(str::to_owned) }
    }
}

/// What is to be looked for, as its kind and its disclosure allow it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Target {
    /// A text that everybody who reads the signal may see.
    Text {
        /// The text as it was found.
        text: String,
    },
    /// A word or phrase.
    Keyword {
        /// As its author wrote it.
        keyword: crate::keywords::Keyword,
        /// The same before it was normalised.
        written: String,
    },
    /// A rule.
    Rule {
        /// Its patterns, or why it is not run. A rule that is set aside is a signal all the same.
        rule: Result<Rule, crate::rules::SetAside>,
        /// How its patterns go together.
        combine: Combining,
        /// The patterns as they were written.
        patterns: Vec<String>,
    },
    /// The name of a package that does not exist.
    Package {
        /// Its name.
        name: String,
        /// Where it would be looked for: `pypi`, `npm`.
        ecosystem: String,
    },
    /// Keys alone.
    Keys,
    /// Nothing: the signal can be asked about privately and in no other way.
    Private,
}

/// A misuse signal.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Signal {
    object: Map,
    /// Its id, which all its versions share.
    pub id: StixId,
    /// What kind of thing it is about.
    pub kind: SignalKind,
    /// How much of it is shown to whoever gets it.
    pub disclosure: Disclosure,
    /// What its author says has become of it.
    pub state: State,
    /// How sure its author is, 0 to 100; none if not said.
    pub confidence: Option<u8>,
    /// When this version of it was made, by its author's word.
    pub modified: Timestamp,
    /// From when it holds.
    pub valid_from: Timestamp,
    /// Until when it holds; none for no end.
    pub valid_until: Option<Timestamp>,
    /// The normaliser of its keys; none where nothing was normalised.
    pub normaliser: Option<NormaliserVersion>,
    /// What finds the same.
    pub exact: Option<ExactKey>,
    /// What finds something near.
    pub similarity: Option<SimilarityKey>,
    /// What is looked for.
    pub target: Target,
    /// Of which file a shard is a part: the digest of the whole.
    pub part_of: Option<ExactKey>,
    /// A name for signals that belong together.
    pub family: Option<String>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Signal {
    /// The object's members.
    #[must_use]
    pub const fn object(&self) -> &Map {
        &self.object
    }

    /// The text, if everybody who reads the signal may see it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Target::Text { text } = &self.target { Some(text) } else { None }
    }

    /// The normal form of an open text, from which words are learnt.
    pub(crate) fn normal_words(&self) -> Option<String> {
        let (version, text) = self.normaliser.zip(self.text())?;
        Some(version.normalise(text).into_string())
    }

    /// Whether it holds at a time: begun, not ended, and not taken back by its author.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        let is_standing = matches!(self.state, State::Seen | State::Confirmed | State::Disputed);
        is_standing && self.valid_from <= now && self.valid_until.is_none_or(|until| now < until)
    }
}
