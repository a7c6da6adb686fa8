//! What each fuzz target does with its input, for the targets that share it.

mod bodies;
#[path = "tlog_bodies.rs"]
pub mod tlog;

pub use bodies::*;
