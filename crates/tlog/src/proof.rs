//! Proofs that a leaf is in a tree, and that one tree continues another (RFC 6962 section 2.1, RFC 9162 section 2.1.3 and
//! 2.1.4, draft-ietf-plants-merkle-tree-certs section 4.3 and 4.4).
//!
//! Each kind is stated once, for subtrees; a whole tree is the subtree that starts at 0. A proof's length follows from its
//! indices, so a hostile one is refused before a hash is computed.

mod build;
mod consistency;
mod inclusion;
mod tiles;

pub use build::{
    BuildError, consistency, consistency_ranges, inclusion, inclusion_ranges, subtree_consistency, subtree_inclusion,
};
pub use consistency::{verify_consistency, verify_subtree_consistency};
pub use inclusion::{root_of_inclusion, verify_inclusion, verify_subtree_inclusion};
pub use tiles::{consistency_tiles, inclusion_tiles};

/// A proof does not prove, or the question was no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// Asked about a leaf outside the tree or subtree.
    #[error("leaf {index} is not among the leaves from {start} up to {end}")]
    AskedOutside {
        /// The leaf.
        index: u64,
        /// First leaf of the subtree.
        start: u64,
        /// One past its last leaf.
        end: u64,
    },
    /// Asked whether a larger tree is continued by a smaller one.
    #[error("a tree of {old} leaves cannot be continued by one of {new}")]
    AskedBackwards {
        /// Leaves of the older tree, or the end of the subtree.
        old: u64,
        /// Leaves of the newer tree.
        new: u64,
    },
    /// Asked whether the empty tree is continued: it always is, so the answer would prove nothing.
    #[error("every tree continues the empty one; that proves nothing")]
    AskedNothing,
    /// The prover sent more or fewer hashes than a proof of this kind has.
    #[error("the proof has {got} hashes where {wanted} are due")]
    ProverWrongLength {
        /// Hashes due.
        wanted: usize,
        /// Hashes sent.
        got: usize,
    },
    /// The prover's hashes lead to another root.
    #[error("the proof leads to another root")]
    ProverWrongHashes,
}
