//! Clauses that stand elsewhere than before.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::agreement::{Clause, ClauseId};

/// A place in the clause tree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// The clause above; none at the top.
    pub under: Option<ClauseId>,
    /// How many stand before it there.
    pub before: usize,
}

/// Another place than before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// Where it stood.
    pub from: Position,
    /// Where it stands.
    pub to: Position,
}

type Places<'c> = BTreeMap<&'c ClauseId, Position>;
type Siblings<'c> = BTreeMap<Option<&'c ClauseId>, Vec<&'c ClauseId>>;

/// Those under another clause, and those that passed others under the same one. What merely moved up because something
/// before it was added or removed is not among them.
pub(super) fn between(old: &[Clause], new: &[Clause]) -> Vec<(ClauseId, Moved)> {
    let (mut old_places, mut new_places) = (Places::new(), Places::new());
    let (mut old_siblings, mut new_siblings) = (Siblings::new(), Siblings::new());
    collect(old, None, &mut old_places, &mut old_siblings);
    collect(new, None, &mut new_places, &mut new_siblings);
    let mut moved = Vec::new();
    for (parent, siblings) in &new_siblings {
        let before = old_siblings.get(parent).map(Vec::as_slice).unwrap_or_default();
        let stayed = in_order(before, siblings);
        for id in siblings.iter().filter(|id| !stayed.contains(id)) {
            if let (Some(from), Some(to)) = (old_places.get(*id), new_places.get(*id)) {
                moved.push(((*id).clone(), Moved { from: from.clone(), to: to.clone() }));
            }
        }
    }
    moved
}

fn collect<'c>(
    clauses: &'c [Clause],
    under: Option<&'c ClauseId>,
    places: &mut Places<'c>,
    siblings: &mut Siblings<'c>,
) {
    siblings.insert(under, clauses.iter().map(Clause::id).collect());
    for (before, clause) in clauses.iter().enumerate() {
        places.insert(clause.id(), Position { under: under.cloned(), before });
        collect(clause.below(), Some(clause.id()), places, siblings);
    }
}

/// The names that stand in the same order on both sides.
fn in_order<'c>(old: &[&'c ClauseId], new: &[&'c ClauseId]) -> Vec<&'c ClauseId> {
    let both: Vec<_> = old.iter().copied().filter(|id| new.contains(id)).collect();
    let also: Vec<_> = new.iter().copied().filter(|id| both.contains(id)).collect();
    let operations = capture_diff_slices(Algorithm::Myers, &both, &also);
    let equal = operations.into_iter().filter(|one| matches!(one, DiffOp::Equal { .. }));
    equal.flat_map(|one| also.get(one.new_range()).unwrap_or_default().to_vec()).collect()
}
