//! Whose signals are here, and what is known of each now.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::stix::StixId;
use record::time::Timestamp;

use super::Taken;
use crate::rules::{MAX_UNFILTERED, SetAside};
use crate::shared::SharedMap;
use crate::signal::{Signal, State, Target};

/// States that the rules of one author unfold to: nearly twice as many as all rules of the ATR project that run,
/// which have 1,135,191 and take 36 MB once all are compiled.
pub const MAX_AUTHOR_STATES: usize = 2 * 1024 * 1024;

/// States that the rules of all authors unfold to.
pub const MAX_BANK_STATES: usize = 8 * 1024 * 1024;

/// Patterns of one author that run on every text, because nothing that they find has to hold a literal. The rules of the ATR project
/// have 66, most of them about signs that few texts have.
pub const MAX_AUTHOR_UNFILTERED: usize = 96;

/// Signals of one author that are in force at once. It trusts no time that he gives: whoever spreads a flood over years of his own
/// making is stopped by it. A million texts with their index take some 5 GB, and no exchange that is known sends as many.
pub const MAX_AUTHOR_SIGNALS: usize = 1_000_000;

/// Signals of one author that were taken back before they came: some 10 MB of them.
pub const MAX_TOMBSTONES: usize = 100_000;

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
    /// The rules of all are too large.
    #[error("the rules of all authors together unfold to more than {MAX_BANK_STATES} states")]
    BankTooLarge,
    /// Its author has too many patterns that run on every text.
    #[error("this author has more than {MAX_AUTHOR_UNFILTERED} patterns without a literal, which run on every text")]
    AuthorUnfiltered,
    /// All authors have.
    #[error("all authors together have more than {MAX_UNFILTERED} patterns without a literal, which run on every text")]
    BankUnfiltered,
}

/// What is known of a signal now.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Under which number it came; none if it was taken back before.
    pub(super) sequence: Option<u64>,
    pub(super) state: State,
    pub(super) valid_until: Option<Timestamp>,
    modified: Timestamp,
    cost: Cost,
    not_run: Option<NotRun>,
}

/// What rules take.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    states: usize,
    unfiltered: usize,
}

impl Cost {
    fn of(signal: &Signal) -> Self {
        match &signal.target {
            Target::Rule { rule: Ok(rule), .. } => Self { states: rule.states(), unfiltered: rule.unfiltered() },
            Target::Rule { rule: Err(_), .. }
            | Target::Text { .. }
            | Target::Keyword { .. }
            | Target::Package { .. }
            | Target::Keys
            | Target::Private => Self::default(),
        }
    }

    const fn and(self, other: Self) -> Self {
        Self { states: self.states.saturating_add(other.states), unfiltered: self.unfiltered + other.unfiltered }
    }

    const fn without(self, other: Self) -> Self {
        Self {
            states: self.states.saturating_sub(other.states),
            unfiltered: self.unfiltered.saturating_sub(other.unfiltered),
        }
    }
}

/// One author. A copy shares his signals.
#[derive(Debug, Clone)]
struct Author {
    signals: SharedMap<Standing>,
    tombstones: usize,
    /// Signals that are neither taken back nor to come.
    in_force: usize,
    cost: Cost,
}

impl Author {
    fn new(seed: u64) -> Self {
        Self { signals: SharedMap::new(seed), tombstones: 0, in_force: 0, cost: Cost::default() }
    }
}

/// All authors. A copy costs as much as there are authors, however many signals they have.
#[derive(Debug, Clone)]
pub(super) struct Authors {
    seed: u64,
    all: BTreeMap<Arc<str>, Author>,
    cost: Cost,
    not_run: usize,
}

impl Authors {
    /// Nobody yet. The seed is a random number.
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed, all: BTreeMap::new(), cost: Cost { states: 0, unfiltered: 0 }, not_run: 0 }
    }

    fn author(&mut self, author: &Arc<str>) -> &mut Author {
        let seed = self.seed;
        self.all.entry(author.clone()).or_insert_with(|| Author::new(seed))
    }

    pub(super) fn get(&self, author: &str, id: &StixId) -> Option<&Standing> {
        self.all.get(author)?.signals.get(id)
    }

    /// Why a signal is not taken; none if it is.
    pub(super) fn refusal(&self, author: &str, signal: &Signal) -> Option<Taken> {
        let known = self.get(author, &signal.id)?;
        if known.state == State::Retracted {
            return Some(Taken::WasRetracted);
        }
        (signal.modified <= known.modified).then_some(Taken::NotNewer)
    }

    /// Puts a signal in the place of its earlier version, and says why it is not run if it is a rule that is not.
    pub(super) fn put(&mut self, author: &Arc<str>, signal: &Signal, sequence: u64) -> Option<NotRun> {
        self.let_go(author, &signal.id);
        let mut cost = Cost::of(signal);
        let not_run = self.not_run_of(author, signal, cost);
        if not_run.is_some() {
            cost = Cost::default();
            self.not_run += 1;
        }
        self.cost = self.cost.and(cost);
        let own = self.author(author);
        own.cost = own.cost.and(cost);
        let standing = Standing {
            sequence: Some(sequence),
            state: signal.state,
            valid_until: signal.valid_until,
            modified: signal.modified,
            cost,
            not_run: not_run.clone(),
        };
        own.in_force += usize::from(own.signals.get(&signal.id).is_none());
        own.signals.insert(signal.id.clone(), standing);
        not_run
    }

    fn not_run_of(&self, author: &str, signal: &Signal, cost: Cost) -> Option<NotRun> {
        if let Target::Rule { rule: Err(aside), .. } = &signal.target {
            return Some(NotRun::SetAside(aside.clone()));
        }
        let own = self.all.get(author).map_or(Cost::default(), |own| own.cost).and(cost);
        let all = self.cost.and(cost);
        let is_rule = cost.states > 0;
        let bounds = [
            (own.states > MAX_AUTHOR_STATES, NotRun::AuthorTooLarge),
            (all.states > MAX_BANK_STATES, NotRun::BankTooLarge),
            (own.unfiltered > MAX_AUTHOR_UNFILTERED && cost.unfiltered > 0, NotRun::AuthorUnfiltered),
            (all.unfiltered > MAX_UNFILTERED && cost.unfiltered > 0, NotRun::BankUnfiltered),
        ];
        bounds.into_iter().find(|(is_beyond, _)| is_rule && *is_beyond).map(|(_, reason)| reason)
    }

    /// What the version that is here takes is free again.
    fn let_go(&mut self, author: &str, id: &StixId) {
        let Some(own) = self.all.get_mut(author) else { return };
        let Some(known) = own.signals.get_mut(id) else { return };
        let cost = std::mem::take(&mut known.cost);
        own.cost = own.cost.without(cost);
        self.cost = self.cost.without(cost);
        self.not_run -= usize::from(known.not_run.take().is_some());
    }

    /// Whether there was such a signal, and whether the author takes back so many unknown ones that not all are remembered.
    pub(super) fn retract(&mut self, author: &Arc<str>, id: &StixId) -> (bool, bool) {
        self.let_go(author, id);
        let own = self.author(author);
        if let Some(known) = own.signals.get_mut(id) {
            let was_in_force = std::mem::replace(&mut known.state, State::Retracted) != State::Retracted;
            let was_here = known.sequence.is_some();
            own.in_force -= usize::from(was_in_force);
            return (was_here, false);
        }
        if own.tombstones >= MAX_TOMBSTONES {
            return (false, true);
        }
        own.tombstones += 1;
        let tombstone = Standing {
            sequence: None,
            state: State::Retracted,
            valid_until: None,
            modified: Timestamp::from_micros(i64::MIN),
            cost: Cost::default(),
            not_run: None,
        };
        own.signals.insert(id.clone(), tombstone);
        (false, false)
    }

    pub(super) fn set_state(&mut self, author: &str, id: &StixId, state: State) -> bool {
        let known = self.all.get_mut(author).and_then(|own| own.signals.get_mut(id));
        let standing = known.filter(|known| known.state != State::Retracted);
        standing.map(|known| known.state = state).is_some()
    }

    /// Whether an author has as many signals in force as he may have, and this is one more.
    pub(super) fn is_full(&self, author: &str, id: &StixId, most: usize) -> bool {
        self.all.get(author).is_some_and(|own| own.in_force >= most && own.signals.get(id).is_none())
    }

    pub(super) const fn not_run_count(&self) -> usize {
        self.not_run
    }

    /// By author and id.
    pub(super) fn not_run(&self) -> impl Iterator<Item = (&str, &StixId, &NotRun)> {
        let all = self.all.iter().flat_map(|(author, own)| own.signals.iter().map(move |one| (author, one)));
        let not_run = all.filter_map(|(author, (id, known))| Some((author.as_ref(), id, known.not_run.as_ref()?)));
        let mut not_run: Vec<(&str, &StixId, &NotRun)> = not_run.collect();
        not_run.sort_unstable_by_key(|(author, id, _)| (*author, *id));
        not_run.into_iter()
    }
}
