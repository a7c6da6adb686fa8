//! The store beneath a node.
//!
//! Segment files are the truth: a batch is committed by one sync of one checksummed frame. Published tiles and the database
//! of views follow, and can be remade from the segments at any time. Recovery is the same code as reading.
#![warn(clippy::arithmetic_side_effects)]

pub mod batch;
mod bodies;
mod body_keys;
mod codec;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod disk;
mod engine;
mod frame;
pub mod guard;
mod handed;
pub mod keys;
pub mod layout;
mod ledger;
pub mod limits;
mod local;
mod prepare;
mod publisher;
mod queue;
mod recovery;
mod segment;
mod stage;
pub mod store;
pub mod verify;
pub mod views;

pub use batch::{Batch, BatchId, LogName, NewEntry, Place};
pub use engine::Clock;
pub use local::{LocalStore, Options, PUBLISH_EVERY_MS, Ticket};
pub use store::{Body, CommitError, Committed, Head, Store, StoreError};
