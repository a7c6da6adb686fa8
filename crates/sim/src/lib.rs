//! Seeded worlds: one node's store under crashes and faults, and a network of nodes of which one cheats; and checkers that
//! watch them.
//!
//! A run follows from one number alone: no time, no threads, no order that chance of the machine could change. What breaks
//! says the command that plays it again.

mod batches;
mod broken;
mod checkers;
mod exhaust;
mod model;
mod network;
mod node;
mod party;
mod published;
mod seed;
mod steps;
mod tally;
mod watch;
mod witness;
mod world;

pub use broken::Broken;
pub use exhaust::{SCRIPT_SEED, Trap, calls_of_script, play_script, traps};
pub use network::{Cheat, NetworkTally, run_network};
pub use seed::Seed;
pub use steps::Step;
pub use tally::Tally;
pub use watch::Lie;
pub use world::{DEFAULT_STEPS, World, run};
