//! Which rules run: all together may cost so much and no more, and nobody takes what is another's.
//!
//! Rules cost memory, and time on every text, so there is a bound for all of them. Our own come first: a partner never crowds them
//! out. Then each partner has an equal part of what is left, so that no partner's rules depend on how many another sends. What some do
//! not use is dealt out among those who want more, by the same law; what is left in the end is for the smallest rules. Nothing of this
//! depends on the order in which rules came, so it is the same after a restart. All of it is dealt out anew whenever a rule comes, goes
//! or ends: what waits runs as soon as there is room, and what ran beyond its author's part gives way to one who has not had his.
//!
//! Whoever has many rules that run has a segment of his own, and what he changes makes that one anew and, as long as there is room for
//! all, nobody else's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use record::stix::StixId;
use record::time::Timestamp;

use super::ruled::{RuleSegment, rule};
use super::segment::Numbered;
use super::{Bank, SignalName, Taken};
use crate::rules::{MAX_UNFILTERED, Rule, SetAside};
use crate::signal::{State, Target};

/// States that the rules of one author unfold to: nearly twice as many as all rules of the ATR project that run,
/// which have 1,135,191 and take 36 MB once all are compiled.
pub const MAX_AUTHOR_STATES: usize = 2 * 1024 * 1024;

/// States that the rules of all authors unfold to. However many our own are, three partners have as many as one author may have at all,
/// and each of 96 has room for the largest rule.
pub const MAX_BANK_STATES: usize = 8 * 1024 * 1024;

/// Patterns of one author that run on every text, because nothing that they find has to hold a literal. The rules of the ATR project
/// have 66, most of them about signs that few texts have.
pub const MAX_AUTHOR_UNFILTERED: usize = 96;

/// States of the rules of one author that run, from which on they have a segment of their own; those of others stand together. Each
/// segment reads every text once more. Making one of as many states costs some milliseconds, and as often as its author likes to
/// change something.
const OWN_SEGMENT_STATES: usize = 32 * 1024;

/// How often what is left is dealt out: each time it is less, and what is left then is for the smallest rules.
const MAX_DEALS: usize = 8;

/// Segments of one author each, of those who have most. Beyond them all others stand together, so that many partners do not make
/// each scan of a long text slow.
const MAX_OWN_SEGMENTS: usize = 8;

/// Why a rule that is here is not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRun {
    /// One of its patterns cannot be run.
    #[error("{0}")]
    SetAside(SetAside),
    /// The rules of its author are too large.
    #[error("the rules of this author together unfold to more than {MAX_AUTHOR_STATES} states")]
    AuthorTooLarge,
    /// The rules of all are too large, and its author has had his part. It runs as soon as there is room.
    #[error("the rules of all authors together unfold to more than {MAX_BANK_STATES} states")]
    BankTooLarge,
    /// Its author has too many patterns that run on every text.
    #[error("this author has more than {MAX_AUTHOR_UNFILTERED} patterns without a literal, which run on every text")]
    AuthorUnfiltered,
    /// All authors have, and its author has had his part. It runs as soon as there is room.
    #[error("all authors together have more than {MAX_UNFILTERED} patterns without a literal, which run on every text")]
    BankUnfiltered,
}

/// What rules take.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    states: usize,
    unfiltered: usize,
}

/// What one author may have at all.
const MOST_OF_AUTHOR: Cost = Cost { states: MAX_AUTHOR_STATES, unfiltered: MAX_AUTHOR_UNFILTERED };

impl Cost {
    fn of(rule: &Rule) -> Self {
        Self { states: rule.states(), unfiltered: rule.unfiltered() }
    }

    const fn and(self, other: Self) -> Self {
        Self {
            states: self.states.saturating_add(other.states),
            unfiltered: self.unfiltered.saturating_add(other.unfiltered),
        }
    }

    fn at_most(self, other: Self) -> Self {
        Self { states: self.states.min(other.states), unfiltered: self.unfiltered.min(other.unfiltered) }
    }

    /// The part of each of so many partners in what is left.
    fn part(taken: Self, partners: usize) -> Self {
        let each = |all: usize, taken: usize| all.saturating_sub(taken) / partners.max(1);
        Self { states: each(MAX_BANK_STATES, taken.states), unfiltered: each(MAX_UNFILTERED, taken.unfiltered) }
    }
}

/// A rule that is here.
#[derive(Debug, Clone)]
struct Known {
    entry: Arc<Numbered>,
    /// None if one of its patterns cannot be run.
    cost: Option<Cost>,
    /// Whether its state lets it be found.
    stands: bool,
    not_run: Option<NotRun>,
}

impl Known {
    /// None if the signal is no rule.
    fn new(entry: &Arc<Numbered>) -> Option<Self> {
        let Target::Rule { rule, .. } = &entry.signal.target else { return None };
        Some(Self {
            entry: Arc::clone(entry),
            cost: rule.as_ref().ok().map(Cost::of),
            stands: entry.signal.state != State::Expired,
            not_run: rule.as_ref().err().cloned().map(NotRun::SetAside),
        })
    }

    /// Whether it runs if there is room.
    fn is_wanted(&self, now: Timestamp) -> bool {
        self.stands && self.entry.signal.valid_until.is_none_or(|until| until > now)
    }

    fn waits_for_room(&self) -> bool {
        self.cost.is_some() && self.not_run.is_some()
    }
}

/// A rule that asks for room.
struct Asking<'a> {
    author: &'a str,
    entry: &'a Arc<Numbered>,
    cost: Cost,
}

/// What was dealt out.
#[derive(Default)]
struct Dealt<'a> {
    all: Cost,
    authors: BTreeMap<&'a str, Cost>,
    /// The rules that run, by number.
    run: BTreeMap<u64, Arc<Numbered>>,
}

impl<'a> Dealt<'a> {
    /// Lets rules run that fit, in this order, of each author so much more and no more. Says of the others why they do not fit.
    fn deal(&mut self, rules: Vec<Asking<'a>>, more: Cost) -> Vec<(Asking<'a>, NotRun)> {
        let (mut left, had) = (Vec::new(), self.authors.clone());
        for rule in rules {
            let most = had.get(rule.author).copied().unwrap_or_default().and(more).at_most(MOST_OF_AUTHOR);
            let author = self.authors.entry(rule.author).or_default();
            let (own, all) = (author.and(rule.cost), self.all.and(rule.cost));
            match beyond(own, all, most, rule.cost.unfiltered > 0) {
                Some(why) => left.push((rule, why)),
                None => {
                    (*author, self.all) = (own, all);
                    self.run.insert(rule.entry.sequence, Arc::clone(rule.entry));
                }
            }
        }
        left
    }

    /// Deals what is left out in equal parts, over and over, until no rule fits into its author's.
    fn deal_parts(&mut self, mut rules: Vec<Asking<'a>>) -> Vec<Asking<'a>> {
        for _ in 0..MAX_DEALS {
            let (partners, before) = (rules.iter().map(|rule| rule.author).collect::<BTreeSet<_>>(), self.run.len());
            let part = Cost::part(self.all, partners.len());
            rules = self.deal(rules, part).into_iter().map(|(rule, _)| rule).collect();
            if self.run.len() == before {
                break;
            }
        }
        rules
    }
}

/// Which bound is passed, if any is.
fn beyond(own: Cost, all: Cost, most: Cost, has_unfiltered: bool) -> Option<NotRun> {
    let bounds = [
        (own.states > most.states, NotRun::AuthorTooLarge),
        (all.states > MAX_BANK_STATES, NotRun::BankTooLarge),
        (own.unfiltered > most.unfiltered && has_unfiltered, NotRun::AuthorUnfiltered),
        (all.unfiltered > MAX_UNFILTERED && has_unfiltered, NotRun::BankUnfiltered),
    ];
    bounds.into_iter().find(|(is_beyond, _)| *is_beyond).map(|(_, why)| why)
}

/// Rules of everybody, and which of them run. A copy shares both.
#[derive(Debug, Clone)]
pub(super) struct Allotment {
    authors: BTreeMap<Arc<str>, Arc<BTreeMap<StixId, Known>>>,
    /// The rules that run, of whoever has many; under no name those of all others.
    segments: BTreeMap<Option<Arc<str>>, Arc<RuleSegment>>,
    not_run: usize,
    /// When the next rule ends; none if no rule waits for room.
    next_end: Option<Timestamp>,
    has_changed: bool,
    now: Timestamp,
}

impl Allotment {
    /// No rules.
    pub(super) fn new() -> Self {
        Self {
            authors: BTreeMap::new(),
            segments: BTreeMap::new(),
            not_run: 0,
            next_end: None,
            has_changed: false,
            now: Timestamp::from_micros(i64::MIN),
        }
    }

    /// Puts a signal in the place of its earlier version. False if it is no rule.
    pub(super) fn put(&mut self, entry: &Arc<Numbered>) -> bool {
        self.remove(&entry.author, &entry.signal.id);
        let Some(known) = Known::new(entry) else { return false };
        let own = Arc::make_mut(self.authors.entry(Arc::clone(&entry.author)).or_default());
        own.insert(entry.signal.id.clone(), known);
        self.has_changed = true;
        true
    }

    /// The version that is here is gone.
    pub(super) fn remove(&mut self, author: &str, id: &StixId) {
        let Some(own) = self.authors.get_mut(author).filter(|own| own.contains_key(id)) else { return };
        Arc::make_mut(own).remove(id);
        self.has_changed = true;
    }

    pub(super) fn set_state(&mut self, author: &str, id: &StixId, state: State) {
        let own = self.authors.get_mut(author).filter(|own| own.contains_key(id));
        if let Some(known) = own.and_then(|own| Arc::make_mut(own).get_mut(id)) {
            known.stands = state != State::Expired;
            self.has_changed = true;
        }
    }

    /// What happens now happens at this time, or later if a later one was told.
    pub(super) fn pass(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        self.has_changed |= self.is_due(now);
    }

    /// Whether a rule has ended while another waits for room.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.next_end.is_some_and(|end| end <= now)
    }

    /// Deals the room out anew if anything changed.
    pub(super) fn deal(&mut self, own: Option<&str>) {
        if !std::mem::take(&mut self.has_changed) {
            return;
        }
        let (run, not_run) = self.dealt(own);
        self.note(&not_run);
        self.next_end = self.next_end();
        let mut before = std::mem::take(&mut self.segments);
        for (whose, entries) in apart(run) {
            let same = before.remove(&whose).filter(|segment| is_same(segment.entries(), &entries));
            self.segments.insert(whose, same.unwrap_or_else(|| Arc::new(RuleSegment::new(entries))));
        }
    }

    /// The rules that run, and why others do not, each by number.
    fn dealt(&self, own: Option<&str>) -> (BTreeMap<u64, Arc<Numbered>>, BTreeMap<u64, NotRun>) {
        let (ours, theirs) = self.asking().into_iter().partition::<Vec<_>, _>(|rule| Some(rule.author) == own);
        let mut dealt = Dealt::default();
        let mut not_run = dealt.deal(ours, MOST_OF_AUTHOR);
        let mut beyond_parts = dealt.deal_parts(theirs);
        beyond_parts.sort_by_key(|rule| rule.cost.states);
        not_run.extend(dealt.deal(beyond_parts, MOST_OF_AUTHOR));
        (dealt.run, not_run.into_iter().map(|(rule, why)| (rule.entry.sequence, why)).collect())
    }

    /// All that would run if there were room, those of each author in the order in which he made them.
    fn asking<'a>(&'a self) -> Vec<Asking<'a>> {
        let all = self.authors.iter().flat_map(|(author, own)| own.values().map(move |known| (author, known)));
        let asking = all
            .filter(|(_, known)| known.is_wanted(self.now))
            .filter_map(|(author, known)| Some(Asking { author, entry: &known.entry, cost: known.cost? }));
        let mut asking: Vec<Asking<'_>> = asking.collect();
        let order = |rule: &Asking<'a>| (rule.author, rule.entry.signal.modified, &rule.entry.signal.id);
        asking.sort_unstable_by(|one, other| order(one).cmp(&order(other)));
        asking
    }

    /// Notes of each rule that can be run why it is not. An author of whom nothing changed stays shared with copies.
    fn note(&mut self, not_run: &BTreeMap<u64, NotRun>) {
        let why = |known: &Known| not_run.get(&known.entry.sequence);
        for own in self.authors.values_mut() {
            let is_old = |known: &Known| known.cost.is_some() && known.not_run.as_ref() != why(known);
            if own.values().any(is_old) {
                let all = Arc::make_mut(own).values_mut().filter(|known| known.cost.is_some());
                all.for_each(|known| known.not_run = why(known).cloned());
            }
        }
        self.not_run = self.known().filter(|known| known.not_run.is_some()).count();
    }

    fn known(&self) -> impl Iterator<Item = &Known> {
        self.authors.values().flat_map(|own| own.values())
    }

    fn next_end(&self) -> Option<Timestamp> {
        let ends =
            self.known().filter(|known| known.is_wanted(self.now)).filter_map(|known| known.entry.signal.valid_until);
        ends.min().filter(|_| self.known().any(Known::waits_for_room))
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = &RuleSegment> {
        self.segments.values().map(Arc::as_ref)
    }

    /// How many rules run.
    pub(super) fn len(&self) -> usize {
        self.segments().map(RuleSegment::len).sum()
    }

    pub(super) fn is_run(&self, author: &str, id: &StixId) -> bool {
        self.authors.get(author).and_then(|own| own.get(id)).is_some_and(|known| known.not_run.is_none())
    }

    pub(super) const fn not_run_count(&self) -> usize {
        self.not_run
    }

    /// By author and id.
    pub(super) fn not_run(&self) -> impl Iterator<Item = (&str, &StixId, &NotRun)> {
        let all = self.authors.iter().flat_map(|(author, own)| own.iter().map(move |one| (author, one)));
        all.filter_map(|(author, (id, known))| Some((author.as_ref(), id, known.not_run.as_ref()?)))
    }
}

/// Rules that run, by the segment in which they stand.
fn apart(run: BTreeMap<u64, Arc<Numbered>>) -> BTreeMap<Option<Arc<str>>, Vec<Arc<Numbered>>> {
    let with_many = with_many(&run);
    let mut segments: BTreeMap<Option<Arc<str>>, Vec<Arc<Numbered>>> = BTreeMap::new();
    for entry in run.into_values() {
        segments.entry(with_many.get(&entry.author).cloned()).or_default().push(entry);
    }
    segments
}

/// Whose rules have a segment of their own.
fn with_many(run: &BTreeMap<u64, Arc<Numbered>>) -> BTreeSet<Arc<str>> {
    let mut states: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    for entry in run.values() {
        *states.entry(&entry.author).or_default() += rule(entry).map_or(0, Rule::states);
    }
    let mut many: Vec<_> = states.into_iter().filter(|(_, states)| *states >= OWN_SEGMENT_STATES).collect();
    many.sort_by_key(|(author, states)| (std::cmp::Reverse(*states), *author));
    many.into_iter().take(MAX_OWN_SEGMENTS).map(|(author, _)| Arc::clone(author)).collect()
}

fn is_same(before: &[Arc<Numbered>], now: &[Arc<Numbered>]) -> bool {
    before.iter().map(|entry| entry.sequence).eq(now.iter().map(|entry| entry.sequence))
}

impl Bank {
    /// Rules that are here and are not run, and why.
    pub fn not_run(&self) -> impl Iterator<Item = (&str, &StixId, &NotRun)> {
        self.rules.not_run()
    }

    /// Whether rules run is known once all that came was put in.
    pub(super) fn note_refused(&self, taken: &mut [Taken], rules: Vec<(usize, SignalName)>) {
        for (at, name) in rules {
            if let Some(taken @ Taken::InForce) = taken.get_mut(at)
                && !self.rules.is_run(&name.author, &name.id)
            {
                *taken = Taken::RuleRefused;
            }
        }
    }

    pub(super) fn deal_rules(&mut self) {
        self.rules.deal(self.own.as_deref());
    }

    /// Whether a rule has ended since, while another waits for room.
    #[must_use]
    pub fn has_rules_to_deal(&self, now: Timestamp) -> bool {
        self.rules.is_due(now)
    }

    /// Lets rules run that have waited for one whose time is over. What comes, or is taken back, does so by itself. False if nothing had
    /// to be changed.
    pub fn let_rules_end(&mut self, now: Timestamp) -> bool {
        let is_due = self.rules.is_due(now);
        self.rules.pass(now);
        self.deal_rules();
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Combining, NewSignal, Signal};

    const NOW: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

    /// A rule that unfolds to at least so many states: in four patterns, since none may have as many.
    fn rule_of(number: usize, states: usize) -> Arc<Signal> {
        let pattern = |part| format!("[0-9]{{{}}}needle{number:03}and{part}", states.div_ceil(8));
        let patterns = [0, 1, 2, 3].map(pattern);
        let id = format!("indicator--00000000-0000-4000-8000-{number:012x}").parse().unwrap();
        Arc::new(
            NewSignal::rule(Combining::Any, &patterns.each_ref().map(String::as_str), NOW).build(&id, NOW).unwrap(),
        )
    }

    /// The segments of a bank, by whose they are.
    fn segments(bank: &Bank) -> BTreeMap<Option<String>, Arc<RuleSegment>> {
        bank.rules.segments.iter().map(|(whose, one)| (whose.as_deref().map(str::to_owned), Arc::clone(one))).collect()
    }

    #[test]
    fn what_an_author_changes_makes_his_own_segment_anew_and_nobody_elses() {
        let mut bank = Bank::new(1);
        bank.add("large", vec![rule_of(1, OWN_SEGMENT_STATES)], NOW);
        bank.add("other", vec![rule_of(2, OWN_SEGMENT_STATES)], NOW);
        bank.add("small", vec![rule_of(3, 10)], NOW);
        let before = segments(&bank);
        assert_eq!(before.len(), 3);
        let is_as_before = |bank: &Bank, whose: Option<&str>| {
            let whose = whose.map(str::to_owned);
            segments(bank).get(&whose).zip(before.get(&whose)).is_some_and(|(now, before)| Arc::ptr_eq(now, before))
        };
        bank.add("other", vec![rule_of(4, 10)], NOW);
        assert_eq!([Some("large"), Some("other"), None].map(|whose| is_as_before(&bank, whose)), [true, false, true]);
        bank.retract("small", &rule_of(3, 10).id);
        assert_eq!([Some("large"), None].map(|whose| is_as_before(&bank, whose)), [true, false]);
        assert_eq!(bank.rules.len(), 3);
    }

    #[test]
    fn beyond_so_many_authors_the_smaller_stand_together() {
        let mut bank = Bank::new(1);
        for number in 0..=MAX_OWN_SEGMENTS {
            let signal = rule_of(number, OWN_SEGMENT_STATES + 8 * number);
            bank.add(&format!("author {number}"), vec![signal], NOW);
        }
        let segments = segments(&bank);
        assert_eq!((segments.len(), bank.rules.len()), (MAX_OWN_SEGMENTS + 1, MAX_OWN_SEGMENTS + 1));
        assert_eq!(segments[&None].entries()[0].author.as_ref(), "author 0");
    }
}
