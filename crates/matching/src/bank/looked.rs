//! What a scan says.

use std::sync::Arc;

use record::time::Timestamp;

use super::content::{Content, Prepared};
use super::matched::{Match, Method};
use super::segment::{Found, Numbered};
use super::{Bank, SignalName};
use crate::disguise::is_too_long;
use crate::lists::place;
use crate::pdq::MIN_QUALITY;
use crate::rules::RuleText;
use crate::signal::{ExactKey, State};

/// Matches of one scan that are told: of each author the nearest, in turns, so that no author's hide another's.
pub const MAX_MATCHES: usize = 1_000;

/// What could not be looked at, or says little.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caveat {
    /// The text is longer than rules look at.
    RulesSawTheBeginning,
    /// Rules that are here were not run: they are set aside, or beyond a bound. [`Bank::not_run`] names them.
    RulesNotRun {
        /// How many.
        count: usize,
    },
    /// Rules were not run to their end on this text, since their authors made them slow.
    RulesTookTooLong {
        /// Which.
        signals: Vec<SignalName>,
    },
    /// There are more keywords in the text than are told.
    KeywordsLeftOut,
    /// So many texts have a part in common with this one that not all were compared.
    NotAllCompared,
    /// There is so little in the picture that its hash says nothing; it was not searched for by its looks.
    LowQuality {
        /// Its quality, 0 to 100.
        quality: u8,
    },
    /// There is neither a letter nor a digit in the text.
    EmptyText,
    /// The text is longer than disguises are looked for in: it was looked for as it is written, and in no other reading.
    DisguisesNotLookedFor,
    /// Only the digest of a file was looked up: a text in it, or a picture, was not read.
    OnlyTheFile,
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
        let mut scan = Scan { caveats: self.caveats(prepared), ..Scan::default() };
        let mut found: Vec<Match> = Vec::new();
        let mut tell = |Found { hits, caveats }: Found, entries: &[Arc<Numbered>]| {
            scan.caveats.extend(caveats);
            let matched = |(slot, method)| self.matched(entries.get(place(slot))?, method, now);
            found.extend(hits.into_iter().filter_map(matched));
        };
        for segment in self.segments() {
            tell(segment.search(prepared, self.thresholds), segment.entries());
        }
        for text in prepared.rule_texts() {
            let mut text = RuleText::new(text);
            for segment in self.rules.segments() {
                tell(segment.search(&mut text), segment.entries());
            }
        }
        self.sort_out(&mut scan, prepared, found);
        scan.caveats = each_once(std::mem::take(&mut scan.caveats));
        scan
    }

    fn matched(&self, entry: &Numbered, method: Method, now: Timestamp) -> Option<Match> {
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
        let standing = self.authors.get(&entry.author, &entry.signal.id)?;
        let has_begun = entry.signal.valid_from <= now;
        let has_ended = standing.valid_until.is_some_and(|until| until <= now);
        let stands = matches!(standing.state, State::Seen | State::Confirmed | State::Disputed);
        (standing.sequence == Some(entry.sequence) && has_begun && !has_ended && stands).then_some(standing.state)
    }

    fn sort_out(&self, scan: &mut Scan, prepared: &Prepared, mut found: Vec<Match>) {
        found.sort_by(|one, other| {
            let nearest = other.method.nearness().total_cmp(&one.method.nearness());
            nearest.then_with(|| one.signal.cmp(&other.signal))
        });
        let mut told = std::collections::BTreeSet::new();
        found.retain(|one| told.insert(one.name()));
        if found.is_empty() {
            return;
        }
        let harmless = self.harmless.look(prepared);
        let stopped = self.found();
        for matched in found {
            let name = matched.name();
            if stopped.is_stopped(&name) && !self.allowed.signals.contains(&name) {
                scan.quarantined.push(matched);
            } else if let Some((_, note)) = harmless.as_ref().filter(|(near, _)| *near >= matched.method.nearness()) {
                scan.suppressed.push(Suppressed { matched, note: (*note).clone() });
            } else {
                scan.matches.push(matched);
            }
        }
        drop(stopped);
        let count = in_turns(&mut scan.matches, |one| &one.author)
            + in_turns(&mut scan.quarantined, |one| &one.author)
            + in_turns(&mut scan.suppressed, |one| &one.matched.author);
        scan.caveats.extend((count > 0).then_some(Caveat::MatchesLeftOut { count }));
    }

    /// Counts what a scan found, and says which signals wait for a person from now on. All copies of a bank count together.
    #[must_use]
    pub fn count(&self, scan: &Scan, now: Timestamp) -> Vec<SignalName> {
        if scan.matches.is_empty() {
            return Vec::new();
        }
        let mut found = self.found();
        scan.matches.iter().map(Match::name).filter(|name| !found.count(name, now)).collect()
    }

    fn caveats(&self, prepared: &Prepared) -> Vec<Caveat> {
        let mut all = caveats(prepared);
        let count = self.rules.not_run_count();
        let is_text = matches!(prepared.content, Content::Text(_));
        all.extend((is_text && count > 0).then_some(Caveat::RulesNotRun { count }));
        all
    }
}

/// Cuts a list to what is told, of each author in turns, and says how many that leaves out.
fn in_turns<T>(list: &mut Vec<T>, author: impl Fn(&T) -> &str) -> usize {
    let left_out = list.len().saturating_sub(MAX_MATCHES);
    if left_out == 0 {
        return 0;
    }
    let mut turns: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(list.len());
    for (at, one) in list.iter().enumerate() {
        let turn = turns.entry(author(one).to_owned()).or_default();
        order.push((*turn, at));
        *turn += 1;
    }
    order.sort_unstable();
    order.truncate(MAX_MATCHES);
    let kept: std::collections::BTreeSet<usize> = order.into_iter().map(|(_, at)| at).collect();
    let mut at = 0_usize..;
    list.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    left_out
}

fn each_once(caveats: Vec<Caveat>) -> Vec<Caveat> {
    let mut once: Vec<Caveat> = Vec::new();
    for caveat in caveats {
        if !once.contains(&caveat) {
            once.push(caveat);
        }
    }
    once
}

fn caveats(prepared: &Prepared) -> Vec<Caveat> {
    match &prepared.content {
        Content::Text(_) if prepared.texts.is_empty() => vec![Caveat::EmptyText],
        Content::Text(text) if is_too_long(text) => vec![Caveat::DisguisesNotLookedFor],
        Content::Key(ExactKey::Plain(_)) => vec![Caveat::OnlyTheFile],
        Content::Picture { fingerprint, .. } if fingerprint.quality < MIN_QUALITY => {
            vec![Caveat::LowQuality { quality: fingerprint.quality }]
        }
        Content::Text(_) | Content::Picture { .. } | Content::Key(_) | Content::Package { .. } => Vec::new(),
    }
}
