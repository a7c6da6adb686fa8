//! What was scanned lately, so that a new signal can be looked for in it.
//!
//! Content itself is never kept: of each scan its digest, its signature or its hash. So keywords and rules cannot be looked for
//! here, and that is said.

use std::collections::VecDeque;

use record::time::Timestamp;
use text::MinHash;

use super::content::{Content, Prepared};
use super::matched::Method;
use super::ruled::RuleSegment;
use super::segment::{Numbered, Segment};
use super::{Bank, SignalName};
use crate::disguise::Reading;
use crate::exact::ShortDigest;
use crate::pdq::{MIN_QUALITY, Pdq};
use crate::signal::Target;

/// Contents that are remembered: some 60 MB of them if all are texts.
pub const RECENT_CONTENTS: usize = 100_000;

/// What is remembered of one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The name under which whoever scanned can find the content again. It is his, and says nothing here.
    pub content: String,
    /// When it was scanned.
    pub at: Timestamp,
    digest: Option<ShortDigest>,
    signature: Option<Box<MinHash>>,
    picture: Option<Pdq>,
}

/// A new signal that was found in something that was scanned before it came.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Late {
    /// The name of the content.
    pub content: String,
    /// When it was scanned.
    pub at: Timestamp,
    /// Which signal.
    pub signal: SignalName,
    /// How it was found.
    pub method: Method,
}

/// What was scanned lately, the oldest first.
#[derive(Debug, Clone)]
pub struct Recent {
    most: usize,
    seen: VecDeque<Seen>,
}

impl Default for Recent {
    fn default() -> Self {
        Self::new(RECENT_CONTENTS)
    }
}

impl Recent {
    /// Remembers at most so many.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self { most, seen: VecDeque::new() }
    }

    /// Remembers one more, and forgets the oldest if there are too many.
    pub fn remember(&mut self, content: &str, prepared: &Prepared, at: Timestamp) {
        let picture = match &prepared.content {
            Content::Picture { fingerprint, .. } if fingerprint.quality >= MIN_QUALITY => Some(fingerprint.hash),
            Content::Picture { .. } | Content::Text(_) | Content::Key(_) | Content::Package { .. } => None,
        };
        let signature = prepared.texts.first().map(|text| Box::new(text.signature.clone()));
        let digest = prepared.digest();
        self.seen.push_back(Seen { content: content.to_owned(), at, digest, signature, picture });
        while self.seen.len() > self.most {
            self.seen.pop_front();
        }
    }

    /// How many are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}

impl Bank {
    /// Looks for signals that came lately in what was scanned before: those from this number on. What is known to be harmless is not
    /// told, as in a scan. Also says
    /// how many of them cannot be looked for, because they are keywords, rules or names and content is not kept. Where more than
    /// [`crate::near::MAX_COMPARED`] of them have a part in common with one content, the others are not compared.
    #[must_use]
    pub fn look_back(&self, recent: &Recent, since: u64) -> (Vec<Late>, usize) {
        let rules = self.rules.segments().flat_map(RuleSegment::entries);
        let all = self.segments().flat_map(Segment::entries).chain(rules);
        let new: Vec<_> = all.filter(|entry| entry.sequence >= since).cloned().collect();
        let hidden = new.iter().filter(|entry| is_hidden(entry)).count();
        let segment = Segment::new(new.into_iter().filter(|entry| self.is_live(entry)).collect(), self.seed);
        let late = recent.seen.iter().flat_map(|seen| self.late(&segment, seen)).collect();
        (late, hidden)
    }

    /// The number from which signals that come now are counted: to be handed to [`Bank::look_back`] after they were added.
    #[must_use]
    pub const fn next_number(&self) -> u64 {
        self.next_sequence
    }

    fn late(&self, segment: &Segment, seen: &Seen) -> Vec<Late> {
        let mut hits = Vec::new();
        seen.digest.iter().for_each(|digest| segment.exact(digest, None, &mut hits));
        if let Some(signature) = &seen.signature {
            let _is_cut = segment.near(signature, Reading::Normal, self.thresholds, &mut hits);
        }
        seen.picture.iter().for_each(|hash| segment.alike(&[*hash], self.thresholds, &mut hits));
        hits.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.nearness().total_cmp(&one.1.nearness())));
        hits.dedup_by_key(|hit| hit.0);
        if !hits.is_empty() {
            let keys = (seen.digest.as_ref(), seen.signature.as_deref(), seen.picture.as_ref());
            let harmless = self.harmless.near(keys);
            hits.retain(|(_, method)| harmless.is_none_or(|(near, _)| method.nearness() > near));
        }
        let late = hits.into_iter().filter_map(|(slot, method)| {
            let entry = segment.entry(slot)?;
            let signal = SignalName::new(&entry.author, entry.signal.id.clone());
            Some(Late { content: seen.content.clone(), at: seen.at, signal, method })
        });
        late.collect()
    }
}

fn is_hidden(entry: &Numbered) -> bool {
    matches!(entry.signal.target, Target::Keyword { .. } | Target::Rule { .. } | Target::Package { .. })
}
