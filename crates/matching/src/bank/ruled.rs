//! Rules that were put together and never change.

use std::sync::Arc;

use super::SignalName;
use super::looked::Caveat;
use super::matched::Method;
use super::segment::{Found, Numbered, sources};
use crate::lists::place;
use crate::rules::{Rule, RuleIndex, RuleText};
use crate::signal::Target;

/// Rules that can be searched for, each at the place of its signal.
#[derive(Debug)]
pub(super) struct RuleSegment {
    entries: Vec<Arc<Numbered>>,
    rules: RuleIndex,
}

impl RuleSegment {
    /// Of rules that can be run.
    pub(super) fn new(entries: Vec<Arc<Numbered>>) -> Self {
        let rules: Vec<Rule> = entries.iter().filter_map(|entry| rule(entry)).cloned().collect();
        let rules = RuleIndex::of_sources(&rules, &sources(&entries));
        Self { entries, rules }
    }

    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn entries(&self) -> &[Arc<Numbered>] {
        &self.entries
    }

    pub(super) fn entry(&self, slot: u32) -> Option<&Numbered> {
        self.entries.get(place(slot)).map(Arc::as_ref)
    }

    pub(super) fn search(&self, text: &mut RuleText<'_>) -> Found {
        let met = self.rules.search_in(text);
        let hits = met.hits.into_iter().map(|hit| (hit.slot, Method::Rule { places: hit.places })).collect();
        let caveats = self.too_slow(&met.not_run).into_iter();
        Found { hits, caveats: caveats.chain(met.is_cut.then_some(Caveat::RulesSawTheBeginning)).collect() }
    }

    fn too_slow(&self, rules: &[u32]) -> Option<Caveat> {
        let entries = rules.iter().filter_map(|slot| self.entry(*slot));
        let signals: Vec<SignalName> =
            entries.map(|entry| SignalName::new(&entry.author, entry.signal.id.clone())).collect();
        (!signals.is_empty()).then_some(Caveat::RulesTookTooLong { signals })
    }
}

/// The rule of a signal, if it is one that can be run.
pub(super) fn rule(entry: &Numbered) -> Option<&Rule> {
    let Target::Rule { rule, .. } = &entry.signal.target else { return None };
    rule.as_ref().ok()
}
