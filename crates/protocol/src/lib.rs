//! What parties say to one another, as state machines.
//!
//! Values go in, effects come out. Nothing here reads a clock, signs, or sends: the caller does, and tells what came of it.
#![warn(clippy::arithmetic_side_effects)]

pub mod exchange;
pub mod negotiation;
pub mod pairing;
