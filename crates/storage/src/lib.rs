//! The store beneath a node.
//!
//! Segment files are the truth: a batch is committed by one sync of one checksummed frame. Published tiles and the database
//! of views follow, and can be remade from the segments at any time. Recovery is the same code as reading.
#![warn(clippy::arithmetic_side_effects)]

pub mod batch;
pub mod disk;
pub mod limits;
pub mod store;
