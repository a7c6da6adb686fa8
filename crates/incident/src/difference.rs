//! What differs between two versions: property by property, and element by element in lists.

use std::collections::BTreeSet;

use record::json::{Json, Map};
use record::path::Path;

use crate::incident::{Incident, Showing};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Where: slots count in the list that holds the element, the newer one unless the element is gone.
    pub place: Path,
    /// What became of it.
    pub change: Change,
}

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a page has to show each of them")]
pub enum Change {
    /// It is new. In a version of which only a part was shown before, it may have been said all along.
    Added(Json),
    /// The newer version does not say it any more.
    Removed(Json),
    /// The newer version does not show it; whether it still says it cannot be told.
    NotShown(Json),
    /// It says something else.
    Replaced {
        /// What the older version says.
        before: Json,
        /// What the newer version says.
        after: Json,
    },
}

/// The differences from an older version to a newer one, in the order of the older version's properties, new ones last.
///
/// `modified` is left out: it differs in every version.
#[must_use]
pub fn difference(before: &Incident, after: &Incident) -> Vec<Difference> {
    let mut found = Finder { is_whole: after.showing() == Showing::Whole, found: Vec::new() };
    found.members(before.object(), after.object(), &Path::object_root());
    let modified = Path::object("modified");
    found.found.retain(|one| one.place != modified);
    found.found
}

struct Finder {
    is_whole: bool,
    found: Vec<Difference>,
}

impl Finder {
    fn members(&mut self, before: &Map, after: &Map, place: &Path) {
        for (name, old) in before.iter() {
            match after.get(name) {
                Some(new) => self.value(old, new, place.child(name)),
                None => self.gone(old, place.child(name)),
            }
        }
        for (name, new) in after.iter().filter(|(name, _)| !before.contains(name)) {
            self.say(place.child(name), Change::Added(new.clone()));
        }
    }

    fn value(&mut self, before: &Json, after: &Json, place: Path) {
        match (before, after) {
            (Json::Object(old), Json::Object(new)) => self.members(old, new, &place),
            (Json::Array(old), Json::Array(new)) => self.elements(old, new, &place),
            _ if before == after => {}
            _ => self.say(place, Change::Replaced { before: before.clone(), after: after.clone() }),
        }
    }

    /// Elements that stand in both lists in the same order are the same; the rest came or went.
    fn elements(&mut self, before: &[Json], after: &[Json], place: &Path) {
        let kept = common(before, after);
        let (old_kept, new_kept): (BTreeSet<usize>, BTreeSet<usize>) = kept.into_iter().unzip();
        for (slot, old) in before.iter().enumerate().filter(|(slot, _)| !old_kept.contains(slot)) {
            self.gone(old, place.slot(slot));
        }
        for (slot, new) in after.iter().enumerate().filter(|(slot, _)| !new_kept.contains(slot)) {
            self.say(place.slot(slot), Change::Added(new.clone()));
        }
    }

    fn gone(&mut self, old: &Json, place: Path) {
        let change = if self.is_whole { Change::Removed(old.clone()) } else { Change::NotShown(old.clone()) };
        self.say(place, change);
    }

    fn say(&mut self, place: Path, change: Change) {
        self.found.push(Difference { place, change });
    }
}

/// Lists longer than this are compared by the elements at their ends alone: the table of a common sequence grows with the
/// square, and a list in a record has at most 256 slots.
const ELEMENTS_MAX: usize = 1024;

/// The pairs of slots of a longest common sequence.
fn common(before: &[Json], after: &[Json]) -> Vec<(usize, usize)> {
    if before.len() > ELEMENTS_MAX || after.len() > ELEMENTS_MAX {
        return before
            .iter()
            .zip(after)
            .enumerate()
            .filter(|(_, (old, new))| old == new)
            .map(|(at, _)| (at, at))
            .collect();
    }
    let table = lengths(before, after);
    let length = |old: usize, new: usize| table.get(old).and_then(|row| row.get(new)).copied().unwrap_or(0);
    let (mut old, mut new, mut pairs) = (0_usize, 0_usize, Vec::new());
    while let (Some(one), Some(other)) = (before.get(old), after.get(new)) {
        let (next_old, next_new) = (old.saturating_add(1), new.saturating_add(1));
        if one == other {
            pairs.push((old, new));
            (old, new) = (next_old, next_new);
        } else if length(next_old, new) >= length(old, next_new) {
            old = next_old;
        } else {
            new = next_new;
        }
    }
    pairs
}

/// For each pair of slots, the length of the longest common sequence from there on.
fn lengths(before: &[Json], after: &[Json]) -> Vec<Vec<usize>> {
    let width = after.len().saturating_add(1);
    let mut rows = vec![vec![0_usize; width]];
    for one in before.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0_usize; width];
        for (slot, other) in after.iter().enumerate().rev() {
            let right = row.get(slot.saturating_add(1)).copied().unwrap_or(0);
            let under = below.get(slot).copied().unwrap_or(0);
            let corner = below.get(slot.saturating_add(1)).copied().unwrap_or(0);
            let longest = if one == other { corner.saturating_add(1) } else { right.max(under) };
            if let Some(cell) = row.get_mut(slot) {
                *cell = longest;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    rows
}
