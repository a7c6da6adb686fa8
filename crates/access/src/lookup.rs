//! Looking up by a keyed hash, in a time that does not grow with how many there are.

#[expect(
    clippy::disallowed_types,
    reason = "only looked up by key here, never gone through, so its order cannot show"
)]
use std::collections::HashMap;

/// A map by the first octets of a keyed hash. Nobody without the key can choose where an entry lies.
#[derive(Debug, Clone)]
#[expect(clippy::disallowed_types, reason = "as above")]
pub(crate) struct Lookup<V>(HashMap<[u8; 16], V>);

impl<V> Default for Lookup<V> {
    fn default() -> Self {
        Self(Default::default())
    }
}

impl<V> Lookup<V> {
    pub(crate) fn get(&self, key: &[u8; 16]) -> Option<&V> {
        self.0.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &[u8; 16]) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    pub(crate) fn insert(&mut self, key: [u8; 16], value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    pub(crate) fn remove(&mut self, key: &[u8; 16]) -> Option<V> {
        self.0.remove(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
