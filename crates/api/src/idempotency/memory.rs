//! Keys in the memory of one process.

use std::collections::BTreeMap;

use super::{Entry, Keys, NotKept, Slot, State, Summary};

/// Keys in memory: forgotten when the process ends.
#[derive(Debug, Clone, Default)]
pub struct InMemory(BTreeMap<Slot, Entry>);

impl InMemory {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each, with what is kept of it.
    pub fn iter(&self) -> impl Iterator<Item = (&Slot, &Entry)> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Keys for InMemory {
    fn get(&self, slot: &Slot) -> Result<Option<Entry>, NotKept> {
        Ok(self.0.get(slot).cloned())
    }

    fn set(&mut self, slot: Slot, entry: Entry) -> Result<(), NotKept> {
        self.0.insert(slot, entry);
        Ok(())
    }

    fn remove(&mut self, slot: &Slot) -> Result<(), NotKept> {
        self.0.remove(slot);
        Ok(())
    }

    fn of_caller(&self, slot: &Slot) -> Result<Vec<Summary>, NotKept> {
        let (first, last) = (Slot { key: [0; 32], ..*slot }, Slot { key: [0xff; 32], ..*slot });
        let mut entries: Vec<_> = self.0.range(first..=last).map(|(slot, entry)| summary(*slot, entry)).collect();
        entries.sort_by_key(|entry| (entry.since, entry.slot));
        Ok(entries)
    }
}

const fn summary(slot: Slot, entry: &Entry) -> Summary {
    let answer_bytes = match &entry.state {
        State::Answered(kept) => kept.body.len(),
        State::InFlight | State::Spent | State::Lost => 0,
    };
    Summary { slot, since: entry.since, answer_bytes }
}
