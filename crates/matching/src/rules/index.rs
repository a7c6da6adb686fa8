//! Many rules over one text.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::alphabet::Letters;
use super::engine::{Outcome, Work};
use super::needs::Signs;
use super::places::{FoldedText, Places};
use super::reach::Stretches;
use super::{Combine, Pattern, Rule, literals};
use crate::lists::place;

/// Octets of a text that rules look at. It bounds what one text can cost, and no prompt that anybody writes is as long.
pub const MAX_RULE_TEXT_BYTES: usize = 256 * 1024;

/// Patterns without a literal: each runs on every text. Some tens are bearable.
pub const MAX_UNFILTERED: usize = 256;

/// A rule that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleHit {
    /// Which rule: its place among those that the index was made of.
    pub slot: u32,
    /// Which of its patterns were found, and where first, in octets of the text.
    pub places: Vec<(usize, Range<usize>)>,
}

/// What rules found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RuleHits {
    /// By the place of the rule.
    pub hits: Vec<RuleHit>,
    /// How many patterns were run, of all.
    pub run: usize,
    /// Characters that they had to read, together.
    pub read: usize,
    /// Places of rules with a pattern that was not run to its end, since that would have taken too long.
    pub not_run: Vec<u32>,
    /// The text is longer than [`MAX_RULE_TEXT_BYTES`], and no rule has seen the rest.
    pub is_cut: bool,
}

/// A text as rules look at it. What all indexes need of it is told once, and computed once.
pub struct RuleText<'t> {
    seen: Seen,
    letters: Letters<'t>,
    is_cut: bool,
}

/// What tells which patterns can be in a text, and where.
#[derive(Debug)]
struct Seen {
    folded: FoldedText,
    signs: Signs,
    longest: Stretches,
}

impl<'t> RuleText<'t> {
    /// Rules look at the first [`MAX_RULE_TEXT_BYTES`] of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let end = text.floor_char_boundary(MAX_RULE_TEXT_BYTES);
        let (text, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        let seen = Seen { folded: FoldedText::of(text), signs: Signs::of(text), longest: Stretches::of(text) };
        Self { seen, letters: Letters::new(text), is_cut: !rest.is_empty() }
    }
}

impl fmt::Debug for RuleText<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RuleText of {} octets", self.seen.folded.as_str().len())
    }
}

/// Rules that can be searched for.
#[derive(Clone, Default)]
pub struct RuleIndex {
    rules: Vec<(Combine, usize)>,
    /// Whose each rule is.
    sources: Vec<u32>,
    patterns: Vec<(u32, usize, Pattern)>,
    automaton: Option<AhoCorasick>,
    /// For each literal the patterns and clauses that it satisfies.
    satisfies: Vec<Vec<(u32, u8)>>,
    /// For each pattern and clause the literals.
    literals: Vec<Vec<Vec<u32>>>,
    /// For each pattern the bits of all its clauses.
    clauses: Vec<u8>,
    unfiltered: Vec<u32>,
    refused: Vec<u32>,
}

impl fmt::Debug for RuleIndex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RuleIndex of {} rules with {} literals", self.rules.len(), self.satisfies.len())
    }
}

impl RuleIndex {
    /// An index of these rules, all of one source. Rules whose patterns have no literal are taken up to [`MAX_UNFILTERED`]
    /// patterns.
    #[must_use]
    pub fn new(rules: &[Rule]) -> Self {
        Self::of_sources(rules, &[])
    }

    /// The same with a number for whose each rule is: slow rules of one source take no time from another's.
    #[must_use]
    pub fn of_sources(rules: &[Rule], sources: &[u32]) -> Self {
        let mut index = Self { sources: sources.to_vec(), ..Self::default() };
        let mut literals: BTreeMap<String, Vec<(u32, u8)>> = BTreeMap::new();
        for (slot, rule) in (0..).zip(rules) {
            index.rules.push((rule.combine, rule.patterns.len()));
            if rule.unfiltered() + index.unfiltered.len() > MAX_UNFILTERED {
                index.refused.push(slot);
            } else {
                index.add(slot, rule, &mut literals);
            }
        }
        let (texts, satisfies): (Vec<String>, Vec<_>) = literals.into_iter().unzip();
        index.satisfies = satisfies;
        index.literals = index.patterns.iter().map(|(.., pattern)| vec![Vec::new(); pattern.clauses().len()]).collect();
        for (literal, satisfied) in (0..).zip(&index.satisfies) {
            for (id, bit) in satisfied {
                let clauses = index.literals.get_mut(place(*id));
                let clause = clauses.and_then(|clauses| clauses.get_mut(place(bit.trailing_zeros())));
                clause.into_iter().for_each(|clause| clause.push(literal));
            }
        }
        // An automaton of these literals has far fewer than 2^31 states: it cannot fail to be built.
        index.automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(texts).ok();
        index
    }

    fn add(&mut self, slot: u32, rule: &Rule, literals: &mut BTreeMap<String, Vec<(u32, u8)>>) {
        for (number, pattern) in rule.patterns.iter().enumerate() {
            let id = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
            for (bit, clause) in (0..).zip(pattern.clauses()) {
                clause.literals.iter().for_each(|text| literals.entry(text.clone()).or_default().push((id, 1 << bit)));
            }
            self.clauses.push(bits(pattern.clauses().len()));
            if pattern.is_unfiltered() {
                self.unfiltered.push(id);
            }
            self.patterns.push((slot, number, pattern.clone()));
        }
    }

    /// Places of rules with a pattern that runs on every text.
    pub fn unfiltered(&self) -> impl Iterator<Item = u32> {
        self.unfiltered.iter().filter_map(|id| self.patterns.get(place(*id))).map(|(slot, ..)| *slot)
    }

    /// Places of rules that are not run, because too many others run on every text already.
    #[must_use]
    pub fn refused(&self) -> &[u32] {
        &self.refused
    }

    /// How many patterns there are.
    #[must_use]
    pub const fn patterns(&self) -> usize {
        self.patterns.len()
    }

    /// Finds the rules that a text meets.
    #[must_use]
    pub fn search(&self, text: &str) -> RuleHits {
        self.search_in(&mut RuleText::new(text))
    }

    /// The same in a text that other indexes look at too.
    #[must_use]
    pub fn search_in(&self, text: &mut RuleText<'_>) -> RuleHits {
        let (candidates, stands) = self.candidates(&text.seen);
        let mut run = Run { letters: &mut text.letters, work: BTreeMap::new(), patterns: 0, read: 0 };
        let (mut places, mut not_run) = (BTreeMap::<u32, Vec<(usize, Range<usize>)>>::new(), Vec::new());
        for id in candidates {
            let Some((slot, number, pattern)) = self.patterns.get(place(id)) else { continue };
            let literals = self.literals.get(place(id)).map(Vec::as_slice).unwrap_or_default();
            let source = self.sources.get(place(*slot)).copied().unwrap_or_default();
            match run.pattern(pattern, source, &stands, literals) {
                Outcome::Absent => {}
                Outcome::Found(range) => places.entry(*slot).or_default().push((*number, range)),
                Outcome::TooMuch => not_run.push(*slot),
            }
        }
        not_run.dedup();
        let hits = places.into_iter().filter(|(slot, places)| self.is_met(*slot, places.len()));
        let hits = hits.map(|(slot, places)| RuleHit { slot, places }).collect();
        RuleHits { hits, run: run.patterns, read: run.read, not_run, is_cut: text.is_cut }
    }

    fn is_met(&self, slot: u32, found: usize) -> bool {
        match self.rules.get(place(slot)) {
            Some((Combine::Any, _)) => found > 0,
            Some((Combine::All, patterns)) => found == *patterns,
            None => false,
        }
    }

    /// The patterns all of whose clauses have a literal in the text and all of whose signs are there; and where literals stand.
    fn candidates<'s>(&self, text: &'s Seen) -> (Vec<u32>, Places<'s>) {
        let mut places = Places::new(&text.folded, text.longest, self.satisfies.len());
        let mut met = vec![0_u8; self.patterns.len()];
        let mut candidates = self.unfiltered.clone();
        let matches = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text.folded.as_str()));
        for found in matches {
            let literal = found.pattern().as_usize();
            if places.add(literal, found.start()) {
                self.satisfy(literal, &mut met, &mut candidates);
            }
        }
        candidates.sort_unstable();
        let pattern = |id: &u32| self.patterns.get(place(*id)).map(|(.., pattern)| pattern);
        candidates.retain(|id| pattern(id).is_some_and(|pattern| pattern.may_be_among(text.signs)));
        (candidates, places)
    }

    fn satisfy(&self, literal: usize, met: &mut [u8], candidates: &mut Vec<u32>) {
        for (id, bit) in self.satisfies.get(literal).into_iter().flatten() {
            let at = place(*id);
            let (Some(met), Some(all)) = (met.get_mut(at), self.clauses.get(at)) else { continue };
            let before = *met;
            *met |= bit;
            if before != *met && *met == *all {
                candidates.push(*id);
            }
        }
    }
}

/// One bit for each of so many clauses.
fn bits(clauses: usize) -> u8 {
    (0..clauses.min(literals::MAX_CLAUSES)).fold(0, |bits, clause| bits | 1 << clause)
}

/// Patterns being run on one text.
struct Run<'l, 't> {
    letters: &'l mut Letters<'t>,
    /// Of each source.
    work: BTreeMap<u32, Work>,
    patterns: usize,
    read: usize,
}

impl Run<'_, '_> {
    /// Where a pattern can be is found when it is run, and not before: what that costs is its author's.
    fn pattern(&mut self, pattern: &Pattern, source: u32, places: &Places<'_>, literals: &[Vec<u32>]) -> Outcome {
        let work = self.work.entry(source).or_default();
        if !work.begin_pattern(Places::cost(literals)) {
            return Outcome::TooMuch;
        }
        let parts = places.parts(pattern.clauses(), literals);
        self.patterns += usize::from(!parts.is_empty());
        let mut outcome = Outcome::Absent;
        for part in parts {
            self.read += part.len();
            match pattern.run(self.letters, part, work) {
                Outcome::Absent => {}
                found @ Outcome::Found(_) => return found,
                Outcome::TooMuch => outcome = Outcome::TooMuch,
            }
        }
        outcome
    }
}
