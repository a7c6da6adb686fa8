//! Slots grouped by a key that few of very many keys are: one bit for each key says whether it has a slot.
//!
//! A search asks for some hundred keys near its own and finds most of them empty. The bits of all keys fit into a cache, so an empty
//! key costs no look into memory; a key with one slot, as nearly all are, costs one.

use crate::lists::place;

/// Keys that one word tells of.
const WORD_KEYS: usize = 64;

/// Words of one line of a processor's cache: for each line it is known how many keys before it have slots.
const LINE_WORDS: usize = 8;

/// An entry with this bit is the place of a list, and any other is the only slot of its key.
const IS_LIST: u32 = 1 << 31;

/// Slots of which also the places of lists can be told apart: where all are in lists, these have one and a half times as many numbers.
pub(super) const MAX_SLOTS: usize = 1 << 30;

/// Slots by keys.
#[derive(Debug, Clone, Default)]
pub(super) struct SparseLists {
    bits: Vec<u64>,
    before: Vec<u32>,
    entries: Vec<u32>,
    /// Lists of several slots, one after another, each behind its length.
    lists: Vec<u32>,
}

impl SparseLists {
    /// Groups the slots 0, 1, 2 and so on by their keys, which have that many bits.
    pub(super) fn new(bits: u32, keys: impl Iterator<Item = u32>) -> Self {
        let mut by_key: Vec<(u32, u32)> = keys.zip(0..).collect();
        by_key.sort_unstable();
        let mut lists = Self { bits: vec![0; place(1 << bits).div_ceil(WORD_KEYS)], ..Self::default() };
        for of_key in by_key.chunk_by(|one, other| one.0 == other.0) {
            lists.add(of_key);
        }
        let mut before = 0;
        for line in lists.bits.chunks(LINE_WORDS) {
            lists.before.push(before);
            before += line.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        lists.entries.shrink_to_fit();
        lists.lists.shrink_to_fit();
        lists
    }

    /// The slots of the next key.
    fn add(&mut self, of_key: &[(u32, u32)]) {
        let Some((key, slot)) = of_key.first() else { return };
        let word = self.bits.get_mut(place(*key) / WORD_KEYS);
        word.into_iter().for_each(|word| *word |= 1 << (place(*key) % WORD_KEYS));
        if of_key.len() == 1 {
            self.entries.push(*slot);
        } else {
            self.entries.push(IS_LIST | u32::try_from(self.lists.len()).unwrap_or(0));
            self.lists.push(u32::try_from(of_key.len()).unwrap_or(u32::MAX));
            self.lists.extend(of_key.iter().map(|(_, slot)| *slot));
        }
    }

    /// Which entry a key has.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "bits are counted by an instruction only where the caller asked for it")]
    pub(super) fn entry(&self, key: u32) -> Option<usize> {
        let (word, bit) = (place(key) / WORD_KEYS, place(key) % WORD_KEYS);
        let bits = *self.bits.get(word)?;
        if bits >> bit & 1 == 0 {
            return None;
        }
        let line = word / LINE_WORDS;
        let earlier = self.bits.get(line * LINE_WORDS..word).unwrap_or_default();
        let within: u32 = earlier.iter().map(|word| word.count_ones()).sum();
        let before = self.before.get(line)?.wrapping_add(within).wrapping_add((bits & !(u64::MAX << bit)).count_ones());
        Some(place(before))
    }

    /// What an entry says.
    pub(super) fn slots(&self, entry: usize) -> Slots {
        match self.entries.get(entry) {
            Some(list) if list & IS_LIST != 0 => Slots::List(place(list & !IS_LIST)),
            Some(slot) => Slots::One(*slot),
            None => Slots::List(usize::MAX),
        }
    }

    /// The slots of a list.
    pub(super) fn list(&self, at: usize) -> &[u32] {
        let length = self.lists.get(at).copied().map_or(0, place);
        self.lists.get(at.saturating_add(1)..).and_then(|rest| rest.get(..length)).unwrap_or_default()
    }

    /// Octets that it takes.
    pub(super) const fn memory(&self) -> usize {
        size_of_val(self.bits.as_slice())
            + size_of_val(self.before.as_slice())
            + size_of_val(self.entries.as_slice())
            + size_of_val(self.lists.as_slice())
    }
}

/// Slots of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slots {
    /// One.
    One(u32),
    /// Several: the place of their list.
    List(usize),
}

#[cfg(test)]
mod tests {
    use super::{Slots, SparseLists};
    use crate::lists::Lists;

    #[test]
    fn every_slot_is_under_its_key() {
        let keys: Vec<u32> =
            (0..3_000_u32).map(|slot| slot.wrapping_mul(0x9E37_79B1) >> 20).chain([4_095, 0, 0]).collect();
        let lists = Lists::new(12, || keys.iter().copied());
        let sparse = SparseLists::new(12, keys.iter().copied());
        for key in 0..4_096 {
            let slots = match sparse.entry(key).map(|entry| sparse.slots(entry)) {
                None => Vec::new(),
                Some(Slots::One(slot)) => vec![slot],
                Some(Slots::List(at)) => sparse.list(at).to_vec(),
            };
            assert_eq!(slots, lists.of(key), "{key}");
        }
        assert_eq!(sparse.entry(4_096), None);
        assert_eq!(sparse.list(usize::MAX), [0_u32; 0]);
    }
}
