//! Whose signals are here, and what is known of each now.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::stix::StixId;
use record::time::Timestamp;

use super::Taken;
use crate::shared::SharedMap;
use crate::signal::{Signal, State};

/// Signals of one author that are in force at once. It trusts no time that he gives: whoever spreads a flood over years of his own
/// making is stopped by it. A million texts with their index take some 5 GB, and no exchange that is known sends as many.
pub const MAX_AUTHOR_SIGNALS: usize = 1_000_000;

/// Signals of one author that were taken back before they came: some 10 MB of them.
pub const MAX_TOMBSTONES: usize = 100_000;

/// What is known of a signal now.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Under which number it came; none if it is not here: it was taken back before it came, or a version of it went.
    pub(super) sequence: Option<u64>,
    pub(super) state: State,
    pub(super) valid_until: Option<Timestamp>,
    modified: Timestamp,
}

impl Standing {
    /// Nothing is here, and nothing that is older than this comes.
    const fn gone(state: State, modified: Timestamp) -> Self {
        Self { sequence: None, state, valid_until: None, modified }
    }

    fn is_in_force(&self) -> bool {
        self.sequence.is_some() && self.state != State::Retracted
    }

    /// Whether it is here, or was taken back: of what went with its record nothing is known.
    pub(super) fn is_known(&self) -> bool {
        self.sequence.is_some() || self.state == State::Retracted
    }
}

/// One author. A copy shares his signals.
#[derive(Debug, Clone)]
struct Author {
    signals: SharedMap<Standing>,
    tombstones: usize,
    /// Signals that are neither taken back nor to come.
    in_force: usize,
}

impl Author {
    fn new(seed: u64) -> Self {
        Self { signals: SharedMap::new(seed), tombstones: 0, in_force: 0 }
    }

    /// Puts what is known of a signal in the place of what was.
    fn put(&mut self, id: &StixId, standing: Standing) {
        let was_in_force = self.signals.get(id).is_some_and(Standing::is_in_force);
        self.in_force = self.in_force + usize::from(standing.is_in_force()) - usize::from(was_in_force);
        self.signals.insert(id.clone(), standing);
    }
}

/// All authors. A copy costs as much as there are authors, however many signals they have.
#[derive(Debug, Clone)]
pub(super) struct Authors {
    seed: u64,
    all: BTreeMap<Arc<str>, Author>,
}

impl Authors {
    /// Nobody yet. The seed is a random number.
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed, all: BTreeMap::new() }
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

    /// Puts a signal in the place of its earlier version.
    pub(super) fn put(&mut self, author: &Arc<str>, signal: &Signal, sequence: u64) {
        let standing = Standing {
            sequence: Some(sequence),
            state: signal.state,
            valid_until: signal.valid_until,
            modified: signal.modified,
        };
        self.author(author).put(&signal.id, standing);
    }

    /// A version of a signal went with its record. It may come again, and so may newer ones; what is older does not stand in its place.
    /// True if an older one was here.
    pub(super) fn outdate(&mut self, author: &Arc<str>, id: &StixId, version: Timestamp) -> bool {
        let known = self.get(author, id);
        if known.is_some_and(|known| known.state == State::Retracted || known.modified >= version) {
            return false;
        }
        let was_here = known.is_some_and(Standing::is_in_force);
        let newest_refused = Timestamp::from_micros(version.micros().saturating_sub(1));
        self.author(author).put(id, Standing::gone(State::Expired, newest_refused));
        was_here
    }

    /// Whether there was such a signal, and whether the author takes back so many unknown ones that not all are remembered.
    pub(super) fn retract(&mut self, author: &Arc<str>, id: &StixId) -> (bool, bool) {
        let own = self.author(author);
        if let Some(known) = own.signals.get_mut(id) {
            own.in_force -= usize::from(known.is_in_force());
            known.state = State::Retracted;
            return (known.sequence.is_some(), false);
        }
        if own.tombstones >= MAX_TOMBSTONES {
            return (false, true);
        }
        own.tombstones += 1;
        own.put(id, Standing::gone(State::Retracted, Timestamp::from_micros(i64::MIN)));
        (false, false)
    }

    pub(super) fn set_state(&mut self, author: &str, id: &StixId, state: State) -> bool {
        let known = self.all.get_mut(author).and_then(|own| own.signals.get_mut(id));
        let standing = known.filter(|known| known.is_in_force());
        standing.map(|known| known.state = state).is_some()
    }

    /// Whether an author has as many signals in force as he may have, and this is one more.
    pub(super) fn is_full(&self, author: &str, id: &StixId, most: usize) -> bool {
        let is_here = |own: &Author| own.signals.get(id).is_some_and(Standing::is_in_force);
        self.all.get(author).is_some_and(|own| own.in_force >= most && !is_here(own))
    }
}
