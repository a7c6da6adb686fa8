//! What each fuzz target does with its input, for the targets that share it.

mod bodies;
#[path = "bundle_bodies.rs"]
pub mod bundle;
#[path = "../crates/bundle/tests/hand.rs"]
mod hand;
#[path = "interop_bodies.rs"]
pub mod interop;
#[path = "misp_bodies.rs"]
pub mod misp;
#[path = "policy_bodies.rs"]
pub mod policy;
#[path = "protocol_bodies.rs"]
pub mod protocol;
#[path = "../crates/taxii/tests/store.rs"]
mod store;
#[path = "taxii_bodies.rs"]
pub mod taxii;
#[path = "tlog_bodies.rs"]
pub mod tlog;

pub use bodies::*;
