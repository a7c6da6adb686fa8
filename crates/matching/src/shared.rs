//! A map of signals whose copies share what did not change.
//!
//! A bank of a million signals is copied each time that a new one is shown to those who scan. So the map lies in parts; a copy
//! shares all of them, and who changes one entry copies the one part that holds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::stix::StixId;
use text::xxh64;

/// Entries of one part, on average, beyond which there are more parts. Copying a part of as many takes some twenty microseconds.
const PART_ENTRIES: usize = 256;

/// So many times more.
const PARTS_GROW: usize = 16;

/// Parts of one map. More would be slower to copy than longer ones; and the last time that all entries move there are 65,536.
const MAX_PARTS: usize = 4_096;

/// Entries found by an id.
#[derive(Debug, Clone)]
pub(crate) struct SharedMap<V> {
    /// What nobody outside knows: otherwise somebody could choose ids that all lie in one part.
    seed: u64,
    /// As many as a power of two.
    parts: Arc<Vec<Arc<BTreeMap<StixId, V>>>>,
    len: usize,
}

impl<V: Clone> SharedMap<V> {
    /// A map that holds nothing. The seed is a random number.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, parts: Arc::new(vec![Arc::default()]), len: 0 }
    }

    pub(crate) fn get(&self, id: &StixId) -> Option<&V> {
        self.parts.get(self.part_of(id))?.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &StixId) -> Option<&mut V> {
        // What is not there is looked for without copying anything.
        self.get(id)?;
        self.part_mut(id)?.get_mut(id)
    }

    pub(crate) fn insert(&mut self, id: StixId, value: V) {
        if self.len >= self.parts.len() * PART_ENTRIES && self.parts.len() < MAX_PARTS {
            self.spread();
        }
        let is_new = self.part_mut(&id).is_some_and(|part| part.insert(id, value).is_none());
        self.len += usize::from(is_new);
    }

    /// All entries, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&StixId, &V)> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    fn part_of(&self, id: &StixId) -> usize {
        let [low, high, ..] = xxh64(id.as_str().as_bytes(), self.seed).to_le_bytes();
        usize::from(u16::from_le_bytes([low, high])) & (self.parts.len() - 1)
    }

    fn part_mut(&mut self, id: &StixId) -> Option<&mut BTreeMap<StixId, V>> {
        let at = self.part_of(id);
        Arc::make_mut(&mut self.parts).get_mut(at).map(Arc::make_mut)
    }

    fn spread(&mut self) {
        let mut wider =
            Self { seed: self.seed, parts: Arc::new(vec![Arc::default(); self.parts.len() * PARTS_GROW]), len: 0 };
        for (id, value) in self.iter() {
            wider.part_mut(id).into_iter().for_each(|part| drop(part.insert(id.clone(), value.clone())));
        }
        wider.len = self.len;
        *self = wider;
    }
}

#[cfg(test)]
mod tests {
    use record::stix::StixId;

    use super::{PART_ENTRIES, PARTS_GROW, SharedMap};

    fn id(number: usize) -> StixId {
        format!("indicator--00000000-0000-4000-8000-{number:012x}").parse().unwrap()
    }

    #[test]
    fn what_was_put_in_is_found_and_a_copy_stays_as_it_was() {
        let mut map = SharedMap::new(7);
        let count = PART_ENTRIES * 5;
        (0..count).for_each(|number| map.insert(id(number), number));
        let copy = map.clone();
        *map.get_mut(&id(3)).unwrap() = 99;
        map.insert(id(4), 98);
        (count..count * 2).for_each(|number| map.insert(id(number), number));
        assert_eq!((map.get(&id(3)), map.get(&id(4)), map.len), (Some(&99), Some(&98), count * 2));
        assert!((0..count).all(|number| copy.get(&id(number)) == Some(&number)) && copy.get(&id(count)).is_none());
        assert_eq!((copy.len, copy.iter().count(), map.iter().count()), (count, count, count * 2));
    }

    #[test]
    fn a_change_copies_one_part() {
        let mut map = SharedMap::new(7);
        (0..PART_ENTRIES * 8).for_each(|number| map.insert(id(number), number));
        let parts = map.parts.len();
        let copy = map.clone();
        map.get_mut(&id(1)).into_iter().for_each(|value| *value = 0);
        assert!(map.get_mut(&id(usize::MAX >> 20)).is_none());
        let shared = map.parts.iter().zip(copy.parts.iter()).filter(|(one, other)| std::sync::Arc::ptr_eq(one, other));
        assert_eq!((parts, shared.count()), (PARTS_GROW, PARTS_GROW - 1));
    }
}
