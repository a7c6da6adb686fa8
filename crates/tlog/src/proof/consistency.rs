//! Is this tree a continuation of that one, and is this subtree part of that tree?

use super::ProofError;
use super::build::consistency_ranges;
use crate::hash::Hash;
use crate::subtree::Subtree;

/// Checks that the tree of `new_size` leaves begins with the tree of `old_size` leaves (RFC 9162 section 2.1.4.2).
///
/// Equal sizes are consistent iff the roots are equal and the proof is empty, the empty tree with itself included.
///
/// # Errors
/// [`ProofError`]: sizes run backwards, the older tree is empty and the newer is not, or the proof does not lead to both
/// roots.
pub fn verify_consistency(
    old_size: u64,
    new_size: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if new_size < old_size {
        return Err(ProofError::AskedBackwards { old: old_size, new: new_size });
    }
    if old_size == new_size {
        return same(proof, old_root, new_root);
    }
    if old_size == 0 {
        return Err(ProofError::AskedNothing);
    }
    verify_subtree_consistency(Subtree::whole(old_size), new_size, proof, old_root, new_root)
}

/// Checks that a subtree with this hash is part of the tree of `size` leaves with this root
/// (draft-ietf-plants-merkle-tree-certs section 4.4.3). An empty subtree is part of every tree that reaches it, if its hash
/// is [`Hash::EMPTY`] and the proof is empty; nothing is then said about the root.
///
/// # Errors
/// [`ProofError`]: the subtree reaches beyond the tree, or the proof does not lead to both hashes.
pub fn verify_subtree_consistency(
    subtree: Subtree,
    size: u64,
    proof: &[Hash],
    hash: &Hash,
    root: &Hash,
) -> Result<(), ProofError> {
    if subtree.end() > size {
        return Err(ProofError::AskedBackwards { old: subtree.end(), new: size });
    }
    if subtree.is_empty() {
        return same(proof, hash, &Hash::EMPTY);
    }
    let wanted = consistency_ranges(subtree, size)?.len();
    if proof.len() != wanted {
        return Err(ProofError::ProverWrongLength { wanted, got: proof.len() });
    }
    let found = Climb::begin(subtree, size).run(proof, hash);
    if found == Some((*hash, *root)) { Ok(()) } else { Err(ProofError::ProverWrongHashes) }
}

fn same(proof: &[Hash], one: &Hash, other: &Hash) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::ProverWrongLength { wanted: 0, got: proof.len() });
    }
    if one == other { Ok(()) } else { Err(ProofError::ProverWrongHashes) }
}

/// Where on its level each path stands: to the first and last leaf of the subtree, and to the last leaf of the tree.
struct Climb {
    first: u64,
    last: u64,
    edge: u64,
}

impl Climb {
    /// The level from which the proof starts: that of the largest complete node which ends where the subtree ends.
    fn begin(subtree: Subtree, size: u64) -> Self {
        let last = subtree.end().saturating_sub(1);
        let mut climb = Self { first: subtree.start(), last, edge: size.saturating_sub(1) };
        while climb.first != climb.last && (climb.last == climb.edge || climb.last & 1 == 1) {
            climb.up();
        }
        climb
    }

    /// The hashes of subtree and tree that the proof leads to; none if it ends short of the root.
    fn run(mut self, proof: &[Hash], hash: &Hash) -> Option<(Hash, Hash)> {
        let whole = self.first == self.last;
        let (start, rest) = if whole { (hash, proof) } else { proof.split_first()? };
        let (mut hash, mut root) = (*start, *start);
        for sibling in rest {
            if self.last & 1 == 1 || self.last == self.edge {
                if self.first < self.last {
                    hash = Hash::node(sibling, &hash);
                }
                root = Hash::node(sibling, &root);
                while self.last & 1 == 0 && self.last != 0 {
                    self.up();
                }
            } else {
                root = Hash::node(&root, sibling);
            }
            self.up();
        }
        (self.edge == 0).then_some((hash, root))
    }

    const fn up(&mut self) {
        self.first >>= 1;
        self.last >>= 1;
        self.edge >>= 1;
    }
}
