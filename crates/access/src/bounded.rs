//! A map with a bound: when it is full, the entry that was left alone for the longest goes.

use std::collections::BTreeMap;

/// At most `limit` entries.
#[derive(Debug, Clone)]
pub(crate) struct Bounded<K, V> {
    limit: usize,
    touches: u64,
    entries: BTreeMap<K, (u64, V)>,
    by_touch: BTreeMap<u64, K>,
}

impl<K: Ord + Clone, V> Bounded<K, V> {
    pub(crate) const fn new(limit: usize) -> Self {
        Self { limit, touches: 0, entries: BTreeMap::new(), by_touch: BTreeMap::new() }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(_, value)| value)
    }

    /// Sets an entry, which counts as touched now. Gives the entry that had to go for it.
    pub(crate) fn set(&mut self, key: K, value: V) -> Option<(K, V)> {
        self.touches = self.touches.saturating_add(1);
        self.by_touch.insert(self.touches, key.clone());
        if let Some((old, _)) = self.entries.insert(key, (self.touches, value)) {
            self.by_touch.remove(&old);
        }
        (self.entries.len() > self.limit).then(|| self.evict()).flatten()
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let (touch, value) = self.entries.remove(key)?;
        self.by_touch.remove(&touch);
        Some(value)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        assert_eq!(self.entries.len(), self.by_touch.len(), "each entry has one touch");
        self.entries.len()
    }

    fn evict(&mut self) -> Option<(K, V)> {
        let (_, key) = self.by_touch.pop_first()?;
        let (_, value) = self.entries.remove(&key)?;
        Some((key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::Bounded;

    #[test]
    fn the_entry_left_alone_for_the_longest_goes() {
        let mut map = Bounded::new(2);
        assert_eq!(map.set("a", 1), None);
        assert_eq!(map.set("b", 2), None);
        assert_eq!(map.set("a", 3), None);
        assert_eq!(map.set("c", 4), Some(("b", 2)));
        assert_eq!((map.get(&"a"), map.get(&"b"), map.len()), (Some(&3), None, 2));
        assert_eq!(map.remove(&"a"), Some(3));
        assert_eq!(map.len(), 1);
    }
}
