//! What a scan says.

use record::stix::StixId;
use record::time::Timestamp;

use super::content::{Content, Prepared};
use super::matched::{Match, Method};
use super::segment::{Found, Segment};
use super::{Bank, Numbered};
use crate::pdq::MIN_QUALITY;
use crate::signal::State;

/// Matches of one scan that are told. The nearest come first.
const MAX_MATCHES: usize = 1_000;

/// What could not be looked at, or says little.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caveat {
    /// The text is longer than rules look at.
    RulesSawTheBeginning,
    /// So many texts have a part in common with this one that not all were compared.
    NotAllCompared,
    /// There is so little in the picture that its hash says nothing; it was not searched for by its looks.
    LowQuality {
        /// Its quality, 0 to 100.
        quality: u8,
    },
    /// There is neither a letter nor a digit in the text.
    EmptyText,
    /// More signals were found than are told.
    MatchesLeftOut {
        /// How many.
        count: usize,
    },
}

/// Matches that are not flagged, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Suppressed {
    /// What was found.
    pub matched: Match,
    /// What a person wrote beside the harmless content that it is the same as, or near to.
    pub note: String,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Scan {
    /// What was found, the nearest first, each signal once.
    pub matches: Vec<Match>,
    /// What was found in content that is known to be harmless.
    pub suppressed: Vec<Suppressed>,
    /// What was found by signals that wait for a person, because they are found too often.
    pub quarantined: Vec<Match>,
    /// What was not looked at.
    pub caveats: Vec<Caveat>,
}

impl Bank {
    /// Computes of content what is looked for.
    #[must_use]
    pub fn prepare(&self, content: Content) -> Prepared {
        Prepared::new(content, &self.lexicon)
    }

    /// Looks for every signal in content. The bank does not change.
    #[must_use]
    pub fn scan(&self, content: Content, now: Timestamp) -> Scan {
        self.look(&self.prepare(content), now)
    }

    /// The same for content that was prepared before.
    #[must_use]
    pub fn look(&self, prepared: &Prepared, now: Timestamp) -> Scan {
        let mut scan = Scan { caveats: caveats(prepared), ..Scan::default() };
        let mut found: Vec<Match> = Vec::new();
        for segment in self.segments() {
            let Found { hits, caveats } = segment.search(prepared, self.thresholds);
            scan.caveats.extend(caveats);
            found.extend(hits.into_iter().filter_map(|(slot, method)| self.matched(segment, slot, method, now)));
        }
        self.sort_out(&mut scan, prepared, found);
        scan.caveats.dedup();
        scan
    }

    fn matched(&self, segment: &Segment, slot: u32, method: Method, now: Timestamp) -> Option<Match> {
        let entry = segment.entry(slot)?;
        let state = self.state_at(entry, now)?;
        let signal = &entry.signal;
        Some(Match {
            signal: signal.id.clone(),
            author: entry.author.to_string(),
            kind: signal.kind,
            state,
            confidence: signal.confidence,
            family: signal.family.clone(),
            method,
        })
    }

    /// None if the signal was taken back, replaced, has not begun or has ended.
    fn state_at(&self, entry: &Numbered, now: Timestamp) -> Option<State> {
        let (_, standing) = self.standing.get(&entry.signal.id)?;
        let has_begun = entry.signal.valid_from <= now;
        let has_ended = standing.valid_until.is_some_and(|until| until <= now);
        let stands = matches!(standing.state, State::Seen | State::Confirmed | State::Disputed);
        (standing.sequence == entry.sequence && has_begun && !has_ended && stands).then_some(standing.state)
    }

    fn sort_out(&self, scan: &mut Scan, prepared: &Prepared, mut found: Vec<Match>) {
        found.sort_by(|one, other| {
            let nearest = other.method.nearness().total_cmp(&one.method.nearness());
            nearest.then_with(|| one.signal.cmp(&other.signal))
        });
        let mut told = std::collections::BTreeSet::new();
        found.retain(|one| told.insert(one.signal.clone()));
        let harmless = self.harmless.look(prepared);
        for matched in found {
            if self.found.is_stopped(&matched.signal) {
                scan.quarantined.push(matched);
            } else if let Some((_, note)) = harmless.as_ref().filter(|(near, _)| *near >= matched.method.nearness()) {
                scan.suppressed.push(Suppressed { matched, note: (*note).clone() });
            } else {
                scan.matches.push(matched);
            }
        }
        let left_out = scan.matches.len().saturating_sub(MAX_MATCHES);
        scan.matches.truncate(MAX_MATCHES);
        scan.caveats.extend((left_out > 0).then_some(Caveat::MatchesLeftOut { count: left_out }));
    }

    /// Counts what a scan found, and says which signals wait for a person from now on.
    pub fn count(&mut self, scan: &Scan, now: Timestamp) -> Vec<StixId> {
        let counted = scan.matches.iter().filter(|matched| !self.found.count(&matched.signal, now));
        counted.map(|matched| matched.signal.clone()).collect()
    }
}

fn caveats(prepared: &Prepared) -> Vec<Caveat> {
    match &prepared.content {
        Content::Text(_) if prepared.texts.is_empty() => vec![Caveat::EmptyText],
        Content::Picture { fingerprint, .. } if fingerprint.quality < MIN_QUALITY => {
            vec![Caveat::LowQuality { quality: fingerprint.quality }]
        }
        Content::Text(_) | Content::Picture { .. } | Content::Key(_) | Content::Package { .. } => Vec::new(),
    }
}
