//! Names of packages that do not exist: the same, or one edit away.
//!
//! Two names are one edit apart only if both become the same by taking away at most one character of each. So every name is
//! listed under itself and under all that it becomes so.

use std::collections::BTreeMap;

use text::{edit_distance_within, xxh64};

use crate::lists::place;

/// Octets of a name. Longer ones are in no registry.
const MAX_NAME_BYTES: usize = 214;

/// Letters of the shortest name of which a neighbour is looked for: one edit of `ai` is anything.
const MIN_NEAR_BYTES: usize = 5;

#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    names: Vec<(String, String, u32)>,
    shortened: BTreeMap<u64, Vec<u32>>,
}

impl Names {
    /// Names with their ecosystem and the slot of their signal.
    pub(super) fn new(names: Vec<(String, String, u32)>) -> Self {
        let mut shortened: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for (number, (name, ..)) in (0..).zip(&names) {
            for key in keys(&folded(name)) {
                shortened.entry(key).or_default().push(number);
            }
        }
        Self { names, shortened }
    }

    /// Slots of signals with this name or a near one, the name, and the edits between.
    pub(super) fn search(&self, name: &str, ecosystem: &str) -> Vec<(u32, &str, usize)> {
        if name.len() > MAX_NAME_BYTES {
            return Vec::new();
        }
        let name = folded(name);
        let mut numbers: Vec<u32> = keys(&name).filter_map(|key| self.shortened.get(&key)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let known = numbers.into_iter().filter_map(|number| self.names.get(place(number)));
        let same_place = known.filter(|(_, other, _)| other == ecosystem);
        let near = same_place.filter_map(|(known, _, slot)| {
            let most = usize::from(name.len() >= MIN_NEAR_BYTES);
            Some((*slot, known.as_str(), edit_distance_within(&folded(known), &name, most)?))
        });
        near.collect()
    }
}

/// Registries take upper and lower case, and the three signs between words, for the same.
fn folded(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '_' | '.') { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// A name without each of its characters in turn, and the name itself.
fn keys(name: &str) -> impl Iterator<Item = u64> {
    let without = name.char_indices().map(move |(at, character)| {
        let (head, tail) = name.split_at_checked(at).unwrap_or_default();
        xxh64(format!("{head}{}", tail.strip_prefix(character).unwrap_or(tail)).as_bytes(), 0)
    });
    std::iter::once(xxh64(name.as_bytes(), 0)).chain(without)
}
