//! Trying cases, one clause of the new text at a time.
//!
//! Red lines that both texts have are left out of the space, since they hold on both sides: that keeps it small enough to
//! be tried. A case that they stop does not count, but might go once something else about it is different: so where they
//! stopped all cases of a sort, they are taken into the space, and it is tried again.

use std::collections::{BTreeMap, BTreeSet};

use super::looser::{self, Loosened};
use super::{Direction, Unknown, Widening, Widenings};
use crate::agreement::{Clause, ClauseId, Operative};
use crate::cedar::{Checked, Effect, Facts, Policies};
use crate::space::{Space, ask};

type Clauses<'a> = Vec<(&'a Clause, &'a Operative)>;

/// The clauses of one direction, sorted.
struct Sides<'d> {
    direction: &'d Direction<'d>,
    old_permits: Clauses<'d>,
    /// Red lines that the new text no longer has.
    gone: Clauses<'d>,
    /// Red lines that only the new text has.
    come: Clauses<'d>,
    /// Red lines of the new text that the old one has too.
    common: Clauses<'d>,
    asked_old: Policies,
    asked_gone: Policies,
    asked_come: Policies,
    asked_common: Policies,
}

pub(super) fn direction(widenings: &mut Widenings, direction: &Direction<'_>, limit: u128) {
    let sides = Sides::new(direction);
    for (clause, operative) in of(&direction.new, Effect::Permit) {
        let mut search = Search::new(&sides, clause, operative);
        if search.is_covered() {
            continue;
        }
        if search.run(limit) {
            widenings.found.extend(search.found.into_values());
        } else {
            let (clause, senders) = (clause.id().clone(), direction.senders.clone());
            // What was found stands, and that it is not all that there is to find is said too.
            widenings.found.extend(search.found.into_values());
            widenings.unknown.push(Unknown { clause, senders, cases: search.cases, limit });
        }
    }
}

fn of<'a>(clauses: &Clauses<'a>, effect: Effect) -> Clauses<'a> {
    clauses.iter().filter(|(_, operative)| operative.effect() == effect).copied().collect()
}

/// Those whose policy no clause of the other side has.
fn without<'a>(clauses: &Clauses<'a>, other: &Clauses<'_>) -> Clauses<'a> {
    let has = |text: &str| other.iter().any(|(_, operative)| operative.policy().text() == text);
    clauses.iter().filter(|(_, operative)| !has(operative.policy().text())).copied().collect()
}

/// Names are unique within an agreement, so this does not fail; if it did, nothing held, and more would be reported.
fn policies(clauses: &Clauses<'_>) -> Policies {
    Policies::new(clauses.iter().map(|(_, operative)| operative.policy())).unwrap_or_default()
}

impl<'d> Sides<'d> {
    fn new(direction: &'d Direction<'d>) -> Self {
        let old_permits = of(&direction.old, Effect::Permit);
        let (old, new) = (of(&direction.old, Effect::Forbid), of(&direction.new, Effect::Forbid));
        let (gone, come) = (without(&old, &new), without(&new, &old));
        let common: Clauses<'d> =
            new.iter().filter(|(clause, _)| come.iter().all(|(one, _)| one.id() != clause.id())).copied().collect();
        Self {
            asked_old: policies(&old_permits),
            asked_gone: policies(&gone),
            asked_come: policies(&come),
            asked_common: policies(&common),
            direction,
            old_permits,
            gone,
            come,
            common,
        }
    }
}

/// The search for what one clause newly lets out.
struct Search<'s, 'd> {
    sides: &'s Sides<'d>,
    clause: &'d Clause,
    operative: &'d Operative,
    /// In what it is looser than each old clause that permits, in their order.
    looser: Vec<Vec<Loosened>>,
    /// What was found, by the place of the old clause that comes nearest.
    found: BTreeMap<Option<usize>, Widening>,
    cases: u128,
    asks_purpose: bool,
    asks_approvals: bool,
}

impl<'s, 'd> Search<'s, 'd> {
    fn new(sides: &'s Sides<'d>, clause: &'d Clause, operative: &'d Operative) -> Self {
        let looser = sides.old_permits.iter().map(|(_, old)| looser::than(old, operative)).collect();
        let found = BTreeMap::new();
        Self { sides, clause, operative, looser, found, cases: 0, asks_purpose: false, asks_approvals: false }
    }

    /// An old clause permits at least the same, and no red line has gone.
    fn is_covered(&self) -> bool {
        let text = self.operative.policy().text();
        let mut pairs = self.sides.old_permits.iter().zip(&self.looser);
        self.sides.gone.is_empty() && pairs.any(|((_, old), terms)| old.policy().text() == text && terms.is_empty())
    }

    /// Tries all that the policies concerned can tell apart. False if there was too much of it.
    fn run(&mut self, limit: u128) -> bool {
        let mut stopped_by = BTreeSet::new();
        loop {
            let policies = self.policies(&stopped_by);
            match (self.fits(&policies, limit), stopped_by.is_empty()) {
                (true, _) => {}
                (false, true) => return self.nearest_only(limit),
                (false, false) => return false,
            }
            self.found.clear();
            let blockers = self.try_all(&policies);
            if blockers.is_subset(&stopped_by) {
                return true;
            }
            stopped_by.extend(blockers);
        }
    }

    /// The whole space is too large: beside the clause of the same name alone. What it finds is real, but not all that there
    /// may be; only where the old clause allowed all of it, it is certain that there is nothing.
    fn nearest_only(&mut self, limit: u128) -> bool {
        let mut policies = self.changed_red_lines();
        let near = self.sides.old_permits.iter().find(|(old, _)| old.id() == self.clause.id());
        policies.extend(near.map(|(_, operative)| operative.policy()));
        let whole = self.cases;
        if !self.fits(&policies, limit) {
            self.cases = whole;
            return false;
        }
        let blockers = self.try_all(&policies);
        // Old clauses beside the nearest may ask what was not tried: a case that one of them permits proves nothing.
        let is_told = blockers.is_empty() && self.is_narrower_than_nearest(&policies);
        self.cases = whole;
        is_told
    }

    fn fits(&mut self, policies: &[&Checked], limit: u128) -> bool {
        let texts: Vec<_> = policies.iter().map(|policy| policy.plain_text()).collect();
        let asks = |word: &str| texts.iter().any(|text| text.contains(word));
        (self.asks_purpose, self.asks_approvals) = (asks("purpose"), asks("approvals"));
        self.cases = Space::of(policies.iter().copied()).cases();
        self.cases <= limit
    }

    fn changed_red_lines(&self) -> Vec<&'d Checked> {
        let red = self.sides.gone.iter().chain(&self.sides.come).map(|(_, operative)| operative.policy());
        std::iter::once(self.operative.policy()).chain(red).collect()
    }

    fn policies(&self, stopped_by: &BTreeSet<ClauseId>) -> Vec<&'d Checked> {
        let mut policies = self.changed_red_lines();
        policies.extend(self.sides.old_permits.iter().map(|(_, operative)| operative.policy()));
        let stopping = self.sides.common.iter().filter(|(clause, _)| stopped_by.contains(clause.id()));
        policies.extend(stopping.map(|(_, operative)| operative.policy()));
        policies
    }

    /// Whether in every case the old clause of the same name held too, and allowed as much.
    fn is_narrower_than_nearest(&self, policies: &[&Checked]) -> bool {
        let mut pairs = self.sides.old_permits.iter().zip(&self.looser);
        let Some(((_, near), terms)) = pairs.find(|((old, _), _)| old.id() == self.clause.id()) else { return false };
        let (Ok(own), Ok(near)) = (Policies::new([self.operative.policy()]), Policies::new([near.policy()])) else {
            return false;
        };
        let escapes = Space::of(policies.iter().copied()).any(|asked| {
            let permits = !own.ask(asked).holds.is_empty() && self.sides.asked_come.ask(asked).holds.is_empty();
            let permitted = !near.ask(asked).holds.is_empty() && self.sides.asked_gone.ask(asked).holds.is_empty();
            permits && !permitted
        });
        terms.is_empty() && !escapes
    }

    /// Goes through the space, and returns the common red lines that stopped all of something that would have been found.
    fn try_all(&mut self, policies: &[&Checked]) -> BTreeSet<ClauseId> {
        let mut stopped: BTreeMap<Option<usize>, BTreeSet<ClauseId>> = BTreeMap::new();
        let Ok(own) = Policies::new([self.operative.policy()]) else { return BTreeSet::new() };
        for facts in Space::of(policies.iter().copied()).iter() {
            let Some(facts) = self.fitted(facts) else { continue };
            let Some(asked) = ask(&facts) else { continue };
            if own.ask(&asked).holds.is_empty() || !self.sides.asked_come.ask(&asked).holds.is_empty() {
                continue;
            }
            let Some(nearest) = self.escapes(&self.held_before(&asked)) else { continue };
            let by = self.sides.asked_common.ask(&asked).holds;
            if by.is_empty() {
                self.note(facts, nearest);
            } else {
                stopped.entry(nearest).or_default().extend(by.iter().filter_map(|name| name.parse::<ClauseId>().ok()));
            }
        }
        stopped.into_iter().filter(|(nearest, _)| !self.found.contains_key(nearest)).flat_map(|(_, by)| by).collect()
    }

    /// Facts under which the clause is used: a purpose that it names, and as many approvals as it asks.
    fn fitted(&self, mut facts: Facts) -> Option<Facts> {
        let owed = self.operative.obligations();
        if !self.asks_purpose {
            facts.purpose = *owed.purposes.first()?;
        }
        if !self.asks_approvals {
            facts.approvals = owed.approvals;
        }
        (owed.purposes.contains(&facts.purpose) && facts.approvals >= owed.approvals).then_some(facts)
    }

    /// The old clauses that permitted these facts, by their places.
    fn held_before(&self, asked: &crate::cedar::Asked) -> Vec<usize> {
        if !self.sides.asked_gone.ask(asked).holds.is_empty() {
            return Vec::new();
        }
        let holds = self.sides.asked_old.ask(asked).holds;
        let places = self.sides.old_permits.iter().enumerate();
        places
            .filter(|(_, (clause, _))| holds.iter().any(|name| name == clause.id().as_str()))
            .map(|(at, _)| at)
            .collect()
    }

    /// None if an old clause allowed all of it; else the one that comes nearest, if any held.
    fn escapes(&self, held: &[usize]) -> Option<Option<usize>> {
        let terms = |at: &usize| self.looser.get(*at).map_or(usize::MAX, Vec::len);
        if held.iter().any(|at| terms(at) == 0) {
            return None;
        }
        let named = |at: &&usize| self.sides.old_permits.get(**at).is_some_and(|(old, _)| old.id() == self.clause.id());
        let nearest = held.iter().find(named).or_else(|| held.iter().min_by_key(|at| terms(at)));
        Some(nearest.copied())
    }

    fn note(&mut self, facts: Facts, nearest: Option<usize>) {
        if let Some(Widening::Permits { cases, .. } | Widening::Looser { cases, .. }) = self.found.get_mut(&nearest) {
            *cases = cases.saturating_add(1);
            return;
        }
        let (clause, senders) = (self.clause.id().clone(), self.sides.direction.senders.clone());
        let (example, cases) = (facts, 1);
        let old = nearest.and_then(|at| Some((self.sides.old_permits.get(at)?, self.looser.get(at)?)));
        let widening = match old {
            None => Widening::Permits { clause, senders, example, cases },
            Some(((than, _), terms)) => {
                let (than, terms) = (than.id().clone(), terms.clone());
                Widening::Looser { clause, than, senders, example, cases, terms }
            }
        };
        self.found.insert(nearest, widening);
    }
}
