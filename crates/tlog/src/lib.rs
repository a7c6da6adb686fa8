//! Transparency logs: the second promise, that what was logged cannot be changed, backdated or shown in two versions.
//!
//! RFC 6962 trees, C2SP tiles, signed notes, checkpoints, cosignatures and offline proofs, and evidence of a fork. Octets
//! come in and answers go out: nothing here reads a file, a socket or a clock, so a stranger can run the same checks
//! anywhere. Every size and index is a `u64`; whatever a peer sends is bounded before it is believed.
#![warn(clippy::arithmetic_side_effects)]

pub mod audit;
pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod edge;
pub mod fork;
pub mod frontier;
pub mod hash;
pub mod limits;
pub mod log_proof;
pub mod note;
pub mod proof;
pub mod subtree;
pub mod tile;
pub mod tiled;
pub mod tree;
mod words;

pub use hash::Hash;
pub use subtree::Subtree;
