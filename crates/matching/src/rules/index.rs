//! Many rules over one text.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::alphabet::Letters;
use super::engine::{Outcome, Work};
use super::needs::Signs;
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
    /// Places of rules with a pattern that was not run to its end, since that would have taken too long.
    pub not_run: Vec<u32>,
    /// The text is longer than [`MAX_RULE_TEXT_BYTES`], and no rule has seen the rest.
    pub is_cut: bool,
}

/// Where a literal stands in a text: first and last.
#[derive(Debug, Clone, Copy)]
struct Seen {
    first: usize,
    last: usize,
}

/// Which character of a text stands at an octet.
struct Places {
    characters: usize,
    /// Where characters begin; none where each is one octet.
    starts: Vec<usize>,
}

impl Places {
    fn of(text: &str) -> Self {
        let starts: Vec<usize> =
            if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Self { characters: if starts.is_empty() { text.len() } else { starts.len() }, starts }
    }

    fn character(&self, octet: usize) -> usize {
        if self.starts.is_empty() { octet } else { self.starts.partition_point(|start| *start < octet) }
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
        let end = text.floor_char_boundary(MAX_RULE_TEXT_BYTES);
        let (seen, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        let candidates = self.candidates(seen);
        let mut places: BTreeMap<u32, Vec<(usize, Range<usize>)>> = BTreeMap::new();
        let mut letters = Letters::new(seen);
        let (mut work, mut not_run) = (BTreeMap::<u32, Work>::new(), Vec::new());
        for (id, within) in &candidates {
            let Some((slot, number, pattern)) = self.patterns.get(place(*id)) else { continue };
            let work = work.entry(self.sources.get(place(*slot)).copied().unwrap_or_default()).or_default();
            match pattern.run(&mut letters, within.clone(), work) {
                Outcome::Absent => {}
                Outcome::Found(range) => places.entry(*slot).or_default().push((*number, range)),
                Outcome::TooMuch => not_run.push(*slot),
            }
        }
        not_run.dedup();
        let hits = places.into_iter().filter(|(slot, places)| self.is_met(*slot, places.len()));
        let hits = hits.map(|(slot, places)| RuleHit { slot, places }).collect();
        RuleHits { hits, run: candidates.len(), not_run, is_cut: !rest.is_empty() }
    }

    fn is_met(&self, slot: u32, found: usize) -> bool {
        match self.rules.get(place(slot)) {
            Some((Combine::Any, _)) => found > 0,
            Some((Combine::All, patterns)) => found == *patterns,
            None => false,
        }
    }

    /// The patterns all of whose clauses have a literal in the text and all of whose signs are there, each with where it can be.
    fn candidates(&self, text: &str) -> Vec<(u32, Range<usize>)> {
        let folded: String = text.chars().map(literals::fold).collect();
        let mut seen: Vec<Option<Seen>> = vec![None; self.satisfies.len()];
        let mut met = vec![0_u8; self.patterns.len()];
        let mut candidates = self.unfiltered.clone();
        let matches = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(&folded));
        for found in matches {
            let literal = found.pattern().as_usize();
            let Some(seen) = seen.get_mut(literal) else { continue };
            match seen {
                Some(seen) => seen.last = found.start(),
                None => {
                    *seen = Some(Seen { first: found.start(), last: found.start() });
                    self.satisfy(literal, &mut met, &mut candidates);
                }
            }
        }
        candidates.sort_unstable();
        let (signs, places) = (Signs::of(text), Places::of(&folded));
        let within = candidates.into_iter().filter_map(|id| {
            let (.., pattern) = self.patterns.get(place(id)).filter(|(.., pattern)| pattern.may_be_among(signs))?;
            Some((id, self.place(id, pattern, &seen, &places)?))
        });
        within.collect()
    }

    /// Where a pattern can be, as its literals stand, in characters; none if it cannot be anywhere. Bounds are known in octets, and
    /// there are never more characters than octets.
    fn place(&self, id: u32, pattern: &Pattern, seen: &[Option<Seen>], places: &Places) -> Option<Range<usize>> {
        let (mut from, mut to) = (0, places.characters);
        let literals = self.literals.get(place(id)).map(Vec::as_slice).unwrap_or_default();
        for (clause, literals) in pattern.clauses().iter().zip(literals) {
            let stand = literals.iter().filter_map(|literal| seen.get(place(*literal)).copied().flatten());
            let range = stand.fold((usize::MAX, 0), |(first, last), one| (one.first.min(first), one.last.max(last)));
            let (first, last) = (places.character(range.0), places.character(range.1));
            from = clause.before.map_or(from, |before| from.max(first.saturating_sub(before)));
            to = clause.after.map_or(to, |after| to.min(last.saturating_add(after)));
        }
        (from <= to).then_some(from..to)
    }

    fn satisfy(&self, literal: usize, met: &mut [u8], candidates: &mut Vec<u32>) {
        for (id, bit) in self.satisfies.get(literal).into_iter().flatten() {
            let (Some(met), Some((.., pattern))) = (met.get_mut(place(*id)), self.patterns.get(place(*id))) else {
                continue;
            };
            let before = *met;
            *met |= bit;
            let all = u8::MAX >> (literals::MAX_CLAUSES - pattern.clauses().len().clamp(1, literals::MAX_CLAUSES));
            if before != *met && *met == all {
                candidates.push(*id);
            }
        }
    }
}
